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

// index makes the indexes of an account that has none.
func (a *account) index() {
	a.prefix = strings.ToUpper(strings.TrimLeft(a.user.ID, "0")) + "!"
	a.items = map[uint32]*node{}
	a.special = map[string]*node{}
	a.files = newListing()
	a.contacts.ordering = &contactOrder
}

// openDrive makes the tree of a new account. It needs the lock.
func (s *Store) openDrive(a *account) {
	a.index()
	a.lastNumber = rootNumber
	a.root = &node{
		owner: a, number: rootNumber, children: newListing(), updated: momentOf(s.now()), details: &details{access: justMe},
		name: "SkyDrive", // the root kept the name when the service was renamed to OneDrive
	}
	for _, name := range []string{"my_photos", "public_documents", "my_documents"} {
		s.makeSpecial(a, name)
	}
}

// makeSpecial makes a folder with a friendly name, or takes the one that has its name. It needs the lock.
func (s *Store) makeSpecial(a *account, special string) *node {
	want := specialFolders[special]
	n := a.root.child(want.name)
	if n == nil || !n.isFolder() {
		n = s.newNode(a, want.kind, a.root.freeName(want.name), a.user.ID)
		s.attach(n, a.root)
		if special == "public_documents" {
			n.edit().access = publicFolder
			s.share(n, "")
		}
	}
	a.special[special] = n
	s.markAccount(a)
	s.markItem(n)
	return n
}
