// Package filelock opens files for one user at a time, of this process or another.
package filelock

import "os"

// Open opens a file for reading and writing, and makes it if it is missing. Until the file is released, nobody else can
// open it in this way. Where the system releases locks by itself, a process that was killed is in nobody's way.
//
// The file may be removed before it is released. Errors are [*fs.PathError] with [ErrBusy], [ErrNotRegular] (Open follows
// no symbolic link, and waits for nobody at a pipe), or one of the system.
func Open(root *os.Root, name string) (f *os.File, release func(), err error) {
	for range 100 {
		found, err := root.Lstat(name)
		if err == nil && !found.Mode().IsRegular() {
			return nil, nil, failed(root, name, ErrNotRegular)
		}
		f, release, err := open(root, name)
		if err != nil {
			return nil, nil, err
		}
		// Whoever had the lock may have removed the file just before it was released.
		own, err := f.Stat()
		there, missing := root.Lstat(name)
		if err == nil && missing == nil && os.SameFile(own, there) {
			return f, release, nil
		}
		release()
	}
	return nil, nil, failed(root, name, errUnsteady)
}
