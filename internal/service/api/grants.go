package api

import (
	"fmt"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// expiredFor is how long an expired token is kept. Until then it is told from a wrong one after a restart too.
const expiredFor = 30 * 24 * time.Hour

// restore takes over the grants of a store, and keeps all later ones there. What expired long ago is forgotten.
func (t *tokens) restore(store backend.GrantStore) error {
	grants, err := store.Grants()
	if err != nil {
		return fmt.Errorf("api: grants: %w", err)
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
func (t *tokens) save(keep []backend.Grant, forget ...string) error {
	if t.store == nil {
		return nil
	}
	return t.store.SaveGrants(keep, forget)
}

// exported is a grant for the store.
func (g grant) exported(token string, renews bool) backend.Grant {
	return backend.Grant{
		Token: token, Renews: renews, Client: g.client, User: g.user, Scopes: g.scopes.granted, Redirect: g.redirect,
		Expires: g.expires.UTC().Round(0),
	}
}
