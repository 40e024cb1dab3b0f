package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// ToOptions change how [DownloadsService.To] downloads. Zero means the default.
type ToOptions struct {
	// PartSize is how much one request asks for: 8 MiB.
	PartSize int64
	// Concurrency is how many requests run at a time: 4. It hides latency, and helps where the server or the line limits
	// each connection.
	Concurrency int
	// Item is the item as it was listed or got, if the caller has it. It spares a request.
	Item *ItemInfo
	// Progress is told how far the download has come: at most ten times a second, and at its end. Its calls never
	// overlap, but come from several goroutines.
	Progress func(Progress)
}

const (
	defaultPartSize    = 8 << 20
	defaultConcurrency = 4
	maxConcurrency     = 64
)

func (o *ToOptions) withDefaults() (ToOptions, error) {
	var set ToOptions
	if o != nil {
		set = *o
	}
	if set.PartSize < 0 || set.Concurrency < 0 || set.Concurrency > maxConcurrency {
		return set, fmt.Errorf("part size %d, concurrency %d: want a size above zero, and 1 to %d requests",
			set.PartSize, set.Concurrency, maxConcurrency)
	}
	if set.PartSize == 0 {
		set.PartSize = defaultPartSize
	}
	if set.Concurrency == 0 {
		set.Concurrency = defaultConcurrency
	}
	return set, nil
}

// To downloads an item in parts, several at a time: GET /ITEM_ID, then GET /ITEM_ID/content for the first part and its
// storage link for the others, scope wl.skydrive. Each part is written to its place in w, whose WriteAt is called by
// several goroutines at once (an *os.File is made for that), and goes on by itself after faults, as [Download] does.
// Memory does not grow with the size of a part. To returns the item whose content is in w, byte for byte from 0 on.
//
// Each answer must be of the range that was asked for and of as many bytes in all as the item has. The item must be the
// same, in size and UpdatedTime, before and after; where a server gives an ETag or Last-Modified, each answer is compared
// by that. A server that does not do ranges is read in one stream from the start; the client's log says so. The first part
// that fails ends the others. After an error, w holds some of the content.
//
// Errors: those of Open, and those of w; [ErrContentChanged] if the item is replaced during the download. Reference
// pages "File object" and "Support for resumable downloads".
func (s *DownloadsService) To(ctx context.Context, itemID string, w io.WriterAt, opts *ToOptions) (*ItemInfo, error) {
	const op = "Downloads.To"
	set, err := opts.withDefaults()
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	c, err := (*service)(s).contentOf(op, itemID, nil)
	if err != nil {
		return nil, err
	}
	if w == nil {
		return nil, invalidArgument(op, "the writer is nil")
	}
	if err := c.know(itemID, set.Item); err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	item, err := c.item(ctx)
	if err != nil {
		return nil, err
	}
	// Made at once, the requests cannot all fill in the caller's Response.
	ctx = detached(ctx)
	t := &parallelDownload{content: c, w: w, size: item.Size, options: set, meter: newMeter(set.Progress, item.Size)}
	err = t.run(ctx)
	t.meter.finish()
	if err == nil {
		err = c.check(ctx)
	}
	if err != nil {
		return nil, asError(op, err)
	}
	return item, nil
}

// parallelDownload is a call of To.
type parallelDownload struct {
	content *remoteContent
	w       io.WriterAt
	size    int64
	options ToOptions
	meter   *meter
	next    atomic.Int64 // the part that nobody works on yet
}

func (t *parallelDownload) run(ctx context.Context) error {
	if t.size > t.options.PartSize {
		t.content.strict, t.content.linked = true, true
		err := t.parts(ctx)
		if !errors.Is(err, errRangesIgnored) && !errors.Is(err, ErrRangeNotSatisfiable) || ctx.Err() != nil {
			return err
		}
		if log := t.content.service.core.log; log != nil {
			log.LogAttrs(ctx, slog.LevelInfo, "liveconnect download: the server refuses ranges, reading in one stream",
				slog.String("op", t.content.request.op))
		}
		t.content.strict, t.content.linked, t.content.link = false, false, nil
		t.meter.resume(0, true)
	}
	d, err := t.content.download(ctx, Range{}, sink{meter: t.meter})
	if err != nil {
		return err
	}
	return t.write(d)
}

