package graph

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// The lists of [backend.Backend]. Those that Graph gives whole are cut here.

// part is a part of a folder's list.
type part struct {
	Offset, Limit int    // a zero limit is none
	By            string // "", "name" or "updated"
	Descending    bool
	// Keep says what counts. Choice names it: the same choice keeps the same items.
	Keep   func(backend.Item) bool
	Choice string
}

// cut takes the part that was asked for out of a whole list.
func cut[T any](all []T, err error, page backend.Page) (backend.List[T], error) {
	list := backend.List[T]{Items: all[min(page.Offset, len(all)):], Total: len(all)}
	if page.Limit > 0 && len(list.Items) > page.Limit {
		list.Items, list.More = list.Items[:page.Limit], true
	}
	return list, err
}

// choose takes what a query wants out of a whole list, whose own order is the default one.
func choose(all []backend.Item, err error, query backend.Query) (backend.List[backend.Item], error) {
	all = slices.DeleteFunc(all, func(i backend.Item) bool { return !wanted(query)(i) })
	if query.Order != backend.OrderDefault {
		slices.SortStableFunc(all, func(a, b backend.Item) int {
			switch query.Order {
			case backend.OrderUpdated:
				return a.Updated.Compare(b.Updated)
			case backend.OrderSize:
				return cmp.Compare(a.Size, b.Size)
			default:
				return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
			}
		})
	}
	if query.Descending {
		slices.Reverse(all)
	}
	return cut(all, err, query.Page)
}

func wanted(query backend.Query) func(backend.Item) bool {
	return func(i backend.Item) bool { return len(query.Kinds) == 0 || slices.Contains(query.Kinds, i.Kind) }
}

// Children implements [backend.Drive]. A part of a folder is read as such; only by size, Graph cannot sort.
func (b *Backend) Children(ctx context.Context, folder backend.Ref, query backend.Query) (backend.List[backend.Item], error) {
	if query.Limit == 0 && query.Offset == 0 || query.Order == backend.OrderSize {
		all, err := b.children(ctx, folder)
		return choose(all, err, query)
	}
	var kinds []string
	for _, kind := range query.Kinds {
		kinds = append(kinds, string(kind))
	}
	items, more, err := b.childrenPage(ctx, folder, part{
		Offset: query.Offset, Limit: query.Limit, By: map[backend.Order]string{backend.OrderUpdated: "updated"}[query.Order],
		Descending: query.Descending, Keep: wanted(query), Choice: strings.Join(kinds, "|"),
	})
	return backend.List[backend.Item]{Items: items, More: more, Total: -1}, err
}

// Child implements [backend.Drive].
func (b *Backend) Child(ctx context.Context, folder backend.Ref, name string) (backend.Item, error) {
	path, err := b.childPath(ctx, folder, name)
	if err != nil {
		return backend.Item{}, err
	}
	return b.read(ctx, request{method: "GET", path: strings.TrimSuffix(path, ":"), query: withThumbnails})
}

// Search implements [backend.Drive].
func (b *Backend) Search(ctx context.Context, owner, text string, page backend.Page) (backend.List[backend.Item], error) {
	all, err := b.search(ctx, owner, text)
	return cut(all, err, page)
}

// Recent implements [backend.Drive].
func (b *Backend) Recent(ctx context.Context, owner string, query backend.Query) (backend.List[backend.Item], error) {
	all, err := b.recent(ctx, owner)
	return choose(all, err, query)
}

// SharedWith implements [backend.Drive].
func (b *Backend) SharedWith(ctx context.Context, user, owner string, query backend.Query) (backend.List[backend.Item], error) {
	all, err := b.sharedWith(ctx, user)
	if owner != "" {
		all = slices.DeleteFunc(all, func(i backend.Item) bool { return i.Owner != owner })
	}
	return choose(all, err, query)
}

// CalendarsOf implements [backend.Calendars].
func (b *Backend) CalendarsOf(ctx context.Context, owner, _ string, page backend.Page) (backend.List[backend.Calendar], error) {
	all, err := b.calendarsOf(ctx, owner)
	return cut(all, err, page)
}

// Events implements [backend.Calendars].
func (b *Backend) Events(ctx context.Context, calendars []string, from, to time.Time, page backend.Page) (backend.List[backend.Event], error) {
	all, err := b.events(ctx, calendars, from, to)
	return cut(all, err, page)
}

// Contacts implements [backend.People].
func (b *Backend) Contacts(ctx context.Context, owner string, friends bool, page backend.Page) (backend.List[backend.Contact], error) {
	list := b.contacts
	if friends {
		list = b.friends
	}
	all, err := list(ctx, owner)
	return cut(all, err, page)
}

// Albums implements [backend.Remote].
func (b *Backend) Albums(ctx context.Context, owner string, query backend.Query) (backend.List[backend.Item], error) {
	all, err := b.albums(ctx, owner)
	query.Kinds = nil // they are chosen already, whatever Graph calls them
	return choose(all, err, query)
}
