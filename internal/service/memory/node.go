package memory

import (
	"cmp"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

const (
	rootNumber   = 101
	justMe       = "Just me"
	withLink     = "People with a link"
	selected     = "People I selected"
	everyone     = "Everyone (public)"
	publicFolder = "Public" // the word of 2013 for the folder that every account has
)

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

// latest sorts by the time of change, the last first. Changes of the same instant follow their own order.
func latest(a, b *node) int {
	if c := b.item.Updated.Compare(a.item.Updated); c != 0 {
		return c
	}
	return cmp.Compare(b.changed, a.changed)
}

// grow adds to the size of n and of all folders above it.
func (n *node) grow(bytes int64) {
	for ; n != nil; n = n.parent {
		n.item.Size += bytes
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

// inside reports whether n is the folder or somewhere below it.
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

// share lets a user in; "" is everyone. It needs the lock.
func (n *node) share(with string) {
	if n.shares == nil {
		n.shares = map[string]bool{}
	}
	n.shares[with] = true
	n.owner.shared[n] = true
}

// sharedWith is the word for who can see the item: its own, or that of the nearest folder above that has one.
func (n *node) sharedWith() string {
	for n.access == "" && n.parent != nil {
		n = n.parent
	}
	return n.access
}
