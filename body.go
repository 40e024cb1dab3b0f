package liveconnect

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// errSource marks errors of the reader that an upload sends.
var errSource = errors.New("reading the source of the upload")

// sentBody is a request's body on its way. While the connection takes bytes, the try's stall limit runs; while the
// source is being read, it does not.
//
// A server may answer before it has read the request, and the connection may go on reading the body after that. So the
// source is taken away from it before the try ends: nobody but the next try, or the caller, reads it then.
type sentBody struct {
	r   io.Reader
	try *try

	mu      sync.Mutex
	reading chan struct{} // closed when the read under way ends; nil without one
	over    bool
}

func (b *sentBody) Read(p []byte) (int, error) {
	if !b.enter() {
		return 0, errTryOver
	}
	defer b.leave()
	if !b.try.heard.Load() {
		b.try.dog.Rest()
	}
	n, err := b.r.Read(p)
	switch {
	case err == io.EOF:
		b.try.awaitAnswer()
	case !b.try.heard.Load():
		b.try.dog.Expect(b.try.core.timeouts.Stall, b.try.core.stalledUp)
	}
	return n, err
}

var errTryOver = errors.New("the request is over")

func (b *sentBody) enter() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return false
	}
	b.reading = make(chan struct{})
	return true
}

func (b *sentBody) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.reading)
	b.reading = nil
}

// hungSource is how long a read of the source that is under way may still take when a try ends.
const hungSource = time.Second

// end takes the source away, after the read that may be under way. It is false if that does not end, because the source
// itself hangs.
func (b *sentBody) end(ctx context.Context) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	b.over = true
	reading := b.reading
	b.mu.Unlock()
	if reading == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, hungSource)
	defer cancel()
	select {
	case <-reading:
		return true
	case <-ctx.Done():
		return false
	}
}

// Close leaves the source open: it is the caller's.
func (b *sentBody) Close() error { return nil }

// guardedBody is a response's body that may not stand still.
type guardedBody struct {
	io.ReadCloser
	try    *try
	ctx    context.Context //nolint:containedctx // the try's own, to ask why it ended
	cancel context.CancelCauseFunc
}

func (b *guardedBody) Read(p []byte) (int, error) {
	b.try.dog.Expect(b.try.core.timeouts.Stall, b.try.core.stalledDown)
	n, err := b.ReadCloser.Read(p)
	b.try.dog.Rest()
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
	b.try.dog.Rest()
	b.cancel(nil)
	return err
}

// maxPooled is the largest buffer that is kept for the next answer.
const maxPooled = 8 << 20

func (c *core) buffer() *bytes.Buffer {
	if buffer, ok := c.buffers.Get().(*bytes.Buffer); ok {
		return buffer
	}
	return new(bytes.Buffer)
}

func (c *core) putBuffer(buffer *bytes.Buffer) {
	if buffer.Cap() <= maxPooled {
		buffer.Reset()
		c.buffers.Put(buffer)
	}
}
