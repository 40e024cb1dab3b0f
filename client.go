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
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// Client calls the Live Connect REST API, version 5.0, for one user. Its fields are the objects of the API. It is safe
// for concurrent use, and all its goroutines share one pace and one budget of retries.
//
// Make it with [NewClient]. Every call of a zero Client returns [ErrNotInitialized].
type Client struct {
	Users        *UsersService
	Permissions  *PermissionsService
	Friends      *FriendsService
	Contacts     *ContactsService
	Calendars    *CalendarsService
	Events       *EventsService
	Activities   *ActivitiesService
	Applications *ApplicationsService

	Items     *ItemsService
	Folders   *FoldersService
	Albums    *AlbumsService
	Photos    *PhotosService
	Videos    *VideosService
	Audio     *AudioService
	Files     *FilesService
	Comments  *CommentsService
	Tags      *TagsService
	Uploads   *UploadsService
	Downloads *DownloadsService

	service service
}

// service is what all services share; each is a view of it with its own methods.
type service struct{ client *core }

// core returns what sends requests, or an error if the client was not made by NewClient.
func (s *service) core(op string) (*core, error) {
	if s == nil || s.client == nil {
		return nil, &Error{Op: op, Err: ErrNotInitialized}
	}
	return s.client, nil
}

// core is the part of a client that does not change after NewClient.
type core struct {
	http        *http.Client
	base        *url.URL // without a trailing slash
	storage     string   // the storage host of upload sessions, with {uid} for the user's id
	params      string   // parameters of every request, encoded
	userAgent   string
	tokens      *tokens // nil: requests go without a token
	trusted     []origin
	timeouts    Timeouts
	retry       RetryPolicy
	pacer       retry.Pacer
	budget      *retry.Budget
	log         *slog.Logger
	maxResponse int64
	override    bool // only GET and POST travel
	buffers     sync.Pool
	decoders    sync.Pool

	// What a call says when a time-out ends it. They stand here because they are armed for every read.
	noAnswer, stalledUp, stalledDown error
}

// NewClient makes a client from an HTTP client that oauth2 made, such as oauth2.Config.Client returns:
//
//	conf := liveconnect.OAuthConfig(id, secret, redirectURL, liveconnect.ScopePhotos)
//	client, err := liveconnect.NewClient(conf.Client(ctx, token))
//
// The client takes the oauth2 transport apart and sets the token itself, so that it goes to the API and nowhere else:
// the transport alone would send it to every storage host that a download is redirected to. An HTTP client of another
// kind, or nil, goes with [WithTokenSource]; without a token, only what is public can be read.
//
// Timeout, Jar and CheckRedirect of the HTTP client keep their meaning. Mind that its Timeout cuts long downloads off.
// The errors of all options come back joined.
func NewClient(httpClient *http.Client, opts ...Option) (*Client, error) {
	cfg := defaultConfig()
	var errs []error
	for i, opt := range opts {
		if opt == nil {
			errs = append(errs, fmt.Errorf("option %d is nil", i+1))
			continue
		}
		errs = append(errs, opt(cfg))
	}
	c := &core{
		userAgent: cfg.userAgent, timeouts: cfg.timeouts, retry: cfg.retry, log: cfg.logger,
		maxResponse: cfg.maxResponse, override: cfg.methodOverride, budget: retry.NewBudget(20, 0.5),
	}
	errs = append(errs, c.setTransport(httpClient, cfg))
	if err := errors.Join(errs...); err != nil {
		return nil, &Error{Op: "NewClient", Err: fmt.Errorf("%w: %w", ErrInvalidArgument, err)}
	}
	c.setURLs(cfg)
	c.noAnswer = fmt.Errorf("%w: no answer within %s", ErrTimeout, c.timeouts.ResponseHeader)
	c.stalledUp = fmt.Errorf("%w: the server took no bytes for %s", ErrTimeout, c.timeouts.Stall)
	c.stalledDown = fmt.Errorf("%w: no bytes came for %s", ErrTimeout, c.timeouts.Stall)

	client := &Client{service: service{client: c}}
	shared := &client.service
	client.Users = (*UsersService)(shared)
	client.Permissions = (*PermissionsService)(shared)
	client.Friends = (*FriendsService)(shared)
	client.Contacts = (*ContactsService)(shared)
	client.Calendars = (*CalendarsService)(shared)
	client.Events = (*EventsService)(shared)
	client.Activities = (*ActivitiesService)(shared)
	client.Applications = (*ApplicationsService)(shared)
	client.Items = (*ItemsService)(shared)
	client.Folders = (*FoldersService)(shared)
	client.Albums = (*AlbumsService)(shared)
	client.Photos = (*PhotosService)(shared)
	client.Videos = (*VideosService)(shared)
	client.Audio = (*AudioService)(shared)
	client.Files = (*FilesService)(shared)
	client.Comments = (*CommentsService)(shared)
	client.Tags = (*TagsService)(shared)
	client.Uploads = (*UploadsService)(shared)
	client.Downloads = (*DownloadsService)(shared)
	return client, nil
}

