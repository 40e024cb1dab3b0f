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

// drafted is content that is on its way into the Archive.
type drafted struct {
	draft Draft
	size  int64
}

func (d drafted) open() io.ReadSeekCloser {
	return nopCloser{io.NewSectionReader(d.draft, 0, d.size)}
}

func (d drafted) length() int64 { return d.size }

// contentFile is content that the Archive has.
type contentFile struct {
	archive Archive
	name    string
	size    int64
	uses    int // items that have it; guarded by Store.mu
}

// open needs the lock, for reading at least: without it the content may be removed meanwhile.
func (c *contentFile) open() io.ReadSeekCloser {
	file, err := c.archive.Open(c.name)
	if err != nil {
		return nopCloser{io.NewSectionReader(failing{err}, 0, c.size)}
	}
	return file
}

func (c *contentFile) length() int64 { return c.size }
