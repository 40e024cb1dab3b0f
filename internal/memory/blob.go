package memory

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-liveconnect/liveconnect/internal/liveserver"
)

// blob is the bytes of a file. They never change, so that readers need no lock and copies of a file can share them.
type blob struct {
	chunks [][]byte // each of chunkSize, the last one of what is left
	size   int64
}

const chunkSize = 64 << 10

// newBlob keeps b without copying it.
func newBlob(b []byte) *blob {
	bl := &blob{size: int64(len(b))}
	for len(b) > chunkSize {
		bl.chunks = append(bl.chunks, b[:chunkSize])
		b = b[chunkSize:]
	}
	if len(b) > 0 {
		bl.chunks = append(bl.chunks, b)
	}
	return bl
}

// readBlob reads until io.EOF and returns any other error as it is. What is longer than room is ErrQuota.
func readBlob(r io.Reader, room int64) (*blob, error) {
	bl := &blob{}
	for {
		chunk := make([]byte, chunkSize)
		n, err := readFull(r, chunk)
		bl.size += int64(n)
		if n == chunkSize {
			bl.chunks = append(bl.chunks, chunk)
		} else if n > 0 {
			bl.chunks = append(bl.chunks, bytes.Clone(chunk[:n]))
		}
		switch {
		case bl.size > room:
			return nil, liveserver.ErrQuota
		case err == io.EOF: //nolint:errorlint // an error that wraps io.EOF is not the end
			return bl, nil
		case err != nil:
			return nil, err
		}
	}
}

// readFull reads until b is full or r fails. Unlike io.ReadFull it returns r's own error: an upload that was cut off may
// well end in io.ErrUnexpectedEOF, and must not be mistaken for one that is complete.
func readFull(r io.Reader, b []byte) (n int, err error) {
	const patience = 100
	for idle := 0; n < len(b); {
		var m int
		m, err = r.Read(b[n:])
		n += m
		if err != nil {
			return n, err
		}
		if m > 0 {
			idle = 0
		} else if idle++; idle == patience {
			return n, io.ErrNoProgress
		}
	}
	return n, nil
}

// open gives a reader of its own.
func (b *blob) open() *blobReader { return &blobReader{blob: b} }

type blobReader struct {
	blob   *blob
	offset int64
}

func (r *blobReader) Read(p []byte) (n int, err error) {
	if r.offset >= r.blob.size {
		return 0, io.EOF
	}
	for len(p) > 0 && r.offset < r.blob.size {
		m := copy(p, r.blob.chunks[r.offset/chunkSize][r.offset%chunkSize:])
		p = p[m:]
		n += m
		r.offset += int64(m)
	}
	return n, nil
}

func (r *blobReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.blob.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start of the file")
	}
	r.offset = offset
	return offset, nil
}

func (r *blobReader) Close() error { return nil }
