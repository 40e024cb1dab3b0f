package api

import (
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/storage"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Host is the API host.
type Host struct {
	Accounts backend.Backend
	Login    *login.Host
	Links    *storage.Links
	Now      func() time.Time
	// Admit may refuse a request as soon as it is known whose it is.
	Admit func(*wire.Call, login.Grant) error
}
