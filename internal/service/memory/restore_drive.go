package memory

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

func (r *restoring) readItem(record Record) error {
	a, number, err := r.ownerOf(record)
	if err != nil {
		return err
	}
	var in itemRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	n := &node{
		item: in.Item, owner: a, number: number, changed: in.Changed, mediaType: in.MediaType, access: in.Access,
		links: in.Links,
	}
	if in.Item.Kind.IsFolder() {
		n.names = map[string]*node{}
	}
	for _, cid := range in.Shares {
		n.share(cid)
	}
	for i := range in.Comments {
		n.comments = append(n.comments, &in.Comments[i])
	}
	for i := range in.Tags {
		n.tags = append(n.tags, &in.Tags[i])
	}
	for _, key := range in.Links {
		r.links[key] = n
	}
	if n.number == rootNumber {
		a.root = n
	} else {
		a.items[n.id()] = n
		r.parents[n] = in.Parent
	}
	return r.readContent(n, in.Content)
}

// readContent gives a file its content, which copies of it share.
func (r *restoring) readContent(n *node, name string) error {
	if n.item.Kind.IsFolder() {
		return nil
	}
	if name == "" {
		return errors.New("its content is not named")
	}
	k := r.contents[name]
	if k == nil {
		k = &contentFile{archive: r.archive, name: name, size: n.item.Size}
		r.contents[name] = k
	}
	if k.size != n.item.Size {
		return fmt.Errorf("it has %d bytes, another item with the content %s has %d", n.item.Size, name, k.size)
	}
	r.use(n, k)
	return nil
}

// finishDrive puts the items of an account into their folders, and checks that the tree holds together.
func (r *restoring) finishDrive(a *account) error {
	if a.root == nil || !a.root.item.Kind.IsFolder() {
		return errors.New("its root folder is missing")
	}
	for _, n := range slices.SortedFunc(maps.Values(a.items), byAge) {
		if err := r.place(n); err != nil {
			return fmt.Errorf("item %d: %w", n.number, err)
		}
	}
	for name, number := range r.special[a] {
		n := a.items[a.prefix+strconv.Itoa(number)]
		if n == nil {
			return fmt.Errorf("the folder %s is missing", name)
		}
		a.special[name] = n
	}
	reached, err := 0, error(nil)
	a.root.walk(func(n *node) {
		reached++
		if bad := n.check(); bad != nil {
			err = fmt.Errorf("item %d: %w", n.number, bad)
		}
	})
	if err == nil && reached != len(a.items)+1 {
		err = fmt.Errorf("%d of %d items can be reached", reached, len(a.items)+1)
	}
	return err
}

func (r *restoring) place(n *node) error {
	a, number := n.owner, r.parents[n]
	folder := a.root
	if number != rootNumber {
		folder = a.items[a.prefix+strconv.Itoa(number)]
	}
	switch {
	case folder == nil || !folder.item.Kind.IsFolder():
		return fmt.Errorf("its folder %d is missing", number)
	case folder.names[fold(n.item.Name)] != nil:
		return fmt.Errorf("another item is named %q", n.item.Name)
	case n.number > a.lastNumber:
		return fmt.Errorf("the last number is %d", a.lastNumber)
	}
	n.parent = folder
	folder.names[fold(n.item.Name)] = n
	folder.children = append(folder.children, n)
	return nil
}

// check compares a folder's size with what is in it.
func (n *node) check() error {
	if !n.item.Kind.IsFolder() {
		return nil
	}
	size := int64(0)
	for _, child := range n.children {
		size += child.item.Size
	}
	if size != n.item.Size {
		return fmt.Errorf("the folder has %d bytes, what is in it has %d", n.item.Size, size)
	}
	return nil
}
