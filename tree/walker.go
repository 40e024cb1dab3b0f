package tree

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/filename"
)

// node is an item in a walk.
type node struct {
	parent  *node
	item    liveconnect.Item // nil for the start
	id      string           // of item, or what the walk was started with
	folded  string           // the name to sort by
	depth   int              // 0 is the start
	index   int              // its place among the children of parent
	joined  string           // the path of a folder that is listed
	entered bool             // a folder that is listed

	// Of folders, guarded by walker.mu.
	state    walkState
	children []node
	err      error
	reached  bool          // the walk has come to it
	ready    chan struct{} // closed when state is walkListed
}

type walkState uint8

const (
	walkWaiting walkState = iota
	walkListing
	walkListed
	walkLeft // nobody will ask for the children any more
)

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

// before reports whether a walk comes to n before it comes to other.
func (n *node) before(other *node) bool {
	a, b := n, other
	for a.depth > b.depth {
		a = a.parent
	}
	for b.depth > a.depth {
		b = b.parent
	}
	if a == b {
		return n.depth < other.depth
	}
	for a.parent != b.parent {
		a, b = a.parent, b.parent
	}
	return a.index < b.index
}

// walker lists the folders that a walk will come to, the next first. It never lists more than a number of folders at
// once, and stops when enough is listed, except for the folder that the walk has come to: that one is always listed.
type walker struct {
	ctx     context.Context //nolint:containedctx // of the whole walk, for its goroutines
	cancel  context.CancelFunc
	client  *liveconnect.Client
	op      string
	opts    WalkOptions
	start   *node
	listers sync.WaitGroup
	asking  sync.Mutex // held while opts.Enter is called

	mu       sync.Mutex
	frontier walkHeap // the folders to list
	wanted   *node
	running  int
	held     int // items that were listed and not yet reached
}

func newWalker(ctx context.Context, client *liveconnect.Client, op, folderID string, opts WalkOptions) *walker {
	w := &walker{client: client, op: op, opts: opts}
	w.ctx, w.cancel = context.WithCancel(ctx)
	w.opts.Concurrency = cmp.Or(opts.Concurrency, walkConcurrency)
	w.opts.Buffer = cmp.Or(opts.Buffer, walkBuffer)
	w.start = &node{id: folderID, entered: true, ready: make(chan struct{})}
	return w
}

// close ends the goroutines.
func (w *walker) close() {
	w.cancel()
	w.listers.Wait()
}

// await returns what is in a folder, as soon as that is known.
func (w *walker) await(n *node) ([]node, error) {
	w.mu.Lock()
	w.wanted = n
	w.schedule()
	w.mu.Unlock()
	<-n.ready
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wanted = nil
	if !n.reached {
		n.reached = true
		w.held -= len(n.children)
	}
	if w.opts.Concurrency > 1 {
		w.schedule()
	}
	return n.children, n.err
}

// leave forgets what is below a folder. It is called after await.
func (w *walker) leave(n *node) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n.state = walkLeft
	for i := range n.children {
		w.forget(&n.children[i])
	}
	n.children = nil
	w.schedule()
}

// forget drops what was listed ahead and was never asked for.
func (w *walker) forget(n *node) {
	if !n.entered || n.state == walkLeft {
		return
	}
	if n.state == walkListed {
		if !n.reached {
			w.held -= len(n.children)
		}
		for i := range n.children {
			w.forget(&n.children[i])
		}
	}
	n.state, n.children = walkLeft, nil
}

// enter makes a folder one that can be waited for.
func (w *walker) enter(n *node) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !n.entered {
		n.entered, n.ready = true, make(chan struct{})
	}
}

// schedule starts lists, as many as may run. It needs the lock.
func (w *walker) schedule() {
	if w.wanted != nil && w.wanted.state == walkWaiting && w.running < w.opts.Concurrency {
		w.list(w.wanted)
	}
	if w.opts.Concurrency == 1 {
		return
	}
	for w.running < w.opts.Concurrency && w.held < w.opts.Buffer && len(w.frontier) > 0 && w.ctx.Err() == nil {
		n := heap.Pop(&w.frontier).(*node) //nolint:forcetypeassert // nothing else is in there
		if n.state == walkWaiting {
			w.list(n)
		}
	}
}

// list lists a folder in the background. It needs the lock.
func (w *walker) list(n *node) {
	n.state = walkListing
	w.running++
	w.listers.Go(func() {
		children, err := w.fetch(n)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.running--
		if n.state == walkListing {
			n.state, n.children, n.err = walkListed, children, err
			w.held += len(children)
			if w.opts.Concurrency > 1 {
				for i := range children {
					if children[i].entered {
						heap.Push(&w.frontier, &children[i])
					}
				}
			}
		}
		close(n.ready)
		w.schedule()
	})
}

// walkPage keeps the answer for a large folder below the limit of [liveconnect.WithMaxResponse], and works around a limit of the
// service: lists that were asked for whole ended at 1,530 items (seen in clients).
const walkPage = 1000

// fetch lists a folder and puts its items in order.
func (w *walker) fetch(n *node) ([]node, error) {
	if err := n.plausible(w.op); err != nil {
		return nil, err
	}
	if n.parent != nil {
		n.joined = n.path()
	}
	var children []node
	seen := map[string]bool{} // an item moves to the next page when another one comes in front of it
	for item, err := range w.client.Items.All(w.ctx, n.id, &liveconnect.ListOptions{Limit: walkPage}) {
		if err != nil {
			return nil, err
		}
		info := item.Info()
		if seen[info.ID] {
			continue
		}
		seen[info.ID] = info.ID != ""
		children = append(children, node{
			parent: n, item: item, id: info.ID, folded: filename.Fold(info.Name), depth: n.depth + 1,
		})
	}
	slices.SortFunc(children, func(a, b node) int {
		return cmp.Or(strings.Compare(a.folded, b.folded),
			strings.Compare(a.item.Info().Name, b.item.Info().Name), strings.Compare(a.id, b.id))
	})
	for i := range children {
		child := &children[i]
		child.index = i
		if isFolder(child.item) && w.enters(child) {
			child.entered, child.ready = true, make(chan struct{})
		}
	}
	return children, nil
}

func (w *walker) enters(n *node) bool {
	if w.opts.Enter == nil {
		return true
	}
	w.asking.Lock()
	defer w.asking.Unlock()
	return w.opts.Enter(n.entry())
}

// maxWalkDepth ends the descent into a server's endless folders. Paths of the real service had about 400 characters.
const maxWalkDepth = 400

// plausible refuses folders that would make a walk endless.
func (n *node) plausible(op string) error {
	if n.depth > maxWalkDepth {
		return &liveconnect.Error{Op: op, Err: fmt.Errorf("%w: a folder below %d others", liveconnect.ErrUnexpectedContent, maxWalkDepth)}
	}
	for above := n.parent; above != nil; above = above.parent {
		if above.id == n.id {
			return &liveconnect.Error{Op: op, Err: fmt.Errorf("%w: a folder that lies within itself", liveconnect.ErrUnexpectedContent)}
		}
	}
	return nil
}

// walkHeap holds folders, the one that a walk comes to first on top.
type walkHeap []*node

func (h walkHeap) Len() int           { return len(h) }
func (h walkHeap) Less(i, j int) bool { return h[i].before(h[j]) }
func (h walkHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *walkHeap) Push(n any)        { *h = append(*h, n.(*node)) } //nolint:forcetypeassert // list pushes nothing else

func (h *walkHeap) Pop() any {
	last := len(*h) - 1
	n := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return n
}
