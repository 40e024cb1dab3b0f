package liveconnect

import (
	"errors"
	"os"
	"syscall"
)

const errorSharingViolation = syscall.Errno(32)

// openLocked opens a file, which it makes if it is missing, for nobody else to open: it may only be renamed and removed.
func openLocked(name string) (*os.File, func(), error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	handle, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_DELETE, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errorSharingViolation) {
		err = ErrFileBusy
	}
	if err != nil {
		return nil, nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	f := os.NewFile(uintptr(handle), name)
	return f, func() { _ = f.Close() }, nil
}
