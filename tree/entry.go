package tree

import (
	"fmt"

	"github.com/go-liveconnect/liveconnect"
)

// WalkOptions change how [Walk] goes through a folder. nil is the default.
type WalkOptions struct {
	// Concurrency is how many folders are listed at once, ahead of the loop: 0 is 4. 1 lists a folder when the loop
	// gets to it, and nothing ahead. The order of the walk is always the same.
	Concurrency int
	// Buffer is about how many items are kept that the loop has not reached yet: 0 is 10,000. What is listed already is
	// the only thing that a walk keeps in memory, besides the folders on the way to the current item.
	Buffer int
	// StopOnError ends the walk at the first folder that cannot be listed. Otherwise, the walk goes on with the next.
	StopOnError bool
	// Enter reports whether a folder or album is listed; nil is all. It is called once for each, one at a time, before the
	// loop has got to it. A folder that is not entered is part of the walk all the same.
	Enter func(Entry) bool
}

// The defaults of WalkOptions.
const (
	walkConcurrency = 4
	walkBuffer      = 10_000
)

func (o *WalkOptions) validate() error {
	if o != nil && (o.Concurrency < 0 || o.Buffer < 0) {
		return fmt.Errorf("concurrency %d, buffer %d: neither may be below zero", o.Concurrency, o.Buffer)
	}
	return nil
}

// Entry is an item that a walk has come to.
type Entry struct {
	// Path is where the item is, seen from the folder of the walk: names with slashes between them. That folder itself
	// is ".". A slash within a name, which the service forbids, is written as U+2215, which looks like one. The names
	// are those of the service: do not use them as the names of files, [Download] does that with care.
	Path string
	// Item is the item itself. It is nil for the folder of the walk, which only errors name.
	Item liveconnect.Item
	// Depth is how many folders lie between the folder of the walk and the item.
	Depth int
}

// IsFolder reports whether the item can hold others: whether it is a folder or an album.
func (e Entry) IsFolder() bool { return isFolder(e.Item) }

func isFolder(item liveconnect.Item) bool {
	switch item.(type) {
	case *liveconnect.Folder, *liveconnect.Album:
		return true
	}
	return false
}
