package graphtest

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

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
