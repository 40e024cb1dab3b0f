package graphtest

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// itemOrders compare items as $orderby says; these properties are the documented ones.
var itemOrders = map[string]func(a, b backend.Item) int{
	"name":                 func(a, b backend.Item) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) },
	"size":                 func(a, b backend.Item) int { return cmp.Compare(a.Size, b.Size) },
	"lastModifiedDateTime": func(a, b backend.Item) int { return a.Updated.Compare(b.Updated) },
}

func listChildren(c *call) (*answer, error) {
	folder, err := c.find()
	if err != nil {
		return nil, err
	}
	if c.traits(folder.Owner).vault && folder.Name == vaultName && folder.Parent == "" {
		return nil, objectHandle()
	}
	children, err := backend.All(c.backend.Children(c.ctx(), folder.Ref, backend.Query{}))
	if !folder.Kind.IsFolder() {
		children, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	by := c.orderby
	if by == nil {
		by = []order{{property: "name"}}
	}
	slices.SortStableFunc(children, func(a, b backend.Item) int {
		for _, o := range by {
			d := itemOrders[o.property](a, b)
			if o.descending {
				d = -d
			}
			if d != 0 {
				return d
			}
		}
		return 0
	})
	where := "drives('" + url.PathEscape(c.driveID(folder.Owner)) + "')/items('" + url.PathEscape(c.itemID(folder.Ref)) + "')/children"
	path, err := c.pathOf(inFolder(folder))
	if err != nil {
		return nil, err
	}
	return c.page(where, children, func(item backend.Item) (object, error) { return c.driveItemIn(path, item) })
}

func searchItems(c *call) (*answer, error) {
	text, err := searched(c.args[len(c.args)-1])
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, invalid("The search has nothing to look for.")
	}
	below := backend.Item{}
	if c.base == "" {
		below.Owner, err = c.driveOwner()
		if err == nil && below.Owner != c.user {
			err = denied()
		}
	} else {
		below, err = c.find()
	}
	if err != nil {
		return nil, err
	}
	hits, err := backend.All(c.backend.Search(c.ctx(), below.Owner, text, backend.Page{}))
	if err != nil {
		return nil, err
	}
	hits = slices.DeleteFunc(hits, func(hit backend.Item) bool { return !c.isBelow(hit, below) })
	return c.page("Collection(driveItem)", hits, func(item backend.Item) (object, error) {
		o, err := c.driveItem(item)
		if err == nil && c.selected == nil {
			o["searchResult"] = object{"onClickTelemetryUrl": c.webURL(item.Ref)}
		}
		return o, err
	})
}

// isBelow reports whether an item lies somewhere below a folder.
func (c *call) isBelow(item, folder backend.Item) bool {
	for folder.ID != "" && item.ID != "" {
		if item.Parent == folder.ID {
			return true
		}
		parent, err := c.backend.Item(c.ctx(), backend.Ref{Owner: item.Owner, ID: item.Parent})
		if err != nil {
			return false
		}
		item = parent
	}
	return folder.ID == ""
}

// recent and sharedWithMe are to return nothing any more after November 2026 (documented).

func recentItems(c *call) (*answer, error) {
	owner, err := c.driveOwner()
	if err == nil && owner != c.user {
		err = denied()
	}
	if err != nil {
		return nil, err
	}
	var items []backend.Item
	if !c.traits(owner).retired {
		items, err = backend.All(c.backend.Recent(c.ctx(), owner, backend.Query{}))
	}
	if err != nil {
		return nil, err
	}
	return c.page("Collection(driveItem)", items, c.driveItem)
}

func sharedWithMe(c *call) (*answer, error) {
	owner, err := c.driveOwner()
	if err == nil && owner != c.user {
		err = denied()
	}
	if err != nil {
		return nil, err
	}
	var items []backend.Item
	if !c.traits(owner).retired {
		items, err = backend.All(c.backend.SharedWith(c.ctx(), c.user, "", backend.Query{}))
	}
	if err != nil {
		return nil, err
	}
	return c.page("Collection(driveItem)", items, func(item backend.Item) (object, error) {
		return c.pick(c.remoteItem(item)), nil
	})
}

// remoteItem is an item of somebody else's drive. All that counts is inside; what is outside is as it is inside.
func (c *call) remoteItem(item backend.Item) object {
	full := c.facets(item)
	remote := object{"parentReference": object{
		"driveId": c.driveIDInReference(item.Owner), "driveType": "personal",
		"id": c.itemID(backend.Ref{Owner: item.Owner, ID: item.Parent}),
	}}
	for _, name := range []string{"id", "name", "size", "webUrl", "createdBy", "createdDateTime", "lastModifiedBy", "lastModifiedDateTime", "fileSystemInfo", "file", "folder", "image", "video", "package", "shared", "specialFolder"} {
		setIf(remote, name, full[name], full[name] != nil)
	}
	o := object{"remoteItem": remote}
	for _, name := range []string{"id", "name", "size", "webUrl", "createdBy", "createdDateTime", "lastModifiedBy", "lastModifiedDateTime"} {
		o[name] = full[name]
	}
	return o
}
