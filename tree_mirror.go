package liveconnect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// TreeOptions change how [DownloadsService.Tree] and [UploadsService.Tree] mirror a folder. nil is the default.
type TreeOptions struct {
	// Concurrency is how many files are transferred at once, and how many folders are listed at once: 0 is 4.
	Concurrency int
	// Replace allows to replace a file that is there and differs. Otherwise it is left alone, and fails with
	// [os.ErrExist] on the way down, with [ErrAlreadyExists] on the way up.
	Replace bool
	// StopOnError ends the run at the first failure. Otherwise, the others go on.
	StopOnError bool
	// Select tells what is mirrored; nil is all. It is called once for each file and folder, one at a time; what is in a
	// folder that is not selected is not even listed. On the way up, Item is made from the local file: its name, size and
	// time.
	Select func(WalkEntry) bool
	// Report is told about each file, one call at a time. A transfer waits until it returns.
	Report func(TreeFile)
}

// treeConcurrency is how many files are transferred at once.
const treeConcurrency = 4

func (o *TreeOptions) validate() error {
	if o != nil && o.Concurrency < 0 {
		return fmt.Errorf("concurrency %d is below zero", o.Concurrency)
	}
	return nil
}

// TreeState is what happens to a file of a tree.
type TreeState string

// The values of TreeState. A file that is transferred is found first, then moving, and ends as one of the others; what
// needs no transfer comes once, skipped or failed.
const (
	TreeFound       TreeState = "found"       // it will be transferred
	TreeMoving      TreeState = "moving"      // its bytes are on the way; reported when they begin, and at most ten times a second
	TreeDone        TreeState = "done"        // it is there, complete
	TreeSkipped     TreeState = "skipped"     // it was there already, or cannot be mirrored at all: then Err says why
	TreeFailed      TreeState = "failed"      // Err says why
	TreeInterrupted TreeState = "interrupted" // the run was ended; the next one goes on with it
)

// TreeFile is a file of a tree, or a folder that failed.
type TreeFile struct {
	// Path is where it is on the service, as in [WalkEntry].
	Path string
	// Local is where it is on disk, below the directory of the tree, with slashes. It differs from Path where a name was
	// changed because it was not safe, or taken.
	Local string
	// Item is the item of the service; nil for what is on its way up.
	Item  Item
	State TreeState
	Done  int64 // bytes that are there, those of an earlier run included
	Total int64 // bytes in all, as far as known
	Err   error
}

// TreeResult sums a run up.
type TreeResult struct {
	Folders     int   // folders and albums that are there now, besides the one that was mirrored
	Done        int   // files that were transferred
	Skipped     int   // files that were there already, and what cannot be mirrored at all
	Failed      int   // files and folders that failed
	Interrupted int   // files that were on their way when the run was ended
	Bytes       int64 // bytes that went over the line in this run
	// Failures are the first 100 that failed.
	Failures []TreeFile
}

// maxTreeFailures is how many failures a result keeps.
const maxTreeFailures = 100

// mirror is a run of Tree, in either direction.
type mirror struct {
	op    string
	opts  TreeOptions
	asked context.Context //nolint:containedctx // of the caller
	ctx   context.Context //nolint:containedctx // ends with asked, and with the first failure if the caller wants that
	end   context.CancelFunc
	jobs  chan func()
	group sync.WaitGroup

	choosing sync.Mutex // held while Select is called
	mu       sync.Mutex // held while Report is called
	result   TreeResult
}

func newMirror(ctx context.Context, op string, opts *TreeOptions) *mirror {
	// A queue, so that a program learns early how much there is to do.
	m := &mirror{op: op, asked: ctx, jobs: make(chan func(), walkBuffer/10)}
	if opts != nil {
		m.opts = *opts
	}
	m.opts.Concurrency = cmp.Or(m.opts.Concurrency, treeConcurrency)
	m.ctx, m.end = context.WithCancel(ctx)
	for range m.opts.Concurrency {
		m.group.Go(func() {
			for job := range m.jobs {
				job()
			}
		})
	}
	return m
}

// selected tells whether a file or folder is mirrored.
func (m *mirror) selected(entry WalkEntry) bool {
	if m.opts.Select == nil {
		return true
	}
	m.choosing.Lock()
	defer m.choosing.Unlock()
	return m.opts.Select(entry)
}

// transfer queues a file. move does the transfer, and returns how many bytes went over the line; true says that the file
// turned out to be there already.
func (m *mirror) transfer(file TreeFile, move func(*TreeFile, func(done, total int64)) (int64, bool, error)) {
	m.report(file, TreeFound, nil)
	m.jobs <- func() {
		if err := m.ctx.Err(); err != nil {
			m.report(file, TreeInterrupted, err)
			return
		}
		var last time.Time
		moved, there, err := move(&file, func(done, total int64) {
			file.Done, file.Total = done, total
			if now := time.Now(); now.Sub(last) >= treeInterval {
				last = now
				m.report(file, TreeMoving, nil)
			}
		})
		m.mu.Lock()
		m.result.Bytes += moved
		m.mu.Unlock()
		switch {
		case err != nil:
			m.fail(file, err)
		case there:
			m.report(file, TreeSkipped, nil)
		default:
			file.Total = file.Done
			m.report(file, TreeDone, nil)
		}
	}
}

// treeInterval is the shortest time between two reports of a file that is moving.
const treeInterval = 100 * time.Millisecond

// fail reports a failure, or that the run was ended.
func (m *mirror) fail(file TreeFile, err error) {
	if m.ctx.Err() != nil && errors.Is(err, m.ctx.Err()) {
		m.report(file, TreeInterrupted, err)
		return
	}
	m.report(file, TreeFailed, err)
	if m.opts.StopOnError {
		m.end()
	}
}

// report counts a file and tells the caller.
func (m *mirror) report(file TreeFile, state TreeState, err error) {
	file.State, file.Err = state, err
	m.mu.Lock()
	defer m.mu.Unlock()
	switch state {
	case TreeDone:
		m.result.Done++
	case TreeSkipped:
		m.result.Skipped++
	case TreeInterrupted:
		m.result.Interrupted++
	case TreeFailed:
		m.result.Failed++
		if len(m.result.Failures) < maxTreeFailures {
			m.result.Failures = append(m.result.Failures, file)
		}
	}
	if m.opts.Report != nil {
		m.opts.Report(file)
	}
}

func (m *mirror) countFolder() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.result.Folders++
}

// finish waits for the transfers and sums up.
func (m *mirror) finish() (TreeResult, error) {
	close(m.jobs)
	m.group.Wait()
	m.end()
	result := m.result
	if err := m.asked.Err(); err != nil {
		return result, &Error{Op: m.op, Err: err}
	}
	if result.Failed == 0 {
		return result, nil
	}
	first := result.Failures[0]
	if result.Failed == 1 && first.Path == "." {
		return result, asError(m.op, first.Err)
	}
	reason := strings.TrimPrefix(first.Err.Error(), "liveconnect: ")
	return result, &Error{Op: m.op, Err: &treeError{
		text: fmt.Sprintf("%d failed, the first was %s: %s", result.Failed, first.Path, reason), failures: result.Failures,
	}}
}

// treeError is the error of a tree in which something failed. It matches what the failures match.
type treeError struct {
	text     string
	failures []TreeFile
}

func (e *treeError) Error() string { return e.text }

func (e *treeError) Unwrap() []error {
	errs := make([]error, len(e.failures))
	for i, failure := range e.failures {
		errs[i] = failure.Err
	}
	return errs
}
