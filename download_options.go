package liveconnect

import (
	"fmt"
	"hash"
)

// DownloadOptions change how content is asked for.
type DownloadOptions struct {
	// Attachment makes a browser that follows the link save the content rather than show it: download=true.
	Attachment bool `url:"download,omitempty"`
	// Range asks for a part of the content. The zero Range is the whole.
	Range Range `url:"-"`
	// Item is the item as it was listed or got, if the caller has it. A download that breaks off then goes on only if the
	// item still has that size and UpdatedTime.
	Item *ItemInfo `url:"-"`
	// Progress is told how far the download has come: at most ten times a second, and at its end. It is called by Read,
	// and so by whoever reads.
	Progress func(Progress) `url:"-"`
	// Hash is written every byte that is read, once and in order. After io.EOF it has seen the whole.
	Hash hash.Hash `url:"-"`
}

// Range is a part of some content.
type Range struct {
	Offset int64 // the first byte; below zero, counted from the end: -500 begins 500 bytes before it
	Length int64 // bytes; 0 is everything from Offset on
}

func (o *DownloadOptions) validate() error {
	if o != nil && o.Range.Length < 0 {
		return fmt.Errorf("range %+v: the length may not be below zero", o.Range)
	}
	return nil
}
