package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// defaultPatience is how long a body may pause.
const defaultPatience = time.Minute

// Old clients send all of their body before they look at the answer, and never see it if the connection is closed
// meanwhile. So what is left of a refused body is taken, up to these limits. The service took files of 100 MB.
const (
	drainBytes    = 128 << 20
	drainTime     = 30 * time.Second
	drainPatience = 5 * time.Second
	// What is left of a small body is taken before the answer, and the connection goes on. That much is net/http's rule.
	drainFirst = 256 << 10
)

// requestBody is a request's body: counted, and waited for no longer than patience at a time.
type requestBody struct {
	io.ReadCloser
	conn     *http.ResponseController
	patience time.Duration
	length   int64     // -1: not known
	asked    bool      // the client waits to be told to go on, unless something was read
	end      time.Time // of the patience for all of it; zero: none
	n        int64
	done     bool // nothing more will come
	broken   bool // and that is not its end
}

func newRequestBody(w http.ResponseWriter, r *http.Request, patience time.Duration) *requestBody {
	b := &requestBody{
		ReadCloser: r.Body, conn: http.NewResponseController(w), patience: patience, length: r.ContentLength,
		asked: r.Header.Get("Expect") != "", done: r.ContentLength == 0,
	}
	if r.Body == nil {
		b.ReadCloser, b.done = http.NoBody, true
	}
	return b
}

func (b *requestBody) Read(p []byte) (int, error) {
	until := time.Now().Add(b.patience) // the network knows no other clock
	if !b.end.IsZero() && b.end.Before(until) {
		until = b.end
	}
	_ = b.conn.SetReadDeadline(until) // a test's connection may have none
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	if err == nil {
		return n, nil
	}
	b.done, b.broken = true, !errors.Is(err, io.EOF)
	if !b.broken { // net/http waits for the client to go away, and must not take a time-out for that
		_ = b.conn.SetReadDeadline(time.Time{})
	}
	return n, bodyError(err)
}

// bodyError tells what is wrong with a body.
func bodyError(err error) error {
	var network net.Error
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, http.ErrBodyReadAfterClose):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return wire.TimedOut()
	case errors.As(err, &network):
		return io.ErrUnexpectedEOF // the connection broke
	}
	var known *wire.Error
	if errors.As(err, &known) {
		return err
	}
	return wire.BadBody("Its chunks are malformed.") // net/http has no error of a type for that
}

// left reports whether the client may still be sending when a refusal is ready. Of a small body it takes the rest.
func (b *requestBody) left() bool {
	if b.done || b.asked && b.n == 0 {
		return false
	}
	if b.length < 0 || b.length-b.n <= drainFirst {
		b.drain(drainFirst)
	}
	return !b.done
}

// drain takes what the client still sends, up to so many bytes.
func (b *requestBody) drain(most int64) {
	counted := b.n
	b.patience = min(b.patience, drainPatience)
	b.end = time.Now().Add(drainTime)
	_, _ = io.CopyN(io.Discard, b, most)
	b.n = counted // nobody looked at it
}
