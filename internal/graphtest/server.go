// Package graphtest runs a Microsoft Graph inside a test: the part of v1.0 that a OneDrive, calendars, contacts and a
// profile of a personal account need, with the login host and the hosts of content, kept in memory on 127.0.0.1. It is what
// programs for Graph are tested on here.
//
//	func TestUpload(t *testing.T) {
//		server := graphtest.NewServer(t)
//		token := server.Account().Token("Files.ReadWrite")
//		… // PUT server.GraphURL + "/me/drive/root:/notes.txt:/content"
//		server.Requests() // what the client sent
//	}
//
// It refuses what Graph has no name for, and answers 501 to what Graph has and is not played here, so that nothing passes
// by chance. Each answer is compared with Graph's own names and types.
//
// Not played: delta, versions, permissions but for createLink, bundles, invitations, conversions, cropped thumbnails, $batch;
// contact folders, attendees, attachments, changes of single occurrences; accounts of companies. An answer of the real
// Graph to what is not documented is a guess, and the place says so in a comment.
//
// What goes wrong on real lines is made with [Server.Fault]. [Server.Advance] lets time pass.
package graphtest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/faults"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Server is a running Graph. Each host has a port of its own, so that a test can see what is sent where.
type Server struct {
	GraphURL string // http://127.0.0.1:PORT/v1.0
	LoginURL string // http://127.0.0.1:PORT; a tenant follows
	FilesURL string // http://127.0.0.1:PORT: content, thumbnails, upload sessions, monitors

	store     *memory.Store
	service   *service
	handler   http.Handler
	journal   journal
	faults    faults.Set
	advanced  atomic.Int64    // nanoseconds
	ending    context.Context //nolint:containedctx // of all requests
	end       context.CancelFunc
	listeners []*http.Server
	serving   sync.WaitGroup
	account   *Account
}

// NewServer starts a server that ends with the test, and fails it if an answer did not fit Graph's names and types.
func NewServer(t testing.TB, opts ...Option) *Server {
	t.Helper()
	server, err := Start(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		for _, problem := range server.Problems() {
			t.Error("this is not Graph's: " + problem)
		}
	})
	return server
}

// Start is NewServer for programs that are no tests. The caller closes the server.
func Start(opts ...Option) (*Server, error) {
	local := []string{"http://127.0.0.1/callback", "http://localhost/callback", "https://login.microsoftonline.com/common/oauth2/nativeclient"}
	set := settings{
		now: time.Now, simpleLimit: 250_000_000, tokenLife: time.Hour, deviceInterval: 5,
		clients: map[string]client{
			PublicClientID:       {id: PublicClientID, redirects: local},
			ConfidentialClientID: {id: ConfidentialClientID, secret: ClientSecret, redirects: local},
		},
	}
	for _, opt := range opts {
		opt(&set)
	}
	s := &Server{}
	s.ending, s.end = context.WithCancel(background())
	now := func() time.Time { return set.now().Add(time.Duration(s.advanced.Load())) }
	s.store = memory.New(memory.Options{Now: now, Quota: set.quota, ContentLimit: set.keep})
	s.service = newService(s.store, now, set)
	s.service.copies.steps = 1
	s.journal.origins, s.journal.recorder = &s.service.origins, set.recorder
	s.handler = s.journal.logged(s.faults.Handler(s.journal.judged(s.service)))
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	account, err := s.AddAccount("Roberto", "Tamburello", set.first...)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.account = account
	s.SignIn(account)
	return s, nil
}

// listen opens a port for each host.
func (s *Server) listen() error {
	var listeners []net.Listener
	for _, origin := range []*string{&s.service.origins.graph, &s.service.origins.login, &s.service.origins.files} {
		listener, err := (&net.ListenConfig{}).Listen(background(), "tcp", "127.0.0.1:0")
		if err != nil {
			for _, opened := range listeners {
				err = errors.Join(err, opened.Close())
			}
			return err
		}
		*origin = "http://" + listener.Addr().String()
		listeners = append(listeners, listener)
	}
	s.GraphURL, s.LoginURL, s.FilesURL = s.service.origins.graph+"/v1.0", s.service.origins.login, s.service.origins.files
	for _, listener := range listeners {
		server := &http.Server{
			Handler: s.handler, ReadHeaderTimeout: time.Minute,
			BaseContext: func(net.Listener) context.Context { return s.ending },
		}
		s.listeners = append(s.listeners, server)
		s.serving.Go(func() { _ = server.Serve(listener) })
	}
	return nil
}

