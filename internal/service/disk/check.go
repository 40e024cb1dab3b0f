package disk

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// check looks whether the database is one that this program can read, and all there. A new one it begins.
func (a *archive) check() error {
	isNew := false
	err := a.db.View(func(tx *bbolt.Tx) error {
		info, err := os.Stat(a.db.Path())
		if err != nil {
			return err
		}
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: %s has %d bytes of %d", ErrDamaged, databaseName, info.Size(), tx.Size())
		}
		if err := checkPages(tx); err != nil {
			return err
		}
		if key, _ := tx.Cursor().First(); key == nil {
			isNew = true
			return a.checkNew()
		}
		meta, state := tx.Bucket(metaBucket), tx.Bucket(stateBucket)
		if meta == nil || state == nil {
			return fmt.Errorf("%w: it has other buckets", ErrDamaged)
		}
		a.id = bytes.Clone(meta.Get(idKey))
		if a.format, err = checkFormat(meta); err != nil {
			return err
		}
		if err := a.checkRecords(state, meta.Get(totalKey)); err != nil {
			return err
		}
		return checkUse(tx)
	})
	if err != nil || !isNew {
		return err
	}
	return a.begin()
}

// begin makes the buckets of a new database.
func (a *archive) begin() error {
	return a.db.Update(func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucket(stateBucket); err != nil {
			return err
		}
		meta, err := tx.CreateBucket(metaBucket)
		if err != nil {
			return err
		}
		if err := meta.Put(totalKey, a.total.bytes()); err != nil {
			return err
		}
		return a.sign(meta)
	})
}

// checkNew refuses to begin a store where there is content.
func (a *archive) checkNew() error {
	files, err := os.ReadDir(a.content)
	switch {
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	case len(files) > 0:
		return fmt.Errorf("%w; take another directory, or see what liveconnectd -check says", ErrForeign)
	}
	return nil
}

// sign notes that the store is one of this format, and gives it an id if it has none.
func (a *archive) sign(meta *bbolt.Bucket) error {
	if a.format = Format; a.id == nil {
		a.id = make([]byte, 16)
		_, _ = rand.Read(a.id) // never fails, says crypto/rand
	}
	if err := meta.Put(idKey, a.id); err != nil {
		return err
	}
	return meta.Put(formatKey, fmt.Append(nil, Format))
}

func checkFormat(meta *bbolt.Bucket) (int, error) {
	text := meta.Get(formatKey)
	format, err := strconv.Atoi(string(text))
	switch {
	case err != nil || format < 1:
		return 0, fmt.Errorf("%w: its format is %q", ErrDamaged, text)
	case format > Format:
		return 0, fmt.Errorf("%w: its format is %d, this program knows %d", ErrNewer, format, Format)
	}
	return format, nil
}

// checkPages checks that each page begins as a page can: bbolt believes what it reads there.
func checkPages(tx *bbolt.Tx) error {
	const header, element = 16, 16 // bytes
	size := tx.DB().Info().PageSize
	pages := int(tx.Size() / int64(size))
	for id := 0; id < pages; {
		p, err := tx.Page(id)
		if err != nil {
			return err
		}
		if p.Type == "free" {
			id++
			continue
		}
		next := id + 1 + p.OverflowCount
		room := (next-id)*size - header
		if next > pages || (p.Type == "leaf" || p.Type == "branch") && p.Count*element > room {
			return fmt.Errorf("%w: page %d of %s", ErrDamaged, id, databaseName)
		}
		id = next
	}
	return nil
}

// checkRecords reads every record, and looks each one up. It must come before checkUse, which guard does not guard.
func (a *archive) checkRecords(state *bbolt.Bucket, want []byte) error {
	a.total = total{}
	err := state.ForEachBucket(func(name []byte) error {
		bucket := state.Bucket(name)
		return bucket.ForEach(func(key, sealed []byte) error {
			if len(key) > bbolt.MaxKeySize || len(sealed) > bbolt.MaxValueSize {
				return fmt.Errorf("%w: a record of %s has no end", ErrDamaged, name)
			}
			if _, err := unseal(memory.Key{Bucket: string(name), Name: string(key)}, sealed); err != nil {
				return err
			}
			a.total.add(sealed)
			if !bytes.Equal(bucket.Get(key), sealed) {
				return fmt.Errorf("%w: %s %q is not found", ErrDamaged, name, key)
			}
			return nil
		})
	})
	if err == nil && !bytes.Equal(want, a.total.bytes()) {
		err = fmt.Errorf("%w: records are missing", ErrDamaged)
	}
	return err
}

// checkUse lets bbolt check that each of its pages is used once: by records, or as one that is free.
func checkUse(tx *bbolt.Tx) error {
	var first error
	for problem := range tx.Check() { // to its end: it goes on until it is read
		if first == nil {
			first = fmt.Errorf("%w: %w", ErrDamaged, problem)
		}
	}
	return first
}
