package graphtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// call is one request while it is answered.
type call struct {
	*service
	w       http.ResponseWriter
	r       *http.Request
	origins origins
	entry   *entry

	target
	query
	id      string // of the request, which every answer names
	user    string // cid of whoever the token is of
	scopes  []string
	applied []string // of the preferences in Prefer, those that were followed
}

// answer is what a call is answered with, but for errors.
type answer struct {
	status int
	header http.Header
	body   object // nil: none
	stream func() // writes all by itself
}

func ok(body object) *answer { return &answer{status: http.StatusOK, body: body} }

func noContent() *answer { return &answer{status: http.StatusNoContent} }

func redirect(status int, location string) *answer {
	return &answer{status: status, header: http.Header{"Location": {location}}}
}

func (c *call) ctx() context.Context { return c.r.Context() }

// finish writes the answer.
func (c *call) finish(a *answer, err error) {
	if err != nil {
		a = c.failed(err)
	}
	h := c.w.Header()
	h.Set("Request-Id", c.id)
	h.Set("Client-Request-Id", c.clientID())
	for name, values := range a.header {
		h[name] = values
	}
	if len(c.applied) > 0 {
		h.Set("Preference-Applied", strings.Join(c.applied, ", "))
	}
	if a.stream != nil {
		a.stream()
		return
	}
	if a.body == nil {
		c.w.WriteHeader(a.status)
		return
	}
	body, err := json.Marshal(a.body)
	if err != nil {
		panic(err) // of our own making
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	}
	c.w.WriteHeader(a.status)
	if c.r.Method != http.MethodHead {
		_, _ = c.w.Write(body)
	}
}

// failed is the one form that errors have at Graph and at the files' hosts.
func (c *call) failed(err error) *answer {
	f := (*failure)(nil)
	if oauth := (*oauthError)(nil); errors.As(err, &oauth) {
		c.entry.code(oauth.code)
		return c.refusal(oauth)
	}
	if !errors.As(err, &f) {
		f = fail(http.StatusInternalServerError, "generalException", "%v", err)
	}
	c.entry.code(f.code)
	body := object{"error": object{"code": f.code, "message": f.message, "innerError": object{
		"date": c.now().UTC().Format("2006-01-02T15:04:05"), "request-id": c.id, "client-request-id": c.clientID(),
	}}}
	for name, value := range f.extra {
		body[name] = value
	}
	return &answer{status: f.status, header: f.header, body: body}
}

// clientID is how the client calls the request, if it does.
func (c *call) clientID() string { return firstOf(c.r.Header.Get("Client-Request-Id"), c.id) }

func (c *call) hasScope(scope string) bool {
	return slices.ContainsFunc(c.scopes, func(granted string) bool { return strings.EqualFold(granted, scope) })
}

// authorize finds out whose token came with the request.
func (c *call) authorize() error {
	scheme, bearer, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	bearer = strings.TrimSpace(bearer)
	if !strings.EqualFold(scheme, "bearer") || bearer == "" {
		return c.unauthorized("Access token is empty.")
	}
	g, state := c.tokens.access(bearer, c.now())
	switch state {
	case linkForged:
		return c.unauthorized("CompactToken parsing failed with error code: 80049217")
	case linkExpired:
		return c.unauthorized("Lifetime validation failed, the token is expired.")
	}
	c.user, c.scopes = g.user, g.scopes
	return nil
}

func (c *call) unauthorized(message string) error {
	f := fail(http.StatusUnauthorized, "InvalidAuthenticationToken", "%s", message)
	f.header = http.Header{"Www-Authenticate": {fmt.Sprintf(`Bearer realm="", authorization_uri="%s/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`, c.origins.login)}}
	return f
}

// prefers finds a preference, as Prefer: name="value" or name. There may be several headers, and several in each.
func (c *call) prefers(name string) (value string, ok bool) {
	for _, header := range c.r.Header.Values("Prefer") {
		for part := range strings.SplitSeq(header, ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			if strings.EqualFold(strings.TrimSpace(key), name) {
				return strings.Trim(strings.TrimSpace(value), `"`), true
			}
		}
	}
	return "", false
}

// follows notes that a preference was followed.
func (c *call) follows(preference string) {
	if !slices.Contains(c.applied, preference) {
		c.applied = append(c.applied, preference)
	}
}

// context is the @odata.context of an answer.
func (c *call) context(of string) string { return c.origins.graph + "/v1.0/$metadata#" + of }

// refusal is the form that errors have at the login host.
func (c *call) refusal(e *oauthError) *answer {
	trace, correlation := newUUID(), newUUID()
	now := c.now().UTC().Format("2006-01-02 15:04:05Z")
	return &answer{status: e.status, header: http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Cache-Control": {"no-store, no-cache"}}, body: object{
		"error": e.code, "error_codes": []int{e.number}, "timestamp": now, "trace_id": trace, "correlation_id": correlation,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", e.number, e.message, trace, correlation, now),
	}}
}
