package liveconnect

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/go-liveconnect/liveconnect/internal/redact"
	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// request is one call of the API before it is sent.
type request struct {
	op      string
	method  string
	path    urlPath
	at      *url.URL   // an upload location of the service, to which path is appended; nil is the base URL
	link    *url.URL   // a storage link off the API host: asked as it is, and never with the token
	params  any        // a go-querystring struct, or nil
	extra   url.Values // further parameters
	body    body       // nil for none
	headers map[string]string
	// unsafe marks calls that must not be repeated once they may have been carried out, though their verb would allow it.
	unsafe bool
	// explain marks calls in the storage hosts' own protocol: their URL has no parameters of the API, their POST may be
	// repeated unless it is unsafe, and their errors are told by headers, which explain reads.
	explain func(failure *Error, header http.Header)
	// noToken leaves the token out, though the host may carry it.
	noToken bool
}

func (r *request) repeatable() bool {
	switch r.method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return !r.unsafe
	default:
		return r.explain != nil && !r.unsafe
	}
}

// body is what a request sends.
type body interface {
	// open gives the bytes for one try, and how many they are; -1 if that is not known. It fails on a second try if the
	// source cannot be read again.
	open() (io.Reader, int64, error)
	// replayable tells whether open would work once more.
	replayable() bool
	contentType() string
}

// jsonBody is a body kept in memory.
type jsonBody []byte

func (b jsonBody) open() (io.Reader, int64, error) { return bytes.NewReader(b), int64(len(b)), nil }
func (b jsonBody) replayable() bool                { return true }
func (b jsonBody) contentType() string             { return "application/json;charset=UTF-8" }

func newJSONBody(v any) (body, error) {
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonBody(encoded), nil
}

// Response is what [WithResponse] tells about the answer to a call.
type Response struct {
	StatusCode int
	Header     http.Header
	RequestID  string // X-HTTP-Live-Request-Id, the one to quote when reporting trouble
	Attempts   int    // how many requests were sent
}

type responseKey struct{}

// WithResponse returns a context that makes the call it is passed to fill in meta, also when the call fails after an
// answer. Use one meta for one call at a time; of a call that makes several requests, it holds the last.
func WithResponse(ctx context.Context, meta *Response) context.Context {
	return context.WithValue(ctx, responseKey{}, meta)
}

// fetch makes a call whose answer is a JSON object.
func fetch[T any](ctx context.Context, s *service, r request) (*T, error) {
	out := new(T)
	if err := s.call(ctx, r, out); err != nil {
		return nil, err
	}
	return out, nil
}

// call makes a call and decodes its JSON answer into out; nil takes any answer.
func (s *service) call(ctx context.Context, r request, out any) error {
	c, err := s.core(r.op)
	if err != nil {
		return err
	}
	return c.do(ctx, &r, func(resp *http.Response) error { return c.decode(resp, out) })
}

// do sends a request until it succeeds or may not be tried again. consume gets the answer of a success, and owns its
// body from then on.
func (c *core) do(ctx context.Context, r *request, consume func(*http.Response) error) error {
	u, err := c.url(r)
	if err != nil {
		return err
	}
	rejected := ""
	for attempt := 1; ; attempt++ {
		if err := c.pace(ctx, r, u, attempt); err != nil {
			return err
		}
		t := &try{core: c, request: r, url: u, attempt: attempt, rejected: rejected}
		failure := t.run(ctx, consume)
		if failure == nil {
			c.budget.Success()
			return nil
		}
		if t.refused(failure) && rejected == "" && t.canRepeatBody() {
			rejected = t.token
			if fresh, err := c.tokens.getNot(ctx, rejected); err == nil && fresh.AccessToken != rejected {
				continue
			}
			return failure
		}
		wait, again := t.next(failure)
		if !again {
			return failure
		}
		if !c.waitAfter(ctx, failure, wait) {
			return failure
		}
	}
}

// waitAfter waits before something is tried again. If the context ends meanwhile, the failure says so.
func (c *core) waitAfter(ctx context.Context, failure *Error, wait time.Duration) bool {
	c.logRetry(ctx, failure, wait)
	err := retry.Sleep(ctx, wait)
	if err != nil {
		failure.Err = fmt.Errorf("%w while waiting to try again after: %s", err, failure.reason())
		failure.Code, failure.Message = "", ""
	}
	return err == nil
}

// pace waits while the service wants to be left alone. When that is longer than the policy allows, it fails at once:
// a request sent during the wait would make it longer.
func (c *core) pace(ctx context.Context, r *request, u *url.URL, attempt int) error {
	wait := c.pacer.Remaining()
	if wait == 0 {
		return nil
	}
	held := &Error{
		Op: r.op, Method: r.method, URL: c.redacted(u), Attempts: attempt - 1, Code: "request_throttled",
		Message: "an earlier call was throttled, so this one was not sent", RetryAfter: wait,
	}
	if wait > c.retry.MaxRetryAfter {
		return held
	}
	if err := retry.Sleep(ctx, wait); err != nil {
		held.Code, held.Err = "", err
		return held
	}
	return nil
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
	if r.explain != nil {
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
	if !originOf(c.base).matches(originOf(u)) {
		return redact.Origin(u)
	}
	return redact.URL(u, func(parameter string) bool {
		switch parameter {
		case "limit", "offset", "filter", "sort_by", "sort_order", "overwrite", "downsize_photo_uploads", "download",
			"suppress_redirects", "suppress_response_codes", "type", "pretty", "locale", "return_ssl_resources", "method",
			"start_time", "end_time":
			return true
		}
		return false
	})
}

func (c *core) logTry(ctx context.Context, failure *Error, t *try, status int, took time.Duration) {
	if c.log == nil || !c.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("op", t.request.op), slog.String("method", t.request.method), slog.String("url", c.redacted(t.url)),
		slog.Int("attempt", t.attempt), slog.Int("status", status), slog.Duration("took", took),
	}
	if failure != nil {
		attrs = append(attrs, slog.Any("error", failure))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "liveconnect request", attrs...)
}

func (c *core) logRetry(ctx context.Context, failure *Error, wait time.Duration) {
	if c.log != nil {
		c.log.LogAttrs(ctx, slog.LevelInfo, "liveconnect retry", slog.Duration("wait", wait), slog.Any("error", failure))
	}
}
