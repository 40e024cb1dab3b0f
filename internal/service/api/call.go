package api

import (
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// call is a request of the API on its way through a handler.
type call struct {
	*wire.Call
	s *Server

	path     []string // segments without the version
	target   target
	fileName string // NAME of the pattern
	route    *route
	grant    login.Grant
	body     wire.Object // the body's fields
}

// reply is what a handler answers. The zero status is 200.
type reply struct {
	status   int
	body     any    // written as JSON; nil is no body
	location string // Location header: of a redirect, or of what was made
	html     string // in place of body
}

// serveAPI answers a request of the API host.
func (c *call) serveAPI(segments []string) {
	c.path = segments
	if name, ok := c.Query.Lookup("callback"); ok && name != "" && !wire.ValidCallback(name) {
		c.Query = c.Query.Without("callback")
		c.WriteError(wire.BadParameter("callback", "the name of a JavaScript function"))
		return
	}
	answer, err := c.answer()
	if err != nil {
		c.WriteError(wire.AsError(err, c.resourceName()))
		return
	}
	c.writeReply(answer)
}

// answer finds the route, checks the token and runs the handler.
func (c *call) answer() (reply, error) {
	var rest []string
	c.target, rest = parseTarget(c.path)
	found, name, known := findRoute(c.s.routes, c.Method, c.target, rest)
	switch {
	case !known:
		return reply{}, wire.BadPath(strings.Join(c.path, "/"))
	case found == nil:
		return reply{}, wire.BadMethod(c.Method)
	}
	c.route, c.fileName, c.Route = found, name, found.id
	if err := c.readBody(); err != nil {
		return reply{}, err
	}
	var err error
	if c.grant, err = c.s.login.Authenticate(c.Call); err != nil {
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
	case c.Method == http.MethodGet, c.Method == http.MethodDelete, c.route.flags&rawBody != 0, wire.IsMultipart(c.R):
	case c.R.Method == http.MethodGet:
		c.body = wire.Nest(c.Query)
	default:
		c.body, c.Form, err = wire.Fields(c.R)
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

// writeReply writes what a handler answered, as the parameters of the request want it.
func (c *call) writeReply(a reply) {
	status := a.status
	if status == 0 {
		status = http.StatusOK
	}
	if status == http.StatusFound && c.Params().Flag("suppress_redirects", false) {
		status, a.body, a.location = http.StatusOK, locationBody{a.location}, ""
	}
	c.SetHeaders()
	if a.location != "" {
		c.W.Header().Set("Location", a.location)
	}
	switch {
	case a.html != "":
		c.W.Header().Set("Content-Type", wire.TypeHTML)
		c.W.WriteHeader(status)
		_, _ = c.W.Write([]byte(a.html))
	case status == http.StatusNoContent:
		c.writeNothing()
	case a.body == nil:
		c.W.WriteHeader(status)
	default:
		c.WriteJSON(status, a.body)
	}
}

// locationBody stands in for a redirect.
type locationBody struct {
	Location string `json:"location"`
}

// writeNothing answers a DELETE: 204, which script callers see as an empty 200.
func (c *call) writeNothing() {
	switch {
	case c.Callback() != "":
		c.WriteJSON(http.StatusOK, struct{}{}) // not recorded; the function has to be called with something
	case c.Params().Flag("suppress_response_codes", false):
		c.W.WriteHeader(http.StatusOK)
	default:
		c.W.WriteHeader(http.StatusNoContent)
	}
}
