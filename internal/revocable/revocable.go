// Package revocable reads a source that can be taken away from whoever reads it, also in the middle of a read that hangs.
package revocable

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/caught"
)

// ErrRevoked is what is read of a source that was taken away.
var ErrRevoked = errors.New("the source was taken away")

// Options change how a source is read. The zero value is fine.
type Options struct {
	// Size is how many bytes are expected; 0 and less is not known. It only chooses the size of the buffer.
	Size int64
	// Delivered is told, after each read, how many bytes were read in all. It is never called after End has returned.
	Delivered func(total int64)
	// Alive reports whether it still makes sense to wait for the source, and is asked now and then; nil is always.
	Alive func() bool
}

// Reader reads a source on a goroutine of its own, so that a read that hangs holds up nobody. The source is read only
// while somebody waits for it, and never by two at once. A source that gives nothing for 100 reads is
// [io.ErrNoProgress], and one that panics gives a [caught.Panic].
//
// Read is for one goroutine at a time.
type Reader struct {
	source io.ReadCloser
	opts   Options

	asks     chan struct{}
	answers  chan answer
	revoked  chan struct{} // closed by Revoke
	finished chan struct{} // closed when the source will not be touched again

	buffer []byte
	rest   []byte // of the buffer, not delivered yet
	err    error  // behind rest
	total  int64
	timer  *time.Timer

	mu       sync.Mutex
	started  bool
	over     bool
	panicked *caught.Panic
}

type answer struct {
	n   int
	err error
}

const (
	minBuffer = 512
	maxBuffer = 64 << 10 // a change of goroutines costs nothing beside reading so much
	askAlive  = 250 * time.Millisecond
)

// New makes a reader of a source, which it closes once, when it is read to its end or taken away.
func New(source io.ReadCloser, opts Options) *Reader {
	return &Reader{
		source: source, opts: opts,
		asks: make(chan struct{}), answers: make(chan answer, 1),
		revoked: make(chan struct{}), finished: make(chan struct{}),
	}
}

// Read implements [io.Reader].
func (r *Reader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 && r.err == nil {
		if len(p) == 0 {
			return 0, nil
		}
		if !r.fill() {
			return 0, ErrRevoked
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	r.total += int64(n)
	if err := r.deliver(); err != nil {
		return 0, err
	}
	if len(r.rest) > 0 {
		return n, nil
	}
	return n, r.err
}

// fill waits for the next bytes of the source.
func (r *Reader) fill() bool {
	r.start()
	select {
	case r.asks <- struct{}{}:
	case <-r.revoked:
		return false
	}
	for {
		select {
		case got := <-r.answers:
			r.rest, r.err = r.buffer[:got.n], got.err
			r.stopTimer()
			return true
		case <-r.revoked:
			return false
		case <-r.tick():
			if !r.opts.Alive() {
				r.Revoke()
			}
		}
	}
}

func (r *Reader) tick() <-chan time.Time {
	if r.opts.Alive == nil {
		return nil
	}
	if r.timer == nil {
		r.timer = time.NewTimer(askAlive)
	} else {
		r.timer.Reset(askAlive)
	}
	return r.timer.C
}

func (r *Reader) stopTimer() {
	if r.timer != nil {
		r.timer.Stop()
	}
}

func (r *Reader) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.started || r.over {
		return
	}
	r.started = true
	size := int64(maxBuffer)
	if r.opts.Size > 0 {
		size = min(max(r.opts.Size+1, minBuffer), maxBuffer) // one more, so that the end shows with the last bytes
	}
	r.buffer = make([]byte, size)
	go r.pump()
}

// pump reads the source each time that somebody waits for it.
func (r *Reader) pump() {
	defer close(r.finished)
	reading := false
	defer func() {
		if reading {
			r.answers <- answer{err: r.caught(recover())}
		}
		r.closeSource()
	}()
	for {
		select {
		case <-r.asks:
		case <-r.revoked:
			return
		}
		reading = true
		got := r.read()
		reading = false
		r.answers <- got
		if got.err != nil {
			return
		}
	}
}

func (r *Reader) read() answer {
	for range 100 {
		n, err := r.source.Read(r.buffer)
		switch {
		case n < 0 || n > len(r.buffer):
			return answer{err: fmt.Errorf("the source says that it read %d bytes into %d", n, len(r.buffer))}
		case n > 0 || err != nil:
			return answer{n, err}
		}
	}
	return answer{err: io.ErrNoProgress}
}

// caught notes a panic.
func (r *Reader) caught(recovered any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := caught.From(recovered)
	r.panicked, _ = errors.AsType[*caught.Panic](err)
	return err
}

func (r *Reader) closeSource() {
	defer func() {
		if p := recover(); p != nil {
			_ = r.caught(p)
		}
	}()
	_ = r.source.Close() // it was only read
}

// deliver tells of what was read, unless the source was taken away meanwhile.
func (r *Reader) deliver() (err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.over:
		return ErrRevoked
	case r.opts.Delivered == nil:
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = caught.From(p)
			r.panicked, _ = errors.AsType[*caught.Panic](err)
		}
	}()
	r.opts.Delivered(r.total)
	return nil
}

// Revoke takes the source away: a read that waits for it returns at once, and so do all later ones. A read of the source
// that is under way goes on by itself, and whatever comes of it, nobody is told.
func (r *Reader) Revoke() {
	r.mu.Lock()
	first, started := !r.over, r.started
	r.over = true
	r.mu.Unlock()
	if !first {
		return
	}
	close(r.revoked)
	if !started {
		r.closeSource()
		close(r.finished)
	}
}

// How long End waits for a read of the source that is under way. The longer one gives a slow source the chance to be
// read once more by another Reader; the shorter one is for a caller that wants to leave, and may read the source itself.
const (
	patience = time.Second
	farewell = 50 * time.Millisecond
)

// End revokes, and reports whether nobody reads the source any more. It does not wait long for that, and hardly at all
// after the end of the context.
func (r *Reader) End(ctx context.Context) bool {
	r.Revoke()
	select {
	case <-r.finished:
		return true
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-r.finished:
		return true
	case <-timer.C:
		return false
	case <-ctx.Done():
	}
	timer.Reset(farewell)
	select {
	case <-r.finished:
		return true
	case <-timer.C:
		return false
	}
}

// Panicked returns the panic of the source, or of Delivered; nil if there was none.
func (r *Reader) Panicked() *caught.Panic {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.panicked
}

// Close revokes.
func (r *Reader) Close() error {
	r.Revoke()
	return nil
}
