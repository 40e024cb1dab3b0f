package login

import (
	"net/url"
	"strings"
)

// desktopPath is the blank page to which native applications are redirected.
const desktopPath = "/oauth20_desktop.srf"

// Client is a registered application.
type Client struct {
	ID           string
	Secret       string // empty: none is asked for
	Name         string // as the consent page shows it
	RedirectURLs []string
}

// MayRedirect applies the documented rule: the domain has to be a registered one. The desktop page is everyone's.
func (c Client) MayRedirect(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "javascript", "data", "vbscript", "file":
		return false
	}
	if len(c.RedirectURLs) == 0 || isDesktop(raw) {
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

func isDesktop(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && strings.EqualFold(u.Path, desktopPath)
}

// acceptsSecret reports whether a client may ask for tokens with this secret. Native applications, which redirect to
// the desktop page, cannot keep one and may leave it out.
func (c Client) acceptsSecret(secret, redirect string) bool {
	if c.Secret == "" || secret == c.Secret {
		return true
	}
	return secret == "" && isDesktop(redirect)
}
