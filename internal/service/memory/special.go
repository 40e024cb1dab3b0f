package memory

import (
	"context"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Special implements [backend.Drive].
func (s *Store) Special(_ context.Context, owner, name string) (backend.Item, error) {
	if _, known := specialFolders[name]; !known {
		return backend.Item{}, backend.ErrNotFound
	}
	return modify(s, func() (backend.Item, error) {
		a, err := s.account(owner)
		if err != nil {
			return backend.Item{}, err
		}
		n := a.special[name]
		if n == nil {
			n = s.makeSpecial(a, name)
		}
		return s.snapshot(n), nil
	})
}

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
