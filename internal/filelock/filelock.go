// Package filelock opens files for one user at a time, of this process or another.
package filelock

import (
	"errors"
	"os"
)

// ErrBusy says that somebody else has the lock.
var ErrBusy = errors.New("locked by somebody else")

// Open opens a file for reading and writing, and makes it if it is missing. Until the file is released, nobody else can
// open it in this way. Where the system lets go of locks by itself, a process that was killed is in nobody's way.
//
// Open follows no symbolic link where the system can tell, and does not wait for the other end of a pipe. The error is an
// [*os.PathError]; it is [ErrBusy] if the file is locked.
func Open(name string) (f *os.File, release func(), err error) { return open(name) }
