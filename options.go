package liveconnect

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// Option changes how a [Client] works. Options are checked together by [NewClient]; their order does not matter.
type Option func(*config) error

type config struct {
	baseURL        string
	loginURL       string
	storageOrigins []string
	storageURL     string // empty: see core.setStorage
	userAgent      string
	locale         string
	sslResources   Opt[bool]
	logger         *slog.Logger
	timeouts       Timeouts
	retry          RetryPolicy
	tokenSource    oauth2.TokenSource
	tokenSaver     func(*oauth2.Token) error
	maxResponse    int64
	methodOverride bool
}

func defaultConfig() *config {
	return &config{
		baseURL:        DefaultBaseURL,
		loginURL:       DefaultLoginURL,
		storageOrigins: []string{"https://storage.live.com", "https://*.users.storage.live.com"},
		userAgent:      "go-liveconnect",
		timeouts:       Timeouts{}.withDefaults(),
		retry:          RetryPolicy{}.withDefaults(),
		maxResponse:    32 << 20,
	}
}

// WithBaseURL sets where the API is: another host, an emulator. The default is [DefaultBaseURL]. The URL must be https,
// or http on this machine (127.0.0.1, ::1, localhost), because the access token travels there.
func WithBaseURL(url string) Option {
	return func(c *config) error {
		c.baseURL = url
		_, err := parseOrigin("base URL", url)
		return err
	}
}

// WithLoginURL sets the sign-in host, [DefaultLoginURL] by default. Like the API host, it may carry the token.
func WithLoginURL(url string) Option {
	return func(c *config) error {
		c.loginURL = url
		_, err := parseOrigin("login URL", url)
		return err
	}
}

// WithStorageOrigins sets the storage hosts that take the token for uploads, in place of Microsoft's
// (https://*.users.storage.live.com, https://storage.live.com); a leading "*." stands for any one name, and
// wants a domain of one owner behind it. Hosts are compared in ASCII (xn--… for other letters), and must be written so.
// Redirects of downloads never carry the token, not even to these.
func WithStorageOrigins(urls ...string) Option {
	return func(c *config) error {
		c.storageOrigins = urls
		var errs []error
		for _, url := range urls {
			_, err := parsePattern("storage origin", url, true)
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}
}

// WithStorageURL sets the storage host of upload sessions, where {uid} stands for the id of the user whose drive it is.
// The default is [DefaultStorageURL], and with [WithBaseURL] the origin of that URL: the emulator plays all hosts on
// one. The host gets the token, and need not be named in [WithStorageOrigins].
func WithStorageURL(url string) Option {
	return func(c *config) error {
		c.storageURL = url
		_, err := storageOrigin(url)
		return err
	}
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(agent string) Option {
	return func(c *config) error {
		c.userAgent = agent
		if agent == "" || strings.ContainsFunc(agent, isControl) {
			return fmt.Errorf("user agent %q: want a text without control characters", agent)
		}
		return nil
	}
}

// WithLocale sends the locale parameter with every call: a culture name such as "de-DE". The service then writes
// SharedWith.Access and the order of names in that language.
func WithLocale(locale string) Option {
	return func(c *config) error {
		c.locale = locale
		for _, r := range locale {
			if r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
				return fmt.Errorf("locale %q: want a culture name such as en-US", locale)
			}
		}
		if locale == "" {
			return errors.New("locale is empty: want a culture name such as en-US")
		}
		return nil
	}
}

// WithSSLResources sends the return_ssl_resources parameter with every call: whether links in answers are https. The
// service's default is true.
func WithSSLResources(https bool) Option {
	return func(c *config) error {
		c.sslResources = Set(https)
		return nil
	}
}

// WithLogger logs every request at debug level and every retry at info level. No token, secret or body is logged.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error {
		c.logger = logger
		if logger == nil {
			return errors.New("logger is nil: leave the option out to log nothing")
		}
		return nil
	}
}

// WithTokenSource supplies the access tokens, instead of an oauth2 HTTP client. Use one or the other, not both.
func WithTokenSource(source oauth2.TokenSource) Option {
	return func(c *config) error {
		c.tokenSource = source
		if source == nil {
			return errors.New("token source is nil")
		}
		return nil
	}
}

// WithTokenSaver is called with each token that the client has not seen before, the first one included, before it is
// used. The service replaces the refresh token at each refresh, so a program that keeps its user signed in stores what
// it gets here. An error of save is the error of the call, and save is called again at the next one.
func WithTokenSaver(save func(*oauth2.Token) error) Option {
	return func(c *config) error {
		c.tokenSaver = save
		if save == nil {
			return errors.New("token saver is nil")
		}
		return nil
	}
}

