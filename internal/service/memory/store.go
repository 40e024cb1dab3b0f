// Package memory keeps Live Connect accounts in memory: a backend.Backend for tests and for trying things out.
//
// It does on real bytes what the service did: photos are scaled, EXIF is read, sizes and counts are true after every
// change. Ids come from a counter, so that two runs that do the same get the same ids. It knows nothing of HTTP.
package memory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

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

// account is everything that one user owns.
type account struct {
	user    backend.User
	made    int          // accounts are listed in this order
	picture *pictureFile // nil: the default one
	quota   int64

	prefix     string // "8C8CE076CA27823F!", with which the resource ids begin
	root       *node
	items      map[string]*node // by resource id; without the root
	lastNumber int
	special    map[string]*node
	shared     map[*node]bool // items with shares of their own

	calendars    []*calendar
	contacts     []*contact
	activities   []backend.Activity
	applications []*application
}

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

// fold makes texts equal that differ in case only.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(foldRune, s)
		}
	}
	return strings.ToLower(s)
}

// foldRune picks one of the runes that are the same letter: the lower case of the smallest, so that ASCII agrees
// with strings.ToLower.
func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return unicode.ToLower(least)
}
