// Package exact reads a stream that must have an announced length.
package exact

import (
	"errors"
	"fmt"
	"io"
)

// ErrLength says that a stream is shorter or longer than announced.
var ErrLength = errors.New("the source is not as long as announced")

// NewReader returns a reader of exactly size bytes of r. It gives an error instead of the last bytes when r has more
// than size bytes, and instead of io.EOF when it has fewer: whoever sends what it reads can never complete a message
// with the wrong bytes. A size below zero is zero.
func NewReader(r io.Reader, size int64) io.Reader {
	size = max(size, 0)
	return &reader{r: r, left: size, size: size}
}

type reader struct {
	r    io.Reader
	left int64
	size int64
	err  error
}

func (e *reader) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := e.read(p)
	e.err = err
	return n, err
}

func (e *reader) read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, e.atEnd()
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left == 0:
		// The last bytes are held back until it is sure that nothing follows.
		if err == nil {
			err = e.atEnd()
		}
		if err != io.EOF { //nolint:errorlint // readers return the bare io.EOF
			return 0, err
		}
		return n, io.EOF
	case err == io.EOF: //nolint:errorlint // readers return the bare io.EOF
		return 0, fmt.Errorf("%w: %d bytes of %d, then its end", ErrLength, e.size-e.left, e.size)
	default:
		return n, err
	}
}

// atEnd returns io.EOF if the source ends here.
func (e *reader) atEnd() error {
	var one [1]byte
	for range 100 {
		n, err := e.r.Read(one[:])
		switch {
		case n > 0:
			return fmt.Errorf("%w: more than %d bytes", ErrLength, e.size)
		case err != nil:
			return err
		}
	}
	return io.ErrNoProgress
}
