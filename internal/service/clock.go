package service

import (
	"sync/atomic"
	"time"
)

// Clock is a clock that can be moved. The zero value is the machine's own.
type Clock struct {
	Base  func() time.Time // nil is time.Now; it is set before the first use
	moved atomic.Int64     // nanoseconds
}

// Now is what time it is.
func (c *Clock) Now() time.Time { return c.base().Add(c.Offset()) }

func (c *Clock) base() time.Time {
	if c.Base != nil {
		return c.Base()
	}
	return time.Now()
}

// Offset is how far the clock is ahead.
func (c *Clock) Offset() time.Duration { return time.Duration(c.moved.Load()) }

// Advance moves the clock, backwards too.
func (c *Clock) Advance(d time.Duration) { c.moved.Add(int64(d)) }

// Set lets it be that time now; it goes on from there.
func (c *Clock) Set(t time.Time) { c.moved.Store(int64(t.Sub(c.base()))) }

// Reset moves the clock back to where it was.
func (c *Clock) Reset() { c.moved.Store(0) }
