package liveconnect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/byterange"
)

// remoteContent is some content of the service that can be asked for in parts, and what proves that the parts are of one
// and the same. It is safe for concurrent use.
type remoteContent struct {
	service *service
	request request // whose answer is the content
	object  urlPath // what has the content: its updated_time reports whether that changed; empty for none
	sized   bool    // the object's size is that of the content
	strict  bool    // an answer with more than the range asked for is an error
	linked  bool    // the storage link is used until it expires; otherwise each request asks for a new one

	mu    sync.Mutex
	link  *url.URL
	known *ItemInfo // the object, nil as long as nobody had to know
	first *facts    // of the first answer
	sure  bool      // its total is the object's size
}

// facts are what an answer tells about the content.
type facts struct {
	total       int64 // bytes of the whole; -1 when the server does not tell
	contentType string
	etag        string
	modified    string
	date        time.Time // when the service answered, by its own clock
}

// errRangesIgnored is for an answer with everything, where only a range will do.
var errRangesIgnored = errors.New("the server ignores Range")

// contentBody is the body of an answer.
type contentBody struct {
	io.ReadCloser
	endless bool // its length was not announced
}

// contentOf is the content of an item.
func (s *service) contentOf(op, itemID string, opts *DownloadOptions) (*remoteContent, error) {
	object := objectPath("item id", itemID)
	r := request{op: op, path: object.add("content"), params: opts, err: opts.validate()}
	if err := r.invalid(); err != nil {
		return nil, err
	}
	return &remoteContent{service: s, request: r, object: object, sized: true}, nil
}

// know takes an item that the caller has; nil is none.
func (c *remoteContent) know(itemID string, item *ItemInfo) error {
	if item == nil || item.UpdatedTime.IsZero() {
		return nil
	}
	if item.ID != "" && item.ID != itemID {
		return fmt.Errorf("the item of the options is %q, not %q", item.ID, itemID)
	}
	known := *item
	known.ID = itemID
	c.known = &known
	return nil
}

// item is the item that has the content; it asks for it unless it is known.
func (c *remoteContent) item(ctx context.Context) (*ItemInfo, error) {
	if c.known == nil {
		item, err := get[ItemInfo](ctx, c.service, c.request.op, c.object)
		if err != nil {
			return nil, err
		}
		c.known = item
	}
	return c.known, nil
}

// open asks for the content from first up to, and not including, end; 0 is the end of the content. When a storage host
// refuses its link, it takes a fresh one; also that may have expired on the way, but hardly twice.
func (c *remoteContent) open(ctx context.Context, first, end int64) (*contentBody, error) {
	core, err := c.service.ready(ctx, c.request.op)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	link := c.link
	c.mu.Unlock()
	for fresh := 0; ; link = nil {
		body, err := c.ask(ctx, link, first, end)
		if err == nil || ctx.Err() != nil {
			return body, err
		}
		c.mu.Lock()
		if c.link == link {
			c.link = nil
		}
		c.mu.Unlock()
		if link == nil {
			fresh++
		}
		if !refused(err) || fresh > 1 || fresh == 1 && !core.budget.Take() {
			return nil, err
		}
	}
}

