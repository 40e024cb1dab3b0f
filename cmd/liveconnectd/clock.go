package main

import (
	"sync/atomic"
	"time"
)

// clock is the machine's, moved by what a test suite says. The zero value is not moved.
type clock struct{ moved atomic.Int64 } // nanoseconds

func (c *clock) now() time.Time { return time.Now().Add(c.offset()) }

func (c *clock) offset() time.Duration { return time.Duration(c.moved.Load()) }

// advance moves the clock, backwards too.
func (c *clock) advance(d time.Duration) { c.moved.Add(int64(d)) }

// set lets it be that time now; it goes on from there.
func (c *clock) set(t time.Time) { c.moved.Store(int64(time.Until(t))) }

func (c *clock) reset() { c.moved.Store(0) }
