package memory

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// blob is content in memory.
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

// append adds a copy of p.
func (b *blob) append(p []byte) {
	b.size += int64(len(p))
	for len(p) > 0 {
		last := len(b.chunks) - 1
		if last < 0 || len(b.chunks[last]) == chunkSize {
			b.chunks = append(b.chunks, nil)
			last++
		}
		n := min(len(p), chunkSize-len(b.chunks[last]))
		b.chunks[last] = append(b.chunks[last], p[:n]...)
		p = p[n:]
	}
}

// clone shares the full chunks, to which nothing can be appended any more.
func (b *blob) clone() *blob {
	c := &blob{chunks: slices.Clone(b.chunks), size: b.size}
	if last := len(c.chunks) - 1; last >= 0 && len(c.chunks[last]) < chunkSize {
		c.chunks[last] = bytes.Clone(c.chunks[last])
	}
	return c
}

// open gives a reader of its own.
func (b *blob) open() (io.ReadSeekCloser, error) { return b.reader(), nil }

func (b *blob) reader() *blobReader { return &blobReader{blob: b} }

func (b *blob) length() int64 { return b.size }

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
