package graphtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/go-liveconnect/liveconnect/internal/graphtest/facts"
)

// Request is a request that the server got.
type Request struct {
	Host      Host
	Method    string
	Path      string // escaped, as it came
	Query     url.Values
	Header    http.Header // without Authorization
	HadToken  bool        // a bearer token came with it
	Operation string      // such as "GET item/children"; "" if there is none
	Status    int
	Code      string // of the error that was answered
	BytesIn   int64
	BytesOut  int64

	Intercepted bool // a fault kept it from the service; Status is what the fault answered, 0 if nothing
}

// String is the request in one line: "GET /v1.0/me/drive 200".
func (r Request) String() string { return fmt.Sprintf("%s %s %d", r.Method, r.Path, r.Status) }

// Exchange is a request together with its answer, as far as they are JSON: for a judge.
type Exchange struct {
	Host         Host
	Method       string
	URL          *url.URL
	Header       http.Header // of the request, without Authorization
	Body         []byte
	Status       int
	AnswerHeader http.Header
	Answer       []byte
}

// entry is what is noted of a request while it is answered.
type entry struct {
	request Request
	seen    bool // by the service
}

func (e *entry) code(code string) { e.request.Code = code }

func (e *entry) operation(name string) { e.request.Operation = name }

type entryKey struct{}

func entryOf(r *http.Request) *entry {
	if e, ok := r.Context().Value(entryKey{}).(*entry); ok {
		return e
	}
	return &entry{}
}

// journal is what is known of the requests of a server. It is safe for concurrent use.
type journal struct {
	origins  *origins
	recorder func(Exchange) // may be nil

	mu       sync.Mutex
	requests []Request
	problems []string
}

// logged notes each request that next answers, or that a fault in it answers.
func (j *journal) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Clone()
		header.Del("Authorization")
		query, _ := url.ParseQuery(r.URL.RawQuery)
		e := &entry{request: Request{
			Host: hostOf(r, *j.origins), Method: r.Method, Path: r.URL.EscapedPath(), Query: query, Header: header,
			HadToken: r.Header.Get("Authorization") != "",
		}}
		in, out := &meteredBody{ReadCloser: r.Body}, &meteredWriter{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), entryKey{}, e))
		r.Body = in
		defer func() {
			e.request.Intercepted = !e.seen
			e.request.Status, e.request.BytesIn, e.request.BytesOut = out.status, in.n, out.n
			j.mu.Lock()
			defer j.mu.Unlock()
			j.requests = append(j.requests, e.request)
		}()
		next.ServeHTTP(out, r)
	})
}

// judged compares each exchange with the table of facts, and hands it to the recorder. It stands behind the faults: what
// they do to an answer is no fault of the service.
func (j *journal) judged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entryOf(r).seen = true
		x := Exchange{Host: hostOf(r, *j.origins), Method: r.Method, URL: r.URL, Header: r.Header.Clone()}
		x.Header.Del("Authorization")
		var sent, answered bytes.Buffer
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") && x.Host != Files {
			r = r.WithContext(r.Context())
			r.Body = teeBody{io.TeeReader(r.Body, &sent), r.Body}
		}
		out := &teeWriter{meteredWriter: meteredWriter{ResponseWriter: w}, copy: &answered}
		next.ServeHTTP(out, r)
		x.Status, x.AnswerHeader = out.status, w.Header().Clone()
		x.Body, x.Answer = sent.Bytes(), answered.Bytes()
		problems := judge(x)
		j.mu.Lock()
		j.problems = append(j.problems, problems...)
		j.mu.Unlock()
		if j.recorder != nil {
			j.recorder(x)
		}
	})
}

// judge returns what is wrong with an answer, and with a request that was accepted.
func judge(x Exchange) []string {
	var problems []string
	switch path, ok := strings.CutPrefix(x.URL.EscapedPath(), "/v1.0"); {
	case x.Host == Graph && ok:
		if x.Status < http.StatusBadRequest {
			problems = facts.CheckRequest(x.Method, path, x.Body)
		}
		problems = append(problems, facts.CheckAnswer(x.Method, path, x.Status, x.Answer)...)
	case x.Host == Files && strings.HasPrefix(x.URL.Path, uploadPath) && x.Status < http.StatusBadRequest:
		as := "/drive/root/createUploadSession"
		if x.Method == http.MethodPut && x.Status != http.StatusAccepted {
			as = "/drive/root"
		}
		problems = facts.CheckAnswer(http.MethodGet, as, x.Status, x.Answer)
	}
	for i := range problems {
		problems[i] = fmt.Sprintf("%s %s %d: %s", x.Method, x.URL.EscapedPath(), x.Status, problems[i])
	}
	return problems
}

// meteredBody counts what is read.
type meteredBody struct {
	io.ReadCloser
	n int64
}

func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	return n, err
}

type teeBody struct {
	io.Reader
	io.Closer
}

// meteredWriter counts what is written, and remembers the status.
type meteredWriter struct {
	http.ResponseWriter
	status int
	n      int64
}

func (w *meteredWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *meteredWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *meteredWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.n += int64(n)
	return n, err
}

// teeWriter keeps a copy of JSON.
type teeWriter struct {
	meteredWriter
	copy *bytes.Buffer
}

func (w *teeWriter) Write(p []byte) (int, error) {
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		w.copy.Write(p)
	}
	return w.meteredWriter.Write(p)
}
