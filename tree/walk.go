// Package tree walks through all that is below a folder of the service, and mirrors it down to disk or up. It is made of
// the calls of [liveconnect.Client], whose pace, retries and limits hold.
package tree

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/go-liveconnect/liveconnect"
)

// WalkOptions change how [Walk] goes through a folder. nil is the default.
type WalkOptions struct {
	// Concurrency is how many folders are listed at once, ahead of the loop: 0 is 4. 1 lists a folder when the loop
	// gets to it, and nothing ahead. The order of the walk is always the same.
	Concurrency int
	// Buffer is about how many items are kept that the loop has not reached yet: 0 is 10,000. What is listed already is
	// the only thing that a walk keeps in memory, besides the folders on the way to the current item.
	Buffer int
	// StopOnError ends the walk at the first folder that cannot be listed. Otherwise, the walk goes on with the next.
	StopOnError bool
	// Enter reports whether a folder or album is listed; nil is all. It is called once for each, one at a time, before the
	// loop has got to it. A folder that is not entered is part of the walk all the same.
	Enter func(Entry) bool
}

// The defaults of WalkOptions.
const (
	walkConcurrency = 4
	walkBuffer      = 10_000
)

func (o *WalkOptions) validate() error {
	if o != nil && (o.Concurrency < 0 || o.Buffer < 0) {
		return fmt.Errorf("concurrency %d, buffer %d: neither may be below zero", o.Concurrency, o.Buffer)
	}
	return nil
}

// Entry is an item that a walk has come to.
type Entry struct {
	// Path is where the item is, seen from the folder of the walk: names with slashes between them. That folder itself
	// is ".". A slash within a name, which the service forbids, is written as U+2215, which looks like one. The names
	// are those of the service: do not use them as the names of files, [Download] does that with care.
	Path string
	// Item is the item itself. It is nil for the folder of the walk, which only errors name.
	Item liveconnect.Item
	// Depth is how many folders lie between the folder of the walk and the item.
	Depth int
}

// IsFolder reports whether the item can hold others: whether it is a folder or an album.
func (e Entry) IsFolder() bool { return isFolder(e.Item) }

func isFolder(item liveconnect.Item) bool {
	switch item.(type) {
	case *liveconnect.Folder, *liveconnect.Album:
		return true
	}
	return false
}

// maxWalkDepth ends the descent into a server's endless folders. Paths of the real service had about 400 characters.
const maxWalkDepth = 400

// Walk iterates over all that is in a folder or album and in the folders below it: GET /FOLDER_ID/files for each of them,
// 1,000 items a page, scope wl.skydrive. [liveconnect.Root] and the other special folders stand for their ids.
//
// The order is by name, without regard to case first and with it for names that are otherwise equal; what is in a folder
// comes right after the folder. It does not depend on Concurrency, which only hides the time that the service takes to
// answer: all lists go through the client, so that its pace and its budget of retries hold.
//
// A folder that cannot be listed comes a second time, with the error, and none of its items; then the walk goes on, or
// ends if opts say so. When ctx ends, the walk does, with the error of ctx. The sequence is lazy and may be ranged over
// again. Leaving the loop ends the requests that are on their way, and waits for them.
//
// Errors: those of [liveconnect.ItemsService.All]; [liveconnect.ErrUnexpectedContent] for a folder that lies within itself,
// or too deep. Lists are described in the reference page "REST API", "Folder object"; there is no call that lists more
// than one folder (seen in clients).
func Walk(ctx context.Context, client *liveconnect.Client, folderID string, opts *WalkOptions) iter.Seq2[Entry, error] {
	own := WalkOptions{}
	if opts != nil {
		own = *opts
	}
	return func(yield func(Entry, error) bool) {
		const op = "tree.Walk"
		if err := check(op, client, own.validate()); err != nil {
			yield(Entry{Path: "."}, err)
			return
		}
		w := newWalker(ctx, client, op, folderID, own)
		defer w.close()
		w.visit(w.start, func(n *node, err error) bool { return yield(n.entry(), err) })
	}
}

// visit calls yield for all that is below a folder, in order. It returns false when the walk is over.
func (w *walker) visit(folder *node, yield func(*node, error) bool) bool {
	children, err := w.await(folder)
	defer w.leave(folder)
	if err != nil {
		return yield(folder, err) && !w.opts.StopOnError && w.ctx.Err() == nil
	}
	for i := range children {
		child := &children[i]
		if err := w.ctx.Err(); err != nil {
			yield(folder, &liveconnect.Error{Op: w.op, Err: err})
			return false
		}
		if !yield(child, nil) {
			return false
		}
		if child.entered && !w.visit(child, yield) {
			return false
		}
	}
	return true
}

// entry is what users see of a node.
func (n *node) entry() Entry {
	if n.parent == nil {
		return Entry{Path: "."}
	}
	return Entry{Path: n.path(), Item: n.item, Depth: n.depth - 1}
}

// path joins the names on the way to a node, which is not the start.
func (n *node) path() string {
	name := strings.ReplaceAll(n.item.Info().Name, "/", "\u2215")
	if n.parent.parent == nil {
		return name
	}
	return n.parent.joined + "/" + name
}

// check returns why a call cannot be made at all.
func check(op string, client *liveconnect.Client, invalid error) error {
	if client == nil || client.Items == nil {
		return &liveconnect.Error{Op: op, Err: liveconnect.ErrNotInitialized}
	}
	if invalid != nil {
		return &liveconnect.Error{Op: op, Err: fmt.Errorf("%w: %w", liveconnect.ErrInvalidArgument, invalid)}
	}
	return nil
}
