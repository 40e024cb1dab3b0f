package graph

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

const (
	maxTop    = 1000 // items that Graph gives at a time
	maxSearch = 500  // results that v5.0 has places for
)

var withThumbnails = url.Values{"$expand": {"thumbnails"}}

// read gets an item.
func (b *Backend) read(ctx context.Context, r request) (backend.Item, error) {
	a, err := b.me(ctx)
	if err != nil {
		return backend.Item{}, err
	}
	var j itemJSON
	if err := b.call(ctx, r, &j); err != nil {
		return backend.Item{}, err
	}
	item, ok := b.item(j, a)
	if !ok {
		return backend.Item{}, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "Graph gave an item that is in no personal drive"}
	}
	return item, nil
}

// Item implements [backend.Drive].
func (b *Backend) Item(ctx context.Context, ref backend.Ref) (backend.Item, error) {
	path, err := b.itemPath(ctx, ref)
	if err != nil {
		return backend.Item{}, err
	}
	if ref.ID == "" {
		if _, err := b.own(ctx, ref.Owner); err != nil { // nobody else's whole drive can be seen
			return backend.Item{}, err
		}
		return b.read(ctx, request{method: "GET", path: path})
	}
	return b.read(ctx, request{method: "GET", path: path, query: withThumbnails})
}

var specialNames = map[string]string{"my_documents": "documents", "my_photos": "photos", "camera_roll": "cameraroll"}

// Special implements [backend.Drive]. Graph has no public folder.
func (b *Backend) Special(ctx context.Context, owner, name string) (backend.Item, error) {
	if _, err := b.own(ctx, owner); err != nil {
		return backend.Item{}, err
	}
	graph, known := specialNames[name]
	if !known {
		return backend.Item{}, backend.ErrNotFound
	}
	return b.read(ctx, request{method: "GET", path: b.drivePath(owner) + "/special/" + graph})
}

// childrenOf is the request for a folder's list.
func (b *Backend) childrenOf(ctx context.Context, folder backend.Ref, top int, order string) (request, error) {
	path, err := b.itemPath(ctx, folder)
	query := url.Values{"$top": {strconv.Itoa(top)}, "$expand": {"thumbnails"}}
	if order != "" {
		query.Set("$orderby", order)
	}
	return request{method: "GET", path: path + "/children", query: query}, err
}

// Children implements [backend.Drive]. A folder that Graph names but cannot open, such as the Personal Vault, is empty.
func (b *Backend) children(ctx context.Context, folder backend.Ref) ([]backend.Item, error) {
	a, err := b.me(ctx)
	if err != nil {
		return nil, err
	}
	r, err := b.childrenOf(ctx, folder, maxTop, "")
	if err != nil {
		return nil, err
	}
	list, err := list[itemJSON](ctx, b, r, 0)
	if err != nil {
		return nil, b.closed(ctx, folder, err)
	}
	return b.items(list, a), nil
}

// closed turns the error of listing a folder that is there, and cannot be opened, into an empty list.
func (b *Backend) closed(ctx context.Context, folder backend.Ref, err error) error {
	if !isNotFound(err) {
		return err
	}
	if _, missing := b.Item(ctx, folder); missing != nil {
		return missing
	}
	return b.empty()
}

// childrenPage lists a part of a folder; more reports whether others follow. Graph's lists have no offset: they are read from
// the start, or from where the page before ended if that is not long ago.
func (b *Backend) childrenPage(ctx context.Context, folder backend.Ref, part part) ([]backend.Item, bool, error) {
	order := "name"
	if part.By == "updated" {
		order = "lastModifiedDateTime"
	}
	if part.Descending {
		order += " desc"
	}
	at := func(offset int) [32]byte {
		return key(backend.Credential(ctx), folder.Owner, folder.ID, order, part.Choice, strconv.Itoa(offset))
	}
	if known, ok := b.pages.get(at(part.Offset)); ok && part.Offset > 0 {
		items, rest, err := b.fill(ctx, request{}, known, 0, part)
		if failed, ok := errors.AsType[*backend.RemoteError](err); !isNotFound(err) && (!ok || failed.Failure != backend.FailedRequest) {
			return b.keep(at, items, rest, part, err)
		} // else the next link has expired: from the start
	}
	top := maxTop
	if part.Limit > 0 {
		top = min(maxTop, part.Offset+part.Limit+1)
	}
	r, err := b.childrenOf(ctx, folder, top, order)
	if err != nil {
		return nil, false, err
	}
	items, rest, err := b.fill(ctx, r, page{}, part.Offset, part)
	if isNotFound(err) {
		return nil, false, b.closed(ctx, folder, err)
	}
	return b.keep(at, items, rest, part, err)
}

// keep remembers where the next page begins.
func (b *Backend) keep(at func(int) [32]byte, items []backend.Item, rest page, part part, err error) ([]backend.Item, bool, error) {
	if err != nil {
		return nil, false, err
	}
	more := len(rest.left) > 0
	if more {
		b.pages.put(at(part.Offset+len(items)), rest)
	}
	return items, more, nil
}

// fill goes on from a place in a list until it has what was asked for, and one more to know whether there is one.
func (b *Backend) fill(ctx context.Context, r request, from page, skip int, part part) ([]backend.Item, page, error) {
	a, err := b.me(ctx)
	if err != nil {
		return nil, page{}, err
	}
	have := slices.Clone(from.left)
	next, seen := from.next, map[string]bool{}
	for first := r.path != ""; (first || next != "") && (part.Limit == 0 || len(have) <= skip+part.Limit); first = false {
		if !first {
			if seen[next] {
				return nil, page{}, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "the list does not move on: Graph gave the same next link twice"}
			}
			seen[next] = true
			r = request{method: "GET", path: next}
		}
		var p struct {
			Value []itemJSON `json:"value"`
			Next  string     `json:"@odata.nextLink"`
		}
		if err := b.call(ctx, r, &p); err != nil {
			return nil, page{}, err
		}
		next = p.Next
		for _, item := range b.items(p.Value, a) {
			if part.Keep == nil || part.Keep(item) {
				have = append(have, item)
			}
		}
	}
	have = have[min(skip, len(have)):]
	if part.Limit == 0 || len(have) <= part.Limit {
		return have, page{}, nil
	}
	return have[:part.Limit:part.Limit], page{left: have[part.Limit:], next: next}, nil
}

