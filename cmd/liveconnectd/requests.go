package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// maxRequests is how many requests are remembered: the last ones.
const maxRequests = 10_000

// loggedRequest is a request as a test suite reads it.
type loggedRequest struct {
	N           int64       `json:"n"` // 1 is the first since the start
	Time        time.Time   `json:"time"`
	Method      string      `json:"method"`
	Path        string      `json:"path"`
	Query       url.Values  `json:"query"`
	Header      http.Header `json:"header"`
	Endpoint    string      `json:"endpoint"`
	User        string      `json:"user"`
	HadToken    bool        `json:"had_token"`
	Status      int         `json:"status"`
	Code        string      `json:"code"`
	BytesIn     int64       `json:"bytes_in"`
	BytesOut    int64       `json:"bytes_out"`
	Seconds     float64     `json:"seconds"`
	RequestID   string      `json:"request_id"`
	Intercepted bool        `json:"intercepted"` // a fault kept it from the service
}

func logged(r server.Request) loggedRequest {
	return loggedRequest{
		Time: r.Time.UTC(), Method: r.Method, Path: r.Path, Query: withoutSecrets(r.Query), Header: r.Header, Endpoint: r.Route,
		User: r.User, HadToken: r.HadToken, Status: r.Status, Code: r.Code, BytesIn: r.BytesIn, BytesOut: r.BytesOut,
		Seconds: r.Duration.Seconds(), RequestID: r.RequestID,
	}
}

// withoutSecrets leaves the keys of secrets, so that a test sees that they were sent, and takes their values.
func withoutSecrets(query url.Values) url.Values {
	out := url.Values{}
	for key, values := range query {
		switch key {
		case "access_token", "refresh_token", "client_secret", "code":
			values = []string{"…"}
		}
		out[key] = values
	}
	return out
}

// requestLog remembers requests. The zero value is empty. It is safe for concurrent use.
type requestLog struct {
	flights sync.Map // *flight: those under way

	mu    sync.Mutex
	last  []loggedRequest // a ring when it is full
	count int64
}

func (l *requestLog) add(r loggedRequest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	r.N = l.count
	if len(l.last) < maxRequests {
		l.last = append(l.last, r)
		return
	}
	l.last[(l.count-1)%maxRequests] = r
}

// after lists what came after the request with this number, the oldest first.
func (l *requestLog) after(n int64) []loggedRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]loggedRequest, 0, len(l.last))
	if len(l.last) == maxRequests {
		oldest := l.count % maxRequests
		out = append(append(out, l.last[oldest:]...), l.last[:oldest]...)
	} else {
		out = append(out, l.last...)
	}
	return slices.DeleteFunc(out, func(r loggedRequest) bool { return r.N <= n })
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last, l.count = nil, 0
}

// flight is a request under way, as far as requestLog.observe sees it.
type flight struct {
	http.ResponseWriter
	status atomic.Int64  // 0 until an answer begins
	sent   atomic.Int64  // bytes of the body
	seen   atomic.Bool   // by the service
	done   chan struct{} // closed when it is in the log
}

// Unwrap lets http.ResponseController reach the connection.
func (f *flight) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// WriteHeader notes the status.
func (f *flight) WriteHeader(status int) {
	if status >= http.StatusOK {
		f.status.CompareAndSwap(0, int64(status))
	}
	f.ResponseWriter.WriteHeader(status)
}

// Write notes the status that goes without saying.
func (f *flight) Write(p []byte) (int, error) {
	f.status.CompareAndSwap(0, http.StatusOK)
	n, err := f.ResponseWriter.Write(p)
	f.sent.Add(int64(n))
	return n, err
}

type flightKey struct{}

// markSeen notes that a request has come through the faults.
func markSeen(r *http.Request) {
	if f, ok := r.Context().Value(flightKey{}).(*flight); ok {
		f.seen.Store(true)
	}
}

// observe remembers the requests that a fault keeps from the service; the service tells of the others itself.
func (l *requestLog) observe(next http.Handler, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came := now()
		f := &flight{ResponseWriter: w, done: make(chan struct{})}
		l.flights.Store(f, nil)
		defer func() {
			if !f.seen.Load() {
				l.addIntercepted(r, f, came, now().Sub(came))
			}
			l.flights.Delete(f)
			close(f.done)
		}()
		next.ServeHTTP(f, r.WithContext(context.WithValue(r.Context(), flightKey{}, f)))
	})
}

func (l *requestLog) addIntercepted(r *http.Request, f *flight, came time.Time, took time.Duration) {
	query, header := r.URL.Query(), r.Header.Clone()
	header.Del("Authorization")
	l.add(loggedRequest{
		Time: came.UTC(), Method: r.Method, Path: r.URL.Path, Query: withoutSecrets(query), Header: header,
		HadToken: query.Has("access_token") || r.Header.Get("Authorization") != "",
		Status:   int(f.status.Load()), BytesOut: f.sent.Load(), Seconds: took.Seconds(), Intercepted: true,
	})
}

// longestSettling bounds how long settle waits for answers that are slow.
const longestSettling = time.Second

// settle waits for requests whose answer has begun: a client may have all of it before they are in the log.
func (l *requestLog) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, longestSettling)
	defer cancel()
	l.flights.Range(func(key, _ any) bool {
		if f, ok := key.(*flight); ok && f.status.Load() != 0 {
			select {
			case <-f.done:
			case <-ctx.Done():
				return false
			}
		}
		return true
	})
}
