package service

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// Request is a request that was answered.
type Request struct {
	server.Request
	N           int64 // 1 is the first since the start
	Intercepted bool  // a fault kept it from the protocol; Status is what the fault answered, 0 if nothing
}

// Log remembers requests. The zero value is empty. It is safe for concurrent use.
type Log struct {
	Limit int // how many are remembered: the last ones; 0 is all. It is set before the first use

	flights sync.Map // *flight: those under way

	mu    sync.Mutex
	last  []Request // a ring when it is full
	count int64
}

func (l *Log) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	r.N = l.count
	if l.Limit == 0 || len(l.last) < l.Limit {
		l.last = append(l.last, r)
		return
	}
	l.last[(l.count-1)%int64(l.Limit)] = r
}

// After lists what came after the request with this number, the oldest first.
func (l *Log) After(n int64) []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Request, 0, len(l.last))
	oldest := 0
	if l.Limit > 0 && len(l.last) == l.Limit {
		oldest = int(l.count % int64(l.Limit))
	}
	all = append(append(all, l.last[oldest:]...), l.last[:oldest]...)
	return slices.DeleteFunc(all, func(r Request) bool { return r.N <= n })
}

// Clear forgets all requests, and counts anew.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last, l.count = nil, 0
}

// flight is a request under way, as far as observe sees it.
type flight struct {
	http.ResponseWriter
	status atomic.Int64  // 0 until an answer begins
	sent   atomic.Int64  // bytes of the body
	seen   atomic.Bool   // by the protocol
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

// seen notes that a request has come through the faults.
func seen(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f, ok := r.Context().Value(flightKey{}).(*flight); ok {
			f.seen.Store(true)
		}
		next.ServeHTTP(w, r)
	})
}

// observe remembers the requests that a fault keeps from the protocol, which tells of the others itself.
func (l *Log) observe(next http.Handler, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came := now()
		f := &flight{ResponseWriter: w, done: make(chan struct{})}
		l.flights.Store(f, nil)
		defer func() {
			if !f.seen.Load() {
				l.add(intercepted(r, f, came, now().Sub(came)))
			}
			l.flights.Delete(f)
			close(f.done)
		}()
		next.ServeHTTP(f, r.WithContext(context.WithValue(r.Context(), flightKey{}, f)))
	})
}

func intercepted(r *http.Request, f *flight, came time.Time, took time.Duration) Request {
	query, header := r.URL.Query(), r.Header.Clone()
	had := header.Get("Authorization") != "" || query.Has("access_token")
	header.Del("Authorization")
	query.Del("access_token")
	record := Request{Intercepted: true, Request: server.Request{
		Time: came, Method: r.Method, Path: r.URL.Path, Query: query, Header: header,
		Status: int(f.status.Load()), BytesOut: f.sent.Load(), Duration: took,
	}}
	record.HadToken = had
	return record
}

// longestSettling bounds how long Settle waits for answers that are slow.
const longestSettling = time.Second

// Settle waits for requests whose answer has begun: a client may have all of it before they are in the log.
func (l *Log) Settle(ctx context.Context) {
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
