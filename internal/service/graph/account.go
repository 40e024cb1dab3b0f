package graph

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

type driveJSON struct {
	ID    string `json:"id"`
	Owner struct {
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"owner"`
	Quota struct {
		Total     int64 `json:"total"`
		Remaining int64 `json:"remaining"`
	} `json:"quota"`
}

// me finds out whose token the context has.
func (b *Backend) me(ctx context.Context) (account, error) {
	k := key(backend.Credential(ctx))
	if a, ok := b.accounts.get(k); ok {
		return a, nil
	}
	a, err := b.find(ctx)
	if err == nil {
		b.accounts.put(k, a)
	}
	return a, err
}

// find asks for the account's drive. A token that is for other things than files has none to show, but the account's id.
func (b *Backend) find(ctx context.Context) (account, error) {
	var drive driveJSON
	err := b.get(ctx, "/me/drive", nil, &drive)
	if failed, ok := errors.AsType[*backend.RemoteError](err); ok && failed.Failure == backend.FailedScope {
		var user struct {
			ID string `json:"id"`
		}
		if err := b.get(ctx, "/me", nil, &user); err != nil {
			return account{}, err
		}
		cid, ok := padCID(user.ID)
		if !ok {
			return account{}, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "the account is no personal one"}
		}
		return account{cid: cid}, nil
	}
	if err != nil {
		return account{}, err
	}
	a, err := b.open(ctx, drive)
	if err != nil && isNotFound(err) {
		// For some accounts a drive is offered first that cannot be opened.
		a, err = b.openOther(ctx, drive.ID)
	}
	return a, err
}

func (b *Backend) openOther(ctx context.Context, broken string) (account, error) {
	drives, err := list[driveJSON](ctx, b, request{method: "GET", path: "/me/drives"}, 0)
	if err != nil {
		return account{}, err
	}
	for _, drive := range drives {
		if drive.ID == broken {
			continue
		}
		if a, err := b.open(ctx, drive); err == nil {
			return a, nil
		}
	}
	return account{}, &backend.RemoteError{Failure: backend.FailedInside, Detail: "none of the account's drives can be opened"}
}

// open reads the root of a drive, whose id tells the account's.
func (b *Backend) open(ctx context.Context, drive driveJSON) (account, error) {
	var root itemJSON
	if err := b.get(ctx, "/drives/"+url.PathEscape(drive.ID)+"/root", nil, &root); err != nil {
		return account{}, err
	}
	prefix, _, found := strings.Cut(root.ID, "!")
	cid, ok := padCID(prefix)
	if !found || !ok {
		return account{}, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "the drive is none of a personal account"}
	}
	var photos itemJSON
	err := b.get(ctx, "/drives/"+url.PathEscape(drive.ID)+"/special/photos", nil, &photos)
	if err != nil && !isNotFound(err) {
		return account{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drives[cid] = driveForms{drive: drive.ID, item: prefix}
	return account{cid: cid, root: root.ID, photos: photos.ID}, nil
}

// Account is the cid of whose token the context has.
func (b *Backend) Account(ctx context.Context) (string, error) {
	a, err := b.me(ctx)
	return a.cid, err
}

// own wants owner to be whose token the context has.
func (b *Backend) own(ctx context.Context, owner string) (account, error) {
	a, err := b.me(ctx)
	if err == nil && a.cid != owner {
		err = backend.ErrNotFound
	}
	return a, err
}
