package server

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Request is what the log has of a request that was served.
type Request struct {
	wire.Facts
	Time      time.Time
	Method    string // after the method parameter was applied
	Sent      string // the method of the request itself
	Path      string // unescaped, otherwise as received
	Query     url.Values
	Status    int
	BytesIn   int64
	BytesOut  int64
	Duration  time.Duration
	RequestID string
	Header    http.Header // without Authorization
}

// responseLog remembers what was answered. A refusal that comes before the end of the body is held until it is complete:
// a client that goes on sending must have all of it before the connection ends.
type responseLog struct {
	http.ResponseWriter
	body   *requestBody
	status int
	n      int64
	held   *bytes.Buffer
}

func (w *responseLog) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
		if status >= http.StatusBadRequest && w.body.left() {
			w.held = &bytes.Buffer{}
		}
		if w.held != nil || w.body.broken {
			w.Header().Set("Connection", "close")
		}
	}
	if w.held == nil {
		w.ResponseWriter.WriteHeader(status)
	}
}

// release sends what was held, and takes what the client still sends.
func (w *responseLog) release() {
	if w.held == nil {
		return
	}
	h := w.Header()
	h.Del("Transfer-Encoding")
	h.Set("Content-Length", strconv.Itoa(w.held.Len()))
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(w.held.Bytes())
	_ = w.body.conn.Flush()
	w.body.drain(drainBytes)
}

func (w *responseLog) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.held != nil {
		w.n += int64(len(p))
		return w.held.Write(p)
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
		w.WriteHeader(http.StatusOK)
	}
	if w.held != nil {
		n, err := w.held.ReadFrom(src)
		w.n += n
		return n, err
	}
	n, err := io.Copy(w.ResponseWriter, src)
	w.n += n
	return n, err
}
