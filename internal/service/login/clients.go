package login

import (
	"crypto/subtle"
	"net/url"
	"strings"
)

// The blank page to which native applications are redirected: that of the login host, under the service's name and
// under the one by which it was reached.
const (
	desktopPath = "/oauth20_desktop.srf"
	loginOrigin = "https://login.live.com"
)

// Client is a registered application.
type Client struct {
	ID           string
	Secret       string // empty: none is asked for
	Name         string // as the consent page shows it
	RedirectURLs []string
}

// MayRedirect applies the documented rule: the domain has to be a registered one. The desktop page is everyone's; own is
// the origin by which the service was reached.
func (c Client) MayRedirect(raw, own string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "javascript", "data", "vbscript", "file":
		return false
	}
	if len(c.RedirectURLs) == 0 || isDesktop(u, own) {
		return true
	}
	for _, registered := range c.RedirectURLs {
		r, err := url.Parse(registered)
		if err == nil && strings.EqualFold(r.Hostname(), u.Hostname()) && (r.Hostname() != "" || r.Scheme == u.Scheme) {
			return true
		}
	}
	return false
}

// isDesktop reports whether a URL is that of the blank page.
func isDesktop(u *url.URL, own string) bool {
	origin := u.Scheme + "://" + u.Host
	return strings.EqualFold(u.Path, desktopPath) && (strings.EqualFold(origin, loginOrigin) || strings.EqualFold(origin, own))
}

// acceptsSecret reports whether a client may ask for tokens with this secret. Who has one must send it. The service let
// native applications leave theirs out, which cannot keep one: here they are registered without.
func (c Client) acceptsSecret(secret string) bool {
	return c.Secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(c.Secret)) == 1
}
