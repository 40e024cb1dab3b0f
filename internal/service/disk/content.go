package disk

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Settle implements [memory.Archive]. Only when all content is found to be there, what no item has is removed.
func (a *archive) Settle(contents map[string]int64) error {
	for name, size := range contents {
		info, err := os.Stat(a.path(name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			return fmt.Errorf("%w: the content %s is missing", ErrDamaged, name)
		case err != nil:
			return err
		case info.Size() != size:
			return fmt.Errorf("%w: the content %s has %d bytes of %d", ErrDamaged, name, info.Size(), size)
		}
	}
	files, err := os.ReadDir(a.content)
	if err != nil {
		return err
	}
	for _, file := range files {
		if _, used := contents[file.Name()]; !used && isContentName(file.Name()) {
			if err := os.Remove(a.path(file.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

const nameBytes = 16

// isContentName reports whether Create may have made a name: others may put files beside.
func isContentName(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == nameBytes
}

func (a *archive) path(name string) string { return filepath.Join(a.content, filepath.Base(name)) }

// Create implements [memory.Archive].
func (a *archive) Create() (memory.Draft, error) {
	var random [nameBytes]byte
	_, _ = rand.Read(random[:]) // never fails, says crypto/rand
	name := hex.EncodeToString(random[:])
	file, err := os.OpenFile(a.path(name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &draft{File: file, name: name}, nil
}

// Open implements [memory.Archive].
func (a *archive) Open(name string) (io.ReadSeekCloser, error) { return os.Open(a.path(name)) }

// Remove implements [memory.Archive]. What cannot be removed now, because a reader has it open on a system that minds,
// goes at the next start.
func (a *archive) Remove(names ...string) {
	for _, name := range names {
		_ = os.Remove(a.path(name))
	}
}

// draft implements [memory.Draft]. It has its final name from the start: it is the record that makes it count.
type draft struct {
	*os.File

	name string
}

// Name implements [memory.Draft].
func (d *draft) Name() string { return d.name }

// Seal implements [memory.Draft].
func (d *draft) Seal(size int64) error {
	if err := d.Truncate(size); err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(d.File.Name()))
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
