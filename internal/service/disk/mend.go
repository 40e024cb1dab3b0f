package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Check reads all of a store that nobody has open, records and content, and reports each thing that is wrong. It
// changes nothing.
func Check(dir string, report func(string)) error {
	_, err := inspect(dir, report)
	return err
}

// Repair does what Check does, and if something is wrong it makes a store of what is good. It reports what it leaves
// out, and deletes nothing: the old database and content that is not used stay beside the new ones under other names.
func Repair(dir string, report func(string)) error {
	problems := 0
	found, err := inspect(dir, func(problem string) { problems++; report(problem) })
	if err != nil || problems == 0 {
		return err
	}
	return found.rewrite(report)
}

// salvage is what can be read of a store.
type salvage struct {
	*archive

	records []memory.Record // of the accounts
	own     []memory.Record // those that the accounts know nothing of
	used    map[string]bool // content
}

// inspect reads what it can, and reports the rest.
func inspect(dir string, report func(string)) (*salvage, error) {
	s := &salvage{archive: newArchive(dir, nil), used: map[string]bool{}}
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	switch info, err := os.Stat(s.path); {
	case errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0:
		if s.checkNew() == nil {
			return s, nil // there is no store yet
		}
		report("the database is missing or empty: nothing says what is in the folder " + contentName)
	case err != nil:
		return nil, err
	default:
		if err := s.readDatabase(report); err != nil {
			return nil, err
		}
	}
	_, err := s.mend(nil, report)
	if err != nil {
		return nil, err
	}
	return s, s.eachUnused(func(name string) error {
		if _, damaged := s.used[name]; !damaged {
			report("the content " + name + " is used by no file")
		}
		return nil
	})
}

// readDatabase takes the records out of the database. Only what cannot be helped is an error.
func (s *salvage) readDatabase(report func(string)) error {
	err := guard(func() (err error) {
		s.db, err = openDatabase(s.path)
		return err
	})
	if err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	if err == nil {
		defer s.close() //nolint:errcheck // it was only read
		if err = guard(s.check); errors.Is(err, ErrNewer) || errors.Is(err, ErrForeign) {
			return err
		}
	}
	if err != nil {
		report(err.Error())
	}
	if s.db == nil {
		return nil
	}
	err = guard(func() error {
		return s.db.View(func(tx *bbolt.Tx) error {
			state := tx.Bucket(stateBucket)
			if state == nil {
				return fmt.Errorf("%w: it has no state", ErrDamaged)
			}
			return state.ForEachBucket(func(name []byte) error {
				s.readBucket(state, string(name), report)
				return nil
			})
		})
	})
	if err != nil {
		report(err.Error())
	}
	return nil
}

// readBucket reads a bucket from its beginning and, if that is cut short, from its end.
func (s *salvage) readBucket(state *bbolt.Bucket, name string, report func(string)) {
	read := map[string]bool{}
	keep := func(key, sealed []byte) {
		k := memory.Key{Bucket: name, Name: string(key)}
		value, err := unseal(k, sealed)
		switch {
		case read[k.Name]:
			return
		case err != nil:
			report(err.Error())
		case isOwnBucket(name):
			s.own = append(s.own, memory.Record{Key: k, Value: value})
		default:
			s.records = append(s.records, memory.Record{Key: k, Value: value})
		}
		read[k.Name] = true
	}
	err := guard(func() error {
		c := state.Bucket([]byte(name)).Cursor()
		for key, value := c.First(); key != nil; key, value = c.Next() {
			keep(key, value)
		}
		return nil
	})
	if err == nil {
		return
	}
	report(fmt.Sprintf("a part of the %s cannot be read: %v", name, err))
	_ = guard(func() error {
		c := state.Bucket([]byte(name)).Cursor()
		for key, value := c.Last(); key != nil && !read[string(key)]; key, value = c.Prev() {
			keep(key, value)
		}
		return nil
	})
}

// mend puts the records together, into another archive if there is one.
func (s *salvage) mend(into memory.Archive, report func(string)) (*memory.Store, error) {
	records := func(yield func(memory.Record, error) bool) {
		for _, r := range s.records {
			if !yield(r, nil) {
				return
			}
		}
	}
	return memory.Mend(memory.Options{}, iter.Seq2[memory.Record, error](records), into, memory.Mending{
		Content: func(name string, size int64, seal string) error {
			err := s.verify(name, size, seal)
			s.used[name] = err == nil
			return err
		},
		Report: func(err error) { report(err.Error()) },
	})
}

// verify reads content to its end.
func (s *salvage) verify(name string, size int64, seal string) error {
	content, err := s.Open(name, size, seal)
	if err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, content)
	if err == nil && n != size {
		err = fmt.Errorf("%w: the content %s has %d bytes of %d", ErrDamaged, name, n, size)
	}
	return errors.Join(err, content.Close())
}

// eachUnused visits the content that was made by this store, or by one whose id is lost, and that no file has.
func (s *salvage) eachUnused(visit func(name string) error) error {
	files, err := os.ReadDir(s.content)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, file := range files {
		name := file.Name()
		good, known := s.used[name]
		if good || !known && (s.id != nil && !s.made(name) || !isContentName(name)) {
			continue
		}
		err = errors.Join(err, visit(name))
	}
	return err
}

// rewrite makes a new database of what was read.
func (s *salvage) rewrite(report func(string)) error {
	fresh := newArchive(filepath.Dir(s.path), nil)
	fresh.path += ".new"
	if err := os.Remove(fresh.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(fresh.content, 0o700); err != nil {
		return err
	}
	var err error
	if fresh.db, err = openDatabase(fresh.path); err != nil {
		return err
	}
	fresh.id = bytes.Clone(s.id)
	err = fresh.begin()
	if err == nil {
		_, err = s.mend(fresh, func(string) {})
	}
	if err == nil {
		err = fresh.Append(s.own, nil)()
	}
	if err = errors.Join(err, fresh.close()); err != nil {
		return errors.Join(err, os.Remove(fresh.path))
	}
	if err := s.eachUnused(func(name string) error { return s.putAside(s.file(name), "content.unused", report) }); err != nil {
		return err
	}
	if err := s.putAside(s.path, databaseName+".damaged", report); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return errors.Join(os.Rename(fresh.path, s.path), syncFolder(filepath.Dir(s.path)))
}

// putAside moves a file of the store out of its way: to a name that is free, or into a folder if it is content.
func (s *salvage) putAside(path, to string, report func(string)) error {
	target := filepath.Join(filepath.Dir(s.path), to)
	if filepath.Dir(path) == s.content {
		if err := os.MkdirAll(target, 0o700); err != nil {
			return err
		}
		target = filepath.Join(target, filepath.Base(path))
	}
	free := target
	for i := 2; ; i++ {
		if _, err := os.Lstat(free); errors.Is(err, os.ErrNotExist) {
			break
		}
		free = fmt.Sprintf("%s.%d", target, i)
	}
	err := os.Rename(path, free)
	if err == nil {
		report("moved " + filepath.Base(path) + " to " + free)
	}
	return err
}