// parts downloads all parts. The first one is alone until its answer has come: it finds out whether the server does
// ranges, and its storage link serves the others.
func (t *parallelDownload) parts(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	first, err := t.open(ctx, t.next.Add(1)-1)
	if err != nil {
		return err
	}
	var workers sync.WaitGroup
	for range t.options.Concurrency {
		mine := first
		first = nil
		workers.Go(func() {
			if err := t.work(ctx, mine); err != nil {
				cancel(err)
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// work downloads parts until there are no more.
func (t *parallelDownload) work(ctx context.Context, opened *Download) error {
	for {
		if opened == nil {
			number := t.next.Add(1) - 1
			if number > (t.size-1)/t.options.PartSize {
				return nil
			}
			var err error
			if opened, err = t.open(ctx, number); err != nil {
				return err
			}
		}
		if err := t.write(opened); err != nil {
			return err
		}
		opened = nil
	}
}

func (t *parallelDownload) open(ctx context.Context, number int64) (*Download, error) {
	start := number * t.options.PartSize
	return t.content.download(ctx, Range{Offset: start, Length: min(t.options.PartSize, t.size-start)}, sink{meter: t.meter, before: start})
}

// write puts what a download reads in its place.
func (t *parallelDownload) write(d *Download) error {
	defer d.Close() //nolint:errcheck // it was read to its end, or there is another error
	buf := make([]byte, copyBuffer)
	for {
		at := d.position()
		n, err := d.Read(buf)
		if n > 0 {
			if _, err := t.w.WriteAt(buf[:n], at); err != nil {
				return err
			}
		}
		if err == io.EOF { //nolint:errorlint // readers return the bare io.EOF
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// ReaderAtOptions change how [DownloadsService.ReaderAt] reads. Zero means the default.
type ReaderAtOptions struct {
	// Item is the item as it was listed or got, if the caller has it. It spares a request.
	Item *ItemInfo
	// CheckInterval is how often, at most, a ReadAt asks whether the item is still the same: once a second. A negative
	// value leaves that to [ContentReader.Check].
	CheckInterval time.Duration
}

// ReaderAt returns a view of an item's content that can be read anywhere: GET /ITEM_ID now, and a range of GET
// /ITEM_ID/content for each ReadAt, scope wl.skydrive. It suits what needs little of a large file, such as the directory
// of an archive; [DownloadsService.To] suits what needs all of it. The context is that of every ReadAt. There is nothing
// to close.
//
// Errors: [ErrNotFound], [ErrForbidden]; others when reading, see [ContentReader]. Reference pages "File object" and
// "Support for resumable downloads".
func (s *DownloadsService) ReaderAt(ctx context.Context, itemID string, opts *ReaderAtOptions) (*ContentReader, error) {
	const op = "Downloads.ReaderAt"
	if opts == nil {
		opts = &ReaderAtOptions{}
	}
	c, err := (*service)(s).contentOf(op, itemID, nil)
	if err != nil {
		return nil, err
	}
	if err := c.know(itemID, opts.Item); err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	item, err := c.item(ctx)
	if err != nil {
		return nil, err
	}
	c.linked = true
	r := &ContentReader{content: c, size: item.Size, every: opts.CheckInterval, checked: time.Now()}
	if r.every == 0 {
		r.every = time.Second
	}
	r.ctx = detached(ctx)
	return r, nil
}

// ContentReader reads an item's content anywhere, see [DownloadsService.ReaderAt]. It is safe for concurrent use.
//
// All reads are of one content. Each answer is checked as those of a [Download] are; whether the item has been replaced
// by one of the same size is asked after a fault and, in between, at most once in ReaderAtOptions.CheckInterval, unless
// the server gives an ETag or Last-Modified. Check asks now: when it returns nil, all that was read before is of one
// content.
type ContentReader struct {
	ctx     context.Context //nolint:containedctx // of ReaderAt, for all requests of ReadAt
	content *remoteContent
	size    int64
	every   time.Duration

	mu      sync.Mutex
	checked time.Time
}

// Size returns how many bytes the content has.
func (r *ContentReader) Size() int64 { return r.size }

// ReadAt implements [io.ReaderAt]: a range request to the storage host, through the API only for the first one and when
// the storage link has expired. Parts of the result are good also when there is an error.
//
// Errors: [io.EOF] at the end, those of [DownloadsService.Open], [ErrContentChanged].
func (r *ContentReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, invalidArgument(r.content.request.op, "offset %d is below zero", off)
	}
	if off >= r.size {
		return 0, io.EOF
	}
	want := p[:min(int64(len(p)), r.size-off)]
	if len(want) == 0 {
		return 0, nil
	}
	d, err := r.content.download(r.ctx, Range{Offset: off, Length: int64(len(want))}, sink{})
	if err != nil {
		return 0, err
	}
	defer d.Close() //nolint:errcheck // it was read to its end, or there is another error
	if r.due() {
		if err := r.Check(r.ctx); err != nil {
			return 0, err
		}
	}
	n, err := io.ReadFull(d, want)
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

// due reports whether it is time to ask for the item, and leaves that to one caller.
func (r *ContentReader) due() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.every < 0 || now.Sub(r.checked) < r.every {
		return false
	}
	r.checked = now
	return true
}

// Check asks whether the item is still the one that is being read: GET /ITEM_ID. It need not ask when the server gives
// an ETag or Last-Modified, or when nothing was read yet.
//
// Errors: [ErrContentChanged] if the item was replaced, [ErrNotFound] if it was deleted.
func (r *ContentReader) Check(ctx context.Context) error {
	r.content.mu.Lock()
	fresh := r.content.first == nil
	r.content.mu.Unlock()
	if fresh {
		return nil
	}
	if err := r.content.check(ctx); err != nil {
		return asError(r.content.request.op, err)
	}
	return nil
}
