package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"

	"github.com/go-liveconnect/liveconnect/internal/byterange"
	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// DownloadOptions change how content is asked for.
type DownloadOptions struct {
	// Attachment makes a browser that follows the link save the content rather than show it: download=true.
	Attachment bool `url:"download,omitempty"`
	// Range asks for a part of the content. The zero Range is the whole.
	Range Range `url:"-"`
}

// Range is a part of some content.
type Range struct {
	Offset int64 // the first byte
	Length int64 // bytes; 0 is everything from Offset on
}

func (o *DownloadOptions) validate() error {
	if o != nil && (o.Range.Offset < 0 || o.Range.Length < 0) {
		return fmt.Errorf("range %+v: neither offset nor length may be below zero", o.Range)
	}
	return nil
}

// FileOptions change how [DownloadsService.File] writes.
type FileOptions struct {
	// Replace allows to replace a file that exists.
	Replace bool
}

// DownloadsService reads the content of files, photos, videos and audio: [Client.Downloads].
type DownloadsService service

// Open returns the content of an item: GET /ITEM_ID/content, scope wl.skydrive. The service answers with a redirect to
// a storage host, which never gets the access token. The caller closes what it returns.
//
// Reading continues by itself, from the byte it has reached, when the connection breaks; see [Download].
//
// Errors: [ErrNotFound], [ErrForbidden], [ErrURLInvalid] for folders and notebooks; [ErrRangeNotSatisfiable] for a range
// behind the end; [ErrContentChanged] while reading.
// Reference pages "File object" and "Support for resumable downloads".
func (s *DownloadsService) Open(ctx context.Context, itemID string, opts *DownloadOptions) (*Download, error) {
	return (*service)(s).openContent(ctx, "Downloads.Open", itemID, opts)
}

func (s *service) openContent(ctx context.Context, op, itemID string, opts *DownloadOptions) (*Download, error) {
	path, err := objectPath("item id", itemID)
	if err == nil {
		err = opts.validate()
	}
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	part := Range{}
	if opts != nil {
		part = opts.Range
	}
	return openDownload(ctx, s, request{op: op, path: path.add("content"), params: opts}, part)
}

// URL returns the address of an item's content, which needs no token and is good for a short time: GET
// /ITEM_ID/content?suppress_redirects=true, scope wl.skydrive.
//
// Errors: [ErrNotFound], [ErrForbidden], [ErrURLInvalid] for folders and notebooks. Reference page "File object".
func (s *DownloadsService) URL(ctx context.Context, itemID string, opts *DownloadOptions) (string, error) {
	const op = "Downloads.URL"
	path, err := objectPath("item id", itemID)
	if err != nil {
		return "", invalidArgument(op, "%v", err)
	}
	return link(ctx, (*service)(s), op, path.add("content"), opts)
}

// File downloads an item to a file: GET /ITEM_ID/content, scope wl.skydrive. The content goes to a temporary file in
// the same directory, is resumed when the connection breaks, and takes the name only when it is complete and on disk. A
// file that exists is left alone, with [os.ErrExist], unless opts allows to replace it. After an error, nothing is left
// behind.
//
// Errors: those of Open, and those of the file system.
func (s *DownloadsService) File(ctx context.Context, itemID, name string, opts *FileOptions) (err error) {
	const op = "Downloads.File"
	replace := opts != nil && opts.Replace
	if name == "" {
		return invalidArgument(op, "the file name is empty")
	}
	if _, err := os.Lstat(name); err == nil && !replace {
		return &Error{Op: op, Err: &os.PathError{Op: "download", Path: name, Err: os.ErrExist}}
	}
	content, err := (*service)(s).openContent(ctx, op, itemID, nil)
	if err != nil {
		return err
	}
	defer content.Close()                                                                                                //nolint:errcheck // it was read to its end, or there is another error
	part, err := os.OpenFile(fmt.Sprintf("%s.%08x.part", name, rand.Uint32()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666) //nolint:gosec // as os.Create does, and a name nobody else has
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	defer os.Remove(part.Name()) //nolint:errcheck // gone already after a rename
	_, err = io.Copy(part, content)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err != nil {
		return asError(op, err)
	}
	if err := moveInto(part.Name(), name, replace); err != nil {
		return &Error{Op: op, Err: err}
	}
	return nil
}

// moveInto gives a finished file its name. Without replace, it fails if the name was taken meanwhile.
func moveInto(part, name string, replace bool) error {
	if replace {
		return os.Rename(part, name)
	}
	if err := os.Link(part, name); err == nil || errors.Is(err, os.ErrExist) {
		return err
	}
	// The file system has no hard links.
	if _, err := os.Lstat(name); err == nil {
		return &os.PathError{Op: "download", Path: name, Err: os.ErrExist}
	}
	return os.Rename(part, name)
}

// asError makes any error an *Error, if there is none in it already.
func asError(op string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return &Error{Op: op, Err: err}
}

// Download is content on its way. Reading it gives exactly the bytes that the service has, or an error: when the
// connection breaks or stands still, it asks for the rest, and goes on only if the answer continues the same content;
// otherwise the error is [ErrContentChanged]. It must be closed, and is not safe for concurrent use.
type Download struct {
	Size        int64  // bytes that will be read in all; -1 when the server does not tell
	ContentType string // as the storage host says

	ctx      context.Context //nolint:containedctx // of Open, for what Read has to ask again
	service  *service
	request  request
	part     Range
	body     io.ReadCloser
	total    int64 // bytes of the whole content; -1 when the server does not tell
	etag     string
	modified string
	offset   int64 // bytes read so far
	fails    int   // faults since the last byte
	err      error // what Read returned last
}

// openDownload sends a request whose answer is content.
func openDownload(ctx context.Context, s *service, r request, part Range) (*Download, error) {
	r.method = http.MethodGet
	d := &Download{ctx: ctx, service: s, request: r, part: part}
	if err := d.open(); err != nil {
		return nil, err
	}
	return d, nil
}

// position is the place in the whole content that is read next.
func (d *Download) position() int64 { return d.part.Offset + d.offset }

// open asks for the content from the position on.
func (d *Download) open() error {
	c, err := d.service.core(d.request.op)
	if err != nil {
		return err
	}
	r := d.request
	// A content coding would make the offsets those of something else.
	r.headers = map[string]string{"Accept-Encoding": "identity"}
	if d.position() > 0 || d.part.Length > 0 {
		r.headers["Range"] = byterange.Span(d.position(), d.part.Offset+d.part.Length)
	}
	return c.do(d.ctx, &r, func(resp *http.Response) error {
		err := d.accept(resp)
		if err != nil {
			return errors.Join(err, resp.Body.Close())
		}
		d.body = resp.Body
		return nil
	})
}

// accept checks that an answer has the content from the position on. A server that ignores the range and sends the
// whole is read forward to that point.
func (d *Download) accept(resp *http.Response) error {
	first, total := int64(0), resp.ContentLength
	if resp.StatusCode == http.StatusPartialContent {
		got, err := byterange.ParseContent(resp.Header.Get("Content-Range"))
		if err != nil {
			return fmt.Errorf("%w: %w", ErrContentChanged, err)
		}
		if first, total = got.First, got.Total; first != d.position() {
			return fmt.Errorf("%w: asked for byte %d, got byte %d", ErrContentChanged, d.position(), first)
		}
	} else if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: status %d to a request for content", ErrUnexpectedContent, resp.StatusCode)
	}
	if err := d.same(resp, total); err != nil {
		return err
	}
	skip := d.position() - first
	if skip == 0 {
		return nil
	}
	if log := d.service.client.log; log != nil {
		log.LogAttrs(d.ctx, slog.LevelInfo, "liveconnect download: the server ignores Range, reading again from the start",
			slog.String("op", d.request.op), slog.Int64("skipped", skip))
	}
	_, err := io.CopyN(io.Discard, resp.Body, skip)
	if err == io.EOF { //nolint:errorlint // readers return the bare io.EOF
		err = fmt.Errorf("%w: the content ends before byte %d", ErrRangeNotSatisfiable, d.position())
	}
	return err
}

