package memory

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
)

// content is the bytes of a file. They never change, so that readers need no lock and copies of a file can share them.
type content interface {
	open() (io.ReadSeekCloser, error) // a reader of its own
	length() int64
}

// section is content that lies elsewhere.
type section struct{ *io.SectionReader }

func (s section) open() (io.ReadSeekCloser, error) {
	return nopCloser{io.NewSectionReader(s.SectionReader, 0, s.Size())}, nil
}

func (s section) length() int64 { return s.Size() }

// small is content that is not worth a blob.
type small []byte

func (s small) open() (io.ReadSeekCloser, error) { return nopCloser{bytes.NewReader(s)}, nil }

func (s small) length() int64 { return int64(len(s)) }

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// digest is content of which only the size and the hash are there.
type digest struct {
	size int64
	sum  [sha256.Size]byte
}

var errNotKept = errors.New("the file's content was not kept")

func (d *digest) open() (io.ReadSeekCloser, error) { return nil, errNotKept }

func (d *digest) length() int64 { return d.size }

// reading calls use with a reader of the content.
func reading[T any](c content, use func(io.ReadSeeker) (T, error)) (T, error) {
	r, err := c.open()
	if err != nil {
		return *new(T), err
	}
	defer r.Close() //nolint:errcheck // it was only read
	return use(r)
}
