package api

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// The headers of the one full recording of 2012. A JSON answer's own Content-Type was not in it; its form is taken
// from the JSONP one.
const (
	typeJSON       = "application/json; charset=UTF-8"
	typeJavaScript = "text/javascript; charset=UTF-8"
	typeHTML       = "text/html; charset=utf-8"

	cacheControl = "private, no-cache, no-store, must-revalidate"
	serverName   = "Live-API/16.2.1383.402 Microsoft-HTTPAPI/2.0"
	liveServer   = "BAYMSG10.0936"
)

// setAPIHeaders sets what every answer of the API has. No ETag, no Last-Modified.
func (c *call) setAPIHeaders() {
	h := c.w.Header()
	h.Set("Cache-Control", cacheControl)
	h.Set("Server", serverName)
	h.Set("X-Content-Type-Options", "nosniff")
	// Not by Set, which would write their names as Go does and not as the service did.
	for name, value := range map[string]string{
		"X-HTTP-Live-Request-Id": c.record.RequestID, "X-HTTP-Live-Server": liveServer,
	} {
		h[name] = []string{value}
	}
	setCORS(h)
}

// writeReply writes what a handler answered, as the parameters of the request want it.
func (c *call) writeReply(a reply) {
	status := a.status
	if status == 0 {
		status = http.StatusOK
	}
	if status == http.StatusFound && c.params().Flag("suppress_redirects", false) {
		status, a.body, a.location = http.StatusOK, locationBody{a.location}, ""
	}
	c.setAPIHeaders()
	if a.location != "" {
		c.w.Header().Set("Location", a.location)
	}
	switch {
	case a.html != "":
		c.w.Header().Set("Content-Type", typeHTML)
		c.w.WriteHeader(status)
		_, _ = c.w.Write([]byte(a.html))
	case status == http.StatusNoContent:
		c.writeNothing()
	case a.body == nil:
		c.w.WriteHeader(status)
	default:
		c.writeJSON(status, a.body)
	}
}

// locationBody stands in for a redirect.
type locationBody struct {
	Location string `json:"location"`
}

// writeNothing answers a DELETE: 204, which script callers see as an empty 200.
func (c *call) writeNothing() {
	switch {
	case c.callback() != "":
		c.writeJSON(http.StatusOK, struct{}{}) // not recorded; the function has to be called with something
	case c.params().Flag("suppress_response_codes", false):
		c.w.WriteHeader(http.StatusOK)
	default:
		c.w.WriteHeader(http.StatusNoContent)
	}
}

// errorBody is an error on the wire.
type errorBody struct {
	Error errorText `json:"error"`
}

type errorText struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// writeError answers an error: with its status, or with 200 for callers that see bodies only.
func (c *call) writeError(e *wire.Error) {
	c.record.Code = e.Code
	c.setAPIHeaders()
	status := e.Status
	if status == http.StatusUnauthorized {
		c.w.Header().Set("WWW-Authenticate", challenge)
	}
	if c.params().Flag("suppress_response_codes", false) {
		status = http.StatusOK
	}
	c.writeJSON(status, errorBody{errorText{e.Code, e.Message}})
}

func (c *call) callback() string { return c.params().Get("callback") }

// writeJSON writes the text form. With a callback every status becomes 200, because a script element has no other
// way to run.
func (c *call) writeJSON(status int, v any) {
	text, err := wire.Marshal(v)
	if err != nil {
		panic(err) // a struct of ours that cannot be JSON
	}
	if c.params().Flag("pretty", true) {
		text = wire.Indent(text)
	}
	h := c.w.Header()
	h.Set("Content-Type", typeJSON)
	if name := c.callback(); name != "" {
		status = http.StatusOK
		h.Set("Content-Type", typeJavaScript)
		text = wire.JSONP(name, text)
	}
	// The service sent every body in chunks.
	h.Set("Transfer-Encoding", "chunked")
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		_, _ = c.w.Write(text)
	}
}
