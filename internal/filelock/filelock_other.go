//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"fmt"
	"os"
)

// open has no locks of the system: the lock is a file beside the other, and a process that is killed leaves it behind.
func open(root *os.Root, name string) (*os.File, func(), error) {
	beside := name + ".lock"
	lock, err := root.OpenFile(beside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, nil, failed(root, name, fmt.Errorf("%w; if there is nobody, remove %s", ErrBusy, beside))
	}
	if err != nil {
		return nil, nil, err
	}
	unlock := func() { _, _ = lock.Close(), root.Remove(beside) }
	f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return f, func() { _ = f.Close(); unlock() }, nil
}
