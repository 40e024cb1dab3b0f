package login

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Accounts are what is needed of a backend to sign somebody in.
type Accounts interface {
	backend.Users
	// Application finds a client id that an account registered through the API.
	Application(ctx context.Context, id string) (backend.Application, error)
}

// Host is the login host. It also knows whose request is whose on the other hosts.
type Host struct {
	Accounts Accounts
	Keeper   Keeper
	Now      func() time.Time
	// Clients are the applications that may ask for tokens. With none, every client id is taken as registered
	// without a secret. Applications that the Accounts know are registered too.
	Clients []Client
	// AutoConsent signs in and consents without showing a page.
	AutoConsent bool
}

// Authenticate finds out whose request this is. Without a token it is nobody's: the Grant is anonymous.
func (h *Host) Authenticate(c *wire.Call) (Grant, error) {
	token := c.Token()
	if token == "" {
		return Grant{}, nil
	}
	g, err := h.Keeper.Lookup(c.Context(), token)
	switch {
	case errors.Is(err, ErrExpiredToken):
		return Grant{}, wire.TokenExpired()
	case errors.Is(err, ErrUnknownToken):
		return Grant{}, wire.TokenInvalid()
	}
	c.User = g.User
	if err == nil && g.Credential != "" {
		c.R = c.R.WithContext(g.Context(c.R.Context()))
	}
	return g, err
}

// IssueToken gives a client a token for the user with this cid, as if that user had consented.
func (h *Host) IssueToken(ctx context.Context, clientID, userID string, scopes []string) (Token, error) {
	user, err := h.Accounts.User(ctx, strings.ToLower(userID))
	if err != nil {
		return Token{}, fmt.Errorf("login: issue a token for %q: %w", userID, err)
	}
	set := NewScopeSet(SplitScopes(strings.Join(scopes, " ")))
	token, err := h.Keeper.Issue(ctx, Grant{Client: clientID, User: user.ID, Scopes: set}, true)
	if err != nil {
		return Token{}, fmt.Errorf("login: issue a token for %q: %w", userID, err)
	}
	token.UserID = user.LoginID
	return token, nil
}

// AdoptToken makes a token that another Host gave out good here, for as long as a new one would be. A Keeper that
// remembers nothing knows its tokens anyhow, or never will: then it is errors.ErrUnsupported.
func (h *Host) AdoptToken(ctx context.Context, clientID, userID string, token Token) error {
	keeper, ok := h.Keeper.(interface {
		Adopt(g Grant, made Token) error
	})
	if !ok {
		return fmt.Errorf("login: adopt a token of %q: %w", userID, errors.ErrUnsupported)
	}
	user, err := h.Accounts.User(ctx, strings.ToLower(userID))
	if err != nil {
		return fmt.Errorf("login: adopt a token of %q: %w", userID, err)
	}
	return keeper.Adopt(Grant{Client: clientID, User: user.ID, Scopes: NewScopeSet(SplitScopes(token.Scope))}, token)
}

// Revoke ends the life of an access token or a refresh token.
func (h *Host) Revoke(ctx context.Context, token string) error { return h.Keeper.Revoke(ctx, token) }

// Client finds a registered application: in the configuration, or among those that accounts made through the API.
// With no configured clients at all, every id stands for an application without a secret.
func (h *Host) Client(ctx context.Context, id string) (Client, bool) {
	if id == "" {
		return Client{}, false
	}
	for _, c := range slices.Backward(h.Clients) { // of two with one id, the last
		if strings.EqualFold(c.ID, id) {
			return c, true
		}
	}
	if wire.IsHex(id, 16) {
		a, err := h.Accounts.Application(ctx, strings.ToLower(id))
		if err == nil {
			return Client{ID: a.ID, Name: a.Name, Secret: a.Secret, RedirectURLs: []string{a.URI}}, true
		}
		if !errors.Is(err, backend.ErrNotFound) {
			return Client{}, false
		}
	}
	return Client{ID: id, Name: id}, len(h.Clients) == 0
}

// account finds who signs in: by cid, or by an email address. Nobody is ErrNotFound.
func (h *Host) account(ctx context.Context, name string) (backend.User, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case name == "":
		return backend.User{}, backend.ErrNotFound
	case wire.IsHex(name, 16):
		return h.Accounts.User(ctx, name)
	}
	return h.Accounts.UserByLogin(ctx, name)
}