// Close ends the server and breaks the connections that are still open.
func (s *Server) Close() error {
	s.end()
	var errs []error
	for _, server := range s.listeners {
		errs = append(errs, server.Close())
	}
	s.serving.Wait()
	s.service.uploads.remove("")
	return errors.Join(errs...)
}

// ServeHTTP answers requests that come another way than over the server's ports: from a proxy that stands in for the
// hosts of Microsoft, see [ProxiedHosts]. Links in the answers then lead to those hosts.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// AddAccount opens another account. It has the folders Documents, Pictures and Public, and two calendars.
func (s *Server) AddAccount(firstName, lastName string, opts ...AccountOption) (*Account, error) {
	set := accountSettings{user: backend.User{FirstName: firstName, LastName: lastName}}
	set.user.Emails.Account = strings.ToLower(firstName) + "@example.com"
	for _, opt := range opts {
		opt(&set)
	}
	return newAccount(s.store, s.service, set)
}

// Account returns the account that every server has, of Roberto Tamburello.
func (s *Server) Account() *Account { return s.account }

// Backend is where the accounts are, to look at what a client has done, or to do something behind its back.
func (s *Server) Backend() backend.Backend { return s.store }

// Advance moves the server's clock: tokens, links, sessions and monitors expire when their time has come.
func (s *Server) Advance(d time.Duration) { s.advanced.Add(int64(d)) }

// SignIn sets who signs in and consents at the authorize page, where no login_hint says so. Nil denies.
func (s *Server) SignIn(account *Account) {
	s.service.mu.Lock()
	defer s.service.mu.Unlock()
	s.service.signedIn = ""
	if account != nil {
		s.service.signedIn = account.ID
	}
}

// EnterUserCode is what a person does at the page of the device flow: they sign in to the account, or decline if it is
// nil. It reports whether the code is known.
func (s *Server) EnterUserCode(code string, account *Account) bool {
	if account == nil {
		return s.service.decideDevice(code, "")
	}
	return s.service.decideDevice(code, account.ID)
}

// ExpireToken ends an access token's life.
func (s *Server) ExpireToken(accessToken string) { s.service.tokens.expire(accessToken) }

// ExpireLinks ends the life of all links to content and thumbnails that were given out so far.
func (s *Server) ExpireLinks() {
	s.service.epochs[linkContent].Add(1)
	s.service.epochs[linkThumbnail].Add(1)
}

// ExpirePages ends the life of all next links of lists of files that were given out so far.
func (s *Server) ExpirePages() { s.service.epochs[linkPage].Add(1) }

// LoseUploadSessions forgets all upload sessions, as Graph has been seen to do.
func (s *Server) LoseUploadSessions() { s.service.uploads.remove("") }

// LoseMonitors forgets all monitors of copies. The copies are made all the same.
func (s *Server) LoseMonitors() {
	s.service.copies.mu.Lock()
	defer s.service.copies.mu.Unlock()
	clear(s.service.copies.monitors)
}

// SetCopies says how monitors end, and how often they say before that the copy goes on; that is once at first.
func (s *Server) SetCopies(ending CopyEnding, inProgress int) {
	s.service.copies.mu.Lock()
	defer s.service.copies.mu.Unlock()
	s.service.copies.ending, s.service.copies.steps = ending, inProgress
}

// Requests returns the requests that were answered so far, at all hosts.
func (s *Server) Requests() []Request {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return append([]Request(nil), s.journal.requests...)
}

// ForgetRequests empties the list of requests.
func (s *Server) ForgetRequests() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.requests = nil
}

// Problems returns where answers, and requests that were accepted, do not fit Graph's own names and types. [NewServer]
// reports them when the test ends.
func (s *Server) Problems() []string {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return append([]string(nil), s.journal.problems...)
}
