package graphtest

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// vaultName is the folder in the root of today's accounts that no list can be had of (seen with rclone, #8736).
const vaultName = "Personal Vault"

// specialFolders are the names that Graph and the backend have for the same folder.
var specialFolders = map[string]string{"documents": "my_documents", "photos": "my_photos", "cameraroll": "camera_roll"}

// special finds a special folder of the account.
func (c *call) special(owner, name string) (backend.Item, error) {
	known, ok := specialFolders[name]
	if !ok {
		return backend.Item{}, notFound()
	}
	item, err := c.backend.Special(c.ctx(), owner, known)
	if err != nil {
		return item, driveFailure(err)
	}
	c.extras.specials.put(item.ID, name)
	return item, nil
}

// owner finds whose drive a request is for.
func (c *call) driveOwner() (string, error) {
	id := c.drive
	switch {
	case id == "" && c.traits(c.user).brokenDrive, strings.HasPrefix(id, "b!"):
		return "", objectHandle()
	case id == "":
		return c.user, nil
	}
	owner, ok := c.owner(id)
	if !ok {
		return "", notFound()
	}
	if owner != c.user && !c.hasScope("Files.Read.All") && !c.hasScope("Files.ReadWrite.All") {
		return "", denied()
	}
	return owner, nil
}

// find looks up the item that a request names, for reading.
func (c *call) find() (backend.Item, error) {
	start, err := c.start()
	if err != nil {
		return backend.Item{}, err
	}
	item, missing, err := c.walk(start, c.path)
	if err == nil && len(missing) > 0 {
		err = notFound()
	}
	if err == nil && item.Owner != c.user && c.base != "share" {
		var shared bool
		if shared, err = c.backend.Shared(c.ctx(), item.Ref, c.user); err == nil && !shared {
			err = denied()
		}
	}
	return item, err
}

// start is the item that the path of a request begins at.
func (c *call) start() (backend.Item, error) {
	if c.base == "share" {
		return c.sharedItem()
	}
	owner, err := c.driveOwner()
	if err != nil {
		return backend.Item{}, err
	}
	if name, ok := strings.CutPrefix(c.base, "special/"); ok {
		return c.special(owner, name)
	}
	ref, err := c.itemRef(owner, c.base)
	if err != nil {
		return backend.Item{}, err
	}
	item, err := c.backend.Item(c.ctx(), ref)
	return item, driveFailure(err)
}

// walk follows names down from an item. What is not there is given back.
func (c *call) walk(item backend.Item, names []string) (at backend.Item, missing []string, err error) {
	for i, name := range names {
		if !item.Kind.IsFolder() {
			return item, nil, notFound()
		}
		children, err := backend.All(c.backend.Children(c.ctx(), item.Ref, backend.Query{}))
		if err != nil {
			return item, nil, driveFailure(err)
		}
		child, found := named(children, name)
		if !found {
			return item, names[i:], nil
		}
		item = child
	}
	return item, nil, nil
}

// findOwn looks up an item that is to be changed. Others' items can be read only: the backend knows of sharing, but not of
// sharing for writing.
func (c *call) findOwn() (backend.Item, error) {
	item, err := c.find()
	if err == nil && item.Owner != c.user {
		return item, denied()
	}
	return item, err
}

// place is where a new file goes: PID:/NAME: or root:/A/B/NAME:. Folders on the way that are missing are made, as OneDrive
// does it.
func (c *call) place() (folder backend.Item, name string, err error) {
	start, err := c.start()
	if err != nil {
		return folder, "", err
	}
	if start.Owner != c.user {
		return folder, "", denied()
	}
	way, name := c.path[:len(c.path)-1], c.path[len(c.path)-1]
	folder, missing, err := c.walk(start, way)
	for _, next := range missing {
		if err == nil {
			folder, err = c.backend.CreateFolder(c.ctx(), folder.Ref, backend.KindFolder, next, "", c.user)
		}
	}
	if err == nil && !folder.Kind.IsFolder() {
		err = backend.ErrNotFolder
	}
	return folder, name, driveFailure(err)
}