func (c *core) setTransport(given *http.Client, cfg *config) error {
	if given == nil {
		given = &http.Client{}
	}
	base, source := given.Transport, cfg.tokenSource
	if oauth, ok := base.(*oauth2.Transport); ok {
		if source != nil {
			return errors.New("the HTTP client has a token source already: leave WithTokenSource out")
		}
		if oauth.Source == nil {
			return errors.New("the HTTP client's oauth2 transport has no token source")
		}
		base, source = oauth.Base, oauth.Source
	}
	if base == nil {
		base = newTransport(cfg.timeouts)
	}
	c.http = &http.Client{
		Transport: base, Jar: given.Jar, Timeout: given.Timeout, CheckRedirect: c.checkRedirect(given.CheckRedirect),
	}
	if source != nil {
		c.tokens = newTokens(source, cfg.tokenSaver)
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
	c.base, _ = url.Parse(strings.TrimRight(cfg.baseURL, "/"))
	for _, trusted := range append([]string{cfg.baseURL, cfg.loginURL}, cfg.storageOrigins...) {
		if o, err := parseOrigin("", trusted); err == nil {
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

// errRedirect says that a call was redirected that must not be.
var errRedirect = errors.New("the server redirected a call that changes something; nothing was sent on")

// checkRedirect follows redirects of reads only, without the token unless they stay at the API host.
func (c *core) checkRedirect(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if method := via[0].Method; method != http.MethodGet && method != http.MethodHead {
			return errRedirect
		}
		if len(via) >= 10 {
			return errors.New("more than 10 redirects")
		}
		req.Header.Del("Referer")
		if !originOf(c.base).matches(originOf(req.URL)) {
			req.Header.Del("Authorization")
		}
		if next != nil {
			return next(req, via)
		}
		return nil
	}
}

// CloseIdleConnections closes the connections that no call is using.
func (c *Client) CloseIdleConnections() {
	if c != nil && c.service.client != nil {
		c.service.client.http.CloseIdleConnections()
	}
}

// Request is a call that this package has no method for, see [Client.Do].
type Request struct {
	Method string     // GET if empty; also MOVE and COPY
	Path   string     // below the base URL, such as "me/skydrive/recent_docs"
	Query  url.Values // parameters, without access_token
	Body   any        // sent as JSON; nil for none
}

// Do makes a call that this package has no method for, with the same token, retries, limits and errors as the others.
// The JSON answer is decoded into out; nil takes any answer.
//
//	var quota struct{ Quota, Available int64 }
//	err := client.Do(ctx, &liveconnect.Request{Path: "me/skydrive/quota"}, &quota)
func (c *Client) Do(ctx context.Context, req *Request, out any) error {
	const op = "Client.Do"
	if c == nil {
		return &Error{Op: op, Err: ErrNotInitialized}
	}
	if req == nil {
		return invalidArgument(op, "the request is nil")
	}
	r := request{op: op, method: req.Method, extra: req.Query}
	if r.method == "" {
		r.method = http.MethodGet
	}
	if strings.ContainsFunc(r.method, func(c rune) bool { return c < 'A' || c > 'Z' }) {
		return invalidArgument(op, "method %q: want a verb in capital letters", req.Method)
	}
	for _, segment := range strings.Split(strings.Trim(req.Path, "/"), "/") {
		if err := checkID("path segment", segment); err != nil {
			return invalidArgument(op, "path %q: %v", req.Path, err)
		}
		r.path = r.path.add(segment)
	}
	if req.Query.Has("access_token") {
		return invalidArgument(op, "the query has an access_token: the client sends its own")
	}
	if req.Body != nil {
		encoded, err := newJSONBody(req.Body)
		if err != nil {
			return invalidArgument(op, "body: %v", err)
		}
		r.body = encoded
	}
	return c.service.call(ctx, r, out)
}
