package faults

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Slow lets bodies pass, of requests and of answers, at so many bytes per second.
func Slow(bytesPerSecond int64) Effect {
	return func(_ *Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			pace := func() *pace { return &pace{ctx: r.Context(), rate: max(1, bytesPerSecond)} }
			r.Body = &slowReader{r.Body, pace()}
			next.ServeHTTP(&slowWriter{w, pace()}, r)
		})
	}
}

// pace keeps one direction of one request to a rate.
type pace struct {
	ctx     context.Context //nolint:containedctx // of the request, whose life is as long
	rate    int64
	started time.Time
	passed  int64
}

// slice is how many bytes go at once: those of a hundredth of a second.
func (p *pace) slice(n int) int { return min(n, max(1, int(p.rate/100))) }

// passing waits until n more bytes are due.
func (p *pace) passing(n int) error {
	if p.started.IsZero() {
		p.started = time.Now()
	}
	p.passed += int64(n)
	due := time.Duration(float64(p.passed) / float64(p.rate) * float64(time.Second))
	return wait(p.ctx, due-time.Since(p.started))
}

type slowReader struct {
	io.ReadCloser
	pace *pace
}

func (r *slowReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p[:r.pace.slice(len(p))])
	if late := r.pace.passing(n); late != nil && err == nil {
		err = late
	}
	return n, err
}

type slowWriter struct {
	http.ResponseWriter
	pace *pace
}

func (w *slowWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *slowWriter) Write(p []byte) (n int, err error) {
	for n < len(p) {
		m := w.pace.slice(len(p) - n)
		if err := w.pace.passing(m); err != nil {
			return n, err
		}
		m, err := w.ResponseWriter.Write(p[n : n+m])
		n += m
		if err != nil {
			return n, err
		}
		if err := http.NewResponseController(w.ResponseWriter).Flush(); err != nil {
			return n, err
		}
	}
	return n, nil
}
