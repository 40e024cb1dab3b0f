package liveconnect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/redact"
	"github.com/go-liveconnect/liveconnect/internal/retry"
	"github.com/go-liveconnect/liveconnect/internal/watchdog"
)

// try is one attempt at a request.
type try struct {
	core    *core
	request *request
	url     *url.URL
	attempt int

	token    string      // the access token that was sent
	rejected string      // the one before it, which the service did not take
	sent     atomic.Bool // anything of the request may have reached the server
	heard    atomic.Bool // the answer has begun
	dog      *watchdog.Dog
	body     *sentBody // nil for none
	hung     bool      // the source of the body is still being read, though the try is over
}

// run sends the request once. The error is nil, or complete but for the decision what to do about it.
func (t *try) run(ctx context.Context, consume func(*http.Response) error) *Error {
	started := time.Now()
	resp, err := t.send(ctx)
	t.hung = !t.body.end(ctx)
	if err != nil {
		failure := t.transportError(ctx, err)
		t.core.logTry(ctx, failure, t, 0, time.Since(started))
		return failure
	}
	if meta, ok := ctx.Value(responseKey{}).(*Response); ok && meta != nil {
		*meta = Response{
			StatusCode: resp.StatusCode, Header: resp.Header, Attempts: t.attempt,
			RequestID: resp.Header.Get("X-Http-Live-Request-Id"),
		}
	}
	var failure *Error
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		if err := consume(resp); err != nil {
			failure = t.answerError(ctx, resp, err)
		}
	} else {
		failure = t.statusError(resp)
	}
	t.core.logTry(ctx, failure, t, resp.StatusCode, time.Since(started))
	return failure
}

// send makes the HTTP request. The body of the response it returns is guarded against standing still, and its Close
// releases everything that belongs to the try.
func (t *try) send(ctx context.Context) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	resp, err := t.sendWith(ctx, cancel)
	if err != nil {
		cause := context.Cause(ctx)
		cancel(nil)
		if cause != nil && errors.Is(cause, ErrTimeout) {
			return nil, cause
		}
		return nil, err
	}
	return resp, nil
}

func (t *try) sendWith(ctx context.Context, cancel context.CancelCauseFunc) (*http.Response, error) {
	t.dog = watchdog.New(cancel)
	trace := &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { t.awaitAnswer() },
		WroteHeaders:         func() { t.sent.Store(true) },
		GotFirstResponseByte: func() { t.heard.Store(true); t.dog.Rest() },
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), t.core.verb(t.request.method), "", nil)
	if err != nil {
		return nil, err
	}
	req.URL = t.url
	if err := t.setBody(req); err != nil {
		return nil, err
	}
	if err := t.setHeaders(ctx, req); err != nil {
		return nil, err
	}
	resp, err := t.core.http.Do(req)
	t.dog.Rest()
	if err != nil {
		return nil, err
	}
	resp.Body = &guardedBody{ReadCloser: resp.Body, try: t, ctx: ctx, cancel: cancel}
	return resp, nil
}

func (t *try) setBody(req *http.Request) error {
	if t.request.body == nil {
		return nil
	}
	source, size, err := t.request.body.open()
	if err != nil {
		return err
	}
	if size == 0 {
		req.Body = http.NoBody
		return nil
	}
	req.ContentLength = size
	t.body = &sentBody{r: source, try: t}
	req.Body = t.body
	return nil
}

func (t *try) setHeaders(ctx context.Context, req *http.Request) error {
	req.Header.Set("User-Agent", t.core.userAgent)
	for name, value := range t.request.headers {
		req.Header.Set(name, value)
	}
	if t.request.body != nil {
		if contentType := t.request.body.contentType(); contentType != "" {
			req.Header.Set("Content-Type", contentType)
		}
	}
	if t.core.tokens == nil || t.request.noToken || !t.core.mayCarryToken(req.URL) {
		return nil
	}
	token, err := t.core.tokens.getNot(ctx, t.rejected)
	if err != nil {
		return &tokenError{err}
	}
	t.token = token.AccessToken
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	return nil
}

type tokenError struct{ err error }

func (e *tokenError) Error() string { return "getting an access token: " + e.err.Error() }
func (e *tokenError) Unwrap() error { return e.err }

// awaitAnswer gives the server its time to think, unless there still is a body to send.
func (t *try) awaitAnswer() {
	if t.heard.Load() {
		return
	}
	t.dog.Expect(t.core.timeouts.ResponseHeader, t.core.noAnswer)
}

// transportError describes a request that got no answer.
func (t *try) transportError(ctx context.Context, err error) *Error {
	failure := t.newError()
	secrets := t.secrets()
	if ctx.Err() != nil {
		failure.Err = ctx.Err()
		if cause := context.Cause(ctx); !errors.Is(cause, ctx.Err()) {
			failure.Err = fmt.Errorf("%w: %w", ctx.Err(), withoutSecrets(cause, secrets...))
		}
		return failure
	}
	var retrieve *oauth2.RetrieveError
	var inToken *tokenError
	if errors.As(err, &inToken) {
		failure.Attempts = t.attempt - 1
		if errors.As(err, &retrieve) {
			failure.Code = redact.Text(retrieve.ErrorCode, append(secrets, sentSecrets(retrieve)...)...)
		}
		err = inToken.err
	}
	failure.Err = withoutSecrets(err, secrets...)
	return failure
}

