package disk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
)

// A seal has the checksum of each block of some content.
const blockSize = 256 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sealLength is how long the seal of so many bytes is.
func sealLength(size int64) int { return int((size + blockSize - 1) / blockSize * 4) }

// sealedFile reads content, and gives only bytes whose checksum is right.
type sealedFile struct {
	*os.File

	log    *slog.Logger
	size   int64
	seal   string
	offset int64
	block  []byte // of the block that was read last
	loaded int64  // its number; -1: none
}

// Read implements [io.Reader].
func (f *sealedFile) Read(p []byte) (n int, err error) {
	for len(p) > 0 && f.offset < f.size {
		if err := f.load(f.offset / blockSize); err != nil {
			return n, err
		}
		m := copy(p, f.block[f.offset%blockSize:])
		f.offset += int64(m)
		n += m
		p = p[m:]
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (f *sealedFile) load(number int64) error {
	if f.loaded == number {
		return nil
	}
	f.loaded = -1
	at := number * blockSize
	length := min(blockSize, f.size-at)
	if int64(cap(f.block)) < length {
		f.block = make([]byte, length)
	}
	f.block = f.block[:length]
	_, err := f.ReadAt(f.block, at)
	switch {
	case errors.Is(err, io.EOF):
		err = fmt.Errorf("%w: the content %s has less than its %d bytes", ErrDamaged, filepath.Base(f.Name()), f.size)
	case err == nil && crc32.Checksum(f.block, castagnoli) != binary.BigEndian.Uint32([]byte(f.seal[number*4:])):
		err = fmt.Errorf("%w: the content %s is not what was stored, from byte %d on", ErrDamaged, filepath.Base(f.Name()), at)
	}
	if err != nil {
		f.log.Error("content cannot be read", "err", err)
		return err
	}
	f.loaded = number
	return nil
}

// Seek implements [io.Seeker].
func (f *sealedFile) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.offset
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start of the file")
	}
	f.offset = offset
	return offset, nil
}

// WriteTo hides that of the file, which would pass over the seal.
func (f *sealedFile) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{f})
}
