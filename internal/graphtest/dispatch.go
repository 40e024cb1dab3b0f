package graphtest

import (
	"net/http"
	"slices"
	"strings"
)

// graph answers for graph.microsoft.com.
func (c *call) graph() (*answer, error) {
	path, ok := strings.CutPrefix(c.r.URL.EscapedPath(), "/v1.0/")
	if !ok {
		return nil, badRequest("Invalid version: the path begins with /v1.0/.")
	}
	t, err := parsePath(path)
	if err != nil {
		return nil, err
	}
	c.target = t
	if err := c.authorize(); err != nil {
		return nil, err
	}
	method := c.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	op, played := operations[method+" "+t.shape]
	c.entry.operation(method + " " + t.shape)
	if !played {
		return nil, c.unknown(path)
	}
	if !slices.ContainsFunc(op.scopes, c.hasScope) {
		return nil, op.denied()
	}
	values, err := queryValues(c.r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if c.query, err = parseQuery(values, op.rules); err != nil {
		return nil, err
	}
	a, err := op.run(c)
	if op.rules.bare {
		return a, driveFailure(err)
	}
	return a, outlookFailure(err)
}

// ServeHTTP answers for all hosts.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{service: s, w: w, r: r, origins: s.originsFor(r), entry: entryOf(r), id: newUUID()}
	var a *answer
	var err error
	switch hostOf(r, s.origins) {
	case Graph:
		a, err = c.graph()
	case Login:
		a, err = c.login()
	case Files:
		a, err = c.files()
	default:
		err = fail(http.StatusMisdirectedRequest, codeInvalidRequest, "No such host: %s", r.Host)
	}
	c.finish(a, err)
}
