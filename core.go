package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/go-liveconnect/liveconnect/internal/redact"
	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// service is what all services share; each is a view of it with its own methods.
type service struct{ core *core }

// ready returns what sends requests, or an error if the client was not made by NewClient, or there is no context.
func (s *service) ready(ctx context.Context, op string) (*core, error) {
	if s == nil || s.core == nil {
		return nil, &Error{Op: op, Err: ErrNotInitialized}
	}
	if ctx == nil {
		return nil, invalidArgument(op, "the context is nil")
	}
	return s.core, nil
}

// core is the part of a client that does not change after NewClient.
type core struct {
	http      *http.Client
	base      *url.URL // without a trailing slash
	storage   string   // the storage host of upload sessions, with {uid} for the user's id
	params    string   // parameters of every request, encoded
	userAgent string
	tokens    *tokens // nil: requests go without a token
	trusted   []origin
	timeouts  Timeouts
	retry     RetryPolicy
	pacers    retry.Pacers[origin]
	budget    *retry.Budget
	log       *slog.Logger
	answers   answers
	override  bool // only GET and POST travel

	// What a call says when a time-out ends it. They stand here because they are armed for every read.
	noAnswer, stalledUp, stalledDown error
}

// newCore makes a core of options that were checked, or that have an error of their own.
func newCore(given *http.Client, cfg *config) (*core, error) {
	c := &core{
		userAgent: cfg.userAgent, timeouts: cfg.timeouts, retry: cfg.retry, log: cfg.logger,
		answers: answers{maxBytes: cfg.maxResponse}, override: cfg.methodOverride, budget: retry.NewBudget(20, 0.5),
	}
	if err := c.setTransport(given, cfg); err != nil {
		return nil, err
	}
	c.setURLs(cfg)
	c.noAnswer = fmt.Errorf("%w: no answer within %s", ErrTimeout, c.timeouts.ResponseHeader)
	c.stalledUp = fmt.Errorf("%w: the server took no bytes for %s", ErrTimeout, c.timeouts.Stall)
	c.stalledDown = fmt.Errorf("%w: no bytes came for %s", ErrTimeout, c.timeouts.Stall)
	return c, nil
}

func (c *core) setTransport(given *http.Client, cfg *config) error {
	if given == nil {
		given = &http.Client{}
	}
	own := newTransport(cfg.timeouts)
	base, source, err := withoutOAuth(given.Transport, own, maxWrappers)
	switch {
	case err != nil:
		return err
	case source == nil:
		source = cfg.tokenSource
	case cfg.tokenSource != nil:
		return errors.New("the HTTP client has a token source already: leave WithTokenSource out")
	}
	if base == nil {
		base = own
	}
	c.http = &http.Client{
		Transport: base, Jar: given.Jar, Timeout: given.Timeout, CheckRedirect: c.checkRedirect(given.CheckRedirect),
	}
	if source != nil {
		c.tokens = newTokens(source, cfg.tokenSaver, max(cfg.timeouts.Token, 0))
	} else if cfg.tokenSaver != nil {
		return errors.New("WithTokenSaver needs a token source")
	}
	return nil
}

func newTransport(timeouts Timeouts) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: max(timeouts.Connect, 0)}).DialContext,
		TLSHandshakeTimeout: max(timeouts.TLS, 0),
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        100,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
	}
}

// setURLs takes the URLs, which the options have checked.
func (c *core) setURLs(cfg *config) {
	var err error
	if c.base, err = url.Parse(strings.TrimRight(cfg.baseURL, "/")); err != nil {
		return // the option has said so
	}
	for _, trusted := range append([]string{cfg.baseURL, cfg.loginURL}, cfg.storageOrigins...) {
		if o, err := parsePattern("", trusted, true); err == nil {
			c.trusted = append(c.trusted, o)
		}
	}
	c.setStorage(cfg)
	params := url.Values{"pretty": {"false"}}
	if cfg.locale != "" {
		params.Set("locale", cfg.locale)
	}
	if !cfg.sslResources.IsZero() {
		params.Set("return_ssl_resources", cfg.sslResources.String())
	}
	c.params = params.Encode()
}

