package disk

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// lost says that a change has come to nothing.
type lost struct {
	run *run
	err error
}

func (l *lost) Error() string { return "the change could not be stored: " + l.err.Error() }

func (l *lost) Unwrap() error { return l.err }

// Append implements [memory.Archive].
func (a *archive) Append(change []memory.Record, unused []string) (saved func() error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue = append(a.queue, change...)
	a.unused = append(a.unused, unused...)
	a.queued++
	number, run := a.queued, a.run
	return func() error { return a.save(number, run) }
}

// save returns when the change with this number is on the disk. The first to come writes all that wait by then.
func (a *archive) save(number uint64, during *run) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	if number <= during.saved {
		return nil
	}
	if during.failed != nil {
		return &lost{during, during.failed}
	}
	a.mu.Lock()
	queue, unused, last := a.queue, a.unused, a.queued
	a.queue, a.unused = nil, nil
	a.mu.Unlock()
	if err := guard(func() error { return a.write(queue) }); err != nil {
		during.failed = err
		a.condition.fail(a.log, err)
		return &lost{during, err}
	}
	during.saved = last
	a.Remove(unused...)
	if a.spare() > largeSpare {
		if err := guard(a.compact); err != nil {
			a.log.Error("the database could not be made smaller", "err", err)
		}
	}
	return nil
}

// write puts records into the database, all or none.
func (a *archive) write(records []memory.Record) error {
	total := a.total
	// Of several records with a name the last one counts. In the order of their names bbolt finds them fastest.
	slices.SortStableFunc(records, func(x, y memory.Record) int {
		if c := strings.Compare(x.Bucket, y.Bucket); c != 0 {
			return c
		}
		return strings.Compare(x.Name, y.Name)
	})
	err := a.db.Update(func(tx *bbolt.Tx) error {
		state := tx.Bucket(stateBucket)
		var bucket *bbolt.Bucket
		name := ""
		for i, r := range records {
			if i+1 < len(records) && records[i+1].Key == r.Key {
				continue
			}
			if bucket == nil || name != r.Bucket {
				var err error
				if bucket, err = state.CreateBucketIfNotExists([]byte(r.Bucket)); err != nil {
					return err
				}
				name = r.Bucket
			}
			if err := put(bucket, r, &total); err != nil {
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

func put(bucket *bbolt.Bucket, r memory.Record, total *total) error {
	total.remove(bucket.Get([]byte(r.Name)))
	if r.Value == nil {
		return bucket.Delete([]byte(r.Name))
	}
	sealed := seal(r)
	total.add(sealed)
	return bucket.Put([]byte(r.Name), sealed)
}

// Ready implements [memory.Archive].
func (a *archive) Ready() error { return a.condition.ready(a.log, a.try) }

// Recover implements [memory.Archive].
func (a *archive) Recover(failure error, restore func() error) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := new(lost); errors.As(failure, &known) && known.run != a.run {
		return nil // somebody else has seen to it
	}
	if a.run.failed != nil && isUnsure(a.run.failed) {
		a.condition.end(fmt.Errorf("the store takes no changes until it is opened again: %w", a.run.failed))
		return nil
	}
	if err := restore(); err != nil {
		a.condition.end(fmt.Errorf("the store takes no changes until it is opened again: it could not be read: %w", err))
		return err
	}
	a.queue, a.unused, a.run = nil, nil, &run{}
	return nil
}

// isUnsure reports whether a change may be in the database although it failed. When bbolt could not write a page, nothing
// of the change is. Of a failed sync (the error of the system as it is, or that of os.File.Sync) nobody knows what it has
// left on the disk: writing on could make a later change durable without this one.
func isUnsure(err error) bool {
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		return path.Op == "sync"
	}
	return errors.As(err, new(syscall.Errno)) || errors.Is(err, ErrDamaged)
}
