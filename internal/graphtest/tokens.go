package graphtest

import (
	"sync"
	"time"
)

// device is a sign-in on another device.
type device struct {
	grant
	userCode string
	declined bool
	expires  time.Time
}

// grant is what a user allowed a client.
type grant struct {
	client  string
	user    string // cid
	scopes  []string
	nonce   string
	expires time.Time

	// Codes only.
	redirect  string
	challenge string
	used      bool
}

// tokens are the codes and tokens that were given out. They are safe for concurrent use.
type tokens struct {
	mu       sync.Mutex
	accesses map[string]*grant
	refreshs map[string]*grant
	codes    map[string]*grant
	devices  map[string]*device // by device code
}

// Lives of what is given out. That of access tokens is an option.
const (
	codeLife    = 10 * time.Minute
	refreshLife = 90 * 24 * time.Hour
	deviceLife  = 15 * time.Minute
)

func (t *tokens) access(token string, now time.Time) (grant, linkState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g := t.accesses[token]
	switch {
	case g == nil:
		return grant{}, linkForged
	case now.After(g.expires):
		return grant{}, linkExpired
	}
	return *g, linkValid
}

// expire ends the life of an access token.
func (t *tokens) expire(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if g := t.accesses[token]; g != nil {
		g.expires = time.Time{}
	}
}

// revoke ends the life of all refresh tokens of a user.
func (t *tokens) revoke(user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for token, g := range t.refreshs {
		if g.user == user {
			delete(t.refreshs, token)
		}
	}
}

// issue gives out an access token, and a refresh token if there is to be one.
func (t *tokens) issue(g grant, now time.Time, life time.Duration, renews bool) (access, refresh string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	access = newSecret("EwB")
	short := g
	short.expires = now.Add(life)
	put(&t.accesses, access, &short)
	if renews {
		refresh = newSecret("M.C5")
		long := g
		long.expires = now.Add(refreshLife)
		put(&t.refreshs, refresh, &long)
	}
	return access, refresh
}