// setStorage chooses where upload sessions are: Microsoft's host only for Microsoft's API, so that no token of another
// service goes there.
func (c *core) setStorage(cfg *config) {
	usual, _ := parseOrigin("base URL", DefaultBaseURL)
	switch {
	case cfg.storageURL != "":
		c.storage = cfg.storageURL
		if o, err := storageOrigin(cfg.storageURL); err == nil {
			c.trusted = append(c.trusted, o)
		}
	case originOf(c.base) == usual:
		c.storage = DefaultStorageURL
	default:
		c.storage = c.base.Scheme + "://" + c.base.Host
	}
}

// What is not followed.
var (
	errRedirect  = errors.New("the server redirected a call that changes something; nothing was sent on")
	errRedirects = errors.New("more than 10 redirects")
)

// checkRedirect follows redirects of reads only, without the token unless they stay at the API host.
func (c *core) checkRedirect(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if method := via[0].Method; method != http.MethodGet && method != http.MethodHead {
			return errRedirect
		}
		if len(via) >= 10 {
			return errRedirects
		}
		req.Header.Del("Referer")
		if !c.atAPI(req.URL) {
			if setsToken(req, via[len(via)-1]) {
				return errForeignToken
			}
			req.Header.Del("Authorization")
		}
		if next != nil {
			return next(req, via)
		}
		return nil
	}
}

// atAPI reports whether a URL is at the API host.
func (c *core) atAPI(u *url.URL) bool { return u.User == nil && originOf(c.base).matches(originOf(u)) }

// mayCarryToken is the one rule of where the access token goes: to the configured API, login and storage origins, over
// https or on this machine.
func (c *core) mayCarryToken(u *url.URL) bool {
	target := originOf(u)
	if !target.secure() || u.User != nil {
		return false
	}
	for _, trusted := range c.trusted {
		if trusted.matches(target) {
			return true
		}
	}
	return false
}

// url builds a request's URL below the base URL.
func (c *core) url(r *request) (*url.URL, error) {
	if r.link != nil {
		return r.link, nil
	}
	params, err := query.Values(r.params)
	if err != nil {
		return nil, invalidArgument(r.op, "%v", err)
	}
	for key, values := range r.extra {
		params[key] = values
	}
	if c.verb(r.method) != r.method {
		params.Set("method", r.method)
	}
	base := c.base
	if r.at != nil {
		if base = r.at; !c.mayCarryToken(base) {
			return nil, invalidArgument(r.op, "the upload location is at %s, which must not get the token; see WithStorageOrigins", base.Host)
		}
		for key, values := range base.Query() {
			params[key] = values
		}
	}
	u := *base
	u.RawPath = strings.TrimRight(base.EscapedPath(), "/") + r.path.escaped
	u.Path = strings.TrimRight(base.Path, "/") + r.path.plain
	if r.protocol != protocolAPI {
		return &u, nil
	}
	u.RawQuery = c.params
	if len(params) > 0 {
		u.RawQuery = params.Encode() + "&" + c.params
	}
	return &u, nil
}

// verb returns how a verb travels, see WithMethodOverride.
func (c *core) verb(method string) string {
	if c.override && method != http.MethodGet && method != http.MethodHead {
		return http.MethodPost
	}
	return method
}

// redacted writes a URL for people to read. Off the API host, the path may itself be a key.
func (c *core) redacted(u *url.URL) string {
	if !c.atAPI(u) {
		return shown(redact.Origin(u), maxShown)
	}
	return shownLine(redact.URL(u, harmless), maxShown)
}

// harmless reports whether the value of a parameter may show.
func harmless(parameter string) bool {
	switch parameter {
	case "limit", "offset", "filter", "sort_by", "sort_order", "overwrite", "downsize_photo_uploads", "download",
		"suppress_redirects", "suppress_response_codes", "type", "pretty", "locale", "return_ssl_resources", "method",
		"start_time", "end_time":
		return true
	}
	return false
}

// linkSecrets are the parts of a URL that must not show: parameters, and at hosts other than the API's the path too.
func (c *core) linkSecrets(u *url.URL) []*redact.Secret {
	if u == nil {
		return nil
	}
	var texts []string
	if !c.atAPI(u) {
		texts = append(texts, strings.Split(u.Path, "/")...)
		texts = append(texts, u.Fragment)
	}
	if u.User != nil {
		password, _ := u.User.Password()
		texts = append(texts, password)
	}
	for name, values := range u.Query() {
		if !harmless(name) {
			texts = append(texts, values...)
		}
	}
	var secrets []*redact.Secret
	for _, text := range texts {
		if len(text) >= 8 { // nothing shorter is a key
			secrets = append(secrets, redact.NewSecret(text))
		}
	}
	return secrets
}
