//go:build !unix

package main

import "time"

var started = time.Now()

// processorTime is time on the clock, where the processor's is not to be had.
func processorTime() time.Duration { return time.Since(started) }
