package wire

import (
	"net/http"
	"strconv"
)

// The headers of the one full recording of 2012. A JSON answer's own Content-Type was not in it; its form is taken
// from the JSONP one.
const (
	typeJSON       = "application/json; charset=UTF-8"
	typeJavaScript = "text/javascript; charset=UTF-8"

	cacheControl = "private, no-cache, no-store, must-revalidate"
	serverName   = "Live-API/16.2.1383.402 Microsoft-HTTPAPI/2.0"
	liveServer   = "BAYMSG10.0936"
)

// SetHeaders sets what every answer of the API has. No ETag, no Last-Modified.
func (c *Call) SetHeaders() {
	h := c.W.Header()
	h.Set("Cache-Control", cacheControl)
	h.Set("Server", serverName)
	h.Set("X-Content-Type-Options", "nosniff")
	// Not by Set, which would write their names as Go does and not as the service did.
	for name, value := range map[string]string{
		"X-HTTP-Live-Request-Id": c.ID, "X-HTTP-Live-Server": liveServer,
	} {
		h[name] = []string{value}
	}
	SetCORS(h)
}

// errorBody is an error on the wire.
type errorBody struct {
	Error errorText `json:"error"`
}

type errorText struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Body is the error on the wire.
func (e *Error) Body() any { return errorBody{errorText{e.Code, e.Message}} }

// WriteError answers an error: with its status, or with 200 for callers that see bodies only.
func (c *Call) WriteError(e *Error) {
	if e.RetryAfter > 0 {
		c.W.Header().Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	c.Code = e.Code
	c.SetHeaders()
	status := e.Status
	if status == http.StatusUnauthorized {
		c.W.Header().Set("WWW-Authenticate", Challenge)
	}
	if c.Params().Flag("suppress_response_codes", false) {
		status = http.StatusOK
	}
	c.WriteJSON(status, e.Body())
}

// Callback is the function that is to be called by JSONP, if there is one.
func (c *Call) Callback() string { return c.Params().Get("callback") }

// WriteJSON writes the text form. With a callback every status becomes 200, because a script element has no other
// way to run.
func (c *Call) WriteJSON(status int, v any) {
	text, err := Marshal(v)
	if err != nil {
		panic(err) // a struct of ours that cannot be JSON
	}
	if c.Params().Flag("pretty", true) {
		text = Indent(text)
	}
	h := c.W.Header()
	h.Set("Content-Type", typeJSON)
	if name := c.Callback(); name != "" {
		status = http.StatusOK
		h.Set("Content-Type", typeJavaScript)
		text = JSONP(name, text)
	}
	// The service sent every body in chunks.
	h.Set("Transfer-Encoding", "chunked")
	c.W.WriteHeader(status)
	if c.R.Method != http.MethodHead {
		_, _ = c.W.Write(text)
	}
}

// TypeHTML is the Content-Type of pages.
const TypeHTML = "text/html; charset=utf-8"

// Challenge goes with every 401. That of the API host was never recorded; the storage hosts' began like this.
const Challenge = `Bearer realm="OneDriveAPI", error="invalid_token"`

// SetCORS lets pages of any origin use the service, as JavaScript clients do.
func SetCORS(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Location, Content-Range, Accept-Ranges, WWW-Authenticate, Retry-After, X-HTTP-Live-Request-Id")
}
