package login

import (
	"context"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Grant is what a user allowed a client. The zero Grant is that of a request without a token: it allows nothing.
type Grant struct {
	Client   string
	User     string // cid
	Scopes   ScopeSet
	Redirect string // where the browser was sent; empty if there was none
	Expires  time.Time
	// Credential is the user's token for the service behind a backend.Remote; empty for other backends.
	Credential string
}

// Context is the context for calls of a backend in the name of the grant.
func (g Grant) Context(ctx context.Context) context.Context {
	return backend.WithCredential(ctx, g.Credential)
}

// Anonymous reports whether there is nobody behind the request.
func (g Grant) Anonymous() bool { return g.User == "" }

// Require wants any one of the scopes.
func (g Grant) Require(scopes []string) error {
	if !g.Scopes.HasAny(scopes) {
		return wire.ScopeMissing(scopes)
	}
	return nil
}

// Sharing is what is needed of a drive to know who may read an item.
type Sharing interface {
	Shared(ctx context.Context, ref backend.Ref, user string) (bool, error)
}

// MayRead checks the scope for an item of one's own, and for an item of someone else also that it is shared. What is
// not shared does not exist.
func (g Grant) MayRead(ctx context.Context, drive Sharing, item backend.Item) error {
	if item.Owner != g.User {
		if err := g.Sees(ctx, drive, item.Ref); err != nil {
			return err
		}
	}
	return g.Require(readScopes(item.Kind, item.Owner == g.User))
}

// Sees wants an item of somebody else to be shared with the user.
func (g Grant) Sees(ctx context.Context, drive Sharing, ref backend.Ref) error {
	shared, err := drive.Shared(ctx, ref, g.User)
	if err == nil && !shared {
		err = backend.ErrNotFound
	}
	return err
}

// Lists reports whether a list may have the item: what the token may not read for lack of a scope (files, to one that
// has only wl.photos) is left out. That is inferred.
func (g Grant) Lists(kind backend.Kind, own bool) bool { return g.Scopes.HasAny(readScopes(kind, own)) }

// readScopes are the scopes that let a token read an item of this kind.
func readScopes(kind backend.Kind, own bool) []string {
	switch {
	case kind == backend.KindFile || kind == backend.KindNotebook:
		if own {
			return []string{"wl.skydrive"}
		}
		return []string{"wl.contacts_skydrive"}
	case own:
		return []string{"wl.photos", "wl.skydrive"}
	}
	return []string{"wl.contacts_photos", "wl.contacts_skydrive"}
}
