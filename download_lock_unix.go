//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package liveconnect

import (
	"errors"
	"os"
	"syscall"
)

// openLocked opens a file, which it makes if it is missing, for nobody else to open in this way. The system lets go of
// the lock with the process.
func openLocked(name string) (*os.File, func(), error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666) //nolint:gosec // as os.Create does, and the caller's own name
	if err != nil {
		return nil, nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrFileBusy
	}
	if err != nil {
		return nil, nil, errors.Join(&os.PathError{Op: "lock", Path: name, Err: err}, f.Close())
	}
	release := func() {
		// Closing would do, but for a program that starts another one at this moment: until that has begun, it holds
		// the file, and with it the lock, as well.
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
		_ = f.Close()
	}
	return f, release, nil
}
