package memory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
)

// Archive keeps the state of a Store outside of memory, so that it outlives the process. The state is a set of records
// and the content of files; what is in them is the Store's business.
type Archive interface {
	// Records gives all records, those of a bucket in the order of their names.
	Records() iter.Seq2[Record, error]
	// Settle is called once when the records have been read, with the name and size of each content that they refer
	// to. It fails if one is missing or has another size. What is not named it may remove.
	Settle(contents map[string]int64) error
	// Append takes over the records of one change, to be made durable together or not at all. It is called in the order of the
	// changes, while others wait: it must be quick. The function that it returns waits until the change is durable, or
	// says why it will never be. After such a failure no later change may become durable.
	Append(change []Record) (saved func() error)
	// Create begins new content.
	Create() (Draft, error)
	// Open opens content that was sealed.
	Open(name string) (io.ReadSeekCloser, error)
	// Remove forgets content. Readers that are open go on.
	Remove(names ...string)
}

// Key names a record.
type Key struct{ Bucket, Name string }

// Record is a part of the state that changes as a whole.
type Record struct {
	Key
	Value []byte // nil: there is no such record any more
}

// Draft is content on its way into an [Archive].
type Draft interface {
	io.WriterAt
	io.ReaderAt
	// Name is what the content will be known by.
	Name() string
	// Seal makes the first size bytes durable; there are no others then. It may be called again.
	Seal(size int64) error
	// Close ends the writing, and leaves the content where it is.
	Close() error
}

// pending is what a change leaves for the Archive. It is guarded by Store.mu.
type pending struct {
	archive Archive            // nil: what is in memory is all there is
	changed map[Key]func() any // the records that the current change touched; nil functions for those that are gone
	unused  []string           // content that nothing refers to any more
	broken  error              // why nothing more can be made durable
}

// mark notes that a record has changed. Its value is asked for at the end of the change: bytes, or something to be
// written as JSON. It needs the lock.
func (s *Store) mark(bucket, name string, value func() any) {
	if s.archive != nil {
		s.changed[Key{bucket, name}] = value
	}
}

// update makes a change: it calls do with the lock held, and returns when what do changed is durable. If that fails,
// the Store is ahead of its Archive, and every later change fails too.
func (s *Store) update(do func() error) error {
	saved, unused, err := s.apply(do)
	if saved == nil {
		return err
	}
	if failed := saved(); failed != nil {
		return cmp.Or(err, failed)
	}
	s.archive.Remove(unused...)
	return err
}

// apply makes a change in memory, and hands it over to the Archive.
func (s *Store) apply(do func() error) (saved func() error, unused []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = do()
	saved, unused = s.handOver()
	return saved, unused, err
}

// modify is an update that has a result.
func modify[T any](s *Store, do func() (T, error)) (T, error) {
	var result T
	err := s.update(func() (err error) {
		result, err = do()
		return err
	})
	if err != nil {
		return *new(T), err
	}
	return result, nil
}

// handOver gives what has changed to the Archive. It needs the lock.
func (s *Store) handOver() (saved func() error, unused []string) {
	if s.archive == nil || len(s.changed) == 0 {
		return nil, nil
	}
	s.mark(bucketStore, countersName, func() any { return countersRecord{Issued: s.issued, Changes: s.changes} })
	change, err := encodeAll(s.changed)
	clear(s.changed)
	unused, s.unused = s.unused, nil
	if s.broken == nil {
		s.broken = err
	}
	if broken := s.broken; broken != nil {
		return func() error { return broken }, nil
	}
	return s.archive.Append(change), unused
}

func encodeAll(changed map[Key]func() any) ([]Record, error) {
	change := make([]Record, 0, len(changed))
	for key, value := range changed {
		record := Record{Key: key}
		if value != nil {
			var err error
			if record.Value, err = encode(value()); err != nil {
				return nil, fmt.Errorf("memory: %s %s cannot be written: %w", key.Bucket, key.Name, err)
			}
		}
		change = append(change, record)
	}
	return change, nil
}

func encode(value any) ([]byte, error) {
	if raw, ok := value.([]byte); ok {
		return raw, nil
	}
	return json.Marshal(value)
}
