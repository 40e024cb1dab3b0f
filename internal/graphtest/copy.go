package graphtest

import (
	"context"
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// copyItem starts a copy. Only what is wrong with the request itself is answered at once; the rest is the monitor's to say.
func copyItem(c *call) (*answer, error) {
	body, err := readParameters(c.r, "driveItem", "copy", "name", "parentReference")
	if err != nil {
		return nil, err
	}
	// The documents: not for personal accounts. It is taken and has no effect, whatever it says.
	if _, err := c.conflictOf(conflictFail, nil); err != nil {
		return nil, err
	}
	item, err := c.find()
	if err != nil {
		return nil, err
	}
	own := item
	if item.Owner != c.user { // without a parentReference it would go into somebody else's folder
		own = backend.Item{Ref: backend.Ref{Owner: c.user}}
	}
	to, err := c.destination(own, inner(body, "parentReference"), false)
	if err != nil {
		return nil, err
	}
	if item.ID == "" {
		return nil, backend.ErrRoot
	}
	name := text(body, "name")
	if name == "" {
		name = item.Name
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if _, async := c.prefers("respond-async"); async {
		c.follows("respond-async")
	}
	made := copying{expires: c.now().Add(monitorLife)}
	made.result, made.failure = c.copyTo(context.WithoutCancel(c.ctx()), item, backend.Ref{Owner: c.user, ID: to}, name)
	return redirect(http.StatusAccepted, c.origins.files+monitorPath+c.copies.add(&made)), nil
}

func (c *call) copyTo(ctx context.Context, item backend.Item, to backend.Ref, name string) (backend.Item, error) {
	c.writes.Lock()
	defer c.writes.Unlock()
	if _, _, err := c.nameFor(ctx, to, name, conflictFail); err != nil {
		return backend.Item{}, err
	}
	for at := to.ID; at != ""; { // a folder copied into itself would never end
		if at == item.ID {
			return backend.Item{}, invalid("A folder cannot be copied into itself.")
		}
		folder, err := c.backend.Item(ctx, backend.Ref{Owner: to.Owner, ID: at})
		if err != nil {
			return folder, err
		}
		at = folder.Parent
	}
	return c.copyAll(ctx, item, to, name)
}

// copyAll copies a file, or a folder and everything below it.
func (c *call) copyAll(ctx context.Context, item backend.Item, to backend.Ref, name string) (made backend.Item, err error) {
	switch {
	case item.Kind.IsFolder():
		made, err = c.copyFolder(ctx, item, to, name)
	case name == item.Name:
		made, err = c.backend.CopyItem(ctx, item.Ref, to, c.user)
	default: // the backend copies under the same name only
		var content backend.Content
		if content, err = c.backend.Content(ctx, item.Ref); err != nil {
			return made, err
		}
		defer content.Close() //nolint:errcheck // it was only read
		made, _, err = c.backend.WriteFile(ctx, to, name, content, backend.WriteOptions{By: c.user, Overwrite: backend.OverwriteFail})
		if err == nil && item.Description != "" {
			made, err = c.backend.UpdateItem(ctx, made.Ref, backend.ItemChange{Description: &item.Description})
		}
	}
	if times, ok := c.extras.times.get(item.ID); ok && err == nil {
		c.extras.times.put(made.ID, times)
	}
	return made, err
}

func (c *call) copyFolder(ctx context.Context, item backend.Item, to backend.Ref, name string) (backend.Item, error) {
	made, err := c.backend.CreateFolder(ctx, to, backend.KindFolder, name, item.Description, c.user)
	if err != nil {
		return made, err
	}
	children, err := backend.All(c.backend.Children(ctx, item.Ref, backend.Query{}))
	for _, child := range children {
		if err == nil {
			_, err = c.copyAll(ctx, child, made.Ref, child.Name)
		}
	}
	return made, err
}

// monitor tells how far a copy has come.
func (c *call) monitor(id string) (*answer, error) {
	c.copies.mu.Lock()
	defer c.copies.mu.Unlock()
	copying := c.copies.monitors[id]
	if copying == nil || c.now().After(copying.expires) {
		return nil, notFound()
	}
	if copying.left > 0 {
		copying.left--
		done := float64(100) * float64(copying.of-copying.left-1) / float64(copying.of)
		return &answer{status: http.StatusAccepted, body: object{"status": "inProgress", "operation": "ItemCopy", "percentageComplete": done}}, nil
	}
	if copying.failure != nil {
		f := fail(http.StatusInternalServerError, "generalException", "%v", copying.failure)
		if known, ok := driveFailure(copying.failure).(*failure); ok { //nolint:errorlint // driveFailure wraps nothing
			f = known
		}
		return ok(object{"status": "failed", "operation": "ItemCopy", "error": object{"code": f.code, "message": f.message}}), nil
	}
	resource := c.itemID(copying.result.Ref)
	done := object{"status": "completed", "operation": "ItemCopy", "percentageComplete": 100.0, "resourceId": resource}
	location := c.origins.graph + "/v1.0/drives/" + c.driveID(copying.result.Owner) + "/items/" + resource
	switch c.copies.ending {
	case CopySeeOther:
		a := redirect(http.StatusSeeOther, location)
		a.body = done
		return a, nil
	case CopySeeOtherBare:
		return redirect(http.StatusSeeOther, location), nil
	case CopyWithoutID:
		delete(done, "resourceId")
	}
	return ok(done), nil
}
