package filelock

import (
	"errors"
	"os"
	"syscall"
)

const errorSharingViolation = syscall.Errno(32)

// open shares the file for nothing but being renamed and removed.
func open(name string) (*os.File, func(), error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	handle, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_DELETE, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL|syscall.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if errors.Is(err, errorSharingViolation) {
		err = ErrBusy
	}
	if err != nil {
		return nil, nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	f := os.NewFile(uintptr(handle), name)
	return f, func() { _ = f.Close() }, nil
}