// secrets are the texts that must not show in an error of this try.
func (t *try) secrets() []string { return append(t.core.tokens.secrets(), t.token, t.rejected) }

// requestID is the service's name for a request, to show in an error.
func (t *try) requestID(resp *http.Response) string {
	return redact.Text(resp.Header.Get("X-Http-Live-Request-Id"), t.secrets()...)
}

func (t *try) newError() *Error {
	return &Error{Op: t.request.op, Method: t.request.method, URL: t.core.redacted(t.url), Attempts: t.attempt}
}

// statusError describes an answer that is not a success, and closes it.
func (t *try) statusError(resp *http.Response) *Error {
	defer resp.Body.Close() //nolint:errcheck // nothing more is read
	content, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	failure := t.newError()
	t.describe(failure, resp, content)
	if failure.Code == "" && looksLikeHTML(resp.Header.Get("Content-Type"), content) {
		failure.Err = unexpectedContent(resp, content, t.secrets()...)
	}
	return failure
}

// answerError describes a success whose content is not one.
func (t *try) answerError(ctx context.Context, resp *http.Response, err error) *Error {
	var inside *insideError
	if !errors.As(err, &inside) {
		failure := t.transportError(ctx, err)
		failure.StatusCode, failure.RequestID = resp.StatusCode, t.requestID(resp)
		return failure
	}
	failure := t.newError()
	t.describe(failure, resp, inside.body)
	if failure.Code == "" && failure.Message == "" {
		failure.Err = fmt.Errorf("%w: an error object that tells nothing", ErrUnexpectedContent)
	}
	return failure
}

func (t *try) describe(failure *Error, resp *http.Response, content []byte) {
	failure.StatusCode = resp.StatusCode
	failure.RequestID = t.requestID(resp)
	failure.Code, failure.Message = errorBody(content)
	if t.request.explain != nil {
		t.request.explain(failure, resp.Header)
	}
	secrets := t.secrets()
	failure.Code, failure.Message = redact.Text(failure.Code, secrets...), redact.Text(failure.Message, secrets...)
	if len(failure.Message) > 1024 {
		failure.Message = strings.ToValidUTF8(failure.Message[:1024], "") + "…"
	}
	failure.RetryAfter, _ = retry.After(resp.Header.Get("Retry-After"), time.Now())
	if failure.RetryAfter == 0 && errors.Is(failure, ErrThrottled) {
		failure.RetryAfter = waitFromMessage(failure.Message)
	}
}

// refused tells whether the service turned the token down, so that a newer one may help.
func (t *try) refused(failure *Error) bool {
	if t.token == "" {
		return false
	}
	return errors.Is(failure, ErrTokenExpired) || failure.StatusCode == http.StatusUnauthorized && failure.Code == ""
}

func (t *try) canRepeatBody() bool {
	return t.request.body == nil || !t.hung && t.request.body.replayable()
}

// next decides whether the request is tried again, and after what wait.
func (t *try) next(failure *Error) (wait time.Duration, again bool) {
	policy := t.core.retry
	throttled := errors.Is(failure, ErrThrottled)
	if failure.RetryAfter > 0 && (throttled || failure.StatusCode == http.StatusServiceUnavailable) {
		if throttled || failure.RetryAfter <= policy.MaxRetryAfter {
			t.core.pacer.Hold(failure.RetryAfter)
		}
	}
	switch {
	case t.attempt >= policy.MaxAttempts, !worthRepeating(failure), !t.canRepeatBody():
		return 0, false
	case !throttled && !t.request.repeatable() && t.sent.Load():
		return 0, false
	case failure.RetryAfter > policy.MaxRetryAfter:
		return 0, false
	case !throttled && !t.core.budget.Take():
		return 0, false
	}
	wait = retry.Backoff(t.attempt, policy.BaseDelay, policy.MaxDelay, rand.Float64()) //nolint:gosec // jitter
	return max(wait, failure.RetryAfter), true
}

// statusThrottled is the service's own status for "too many requests".
const statusThrottled = 420

// worthRepeating tells whether the same request may succeed later.
func worthRepeating(failure *Error) bool {
	if errors.Is(failure, ErrSessionNotFound) || errors.Is(failure, ErrTokenExpired) {
		return false // whatever the status: storage hosts say 500
	}
	switch failure.StatusCode {
	case statusThrottled, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case 0, http.StatusOK, http.StatusCreated:
		break
	default:
		return false
	}
	var inToken *tokenSaveError
	err := failure.Err
	switch {
	case errors.Is(failure, ErrThrottled), errors.Is(failure, ErrServerInternal), errors.Is(failure, ErrServerBusy):
		return true // in a 200, because of suppress_response_codes
	case err == nil, errors.As(err, &inToken), failure.Code != "":
		return false
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.Is(err, ErrSourceLength), errors.Is(err, errSource), errors.Is(err, ErrInvalidArgument):
		return false
	case errors.Is(err, ErrUnexpectedContent):
		return errors.Is(err, io.ErrUnexpectedEOF)
	case errors.Is(err, errRedirect), errors.Is(err, ErrContentChanged), permanent(err):
		return false
	}
	return true
}

// permanent tells connection faults apart that will be the same in a minute.
func permanent(err error) bool {
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &lookup) && lookup.IsNotFound || errors.As(err, &certificate)
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
