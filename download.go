package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// DownloadsService reads the content of files, photos, videos and audio: [Client.Downloads].
type DownloadsService service

// Open returns the content of an item: GET /ITEM_ID/content, scope wl.skydrive. The service answers with a redirect to
// a storage host, which never gets the access token. The caller closes what it returns.
//
// Without Item in opts, the item is asked for at the end of the content, to compare its size, if it can be had: GET /ITEM_ID.
//
// Reading continues by itself, from the byte it has reached, when the connection breaks, stands still, or the server
// fails; see [Download].
//
// Errors: [ErrNotFound], [ErrForbidden], [ErrURLInvalid] for folders and notebooks; [ErrRangeNotSatisfiable] for a range
// behind the end; [ErrUnexpectedContent] for an HTML page in place of the content; [ErrContentChanged] while reading.
// Reference pages "File object" and "Support for resumable downloads".
func (s *DownloadsService) Open(ctx context.Context, itemID string, opts *DownloadOptions) (*Download, error) {
	const op = "Downloads.Open"
	if opts == nil {
		opts = &DownloadOptions{}
	}
	c, err := (*service)(s).contentOf(op, itemID, opts)
	if err != nil {
		return nil, err
	}
	if err := c.know(itemID, opts.Item); err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	return c.download(ctx, opts.Range, sink{hash: opts.Hash, meter: newMeter(opts.Progress, -1), alone: true})
}

// URL returns the address of an item's content, which needs no token and is good for a short time: GET
// /ITEM_ID/content?suppress_redirects=true, scope wl.skydrive.
//
// Errors: [ErrNotFound], [ErrForbidden], [ErrURLInvalid] for folders and notebooks. Reference page "File object".
func (s *DownloadsService) URL(ctx context.Context, itemID string, opts *DownloadOptions) (string, error) {
	r := request{op: "Downloads.URL", path: objectPath("item id", itemID).add("content"), params: opts}
	return link(ctx, (*service)(s), r)
}

// Download is content on its way. Reading it gives exactly the bytes that the service has, or an error.
//
// When the connection breaks or stands still, or the server fails, Read asks for the rest, with a fresh link. It goes on
// only if the answer begins at the right byte and the content still has as many bytes, and only if it is still the same
// content. A server that says so with an ETag or Last-Modified is believed. Microsoft's gave neither (seen in clients),
// so the item is then asked for, once the answer is there: it must have the size and UpdatedTime of DownloadOptions.Item,
// or, without that, an UpdatedTime that is no later than the Date of the answer with which the download began. The
// service's times are whole seconds: content that is replaced by as many other bytes within that very second is taken
// for the same. Everything else is [ErrContentChanged].
//
// A server that ignores the range and sends everything again is read forward to where the download stood; the client's
// log says so. It gives up after as many faults in a row, without a byte in between, as [RetryPolicy] allows attempts,
// or when the client's budget of retries is used up; the error tells the byte that was reached.
//
// A Download must be closed, and is not safe for concurrent use.
type Download struct {
	Size        int64  // bytes that will be read in all; -1 when the server does not tell
	ContentType string // as the storage host says

	ctx     context.Context //nolint:containedctx // of Open, for what Read has to ask again
	content *remoteContent
	part    Range
	body    *contentBody
	offset  int64 // bytes read so far
	begun   int64 // the offset at which the current answer began
	barren  int   // faults since the last byte
	weak    int   // faults since an answer that brought much
	faults  int
	into    sink
	err     error // what Read returned last
}

// sink is told what a download reads.
type sink struct {
	hash   hash.Hash // nil for none
	meter  *meter    // nil for none
	before int64     // bytes that come before this download's in what the meter counts
	alone  bool      // the meter counts nothing but this download, and ends with it
}

// download asks for a part of the content.
func (c *remoteContent) download(ctx context.Context, part Range, into sink) (*Download, error) {
	d := &Download{ctx: ctx, content: c, part: part, into: into}
	var err error
	if d.body, err = c.open(ctx, part.Offset, d.end()); err != nil {
		if c.known != nil && part.Offset < c.known.Size {
			err = shorter(err)
		}
		return nil, err
	}
	// Made later, a request fills in no Response: its owner may be reading it.
	d.ctx = detached(ctx)
	first, err := c.settle(d.ctx)
	if err != nil {
		return nil, asError(c.request.op, errors.Join(err, d.body.Close()))
	}
	d.ContentType = first.contentType
	d.Size = part.Length
	if rest := first.total - part.Offset; first.total >= 0 && (d.Size == 0 || d.Size > rest) {
		d.Size = max(rest, 0)
	} else if d.Size == 0 {
		d.Size = -1
	}
	if into.alone {
		into.meter.expect(d.Size)
	}
	return d, nil
}

// position is the place in the whole content that is read next.
func (d *Download) position() int64 { return d.part.Offset + d.offset }

// end is the place behind the last byte; 0 is the end of the content.
func (d *Download) end() int64 {
	if d.part.Length == 0 {
		return 0
	}
	return max(d.part.Offset+d.part.Length, 0) // 0 when the sum is too large
}

