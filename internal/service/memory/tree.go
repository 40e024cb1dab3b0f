package memory

import (
	"cmp"
	"iter"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// newNode makes an item that has no place and no times yet. It needs the lock.
func (s *Store) newNode(a *account, kind backend.Kind, name, by string) *node {
	a.lastNumber++
	s.markAccount(a)
	n := &node{owner: a, number: a.lastNumber, kind: classOf(kind), name: name, by: s.known(cmp.Or(by, a.user.ID))}
	if kind.IsFolder() {
		n.children = newListing()
	}
	return n
}

// known is the cid of an account as that account has it, so that it takes no more memory.
func (s *state) known(cid string) string {
	if a := s.accounts[cid]; a != nil {
		return a.user.ID
	}
	return cid
}

// attach puts n into a folder, keeps the sizes above true, and marks the change. An item that is new is created with
// it. It needs the lock.
func (s *Store) attach(n, folder *node) {
	size := n.size
	n.size = 0
	s.place(n, folder)
	s.touch(n, size)
	if n.created == (moment{}) {
		n.created = n.updated
	}
	if n.clientUpdated == (moment{}) {
		n.clientUpdated = n.updated
	}
}

// place makes an item known, and puts it into a folder.
func (s *state) place(n, folder *node) {
	n.parent = folder
	n.owner.items[n.number] = n
	s.list(n)
}

// detach takes n out of its folder. It needs the lock.
func (s *Store) detach(n *node) {
	s.unlist(n)
	s.touch(n.parent, -n.size)
	n.parent = nil
}

// listings are where an item is listed.
func (s *state) listings(n *node) iter.Seq[*listing] {
	return func(yield func(*listing) bool) {
		if n.parent != nil && !yield(n.parent.children) || !n.isFolder() && !yield(n.owner.files) {
			return
		}
		for user := range n.read().shares {
			if user == "" || user == n.owner.user.ID {
				continue
			}
			for _, owner := range []string{"", n.owner.user.ID} {
				if !yield(s.listingOf(receiver{user, owner})) {
					return
				}
			}
		}
	}
}

// listingOf is what is shared with somebody.
func (s *state) listingOf(r receiver) *listing {
	l := s.received[r]
	if l == nil {
		l = newListing()
		s.received[r] = l
	}
	return l
}

// list makes an item be found in its folder, and wherever else it is listed. Before its name, its kind, or who it is
// shared with changes, it must be unlisted.
func (s *state) list(n *node) {
	for l := range s.listings(n) {
		l.add(n)
	}
	if n != n.owner.root {
		n.owner.words.add(n.text(), n.number)
	}
}

func (s *state) unlist(n *node) {
	for l := range s.listings(n) {
		l.remove(n)
	}
	if n != n.owner.root {
		n.owner.words.remove(n.text(), n.number)
	}
}

// touch marks a change of n, and of all folders above it, by which they have grown. It needs the lock.
func (s *Store) touch(n *node, growth int64) {
	now := momentOf(s.now())
	s.changes++
	for ; n != nil; n = n.parent {
		for l := range s.listings(n) {
			l.displace(n)
		}
		n.size += growth
		n.updated, n.changed = now, s.changes
		for l := range s.listings(n) {
			l.replace(n)
		}
		s.markItem(n)
	}
}

// find looks up an item. It needs the lock, for reading at least.
func (s *state) find(ref backend.Ref) (*node, error) {
	a, err := s.account(ref.Owner)
	if err != nil {
		return nil, err
	}
	if ref.ID == "" {
		return a.root, nil
	}
	text, ours := strings.CutPrefix(ref.ID, a.prefix)
	number, err := strconv.ParseUint(text, 10, 32)
	switch {
	case !ours || err != nil || strconv.FormatUint(number, 10) != text:
		return nil, backend.ErrNotFound
	case number == rootNumber: // links show the root's number, although its resource id has none
		return a.root, nil
	}
	if n := a.items[uint32(number)]; n != nil {
		return n, nil
	}
	return nil, backend.ErrNotFound
}

// findFolder looks up an item that others are to be put into. It needs the lock, for reading at least.
func (s *state) findFolder(ref backend.Ref) (*node, error) {
	n, err := s.find(ref)
	if err == nil && !n.isFolder() {
		return nil, backend.ErrNotFolder
	}
	return n, err
}

// findBelowRoot looks up an item that is to be changed. It needs the lock.
func (s *state) findBelowRoot(ref backend.Ref) (*node, error) {
	n, err := s.find(ref)
	if err == nil && n == n.owner.root {
		return nil, backend.ErrRoot
	}
	return n, err
}

// forget removes what leads to an item whose folder is gone, or has it no more. It needs the lock.
func (s *Store) forget(n *node) {
	n.parent = nil
	s.unlist(n)
	delete(n.owner.items, n.number)
	s.disuse(n)
	s.unmarkItem(n)
	for _, key := range n.read().links {
		delete(s.links, key)
	}
	for name, special := range n.owner.special {
		if special == n {
			delete(n.owner.special, name)
			s.markAccount(n.owner)
		}
	}
}

// snapshot is the item as it is now, in memory of its own. It needs the lock, for reading at least.
func (s *state) snapshot(n *node) backend.Item {
	d := n.read()
	item := n.own()
	item.Ref = n.ref()
	item.Comments, item.Tags = len(d.comments), len(d.tags)
	item.Access = n.sharedWith()
	item.CommentsEnabled = item.Access != justMe
	item.TagsEnabled = item.Kind == backend.KindPhoto || item.Kind == backend.KindVideo
	if n.isFolder() {
		item.Count = n.children.len()
		item.ClientUpdated = item.Updated
	}
	if n.parent != nil {
		item.From = s.person(n.by)
		item.Embeddable = true
		if n.parent.parent != nil {
			item.Parent = n.parent.id()
		}
	}
	return item
}
