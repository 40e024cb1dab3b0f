package api

import (
	"cmp"
	"html"
	"net/http"
	"path"
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
		if item.Kind == backend.KindFile && path.Ext(item.Name) != "" && path.Ext(*change.Name) == "" {
			return reply{}, wire.BadParameter("name", "a file name with its extension") // the documents want it of files only
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
	return listItems(c, kind, folder.Owner == c.grant.User, func(query backend.Query) (backend.List[backend.Item], error) {
		return c.h.Accounts.Children(c.Context(), folder.Ref, query)
	})
}

// listRootAlbums lists the albums that lie at the root, where the service kept albums. They came in order of name.
func listRootAlbums(c *call) (reply, error) {
	if c.owner() != c.grant.User {
		return sharedBy(c, c.owner(), backend.KindAlbum)
	}
	return listItems(c, backend.KindAlbum, true, func(query backend.Query) (backend.List[backend.Item], error) {
		if remote, ok := c.h.Accounts.(backend.Remote); ok {
			return remote.Albums(c.Context(), c.grant.User, query)
		}
		if query.Order == backend.OrderDefault {
			query.Order = backend.OrderName
		}
		return c.h.Accounts.Children(c.Context(), backend.Ref{Owner: c.grant.User}, query)
	})
}

// sharedBy lists what another user shares with the caller. The documents have /USER_ID/skydrive/files and
// /USER_ID/albums; that they list only what is shared, wherever it lies, is inferred.
func sharedBy(c *call, owner string, kind backend.Kind) (reply, error) {
	if err := c.grant.Require(readShared); err != nil {
		return reply{}, err
	}
	if _, err := c.h.Accounts.User(c.Context(), owner); err != nil {
		return reply{}, err
	}
	return sharedItems(c, owner, kind)
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
	text := c.Params().Get("q")
	if strings.TrimSpace(text) == "" {
		return reply{}, wire.MissingQuery("q")
	}
	query, err := readQuery(c, searchLimit)
	if err != nil {
		return reply{}, err
	}
	items, err := backend.All(c.h.Accounts.Search(c.Context(), c.owner(), text, backend.Page{Limit: searchWindow}))
	if err != nil {
		return reply{}, err
	}
	items = slices.DeleteFunc(items, func(i backend.Item) bool {
		return len(query.Kinds) > 0 && !slices.Contains(query.Kinds, i.Kind) || !c.grant.Lists(i.Kind, true)
	})
	sortFound(items, query)
	rest := items[min(query.Offset, len(items)):]
	found := backend.List[backend.Item]{Items: rest[:min(query.Limit, len(rest))], Total: len(items)}
	found.More = len(found.Items) < len(rest)
	return showItems(c, found, query.Page), nil
}

// sortFound orders what a search found.
func sortFound(items []backend.Item, query backend.Query) {
	slices.SortStableFunc(items, func(a, b backend.Item) int {
		switch query.Order {
		case backend.OrderName:
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		case backend.OrderSize:
			return cmp.Compare(a.Size, b.Size)
		case backend.OrderUpdated:
			return a.Updated.Compare(b.Updated)
		default:
			return 0
		}
	})
	if query.Descending {
		slices.Reverse(items)
	}
}

func listRecent(c *call) (reply, error) {
	return listItems(c, "", true, func(query backend.Query) (backend.List[backend.Item], error) {
		return c.h.Accounts.Recent(c.Context(), c.owner(), query)
	})
}

func listShared(c *call) (reply, error) { return sharedItems(c, "", "") }

func listSharedOf(kind backend.Kind) func(*call) (reply, error) {
	return func(c *call) (reply, error) { return sharedItems(c, "", kind) }
}

// sharedItems lists what others, or one of them, share with the caller.
func sharedItems(c *call, owner string, kind backend.Kind) (reply, error) {
	return listItems(c, kind, false, func(query backend.Query) (backend.List[backend.Item], error) {
		return c.h.Accounts.SharedWith(c.Context(), c.grant.User, owner, query)
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
