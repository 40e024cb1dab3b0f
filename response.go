package liveconnect

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/watchdog"
)

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

// detached is the context of work that goes on beside a call, or after it has returned: WithResponse is not told of it.
func detached(ctx context.Context) context.Context {
	if ctx == nil {
		return nil // which is refused where something is sent
	}
	return context.WithValue(ctx, responseKey{}, (*Response)(nil))
}

// record tells WithResponse of an answer.
func record(ctx context.Context, resp *http.Response, attempt int) {
	if meta, ok := ctx.Value(responseKey{}).(*Response); ok && meta != nil {
		*meta = Response{
			StatusCode: resp.StatusCode, Header: resp.Header, Attempts: attempt,
			RequestID: resp.Header.Get("X-Http-Live-Request-Id"),
		}
	}
}

// guardedBody is a response's body that may not stand still.
type guardedBody struct {
	io.ReadCloser
	dog     *watchdog.Dog
	limit   time.Duration
	stalled error           // what a read says that took longer
	ctx     context.Context //nolint:containedctx // the try's own, to ask why it ended
	cancel  context.CancelCauseFunc
}

func (b *guardedBody) Read(p []byte) (int, error) {
	b.dog.Expect(b.limit, b.stalled)
	n, err := b.ReadCloser.Read(p)
	b.dog.Rest()
	if err != nil && err != io.EOF { //nolint:errorlint // readers return the bare io.EOF
		if cause := context.Cause(b.ctx); cause != nil && errors.Is(cause, ErrTimeout) {
			err = cause
		}
	}
	return n, err
}

// Close releases the try.
func (b *guardedBody) Close() error {
	err := b.ReadCloser.Close()
	b.dog.Rest()
	b.cancel(nil)
	return err
}
