package disk

import (
	"errors"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// A database does not get smaller by itself: what is deleted leaves free pages. It is written anew when more than half
// of it is free, at the start, and when more than three quarters of a larger one are, while it is used.
const (
	smallSpare = 1 << 20 // bytes
	largeSpare = 32 << 20
)

// spare is how many bytes are free, if that is much of all there is: half of a small database, more of a large one.
func (a *archive) spare() int64 {
	info, err := os.Stat(a.path)
	if err != nil {
		return 0
	}
	stats := a.db.Stats()
	free := int64(stats.FreePageN+stats.PendingPageN) * int64(a.db.Info().PageSize)
	if free < info.Size()/2 || free > largeSpare && free < info.Size()/4*3 {
		return 0
	}
	return free
}

// compact writes the database anew. It must be called while nothing else writes.
func (a *archive) compact() error {
	a.swap.Lock()
	defer a.swap.Unlock()
	path := a.path + ".new"
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { // an earlier one that was cut off
		return err
	}
	fresh, err := openDatabase(path)
	if err != nil {
		return err
	}
	fresh.NoSync = true   // once, at the end
	const pages = 1 << 20 // bytes in a transaction
	if err := errors.Join(bbolt.Compact(fresh, a.db, pages), fresh.Sync(), fresh.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	if err := a.db.Close(); err != nil {
		return err
	}
	renameErr := os.Rename(path, a.path)
	if a.db, err = openDatabase(a.path); err != nil {
		a.condition.end(err)
	}
	return errors.Join(renameErr, err, syncFolder(filepath.Dir(a.path)))
}
