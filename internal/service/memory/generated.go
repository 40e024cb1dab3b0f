package memory

import (
	"encoding/binary"
	"io"
)

// Generated gives content of any size that takes no memory: each byte follows from the seed and its place.
func Generated(size int64, seed uint64) *io.SectionReader {
	return io.NewSectionReader(generator(seed), 0, size)
}

// generator is a file without end.
type generator uint64

// ReadAt implements [io.ReaderAt].
func (g generator) ReadAt(p []byte, offset int64) (int, error) {
	var word [8]byte
	done := 0
	for done < len(p) {
		at := uint64(offset) + uint64(done) //nolint:gosec // a SectionReader asks for no negative offset
		if at%8 == 0 && len(p)-done >= 8 {
			binary.LittleEndian.PutUint64(p[done:], g.word(at/8))
			done += 8
			continue
		}
		binary.LittleEndian.PutUint64(word[:], g.word(at/8))
		done += copy(p[done:], word[at%8:])
	}
	return done, nil
}

// word is the step of the SplitMix64 generator with this number.
func (g generator) word(n uint64) uint64 {
	z := uint64(g) + (n+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
