package api

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Token is what a client gets to work with.
type Token struct {
	AccessToken  string
	RefreshToken string // empty without wl.offline_access
	UserID       string // 32 hex digits: the login host's id of the user, not the cid of the API
	ExpiresIn    time.Duration
	Scope        string // the granted scopes, separated by blanks
}

// grant is what a user allowed a client.
type grant struct {
	client   string
	user     string // cid
	scopes   scopeSet
	redirect string // where the browser was sent; empty for IssueToken
	expires  time.Time
}

// The service kept refresh tokens for a year, and codes for some minutes.
const (
	refreshLifetime = 365 * 24 * time.Hour
	codeLifetime    = 10 * time.Minute
)

// tokenState is what the store knows of a token.
type tokenState int

const (
	tokenUnknown tokenState = iota
	tokenValid
	tokenExpired
)

// tokens keeps access tokens, refresh tokens and codes. It is safe for concurrent use.
type tokens struct {
	now      func() time.Time
	lifetime time.Duration

	mu      sync.Mutex
	access  map[string]grant
	refresh map[string]grant
	codes   map[string]grant
	store   backend.GrantStore // nil: the process is the end of all grants
}

func newTokens(now func() time.Time, lifetime time.Duration) *tokens {
	return &tokens{
		now: now, lifetime: lifetime,
		access: map[string]grant{}, refresh: map[string]grant{}, codes: map[string]grant{},
	}
}

// issue makes an access token, and a refresh token if the grant has wl.offline_access and renewable is set. (The
// token flow of browsers never gets one.)
func (t *tokens) issue(g grant, renewable bool) (access, refresh string, err error) {
	access = newAccessToken()
	if renewable && g.scopes.has("wl.offline_access") {
		refresh = newRefreshToken()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return access, refresh, t.keep(g, g, access, refresh)
}

// keep makes a new pair of tokens good: the access token for one grant, the refresh token, if there is one, for
// another. The refresh tokens in spent are good no more. It needs the lock.
func (t *tokens) keep(now, later grant, access, refresh string, spent ...string) error {
	now.expires = t.now().Add(t.lifetime)
	later.expires = t.now().Add(refreshLifetime)
	kept := []backend.Grant{now.exported(access, false)}
	if refresh != "" {
		kept = append(kept, later.exported(refresh, true))
	}
	if err := t.save(kept, spent...); err != nil {
		return err
	}
	t.access[access] = now
	if refresh != "" {
		t.refresh[refresh] = later
	}
	for _, old := range spent {
		delete(t.refresh, old)
	}
	return nil
}

// lookup finds an access token. Expired ones stay known, because the service told them from wrong ones.
func (t *tokens) lookup(access string) (grant, tokenState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.access[access]
	switch {
	case !ok:
		return grant{}, tokenUnknown
	case !t.now().Before(g.expires):
		return g, tokenExpired
	}
	return g, tokenValid
}

// renew exchanges a refresh token for a new pair. Each refresh token is good for one exchange by its own client. A
// narrower set of scopes may be asked for; allow picks from the granted ones.
func (t *tokens) renew(refresh, client string, allow func(granted []string) []string) (g grant, access, next string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	full, ok := t.refresh[refresh]
	if !ok || full.client != client || !t.now().Before(full.expires) {
		return grant{}, "", "", errRefreshToken
	}
	g, access, next = full, newAccessToken(), newRefreshToken()
	g.scopes = newScopeSet(allow(g.scopes.granted))
	// The new refresh token keeps the whole grant.
	return g, access, next, t.keep(g, full, access, next, refresh)
}

var errRefreshToken = errors.New("the refresh token is not valid")

// addCode keeps a grant until it is fetched.
func (t *tokens) addCode(g grant) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := newCode()
	g.expires = t.now().Add(codeLifetime)
	t.codes[name] = g
	return name
}

// redeem fetches a grant. A code is gone after the first try, whether that was right or not.
func (t *tokens) redeem(name string) (grant, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.codes[name]
	delete(t.codes, name)
	return g, ok && t.now().Before(g.expires)
}

// redirectOf tells where the browser was sent when a refresh token's grant was given.
func (t *tokens) redirectOf(refresh string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refresh[refresh].redirect
}

func (t *tokens) expire(access string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if g, ok := t.access[access]; ok {
		g.expires = t.now()
		t.access[access] = g
		_ = t.save([]backend.Grant{g.exported(access, false)}) // for tests, which see the token expire even if that is not kept
	}
}

func (t *tokens) revoke(refresh string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.refresh, refresh)
	_ = t.save(nil, refresh) // as above
}

// newAccessToken makes a token that looks like the real ones: it starts with EwA, is in the alphabet of Base64, and
// always has a plus, a slash and an equals sign, so that a client that forgets to escape it fails here too.
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
