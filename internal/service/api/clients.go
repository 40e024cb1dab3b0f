package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"context"
	"errors"
	"net/url"
	"strings"
)

// desktopPath is the blank page to which native applications are redirected.
const desktopPath = "/oauth20_desktop.srf"

// client finds a registered application: in the configuration, or among those that accounts made through the API.
// With no configured clients at all, every id stands for an application without a secret.
func (s *Server) client(ctx context.Context, id string) (Client, bool) {
	if id == "" {
		return Client{}, false
	}
	if c, ok := s.clients[strings.ToLower(id)]; ok {
		return c, true
	}
	if isHex(id, 16) {
		a, err := s.backend.Application(ctx, strings.ToLower(id))
		if err == nil {
			return Client{ID: a.ID, Name: a.Name, Secret: a.Secret, RedirectURLs: []string{a.URI}}, true
		}
		if !errors.Is(err, backend.ErrNotFound) {
			return Client{}, false
		}
	}
	return Client{ID: id, Name: id}, len(s.clients) == 0
}

// mayRedirect applies the documented rule: the domain has to be a registered one. The desktop page is everyone's.
func (c Client) mayRedirect(raw string) bool {
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

// acceptsSecret tells whether a client may ask for tokens with this secret. Native applications, which redirect to
// the desktop page, cannot keep one and may leave it out.
func (c Client) acceptsSecret(secret, redirect string) bool {
	if c.Secret == "" || secret == c.Secret {
		return true
	}
	return secret == "" && isDesktop(redirect)
}

// account finds who signs in: by cid, or by an email address. Nobody is ErrNotFound.
func (s *Server) account(ctx context.Context, name string) (backend.User, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case name == "":
		return backend.User{}, backend.ErrNotFound
	case isHex(name, 16):
		return s.backend.User(ctx, name)
	}
	all, err := backend.All(s.backend.AllUsers(ctx, backend.Page{}))
	if err != nil {
		return backend.User{}, err
	}
	for _, u := range all {
		for _, address := range []string{u.Emails.Account, u.Emails.Preferred, u.Emails.Personal, u.Emails.Business} {
			if strings.EqualFold(address, name) {
				return u, nil
			}
		}
	}
	return backend.User{}, backend.ErrNotFound
}
