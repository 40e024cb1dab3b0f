package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/api"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/storage"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Config says how a Server is to behave. Only Backend is required.
type Config struct {
	Backend backend.Backend
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Clients are the applications that may ask for tokens. With none, every client id is taken as registered
	// without a secret. Applications that the Backend knows are registered too.
	Clients []login.Client
	// Tokens gives out tokens; nil is a login.Tokens with Grants and TokenLifetime.
	Tokens login.Keeper
	// Grants keeps the tokens that are given out, so that they outlive the Server; nil keeps them in memory.
	Grants backend.GrantStore
	// TokenLifetime is that of access tokens; 0 is one hour, the service's own.
	TokenLifetime time.Duration
	// LinkLifetime is that of storage links; 0 is one hour.
	LinkLifetime time.Duration
	// AutoConsent signs in and consents without showing a page.
	AutoConsent bool
	// ExternalURL is where clients reach the server, such as "https://live.example.com". Empty: links are built from
	// each request's Host and scheme.
	ExternalURL string
	// StorageURL is the origin of storage links. Empty: the origin of the request.
	StorageURL string
	// Throttle limits how often an application may call for a user; nil is no limit. See DefaultThrottle.
	Throttle *Throttle
	// BodyPause is how long a request's body may pause; 0 is a minute. Who pauses for longer gets a 408.
	BodyPause time.Duration
	// OnRequest is called after each request, from the goroutine that served it.
	OnRequest func(Request)
}

// Server is the service. It is an http.Handler.
type Server struct {
	now       func() time.Time
	external  string
	onRequest func(Request)
	patience  time.Duration

	api     *api.Host
	login   *login.Host
	storage *storage.Host
	links   *storage.Links
}

const defaultLifetime = time.Hour

// New makes a Server.
func New(cfg Config) (*Server, error) {
	if cfg.Backend == nil {
		return nil, errors.New("server: Config.Backend is nil")
	}
	s := &Server{now: cfg.Now, onRequest: cfg.OnRequest, patience: cmp.Or(max(0, cfg.BodyPause), defaultPatience)}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.external, err = parseOrigin(cfg.ExternalURL); err != nil {
		return nil, fmt.Errorf("server: ExternalURL: %w", err)
	}
	storageURL, err := parseOrigin(cfg.StorageURL)
	if err != nil {
		return nil, fmt.Errorf("server: StorageURL: %w", err)
	}
	if cfg.Tokens == nil {
		if cfg.Tokens, err = login.NewTokens(s.now, orDefault(cfg.TokenLifetime), cfg.Grants); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(cfg.Clients, func(c login.Client) bool { return c.ID == "" }) {
		return nil, errors.New("server: a client has no id")
	}
	s.login = &login.Host{
		Accounts: cfg.Backend, Keeper: cfg.Tokens, Now: s.now, Clients: cfg.Clients, AutoConsent: cfg.AutoConsent,
	}
	s.links = storage.NewLinks(s.now, orDefault(cfg.LinkLifetime), storageURL)
	s.storage = storage.New(cfg.Backend, s.login, s.links, s.now)
	s.api = &api.Host{
		Accounts: cfg.Backend, Login: s.login, Links: s.links, Now: s.now, Admit: newThrottler(cfg.Throttle, s.now).admit,
	}
	return s, nil
}

func orDefault(d time.Duration) time.Duration {
	if d <= 0 {
		return defaultLifetime
	}
	return d
}

// ServeHTTP answers for all hosts. The path alone decides, so that requests sent through a proxy arrive too.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A copy: net/http looks at the type of its own request's Body to find out whether a client still waits for
	// "100 Continue", and would wait for the whole body of a refused upload if it found our counter there.
	r = r.WithContext(r.Context())
	in := newRequestBody(w, r, s.patience)
	out := &responseLog{ResponseWriter: w, body: in}
	r.Body = in
	c := wire.NewCall(out, r)
	c.Origin = s.origin(r)
	header := r.Header.Clone()
	header.Del("Authorization")
	defer s.finish(c, in, out, Request{
		Time: s.now(), Method: c.Method, Sent: c.R.Method, Path: r.URL.Path, Query: c.Query.Without("access_token").Values(), RequestID: c.ID, Header: header,
	})
	// By the server's clock: clients compare it with the times of items.
	out.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	s.serve(c)
}

// serve finds the host that the request is for.
func (s *Server) serve(c *wire.Call) {
	if c.R.Method == http.MethodOptions {
		answerPreflight(c.W, c.R)
		return
	}
	segments := wire.SplitPath(c.R.URL.EscapedPath())
	switch hostOf(segments) {
	case HostStorage:
		if id, ok := s.links.LogoOf(segments); ok && (c.Method == http.MethodPut || c.Method == http.MethodPost) {
			s.api.Serve(c, []string{"application." + id, "picture"})
			return
		}
		s.storage.Serve(c, segments)
	case HostLogin:
		s.login.Serve(c, segments)
	case HostAPI:
		s.api.Serve(c, segments)
	}
}

// origin is where the caller reached us. A proxy's request line names its host in full; net/http puts that into Host.
func (s *Server) origin(r *http.Request) string {
	if s.external != "" {
		return s.external
	}
	if r.TLS != nil || r.URL.Scheme == "https" { // some proxies' clients ask them for https without a tunnel
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// finish turns a panic into the service's own excuse, and reports the request.
func (s *Server) finish(c *wire.Call, in *requestBody, out *responseLog, record Request) {
	if p := recover(); p != nil {
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p) // how a handler breaks a connection on purpose
		}
		slog.Error("server: panic", "path", record.Path, "panic", p, "stack", string(debug.Stack()))
		if out.status == 0 {
			c.WriteError(wire.Internal())
		}
	}
	defer out.release()
	if s.onRequest == nil {
		return
	}
	record.Facts = c.Facts
	record.Status = cmp.Or(out.status, http.StatusOK)
	record.BytesIn, record.BytesOut = in.n, out.n
	record.Duration = s.now().Sub(record.Time)
	s.onRequest(record)
}

// IssueToken gives a client a token for the user with this cid, as if that user had consented.
func (s *Server) IssueToken(clientID, userID string, scopes []string) (login.Token, error) {
	return s.login.IssueToken(context.Background(), clientID, userID, scopes)
}

// AdoptToken makes a token that another Server gave out good here, for as long as a new one would be. So a server can
// be put back to its start without signing its clients out.
func (s *Server) AdoptToken(ctx context.Context, clientID, userID string, token login.Token) error {
	return s.login.AdoptToken(ctx, clientID, userID, token)
}

// ExpireToken lets an access token expire now. Whether that is kept does not matter to the tests that want it.
func (s *Server) ExpireToken(access string) { _ = s.login.Revoke(context.Background(), access) }

// ExpireLinks ends the life of all storage links that were given out so far.
func (s *Server) ExpireLinks() { s.links.Expire() }

// RevokeRefreshToken makes a refresh token unknown.
func (s *Server) RevokeRefreshToken(refresh string) {
	_ = s.login.Revoke(context.Background(), refresh)
}
