package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/proxy"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// proxiedHosts are the hosts that the proxy stands in for: those of the API, of sign-in in both editions, and of
// content and upload sessions.
func proxiedHosts() proxy.Hosts {
	return proxy.Hosts{
		"apis.live.net", "login.live.com", "oauth.live.com", "storage.live.com", "*.users.storage.live.com",
		"*.files.1drv.com", "*.livefilestore.com",
	}
}

// store is what the program wants of a backend besides serving.
type store interface {
	backend.Backend
	AddUser(backend.User) (backend.User, error)
	SetQuota(owner string, bytes int64) error
	SetUserPicture(id string, picture []byte) error
	Befriend(a, b string) error
	ShareItem(ref backend.Ref, with, access string) error
}

// emulator is the service with everything around it.
type emulator struct {
	opts      options
	log       *slog.Logger
	origin    string // where clients on this machine, or those of -external-url, reach it
	listening string // host and port
	hosts     proxy.Hosts
	authority *proxy.Authority
	owned     map[string]bool // hosts that are this machine
	spare     login.Client

	clock    clock
	requests requestLog
	faults   faultList
	started  atomic.Pointer[world] // nil until ready

	starting sync.Mutex             // guards start
	tokens   map[string]login.Token // by cid: what the first start gave out
	kept     *disk.Store            // of -data; nil without it
}

// world is what a reset replaces.
type world struct {
	store    store
	service  *server.Server
	clients  []login.Client
	accounts []signedIn // of the start
}

// newEmulator prepares the service. It is ready after its first reset.
func newEmulator(opts options, log *slog.Logger, listening string) (*emulator, error) {
	e := &emulator{
		opts: opts, log: log, listening: listening, origin: "http://" + listening,
		owned:  map[string]bool{},
		spare:  login.Client{ID: "0000" + randomHex(6), Secret: randomHex(16), Name: "liveconnectd"},
		tokens: map[string]login.Token{},
	}
	e.faults.expire = e.expire
	e.hosts = proxiedHosts()
	host, _, _ := net.SplitHostPort(listening)
	e.owned[host] = true
	for _, raw := range []string{opts.externalURL, opts.storageURL} {
		if u, err := url.Parse(raw); err == nil && u.Host != "" {
			e.owned[u.Hostname()] = true
			if _, known := e.hosts.Match(u.Hostname()); !known && net.ParseIP(u.Hostname()) == nil {
				e.hosts = append(e.hosts, u.Hostname())
			}
		}
	}
	if opts.externalURL != "" {
		e.origin = opts.externalURL
	}
	if addresses, err := net.InterfaceAddrs(); err == nil {
		for _, address := range addresses {
			if n, ok := address.(*net.IPNet); ok {
				e.owned[n.IP.String()] = true
			}
		}
	}
	var err error
	if e.authority, err = proxy.NewAuthority("liveconnectd, for tests only", e.hosts); err != nil {
		return nil, err
	}
	if opts.ca != "" {
		return e, e.authority.WriteFile(opts.ca)
	}
	return e, nil
}

// isOwn tells whether a host (without port) is this machine.
func (e *emulator) isOwn(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || e.owned[host] || ip != nil && ip.IsLoopback()
}

// reset puts everything back to the state at the start, and is the start. Files named by flags are read again. Tokens
// that were given out at the first start are good again.
func (e *emulator) reset(ctx context.Context) error {
	e.starting.Lock()
	defer e.starting.Unlock()
	file, err := readAccounts(e.opts.accounts)
	if err != nil {
		return err
	}
	e.clock.reset()
	next, err := e.newWorld(ctx, file)
	if err != nil {
		return err
	}
	if err := next.fill(ctx, file, e.opts, e.log); err != nil {
		return err
	}
	if err := e.signIn(ctx, next); err != nil {
		return err
	}
	if err := e.settle(); err != nil {
		return err
	}
	if err := e.faults.load(e.opts.faults); err != nil {
		return err
	}
	e.started.Store(next)
	e.requests.clear()
	return nil
}