// destination reads a parentReference: the resource id of the folder it names. Without one it is the folder of the item.
func (c *call) destination(item backend.Item, reference object, sameDrive bool) (string, error) {
	if reference == nil {
		return item.Parent, nil
	}
	owner := item.Owner
	if id := text(reference, "driveId"); id != "" {
		other, ok := c.owner(id)
		switch {
		case !ok:
			return "", notFound()
		case other != owner && (sameDrive || other != c.user):
			return "", invalid("Items cannot be moved or copied to another drive here.")
		}
		owner = other
	}
	folder := backend.Item{Ref: backend.Ref{Owner: owner}}
	var err error
	switch id, way := text(reference, "id"), text(reference, "path"); {
	case id == "root": // documented: the real id is needed
		return "", invalid("The parent's id cannot be root; give the id of the root folder.")
	case id != "":
		if folder.Ref, err = c.itemRef(owner, id); err == nil {
			folder, err = c.backend.Item(c.ctx(), folder.Ref)
		}
	case way != "":
		folder, err = c.byReferencePath(owner, way)
	default:
		return item.Parent, nil
	}
	if err == nil && !folder.Kind.IsFolder() {
		err = backend.ErrNotFolder
	}
	return folder.ID, driveFailure(err)
}

// byReferencePath finds a folder by the path of a parentReference, such as /drive/root:/Documents.
func (c *call) byReferencePath(owner, way string) (backend.Item, error) {
	before, names, found := strings.Cut(way, "root:")
	if !found || !strings.HasPrefix(before, "/drive") {
		return backend.Item{}, invalid("The path of a parentReference begins with /drive/root:.")
	}
	var t target
	if err := t.setPath(names); err != nil {
		return backend.Item{}, err
	}
	root, err := c.backend.Item(c.ctx(), backend.Ref{Owner: owner})
	if err != nil {
		return root, err
	}
	folder, missing, err := c.walk(root, t.path)
	if err == nil && len(missing) > 0 {
		err = notFound()
	}
	return folder, err
}

const shortLinks = "https://1drv.ms/u/s!"

// sharedItem finds what a share id (s!…) or an encoded sharing URL (u!…) stands for.
func (c *call) sharedItem() (backend.Item, error) {
	if key, ok := strings.CutPrefix(c.share, "s!"); ok {
		return c.byKey("!" + key)
	}
	encoded, ok := strings.CutPrefix(c.share, "u!")
	address, err := base64.RawURLEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return backend.Item{}, invalid("The sharing token is malformed.")
	}
	if key, ok := strings.CutPrefix(string(address), shortLinks); ok {
		key, _, _ = strings.Cut(key, "?")
		return c.byKey("!" + key)
	}
	u, err := url.Parse(string(address))
	if err != nil || u.Host != "onedrive.live.com" {
		return backend.Item{}, invalid("The URL is no sharing URL.")
	}
	if key := u.Query().Get("authkey"); key != "" {
		return c.byKey(key)
	}
	return c.byWebURL(u.Query().Get("resid"))
}

func (c *call) byKey(key string) (backend.Item, error) {
	item, err := c.backend.ItemByLink(c.ctx(), key)
	return item, driveFailure(err)
}

// byWebURL is for the address of an item: it shares nothing, and so serves who can see the item anyway.
func (c *call) byWebURL(id string) (backend.Item, error) {
	cid, _, _ := strings.Cut(strings.ToLower(id), "!")
	owner := strings.Repeat("0", max(0, 16-len(cid))) + cid
	ref, err := c.itemRef(owner, id)
	if err != nil {
		return backend.Item{}, err
	}
	item, err := c.backend.Item(c.ctx(), ref)
	if err != nil {
		return item, driveFailure(err)
	}
	if shared, err := c.backend.Shared(c.ctx(), ref, c.user); err != nil || !shared {
		return item, denied()
	}
	return item, nil
}
