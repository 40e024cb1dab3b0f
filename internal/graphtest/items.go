package graphtest

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// owner finds whose drive a request is for.
func (c *call) driveOwner() (string, error) {
	id := c.target.drive
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
		children, err := c.backend.Children(c.ctx(), item.Ref)
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

func getItem(c *call) (*answer, error) {
	item, err := c.find()
	if err != nil {
		return nil, err
	}
	if tag := c.r.Header.Get("If-None-Match"); tag != "" && (sameTag(tag, c.eTag(item)) || sameTag(tag, c.cTag(item))) {
		return &answer{status: http.StatusNotModified}, nil
	}
	return c.answerItem(http.StatusOK, item)
}

// answerItem is the answer to most calls that change something.
func (c *call) answerItem(status int, item backend.Item) (*answer, error) {
	o, err := c.driveItem(item)
	if err != nil {
		return nil, err
	}
	o["@odata.context"] = c.context("drives('" + url.PathEscape(c.driveID(item.Owner)) + "')/items/$entity")
	return &answer{status: status, body: o}, nil
}

func deleteItem(c *call) (*answer, error) {
	c.writes.Lock()
	defer c.writes.Unlock()
	item, err := c.findOwn()
	if err != nil {
		return nil, err
	}
	if err := c.checkMatch(item); err != nil {
		return nil, err
	}
	if err := c.backend.DeleteItem(c.ctx(), item.Ref); err != nil {
		return nil, err
	}
	return noContent(), nil
}

// createChild makes a folder.
func createChild(c *call) (*answer, error) {
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/") {
		return nil, unplayed("uploads in several parts")
	}
	body, err := readEntity(c.r, "driveItem", "name", "folder", "description", "fileSystemInfo", conflictBehavior, oldConflictBehavior)
	if err != nil {
		return nil, err
	}
	if inner(body, "folder") == nil {
		return nil, invalid("The item has to have the facet folder.")
	}
	behavior, err := c.conflictOf(conflictFail, body)
	if err != nil {
		return nil, err
	}
	c.writes.Lock()
	defer c.writes.Unlock()
	parent, err := c.findOwn()
	if err != nil {
		return nil, err
	}
	name, existing, err := c.nameFor(c.ctx(), parent.Ref, text(body, "name"), behavior)
	if err != nil {
		return nil, err
	}
	if existing != nil { // there is nothing in a new folder that could replace what is in the old one
		if !existing.Kind.IsFolder() {
			return nil, nameExists(name)
		}
		return c.answerItem(http.StatusOK, *existing)
	}
	item, err := c.backend.CreateFolder(c.ctx(), parent.Ref, backend.KindFolder, name, text(body, "description"), c.user)
	if err != nil {
		return nil, err
	}
	c.setTimes(item, inner(body, "fileSystemInfo"))
	return c.answerItem(http.StatusCreated, item)
}

// setTimes keeps what a client says of a file's times.
func (c *call) setTimes(item backend.Item, info object) {
	if info == nil {
		return
	}
	times, _ := c.extras.times.get(item.ID)
	if t, ok := parseTimestamp(info, "createdDateTime"); ok {
		times.created = t
	}
	if t, ok := parseTimestamp(info, "lastModifiedDateTime"); ok {
		times.modified = t
	}
	c.extras.times.put(item.ID, times)
}

// updateItem renames, moves and describes.
func updateItem(c *call) (*answer, error) {
	body, err := readEntity(c.r, "driveItem", "name", "description", "parentReference", "fileSystemInfo", conflictBehavior, oldConflictBehavior)
	if err != nil {
		return nil, err
	}
	behavior, err := c.conflictOf(conflictFail, body)
	if err != nil {
		return nil, err
	}
	c.writes.Lock()
	defer c.writes.Unlock()
	item, err := c.findOwn()
	if err != nil {
		return nil, err
	}
	if err := c.checkMatch(item); err != nil {
		return nil, err
	}
	to, err := c.destination(item, inner(body, "parentReference"), true)
	if err != nil {
		return nil, err
	}
	name := item.Name
	if _, ok := body["name"]; ok {
		name = text(body, "name")
	}
	if to != item.Parent || name != item.Name {
		if item, err = c.relocate(item, backend.Ref{Owner: item.Owner, ID: to}, name, behavior); err != nil {
			return nil, err
		}
	}
	if description := change(body, "description"); description != nil {
		if item, err = c.backend.UpdateItem(c.ctx(), item.Ref, backend.ItemChange{Description: description}); err != nil {
			return nil, err
		}
	}
	c.setTimes(item, inner(body, "fileSystemInfo"))
	return c.answerItem(http.StatusOK, item)
}

// relocate gives an item another folder, another name, or both. The backend does them one after the other, so an item that
// gets both goes by a name that nothing has.
func (c *call) relocate(item backend.Item, to backend.Ref, name string, behavior conflict) (backend.Item, error) {
	if item.ID == "" {
		return item, backend.ErrRoot
	}
	sameFolder := to.ID == item.Parent
	if !sameFolder || !strings.EqualFold(name, item.Name) {
		free, existing, err := c.nameFor(c.ctx(), to, name, behavior)
		if err != nil {
			return item, err
		}
		name = free
		if existing != nil {
			if existing.Kind.IsFolder() || item.Kind.IsFolder() {
				return item, nameExists(name)
			}
			if err := c.backend.DeleteItem(c.ctx(), existing.Ref); err != nil {
				return item, err
			}
		}
	} else if err := checkName(name); err != nil {
		return item, err
	}
	steps := []func() (backend.Item, error){}
	rename := func(to string) func() (backend.Item, error) {
		return func() (backend.Item, error) {
			return c.backend.UpdateItem(c.ctx(), item.Ref, backend.ItemChange{Name: &to})
		}
	}
	move := func() (backend.Item, error) { return c.backend.MoveItem(c.ctx(), item.Ref, to) }
	switch {
	case sameFolder:
		steps = append(steps, rename(name))
	case name == item.Name:
		steps = append(steps, move)
	default:
		steps = append(steps, rename("~"+newUUID()), move, rename(name))
	}
	for i, step := range steps {
		moved, err := step()
		if err != nil {
			if i > 0 { // as if nothing had happened
				_, _ = c.backend.UpdateItem(context.WithoutCancel(c.ctx()), item.Ref, backend.ItemChange{Name: &item.Name})
			}
			return item, err
		}
		if i == len(steps)-1 {
			item = moved
		}
	}
	return item, nil
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
