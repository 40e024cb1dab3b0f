package memory

import (
	"context"
	"slices"
	"strings"

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
func (s *Store) Children(_ context.Context, folder backend.Ref, query backend.Query) (backend.List[backend.Item], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.findFolder(folder)
	if err != nil {
		return backend.List[backend.Item]{}, err
	}
	return n.children.show(query, false, s.snapshot), nil
}

// Child implements [backend.Drive].
func (s *Store) Child(_ context.Context, folder backend.Ref, name string) (backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.findFolder(folder)
	if err != nil {
		return backend.Item{}, err
	}
	child := n.child(name)
	if child == nil {
		return backend.Item{}, backend.ErrNotFound
	}
	return s.snapshot(child), nil
}

// CreateFolder implements [backend.Drive].
func (s *Store) CreateFolder(_ context.Context, parent backend.Ref, kind backend.Kind, name, description, by string) (backend.Item, error) {
	return modify(s, func() (backend.Item, error) {
		folder, err := s.findFolder(parent)
		if err != nil {
			return backend.Item{}, err
		}
		if folder.child(name) != nil {
			return backend.Item{}, &backend.ExistsError{Name: name}
		}
		n := s.newNode(folder.owner, kind, name, by)
		if description != "" {
			n.edit().description = description
		}
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
			if taken := n.parent.child(*change.Name); taken != nil && taken != n {
				return backend.Item{}, &backend.ExistsError{Name: *change.Name}
			}
		}
		s.unlist(n)
		set(&n.name, change.Name)
		if change.Description != nil {
			n.edit().description = *change.Description
		}
		s.list(n)
		if audio := n.read().audio; audio != nil {
			set(&audio.Title, change.Title)
			set(&audio.Artist, change.Artist)
			set(&audio.Album, change.Album)
			set(&audio.AlbumArtist, change.AlbumArtist)
			set(&audio.Genre, change.Genre)
		}
		s.touch(n, 0)
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
		n.parent.children.remove(n)
		s.touch(n.parent, -n.size)
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
		case folder.child(n.name) != nil:
			return backend.Item{}, &backend.ExistsError{Name: n.name}
		}
		s.detach(n)
		if n.kind == classOf(backend.KindAlbum) && folder.parent != nil {
			n.kind = classOf(backend.KindFolder) // albums lie at the root, where they are listed
		}
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
		if n.isFolder() {
			return backend.Item{}, backend.ErrCopyFolder
		}
		folder, err := s.findFolder(destination)
		switch {
		case err != nil:
			return backend.Item{}, err
		case folder.child(n.name) != nil:
			return backend.Item{}, &backend.ExistsError{Name: n.name}
		case n.size > folder.owner.available():
			return backend.Item{}, backend.ErrQuota
		}
		made := s.newNode(folder.owner, kinds[n.kind], n.name, by)
		made.size, made.revision, made.mediaType, made.clientUpdated = n.size, n.revision, n.mediaType, n.clientUpdated
		if d := n.details; d != nil {
			made.details = &details{
				description: d.description, width: d.width, height: d.height,
				photo: clonePhoto(d.photo), video: clone(d.video), audio: clone(d.audio),
			}
		}
		s.use(made, n.content)
		s.attach(made, folder)
		return s.snapshot(made), nil
	})
}

// Search implements [backend.Drive]. It takes the lock for one step after the other: others need not wait for it.
func (s *Store) Search(_ context.Context, owner, text string, page backend.Page) (backend.List[backend.Item], error) {
	list := backend.List[backend.Item]{Items: []backend.Item{}, Total: -1}
	wanted := strings.Fields(fold(text))
	found, last := 0, uint32(0)
	step := func() (done bool, err error) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		a, err := s.account(owner)
		if err != nil || len(wanted) == 0 {
			return true, err
		}
		var candidates []uint32
		candidates, last, done = a.words.find(wanted, last)
		for _, number := range candidates {
			n := a.items[number]
			if text := n.text(); slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(text, w) }) {
				continue
			}
			if page.Limit > 0 && len(list.Items) == page.Limit {
				list.More = true
				return true, nil
			}
			if found++; found > page.Offset {
				list.Items = append(list.Items, s.snapshot(n))
			}
		}
		return done, nil
	}
	for {
		done, err := step()
		switch {
		case err != nil:
			return backend.List[backend.Item]{}, err
		case !done:
			continue
		case !list.More:
			list.Total = found
		}
		return list, nil
	}
}

// Recent implements [backend.Drive].
func (s *Store) Recent(_ context.Context, owner string, query backend.Query) (backend.List[backend.Item], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(owner)
	if err != nil {
		return backend.List[backend.Item]{}, err
	}
	return a.files.show(query, true, s.snapshot), nil
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
func (a *account) available() int64 { return max(0, a.quota-a.root.size) }