// refused reports whether a storage host did not take a link. How it says so is not documented, but the API's own errors
// have a code.
func refused(err error) bool {
	failure, ok := errors.AsType[*Error](err)
	if !ok || failure.Code != "" {
		return false
	}
	switch failure.StatusCode {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
}

// ask sends the request, or asks the storage link directly.
func (c *remoteContent) ask(ctx context.Context, link *url.URL, first, end int64) (*contentBody, error) {
	core, err := c.service.ready(ctx, c.request.op)
	if err != nil {
		return nil, err
	}
	r := c.request
	r.method, r.link, r.noToken = http.MethodGet, link, link != nil
	// A content coding would make the offsets those of something else.
	r.headers = map[string]string{"Accept-Encoding": "identity"}
	if first > 0 || end > 0 {
		r.headers["Range"] = byterange.Span(first, end)
	}
	var body *contentBody
	err = core.do(ctx, &r, func(resp *http.Response) error {
		skip, err := c.accept(resp, first, end)
		if err == nil && skip > 0 {
			err = c.skip(ctx, resp, skip)
		}
		if err != nil {
			return errors.Join(err, resp.Body.Close())
		}
		body = &contentBody{resp.Body, resp.ContentLength < 0}
		return nil
	})
	return body, err
}

// accept checks that an answer has the content from first on. It returns how many bytes come before that: all of them
// if the server ignores the range and sends everything.
func (c *remoteContent) accept(resp *http.Response, first, end int64) (skip int64, err error) {
	now := factsOf(resp)
	switch resp.StatusCode {
	case http.StatusPartialContent:
		got, err := byterange.ParseContent(resp.Header.Get("Content-Range"))
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrContentChanged, err)
		}
		length := got.Last - got.First + 1
		switch {
		case got.First != first:
			return 0, fmt.Errorf("%w: asked for byte %d, got byte %d", ErrContentChanged, first, got.First)
		case end > 0 && got.Last >= end:
			return 0, fmt.Errorf("%w: asked for the bytes before %d, got byte %d", ErrContentChanged, end, got.Last)
		case resp.ContentLength >= 0 && resp.ContentLength != length:
			return 0, fmt.Errorf("%w: %d bytes are said to be %d", ErrContentChanged, resp.ContentLength, length)
		case resp.ContentLength < 0:
			resp.Body, resp.ContentLength = &spanBody{ReadCloser: resp.Body, left: length}, length
		}
		now.total = got.Total
	case http.StatusOK:
		if skip = first; c.strict && (first > 0 || end > 0) {
			if first > 0 {
				return 0, errRangesIgnored
			}
			return 0, fmt.Errorf("%w: %w", ErrUnexpectedContent, errRangesIgnored) // not worth another try
		}
		if end > 0 && resp.ContentLength < 0 {
			return 0, fmt.Errorf("%w: asked for a range, got something whose length is not told", ErrContentChanged)
		}
	default:
		return 0, fmt.Errorf("%w: status %d to a request for content", ErrUnexpectedContent, resp.StatusCode)
	}
	if resp.ContentLength < 0 && !c.sized && resp.ProtoMajor == 1 && len(resp.TransferEncoding) == 0 {
		return 0, fmt.Errorf("%w: the answer ends with its connection, so that nothing reports whether it is whole", ErrUnexpectedContent)
	}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return 0, fmt.Errorf("%w: the content is encoded, with %q", ErrUnexpectedContent, coding)
	}
	return skip, c.same(resp, now)
}

// spanBody is the body of a partial answer that has no length but that of its Content-Range.
type spanBody struct {
	io.ReadCloser
	left int64
}

func (b *spanBody) Read(p []byte) (int, error) {
	if b.left == 0 && len(p) > 0 {
		p = p[:1]
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), max(b.left, 1))])
	if int64(n) > b.left {
		return 0, fmt.Errorf("%w: more bytes came than Content-Range says", ErrContentChanged)
	}
	b.left -= int64(n)
	if err == io.EOF && b.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func factsOf(resp *http.Response) *facts {
	now := &facts{
		total: resp.ContentLength, contentType: resp.Header.Get("Content-Type"),
		etag: resp.Header.Get("ETag"), modified: resp.Header.Get("Last-Modified"),
	}
	origin := resp // the API's own answer: its clock is the one of updated_time
	for origin.Request != nil && origin.Request.Response != nil {
		origin = origin.Request.Response
	}
	now.date, _ = http.ParseTime(origin.Header.Get("Date"))
	return now
}

// same checks that an answer is about the same content as the first one, and keeps its storage link.
func (c *remoteContent) same(resp *http.Response, now *facts) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	page := looksLikeHTML(now.contentType, nil)
	if c.first != nil {
		page = page && !looksLikeHTML(c.first.contentType, nil)
	}
	size, had := int64(-1), "the item has"
	if c.first != nil {
		size, had = c.first.total, "it had"
	} else if c.known != nil && c.sized {
		size = c.known.Size
	}
	if now.total < 0 && resp.StatusCode == http.StatusOK {
		now.total = size // found out by reading
	}
	other := (c.first != nil || size >= 0) && now.total != size
	switch first := c.first; {
	case page && (other || !c.sized || first != nil):
		return fmt.Errorf("%w: an HTML page in place of the content; is there a proxy or a sign-in page in between?", ErrUnexpectedContent)
	case other:
		return fmt.Errorf("%w: %s %d bytes, the answer is of %d", ErrContentChanged, had, size, now.total)
	case first == nil:
		c.first = now
	case now.etag != first.etag:
		return fmt.Errorf("%w: its ETag was %q and is %q", ErrContentChanged, first.etag, now.etag)
	case now.modified != first.modified:
		return fmt.Errorf("%w: it was of %q and is of %q", ErrContentChanged, first.modified, now.modified)
	}
	// A link at the API's own host would need the token's rules, so that one is not kept.
	if at := resp.Request; c.linked && at != nil && at.Response != nil && !originOf(c.service.core.base).matches(originOf(at.URL)) {
		c.link = at.URL
	}
	return nil
}

