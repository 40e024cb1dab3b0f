// Package memory keeps Live Connect accounts in memory: a backend.Backend for tests and for trying things out.
//
// It does on real bytes what the service did: photos are scaled, EXIF is read, sizes and counts are true after every
// change. Ids come from a counter, so that two runs that do the same get the same ids. It knows nothing of HTTP.
package memory

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// DefaultQuota is the storage of an account: the 25 GB of accounts of the time.
const DefaultQuota = 25 << 30

// Options of a Store. The zero value is fine.
type Options struct {
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Quota is the storage of each new account in bytes; DefaultQuota if zero.
	Quota int64
	// ContentLimit is the size in bytes up to which the content of uploads is held. Of longer ones there are only the size
	// and the SHA-256 (see Digest), so that a test can upload more than fits into memory. Zero keeps everything.
	ContentLimit int64
	// Log is told when the Archive cannot be written or read; nil is nobody.
	Log *slog.Logger
}

// Store keeps accounts. It is safe for concurrent use.
type Store struct {
	now          func() time.Time
	quota        int64
	contentLimit int64
	scaled       *pictureCache
	budget       *imaging.Budget // of the pictures that are worked on at once

	// mu guards all below. It is never held while a client's stream is read or a picture is scaled.
	mu sync.RWMutex
	state
	pending
	restore func() error // reads the state again from the Archive
}

var _ backend.Backend = (*Store)(nil)

// New makes a store without accounts.
func New(opts Options) *Store {
	s := &Store{
		quota:        opts.Quota,
		contentLimit: opts.ContentLimit,
		scaled:       newPictureCache(64 << 20),
		budget:       imaging.NewBudget(),
		state:        newState(),
	}
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	s.now = func() time.Time { return now().UTC().Round(0) } // without the monotonic part, so that times compare with ==
	if s.quota == 0 {
		s.quota = DefaultQuota
	}
	return s
}

// newID is an id of so many hex digits that no other call gives, the same in every run. It needs the lock.
func (s *Store) newID(digits int) string {
	s.issued++
	hash := sha256.Sum256(fmt.Appendf(nil, "liveconnect %d", s.issued))
	return hex.EncodeToString(hash[:])[:digits]
}

// account finds an account by its cid. It needs the lock, for reading at least.
func (s *state) account(id string) (*account, error) {
	if a := s.accounts[id]; a != nil {
		return a, nil
	}
	return nil, backend.ErrNotFound
}

// person names a user as they are called now. It needs the lock, for reading at least.
func (s *state) person(id string) backend.Person {
	p := backend.Person{ID: id}
	if a := s.accounts[id]; a != nil {
		p.Name = a.user.Name
	}
	return p
}

// update makes a change: it calls do with the lock held, and returns when what do changed is durable. If that fails, what
// is not durable is not shown either: the Store goes back to the last change that is.
func (s *Store) update(do func() error) error {
	if s.archive != nil {
		if err := s.archive.Ready(); err != nil {
			return err
		}
	}
	saved, err := s.apply(do)
	if saved == nil {
		return err
	}
	if failure := saved(); failure != nil {
		return errors.Join(err, failure, s.Recover(failure))
	}
	return err
}

// Recover goes back to what is durable, after the Archive could not take over a change.
func (s *Store) Recover(failure error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.archive.Recover(failure, s.restore)
}

// apply makes a change in memory, and hands it over to the Archive.
func (s *Store) apply(do func() error) (saved func() error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = do()
	return s.handOver(countersRecord{Issued: s.issued, Changes: s.changes}), err
}

// modify is an update that has a result.
func modify[T any](s *Store, do func() (T, error)) (T, error) {
	var result T
	err := s.update(func() (err error) {
		result, err = do()
		return err
	})
	if err != nil {
		return *new(T), err
	}
	return result, nil
}

// newToken is so many characters of A-Z, a-z, 0-9, - and _ that nobody can guess.
func newToken(length int) string {
	secret := make([]byte, length)
	_, _ = rand.Read(secret) // never fails, says crypto/rand
	return base64.RawURLEncoding.EncodeToString(secret)[:length]
}
