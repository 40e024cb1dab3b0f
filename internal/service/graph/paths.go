package graph

import (
	"context"
	"net/url"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// itemPath is where an item is.
func (b *Backend) itemPath(ctx context.Context, ref backend.Ref) (string, error) {
	// The account is looked up first: what it is called has to be known.
	if _, err := b.me(ctx); err != nil {
		return "", err
	}
	if ref.ID == "" {
		return b.drivePath(ref.Owner) + "/root", nil
	}
	return b.drivePath(ref.Owner) + "/items/" + url.PathEscape(b.graphID(ref)), nil
}

// folderID is the real id of a folder, the root's too.
func (b *Backend) folderID(ctx context.Context, ref backend.Ref) (string, error) {
	a, err := b.me(ctx)
	switch {
	case err != nil:
		return "", err
	case ref.ID == "" && ref.Owner == a.cid:
		return a.root, nil
	case ref.ID == "":
		return "", backend.ErrNotFound
	}
	return b.graphID(ref), nil
}

// childPath is where something of a name in a folder is, or will be.
func (b *Backend) childPath(ctx context.Context, folder backend.Ref, name string) (string, error) {
	id, err := b.folderID(ctx, folder)
	if err != nil {
		return "", err
	}
	return b.drivePath(folder.Owner) + "/items/" + url.PathEscape(id) + ":/" + url.PathEscape(name) + ":", nil
}
