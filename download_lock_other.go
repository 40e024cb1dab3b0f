//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package liveconnect

import (
	"errors"
	"fmt"
	"os"
)

// openLocked opens a file, which it makes if it is missing, for nobody else to open in this way. Without locks of the
// system, the lock is a file that a killed process leaves behind.
func openLocked(name string) (*os.File, func(), error) {
	lock, err := os.OpenFile(name+".lock", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		err = fmt.Errorf("%w; if there is none, remove %s", ErrFileBusy, name+".lock")
		return nil, nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	if err != nil {
		return nil, nil, err
	}
	unlock := func() { _, _ = lock.Close(), os.Remove(lock.Name()) }
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return f, func() { _ = f.Close(); unlock() }, nil
}
