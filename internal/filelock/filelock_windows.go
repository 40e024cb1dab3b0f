package filelock

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

const errorSharingViolation = syscall.Errno(32)

// open shares the file for nothing but being renamed and removed, which [os.Root] cannot.
func open(root *os.Root, name string) (*os.File, func(), error) {
	path := filepath.Join(root.Name(), filepath.FromSlash(name))
	wide, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, nil, failed(root, name, err)
	}
	handle, err := syscall.CreateFile(wide, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_DELETE, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL|syscall.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if errors.Is(err, errorSharingViolation) {
		err = ErrBusy
	}
	if err != nil {
		return nil, nil, failed(root, name, err)
	}
	f := os.NewFile(uintptr(handle), path)
	return f, func() { _ = f.Close() }, nil
}