// skip reads an answer forward to the first byte that is wanted.
func (c *remoteContent) skip(ctx context.Context, resp *http.Response, n int64) error {
	if log := c.service.core.log; log != nil {
		log.LogAttrs(ctx, slog.LevelInfo, "liveconnect download: the server ignores Range, reading again from the start",
			slog.String("op", c.request.op), slog.Int64("skipped", n))
	}
	_, err := io.CopyN(io.Discard, resp.Body, n)
	if err == io.EOF { //nolint:errorlint // readers return the bare io.EOF
		err = fmt.Errorf("%w: the content ends before byte %d", ErrRangeNotSatisfiable, n)
	}
	return err
}

// settle clears up what the first answer leaves open, and returns what it tells: how long content is whose length is not
// announced, and whether an HTML page is the content or stands in its place.
func (c *remoteContent) settle(ctx context.Context) (facts, error) {
	c.mu.Lock()
	first := *c.first
	settled := c.known != nil || !c.sized
	c.mu.Unlock()
	page := looksLikeHTML(first.contentType, nil)
	if settled || first.total >= 0 && !page {
		return first, nil
	}
	item, err := get[ItemInfo](ctx, c.service, c.request.op, c.object)
	switch {
	case err != nil:
		return first, err
	case first.total >= 0 && item.Size != first.total:
		return first, fmt.Errorf("%w: an HTML page of %d bytes in place of the content of %d", ErrUnexpectedContent, first.total, item.Size)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first.total, c.sure = item.Size, true
	return *c.first, nil
}

// confirm compares, at the end of the content, its length with that of the item: an answer may claim any. An item that
// cannot be had proves nothing against the content.
func (c *remoteContent) confirm(ctx context.Context) error {
	c.mu.Lock()
	settled, total := c.known != nil || c.sure || !c.sized, c.first.total
	c.mu.Unlock()
	if settled {
		return nil
	}
	var item struct{ Size *int64 }
	r := request{op: c.request.op, method: http.MethodGet, path: c.object}
	err := c.service.core.do(ctx, &r, func(resp *http.Response) error {
		defer resp.Body.Close() //nolint:errcheck // no more of it is wanted
		content, err := io.ReadAll(io.LimitReader(resp.Body, maxItem))
		if err != nil {
			return err
		}
		_ = json.Unmarshal(content, &item) // then nothing is known
		return nil
	})
	if err == nil && item.Size != nil && *item.Size != total {
		return fmt.Errorf("%w: the item has %d bytes, the answer was of %d", ErrContentChanged, *item.Size, total)
	}
	return nil
}

// maxItem is more than an item takes.
const maxItem = 256 << 10

// check proves, after an answer, that the content is what it was before: then all that was read is of one content.
func (c *remoteContent) check(ctx context.Context) error {
	c.mu.Lock()
	first := c.first
	c.mu.Unlock()
	if first.etag != "" && !strings.HasPrefix(first.etag, "W/") || first.modified != "" {
		return nil // compared with every answer
	}
	return c.checkObject(ctx)
}

// checkObject is check for servers that give no validator.
func (c *remoteContent) checkObject(ctx context.Context) error {
	if c.object.plain == "" {
		return fmt.Errorf("%w: the server gives nothing to tell whether it is the same", ErrContentChanged)
	}
	now, err := get[ItemInfo](ctx, c.service, c.request.op, c.object)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known, updated := c.known, now.UpdatedTime
	switch {
	case updated.IsZero(), known == nil && c.first.date.IsZero():
		return fmt.Errorf("%w: the server gives nothing to tell whether it is the same", ErrContentChanged)
	case known != nil && now.Size != known.Size:
		return fmt.Errorf("%w: the item had %d bytes and has %d", ErrContentChanged, known.Size, now.Size)
	case known != nil && !updated.Equal(known.UpdatedTime.Time):
		return fmt.Errorf("%w: the item was of %s and is of %s", ErrContentChanged, known.UpdatedTime, updated)
	case known == nil && c.sized && now.Size != c.first.total:
		return fmt.Errorf("%w: it had %d bytes and has %d", ErrContentChanged, c.first.total, now.Size)
	case known == nil && updated.After(c.first.date):
		return fmt.Errorf("%w: the item is of %s, the download began at %s", ErrContentChanged, updated, NewTime(c.first.date))
	}
	c.known = now
	return nil
}
