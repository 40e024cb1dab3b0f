package graphtest

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Limits of upload sessions (documented).
const (
	fragmentUnit    = 320 << 10 // of which fragments have to be multiples
	largestFragment = 60 << 20
	sessionLife     = 24 * time.Hour // the documents give no number
)

// uploads are the upload sessions. They are safe for concurrent use.
type uploads struct {
	mu       sync.Mutex
	sessions map[string]*session
}

// session is a file that comes in fragments.
type session struct {
	id          string
	user        string
	folder      backend.Ref
	name        string
	behavior    conflict
	description string
	times       object
	expires     time.Time // guarded by uploads.mu, as done is
	done        bool

	mu       sync.Mutex // held while a fragment comes in
	pending  backend.PendingFile
	received int64
	total    int64
}

// add opens a session, unless one is open for the same name (seen in microsoft-graph-docs #5812).
func (u *uploads) add(made *session, now time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, other := range u.sessions {
		if !other.done && now.Before(other.expires) && other.folder == made.folder && strings.EqualFold(other.name, made.name) {
			return fail(http.StatusConflict, codeNameExists, "An upload session already exists for %q. Delete it, or wait until it expires.", made.name)
		}
	}
	made.expires = now.Add(sessionLife)
	put(&u.sessions, made.id, made)
	return nil
}

func (u *uploads) find(id string, now time.Time) (found *session, done bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	found = u.sessions[id]
	if found == nil || now.After(found.expires) {
		return nil, false
	}
	return found, found.done
}

// remove takes sessions out, all of them if id is empty.
func (u *uploads) remove(id string) {
	u.mu.Lock()
	var removed []*session
	for key, s := range u.sessions {
		if id == "" || key == id {
			removed = append(removed, s)
			delete(u.sessions, key)
		}
	}
	u.mu.Unlock()
	for _, s := range removed {
		s.discard()
	}
}

func (s *session) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending != nil {
		s.pending.Discard()
		s.pending = nil
	}
}

// progress is what a session says of itself.
func (u *uploads) progress(s *session) object {
	u.mu.Lock()
	defer u.mu.Unlock()
	expected := []string{}
	if s.total == 0 || s.received < s.total {
		expected = append(expected, strconv.FormatInt(s.received, 10)+"-")
	}
	return object{"expirationDateTime": timestamp(s.expires), "nextExpectedRanges": expected}
}

func sessionGone() *failure {
	return fail(http.StatusNotFound, codeItemNotFound, "The upload session was not found")
}
