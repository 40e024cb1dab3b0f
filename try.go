package liveconnect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/redact"
	"github.com/go-liveconnect/liveconnect/internal/retry"
	"github.com/go-liveconnect/liveconnect/internal/revocable"
	"github.com/go-liveconnect/liveconnect/internal/watchdog"
)

// try is one attempt at a request.
type try struct {
	core    *core
	request *request
	url     *url.URL
	attempt int
	meaning meaning

	token    string // the access token that was sent
	rejected string // the one before it, which the service did not take
	dog      *watchdog.Dog
	line     line
	body     *sentBody // nil for none, and for one in memory
	hung     bool      // the source of the body is still being read, though the try is over
	tokenEnd bool      // there was no token in time
	judged   bool      // whoever answered had the token
	answerer origin    // who answered
}

// line is what the transport tells of a try's way to the server. A transport that is not net/http's may tell nothing.
type line struct {
	begun    atomic.Bool // the request was handed to the transport
	traced   atomic.Bool // the transport tells
	wrote    atomic.Bool // the headers were written
	heard    atomic.Bool // the answer has begun
	answered atomic.Bool // there is an answer
	conn     atomic.Pointer[net.Conn]
}

// sent reports whether the server may have got any of the request: always, unless the opposite is known.
func (l *line) sent() bool {
	if l.answered.Load() || l.wrote.Load() {
		return true
	}
	return l.begun.Load() && !l.traced.Load()
}

// alive reports whether the connection is open, as far as can be seen.
func (l *line) alive() bool {
	conn := l.conn.Load()
	if conn == nil {
		return true
	}
	inner := *conn
	if secure, ok := inner.(interface{ NetConn() net.Conn }); ok {
		inner = secure.NetConn()
	}
	socket, ok := inner.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := socket.SyscallConn()
	return err == nil && raw.Control(func(uintptr) {}) == nil
}

// run sends the request once. The error is nil, or complete but for the decision what to do about it.
func (t *try) run(ctx context.Context, consume func(*http.Response) error) *Error {
	started := time.Now()
	resp, err := t.send(ctx)
	t.endBody(ctx)
	if err != nil {
		failure := t.transportError(ctx, err)
		t.log(ctx, failure, 0, time.Since(started))
		return failure
	}
	t.answerer = originOf(t.url)
	if resp.Request != nil { // the last of the redirects
		t.answerer, t.judged = originOf(resp.Request.URL), resp.Request.Header.Get("Authorization") != ""
	}
	record(ctx, resp, t.attempt)
	if t.request.seen != nil {
		t.request.seen(resp.Header)
	}
	var failure *Error
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		failure = t.statusError(resp)
	case t.body != nil && !t.body.complete():
		failure = t.answerError(ctx, resp, errors.Join(errEarlyAnswer, resp.Body.Close()))
	default:
		if err := consume(resp); err != nil {
			failure = t.answerError(ctx, resp, err)
		}
	}
	t.log(ctx, failure, resp.StatusCode, time.Since(started))
	return failure
}

// errEarlyAnswer is for a server that says to have what it cannot have.
var errEarlyAnswer = fmt.Errorf("%w: the server answered with success before the whole body was sent", ErrUnexpectedContent)

// endBody takes the source away from the connection, which may go on reading it after an early answer: nobody but the
// next try, or the caller, reads it then. A panic of the caller's code goes on here, on the caller's own goroutine.
func (t *try) endBody(ctx context.Context) {
	if t.body != nil {
		t.hung = !t.body.End(ctx)
		t.body.Panicked().Resume()
	}
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
		GetConn:              func(string) { t.line.traced.Store(true); t.dog.Rest() },
		GotConn:              func(got httptrace.GotConnInfo) { t.line.conn.Store(&got.Conn); t.awaitAnswer() },
		WroteHeaders:         func() { t.line.wrote.Store(true) },
		GotFirstResponseByte: t.answerBegins,
		Got1xxResponse:       t.answerPutOff,
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), t.core.verb(t.request.method), "", nil)
	if err != nil {
		return nil, err
	}
	req.URL = t.url
	if err := t.setBody(ctx, req); err != nil {
		return nil, err
	}
	if err := t.setHeaders(ctx, req); err != nil {
		return nil, err
	}
	t.line.begun.Store(true)
	t.dog.Expect(t.core.timeouts.beforeAnswer(), t.core.noAnswer) // until the transport tells more, if it does
	resp, err := t.core.http.Do(req)
	t.dog.Rest()
	if err != nil {
		return nil, err
	}
	t.line.answered.Store(true)
	resp.Body = &guardedBody{
		ReadCloser: resp.Body, dog: t.dog, limit: t.core.timeouts.Stall, stalled: t.core.stalledDown, ctx: ctx, cancel: cancel,
	}
	return resp, nil
}

// awaitAnswer gives the server its time to think: until the answer's headers are complete, and anew for each redirect.
func (t *try) awaitAnswer() {
	t.line.heard.Store(false)
	t.dog.Expect(t.core.timeouts.ResponseHeader, t.core.noAnswer)
}

