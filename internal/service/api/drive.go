package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"html"
	"net/http"
	"slices"
	"strings"
)

func getItem(c *call) (reply, error) {
	item, err := c.readableItem()
	if err != nil {
		return reply{}, err
	}
	return reply{body: c.showItem(item)}, nil
}

// updateItem changes what the body names, and answers the whole object with 200.
func updateItem(c *call) (reply, error) {
	item, err := c.ownItem()
	if err != nil {
		return reply{}, err
	}
	change := backend.ItemChange{Name: c.body.textPtr("name"), Description: c.body.textPtr("description")}
	if change.Name != nil {
		if err := checkFileName(*change.Name); err != nil {
			return reply{}, err
		}
	}
	if item.Kind == backend.KindAudio {
		change.Title, change.Artist = c.body.textPtr("title"), c.body.textPtr("artist")
		change.Album, change.AlbumArtist = c.body.textPtr("album"), c.body.textPtr("album_artist")
		change.Genre = c.body.textPtr("genre")
	}
	if item, err = c.s.backend.UpdateItem(c.ctx(), item.Ref, change); err != nil {
		return reply{}, err
	}
	return reply{body: c.showItem(item)}, nil
}

func deleteItem(c *call) (reply, error) {
	item, err := c.ownItem()
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.s.backend.DeleteItem(c.ctx(), item.Ref)
}

func moveItem(c *call) (reply, error) {
	return c.relocate(func(item, to backend.Item) (backend.Item, error) {
		return c.s.backend.MoveItem(c.ctx(), item.Ref, to.Ref)
	})
}

func copyItem(c *call) (reply, error) {
	return c.relocate(func(item, to backend.Item) (backend.Item, error) {
		return c.s.backend.CopyItem(c.ctx(), item.Ref, to.Ref, c.user())
	})
}

// relocate finds both ends of a MOVE or COPY. Neither overwrites, whatever the overwrite parameter says; the
// documents are clear on that.
func (c *call) relocate(do func(item, to backend.Item) (backend.Item, error)) (reply, error) {
	item, err := c.ownItem()
	if err != nil {
		return reply{}, err
	}
	to, err := c.destination()
	if err != nil {
		return reply{}, err
	}
	if item, err = do(item, to); err != nil {
		return reply{}, err
	}
	return c.made(item), nil
}

// destination finds the folder that a MOVE or COPY names. Whether a friendly path such as me/skydrive worked is
// disputed: one client's author found that it did not, another client sends it by default. We take it, so that both
// run.
func (c *call) destination() (backend.Item, error) {
	raw, _ := c.body.text("destination")
	if raw == "" {
		return backend.Item{}, errMissing("destination", "destination")
	}
	invalid := errResourceID("destination", string(backend.KindFolder), string(backend.KindAlbum))
	t, rest := parseTarget(apiSegments(splitPath(raw)))
	if len(rest) > 0 || t.kind != targetItem && t.kind != targetDrive {
		return backend.Item{}, invalid
	}
	at := *c
	at.target, at.record.Route = t, ""
	to, err := at.item()
	switch {
	case err != nil:
		return backend.Item{}, asAPIError(err, raw)
	case to.Owner != c.user():
		return backend.Item{}, errNotFound(raw)
	case !to.Kind.IsFolder():
		return backend.Item{}, invalid
	}
	return to, nil
}

func listChildren(c *call) (reply, error) { return c.children("files", "") }

// listChildrenOf lists the children of one kind, as /FOLDER/photos and the like do.
func listChildrenOf(kind backend.Kind) func(*call) (reply, error) {
	return func(c *call) (reply, error) { return c.children(c.path[len(c.path)-1], kind) }
}

func (c *call) children(path string, kind backend.Kind) (reply, error) {
	if c.target.kind == targetDrive && c.owner() != c.user() {
		return c.sharedBy(c.owner(), kind)
	}
	folder, err := c.readableItem()
	if err != nil {
		return reply{}, err
	}
	if !folder.Kind.IsFolder() {
		return reply{}, errNoSubPath(folder.Kind, strings.ToLower(path))
	}
	w, err := c.window(0)
	if err != nil {
		return reply{}, err
	}
	items, err := backend.All(c.s.backend.Children(c.ctx(), folder.Ref, backend.Query{}))
	if err != nil {
		return reply{}, err
	}
	return c.listItems(onlyKind(items, kind), w)
}

func onlyKind(items []backend.Item, kind backend.Kind) []backend.Item {
	if kind == "" {
		return items
	}
	return slices.DeleteFunc(items, func(i backend.Item) bool { return i.Kind != kind })
}

