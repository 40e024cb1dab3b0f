package memory

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// node is a file or folder in an account's tree.
type node struct {
	// item holds what is the node's own. What depends on its place and its company (Ref, Parent, Count, Comments,
	// Tags, Access, what is enabled, and the name in From) is filled in by Store.snapshot.
	item    backend.Item
	owner   *account
	number  int
	parent  *node // nil for the root, and for what was deleted
	changed uint64

	// Folders only.
	children []*node          // by number
	names    map[string]*node // by folded name

	// Files only.
	content   content
	mediaType string // what the bytes show; empty if they show nothing

	access   string            // empty: as the folder above
	shares   map[string]bool   // cids; "" is everyone
	links    map[string]string // keys by role
	comments []*backend.Comment
	tags     []*backend.Tag
}

const (
	rootNumber   = 101
	justMe       = "Just me"
	withLink     = "People with a link"
	selected     = "People I selected"
	everyone     = "Everyone (public)"
	publicFolder = "Public" // the word of 2013 for the folder that every account has
)

// specialFolders are the folders with friendly names.
var specialFolders = map[string]struct {
	name string
	kind backend.Kind
}{
	"my_photos":        {"Pictures", backend.KindAlbum},
	"public_documents": {"Public", backend.KindFolder},
	"my_documents":     {"Documents", backend.KindFolder},
	"camera_roll":      {"SkyDrive camera roll", backend.KindAlbum},
}

// newDrive makes the indexes of an account's tree.
func newDrive(a *account) {
	a.prefix = strings.ToUpper(strings.TrimLeft(a.user.ID, "0")) + "!"
	a.items = map[string]*node{}
	a.special = map[string]*node{}
	a.shared = map[*node]bool{}
}

// openDrive makes the tree of a new account. It needs the lock.
func (s *Store) openDrive(a *account) {
	newDrive(a)
	a.lastNumber = rootNumber
	a.root = &node{owner: a, number: rootNumber, access: justMe, names: map[string]*node{}}
	// The root kept the name when the service was renamed to OneDrive.
	a.root.item = backend.Item{Kind: backend.KindFolder, Name: "SkyDrive", Updated: s.now()}
	for _, name := range []string{"my_photos", "public_documents", "my_documents"} {
		s.makeSpecial(a, name)
	}
}

// makeSpecial makes a folder with a friendly name, or takes the one that has its name. It needs the lock.
func (s *Store) makeSpecial(a *account, special string) *node {
	want := specialFolders[special]
	n := a.root.names[fold(want.name)]
	if n == nil || !n.item.Kind.IsFolder() {
		n = s.newNode(a, want.kind, a.root.freeName(want.name), a.user.ID)
		s.attach(n, a.root)
		if special == "public_documents" {
			n.access = publicFolder
			n.share("")
		}
	}
	a.special[special] = n
	s.markAccount(a)
	s.markItem(n)
	return n
}

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

func (n *node) id() string { return n.owner.prefix + strconv.Itoa(n.number) }

func (n *node) ref() backend.Ref {
	if n.parent == nil {
		return backend.Ref{Owner: n.owner.user.ID}
	}
	return backend.Ref{Owner: n.owner.user.ID, ID: n.id()}
}

func byNumber(n *node, number int) int { return n.number - number }

// byAge sorts in the order in which items were made.
func byAge(a, b *node) int { return a.number - b.number }

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

// grow adds to the size of n and of all folders above it.
func (n *node) grow(bytes int64) {
	for ; n != nil; n = n.parent {
		n.item.Size += bytes
	}
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

// freeName is the name, or the first of "name(1).ext", "name(2).ext" … that is free in the folder.
func (n *node) freeName(name string) string {
	if n.names[fold(name)] == nil {
		return name
	}
	ext := path.Ext(name)
	base := strings.TrimSuffix(name, ext)
	for i := 1; ; i++ {
		if candidate := fmt.Sprintf("%s(%d)%s", base, i, ext); n.names[fold(candidate)] == nil {
			return candidate
		}
	}
}

// inside tells whether n is the folder or somewhere below it.
func (n *node) inside(folder *node) bool {
	for ; n != nil; n = n.parent {
		if n == folder {
			return true
		}
	}
	return false
}

// walk visits n and everything below it.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, child := range n.children {
		child.walk(visit)
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

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

func clonePhoto(p *backend.PhotoInfo) *backend.PhotoInfo {
	p = clone(p)
	if p != nil {
		p.Location = clone(p.Location)
	}
	return p
}

// latest sorts by the time of change, the last first. Changes of the same instant follow their own order.
func latest(a, b *node) int {
	if c := b.item.Updated.Compare(a.item.Updated); c != 0 {
		return c
	}
	return cmp.Compare(b.changed, a.changed)
}
