package disk

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// A name of content is 12 random bytes, and 4 that only this store puts behind them: what is not named so somebody else
// has put into the folder, and is never removed.
const (
	randomBytes = 12
	nameBytes   = 16
)

func (a *archive) newName() string {
	name := make([]byte, randomBytes, nameBytes)
	_, _ = rand.Read(name) // never fails, says crypto/rand
	return hex.EncodeToString(append(name, a.mark(name)...))
}

func (a *archive) mark(name []byte) []byte {
	sum := sha256.Sum256(append(bytes.Clone(a.id), name...))
	return sum[:nameBytes-randomBytes]
}

// made reports whether this store has made a name.
func (a *archive) made(name string) bool {
	b, _ := hex.DecodeString(name)
	return len(b) == nameBytes && bytes.Equal(b[randomBytes:], a.mark(b[:randomBytes]))
}

// isContentName reports whether some store may have made a name.
func isContentName(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == nameBytes
}

func (a *archive) file(name string) string { return filepath.Join(a.content, filepath.Base(name)) }

// Settle implements [memory.Archive]. It removes content that no item has: that of uploads which were cut off.
func (a *archive) Settle(contents map[string]bool) error {
	files, err := os.ReadDir(a.content)
	if err != nil {
		return err
	}
	missing := len(contents)
	for _, file := range files {
		name := file.Name()
		switch {
		case contents[name]:
			missing--
		case a.made(name):
			if err := os.Remove(a.file(name)); err != nil {
				return err
			}
		}
	}
	if missing > 0 {
		a.log.Error("the content of files is missing; liveconnectd -check names them", "files", missing)
	}
	return nil
}

// Open implements [memory.Archive].
func (a *archive) Open(name string, size int64, seal string) (io.ReadSeekCloser, error) {
	file, err := os.Open(a.file(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		err = fmt.Errorf("%w: the content %s is missing", ErrDamaged, name)
	case err == nil && seal == "" && size > 0: // a draft, or of format 1
		return file, nil
	case err == nil && len(seal) != sealLength(size):
		err = errors.Join(fmt.Errorf("%w: the seal of the content %s is of another length", ErrDamaged, name), file.Close())
	}
	if err != nil {
		a.log.Error("content cannot be read", "err", err)
		return nil, err
	}
	return &sealedFile{File: file, log: a.log, size: size, seal: seal, loaded: -1}, nil
}

// Remove implements [memory.Archive]. What cannot be removed now, because a reader has it open on a system that minds,
// goes at the next start.
func (a *archive) Remove(names ...string) {
	for _, name := range names {
		_ = os.Remove(a.file(name))
	}
}

// try reports whether something can be written.
func (a *archive) try() error {
	d, err := a.create()
	if err != nil {
		return err
	}
	defer a.Remove(d.name)
	if _, err = d.write(make([]byte, 64<<10)); err == nil {
		_, err = d.seal()
	}
	return err
}

// Create implements [memory.Archive].
func (a *archive) Create() (memory.Draft, error) {
	d, err := a.create()
	if err != nil {
		a.condition.fail(a.log, err)
		return nil, err
	}
	return d, nil
}

func (a *archive) create() (*draft, error) {
	name := a.newName()
	file, err := os.OpenFile(a.file(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &draft{archive: a, name: name}, file.Close()
}

// draft implements [memory.Draft]. It has its final name from the start: it is the record that makes it count. Its file
// is open only while something is written: there may be many drafts that nobody goes on with.
type draft struct {
	archive *archive
	name    string
	size    int64
	sums    []byte // of the full blocks
	sum     uint32 // of what came after them
}

// Name implements [memory.Draft].
func (d *draft) Name() string { return d.name }

// Write implements [memory.Draft].
func (d *draft) Write(p []byte) (int, error) {
	n, err := d.write(p)
	if err != nil {
		d.archive.condition.fail(d.archive.log, err)
	}
	return n, err
}

func (d *draft) write(p []byte) (int, error) {
	err := d.open(func(file *os.File) error {
		_, err := file.WriteAt(p, d.size)
		return err
	})
	if err != nil {
		return 0, err
	}
	for rest := p; len(rest) > 0; {
		n := min(int64(len(rest)), blockSize-d.size%blockSize)
		d.sum = crc32.Update(d.sum, castagnoli, rest[:n])
		d.size += n
		rest = rest[n:]
		if d.size%blockSize == 0 {
			d.sums = binary.BigEndian.AppendUint32(d.sums, d.sum)
			d.sum = 0
		}
	}
	return len(p), nil
}

func (d *draft) open(do func(*os.File) error) error {
	file, err := os.OpenFile(d.archive.file(d.name), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(do(file), file.Close())
}

// Seal implements [memory.Draft].
func (d *draft) Seal() (string, error) {
	seal, err := d.seal()
	if err != nil {
		d.archive.condition.fail(d.archive.log, err)
	}
	return seal, err
}

func (d *draft) seal() (string, error) {
	err := d.open(func(file *os.File) error {
		if err := file.Truncate(d.size); err != nil { // what a failed write has left
			return err
		}
		return file.Sync()
	})
	if err != nil {
		return "", err
	}
	seal := bytes.Clone(d.sums)
	if d.size%blockSize > 0 {
		seal = binary.BigEndian.AppendUint32(seal, d.sum)
	}
	return string(seal), syncFolder(d.archive.content)
}

// syncFolder makes the names in a folder durable. Windows does that by itself, and has no such call.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path) //nolint:gosec // a folder of the store
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
