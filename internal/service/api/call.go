package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// call is one request on its way through the server.
type call struct {
	s      *Server
	w      *responseLog
	r      *http.Request
	query  wire.Params
	method string
	record Request

	// Set for requests of the API.
	path     []string // segments without the version
	target   target
	fileName string // NAME of the pattern
	route    *route
	grant    *grant
	form     wire.Params // the body, when it was a form
	body     wire.Object // the body's fields
	bodyIn   *countingReader
}

// reply is what a handler answers. The zero status is 200.
type reply struct {
	status   int
	body     any    // written as JSON; nil is no body
	location string // Location header: of a redirect, or of what was made
	html     string // in place of body
}

func noContext() context.Context { return context.Background() }

func (c *call) ctx() context.Context { return c.r.Context() }

// params are those of the query; the web library puts them into its form body.
func (c *call) params() wire.Params {
	if len(c.form) == 0 {
		return c.query
	}
	return append(c.query[:len(c.query):len(c.query)], c.form...)
}

func (s *Server) newCall(w http.ResponseWriter, r *http.Request) *call {
	// A copy: net/http looks at the type of its own request's Body to find out whether a client still waits for
	// "100 Continue", and would wait for the whole body of a refused upload if it found our counter there.
	r = r.WithContext(r.Context())
	c := &call{s: s, w: &responseLog{ResponseWriter: w}, r: r, query: wire.ParseParams(r.URL.RawQuery)}
	c.method = effectiveMethod(r, c.query)
	c.bodyIn = &countingReader{ReadCloser: http.NoBody}
	if r.Body != nil {
		c.bodyIn.ReadCloser = r.Body
	}
	r.Body = c.bodyIn
	header := r.Header.Clone()
	header.Del("Authorization")
	c.record = Request{
		Time:      s.now(),
		Method:    c.method,
		Path:      r.URL.Path,
		Query:     c.query.Without("access_token").Values(),
		RequestID: "API." + wire.NewUUID(),
		Header:    header,
	}
	return c
}

// finish turns a panic into the service's own excuse, and reports the request.
func (c *call) finish() {
	if p := recover(); p != nil {
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p) // how a handler breaks a connection on purpose
		}
		slog.Error("api: panic", "path", c.record.Path, "panic", p, "stack", string(debug.Stack()))
		if c.w.status == 0 {
			c.writeError(wire.Internal())
		}
	}
	if c.s.onRequest == nil {
		return
	}
	c.record.Status = c.w.status
	if c.record.Status == 0 {
		c.record.Status = http.StatusOK
	}
	c.record.BytesIn, c.record.BytesOut = c.bodyIn.n, c.w.n
	c.record.Duration = c.s.now().Sub(c.record.Time)
	c.s.onRequest(c.record)
}

// serveAPI answers a request of the API host.
func (c *call) serveAPI(segments []string) {
	c.path = segments
	if name, ok := c.query.Lookup("callback"); ok && name != "" && !wire.ValidCallback(name) {
		c.query = c.query.Without("callback")
		c.writeError(wire.BadParameter("callback", "the name of a JavaScript function"))
		return
	}
	answer, err := c.answer()
	if err != nil {
		c.writeError(wire.AsError(err, c.resourceName()))
		return
	}
	c.writeReply(answer)
}

// answer finds the route, checks the token and runs the handler.
func (c *call) answer() (reply, error) {
	var rest []string
	c.target, rest = parseTarget(c.path)
	found, name, known := findRoute(c.s.routes, c.method, c.target, rest)
	switch {
	case !known:
		return reply{}, wire.BadPath(strings.Join(c.path, "/"))
	case found == nil:
		return reply{}, wire.BadMethod(c.method)
	}
	c.route, c.fileName, c.record.Route = found, name, found.id
	if err := c.readBody(); err != nil {
		return reply{}, err
	}
	if err := c.authenticate(); err != nil {
		return reply{}, err
	}
	if err := c.throttle(); err != nil {
		return reply{}, err
	}
	if err := c.authorize(); err != nil {
		return reply{}, err
	}
	return found.handle(c)
}

// readBody reads the fields of a write. JSONP, which has no body, has dotted names in the query. Files are left alone.
func (c *call) readBody() (err error) {
	switch {
	case c.method == http.MethodGet, c.method == http.MethodDelete, c.route.flags&rawBody != 0, wire.IsMultipart(c.r):
	case c.r.Method == http.MethodGet:
		c.body = wire.Nest(c.query)
	default:
		c.body, c.form, err = wire.Fields(c.r)
	}
	return err
}

// resourceName is how messages call what the request was about: its id, or its path when that has none.
func (c *call) resourceName() string {
	if len(c.path) == 0 {
		return ""
	}
	if c.target.kind == targetItem && c.target.special == "" || c.target.kind != targetDrive && c.target.kind != targetItem {
		return c.path[0]
	}
	return strings.Join(c.path, "/")
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