// listRootAlbums lists the albums that lie at the root, where the service kept albums. They came in order of name.
func listRootAlbums(c *call) (reply, error) {
	if c.owner() != c.user() {
		return c.sharedBy(c.owner(), backend.KindAlbum)
	}
	w, err := c.window(0)
	if err != nil {
		return reply{}, err
	}
	items, err := backend.All(c.s.backend.Children(c.ctx(), backend.Ref{Owner: c.user()}, backend.Query{}))
	if err != nil {
		return reply{}, err
	}
	items = onlyKind(items, backend.KindAlbum)
	slices.SortStableFunc(items, func(a, b backend.Item) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return c.listItems(items, w)
}

// sharedBy lists what another user shares with the caller. The documents have /USER_ID/skydrive/files and
// /USER_ID/albums; that they list only what is shared, wherever it lies, is inferred.
func (c *call) sharedBy(owner string, kind backend.Kind) (reply, error) {
	if _, err := c.s.backend.User(c.ctx(), owner); err != nil {
		return reply{}, err
	}
	w, err := c.window(0)
	if err != nil {
		return reply{}, err
	}
	items, err := backend.All(c.s.backend.SharedWith(c.ctx(), c.user(), "", backend.Query{}))
	if err != nil {
		return reply{}, err
	}
	items = slices.DeleteFunc(items, func(i backend.Item) bool { return i.Owner != owner })
	return c.listItems(onlyKind(items, kind), w)
}

func createAlbum(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	return c.createIn(backend.Ref{Owner: c.user()}, backend.KindAlbum)
}

// postToFolder makes a folder of fields and a file of multipart.
func postToFolder(c *call) (reply, error) {
	if c.isMultipart() {
		c.record.Route = "content.post_parent"
		return postFile(c)
	}
	parent, err := c.ownItem()
	if err != nil {
		return reply{}, err
	}
	if !parent.Kind.IsFolder() {
		return reply{}, errMethod(c.method) // only folders have a POST
	}
	return c.createIn(parent.Ref, backend.KindFolder)
}

func (c *call) createIn(parent backend.Ref, kind backend.Kind) (reply, error) {
	name, _ := c.body.text("name")
	if name == "" {
		return reply{}, errMissing("name", "name")
	}
	if err := checkFileName(name); err != nil {
		return reply{}, err
	}
	description, _ := c.body.text("description")
	item, err := c.s.backend.CreateFolder(c.ctx(), parent, kind, name, description, c.user())
	if err != nil {
		return reply{}, err
	}
	return c.made(item), nil
}

// quotaJSON is in bytes.
type quotaJSON struct {
	Quota     int64 `json:"quota"`
	Available int64 `json:"available"`
}

func getQuota(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	total, available, err := c.s.backend.Quota(c.ctx(), c.owner())
	return reply{body: quotaJSON{total, available}}, err
}

// A search gave 100 results unless asked for more, and never went past the 500th.
const (
	searchLimit  = 100
	searchWindow = 500
)

func searchItems(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	query := c.params().get("q")
	if strings.TrimSpace(query) == "" {
		return reply{}, errMissingQuery("q")
	}
	w, err := c.window(searchLimit)
	if err != nil {
		return reply{}, err
	}
	items, err := backend.All(c.s.backend.Search(c.ctx(), c.owner(), query, backend.Page{}))
	if err != nil {
		return reply{}, err
	}
	return c.listItems(items[:min(len(items), searchWindow)], w)
}

func listRecent(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	w, err := c.window(0)
	if err != nil {
		return reply{}, err
	}
	items, err := backend.All(c.s.backend.Recent(c.ctx(), c.owner(), backend.Query{}))
	if err != nil {
		return reply{}, err
	}
	return c.listItems(items, w)
}

func listShared(c *call) (reply, error) { return c.shared("") }

func listSharedOf(kind backend.Kind) func(*call) (reply, error) {
	return func(c *call) (reply, error) { return c.shared(kind) }
}

func (c *call) shared(kind backend.Kind) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	w, err := c.window(0)
	if err != nil {
		return reply{}, err
	}
	items, err := backend.All(c.s.backend.SharedWith(c.ctx(), c.user(), "", backend.Query{}))
	if err != nil {
		return reply{}, err
	}
	return c.listItems(onlyKind(items, kind), w)
}

// linkJSON is the answer of shared_read_link and shared_edit_link.
type linkJSON struct {
	Link string `json:"link"`
}

func getReadLink(c *call) (reply, error) { return c.shareLink("read") }

func getEditLink(c *call) (reply, error) { return c.shareLink("edit") }

// shareLink makes the link: asking for it shares the item.
func (c *call) shareLink(role string) (reply, error) {
	item, key, err := c.shareKey(role)
	if err != nil {
		return reply{}, err
	}
	return reply{body: linkJSON{"https://onedrive.live.com/redir?resid=" + item.ID + "&authkey=" + escapeComponent(key)}}, nil
}

// embedJSON is the answer of embed.
type embedJSON struct {
	HTML string `json:"embed_html"`
}

func getEmbed(c *call) (reply, error) {
	item, key, err := c.shareKey("read")
	if err != nil {
		return reply{}, err
	}
	src := "https://onedrive.live.com/embed?cid=" + upperCID(item.Owner) + "&resid=" + escapeComponent(item.ID) +
		"&authkey=" + escapeComponent(key)
	return reply{body: embedJSON{`<iframe src="` + strings.ReplaceAll(html.EscapeString(src), "&amp;", "&") +
		`" width="98" height="120" frameborder="0" scrolling="no"></iframe>`}}, nil
}

func (c *call) shareKey(role string) (backend.Item, string, error) {
	item, err := c.ownItem()
	if err != nil {
		return backend.Item{}, "", err
	}
	if item.ID == "" { // the root cannot be shared
		return backend.Item{}, "", backend.ErrRoot
	}
	key, err := c.s.backend.ShareLink(c.ctx(), item.Ref, role)
	return item, key, err
}
