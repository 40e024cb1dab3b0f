package liveconnect

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync/atomic"

	"github.com/go-liveconnect/liveconnect/internal/exact"
)

// uploadBody sends what a source gives, once for each try.
type uploadBody struct {
	r      io.Reader
	reopen func() (io.ReadCloser, error) // in place of r
	seek   io.Seeker                     // nil if r cannot be read again
	start  int64                         // where r stood
	size   int64                         // -1 if not known
	meter  *meter
	from   int64       // where this body begins in what the meter counts
	used   atomic.Bool // something was read, or may have been

	current *sourceReader // of the latest try
	told    int64         // bytes of it that the meter knows
}

// newUploadBody makes a body of what the caller of an upload gave.
func newUploadBody(r io.Reader, opts *UploadOptions) (*uploadBody, error) {
	b := &uploadBody{r: r, size: -1}
	switch {
	case opts.Open != nil && r != nil:
		return nil, errors.New("there is a body and a function that opens it; one of them has to be nil")
	case opts.Open != nil:
		b.reopen = opts.Open
	case isNil(r):
		return nil, errors.New("the body is nil; for an empty file, pass a reader that is at its end")
	default:
		b.findSize()
	}
	if opts.Size > 0 {
		b.size = opts.Size
	}
	if b.size > MaxPutSize {
		return nil, tooLargeError(b.size)
	}
	b.meter = newMeter(opts.Progress, b.size)
	return b, nil
}

// tooLargeError refuses a file that one request cannot take.
type tooLargeError int64

func (e tooLargeError) Error() string {
	return fmt.Sprintf("%d bytes are too many for one request, which may have %d: use Uploads.Session or Uploads.Auto", int64(e), int64(MaxPutSize))
}

func (e tooLargeError) Is(target error) bool { return target == ErrTooLarge }

// isNil reports whether an interface holds nothing, or something that is nil. A nil slice is an empty one.
func isNil(source any) bool {
	v := reflect.ValueOf(source)
	switch v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan:
		return v.IsNil()
	default:
		return false
	}
}

func (b *uploadBody) findSize() {
	if seeker, ok := b.r.(io.Seeker); ok {
		if start, end, err := extent(seeker); err == nil {
			b.seek, b.start, b.size = seeker, start, max(end-start, 0)
			return
		}
	}
	if sized, ok := b.r.(interface{ Len() int }); ok {
		b.size = int64(sized.Len())
	}
}

// extent tells where a source stands, and where it ends. Pipes and terminals have a Seek method that fails.
func extent(source io.Seeker) (start, end int64, err error) {
	start, err1 := source.Seek(0, io.SeekCurrent)
	end, err2 := source.Seek(0, io.SeekEnd)
	_, err3 := source.Seek(start, io.SeekStart)
	return start, end, errors.Join(err1, err2, err3)
}

func (b *uploadBody) open() (io.ReadCloser, int64, error) {
	source := &sourceReader{body: b, Reader: b.r}
	again := b.current != nil
	b.current, b.told = source, 0
	if again {
		b.meter.resume(b.from, true)
	}
	var err error
	switch {
	case b.reopen != nil:
		source.opened, err = b.reopen()
		if err == nil && isNil(source.opened) {
			err = errors.New("the function that opens it gave nil")
		}
		source.Reader = source.opened
	case again && b.seek != nil:
		_, err = b.seek.Seek(b.start, io.SeekStart)
	case b.used.Load() && b.seek == nil:
		err = errors.New("it was read already")
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%w: opening it: %w", errSource, err)
	}
	if b.size >= 0 {
		source.Reader = exact.NewReader(source.Reader, b.size)
	}
	return source, b.size, nil
}

func (b *uploadBody) delivered(total int64) {
	b.meter.add(total - b.told)
	b.told = total
}

// end ends the progress of an upload that went well. It returns err.
func (b *uploadBody) end(err error) error {
	if err == nil {
		b.meter.finish()
	}
	return err
}

func (b *uploadBody) replayable() bool    { return b.seek != nil || b.reopen != nil || !b.used.Load() }
func (b *uploadBody) contentType() string { return "" } // the documents want none on PUT

// sourceReader is what one try reads of a source. It marks the source's errors as its own.
type sourceReader struct {
	io.Reader
	body   *uploadBody
	opened io.ReadCloser // nil if the source is the caller's
	read   atomic.Int64
}

func (s *sourceReader) Read(p []byte) (int, error) {
	s.body.used.Store(true)
	n, err := s.Reader.Read(p)
	s.read.Add(int64(max(n, 0)))
	switch {
	case err == nil || err == io.EOF:
		return n, err
	case errors.Is(err, exact.ErrLength):
		return n, fmt.Errorf("%w: %w", ErrSourceLength, err)
	default:
		return n, fmt.Errorf("%w: %w", errSource, err)
	}
}

func (s *sourceReader) Close() error {
	if s.opened == nil {
		return nil
	}
	return s.opened.Close()
}