// Read implements [io.Reader].
func (d *Download) Read(p []byte) (int, error) {
	if d == nil || d.content == nil {
		return 0, &Error{Op: "Download.Read", Err: ErrNotInitialized}
	}
	for d.err == nil {
		if d.Size >= 0 {
			p = p[:min(int64(len(p)), d.Size-d.offset)]
		}
		n, err := d.body.Read(p)
		d.took(p[:n])
		switch {
		case d.offset == d.Size:
			d.stop(d.ended(err))
		case err == io.EOF && d.body.endless: //nolint:errorlint // readers return the bare io.EOF
			if d.Size >= 0 {
				err = d.inexact()
			}
			d.stop(err)
		case err != nil:
			if failure := d.resume(err); failure != nil {
				d.stop(failure)
			}
		}
		if n > 0 || d.err == nil && len(p) == 0 {
			return n, nil
		}
	}
	return 0, d.err
}

// ended is io.EOF at the end of the content. Where that was not announced, it has to be the end of the answer as well.
func (d *Download) ended(err error) error {
	for d.body.endless && err == nil && d.end() == 0 {
		var n int
		if n, err = d.body.Read(make([]byte, 1)); n > 0 {
			return d.inexact()
		}
	}
	if err := d.content.confirm(d.ctx); err != nil {
		return d.broken(err)
	}
	return io.EOF
}

// errInexact is for an answer that turned out to be of another length than the content, so that it was something else.
var errInexact = errors.New("the answer is not as long as the item")

func (d *Download) inexact() error {
	if looksLikeHTML(d.ContentType, nil) {
		return d.broken(fmt.Errorf("%w: %w", ErrUnexpectedContent, errInexact))
	}
	return d.broken(fmt.Errorf("%w: %w", ErrContentChanged, errInexact))
}

// took notes what has arrived.
func (d *Download) took(p []byte) {
	if len(p) == 0 {
		return
	}
	d.offset += int64(len(p))
	if d.into.hash != nil {
		_, _ = d.into.hash.Write(p) // never fails, says hash.Hash
	}
	d.into.meter.add(int64(len(p)))
}

// stop makes err what Read returns from now on.
func (d *Download) stop(err error) {
	d.err = err
	if d.into.alone {
		d.into.meter.finish()
	}
}

// enoughProgress is how much an answer has to bring for the next fault not to count as one in a row.
const enoughProgress = 32 << 10

// resume opens the content again at the offset, after a pause that grows with each fault in a row.
func (d *Download) resume(cause error) error {
	core := d.content.service.core
	gained := d.offset - d.begun
	if gained > 0 {
		d.barren = 0
	}
	if gained >= enoughProgress {
		d.weak = 0
	}
	d.barren++
	d.weak++
	d.faults++
	closing := d.body.Close()
	switch {
	case d.ctx.Err() != nil, d.Size < 0, d.barren >= core.retry.MaxAttempts, d.weak > 1 && !core.budget.Take():
		return d.broken(errors.Join(cause, closing))
	}
	if d.weak > 1 {
		few := max(d.barren, min(d.weak, 3)) // a line that brings little at a time still brings something
		if err := retry.Sleep(d.ctx, core.retry.backoff(few)); err != nil {
			return d.broken(err)
		}
	}
	d.begun = d.offset
	d.into.meter.again(d.into.before + d.offset)
	body, err := d.content.open(d.ctx, d.position(), d.end())
	if err == nil {
		d.body = body
		err = d.content.check(d.ctx)
	}
	if err == nil {
		return nil
	}
	return d.broken(shorter(err))
}

// shorter makes an ErrContentChanged of the answer that a range lies behind the end, where that cannot be.
func shorter(err error) error {
	known, ok := errors.AsType[*Error](err)
	if !ok || !errors.Is(err, ErrRangeNotSatisfiable) {
		return err
	}
	changed := *known
	changed.Err = ErrContentChanged
	return &changed
}

// broken is the error of a download that ends early: it says what is missing.
func (d *Download) broken(cause error) error {
	core := d.content.service.core
	failure := &Error{Op: d.content.request.op, Attempts: d.faults, Err: withoutSecrets(cause, core.tokens.secrets()...)}
	if known, ok := errors.AsType[*Error](cause); ok {
		*failure = *known
	}
	if err := d.ctx.Err(); err != nil {
		failure.Err = err
	}
	reached := fmt.Sprintf("the download broke off at byte %d of %d", d.position(), d.part.Offset+d.Size)
	if failure.Message != "" {
		reached += ": " + failure.Message
	}
	failure.Message = reached
	return failure
}

// Close ends the download. Closing before the end is fine.
func (d *Download) Close() error {
	if d == nil || d.content == nil {
		return &Error{Op: "Download.Close", Err: ErrNotInitialized}
	}
	if d.err == nil {
		d.stop(errClosed)
	}
	if d.err == io.EOF { //nolint:errorlint // set by Read
		d.err = errClosed
	}
	return d.body.Close()
}

var errClosed = errors.New("liveconnect: read on a closed download")
