package graph

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/retry"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

const conflictBehavior = "@microsoft.graph.conflictBehavior"

// CreateFolder implements [backend.Drive]. An album at the root is a folder in Pictures.
func (b *Backend) CreateFolder(ctx context.Context, parent backend.Ref, kind backend.Kind, name, description, _ string) (backend.Item, error) {
	if kind == backend.KindAlbum && parent.ID == "" {
		photos, err := b.Special(ctx, parent.Owner, "my_photos")
		if err != nil {
			return backend.Item{}, err
		}
		parent = photos.Ref
	}
	id, err := b.folderID(ctx, parent)
	if err != nil {
		return backend.Item{}, err
	}
	body := map[string]any{"name": name, "folder": struct{}{}, conflictBehavior: "fail"}
	if description != "" {
		body["description"] = description
	}
	path := b.drivePath(parent.Owner) + "/items/" + url.PathEscape(id) + "/children"
	item, err := b.read(ctx, request{method: http.MethodPost, path: path, json: body})
	return item, forName(err, name)
}

// UpdateItem implements [backend.Drive]. What a sound file says of itself cannot be changed through Graph.
func (b *Backend) UpdateItem(ctx context.Context, ref backend.Ref, change backend.ItemChange) (backend.Item, error) {
	if ref.ID == "" {
		return backend.Item{}, backend.ErrRoot
	}
	for _, tag := range []*string{change.Title, change.Artist, change.Album, change.AlbumArtist, change.Genre} {
		if tag != nil {
			return backend.Item{}, &backend.RemoteError{Failure: backend.FailedRequest, Detail: "Graph cannot change what is in a sound file: upload it anew"}
		}
	}
	body := map[string]any{}
	if change.Name != nil {
		body["name"] = *change.Name
	}
	if change.Description != nil {
		body["description"] = *change.Description
	}
	if len(body) == 0 {
		return b.Item(ctx, ref)
	}
	return b.patch(ctx, ref, body)
}

// patch changes an item. Graph's answer to it has no thumbnails, so the item is read again where they count.
func (b *Backend) patch(ctx context.Context, ref backend.Ref, body map[string]any) (backend.Item, error) {
	path, err := b.itemPath(ctx, ref)
	if err != nil {
		return backend.Item{}, err
	}
	item, err := b.read(ctx, request{method: http.MethodPatch, path: path, json: body})
	if _, ok := err.(*nameTaken); ok { //nolint:errorlint // read wraps nothing
		name, _ := body["name"].(string)
		if name == "" {
			if old, missing := b.Item(ctx, ref); missing == nil {
				name = old.Name
			}
		}
		return item, forName(err, name)
	}
	return b.complete(ctx, item, err)
}

// complete reads an item again if its links are wanted and were not in the answer.
func (b *Backend) complete(ctx context.Context, item backend.Item, err error) (backend.Item, error) {
	if err != nil || item.Kind != backend.KindPhoto && item.Kind != backend.KindVideo && item.Kind != backend.KindAudio {
		return item, err
	}
	return b.Item(ctx, item.Ref)
}

// DeleteItem implements [backend.Drive]. It goes to the recycle bin.
func (b *Backend) DeleteItem(ctx context.Context, ref backend.Ref) error {
	if ref.ID == "" {
		return backend.ErrRoot
	}
	path, err := b.itemPath(ctx, ref)
	if err != nil {
		return err
	}
	return b.call(ctx, request{method: http.MethodDelete, path: path}, nil)
}

// MoveItem implements [backend.Drive].
func (b *Backend) MoveItem(ctx context.Context, ref, destination backend.Ref) (backend.Item, error) {
	switch {
	case ref.ID == "":
		return backend.Item{}, backend.ErrRoot
	case ref == destination:
		return backend.Item{}, backend.ErrMoveInside
	case ref.Owner != destination.Owner:
		return backend.Item{}, backend.ErrNotFolder
	}
	to, err := b.folderID(ctx, destination)
	if err != nil {
		return backend.Item{}, err
	}
	return b.patch(ctx, ref, map[string]any{"parentReference": map[string]string{"id": to}})
}

