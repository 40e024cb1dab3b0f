package graphtest

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// service plays Microsoft's hosts over the accounts of a backend.
type service struct {
	backend backend.Backend
	now     func() time.Time
	set     settings
	key     []byte
	epochs  map[string]*atomic.Int64 // of the kinds of links
	ids     itemIDs
	extras  extras
	tokens  tokens
	uploads uploads
	copies  copies

	// writes makes changes of drives one after the other: what Graph does as one change may take several here.
	writes sync.Mutex

	mu       sync.RWMutex
	accounts map[string]*traits // by cid
	photos   map[string]bool    // accounts with a picture of their own
	signedIn string             // the cid of who signs in when nobody is named
	origins  origins
}

func newService(b backend.Backend, now func() time.Time, set settings) *service {
	s := &service{
		backend: b, now: now, set: set, key: newKey(),
		epochs:   map[string]*atomic.Int64{linkContent: {}, linkThumbnail: {}, linkPage: {}},
		accounts: map[string]*traits{}, photos: map[string]bool{},
	}
	return s
}

func (s *service) traits(owner string) traits {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if t := s.accounts[owner]; t != nil {
		return *t
	}
	return traits{}
}

func (s *service) hasAccount(owner string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.accounts[owner] != nil
}

// originsFor are the hosts as the client that sent r knows them.
func (s *service) originsFor(r *http.Request) origins {
	if hostOf(r, s.origins) != "" && !strings.HasPrefix(r.Host, "127.0.0.1") {
		return realOrigins
	}
	return s.origins
}

func principalName(user backend.User) string {
	if user.Emails.Account != "" {
		return user.Emails.Account
	}
	return user.ID + "@outlook.com"
}