// albums are the folders in Pictures.
func (b *Backend) albums(ctx context.Context, owner string) ([]backend.Item, error) {
	photos, err := b.Special(ctx, owner, "my_photos")
	if err != nil {
		return nil, err
	}
	items, err := b.children(ctx, photos.Ref)
	items = slices.DeleteFunc(items, func(i backend.Item) bool { return !i.Kind.IsFolder() })
	slices.SortStableFunc(items, func(a, b backend.Item) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return items, err
}

// Search implements [backend.Drive]. What Graph finds lags behind what there is.
func (b *Backend) search(ctx context.Context, owner, query string) ([]backend.Item, error) {
	a, err := b.own(ctx, owner)
	if err != nil {
		return nil, err
	}
	path := b.drivePath(owner) + "/root/search(q='" + url.PathEscape(strings.ReplaceAll(query, "'", "''")) + "')"
	hits, err := list[itemJSON](ctx, b, request{method: "GET", path: path, query: url.Values{"$top": {"200"}, "$expand": {"thumbnails"}}}, maxSearch)
	if err != nil {
		return nil, err
	}
	hits = slices.DeleteFunc(hits, func(j itemJSON) bool { return j.Parent == nil && j.Remote == nil })
	return b.items(hits, a), nil
}

// Recent implements [backend.Drive]. Graph has announced that it will have no such list any more.
func (b *Backend) recent(ctx context.Context, owner string) ([]backend.Item, error) {
	return b.retiring(ctx, owner, "/recent")
}

// SharedWith implements [backend.Drive]. Graph has announced that it will have no such list any more.
func (b *Backend) sharedWith(ctx context.Context, user string) ([]backend.Item, error) {
	return b.retiring(ctx, user, "/sharedWithMe")
}

// retiring reads a list that may be gone.
func (b *Backend) retiring(ctx context.Context, owner, path string) ([]backend.Item, error) {
	a, err := b.own(ctx, owner)
	if err != nil {
		return nil, err
	}
	found, err := list[itemJSON](ctx, b, request{method: "GET", path: b.drivePath(owner) + path}, 0)
	failed, _ := errors.AsType[*backend.RemoteError](err)
	gone := isNotFound(err) || failed != nil && (failed.Failure == backend.FailedRequest || failed.Failure == backend.FailedMethod)
	switch {
	case gone:
		return []backend.Item{}, b.empty()
	case err != nil:
		return nil, err
	case len(found) == 0 && b.opts.Strict: // it may be empty because it is gone
		return nil, backend.ErrNoCounterpart
	}
	return b.items(found, a), nil
}

// Shared implements [backend.Drive]. What Graph shows of others is shared with the caller.
func (b *Backend) Shared(_ context.Context, ref backend.Ref, _ string) (bool, error) {
	return ref.ID != "", nil
}

// Quota implements [backend.Drive].
func (b *Backend) Quota(ctx context.Context, owner string) (total, available int64, err error) {
	if _, err := b.own(ctx, owner); err != nil {
		return 0, 0, err
	}
	var drive driveJSON
	err = b.get(ctx, b.drivePath(owner), url.Values{"$select": {"quota"}}, &drive)
	return drive.Quota.Total, drive.Quota.Remaining, err
}

// ShareURL implements [backend.Remote].
func (b *Backend) ShareURL(ctx context.Context, ref backend.Ref, kind string) (link, html string, err error) {
	path, err := b.itemPath(ctx, ref)
	if err != nil {
		return "", "", err
	}
	if kind == "read" {
		kind = "view"
	}
	var permission struct {
		Link struct {
			URL  string `json:"webUrl"`
			HTML string `json:"webHtml"`
		} `json:"link"`
	}
	err = b.call(ctx, request{method: "POST", path: path + "/createLink", json: map[string]string{"type": kind, "scope": "anonymous"}}, &permission)
	return permission.Link.URL, permission.Link.HTML, err
}

// ItemByURL implements [backend.Remote]. Whether Graph takes the links of personal accounts is not known.
func (b *Backend) ItemByURL(ctx context.Context, link string) (backend.Item, error) {
	share := "/shares/u!" + base64.RawURLEncoding.EncodeToString([]byte(link)) + "/driveItem"
	return b.read(ctx, request{method: "GET", path: share, query: withThumbnails})
}

// Content implements [backend.Drive]. It is never asked for: see [backend.Direct].
func (b *Backend) Content(context.Context, backend.Ref) (backend.Content, error) {
	return backend.Content{}, backend.ErrNoContent
}

// Picture implements [backend.Drive]. It is never asked for: see [backend.Direct].
func (b *Backend) Picture(context.Context, backend.Ref, int) (backend.Content, error) {
	return backend.Content{}, backend.ErrNoPicture
}

// ShareLink implements [backend.Drive]: see ShareURL.
func (b *Backend) ShareLink(context.Context, backend.Ref, string) (string, error) {
	return "", backend.ErrNoCounterpart
}

// ItemByLink implements [backend.Drive]: see ItemByURL.
func (b *Backend) ItemByLink(context.Context, string) (backend.Item, error) {
	return backend.Item{}, backend.ErrNotFound
}
