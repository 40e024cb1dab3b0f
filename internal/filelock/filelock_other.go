//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"fmt"
	"os"
)

// open has no locks of the system: the lock is a file beside the other, and a process that is killed leaves it behind.
func open(name string) (*os.File, func(), error) {
	lock, err := os.OpenFile(name+".lock", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		err = fmt.Errorf("%w; if there is nobody, remove %s", ErrBusy, name+".lock")
		return nil, nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	if err != nil {
		return nil, nil, err
	}
	unlock := func() { _, _ = lock.Close(), os.Remove(lock.Name()) }
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return f, func() { _ = f.Close(); unlock() }, nil
}
