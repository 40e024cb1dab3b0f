package api

import (
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

func getItem(c *call) (reply, error) {
	item, err := readableItem(c)
	return reply{body: showItem(c, item)}, err
}

// updateItem changes what the body names, and answers the whole object with 200.
func updateItem(c *call) (reply, error) {
	item, err := ownItem(c)
	if err != nil {
		return reply{}, err
	}
	change := backend.ItemChange{Name: c.body.TextPtr("name"), Description: c.body.TextPtr("description")}
	if change.Name != nil {
		if err := wire.CheckFileName(*change.Name); err != nil {
			return reply{}, err
		}
	}
	if item.Kind == backend.KindAudio {
		change.Title, change.Artist = c.body.TextPtr("title"), c.body.TextPtr("artist")
		change.Album, change.AlbumArtist = c.body.TextPtr("album"), c.body.TextPtr("album_artist")
		change.Genre = c.body.TextPtr("genre")
	}
	item, err = c.h.Accounts.UpdateItem(c.Context(), item.Ref, change)
	return reply{body: showItem(c, item)}, err
}

func deleteItem(c *call) (reply, error) {
	item, err := ownItem(c)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.h.Accounts.DeleteItem(c.Context(), item.Ref)
}

func moveItem(c *call) (reply, error) {
	return relocate(c, func(item, to backend.Item) (backend.Item, error) {
		return c.h.Accounts.MoveItem(c.Context(), item.Ref, to.Ref)
	})
}

func copyItem(c *call) (reply, error) {
	return relocate(c, func(item, to backend.Item) (backend.Item, error) {
		if item.Kind.IsFolder() {
			return backend.Item{}, backend.ErrCopyFolder
		}
		return c.h.Accounts.CopyItem(c.Context(), item.Ref, to.Ref, c.grant.User)
	})
}

// relocate finds both ends of a MOVE or COPY. Neither overwrites, whatever the overwrite parameter says; the
// documents are clear on that.
func relocate(c *call, do func(item, to backend.Item) (backend.Item, error)) (reply, error) {
	item, err := ownItem(c)
	if err != nil {
		return reply{}, err
	}
	to, err := destination(c)
	if err != nil {
		return reply{}, err
	}
	item, err = do(item, to)
	return madeItem(c, item), err
}

// destination finds the folder that a MOVE or COPY names. Whether a friendly path such as me/skydrive worked is
// disputed: one client's author found that it did not, another client sends it by default. We take it, so that both
// run.
func destination(c *call) (backend.Item, error) {
	raw, _ := c.body.Text("destination")
	if raw == "" {
		return backend.Item{}, wire.Missing("destination", "destination")
	}
	invalid := wire.BadResourceID("destination", string(backend.KindFolder), string(backend.KindAlbum))
	t, rest := parseTarget(apiSegments(wire.SplitPath(raw)))
	if len(rest) > 0 || t.kind != targetItem && t.kind != targetDrive {
		return backend.Item{}, invalid
	}
	to, err := findItem(c, t)
	switch {
	case err != nil:
		return backend.Item{}, wire.AsError(err, raw)
	case to.Owner != c.grant.User:
		return backend.Item{}, wire.NotFound(raw)
	case !to.Kind.IsFolder():
		return backend.Item{}, invalid
	}
	return to, nil
}

func listChildren(c *call) (reply, error) { return listFolder(c, "files", "") }

// listChildrenOf lists the children of one kind, as /FOLDER/photos and the like do.
func listChildrenOf(kind backend.Kind) func(*call) (reply, error) {
	return func(c *call) (reply, error) { return listFolder(c, c.path[len(c.path)-1], kind) }
}

func listFolder(c *call, path string, kind backend.Kind) (reply, error) {
	if c.target.kind == targetDrive && c.owner() != c.grant.User {
		return sharedBy(c, c.owner(), kind)
	}
	folder, err := readableItem(c)
	if err != nil {
		return reply{}, err
	}
	if !folder.Kind.IsFolder() {
		return reply{}, wire.NoSubPath(folder.Kind, strings.ToLower(path))
	}
	if remote, ok := c.h.Accounts.(backend.Remote); ok {
		if w, err := readWindow(c, 0); err == nil && (w.limit > 0 || w.offset > 0) && !strings.EqualFold(c.Params().Get("sort_by"), "size") {
			return listPart(c, remote, folder, kind, w)
		}
	}
	return listItems(c, 0, func() ([]backend.Item, error) {
		items, err := c.h.Accounts.Children(c.Context(), folder.Ref)
		return onlyKind(items, kind), err
	})
}

func onlyKind(items []backend.Item, kind backend.Kind) []backend.Item {
	if kind == "" {
		return items
	}
	return slices.DeleteFunc(items, func(i backend.Item) bool { return i.Kind != kind })
}

// listRootAlbums lists the albums that lie at the root, where the service kept albums. They came in order of name.
func listRootAlbums(c *call) (reply, error) {
	if c.owner() != c.grant.User {
		return sharedBy(c, c.owner(), backend.KindAlbum)
	}
	return listItems(c, 0, func() ([]backend.Item, error) {
		if remote, ok := c.h.Accounts.(backend.Remote); ok {
			return remote.Albums(c.Context(), c.grant.User)
		}
		items, err := c.h.Accounts.Children(c.Context(), backend.Ref{Owner: c.grant.User})
		items = onlyKind(items, backend.KindAlbum)
		slices.SortStableFunc(items, byName)
		return items, err
	})
}

// sharedBy lists what another user shares with the caller. The documents have /USER_ID/skydrive/files and
// /USER_ID/albums; that they list only what is shared, wherever it lies, is inferred.
func sharedBy(c *call, owner string, kind backend.Kind) (reply, error) {
	if _, err := c.h.Accounts.User(c.Context(), owner); err != nil {
		return reply{}, err
	}
	return listItems(c, 0, func() ([]backend.Item, error) {
		items, err := c.h.Accounts.SharedWith(c.Context(), c.grant.User)
		items = slices.DeleteFunc(items, func(i backend.Item) bool { return i.Owner != owner })
		return onlyKind(items, kind), err
	})
}

func createAlbum(c *call) (reply, error) {
	return createIn(c, backend.Ref{Owner: c.grant.User}, backend.KindAlbum)
}

// postToFolder makes a folder of fields and a file of multipart.
func postToFolder(c *call) (reply, error) {
	if wire.IsMultipart(c.R) {
		return postFile(c)
	}
	parent, err := ownItem(c)
	if err != nil {
		return reply{}, err
	}
	if !parent.Kind.IsFolder() {
		return reply{}, wire.BadMethod(c.Method) // only folders have a POST
	}
	return createIn(c, parent.Ref, backend.KindFolder)
}

func createIn(c *call, parent backend.Ref, kind backend.Kind) (reply, error) {
	name, _ := c.body.Text("name")
	if name == "" {
		return reply{}, wire.Missing("name", "name")
	}
	if err := wire.CheckFileName(name); err != nil {
		return reply{}, err
	}
	description, _ := c.body.Text("description")
	item, err := c.h.Accounts.CreateFolder(c.Context(), parent, kind, name, description, c.grant.User)
	return madeItem(c, item), err
}

// quotaJSON is in bytes.
type quotaJSON struct {
	Quota     int64 `json:"quota"`
	Available int64 `json:"available"`
}

func getQuota(c *call) (reply, error) {
	total, available, err := c.h.Accounts.Quota(c.Context(), c.owner())
	return reply{body: quotaJSON{total, available}}, err
}

// A search gave 100 results unless asked for more, and never went past the 500th.
const (
	searchLimit  = 100
	searchWindow = 500
)

func searchItems(c *call) (reply, error) {
	query := c.Params().Get("q")
	if strings.TrimSpace(query) == "" {
		return reply{}, wire.MissingQuery("q")
	}
	return listItems(c, searchLimit, func() ([]backend.Item, error) {
		items, err := c.h.Accounts.Search(c.Context(), c.owner(), query)
		return items[:min(len(items), searchWindow)], err
	})
}

func listRecent(c *call) (reply, error) {
	return listItems(c, 0, func() ([]backend.Item, error) { return c.h.Accounts.Recent(c.Context(), c.owner()) })
}

func listShared(c *call) (reply, error) { return sharedItems(c, "") }

func listSharedOf(kind backend.Kind) func(*call) (reply, error) {
	return func(c *call) (reply, error) { return sharedItems(c, kind) }
}

func sharedItems(c *call, kind backend.Kind) (reply, error) {
	return listItems(c, 0, func() ([]backend.Item, error) {
		items, err := c.h.Accounts.SharedWith(c.Context(), c.grant.User)
		return onlyKind(items, kind), err
	})
}

// linkJSON is the answer of shared_read_link and shared_edit_link.
type linkJSON struct {
	Link string `json:"link"`
}

func getReadLink(c *call) (reply, error) { return shareLink(c, "read") }

func getEditLink(c *call) (reply, error) { return shareLink(c, "edit") }

// shareLink makes the link: asking for it shares the item.
func shareLink(c *call, role string) (reply, error) {
	if remote, ok := c.h.Accounts.(backend.Remote); ok {
		link, _, err := shareURL(c, remote, role)
		return reply{body: linkJSON{link}}, err
	}
	item, key, err := shareKey(c, role)
	if err != nil {
		return reply{}, err
	}
	return reply{body: linkJSON{"https://onedrive.live.com/redir?resid=" + item.ID + "&authkey=" + wire.EscapeComponent(key)}}, nil
}

// embedJSON is the answer of embed.
type embedJSON struct {
	HTML string `json:"embed_html"`
}

func getEmbed(c *call) (reply, error) {
	if remote, ok := c.h.Accounts.(backend.Remote); ok {
		_, frame, err := shareURL(c, remote, "embed")
		return reply{body: embedJSON{frame}}, err
	}
	item, key, err := shareKey(c, "read")
	if err != nil {
		return reply{}, err
	}
	src := "https://onedrive.live.com/embed?cid=" + wire.UpperCID(item.Owner) + "&resid=" + wire.EscapeComponent(item.ID) +
		"&authkey=" + wire.EscapeComponent(key)
	return reply{body: embedJSON{`<iframe src="` + strings.ReplaceAll(html.EscapeString(src), "&amp;", "&") +
		`" width="98" height="120" frameborder="0" scrolling="no"></iframe>`}}, nil
}

// itemToShare is the item to make a link to.
func itemToShare(c *call) (backend.Item, error) {
	item, err := ownItem(c)
	if err == nil && item.ID == "" { // the root cannot be shared
		err = backend.ErrRoot
	}
	return item, err
}

func shareURL(c *call, remote backend.Remote, kind string) (url, html string, err error) {
	item, err := itemToShare(c)
	if err != nil {
		return "", "", err
	}
	return remote.ShareURL(c.Context(), item.Ref, kind)
}

func shareKey(c *call, role string) (backend.Item, string, error) {
	item, err := itemToShare(c)
	if err != nil {
		return backend.Item{}, "", err
	}
	key, err := c.h.Accounts.ShareLink(c.Context(), item.Ref, role)
	return item, key, err
}