// CopyItem implements [backend.Drive]. Graph copies by itself; if the context ends before that is done, it goes on all the
// same.
func (b *Backend) CopyItem(ctx context.Context, ref, destination backend.Ref, _ string) (backend.Item, error) {
	path, err := b.itemPath(ctx, ref)
	if err != nil {
		return backend.Item{}, err
	}
	to, err := b.folderID(ctx, destination)
	if err != nil {
		return backend.Item{}, err
	}
	started := time.Now()
	a, err := b.do(ctx, request{
		method: http.MethodPost, path: path + "/copy", prefer: []string{"respond-async"},
		json: map[string]any{"parentReference": map[string]string{"driveId": b.forms(destination.Owner).drive, "id": to}},
	})
	if err != nil {
		return backend.Item{}, b.copyFailed(ctx, ref, err)
	}
	id, err := b.watch(ctx, a.location)
	if err != nil {
		return backend.Item{}, b.copyFailed(ctx, ref, err)
	}
	if id == "" {
		return b.newest(ctx, ref, destination, started)
	}
	owner, resource := b.resourceID(id)
	return b.Item(ctx, backend.Ref{Owner: owner, ID: resource})
}

// copyFailed names the item whose name is taken.
func (b *Backend) copyFailed(ctx context.Context, ref backend.Ref, err error) error {
	if _, ok := err.(*nameTaken); !ok { //nolint:errorlint // nothing wraps it
		return err
	}
	item, missing := b.Item(ctx, ref)
	if missing != nil {
		return missing
	}
	return forName(err, item.Name)
}

// watch waits for the end of a copy. The monitor is a key by itself and may be on another host: it gets no token.
func (b *Backend) watch(ctx context.Context, monitor string) (id string, err error) {
	for wait := 300 * time.Millisecond; ; wait = min(2*wait, 3*time.Second) {
		a, err := b.do(ctx, request{method: http.MethodGet, path: monitor, bare: true})
		if isNotFound(err) { // it is not kept for ever: the copy is looked for
			return "", nil
		}
		if err != nil {
			return "", err
		}
		var state struct {
			Status     string `json:"status"`
			ResourceID string `json:"resourceId"`
			errorAnswer
		}
		if len(a.body) > 0 {
			if err := a.into(&state); err != nil {
				return "", err
			}
		}
		switch strings.ToLower(state.Status) {
		case "failed":
			failed := &backend.RemoteError{Failure: backend.FailedInside, Detail: detail(state.Error.Code, state.Error.Message, "", "")}
			switch {
			case strings.EqualFold(state.Error.Code, "nameAlreadyExists"):
				return "", &nameTaken{failed}
			case strings.EqualFold(state.Error.Code, "quotaLimitReached"):
				return "", backend.ErrQuota
			}
			return "", failed
		case "completed":
			if state.ResourceID != "" {
				return state.ResourceID, nil
			}
			return lastSegment(a.location), nil
		}
		if a.status == http.StatusSeeOther {
			return lastSegment(a.location), nil
		}
		if err := retry.Sleep(ctx, wait/2+rand.N(wait/2)); err != nil { //nolint:gosec // jitter
			return "", err
		}
	}
}

func lastSegment(link string) string {
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return ""
	}
	id := u.Path[strings.LastIndex(u.Path, "/")+1:]
	if !strings.Contains(id, "!") {
		return ""
	}
	return id
}

// newest finds a copy of which only is known where it went.
func (b *Backend) newest(ctx context.Context, ref, destination backend.Ref, started time.Time) (backend.Item, error) {
	original, err := b.Item(ctx, ref)
	if err != nil {
		return backend.Item{}, err
	}
	children, err := b.children(ctx, destination)
	if err != nil {
		return backend.Item{}, err
	}
	var found backend.Item
	for _, child := range children {
		if strings.EqualFold(child.Name, original.Name) && child.Ref != ref && (found.ID == "" || child.Created.After(found.Created)) {
			found = child
		}
	}
	if found.ID == "" {
		return found, &backend.RemoteError{Failure: backend.FailedInside, Detail: "Graph did not say how the copy that began at " + started.UTC().Format(time.RFC3339) + " ended, and it is not there"}
	}
	return found, nil
}
