// Package tree walks through all that is below a folder of the service, and mirrors it down to disk or up. It is made of
// the calls of [liveconnect.Client], whose pace, retries and limits hold.
package tree

import (
	"context"
	"fmt"
	"iter"

	"github.com/go-liveconnect/liveconnect"
)

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
