package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"

	"github.com/go-liveconnect/liveconnect/internal/service"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/proxy"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// controlPath is where test suites steer the program.
const controlPath = "/_live"

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

	service service.Service
	faults  faultList
	started atomic.Pointer[world] // nil until ready

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

// isOwn reports whether a host (without port) is this machine.
func (e *emulator) isOwn(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || e.owned[host] || ip != nil && ip.IsLoopback()
}

// signedIn is an account and a token for it.
type signedIn struct {
	UserID       string `json:"user_id"`  // of the API: 16 hexadecimal digits
	LoginID      string `json:"login_id"` // of the login host: 32
	Name         string `json:"name"`
	Email        string `json:"email"`
	AccessToken  string `json:"access_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int64  `json:"expires_in,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

func newSignedIn(u backend.User, token login.Token) signedIn {
	return signedIn{
		UserID: u.ID, LoginID: u.LoginID, Name: u.Name, Email: u.Emails.Account,
		AccessToken: token.AccessToken, RefreshToken: token.RefreshToken,
		ExpiresIn: int64(token.ExpiresIn.Seconds()), Scope: token.Scope,
	}
}

var errStarting = fmt.Errorf("it is still starting; ask %s/health until it says ready", controlPath)

var errNoAccount = errors.New("unknown account")
