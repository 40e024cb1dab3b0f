package memory

import (
	"cmp"
	"slices"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// newNode makes an item that has no place and no times yet. It needs the lock.
func (s *Store) newNode(a *account, kind backend.Kind, name, by string) *node {
	a.lastNumber++
	s.markAccount(a)
	n := &node{owner: a, number: a.lastNumber}
	n.item = backend.Item{Kind: kind, Name: name, From: backend.Person{ID: cmp.Or(by, a.user.ID)}}
	if kind.IsFolder() {
		n.names = map[string]*node{}
	}
	return n
}

// attach puts n into a folder, keeps the sizes above true, and marks the change. An item that is new is created with
// it. It needs the lock.
func (s *Store) attach(n, folder *node) {
	n.parent = folder
	folder.names[fold(n.item.Name)] = n
	i, _ := slices.BinarySearchFunc(folder.children, n.number, byNumber)
	folder.children = slices.Insert(folder.children, i, n)
	n.owner.items[n.id()] = n
	folder.grow(n.item.Size)
	s.touch(n)
	if n.item.Created.IsZero() {
		n.item.Created = n.item.Updated
	}
	if n.item.ClientUpdated.IsZero() {
		n.item.ClientUpdated = n.item.Updated
	}
}

// detach takes n out of its folder. It needs the lock.
func (s *Store) detach(n *node) {
	folder := n.parent
	s.touch(folder)
	folder.grow(-n.item.Size)
	delete(folder.names, fold(n.item.Name))
	i, _ := slices.BinarySearchFunc(folder.children, n.number, byNumber)
	folder.children = slices.Delete(folder.children, i, i+1)
	n.parent = nil
}

// touch marks a change of n, and of all folders above it. It needs the lock.
func (s *Store) touch(n *node) {
	now := s.now()
	s.changes++
	for ; n != nil; n = n.parent {
		n.item.Updated, n.changed = now, s.changes
		s.markItem(n)
	}
}

// find looks up an item. It needs the lock, for reading at least.
func (s *Store) find(ref backend.Ref) (*node, error) {
	a, err := s.account(ref.Owner)
	if err != nil {
		return nil, err
	}
	// Links show the root's number, although its resource id has none.
	if ref.ID == "" || ref.ID == a.root.id() {
		return a.root, nil
	}
	if n := a.items[ref.ID]; n != nil {
		return n, nil
	}
	return nil, backend.ErrNotFound
}

// findFolder looks up an item that others are to be put into. It needs the lock, for reading at least.
func (s *Store) findFolder(ref backend.Ref) (*node, error) {
	n, err := s.find(ref)
	if err == nil && !n.item.Kind.IsFolder() {
		return nil, backend.ErrNotFolder
	}
	return n, err
}

// snapshot is the item as it is now, in memory of its own. It needs the lock, for reading at least.
func (s *Store) snapshot(n *node) backend.Item {
	item := n.item
	item.Ref = n.ref()
	item.Count = len(n.children)
	item.Comments, item.Tags = len(n.comments), len(n.tags)
	item.Access = n.sharedWith()
	item.CommentsEnabled = item.Access != justMe
	item.TagsEnabled = item.Kind == backend.KindPhoto || item.Kind == backend.KindVideo
	if item.Kind.IsFolder() {
		item.ClientUpdated = item.Updated
	}
	if n.parent != nil {
		item.From = s.person(item.From.ID)
		item.Embeddable = true
		if n.parent.parent != nil {
			item.Parent = n.parent.id()
		}
	}
	item.Photo, item.Video, item.Audio = clonePhoto(item.Photo), clone(item.Video), clone(item.Audio)
	return item
}

func (s *Store) snapshots(nodes []*node) []backend.Item {
	items := make([]backend.Item, len(nodes))
	for i, n := range nodes {
		items[i] = s.snapshot(n)
	}
	return items
}

// findBelowRoot looks up an item that is to be changed. It needs the lock.
func (s *Store) findBelowRoot(ref backend.Ref) (*node, error) {
	n, err := s.find(ref)
	if err == nil && n == n.owner.root {
		return nil, backend.ErrRoot
	}
	return n, err
}

// forget removes what leads to an item that was deleted. It needs the lock.
func (s *Store) forget(n *node) {
	delete(n.owner.items, n.id())
	delete(n.owner.shared, n)
	s.disuse(n)
	s.unmarkItem(n)
	for _, key := range n.links {
		delete(s.links, key)
	}
	for name, special := range n.owner.special {
		if special == n {
			delete(n.owner.special, name)
			s.markAccount(n.owner)
		}
	}
}
