package faults

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// Ending is how a connection ends before its time.
type Ending int

// The two ways of ending a connection.
const (
	Close Ending = iota // as by a server that goes away: what was sent arrives
	Reset               // as by a router that forgot the connection: what was sent may be lost
)

// errCut is what a handler gets that writes to, or reads from, a connection that has been broken.
var errCut = errors.New("faults: the connection was broken on purpose")

// end breaks the connection of a request. It does not return.
func (e Ending) end(w http.ResponseWriter) {
	if e == Reset {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			inner := conn
			if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
				inner = secure.NetConn()
			}
			if tcp, ok := inner.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = inner.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// Drop ends the connection at once. The handler does not see the request.
func Drop(ending Ending) Effect {
	return func(*Fault, http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { ending.end(w) })
	}
}

// CutResponse ends the connection when so many bytes of the answer's body have been sent. Shorter answers are left
// alone.
func CutResponse(after int64, ending Ending) Effect {
	return pauseResponse(after, ending, func(context.Context, *Fault) error { return errCut })
}

// StallResponse sends so many bytes of the answer's body, and the rest after some time (zero: no limit) or when the
// fault is released.
func StallResponse(after int64, d time.Duration) Effect {
	return pauseResponse(after, Close, func(ctx context.Context, f *Fault) error { return f.hold(ctx, d) })
}

// pauseResponse calls pause in the middle of an answer. If that fails, the connection ends: the handler, which finds
// that it cannot write any more, might still end its answer as if it were whole.
func pauseResponse(after int64, ending Ending, pause func(context.Context, *Fault) error) Effect {
	return func(f *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := &pausingWriter{ResponseWriter: w, left: after, pause: func() error { return pause(r.Context(), f) }}
			next.ServeHTTP(answer, r)
			if answer.err != nil {
				ending.end(w)
			}
		})
	}
}

// pausingWriter sends some bytes, and calls pause before it goes on.
type pausingWriter struct {
	http.ResponseWriter
	left  int64
	pause func() error
	past  bool
	err   error // of pause, for ever
}

func (w *pausingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *pausingWriter) Write(p []byte) (n int, err error) {
	if !w.past && int64(len(p)) > w.left {
		w.past = true
		n, err = w.ResponseWriter.Write(p[:w.left]) // an empty one too sends the header
		if err == nil {
			err = http.NewResponseController(w.ResponseWriter).Flush()
		}
		if err != nil {
			return n, err
		}
		w.err, p = w.pause(), p[n:]
	}
	if w.err != nil {
		return n, w.err
	}
	w.left -= int64(len(p))
	m, err := w.ResponseWriter.Write(p)
	return n + m, err
}

// CutRequest reads so many bytes of the request's body and ends the connection: to the handler it looks as if the
// client had gone, and to the client as if the server had. Shorter bodies are left alone.
func CutRequest(after int64, ending Ending) Effect {
	return pauseRequest(after, ending, func(context.Context, *Fault) error { return io.ErrUnexpectedEOF })
}

// StallRequest reads so many bytes of the request's body, and the rest after some time (zero: no limit) or when the
// fault is released.
func StallRequest(after int64, d time.Duration) Effect {
	return pauseRequest(after, Close, func(ctx context.Context, f *Fault) error { return f.hold(ctx, d) })
}

// pauseRequest calls pause in the middle of a body. If that fails, the connection ends without an answer.
func pauseRequest(after int64, ending Ending, pause func(context.Context, *Fault) error) Effect {
	return func(f *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := &pausingReader{ReadCloser: r.Body, left: after, pause: func() error { return pause(r.Context(), f) }}
			r.Body = body
			next.ServeHTTP(&heldAnswer{ResponseWriter: w, body: body}, r)
			if body.err != nil {
				ending.end(w)
			}
		})
	}
}

// heldAnswer swallows the answer to a request whose connection is about to be broken.
type heldAnswer struct {
	http.ResponseWriter
	body *pausingReader
}

func (w *heldAnswer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *heldAnswer) WriteHeader(status int) {
	if w.body.err == nil {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *heldAnswer) Write(p []byte) (int, error) {
	if w.body.err == nil {
		return w.ResponseWriter.Write(p)
	}
	return len(p), nil
}

// pausingReader reads some bytes, and calls pause before it goes on. A body that ends there is read to its end.
type pausingReader struct {
	io.ReadCloser
	left  int64
	pause func() error
	past  bool
	err   error // of pause, for ever
}

func (r *pausingReader) Read(p []byte) (int, error) {
	switch {
	case r.err != nil:
		return 0, r.err
	case r.past || len(p) == 0:
		return r.ReadCloser.Read(p)
	case r.left > 0:
		n, err := r.ReadCloser.Read(p[:min(int64(len(p)), r.left)])
		r.left -= int64(n)
		return n, err
	}
	// Only one byte more reports whether there is a rest to hold back.
	n, err := r.ReadCloser.Read(p[:1])
	if n > 0 {
		r.past = true
		if r.err = r.pause(); r.err != nil {
			return 0, r.err
		}
	}
	return n, err
}

// Stall hands the request on after some time (zero: no limit) or when the fault is released.
func Stall(d time.Duration) Effect {
	return func(f *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if f.hold(r.Context(), d) != nil {
				Close.end(w)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Latency hands the request on after some time.
func Latency(d time.Duration) Effect {
	return func(_ *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if wait(r.Context(), d) != nil {
				Close.end(w)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// hold waits for some time (zero: no limit) or until the fault is released, whichever is first. It fails when the
// client has gone or the server ends.
func (f *Fault) hold(ctx context.Context, d time.Duration) error {
	if d > 0 {
		limited, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		select {
		case <-f.released:
		case <-limited.Done():
		}
		return context.Cause(ctx)
	}
	select {
	case <-f.released:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
