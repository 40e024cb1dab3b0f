package storage

import (
	"context"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
)

// Accounts are what is needed of a backend to keep and to give out content.
type Accounts interface {
	backend.Drive
	// UserPicture is that of backend.Users.
	UserPicture(ctx context.Context, id string, pixels int) (backend.Content, error)
	// Logo is that of backend.Applications.
	Logo(ctx context.Context, id string) (backend.Content, error)
}

// Host is the storage hosts.
type Host struct {
	accounts Accounts
	login    *login.Host
	links    *Links
	sessions *sessions
}

// New makes a Host that serves these links.
func New(accounts Accounts, who *login.Host, links *Links, now func() time.Time) *Host {
	return &Host{accounts: accounts, login: who, links: links, sessions: newSessions(now)}
}
