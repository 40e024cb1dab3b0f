// Package livetest runs a Live Connect service inside a test: accounts with a OneDrive, sign-in, and the API of
// https://apis.live.net/v5.0, kept in memory on 127.0.0.1. Real photos are really scaled, their EXIF is really read,
// counts and sizes are true after every change, and scopes are enforced.
//
//	func TestUpload(t *testing.T) {
//		server := livetest.NewServer(t)
//		client := server.Client(t)
//		_, err := client.Uploads.Put(t.Context(), liveconnect.Root, "notes.txt", strings.NewReader("hello"), nil)
//		…
//		server.Requests() // what the client sent
//	}
//
// What goes wrong on real lines is made with [Server.Fault]: connections that break, stall or are slow, answers that are
// errors or false, tokens and links that expire. [Server.Advance] lets time pass.
//
// For programs in other languages, the same service is the command liveconnectd.
package livetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"

	"github.com/go-liveconnect/liveconnect/internal/service"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// The application that is registered at every server.
const (
	ClientID     = "000000004c0ffee5"
	ClientSecret = "livetest-client-secret"
)

// Server is a running service. Its storage host has a port of its own, as the real one had a host of its own, so that a
// test can see what is sent there.
type Server struct {
	APIURL     string // the base URL: http://127.0.0.1:PORT/v5.0
	LoginURL   string // http://127.0.0.1:PORT
	StorageURL string // http://127.0.0.1:OTHERPORT

	store     *memory.Store
	service   service.Service
	protocol  *server.Server
	ending    context.Context //nolint:containedctx // of all requests
	end       context.CancelFunc
	listeners []*http.Server
	serving   sync.WaitGroup
	account   *Account
}

// Option changes how a server is set up.
type Option func(*settings)

type settings struct {
	now   func() time.Time
	quota int64
	keep  int64
}

// WithClock makes the server take the time from now: the times of items, and whether tokens and links have expired.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithQuota sets the storage of each account in bytes; the default is 25 GiB.
func WithQuota(bytes int64) Option { return func(s *settings) { s.quota = bytes } }

// WithContentLimit makes the server keep the content of uploads only up to this size in bytes. Of longer ones it knows
// the size and the SHA-256 (see [Account.Digest]), and cannot give them back. So a test can upload more than fits into
// memory.
func WithContentLimit(bytes int64) Option { return func(s *settings) { s.keep = bytes } }

// NewServer starts a server that ends with the test. It has one account, see [Server.Account].
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
	})
	return server
}

// Start is NewServer for programs that are no tests. The caller closes the server.
func Start(opts ...Option) (*Server, error) {
	var set settings
	for _, opt := range opts {
		opt(&set)
	}
	s := &Server{service: service.Service{Clock: service.Clock{Base: set.now}}}
	s.ending, s.end = context.WithCancel(background())
	s.store = memory.New(memory.Options{Now: s.service.Clock.Now, Quota: set.quota, ContentLimit: set.keep})
	apiListener, err := listen()
	if err != nil {
		return nil, err
	}
	storage, err := listen()
	if err != nil {
		return nil, errors.Join(err, apiListener.Close())
	}
	s.LoginURL = "http://" + apiListener.Addr().String()
	s.APIURL = s.LoginURL + "/v5.0"
	s.StorageURL = "http://" + storage.Addr().String()
	s.protocol, err = s.service.Protocol(server.Config{
		Backend: s.store, StorageURL: s.StorageURL, AutoConsent: true,
		Clients: []login.Client{{ID: ClientID, Secret: ClientSecret, Name: "livetest"}},
	}, nil)
	if err != nil {
		return nil, errors.Join(err, apiListener.Close(), storage.Close())
	}
	s.serve(apiListener)
	s.serve(storage)
	s.account, err = s.AddAccount("Roberto", "Tamburello")
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func listen() (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(background(), "tcp", "127.0.0.1:0")
}

func (s *Server) serve(listener net.Listener) {
	server := &http.Server{
		Handler: server.Answer11(s.service.Handler(s.protocol)), ReadHeaderTimeout: time.Minute,
		BaseContext: func(net.Listener) context.Context { return s.ending },
	}
	s.listeners = append(s.listeners, server)
	s.serving.Go(func() { _ = server.Serve(listener) })
}

// Close ends the server and breaks the connections that are still open.
func (s *Server) Close() error {
	s.end()
	var errs []error
	for _, server := range s.listeners {
		errs = append(errs, server.Close())
	}
	s.serving.Wait()
	return errors.Join(errs...)
}

// Account returns the account that every server has, of Roberto Tamburello.
func (s *Server) Account() *Account { return s.account }

// Client returns a client that is signed in to [Server.Account] with all scopes.
func (s *Server) Client(t testing.TB, opts ...liveconnect.Option) *liveconnect.Client {
	t.Helper()
	return s.account.Client(t, opts...)
}

// OAuthConfig returns the configuration for signing in at this server. Its authorize page consents without asking.
func (s *Server) OAuthConfig(redirectURL string, scopes ...liveconnect.Scope) *oauth2.Config {
	conf := liveconnect.OAuthConfig(ClientID, ClientSecret, redirectURL, scopes...)
	conf.Endpoint = liveconnect.OAuthEndpoint(s.LoginURL)
	return conf
}

// ExpireToken ends an access token's life: the service then answers request_token_expired.
func (s *Server) ExpireToken(token *oauth2.Token) { s.protocol.ExpireToken(token.AccessToken) }

// ExpireLinks ends the life of all links to the storage host that were given out so far.
func (s *Server) ExpireLinks() { s.protocol.ExpireLinks() }

// Advance moves the server's clock: tokens, links and upload sessions expire when their time has come.
func (s *Server) Advance(d time.Duration) { s.service.Clock.Advance(d) }

// Request is a request that the server got.
type Request struct {
	Method   string // after the method parameter was applied
	Path     string // unescaped
	Query    url.Values
	Header   http.Header // without Authorization
	HadToken bool        // an access token came with it
	Endpoint string      // its row in testdata/endpoints.tsv, such as "photos.list"; "" if there is none
	Status   int
	Code     string // of the error that was answered
	BytesIn  int64
	BytesOut int64

	Intercepted bool // a fault kept it from the service; Status is what the fault answered, 0 if nothing
}

// String is the request in one line: "PUT /v5.0/folder.…/files/a.jpg 201".
func (r Request) String() string { return fmt.Sprintf("%s %s %d", r.Method, r.Path, r.Status) }

// Requests returns the requests that were answered so far, at all hosts.
func (s *Server) Requests() []Request {
	var requests []Request
	for _, r := range s.service.Log.After(0) {
		requests = append(requests, Request{
			Method: r.Method, Path: r.Path, Query: r.Query, Header: r.Header, HadToken: r.HadToken, Endpoint: r.Route,
			Status: r.Status, Code: r.Code, BytesIn: r.BytesIn, BytesOut: r.BytesOut, Intercepted: r.Intercepted,
		})
	}
	return requests
}

// ForgetRequests empties the list of requests.
func (s *Server) ForgetRequests() { s.service.Log.Clear() }

// background is for what the server does by itself: nothing in memory waits.
func background() context.Context { return context.Background() }
