package login

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// The service kept refresh tokens for a year, and codes for some minutes.
const (
	refreshLifetime = 365 * 24 * time.Hour
	codeLifetime    = 10 * time.Minute
)

// expiredFor is how long an expired token is kept. Until then it is told from a wrong one after a restart too.
const expiredFor = 30 * 24 * time.Hour

// betweenPrunes is how long the tokens are not looked through for those that expired long ago.
const betweenPrunes = time.Hour

// Tokens is a Keeper that remembers: in memory, and in a backend.GrantStore if it has one.
type Tokens struct {
	now      func() time.Time
	lifetime time.Duration // of access tokens

	mu      sync.Mutex
	access  map[string]Grant
	refresh map[string]Grant
	codes   map[string]Grant
	store   backend.GrantStore // nil: the process is the end of all grants
	pruned  time.Time          // when those that expired long ago were forgotten last
}

// NewTokens takes over the grants of a store, and keeps all later ones there; nil is no store. What expired long ago is
// forgotten.
func NewTokens(now func() time.Time, lifetime time.Duration, store backend.GrantStore) (*Tokens, error) {
	t := &Tokens{
		now: now, lifetime: lifetime, store: store,
		access: map[string]Grant{}, refresh: map[string]Grant{}, codes: map[string]Grant{},
	}
	if store == nil {
		return t, nil
	}
	grants, err := store.Grants()
	if err != nil {
		return nil, fmt.Errorf("login: grants: %w", err)
	}
	var old []string
	for _, kept := range grants {
		g := Grant{
			Client: kept.Client, User: kept.User, Scopes: NewScopeSet(kept.Scopes), Redirect: kept.Redirect,
			Expires: kept.Expires,
		}
		switch {
		case now().Sub(kept.Expires) > expiredFor:
			old = append(old, kept.Token)
		case kept.Renews:
			t.refresh[kept.Token] = g
		default:
			t.access[kept.Token] = g
		}
	}
	if len(old) == 0 {
		return t, nil
	}
	return t, store.SaveGrants(nil, old)
}

// Issue makes a pair of tokens.
func (t *Tokens) Issue(_ context.Context, g Grant, renewable bool) (Token, error) {
	made := Token{AccessToken: newAccessToken(), ExpiresIn: t.lifetime, Scope: g.Scopes.String()}
	if renewable && g.Scopes.Has("wl.offline_access") {
		made.RefreshToken = newRefreshToken()
	}
	return made, t.Adopt(g, made)
}

// Adopt makes a token that was issued elsewhere good here, for as long as a new one would be.
func (t *Tokens) Adopt(g Grant, made Token) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.keep(g, g, made)
}

// keep makes a new pair of tokens good: the access token for one grant, the refresh token, if there is one, for
// another. The refresh tokens in spent are good no more. It needs the lock.
func (t *Tokens) keep(now, later Grant, made Token, spent ...string) error {
	now.Expires = t.now().Add(t.lifetime)
	later.Expires = t.now().Add(refreshLifetime)
	kept := []backend.Grant{stored(now, made.AccessToken, false)}
	if made.RefreshToken != "" {
		kept = append(kept, stored(later, made.RefreshToken, true))
	}
	old := t.old()
	if err := t.save(kept, append(old, spent...)...); err != nil {
		return err
	}
	for _, token := range old {
		delete(t.access, token)
		delete(t.refresh, token)
	}
	t.access[made.AccessToken] = now
	if made.RefreshToken != "" {
		t.refresh[made.RefreshToken] = later
	}
	for _, old := range spent {
		delete(t.refresh, old)
	}
	return nil
}

