package api

import (
	"net/http"
	"strings"
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

// call is a request of the API on its way through a handler.
type call struct {
	*wire.Call
	h *Host

	path     []string // segments without the version
	target   target
	fileName string // NAME of the pattern
	grant    login.Grant
	body     wire.Object  // the body's fields
	found    backend.Kind // of the item that the path names, once it was found
}

// reply is what a handler answers, if there is no error. The zero status is 200.
type reply struct {
	status   int
	body     any              // written as JSON; nil is no body
	location string           // Location header: of a redirect, or of what was made
	html     string           // in place of body
	content  *backend.Content // in place of body
}

// created answers with what was made, and where it is.
func (c *call) created(id string, body any) reply {
	return reply{status: http.StatusCreated, body: body, location: c.url(id + "/")}
}

// resourceName is how messages call what the request was about: its id, or its path when that has none.
func (c *call) resourceName() string {
	if len(c.path) == 0 {
		return ""
	}
	if c.target.kind == targetItem && c.target.special == "" || c.target.kind != targetDrive && c.target.kind != targetItem {
		return c.path[0]
	}
	return strings.Join(c.path, "/")
}

// owner is the account that the path names.
func (c *call) owner() string { return c.ownerOf(c.target) }

func (c *call) ownerOf(t target) string {
	if t.owner == "me" {
		return c.grant.User
	}
	return t.owner
}

// url is the URL of a path of the API.
func (c *call) url(path string) string { return c.Origin + "/v5.0/" + path }
