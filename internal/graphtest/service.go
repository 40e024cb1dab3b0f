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

// origins are where the hosts are found.
type origins struct{ graph, login, files string }

// Microsoft's own, which a client meets through a proxy.
var realOrigins = origins{
	graph: "https://graph.microsoft.com", login: "https://login.microsoftonline.com", files: "https://bn1304.files.1drv.com",
}

// ProxiedHosts are the hosts that [Server.ServeHTTP] plays for clients that cannot be given other ones.
var proxiedHosts = []string{"graph.microsoft.com", "login.microsoftonline.com", "login.live.com", "*.files.1drv.com"}

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

// hostOf is the host that a request is meant for.
func hostOf(r *http.Request, at origins) Host {
	name, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	switch origin := "http://" + r.Host; {
	case name == "graph.microsoft.com" || origin == at.graph:
		return Graph
	case name == "login.microsoftonline.com" || name == "login.live.com" || origin == at.login:
		return Login
	case strings.HasSuffix(name, ".files.1drv.com") || origin == at.files:
		return Files
	}
	return ""
}

// ServeHTTP answers for all hosts.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{service: s, w: w, r: r, origins: s.originsFor(r), entry: entryOf(r)}
	var a *answer
	var err error
	switch hostOf(r, s.origins) {
	case Graph:
		a, err = c.graph()
	case Login:
		a, err = c.login()
	case Files:
		a, err = c.files()
	default:
		err = fail(http.StatusMisdirectedRequest, codeInvalidRequest, "No such host: %s", r.Host)
	}
	c.finish(a, err)
}
