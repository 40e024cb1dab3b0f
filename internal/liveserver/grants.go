package liveserver

import (
	"fmt"
	"time"
)

// GrantStore keeps the access and refresh tokens that were given out, so that they outlive the process. Codes are not
// kept: they are good for some minutes, and whoever signs in can begin again.
type GrantStore interface {
	// Grants gives all that is kept.
	Grants() ([]Grant, error)
	// SaveGrants keeps some grants, in the place of those with the same tokens, and forgets those with other tokens: all
	// of that or nothing. It returns when that is durable.
	SaveGrants(keep []Grant, forget []string) error
}

// Grant is what a user allowed a client, and the token for it.
type Grant struct {
	Token    string
	Renews   bool // a refresh token; otherwise an access token
	Client   string
	User     string // cid
	Scopes   []string
	Redirect string // where the browser was sent; empty if there was none
	Expires  time.Time
}

// expiredFor is how long an expired token is kept. Until then it is told from a wrong one after a restart too.
const expiredFor = 30 * 24 * time.Hour

// restore takes over the grants of a store, and keeps all later ones there. What expired long ago is forgotten.
func (t *tokens) restore(store GrantStore) error {
	grants, err := store.Grants()
	if err != nil {
		return fmt.Errorf("liveserver: grants: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.store = store
	var old []string
	for _, kept := range grants {
		g := grant{
			client: kept.Client, user: kept.User, scopes: newScopeSet(kept.Scopes), redirect: kept.Redirect,
			expires: kept.Expires,
		}
		switch {
		case t.now().Sub(kept.Expires) > expiredFor:
			old = append(old, kept.Token)
		case kept.Renews:
			t.refresh[kept.Token] = g
		default:
			t.access[kept.Token] = g
		}
	}
	if len(old) == 0 {
		return nil
	}
	return t.store.SaveGrants(nil, old)
}

// save makes a change durable before it is made in memory. It needs the lock.
func (t *tokens) save(keep []Grant, forget ...string) error {
	if t.store == nil {
		return nil
	}
	return t.store.SaveGrants(keep, forget)
}

// exported is a grant for the store.
func (g grant) exported(token string, renews bool) Grant {
	return Grant{
		Token: token, Renews: renews, Client: g.client, User: g.user, Scopes: g.scopes.granted, Redirect: g.redirect,
		Expires: g.expires.UTC().Round(0),
	}
}
