// Package disk keeps Live Connect accounts in a directory, so that they outlive the process: a backend.Backend and
// a backend.GrantStore.
//
// The accounts themselves are a memory.Store, which answers all reads and knows all rules. This package keeps its
// records in a bbolt database, and the content of files in a folder beside it:
//
//	DIR/liveconnect.db     what accounts, items, calendars … there are, and the grants
//	DIR/content/<name>     the bytes of one file, or of several copies
//
// A change is durable when the method that makes it returns. Content is written and synced first, under a name that
// nothing refers to; then the records of the change are written in one transaction. So a crash at any moment leaves
// all of a change or nothing, and at worst content without an item, which the next Open removes. Changes that come
// together share a transaction.
package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Store keeps accounts in a directory. It is safe for concurrent use. If a write fails, the change that needed it and
// all later ones return that error; what was durable before is, and the Store can be closed and opened again.
type Store struct {
	*memory.Store
	archive *archive
}

// Open opens the store in a directory, which is made if it is missing. Only one process can have it open. It must be
// closed. See [memory.Open] for the options.
func Open(dir string, opts memory.Options) (*Store, error) {
	s, err := open(dir, opts)
	if err != nil {
		return nil, fmt.Errorf("open the store in %s: %w", dir, err)
	}
	return s, nil
}

func open(dir string, opts memory.Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	a := &archive{content: filepath.Join(dir, contentName)}
	var s *Store
	err := guard(func() (err error) {
		if a.db, err = openDatabase(filepath.Join(dir, databaseName)); err != nil {
			return err
		}
		if err := a.check(); err != nil {
			return err
		}
		if err := os.MkdirAll(a.content, 0o700); err != nil {
			return err
		}
		_ = syncFolder(filepath.Dir(dir)) // has a new directory's name; it may be one that we must not read
		if err := syncFolder(dir); err != nil {
			return err
		}
		accounts, err := memory.Open(opts, a)
		switch {
		case errors.Is(err, memory.ErrRecords):
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		case err != nil:
			return err
		}
		s = &Store{Store: accounts, archive: a}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	return s, nil
}

// openDatabase opens bbolt's file. If bbolt panics over it, the file stays mapped, and so locked, until the process
// ends.
func openDatabase(path string) (*bbolt.DB, error) {
	const oneTry = time.Nanosecond // for the lock
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: oneTry})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, ErrInUse
	case errors.As(err, new(*os.PathError)):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return db, nil
}

// Close ends the use of the directory. Nothing is lost without it but the lock.
func (s *Store) Close() error { return s.archive.close() }

// Erase removes a store that nobody has open. Other files in the directory stay.
func Erase(dir string) error {
	return errors.Join(os.Remove(filepath.Join(dir, databaseName)), os.RemoveAll(filepath.Join(dir, contentName)))
}
