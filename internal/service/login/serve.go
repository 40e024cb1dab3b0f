package login

import (
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// paths are those of the login host.
var paths = map[string]func(*Host, *wire.Call){
	"oauth20_authorize.srf": (*Host).serveAuthorize,
	"oauth20_token.srf":     (*Host).serveToken,
	"oauth20_desktop.srf":   (*Host).serveDesktop,
	"oauth20_logout.srf":    (*Host).serveLogout,
}

// Serves reports whether a path is one of the login host.
func Serves(segments []string) bool {
	return len(segments) == 1 && paths[strings.ToLower(segments[0])] != nil
}

// Serve answers a request for one of them.
func (h *Host) Serve(c *wire.Call, segments []string) { paths[strings.ToLower(segments[0])](h, c) }

// serveDesktop is where native applications read the code from the address.
func (h *Host) serveDesktop(c *wire.Call) { loginPage(c, http.StatusOK, blankPage, "") }

// serveLogout signs out, and goes on to redirect_uri if there is one that the client may use.
func (h *Host) serveLogout(c *wire.Call) {
	c.Route = "oauth.logout"
	target := c.Query.Get("redirect_uri")
	client, ok := h.Client(c.Context(), c.Query.Get("client_id"))
	if target == "" || !ok || !client.MayRedirect(target, c.Origin) {
		loginPage(c, http.StatusOK, blankPage, "")
		return
	}
	redirect(c, target)
}
