package imaging

import (
	"context"
	"io"
	"runtime"

	"golang.org/x/sync/semaphore"
)

// Budget bounds the memory that all work on pictures takes together to MaxMemory, and the number of pictures that are
// worked on at once to the number of processors.
type Budget struct{ bytes *semaphore.Weighted }

// NewBudget returns a budget of which nothing is taken.
func NewBudget() *Budget { return &Budget{semaphore.NewWeighted(MaxMemory)} }

// Take waits until there is room for the work on a picture, and returns the function that gives it back.
func (b *Budget) Take(picture io.ReadSeeker) (release func()) {
	n := max(weight(picture), MaxMemory/int64(runtime.GOMAXPROCS(0)))
	_ = b.bytes.Acquire(context.Background(), n) // it fails only if the context ends
	return func() { b.bytes.Release(n) }
}

// weight is about how many bytes the functions of this package take to work on a picture, as far as its header tells; 0 if
// it is none, and none of them would go on.
func weight(file io.ReadSeeker) int64 {
	p, err := open(file)
	if err != nil {
		return 0
	}
	return p.weight()
}