// old are the tokens that expired long ago, now and then. Codes that are too old it forgets. It needs the lock.
func (t *Tokens) old() []string {
	now := t.now()
	if since := now.Sub(t.pruned); since >= 0 && since < betweenPrunes {
		return nil
	}
	t.pruned = now
	var old []string
	for _, tokens := range []map[string]Grant{t.access, t.refresh} {
		for token, g := range tokens {
			if now.Sub(g.Expires) > expiredFor {
				old = append(old, token)
			}
		}
	}
	maps.DeleteFunc(t.codes, func(_ string, g Grant) bool { return !now.Before(g.Expires) })
	return old
}

// save makes a change durable before it is made in memory. It needs the lock.
func (t *Tokens) save(keep []backend.Grant, forget ...string) error {
	if t.store == nil {
		return nil
	}
	return t.store.SaveGrants(keep, forget)
}

// stored is a grant for the store.
func stored(g Grant, token string, renews bool) backend.Grant {
	return backend.Grant{
		Token: token, Renews: renews, Client: g.Client, User: g.User, Scopes: g.Scopes.Granted(), Redirect: g.Redirect,
		Expires: g.Expires.UTC().Round(0),
	}
}

// Lookup finds an access token. Expired ones stay known, because the service told them from wrong ones.
func (t *Tokens) Lookup(_ context.Context, access string) (Grant, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.access[access]
	switch {
	case !ok:
		return Grant{}, ErrUnknownToken
	case !t.now().Before(g.Expires):
		return Grant{}, ErrExpiredToken
	}
	return g, nil
}

// Code keeps a grant until it is fetched.
func (t *Tokens) Code(_ context.Context, g Grant) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	code := newCode()
	g.Expires = t.now().Add(codeLifetime)
	t.codes[code] = g
	return code, nil
}

// Redeem fetches a grant. A code is gone after the first try.
func (t *Tokens) Redeem(_ context.Context, code string) (Grant, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.codes[code]
	delete(t.codes, code)
	if !ok || !t.now().Before(g.Expires) {
		return Grant{}, ErrUnknownToken
	}
	return g, nil
}

// Renewable finds a refresh token's grant.
func (t *Tokens) Renewable(_ context.Context, refresh string) (Grant, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.refresh[refresh]
	if !ok {
		return Grant{}, ErrUnknownToken
	}
	return g, nil
}

// Refresh makes a new pair of tokens in the place of a refresh token.
func (t *Tokens) Refresh(_ context.Context, refresh, client string, scopes []string) (Grant, Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	full, ok := t.refresh[refresh]
	if !ok || full.Client != client || !t.now().Before(full.Expires) {
		return Grant{}, Token{}, ErrUnknownToken
	}
	g := full
	g.Scopes = full.Scopes.Narrow(scopes)
	made := Token{
		AccessToken: newAccessToken(), RefreshToken: newRefreshToken(), ExpiresIn: t.lifetime, Scope: g.Scopes.String(),
	}
	return g, made, t.keep(g, full, made, refresh)
}

// Revoke ends the life of a token, even if that cannot be kept.
func (t *Tokens) Revoke(_ context.Context, token string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.access[token]
	if !ok {
		delete(t.refresh, token)
		return t.save(nil, token)
	}
	g.Expires = t.now()
	t.access[token] = g
	return t.save([]backend.Grant{stored(g, token, false)})
}

// newAccessToken makes a token that looks like the real ones: it starts with EwA, is in the alphabet of Base64, and
// always has a plus, a slash and an equals sign, so that a client that forgets to escape it is found out here too.
func newAccessToken() string {
	for {
		var raw [109]byte // one more than a multiple of three: ends with two equals signs
		_, _ = rand.Read(raw[:])
		text := base64.StdEncoding.EncodeToString(raw[:])
		if strings.Contains(text, "+") && strings.Contains(text, "/") {
			return "EwA" + text
		}
	}
}

func newRefreshToken() string {
	var raw [93]byte
	_, _ = rand.Read(raw[:])
	return "C" + base64.RawURLEncoding.EncodeToString(raw[:])
}

func newCode() string {
	return "M" + wire.NewUUID()
}
