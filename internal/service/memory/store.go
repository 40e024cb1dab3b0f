// Package memory keeps Live Connect accounts in memory: a backend.Backend for tests and for trying things out.
//
// It does on real bytes what the service did: photos are scaled, EXIF is read, sizes and counts are true after every
// change. Ids come from a counter, so that two runs that do the same get the same ids. It knows nothing of HTTP.
package memory

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
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
}

// Store keeps accounts. It is safe for concurrent use.
type Store struct {
	now          func() time.Time
	quota        int64
	contentLimit int64
	scaled       *pictureCache
	seats        chan struct{} // a seat for each picture that may be worked on at once: unpacked pictures are large

	// mu guards all below. It is never held while a client's stream is read or a picture is scaled.
	mu           sync.RWMutex
	issued       uint64 // ids made so far
	changes      uint64 // changes of items so far
	accounts     map[string]*account
	order        []*account
	links        map[string]*node
	calendars    map[string]*calendar
	contacts     map[string]*contact
	applications map[string]*application
	pending
}

var _ backend.Backend = (*Store)(nil)

// New makes a store without accounts.
func New(opts Options) *Store {
	s := &Store{
		quota:        opts.Quota,
		contentLimit: opts.ContentLimit,
		scaled:       newPictureCache(64 << 20),
		seats:        make(chan struct{}, runtime.GOMAXPROCS(0)),
		accounts:     map[string]*account{},
		links:        map[string]*node{},
		calendars:    map[string]*calendar{},
		contacts:     map[string]*contact{},
		applications: map[string]*application{},
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

// newHash gives bytes that no other call gives, the same in every run. It needs the lock.
func (s *Store) newHash() [sha256.Size]byte {
	s.issued++
	return sha256.Sum256(fmt.Appendf(nil, "liveconnect %d", s.issued))
}

// newID is an id of so many hex digits. It needs the lock.
func (s *Store) newID(digits int) string {
	hash := s.newHash()
	return hex.EncodeToString(hash[:])[:digits]
}

// account finds an account by its cid. It needs the lock, for reading at least.
func (s *Store) account(id string) (*account, error) {
	if a := s.accounts[id]; a != nil {
		return a, nil
	}
	return nil, backend.ErrNotFound
}

// person names a user as they are called now. It needs the lock, for reading at least.
func (s *Store) person(id string) backend.Person {
	p := backend.Person{ID: id}
	if a := s.accounts[id]; a != nil {
		p.Name = a.user.Name
	}
	return p
}

// update makes a change: it calls do with the lock held, and returns when what do changed is durable. If that fails,
// the Store is ahead of its Archive, and every later change fails too.
func (s *Store) update(do func() error) error {
	saved, unused, err := s.apply(do)
	if saved == nil {
		return err
	}
	if failed := saved(); failed != nil {
		return cmp.Or(err, failed)
	}
	s.archive.Remove(unused...)
	return err
}

// apply makes a change in memory, and hands it over to the Archive.
func (s *Store) apply(do func() error) (saved func() error, unused []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = do()
	saved, unused = s.handOver(countersRecord{Issued: s.issued, Changes: s.changes})
	return saved, unused, err
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

// newToken is so many characters of A-Z, a-z, 0-9, - and _. It needs the lock.
func (s *Store) newToken(length int) string {
	hash := s.newHash()
	return base64.RawURLEncoding.EncodeToString(hash[:])[:length]
}

// takeSeat waits until a picture may be worked on, and returns the function that ends the work.
func (s *Store) takeSeat() func() {
	s.seats <- struct{}{}
	return func() { <-s.seats }
}
