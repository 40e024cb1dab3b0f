//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime returns the processor time that the program has used. Unlike time on the clock, it does not count what
// other programs use meanwhile.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
