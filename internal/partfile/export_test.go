package partfile

import "errors"

// WithoutLinks has the file system refuse hard links, as FAT does.
func (f *File) WithoutLinks() {
	f.link = func(string, string) error { return errors.ErrUnsupported }
}
