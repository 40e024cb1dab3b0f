package memory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Item implements [backend.Drive].
func (s *Store) Item(_ context.Context, ref backend.Ref) (backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(ref)
	if err != nil {
		return backend.Item{}, err
	}
	return s.snapshot(n), nil
}

// Children implements [backend.Drive].
func (s *Store) Children(_ context.Context, folder backend.Ref) ([]backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.findFolder(folder)
	if err != nil {
		return nil, err
	}
	return s.snapshots(n.children), nil
}

// CreateFolder implements [backend.Drive].
func (s *Store) CreateFolder(_ context.Context, parent backend.Ref, kind backend.Kind, name, description, by string) (backend.Item, error) {
	return modify(s, func() (backend.Item, error) {
		folder, err := s.findFolder(parent)
		if err != nil {
			return backend.Item{}, err
		}
		if folder.names[fold(name)] != nil {
			return backend.Item{}, &backend.ExistsError{Name: name}
		}
		n := s.newNode(folder.owner, kind, name, by)
		n.item.Description = description
		s.attach(n, folder)
		return s.snapshot(n), nil
	})
}

// UpdateItem implements [backend.Drive].
func (s *Store) UpdateItem(_ context.Context, ref backend.Ref, change backend.ItemChange) (backend.Item, error) {
	return modify(s, func() (backend.Item, error) {
		n, err := s.findBelowRoot(ref)
		if err != nil {
			return backend.Item{}, err
		}
		if change.Name != nil {
			names := n.parent.names
			if taken := names[fold(*change.Name)]; taken != nil && taken != n {
				return backend.Item{}, &backend.ExistsError{Name: *change.Name}
			}
			delete(names, fold(n.item.Name))
			names[fold(*change.Name)] = n
		}
		set(&n.item.Name, change.Name)
		set(&n.item.Description, change.Description)
		if audio := n.item.Audio; audio != nil {
			set(&audio.Title, change.Title)
			set(&audio.Artist, change.Artist)
			set(&audio.Album, change.Album)
			set(&audio.AlbumArtist, change.AlbumArtist)
			set(&audio.Genre, change.Genre)
		}
		s.touch(n)
		return s.snapshot(n), nil
	})
}

// DeleteItem implements [backend.Drive].
func (s *Store) DeleteItem(_ context.Context, ref backend.Ref) error {
	return s.update(func() error {
		n, err := s.findBelowRoot(ref)
		if err != nil {
			return err
		}
		s.detach(n)
		n.walk(s.forget)
		return nil
	})
}

// MoveItem implements [backend.Drive]. Into another account's drive nothing can be moved, since the id names the
// owner and must stay: to such a destination it returns ErrNotFolder.
func (s *Store) MoveItem(_ context.Context, ref, destination backend.Ref) (backend.Item, error) {
	return modify(s, func() (backend.Item, error) {
		n, err := s.findBelowRoot(ref)
		if err != nil {
			return backend.Item{}, err
		}
		folder, err := s.findFolder(destination)
		switch {
		case err != nil:
			return backend.Item{}, err
		case folder.owner != n.owner:
			return backend.Item{}, backend.ErrNotFolder
		case folder == n.parent:
			return s.snapshot(n), nil
		case folder.inside(n):
			return backend.Item{}, backend.ErrMoveInside
		case folder.names[fold(n.item.Name)] != nil:
			return backend.Item{}, &backend.ExistsError{Name: n.item.Name}
		}
		s.detach(n)
		s.attach(n, folder)
		return s.snapshot(n), nil
	})
}

// CopyItem implements [backend.Drive]. Comments, tags and links stay with the original. It may return ErrQuota
// too.
func (s *Store) CopyItem(_ context.Context, ref, destination backend.Ref, by string) (backend.Item, error) {
	return modify(s, func() (backend.Item, error) {
		n, err := s.find(ref)
		if err != nil {
			return backend.Item{}, err
		}
		if n.item.Kind.IsFolder() {
			return backend.Item{}, backend.ErrCopyFolder
		}
		folder, err := s.findFolder(destination)
		switch {
		case err != nil:
			return backend.Item{}, err
		case folder.names[fold(n.item.Name)] != nil:
			return backend.Item{}, &backend.ExistsError{Name: n.item.Name}
		case n.item.Size > folder.owner.available():
			return backend.Item{}, backend.ErrQuota
		}
		made := s.newNode(folder.owner, n.item.Kind, n.item.Name, by)
		from := made.item.From
		made.item = own(n.item)
		made.item.From, made.item.Created = from, time.Time{}
		made.mediaType = n.mediaType
		s.use(made, n.content)
		s.attach(made, folder)
		return s.snapshot(made), nil
	})
}

// Search implements [backend.Drive]. The items come in the order in which they were made.
func (s *Store) Search(_ context.Context, owner, query string) ([]backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	words := strings.Fields(fold(query))
	found, err := s.collect(owner, func(n *node) bool {
		text := fold(n.item.Name + "\n" + n.item.Description)
		for _, word := range words {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return len(words) > 0
	})
	slices.SortFunc(found, byAge)
	return s.snapshots(found), err
}

// Recent implements [backend.Drive].
func (s *Store) Recent(_ context.Context, owner string) ([]backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	files, err := s.collect(owner, func(n *node) bool { return !n.item.Kind.IsFolder() })
	slices.SortFunc(files, latest)
	return s.snapshots(files), err
}

// collect picks items of an account, in no order. It needs the lock, for reading at least.
func (s *Store) collect(owner string, pick func(*node) bool) ([]*node, error) {
	a, err := s.account(owner)
	if err != nil {
		return nil, err
	}
	var picked []*node
	for _, n := range a.items {
		if pick(n) {
			picked = append(picked, n)
		}
	}
	return picked, nil
}

// Quota implements [backend.Drive].
func (s *Store) Quota(_ context.Context, owner string) (total, available int64, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(owner)
	if err != nil {
		return 0, 0, err
	}
	return a.quota, a.available(), nil
}

// available is what is left of the account's storage.
func (a *account) available() int64 { return max(0, a.quota-a.root.item.Size) }
