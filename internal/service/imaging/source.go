package imaging

import (
	"bytes"
	"encoding/binary"
	"io"
	"iter"
)

// source is a stranger's file. What it says of its own lengths need not be true.
type source struct {
	io.ReadSeeker

	size int64
}

func newSource(src io.ReadSeeker) (source, error) {
	size, err := src.Seek(0, io.SeekEnd)
	return source{src, size}, err
}

// read gives n bytes from the offset on: fewer where the file ends, none where it cannot be read. So it never takes more
// memory than the file has bytes.
func (s source) read(offset, n int64) []byte {
	if offset < 0 || offset >= s.size || n <= 0 {
		return nil
	}
	b := make([]byte, min(n, s.size-offset))
	if _, err := s.Seek(offset, io.SeekStart); err != nil {
		return nil
	}
	m, _ := io.ReadFull(s, b)
	return b[:m]
}

// start is the file from its beginning, for a decoder that reads on.
func (s source) start() io.Reader {
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return errorReader{err}
	}
	return s.ReadSeeker
}

// section is the file for decoders that read it here and there.
func (s source) section() *io.SectionReader { return io.NewSectionReader(readerAt{s}, 0, s.size) }

type readerAt struct{ source }

func (r readerAt) ReadAt(b []byte, offset int64) (int, error) {
	if _, err := r.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	return io.ReadFull(r, b)
}

// inMemory is a file that is there already.
func inMemory(b []byte) source { return source{bytes.NewReader(b), int64(len(b))} }

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

// A real file has a handful of parts on the way to what is looked for; a hostile one may have millions.
const maxParts = 100_000

// part is a piece of a file that names itself and its length: a chunk of RIFF, a box of MP4, a block of FLAC.
type part struct {
	id      string
	at, end int64 // of its content
}

// content reads a part, up to a limit.
func (s source) content(p part, limit int64) []byte { return s.read(p.at, min(p.end-p.at, limit)) }

// chunks goes through the chunks of a RIFF file, which is little-endian, or an IFF file, which is big-endian. The last one
// may claim to be longer than the file.
func (s source) chunks(at, end int64, order binary.ByteOrder) iter.Seq[part] {
	return func(yield func(part) bool) {
		for range maxParts {
			head := s.read(at, 8)
			if len(head) < 8 || at >= end {
				return
			}
			length := int64(order.Uint32(head[4:]))
			if !yield(part{string(head[:4]), at + 8, min(at+8+length, end)}) {
				return
			}
			at += 8 + length + length%2
		}
	}
}

// has reports whether b has the text at the offset.
func has(b []byte, offset int, text string) bool {
	return len(b) >= offset+len(text) && string(b[offset:offset+len(text)]) == text
}
