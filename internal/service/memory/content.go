package memory

import (
	"crypto/sha256"
	"errors"
	"io"
)

// content is the bytes of a file. They never change, so that readers need no lock and copies of a file can share them.
type content interface {
	open() io.ReadSeekCloser // a reader of its own
	length() int64
}

// section is content that lies elsewhere.
type section struct{ *io.SectionReader }

func (s section) open() io.ReadSeekCloser {
	return nopCloser{io.NewSectionReader(s.SectionReader, 0, s.Size())}
}

func (s section) length() int64 { return s.Size() }

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// digest is content of which only the size and the hash are there.
type digest struct {
	size int64
	sum  [sha256.Size]byte
}

var errNotKept = errors.New("the file's content was not kept")

func (d *digest) open() io.ReadSeekCloser {
	return nopCloser{io.NewSectionReader(failing{errNotKept}, 0, d.size)}
}

func (d *digest) length() int64 { return d.size }

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }
