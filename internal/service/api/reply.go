package api

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

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
