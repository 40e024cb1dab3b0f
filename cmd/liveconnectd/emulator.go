package main

import (
	"log/slog"
	"net"
	"net/http"
	"net/url"

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

// newEmulator prepares the service. It is ready after its first reset.
func newEmulator(opts options, log *slog.Logger, listening string) (*emulator, error) {
	e := &emulator{
		opts: opts, log: log, listening: listening, origin: "http://" + listening,
		owned:  map[string]bool{},
		spare:  login.Client{ID: "0000" + randomHex(6), Secret: randomHex(16), Name: "liveconnectd"},
		tokens: map[string]login.Token{},
	}
	e.service.Log.Limit = maxRequests
	e.faults.set, e.faults.expire = &e.service.Faults, e.expire
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

// handler serves what the network brings.
func (e *emulator) handler() http.Handler {
	observed := e.service.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if now := e.started.Load(); now != nil {
			now.service.ServeHTTP(w, firstEdition(r))
			return
		}
		http.Error(w, "liveconnectd is starting; ask /_live/health", http.StatusServiceUnavailable)
	}))
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

// greeting is the line on standard output. The account is the first one.
type greeting struct {
	API          string      `json:"api"`
	Login        string      `json:"login"`
	Storage      string      `json:"storage"`
	ClientID     string      `json:"client_id"`
	ClientSecret string      `json:"client_secret"`
	AccessToken  string      `json:"access_token"`
	RefreshToken string      `json:"refresh_token"`
	UserID       string      `json:"user_id"`
	Control      string      `json:"control"`
	Status       string      `json:"status"`
	Proxy        string      `json:"proxy"`
	CA           string      `json:"ca,omitempty"`
	Accounts     []signedIn  `json:"accounts"`
	Version      programInfo `json:"version"`
}