func (e *emulator) newWorld(ctx context.Context, file accountsFile) (*world, error) {
	accounts, grants, err := e.openStore(ctx)
	if err != nil {
		return nil, err
	}
	next := &world{store: accounts, clients: file.clients()}
	if len(next.clients) == 0 {
		next.clients = []login.Client{e.spare}
	}
	next.service, err = server.New(server.Config{
		Backend: next.store, Grants: grants, Now: e.clock.now, Clients: next.clients, TokenLifetime: e.opts.tokenLifetime,
		AutoConsent: e.opts.autoConsent, ExternalURL: e.opts.externalURL, StorageURL: e.opts.storageURL,
		Throttle: e.opts.throttle.rules, OnRequest: func(r server.Request) { e.requests.add(logged(r)); e.logRequest(r) },
	})
	return next, err
}

// signIn gives each account a token: at a reset, the one of the start.
func (e *emulator) signIn(ctx context.Context, next *world) error {
	users, err := backend.All(next.store.AllUsers(ctx, backend.Page{}))
	if err != nil {
		return err
	}
	for _, u := range users {
		token, known := e.tokens[u.ID]
		if known {
			err = next.service.AdoptToken(ctx, next.clients[0].ID, u.ID, token)
		} else {
			token, err = next.service.IssueToken(next.clients[0].ID, u.ID, allScopes())
			e.tokens[u.ID] = token
		}
		if err != nil {
			return err
		}
		next.accounts = append(next.accounts, newSignedIn(u, token))
	}
	if len(next.accounts) == 0 {
		return errors.New("there is no account")
	}
	return nil
}

// handler serves what the network brings.
func (e *emulator) handler() http.Handler {
	service := e.faults.set.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		markSeen(r)
		if now := e.started.Load(); now != nil {
			now.service.ServeHTTP(w, firstEdition(r))
			return
		}
		http.Error(w, "liveconnectd is starting; ask /_live/health", http.StatusServiceUnavailable)
	}))
	observed := e.requests.observe(service, e.clock.now)
	control, status := e.guard(newControl(e)), e.guard(http.HandlerFunc(e.serveStatus))
	return server.Answer11(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case isControl(r.URL.Path):
			control.ServeHTTP(w, r)
		case r.URL.Path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			status.ServeHTTP(w, r)
		default:
			observed.ServeHTTP(w, r)
		}
	}))
}

// firstEdition leads the paths that sign-in had in 2011, on a host of its own, to those that it had later.
func firstEdition(r *http.Request) *http.Request {
	if hostname(r.Host) != "oauth.live.com" {
		return r
	}
	var later string
	switch r.URL.Path {
	case "/authorize":
		later = "/oauth20_authorize.srf"
	case "/token":
		later = "/oauth20_token.srf"
	default:
		return r
	}
	moved := r.WithContext(r.Context())
	target := *r.URL
	target.Path, target.RawPath = later, ""
	moved.URL = &target
	return moved
}

// greeting is the line for standard output.
func (e *emulator) greeting() greeting {
	now := e.started.Load()
	first := now.accounts[0]
	storage := e.origin
	if e.opts.storageURL != "" {
		storage = e.opts.storageURL
	}
	return greeting{
		API: e.origin + "/v5.0", Login: e.origin, Storage: storage,
		ClientID: now.clients[0].ID, ClientSecret: now.clients[0].Secret,
		AccessToken: first.AccessToken, RefreshToken: first.RefreshToken, UserID: first.UserID,
		Control: "http://" + e.listening + controlPath, Status: "http://" + e.listening + "/",
		Proxy: "http://" + e.listening, CA: e.opts.ca, Accounts: now.accounts, Version: thisProgram(),
	}
}

// expire ends the life of a token, or with an empty one that of all links.
func (e *emulator) expire(token string) {
	now := e.started.Load()
	switch {
	case now == nil:
	case token == "":
		now.service.ExpireLinks()
	default:
		now.service.ExpireToken(token)
	}
}

func (e *emulator) logRequest(r server.Request) {
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", r.Path), slog.Int("status", r.Status),
		slog.Int64("in", r.BytesIn), slog.Int64("out", r.BytesOut), slog.Duration("took", r.Duration),
	}
	if r.Code != "" {
		attrs = append(attrs, slog.String("code", r.Code))
	}
	e.log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails, says crypto/rand
	return hex.EncodeToString(b)
}

var errStarting = fmt.Errorf("it is still starting; ask %s/health until it says ready", controlPath)
