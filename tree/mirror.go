package tree

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/throttle"
)

// Options change how [Download] and [Upload] mirror a folder. nil is the default.
type Options struct {
	// Concurrency is how many files are transferred at once, and how many folders are listed at once: 0 is 4.
	Concurrency int
	// Replace allows to replace a file that is there and differs. Otherwise it is left alone, and fails with
	// [os.ErrExist] on the way down, with [liveconnect.ErrAlreadyExists] on the way up.
	Replace bool
	// StopOnError ends the run at the first failure. Otherwise, the others go on.
	StopOnError bool
	// Select reports whether something is mirrored; nil is all. It is called once for each file and folder, one at a time; what is in a
	// folder that is not selected is not even listed. On the way up, Item is made from the local file: its name, size and
	// time.
	Select func(Entry) bool
	// Report is told about each file, one call at a time. A transfer waits until it returns.
	Report func(File)
}

// mirrorConcurrency is how many files are transferred at once.
const mirrorConcurrency = 4

func (o *Options) validate(dir string) error {
	if dir == "" {
		return errors.New("the directory is empty; the current one is \".\"")
	}
	if o != nil && o.Concurrency < 0 {
		return fmt.Errorf("concurrency %d is below zero", o.Concurrency)
	}
	return nil
}

// State is what happens to a file of a tree.
type State string

// The values of State. A file that is transferred is found first, then moving, and ends as one of the others; what
// needs no transfer comes once, skipped or failed.
const (
	Found       State = "found"       // it will be transferred
	Moving      State = "moving"      // its bytes are on the way; reported when they begin, and at most ten times a second
	Done        State = "done"        // it is there, complete
	Skipped     State = "skipped"     // it was there already, or cannot be mirrored at all: then Err says why
	Failed      State = "failed"      // Err says why
	Interrupted State = "interrupted" // the run was ended; the next one goes on with it
)

// File is a file of a tree, or a folder that failed.
type File struct {
	// Path is where it is on the service, as in [Entry].
	Path string
	// Local is where it is on disk, below the directory of the tree, with slashes. It differs from Path where a name was
	// changed because it was not safe, or taken.
	Local string
	// Item is the item of the service; nil for what is on its way up.
	Item  liveconnect.Item
	State State
	Done  int64 // bytes that are there, those of an earlier run included
	Total int64 // bytes in all, as far as known
	Err   error
}

// Result sums a run up.
type Result struct {
	Folders     int   // folders and albums that are there now, besides the one that was mirrored
	Done        int   // files that were transferred
	Skipped     int   // files that were there already, and what cannot be mirrored at all
	Failed      int   // files and folders that failed
	Interrupted int   // files that were on their way when the run was ended
	Bytes       int64 // bytes that went over the line in this run
	// Failures are the first 100 that failed.
	Failures []File
}

// maxFailures is how many failures a result keeps.
const maxFailures = 100

// mirror is a run of Tree, in either direction.
type mirror struct {
	op    string
	opts  Options
	asked context.Context //nolint:containedctx // of the caller
	ctx   context.Context //nolint:containedctx // ends with asked, and with the first failure if the caller wants that
	end   context.CancelFunc
	jobs  chan func()
	group sync.WaitGroup

	choosing sync.Mutex // held while Select is called
	mu       sync.Mutex // held while Report is called
	result   Result
}

func newMirror(ctx context.Context, op string, opts *Options) *mirror {
	// A queue, so that a program learns early how much there is to do.
	m := &mirror{op: op, asked: ctx, jobs: make(chan func(), walkBuffer/10)}
	if opts != nil {
		m.opts = *opts
	}
	m.opts.Concurrency = cmp.Or(m.opts.Concurrency, mirrorConcurrency)
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

// selected reports whether a file or folder is mirrored.
func (m *mirror) selected(entry Entry) bool {
	if m.opts.Select == nil {
		return true
	}
	m.choosing.Lock()
	defer m.choosing.Unlock()
	return m.opts.Select(entry)
}

// transfer queues a file. move does the transfer, and returns how many bytes went over the line; true says that the file
// turned out to be there already.
func (m *mirror) transfer(file File, move func(*File, func(done, total int64)) (int64, bool, error)) {
	m.report(file, Found, nil)
	m.jobs <- func() {
		if err := m.ctx.Err(); err != nil {
			m.report(file, Interrupted, err)
			return
		}
		pace := throttle.Throttle{Interval: movingInterval}
		moved, there, err := move(&file, func(done, total int64) {
			file.Done, file.Total = done, total
			if pace.Pass() {
				m.report(file, Moving, nil)
			}
		})
		m.mu.Lock()
		m.result.Bytes += moved
		m.mu.Unlock()
		switch {
		case err != nil:
			m.fail(file, err)
		case there:
			m.report(file, Skipped, nil)
		default:
			file.Total = file.Done
			m.report(file, Done, nil)
		}
	}
}

// movingInterval is the shortest time between two reports of a file that is moving.
const movingInterval = 100 * time.Millisecond

// fail reports a failure, or that the run was ended.
func (m *mirror) fail(file File, err error) {
	if m.ctx.Err() != nil && errors.Is(err, m.ctx.Err()) {
		m.report(file, Interrupted, err)
		return
	}
	m.report(file, Failed, err)
	if m.opts.StopOnError {
		m.end()
	}
}

// report counts a file and tells the caller.
func (m *mirror) report(file File, state State, err error) {
	file.State, file.Err = state, err
	m.mu.Lock()
	defer m.mu.Unlock()
	switch state {
	case Done:
		m.result.Done++
	case Skipped:
		m.result.Skipped++
	case Interrupted:
		m.result.Interrupted++
	case Failed:
		m.result.Failed++
		if len(m.result.Failures) < maxFailures {
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
func (m *mirror) finish() (Result, error) {
	close(m.jobs)
	m.group.Wait()
	m.end()
	result := m.result
	if err := m.asked.Err(); err != nil {
		return result, &liveconnect.Error{Op: m.op, Err: err}
	}
	if result.Failed == 0 {
		return result, nil
	}
	first := result.Failures[0]
	if result.Failed == 1 && first.Path == "." {
		return result, ofCall(m.op, first.Err)
	}
	reason := strings.TrimPrefix(first.Err.Error(), "liveconnect: ")
	return result, &liveconnect.Error{Op: m.op, Err: &failures{
		text: fmt.Sprintf("%d failed, the first was %s: %s", result.Failed, first.Path, reason), files: result.Failures,
	}}
}

// failures is the error of a tree in which something failed. It matches what the failures match.
type failures struct {
	text  string
	files []File
}

func (e *failures) Error() string { return e.text }

func (e *failures) Unwrap() []error {
	errs := make([]error, len(e.files))
	for i, failure := range e.files {
		errs[i] = failure.Err
	}
	return errs
}

// ofCall makes an error one of this library, if it is not already.
func ofCall(op string, err error) error {
	if known, ok := errors.AsType[*liveconnect.Error](err); ok {
		return known
	}
	return &liveconnect.Error{Op: op, Err: err}
}
