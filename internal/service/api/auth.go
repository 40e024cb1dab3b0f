package api

import (
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// authorize checks what the table of routes says about the request.
func (c *call) authorize() error {
	if c.grant.Anonymous() {
		if c.route.flags&anonymous != 0 && c.target.owner != "me" {
			return nil
		}
		return wire.TokenMissing()
	}
	return c.grant.Require(c.route.scopes)
}

// owner is the account that the path names.
func (c *call) owner() string { return c.ownerOf(c.target) }

func (c *call) ownerOf(t target) string {
	if t.owner == "me" {
		return c.grant.User
	}
	return t.owner
}

// ownOnly refuses paths of other users where there is nothing that they could share.
func (c *call) ownOnly() error {
	if c.owner() != c.grant.User {
		return wire.Forbidden()
	}
	return nil
}

// ownItem gives the item of the path for changing. Items of others cannot be changed through the API: what they
// shared, and with which role, is unknown to it, so what may be read is forbidden and the rest does not exist.
func (c *call) ownItem() (backend.Item, error) {
	item, err := c.pathItem()
	if err != nil {
		return backend.Item{}, err
	}
	if item.Owner == c.grant.User {
		return item, nil
	}
	if err := c.grant.MayRead(c.Context(), c.s.backend, item); err != nil {
		return backend.Item{}, err
	}
	return backend.Item{}, wire.Forbidden()
}

// readableItem gives the item of the path to a token that may read it.
func (c *call) readableItem() (backend.Item, error) {
	item, err := c.pathItem()
	if err != nil {
		return backend.Item{}, err
	}
	return item, c.grant.MayRead(c.Context(), c.s.backend, item)
}

// pathItem gives the item that the path of the request names, whoever owns it.
func (c *call) pathItem() (backend.Item, error) {
	item, err := c.item(c.target)
	if err == nil {
		c.Route = rowOf(c.Route, c.target, item.Kind)
	}
	return item, err
}

// item gives the item that a path names, whoever owns it.
func (c *call) item(t target) (backend.Item, error) {
	var item backend.Item
	var err error
	switch {
	case t.special != "":
		owner := c.ownerOf(t)
		if owner != c.grant.User { // strangers must not make special folders by asking for them
			if err := c.grant.Sees(c.Context(), c.s.backend, backend.Ref{Owner: owner}); err != nil {
				return backend.Item{}, err
			}
		}
		item, err = c.s.backend.Special(c.Context(), owner, t.special)
	case t.kind == targetDrive:
		item, err = c.s.backend.Item(c.Context(), backend.Ref{Owner: c.ownerOf(t)})
	default:
		item, err = c.s.backend.Item(c.Context(), t.ref)
	}
	if err != nil {
		return backend.Item{}, err
	}
	if !matchesKind(t.prefix, item.Kind) {
		return backend.Item{}, backend.ErrNotFound
	}
	return item, nil
}

// rowOf names the row of the endpoint table for what a path turned out to be: the table of routes has one line for
// all kinds of items.
func rowOf(row string, t target, kind backend.Kind) string {
	family, verb, _ := strings.Cut(row, ".")
	switch {
	case row == "photos.picture" && kind.IsFolder():
		return "albums.cover"
	case family != "files":
		return row
	case verb == "get" && t.kind == targetDrive:
		return "folders.root"
	case verb == "get" && t.special != "":
		return "folders.special"
	case kind == backend.KindAlbum && (verb == "move" || verb == "copy"):
		return "folders." + verb
	}
	families := map[backend.Kind]string{
		backend.KindFolder: "folders.", backend.KindAlbum: "albums.", backend.KindPhoto: "photos.", backend.KindVideo: "videos.", backend.KindAudio: "audio.",
	}
	if family, ok := families[kind]; ok {
		return family + verb
	}
	return row
}

// answerPreflight answers a browser that asks what it may send.
func answerPreflight(w http.ResponseWriter, r *http.Request) {
	wire.SetCORS(w.Header())
	w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, MOVE, COPY, OPTIONS")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		w.Header().Set("Access-Control-Allow-Headers", asked)
	}
	w.Header().Set("Access-Control-Max-Age", "3600")
	w.WriteHeader(http.StatusOK)
}
