package memory

import (
	"io"
	"iter"
)

// Archive keeps the state of a Store outside of memory, so that it outlives the process. The state is a set of records
// and the content of files; what is in them is the Store's business.
type Archive interface {
	// Records gives all records, those of a bucket in the order of their names.
	Records() iter.Seq2[Record, error]
	// Settle is called once when the records have been read, with the names of the content that they refer to. What
	// is not named it may remove.
	Settle(contents map[string]bool) error
	// Ready returns why no change can be made durable now; nil if, as far as can be told, it can.
	Ready() error
	// Append takes over the records of one change, to be made durable together or not at all, and the names of content
	// that is not used any more then. It is called in the order of the changes, while others wait: it must be quick.
	// The function that it returns waits until the change is durable, or says why it will never be. After such a
	// failure no later change becomes durable before Recover.
	Append(change []Record, unused []string) (saved func() error)
	// Recover begins anew after a failure, with the records of the last change that is durable. It calls restore to
	// read them again, unless that has been done since the failure, or nothing can be said about what is durable.
	Recover(failure error, restore func() error) error
	// Create begins new content.
	Create() (Draft, error)
	// Open opens content: so many bytes, with the seal that its Draft gave; empty for content that is not sealed.
	// Where the bytes are not those that were sealed, it fails, or reading does.
	Open(name string, size int64, seal string) (io.ReadSeekCloser, error)
	// Remove forgets content that no record refers to. Readers that are open go on.
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
	// Write adds all of p or, after an error, nothing.
	io.Writer
	// Name is what the content is known by.
	Name() string
	// Seal makes what was written durable, and returns what reports whether it is still the same. More may follow, and
	// be sealed again.
	Seal() (seal string, err error)
}

// contentFile is content that the Archive has.
type contentFile struct {
	archive Archive
	name    string
	size    int64
	seal    string
	uses    int // items that have it; guarded by Store.mu
}

// open needs the lock, for reading at least: without it the content may be removed meanwhile.
func (c *contentFile) open() (io.ReadSeekCloser, error) {
	return c.archive.Open(c.name, c.size, c.seal)
}

func (c *contentFile) length() int64 { return c.size }
