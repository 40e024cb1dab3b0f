package disk

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// check looks whether the database is one that this program can read, and all there. It makes the buckets of a new one.
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
			return nil
		}
		meta, state := tx.Bucket(metaBucket), tx.Bucket(stateBucket)
		if meta == nil || state == nil {
			return fmt.Errorf("%w: it has other buckets", ErrDamaged)
		}
		if err := checkFormat(meta); err != nil {
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
		return meta.Put(formatKey, fmt.Append(nil, Format))
	})
}

func checkFormat(meta *bbolt.Bucket) error {
	text := meta.Get(formatKey)
	format, err := strconv.Atoi(string(text))
	switch {
	case err != nil || format < 1:
		return fmt.Errorf("%w: its format is %q", ErrDamaged, text)
	case format > Format:
		return fmt.Errorf("%w: its format is %d, this program knows %d", ErrNewer, format, Format)
	}
	return nil
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
