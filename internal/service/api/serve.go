package api

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Serve answers a request for a path of the API.
func (h *Host) Serve(to *wire.Call, segments []string) {
	c := &call{Call: to, h: h, path: apiSegments(segments)}
	if name, ok := c.Query.Lookup("callback"); ok && name != "" && !wire.ValidCallback(name) {
		c.Query = c.Query.Without("callback")
		c.WriteError(wire.BadParameter("callback", "the name of a JavaScript function"))
		return
	}
	a, err := answer(c)
	if err != nil {
		c.WriteError(wire.AsError(err, c.resourceName()))
		return
	}
	writeReply(c, a)
}

// answer finds the route, checks the token and runs the handler.
func answer(c *call) (reply, error) {
	if err := checkMethod(c); err != nil {
		return reply{}, err
	}
	var rest []string
	c.target, rest = parseTarget(c.path)
	if err := c.findClient(rest); err != nil {
		return reply{}, err
	}
	found, name, known := findRoute(routes, c.Method, c.target, rest)
	switch {
	case !known:
		return reply{}, wire.BadPath(strings.Join(c.path, "/"))
	case found == nil:
		return reply{}, wire.BadMethod(c.Method)
	}
	c.fileName, c.Route = name, found.id
	if err := readBody(c, found); err != nil {
		return reply{}, err
	}
	var err error
	if c.grant, err = c.h.Login.Authenticate(c.Call); err != nil {
		return reply{}, err
	}
	if err := c.h.Admit(c.Call, c.grant); err != nil {
		return reply{}, err
	}
	if err := authorize(c, found); err != nil {
		return reply{}, err
	}
	a, err := found.handle(c)
	c.Route = row(c, found.id, err == nil)
	return a, err
}

// findClient finds the application that a client id in the place of a user's stands for: both are 16 digits.
func (c *call) findClient(rest []string) error {
	if c.target.kind != targetUser || c.target.owner == "me" || len(rest) > 0 && !strings.EqualFold(rest[0], "picture") {
		return nil
	}
	a, err := c.h.Accounts.Application(c.Context(), c.target.owner)
	switch {
	case errors.Is(err, backend.ErrNotFound), errors.Is(err, backend.ErrRetired):
		return nil
	case err == nil:
		c.target = target{kind: targetApplication, id: a.ID}
	}
	return err
}

// checkMethod refuses a method parameter that is no method, where it would stand in for one.
func checkMethod(c *call) error {
	if c.R.Method != http.MethodGet && c.R.Method != http.MethodPost {
		return nil
	}
	if name := c.Query.Get("method"); name != "" && !wire.IsMethod(name) {
		return wire.BadParameter("method", "one of these: GET, POST, PUT, DELETE, MOVE, COPY")
	}
	return nil
}

// readBody reads the fields of a write. JSONP, which has no body, has dotted names in the query. Files are left alone.
func readBody(c *call, to *route) (err error) {
	switch {
	case c.Method == http.MethodGet, c.Method == http.MethodDelete, to.flags&rawBody != 0, wire.IsMultipart(c.R):
	case c.R.Method == http.MethodGet:
		c.body = wire.Nest(c.Query)
	default:
		c.body, c.Form, err = wire.Fields(c.R)
	}
	return err
}

// authorize checks what the table of routes says about the request.
func authorize(c *call, to *route) error {
	if c.grant.Anonymous() {
		if to.flags&anonymous != 0 && c.target.owner != "me" {
			return nil
		}
		return wire.TokenMissing()
	}
	if err := c.grant.Require(to.scopes); err != nil {
		return err
	}
	if to.flags&own != 0 && c.owner() != c.grant.User {
		return wire.Forbidden()
	}
	return nil
}

// writeReply writes what a handler answered, as the parameters of the request want it.
func writeReply(c *call, a reply) {
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
	case a.content != nil:
		defer a.content.Close() //nolint:errcheck // it was only read
		c.W.Header().Set("Content-Type", a.content.Type)
		c.W.Header().Set("Content-Length", strconv.FormatInt(a.content.Size, 10))
		c.W.WriteHeader(status)
		_, _ = io.Copy(c.W, a.content)
	case a.html != "":
		c.W.Header().Set("Content-Type", wire.TypeHTML)
		c.W.WriteHeader(status)
		_, _ = c.W.Write([]byte(a.html))
	case status == http.StatusNoContent:
		writeNothing(c)
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
func writeNothing(c *call) {
	switch {
	case c.Callback() != "":
		c.WriteJSON(http.StatusOK, struct{}{}) // not recorded; the function has to be called with something
	case c.Params().Flag("suppress_response_codes", false):
		c.W.WriteHeader(http.StatusOK)
	default:
		c.W.WriteHeader(http.StatusNoContent)
	}
}
