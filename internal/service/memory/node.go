package memory

import (
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

func (n *node) isFolder() bool { return n.children != nil }

func (n *node) id() string { return n.owner.prefix + strconv.Itoa(int(n.number)) }

func (n *node) ref() backend.Ref {
	if n.parent == nil {
		return backend.Ref{Owner: n.owner.user.ID}
	}
	return backend.Ref{Owner: n.owner.user.ID, ID: n.id()}
}

// noDetails is what an item without details has. It is never changed.
var noDetails details

// read gives the details to be read.
func (n *node) read() *details {
	if n.details == nil {
		return &noDetails
	}
	return n.details
}

// edit gives the details to be changed.
func (n *node) edit() *details {
	if n.details == nil {
		n.details = &details{}
	}
	return n.details
}

// text is what a search looks through.
func (n *node) text() string { return fold("\n" + n.name + "\n" + n.read().description + "\n") }

// child finds an item in a folder by its name.
func (n *node) child(name string) *node {
	child, _ := n.children.in(backend.OrderName).find(func(c *node) int { return compareFolded(c.name, name) })
	return child
}

// freeName is the name, or the first of "name(1).ext", "name(2).ext" … that is free in the folder. It needs the lock.
func (n *node) freeName(name string) string {
	if n.child(name) == nil {
		return name
	}
	ext := path.Ext(name)
	base := strings.TrimSuffix(name, ext)
	for i := n.children.taken[name] + 1; ; i++ {
		if candidate := fmt.Sprintf("%s(%d)%s", base, i, ext); n.child(candidate) == nil {
			if n.children.taken == nil {
				n.children.taken = map[string]int{}
			}
			n.children.taken[name] = i - 1
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
	if n.isFolder() {
		for child := range n.children.in(backend.OrderDefault).from(allClasses, 0, false) {
			child.walk(visit)
		}
	}
}

// sharedWith is the word for who can see the item: its own, or that of the nearest folder above that has one.
func (n *node) sharedWith() string {
	for n.read().access == "" && n.parent != nil {
		n = n.parent
	}
	return n.read().access
}

// own is what of an item is its own: without what depends on its place and its company.
func (n *node) own() backend.Item {
	d := n.read()
	return backend.Item{
		Kind: kinds[n.kind], Name: n.name, Description: d.description, From: backend.Person{ID: n.by}, Size: n.size,
		Created: n.created.time(), Updated: n.updated.time(), ClientUpdated: n.clientUpdated.time(), Revision: n.revision.String(),
		Width: d.width, Height: d.height, Photo: clonePhoto(d.photo), Video: clone(d.video), Audio: clone(d.audio),
	}
}
