package storage

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// sessionLifetime is how long a session waits for its next packet. How long the service waited is not known.
const sessionLifetime = 24 * time.Hour

// sessions keeps the open upload sessions. It is safe for concurrent use.
type sessions struct {
	now func() time.Time

	mu   sync.Mutex
	byID map[string]*session
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, byID: map[string]*session{}}
}

// open starts a session, and drops those that nobody came back to.
func (s *sessions) open(grant login.Grant, place string, folder backend.Ref, name string) *session {
	opened := &session{id: "{" + wire.NewUUID() + "}", grant: grant, place: place, folder: folder, name: name, used: s.now()}
	s.mu.Lock()
	var stale []*session
	for id, old := range s.byID {
		if s.expired(old) {
			stale = append(stale, old)
			delete(s.byID, id)
		}
	}
	s.byID[strings.ToLower(opened.id)] = opened
	s.mu.Unlock()
	for _, old := range stale {
		old.discard()
	}
	return opened
}

func (s *sessions) expired(session *session) bool {
	return s.now().Sub(session.used) >= sessionLifetime
}

// find gives the session with this id if it is one for this path, and starts its time anew.
func (s *sessions) find(id, place string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.byID[strings.ToLower(id)]
	if session == nil || session.place != place || s.expired(session) {
		return nil
	}
	session.used = s.now()
	return session
}

func (s *sessions) forget(session *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, strings.ToLower(session.id))
}

// session is a file on its way.
type session struct {
	id     string
	grant  login.Grant // of who created it
	place  string
	folder backend.Ref
	name   string
	used   time.Time // guarded by sessions.mu

	// mu is held for as long as one piece takes, never while a client is waited for: a client that comes back on a new
	// connection need not wait until the old one is found dead.
	mu    sync.Mutex
	ended bool
	file  backend.PendingFile // nil until the first fragment tells how long the file will be
	total int64
	next  int64 // the byte that must come next
}

// begin checks that a fragment is the one that must come next.
func (s *session) begin(ctx context.Context, drive backend.Drive, span fragmentRange) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return errSessionNotFound()
	case s.file != nil && span.total != s.total:
		return errPacket("the file had another size before")
	case span.first != s.next:
		return errOutOfStep(s.next)
	case s.file != nil:
		return nil
	}
	file, err := drive.BeginFile(s.grant.Context(ctx), s.folder, s.name, span.total, backend.WriteOptions{By: s.grant.User, Overwrite: backend.OverwriteReplace})
	if err == nil {
		s.file, s.total = file, span.total
	}
	return err
}

// receive keeps what comes, piece by piece. What a broken connection brought before it broke is kept, and the client
// is told to go on behind it.
func (s *session) receive(span fragmentRange, body io.Reader) (next int64, err error) {
	piece := make([]byte, 32<<10)
	for at := span.first; ; {
		n, err := body.Read(piece)
		if int64(n) > span.last+1-at {
			return at, errPacket("there is more than the Content-Range says")
		}
		if n > 0 {
			if err := s.keep(at, piece[:n]); err != nil {
				return at, err
			}
			at += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF) && at <= span.last:
			return at, errPacket("there is less than the Content-Range says")
		case errors.Is(err, io.EOF):
			return at, nil
		case err != nil:
			return at, io.ErrUnexpectedEOF
		}
	}
}

// keep adds a piece, unless another request has done so meanwhile.
func (s *session) keep(at int64, piece []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return errSessionNotFound()
	case at != s.next:
		return errOutOfStep(s.next)
	}
	n, err := s.file.Write(piece)
	s.next += int64(n)
	return err
}

// commit ends the session with a file in the drive. If that fails, the session stays open.
func (s *session) commit(ctx context.Context) (item backend.Item, created bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return backend.Item{}, false, errSessionNotFound()
	case s.file == nil || s.next < s.total: // recorded for a session without fragments, inferred for one that lacks some
		return backend.Item{}, false, errOutOfStep(s.next)
	}
	item, created, err = s.file.Commit(ctx)
	s.ended = err == nil
	return item, created, err
}

// discard ends the session without a file.
func (s *session) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil && !s.ended {
		s.file.Discard()
	}
	s.ended = true
}
