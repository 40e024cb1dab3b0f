package disk

import (
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// archive implements [memory.Archive].
type archive struct {
	path    string // of the database
	content string // the folder
	log     *slog.Logger

	swap   sync.RWMutex // guards db: held for reading while it is used
	db     *bbolt.DB    // nil if it could not be opened
	format int          // that the database had
	id     []byte       // of this store

	mu     sync.Mutex
	queue  []memory.Record // what waits to be written, in order
	unused []string        // content that is to be removed then
	queued uint64          // number of the last change in the queue
	run    *run

	// writing is held by the one that writes, for itself and all others in the queue.
	writing sync.Mutex
	total   total // of all records written

	condition condition
}

// run is the time between two failures.
type run struct {
	saved  uint64 // number of the last change written
	failed error  // what ended it
}

// view reads the database.
func (a *archive) view(read func(*bbolt.Tx) error) error {
	a.swap.RLock()
	defer a.swap.RUnlock()
	return guard(func() error { return a.db.View(read) })
}

// Records implements [memory.Archive].
func (a *archive) Records() iter.Seq2[memory.Record, error] {
	return func(yield func(memory.Record, error) bool) {
		err := a.view(func(tx *bbolt.Tx) error {
			state := tx.Bucket(stateBucket)
			if state == nil {
				return fmt.Errorf("%w: it has no state", ErrDamaged)
			}
			return state.ForEachBucket(func(bucket []byte) error {
				if isOwnBucket(string(bucket)) {
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

func (a *archive) close() error {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.swap.Lock()
	defer a.swap.Unlock()
	if a.db == nil {
		return nil
	}
	if a.run.failed == nil {
		a.run.failed = errClosed
	}
	a.condition.end(errClosed)
	return a.db.Close()
}

var errClosed = errors.New("the store is closed")

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

func newArchive(dir string, log *slog.Logger) *archive {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &archive{path: filepath.Join(dir, databaseName), content: filepath.Join(dir, contentName), log: log, run: &run{}}
}

// isOwnBucket reports whether the accounts know nothing of a bucket.
func isOwnBucket(name string) bool { return name == grantsBucket || name == settingsBucket }
