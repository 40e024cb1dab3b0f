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

func createUploadSession(c *call) (*answer, error) {
	if len(c.path) == 0 { // as seen in microsoft-graph-docs #2699
		return nil, invalid("File name not provided in url")
	}
	body, err := readParameters(c.r, "driveItem", "createUploadSession", "item")
	if err != nil {
		return nil, err
	}
	about := inner(body, "item")
	if err := onlyThese(about, []string{"name", "description", "fileSize", "fileSystemInfo", conflictBehavior, oldConflictBehavior}); err != nil {
		return nil, err
	}
	behavior, err := c.conflictOf(conflictFail, about)
	if err != nil {
		return nil, err
	}
	c.writes.Lock()
	folder, name, err := c.place()
	c.writes.Unlock()
	if err != nil {
		return nil, err
	}
	if given := text(about, "name"); given != "" && given != name {
		return nil, invalid("The name %q is not that of the URL, %q.", given, name)
	}
	free, existing, err := c.nameFor(c.ctx(), folder.Ref, name, behavior)
	if err != nil {
		return nil, err
	}
	if existing != nil {
		if err := c.checkMatch(*existing); err != nil {
			return nil, err
		}
	}
	if err := c.fits(about); err != nil {
		return nil, err
	}
	made := &session{
		id: newSecret(""), user: c.user, folder: folder.Ref, name: free, behavior: behavior,
		description: text(about, "description"), times: inner(about, "fileSystemInfo"),
	}
	if err := c.uploads.add(made, c.now()); err != nil {
		return nil, err
	}
	answered := c.progress(made)
	answered["@odata.context"] = c.context("microsoft.graph.uploadSession")
	answered["uploadUrl"] = c.origins.files + uploadPath + made.id
	return ok(answered), nil
}

// fits refuses at once what the account has no room for, if the client says how much will come.
func (c *call) fits(about object) error {
	size, ok := integer(about, "fileSize")
	if !ok {
		return nil
	}
	_, available, err := c.backend.Quota(c.ctx(), c.user)
	if err == nil && size > available {
		err = backend.ErrQuota
	}
	return driveFailure(err)
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
func (c *call) progress(s *session) object {
	c.uploads.mu.Lock()
	defer c.uploads.mu.Unlock()
	expected := []string{}
	if s.total == 0 || s.received < s.total {
		expected = append(expected, strconv.FormatInt(s.received, 10)+"-")
	}
	return object{"expirationDateTime": timestamp(s.expires), "nextExpectedRanges": expected}
}

func sessionGone() *failure {
	return fail(http.StatusNotFound, codeItemNotFound, "The upload session was not found")
}

// uploadSession answers for an uploadUrl.
func (c *call) uploadSession(id string) (*answer, error) {
	s, done := c.uploads.find(id, c.now())
	if s == nil || done && c.r.Method != http.MethodPut {
		return nil, sessionGone()
	}
	switch c.r.Method {
	case http.MethodGet:
		s.mu.Lock()
		defer s.mu.Unlock()
		return ok(c.progress(s)), nil
	case http.MethodDelete:
		c.uploads.remove(id)
		return noContent(), nil
	case http.MethodPut:
		if done { // as seen in onedrive-api-docs #79
			f := fail(http.StatusRequestedRangeNotSatisfiable, "invalidRange", "Uploaded fragment overlaps with existing data.")
			f.extra = object{"nextExpectedRanges": []string{"0-"}}
			return nil, f
		}
		return c.fragment(s)
	}
	return nil, fail(http.StatusMethodNotAllowed, codeInvalidRequest, "The method is not allowed here.")
}