// WithMaxResponse limits the size of a JSON answer in bytes; the default is 32 MiB. A folder of 1,000 photos listed at
// once is 2 to 3 MB (seen in clients). Downloads are not limited.
func WithMaxResponse(bytes int64) Option {
	return func(c *config) error {
		c.maxResponse = bytes
		if bytes <= 0 {
			return fmt.Errorf("maximum response of %d bytes: want more than 0", bytes)
		}
		return nil
	}
}

// WithMethodOverride is for networks whose proxies let only GET and POST through: PUT, DELETE, MOVE and COPY then travel
// as POST with the verb in the method parameter. Errors, logs and retries go by the real verb. (Seen in clients: the
// Windows Phone SDK uploads that way.)
func WithMethodOverride() Option {
	return func(c *config) error {
		c.methodOverride = true
		return nil
	}
}

// Timeouts are the limits of waiting. There is no limit on a whole call: large files take long; use a context for
// that. Zero means the default, a negative value no limit.
type Timeouts struct {
	// Connect and TLS limit making a connection: 10 s each. They hold for the client's own transport; an HTTP client
	// that brings a transport keeps that one's limits.
	Connect, TLS time.Duration
	// ResponseHeader is how long the server may think after it has the whole request, until the headers of its answer are
	// complete: 60 s. After a redirect it begins anew.
	ResponseHeader time.Duration
	// Stall is how long a body, up or down, may stand still: 60 s.
	Stall time.Duration
	// Token is how long the token source may take for a new token, saving it included: 60 s. A source that asks a person
	// to sign in wants more.
	Token time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	orDefault := func(d *time.Duration, preset time.Duration) {
		if *d == 0 {
			*d = preset
		}
	}
	orDefault(&t.Connect, 10*time.Second)
	orDefault(&t.TLS, 10*time.Second)
	orDefault(&t.ResponseHeader, time.Minute)
	orDefault(&t.Stall, time.Minute)
	orDefault(&t.Token, time.Minute)
	return t
}

// beforeAnswer limits the whole way to an answer, for transports that do not tell how far they have come.
func (t Timeouts) beforeAnswer() time.Duration {
	if t.ResponseHeader < 0 {
		return 0
	}
	return max(t.Connect, 0) + max(t.TLS, 0) + t.ResponseHeader
}

// WithTimeouts sets the limits of waiting.
func WithTimeouts(timeouts Timeouts) Option {
	return func(c *config) error {
		c.timeouts = timeouts.withDefaults()
		return nil
	}
}

// RetryPolicy says how often and how long a call is tried again. Tried again are calls that may be repeated without
// harm (GET, DELETE, PUT that overwrites) after a transport fault or a status 420, 429, 500, 502, 503 or 504; other
// calls only when nothing was sent yet, or the answer was 420 or 429, which says that the request was not carried out.
// All calls of a client share one budget of retries, and all wait when the service throttles one. Zero means the
// default.
type RetryPolicy struct {
	MaxAttempts   int           // requests per call, the first included: 4. 1 is no retry
	BaseDelay     time.Duration // the first wait is up to this, doubled each time: 500 ms
	MaxDelay      time.Duration // no wait of our own is longer: 30 s
	MaxRetryAfter time.Duration // a longer Retry-After ends the call at once, with the wait in Error.RetryAfter: 60 s
}

// backoff is the wait after a number of tries.
func (p RetryPolicy) backoff(tries int) time.Duration {
	return retry.Backoff(tries, p.BaseDelay, p.MaxDelay, rand.Float64()) //nolint:gosec // jitter
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 4
	}
	if p.BaseDelay == 0 {
		p.BaseDelay = 500 * time.Millisecond
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = 30 * time.Second
	}
	if p.MaxRetryAfter == 0 {
		p.MaxRetryAfter = time.Minute
	}
	return p
}

// WithRetryPolicy sets how often and how long a call is tried again.
func WithRetryPolicy(policy RetryPolicy) Option {
	return func(c *config) error {
		c.retry = policy.withDefaults()
		if policy.MaxAttempts < 0 || policy.BaseDelay < 0 || policy.MaxDelay < 0 || policy.MaxRetryAfter < 0 {
			return fmt.Errorf("retry policy %+v: no value may be negative", policy)
		}
		return nil
	}
}
