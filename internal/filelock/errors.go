package filelock

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Why a file cannot be locked.
var (
	ErrBusy       = errors.New("locked by somebody else")
	ErrNotRegular = errors.New("not a regular file; move it away")

	errUnsteady = errors.New("somebody makes it and removes it again and again")
)

func failed(root *os.Root, name string, err error) error {
	return &fs.PathError{Op: "lock", Path: filepath.Join(root.Name(), filepath.FromSlash(name)), Err: err}
}