// same checks that an answer is about the same content as the first one.
func (d *Download) same(resp *http.Response, total int64) error {
	etag, modified := resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	switch {
	case d.body == nil:
		d.total, d.etag, d.modified = total, etag, modified
		d.ContentType = resp.Header.Get("Content-Type")
		d.Size = d.part.Length
		if rest := total - d.part.Offset; total >= 0 && (d.Size == 0 || d.Size > rest) {
			d.Size = max(rest, 0)
		} else if d.Size == 0 {
			d.Size = -1
		}
	case total != d.total:
		return fmt.Errorf("%w: it had %d bytes and has %d", ErrContentChanged, d.total, total)
	case etag != d.etag:
		return fmt.Errorf("%w: its ETag was %q and is %q", ErrContentChanged, d.etag, etag)
	case modified != d.modified:
		return fmt.Errorf("%w: it was of %q and is of %q", ErrContentChanged, d.modified, modified)
	}
	return nil
}

// Read implements [io.Reader].
func (d *Download) Read(p []byte) (int, error) {
	for d.err == nil {
		if d.Size >= 0 {
			p = p[:min(int64(len(p)), d.Size-d.offset)]
		}
		n, err := d.body.Read(p)
		d.offset += int64(n)
		if n > 0 {
			d.fails = 0
		}
		switch {
		case d.offset == d.Size, err == io.EOF && d.Size < 0:
			d.err = io.EOF
		case err != nil:
			d.err = d.resume(err)
		}
		if n > 0 || d.err == nil && len(p) == 0 {
			return n, nil
		}
	}
	return 0, d.err
}

// resume opens the content again at the offset, after a pause that grows with each fault in a row.
func (d *Download) resume(cause error) error {
	c := d.service.client
	d.fails++
	if closing := d.body.Close(); d.ctx.Err() != nil || d.Size < 0 || d.fails >= c.retry.MaxAttempts {
		return d.broken(errors.Join(cause, closing))
	}
	wait := retry.Backoff(d.fails, c.retry.BaseDelay, c.retry.MaxDelay, rand.Float64()) //nolint:gosec // jitter
	if d.fails == 1 {
		wait = 0
	}
	if err := retry.Sleep(d.ctx, wait); err != nil {
		return d.broken(err)
	}
	err := d.open()
	if err != nil && errors.Is(err, ErrRangeNotSatisfiable) {
		return d.broken(fmt.Errorf("%w: %w", ErrContentChanged, err))
	}
	return err
}

// broken is the error of a download that ends early: it says what is missing.
func (d *Download) broken(cause error) error {
	secrets := d.service.client.tokens.secrets()
	failure := &Error{Op: d.request.op, Attempts: d.fails, Err: withoutSecrets(cause, secrets...)}
	if err := d.ctx.Err(); err != nil {
		failure.Err = err
	}
	failure.Message = fmt.Sprintf("the download broke off at byte %d of %d", d.offset, d.Size)
	return failure
}

// Close ends the download. Closing before the end is fine.
func (d *Download) Close() error {
	if d.err == nil || d.err == io.EOF { //nolint:errorlint // set by Read
		d.err = errClosed
	}
	return d.body.Close()
}

var errClosed = errors.New("liveconnect: read on a closed download")
