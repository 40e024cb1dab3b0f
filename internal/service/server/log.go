package server

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Request is what the log has of a request that was served.
type Request struct {
	wire.Facts
	Time      time.Time
	Method    string // after the method parameter was applied
	Path      string // unescaped, otherwise as received
	Query     url.Values
	Status    int
	BytesIn   int64
	BytesOut  int64
	Duration  time.Duration
	RequestID string
	Header    http.Header // without Authorization
}

// responseLog remembers what was answered.
type responseLog struct {
	http.ResponseWriter
	status int
	n      int64
}

func (w *responseLog) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *responseLog) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.n += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *responseLog) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// ReadFrom keeps the fast way from a file to a connection.
func (w *responseLog) ReadFrom(src io.Reader) (int64, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := io.Copy(w.ResponseWriter, src)
	w.n += n
	return n, err
}

// countingReader counts a request's body.
type countingReader struct {
	io.ReadCloser
	n int64
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.n += int64(n)
	return n, err
}
