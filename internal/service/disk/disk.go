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

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Store keeps accounts in a directory. It is safe for concurrent use. A change that could not be written is an error, and
// is not shown. While nothing can be written every change is an error; it goes on by itself when there is room again.
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
	a := newArchive(dir, opts.Log)
	if info, err := os.Stat(a.path); errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		if err := a.checkNew(); err != nil {
			return nil, err
		}
	}
	var accounts *memory.Store
	err := guard(func() (err error) {
		if a.db, err = openDatabase(a.path); err != nil {
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
		if spare := a.spare(); spare > smallSpare {
			if err := a.compact(); err != nil {
				return err
			}
		}
		accounts, err = memory.Open(opts, a)
		if errors.Is(err, memory.ErrRecords) {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return err
	})
	if err == nil && a.format < Format {
		err = a.upgrade(accounts)
	}
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	return &Store{Store: accounts, archive: a}, nil
}

// upgrade writes all records in the format of today.
func (a *archive) upgrade(accounts *memory.Store) error {
	if err := accounts.Rewrite(); err != nil {
		return err
	}
	return a.db.Update(func(tx *bbolt.Tx) error { return a.sign(tx.Bucket(metaBucket)) })
}

// Health returns why changes cannot be kept now; nil if they can. It tries.
func (s *Store) Health() error { return s.archive.condition.check(s.archive.log, s.archive.try) }

// Close ends the use of the directory. Nothing is lost without it but the lock.
func (s *Store) Close() error { return s.archive.close() }

// Erase closes the store and removes all that it has. Other files in the directory stay.
func (s *Store) Erase() error {
	a := s.archive
	files, err := os.ReadDir(a.content)
	if err != nil {
		return err
	}
	for _, file := range files {
		if a.made(file.Name()) {
			err = errors.Join(err, os.Remove(a.file(file.Name())))
		}
	}
	if err != nil { // the database is what says that the rest is ours
		return err
	}
	err = a.db.Update(func(tx *bbolt.Tx) error {
		if err := tx.DeleteBucket(stateBucket); err != nil {
			return err
		}
		if _, err := tx.CreateBucket(stateBucket); err != nil {
			return err
		}
		return tx.Bucket(metaBucket).Put(totalKey, new(total).bytes())
	})
	return errors.Join(err, a.close())
}
