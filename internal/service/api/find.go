package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// ownItem gives the item of the path for changing. Items of others cannot be changed through the API: what they
// shared, and with which role, is unknown to it, so what may be read is forbidden and the rest does not exist.
func ownItem(c *call) (backend.Item, error) {
	item, err := pathItem(c)
	if err != nil {
		return backend.Item{}, err
	}
	if item.Owner == c.grant.User {
		return item, nil
	}
	if err := c.grant.MayRead(c.Context(), c.h.Accounts, item); err != nil {
		return backend.Item{}, err
	}
	return backend.Item{}, wire.Forbidden()
}

// readableItem gives the item of the path to a token that may read it.
func readableItem(c *call) (backend.Item, error) {
	item, err := pathItem(c)
	if err != nil {
		return backend.Item{}, err
	}
	return item, c.grant.MayRead(c.Context(), c.h.Accounts, item)
}

// pathItem gives the item that the path of the request names, whoever owns it.
func pathItem(c *call) (backend.Item, error) {
	item, err := findItem(c, c.target)
	c.found = item.Kind
	return item, err
}

// findItem gives the item that a path names, whoever owns it.
func findItem(c *call, t target) (backend.Item, error) {
	var item backend.Item
	var err error
	switch {
	case t.special != "" && c.ownerOf(t) == c.grant.User:
		item, err = c.h.Accounts.Special(c.Context(), c.grant.User, t.special)
	case t.special != "":
		// By its name: strangers must not make special folders by asking for them.
		item, err = c.h.Accounts.Child(c.Context(), backend.Ref{Owner: c.ownerOf(t)}, specialFolders[t.special])
	case t.kind == targetDrive:
		item, err = c.h.Accounts.Item(c.Context(), backend.Ref{Owner: c.ownerOf(t)})
	default:
		item, err = c.h.Accounts.Item(c.Context(), t.ref)
	}
	if err != nil {
		return backend.Item{}, err
	}
	if !matchesKind(t.prefix, item.Kind) {
		return backend.Item{}, backend.ErrNotFound
	}
	return item, nil
}
