package liveconnect

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// errSource marks errors of the reader that an upload sends.
var errSource = errors.New("reading the source of the upload")

// sentBody is a request's body on its way. While the connection takes bytes, the try's stall limit runs; while the
// source is being read, it does not.
type sentBody struct {
	r   io.Reader
	try *try
}

func (b *sentBody) Read(p []byte) (int, error) {
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
const maxPooled = 1 << 20

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