// answerBegins is called at the first byte of an answer, be it a provisional one. The time to think goes on; if the body
// was not sent to its end, it begins now.
func (t *try) answerBegins() {
	if t.body != nil && !t.body.complete() && !t.line.heard.Swap(true) {
		t.dog.Expect(t.core.timeouts.ResponseHeader, t.core.noAnswer)
	}
}

// answerPutOff is called for a provisional answer: sending the body goes on.
func (t *try) answerPutOff(int, textproto.MIMEHeader) error {
	if t.line.heard.Swap(false) {
		t.dog.Rest()
	}
	return nil
}

// setBody opens the body. One that comes from a caller's reader is read on a goroutine of its own, because a read may
// hang, and net/http waits for it whatever happens.
func (t *try) setBody(ctx context.Context, req *http.Request) error {
	if t.request.body == nil {
		return nil
	}
	source, size, err := t.request.body.open()
	if err != nil {
		return err
	}
	if size == 0 {
		req.Body = http.NoBody
		return source.Close()
	}
	req.ContentLength = size
	if _, ok := t.request.body.(memoryBody); ok {
		req.Body = source
		return nil
	}
	t.body = &sentBody{try: t, size: size, Reader: revocable.New(source, revocable.Options{
		Size: size, Delivered: t.request.body.delivered, Alive: t.line.alive,
	})}
	context.AfterFunc(ctx, t.body.Revoke)
	req.Body = t.body
	return nil
}

// sentBody is a request's body on its way. While the connection takes bytes, the try's stall limit runs; while the
// source is being read, it does not.
type sentBody struct {
	*revocable.Reader
	try  *try
	size int64 // -1 if it is not known
	read atomic.Int64
	end  atomic.Bool
}

func (b *sentBody) Read(p []byte) (int, error) {
	t := b.try
	if !t.line.heard.Load() {
		t.dog.Rest()
	}
	n, err := b.Reader.Read(p)
	b.read.Add(int64(n))
	if err == io.EOF { //nolint:errorlint // readers return the bare io.EOF
		b.end.Store(true)
	}
	switch {
	case t.line.heard.Load():
	case b.complete():
		t.dog.Expect(t.core.timeouts.ResponseHeader, t.core.noAnswer)
	default:
		t.dog.Expect(t.core.timeouts.Stall, t.core.stalledUp)
	}
	return n, err
}

// complete reports whether the connection was given all of the body.
func (b *sentBody) complete() bool { return b.end.Load() || b.size >= 0 && b.read.Load() >= b.size }

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
	for name, values := range t.request.header {
		req.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	if t.core.tokens == nil || t.request.noToken || !t.core.mayCarryToken(req.URL) {
		return nil
	}
	token, err := t.core.tokens.getNot(ctx, t.rejected)
	if err != nil {
		t.tokenEnd = errors.Is(err, ErrTimeout)
		return &tokenError{err}
	}
	t.token = token.AccessToken
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	return nil
}

type tokenError struct{ err error }

func (e *tokenError) Error() string { return "getting an access token: " + e.err.Error() }
func (e *tokenError) Unwrap() error { return e.err }

// transportError describes a request that got no answer.
func (t *try) transportError(ctx context.Context, err error) *Error {
	failure := t.newError()
	secrets := t.secrets(nil, err)
	if ctx.Err() != nil {
		failure.Err = ctx.Err()
		if cause := context.Cause(ctx); !errors.Is(cause, ctx.Err()) {
			failure.Err = fmt.Errorf("%w: %w", ctx.Err(), withoutSecrets(cause, secrets...))
		}
		return failure
	}
	if inToken, ok := errors.AsType[*tokenError](err); ok {
		failure.Attempts = t.attempt - 1
		if retrieve, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
			if clean, ok := errors.AsType[*oauth2.RetrieveError](withoutSecrets(retrieve, secrets...)); ok {
				failure.Code = clean.ErrorCode
			}
		}
		err = cleanSourceError(inToken.err)
	}
	if errors.Is(err, revocable.ErrRevoked) {
		err = errConnectionGone
	}
	failure.Err = withoutSecrets(err, secrets...)
	return failure
}

// errConnectionGone is for a connection that was closed while the source of the body kept everybody waiting.
var errConnectionGone = errors.New("the connection was closed in the middle of the request")

// secrets are the texts that must not show in an error of this try: tokens, and the addresses that it was led to.
func (t *try) secrets(resp *http.Response, err error) []*redact.Secret {
	secrets := append(t.core.tokens.secrets(), t.core.linkSecrets(t.url)...)
	for ; resp != nil; resp = resp.Request.Response {
		if location, err := resp.Location(); err == nil {
			secrets = append(secrets, t.core.linkSecrets(location)...)
		}
		if resp.Request == nil {
			break
		}
		secrets = append(secrets, t.core.linkSecrets(resp.Request.URL)...)
	}
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		if at, err := url.Parse(inURL.URL); err == nil {
			secrets = append(secrets, t.core.linkSecrets(at)...)
		}
	}
	return secrets
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
		failure.Err = unexpectedContent(resp, content, t.secrets(resp, nil)...)
	}
	return failure
}

