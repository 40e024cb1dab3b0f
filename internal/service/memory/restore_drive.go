package memory

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// readItems decodes the records on all processors: they are most of what there is.
func (r *restoring) readItems() error {
	const some = 4096
	for records := range slices.Chunk(r.records[bucketItems], some) {
		decoded, faults := make([]itemRecord, len(records)), make([]error, len(records))
		atOnce(len(records), func(i int) { faults[i] = decode(records[i], &decoded[i]) })
		for i, record := range records {
			err := faults[i]
			if err == nil {
				err = r.readItem(record, &decoded[i])
			}
			if err := r.wrongRecord(record, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// atOnce calls do with each number below n, on all processors.
func atOnce(n int, do func(int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}

func (r *restoring) readItem(record Record, in *itemRecord) error {
	a, number, _, err := r.ownerOf(record)
	if err != nil {
		return err
	}
	f := &in.Item
	n := &node{
		owner: a, number: number, kind: classOf(f.Kind), name: f.Name, by: r.known(f.From.ID), size: f.Size,
		created: momentOf(f.Created), updated: momentOf(f.Updated), clientUpdated: momentOf(f.ClientUpdated),
		revision: revisionOf(f.Revision), changed: in.Changed, mediaType: r.shared(in.MediaType), details: in.details(),
	}
	if f.Kind.IsFolder() {
		n.children = newListing()
	} else if err := r.readContent(n, in.Content, string(in.Seal)); err != nil {
		return err
	}
	for _, key := range in.Links {
		r.links[key] = n
	}
	if n.number == rootNumber {
		a.root = n
	} else {
		a.items[n.number] = n
		r.parents[n] = in.Parent
	}
	return nil
}

// shared is a text that many items have, in the memory of the first.
func (r *restoring) shared(text string) string {
	if known, ok := r.texts[text]; ok {
		return known
	}
	r.texts[text] = text
	return text
}

// details are those of an item; nil if it has none.
func (in *itemRecord) details() *details {
	f := &in.Item
	d := details{
		description: f.Description, width: f.Width, height: f.Height, photo: f.Photo, video: f.Video, audio: f.Audio,
		access: in.Access, links: in.Links,
	}
	for _, cid := range in.Shares {
		if d.shares == nil {
			d.shares = map[string]bool{}
		}
		d.shares[cid] = true
	}
	for _, c := range in.Comments {
		number, _ := strconv.ParseUint(c.ID, 10, 32)
		d.comments = append(d.comments, &comment{number: uint32(number), by: c.From.ID, message: c.Message, created: c.Created})
	}
	for i, t := range in.Tags {
		d.tags = append(d.tags, &tag{Tag: t, made: uint64(i)})
	}
	if d.description == "" && d.width == 0 && d.height == 0 && d.photo == nil && d.video == nil && d.audio == nil &&
		d.access == "" && len(d.links)+len(d.shares)+len(d.comments)+len(d.tags) == 0 {
		return nil
	}
	return &d
}

// readContent gives a file its content, which copies of it share.
func (r *restoring) readContent(n *node, name, seal string) error {
	if name == "" {
		return errors.New("its content is not named")
	}
	file := r.contents[name]
	if file == nil {
		if r.mend != nil {
			if err := r.mend.Content(name, n.size, seal); err != nil {
				return err
			}
		}
		file = &contentFile{archive: r.archive, name: name, size: n.size, seal: seal}
		r.contents[name] = file
	}
	if file.size != n.size {
		return fmt.Errorf("it has %d bytes, another item with the content %s has %d", n.size, name, file.size)
	}
	n.content = file
	file.uses++
	return nil
}

// finishDrive puts the items of an account into their folders, and checks that the tree holds together.
func (r *restoring) finishDrive(a *account) error {
	if a.root == nil || !a.root.isFolder() {
		if err := r.wrong(errors.New("its root folder is missing")); err != nil {
			return err
		}
		a.root = &node{owner: a, number: rootNumber, name: "SkyDrive", children: newListing(), details: &details{access: justMe}}
	}
	items := slices.SortedFunc(maps.Values(a.items), byAge)
	for _, step := range []func(*node) error{r.findParent, r.checkPlace} {
		for _, n := range items {
			if err := step(n); err != nil {
				return fmt.Errorf("item %d: %w", n.number, err)
			}
		}
	}
	if err := r.checkSizes(a, items); err != nil {
		return err
	}
	if err := r.listAll(a, items); err != nil {
		return err
	}
	for name, number := range r.special[a] {
		if n := a.items[number]; n != nil {
			a.special[name] = n
		} else if err := r.wrong(fmt.Errorf("the folder %s is missing", name)); err != nil {
			return err
		}
	}
	return nil
}

// findParent finds the folder that an item is in.
func (r *restoring) findParent(n *node) error {
	a, number := n.owner, r.parents[n]
	n.parent = a.root
	if number == rootNumber {
		return nil
	}
	if folder := a.items[number]; folder != nil && folder.isFolder() {
		n.parent = folder
		return nil
	}
	return r.wrong(fmt.Errorf("%q: its folder %d is missing", n.name, number))
}

// checkPlace checks that the root is above an item.
func (r *restoring) checkPlace(n *node) error {
	// Of two that go up, one twice as fast, the faster one never meets the other unless it goes round in a circle.
	for slow, fast := n, n.parent; fast != n.owner.root; slow = slow.parent {
		if fast = fast.parent; fast != n.owner.root {
			fast = fast.parent
		}
		if fast == slow {
			n.parent = n.owner.root
			return r.wrong(fmt.Errorf("%q: it is inside itself", n.name))
		}
	}
	if n.number > n.owner.lastNumber {
		err := fmt.Errorf("the last number is %d", n.owner.lastNumber)
		n.owner.lastNumber = n.number
		return r.wrong(err)
	}
	return nil
}

// checkSizes compares the folders' sizes with what is in them.
func (r *restoring) checkSizes(a *account, items []*node) error {
	sizes := make(map[*node]int64)
	for _, n := range items {
		sizes[n.parent] += n.size
	}
	for _, n := range append([]*node{a.root}, items...) {
		if n.isFolder() && n.size != sizes[n] {
			if r.mend == nil {
				return fmt.Errorf("item %d: the folder has %d bytes, what is in it has %d", n.number, n.size, sizes[n])
			}
			r.addUp(a, items)
			return nil
		}
	}
	return nil
}

// addUp makes the folders' sizes what they should be.
func (r *restoring) addUp(a *account, items []*node) {
	a.root.size = 0
	for _, n := range items {
		if n.isFolder() {
			n.size = 0
		}
	}
	for _, n := range items {
		for above := n.parent; above != nil && !n.isFolder(); above = above.parent {
			above.size += n.size
		}
	}
}

// listAll lists the items of an account, which come by age.
func (r *restoring) listAll(a *account, items []*node) error {
	for _, n := range r.sameNames(items) {
		if err := r.wrong(fmt.Errorf("item %d: another item is named %q", n.number, n.name)); err != nil {
			return err
		}
		n.name += fmt.Sprintf(" (%d)", n.number)
	}
	members := map[*listing][]*node{}
	for _, n := range append([]*node{a.root}, items...) {
		for l := range r.listings(n) {
			members[l] = append(members[l], n)
		}
	}
	jobs := []func(){func() {
		for _, n := range items {
			a.words.add(n.text(), n.number)
		}
	}}
	for l, nodes := range members {
		if l.len() > 0 { // another account shares something with the same user
			for _, n := range nodes {
				l.add(n)
			}
			continue
		}
		for order := range itemOrders {
			jobs = append(jobs, func() { l.fill(nodes, backend.Order(order)) })
		}
	}
	atOnce(len(jobs), func(i int) { jobs[i]() })
	return nil
}

// sameNames are items whose name another one in the same folder has.
func (r *restoring) sameNames(items []*node) (same []*node) {
	type place struct {
		folder *node
		name   string
	}
	names := make(map[place]bool, len(items))
	for _, n := range items {
		p := place{n.parent, fold(n.name)}
		if names[p] {
			same = append(same, n)
		}
		names[p] = true
	}
	return same
}

// itemOf finds the item that a comment or a tag is on, and gives the rest of the record's name.
func (r *restoring) itemOf(record Record) (*node, string, error) {
	a, number, rest, err := r.ownerOf(record)
	if err != nil {
		return nil, "", err
	}
	switch n := a.items[number]; {
	case number == rootNumber:
		return a.root, rest, nil
	case n == nil:
		return nil, "", errors.New("its item is missing")
	default:
		return n, rest, nil
	}
}

// readComment relies on the order of the records' names.
func (r *restoring) readComment(record Record) error {
	n, rest, err := r.itemOf(record)
	if err != nil {
		return err
	}
	number, err := strconv.ParseUint(rest, 10, 32)
	if err != nil {
		return err
	}
	var in commentRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	n.owner.lastNumber = max(n.owner.lastNumber, uint32(number))
	d := n.edit()
	d.comments = append(d.comments, &comment{number: uint32(number), by: r.known(in.By), message: in.Message, created: in.Created})
	return nil
}

func (r *restoring) readTag(record Record) error {
	n, id, err := r.itemOf(record)
	if err != nil {
		return err
	}
	var in tagRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	t := &tag{Tag: backend.Tag{ID: strings.Clone(id), User: in.User, X: in.X, Y: in.Y, Created: in.Created}, made: in.Made}
	d := n.edit()
	i, _ := slices.BinarySearchFunc(d.tags, t.made, func(t *tag, made uint64) int { return cmp.Compare(t.made, made) })
	d.tags = slices.Insert(d.tags, i, t)
	return nil
}
