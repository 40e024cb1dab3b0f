package disk

import (
	"errors"
	"fmt"
	"iter"
	"sync"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// archive implements [memory.Archive].
type archive struct {
	db      *bbolt.DB // nil if it could not be opened
	content string    // the folder

	mu     sync.Mutex
	queue  []memory.Record // what waits to be written, in order
	queued uint64          // number of the last change in the queue

	// writing is held by the one that writes, for itself and all others in the queue.
	writing sync.Mutex
	saved   uint64 // number of the last change written
	total   total  // of all records written
	failed  error
}

// Records implements [memory.Archive].
func (a *archive) Records() iter.Seq2[memory.Record, error] {
	return func(yield func(memory.Record, error) bool) {
		err := a.db.View(func(tx *bbolt.Tx) error {
			state := tx.Bucket(stateBucket)
			if state == nil {
				return fmt.Errorf("%w: it has no state", ErrDamaged)
			}
			return state.ForEachBucket(func(bucket []byte) error {
				if name := string(bucket); name == grantsBucket || name == settingsBucket {
					return nil
				}
				return eachRecord(state, string(bucket), func(r memory.Record) error {
					if !yield(r, nil) {
						return errStopped
					}
					return nil
				})
			})
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(memory.Record{}, err)
		}
	}
}

// Append implements [memory.Archive].
func (a *archive) Append(change []memory.Record) (saved func() error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue = append(a.queue, change...)
	a.queued++
	number := a.queued
	return func() error { return a.save(number) }
}

// save returns when the change with this number is on the disk. The first to come writes all that wait by then.
func (a *archive) save(number uint64) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	if number <= a.saved {
		return nil
	}
	if a.failed != nil {
		return a.failed
	}
	a.mu.Lock()
	queue, last := a.queue, a.queued
	a.queue = nil
	a.mu.Unlock()
	if err := guard(func() error { return a.write(queue) }); err != nil {
		// What a failed sync has left on the disk nobody knows. Writing on could make a later change durable without
		// this one.
		a.failed = fmt.Errorf("the store could not be written, and takes no changes until it is opened again: %w", err)
		return a.failed
	}
	a.saved = last
	return nil
}

// write puts records into the database, all or none.
func (a *archive) write(records []memory.Record) error {
	total := a.total
	err := a.db.Update(func(tx *bbolt.Tx) error {
		state := tx.Bucket(stateBucket)
		for _, r := range records {
			bucket, err := state.CreateBucketIfNotExists([]byte(r.Bucket))
			if err != nil {
				return err
			}
			total.remove(bucket.Get([]byte(r.Name)))
			if r.Value == nil {
				err = bucket.Delete([]byte(r.Name))
			} else {
				sealed := seal(r)
				total.add(sealed)
				err = bucket.Put([]byte(r.Name), sealed)
			}
			if err != nil {
				return fmt.Errorf("%s %s: %w", r.Bucket, r.Name, err)
			}
		}
		return tx.Bucket(metaBucket).Put(totalKey, total.bytes())
	})
	if err == nil {
		a.total = total
	}
	return err
}

func (a *archive) close() error {
	if a.db == nil {
		return nil
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	if a.failed == nil {
		a.failed = errors.New("the store is closed")
	}
	return a.db.Close()
}