// answerError describes a success whose content is not one.
func (t *try) answerError(ctx context.Context, resp *http.Response, err error) *Error {
	inside, ok := errors.AsType[*insideError](err)
	if !ok {
		secrets := t.secrets(resp, err)
		failure := t.transportError(ctx, err)
		failure.Err = withoutSecrets(failure.Err, secrets...)
		failure.StatusCode, failure.RequestID = resp.StatusCode, requestID(resp, secrets)
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
	failure.Code, failure.Message = errorBody(content)
	if t.request.protocol == protocolBITS {
		explainBITS(failure, resp.Header)
	}
	secrets := t.secrets(resp, nil)
	failure.RequestID = requestID(resp, secrets)
	failure.Code, failure.Message = shownCode(failure.Code, secrets...), shown(failure.Message, maxShown, secrets...)
	if resp.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		failure.Err = outOfRange(t.request.headers, resp.Header)
	}
	failure.RetryAfter, _ = retry.After(resp.Header.Get("Retry-After"), time.Now())
	if failure.RetryAfter == 0 && errors.Is(failure, ErrThrottled) {
		failure.RetryAfter = waitFromMessage(failure.Message)
	}
}

// requestID is the service's name for a request.
func requestID(resp *http.Response, secrets []*redact.Secret) string {
	return shown(resp.Header.Get("X-Http-Live-Request-Id"), maxShownName, secrets...)
}

// outOfRange says which bytes a server had nothing for, and how many it has, as far as it tells; nil if no range was
// asked for.
func outOfRange(sent map[string]string, got http.Header) error {
	asked := sent["Range"]
	if asked == "" {
		return nil
	}
	_, total, _ := strings.Cut(got.Get("Content-Range"), "*/")
	if size, err := strconv.ParseUint(total, 10, 63); err == nil {
		return fmt.Errorf("asked for %s of %d bytes", asked, size)
	}
	return fmt.Errorf("asked for %s; the server does not say how many bytes there are", asked)
}

// refused reports whether the service turned the token down, so that a newer one may help.
func (t *try) refused(failure *Error) bool {
	if !t.judged {
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
			t.core.pacers.Hold(t.answerer, failure.RetryAfter)
		}
	}
	switch {
	case t.attempt >= policy.MaxAttempts, !worthRepeating(failure), !t.canRepeatBody(), t.tokenEnd:
		return 0, false
	case !throttled && !t.meaning.repeatable && t.line.sent():
		return 0, false
	case failure.RetryAfter > policy.MaxRetryAfter:
		return 0, false
	case !throttled && !t.core.budget.Take():
		return 0, false
	}
	wait = policy.backoff(t.attempt)
	return failure.RetryAfter + wait, true
}

// mayHaveHappened reports whether a request that failed may have been carried out all the same.
func (t *try) mayHaveHappened(failure *Error) bool {
	switch {
	case !t.line.sent(), errors.Is(failure, ErrThrottled), errors.Is(failure, errRedirect):
		return false
	case failure.StatusCode >= 300:
		return failure.StatusCode >= 500 && failure.StatusCode != http.StatusServiceUnavailable
	}
	return failure.Code == ""
}

// statusThrottled is the service's own status for "too many requests".
const statusThrottled = 420

// worthRepeating reports whether the same request may succeed later.
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
	err := failure.Err
	_, unsaved := errors.AsType[*tokenSaveError](err)
	switch {
	case errors.Is(failure, ErrThrottled), errors.Is(failure, ErrServerInternal), errors.Is(failure, ErrServerBusy):
		return true // in a 200, because of suppress_response_codes
	case err == nil, unsaved, failure.Code != "":
		return false
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.Is(err, ErrSourceLength), errors.Is(err, errSource), errors.Is(err, ErrInvalidArgument):
		return false
	case errors.Is(err, ErrUnexpectedContent):
		return errors.Is(err, io.ErrUnexpectedEOF)
	case refusedSignIn(err):
		return false
	case errors.Is(err, errRedirect), errors.Is(err, errRedirects), errors.Is(err, ErrContentChanged), permanent(err):
		return false
	}
	return true
}

// permanent tells connection faults apart that will be the same in a minute.
func permanent(err error) bool {
	lookup, ok := errors.AsType[*net.DNSError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return ok && lookup.IsNotFound || untrusted
}

func (t *try) log(ctx context.Context, failure *Error, status int, took time.Duration) {
	c := t.core
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

// refusedSignIn reports whether a sign-in host has answered with a refusal, which will be the same next time.
func refusedSignIn(err error) bool {
	retrieve, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok || retrieve.Response == nil {
		return false
	}
	switch status := retrieve.Response.StatusCode; status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, statusThrottled:
		return false
	default:
		return status >= 400 && status < 500
	}
}
