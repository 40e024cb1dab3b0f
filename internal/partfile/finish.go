package partfile

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"time"
)

// Vacant checks that the file may be given its name: that nothing has it, or only what may be replaced.
func (p Place) Vacant(replace bool) error {
	found, err := p.Root.Lstat(p.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case found.IsDir(), !replace && !p.Claimed():
		return p.taken(p.Name, fs.ErrExist)
	}
	return nil
}

// Claimed reports whether the name is taken by an empty file that a run made which was killed just then, see claim.
func (p Place) Claimed() bool {
	found, err := p.Root.Lstat(p.journal())
	if err != nil || !found.Mode().IsRegular() {
		return false
	}
	file, err := p.Root.Open(p.journal())
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // nothing was written
	j := &journal{place: p, file: file}
	return j.read() == nil && j.claimed(p.Name)
}

func (j *journal) claimed(name string) bool {
	found, err := j.place.Root.Lstat(name)
	return err == nil && j.naming == name && found.Mode().IsRegular() && found.Size() == 0
}

// Finish gives the file, which is complete, its time and a name. It is on disk then. Without replace, a name that is
// taken is an error, [fs.ErrExist], and may be followed by another try.
func (f *File) Finish(name string, modified time.Time, replace bool) error {
	if err := errors.Join(f.note(), f.part.Sync()); err != nil {
		return err
	}
	own, err := f.part.Stat()
	if err != nil {
		return err
	}
	if same, err := f.named(); err != nil || !same || own.Size() != f.done {
		return errors.Join(err, f.place.taken(f.place.Part, errChanged))
	}
	if !modified.IsZero() {
		err := f.place.Root.Chtimes(f.place.Part, time.Time{}, modified)
		if err != nil && modified.Year() >= 1980 && modified.Year() < 2107 { // what all file systems can keep
			return err
		}
	}
	if err := f.move(name, replace); err != nil {
		return err
	}
	f.finished = true
	if dir, err := f.place.Root.Open(path.Dir(name)); err == nil {
		_ = dir.Sync() // not every system can
		_ = dir.Close()
	}
	return nil
}

// move gives the part another name.
func (f *File) move(name string, replace bool) error {
	root, part := f.place.Root, f.place.Part
	if replace || f.journal.claimed(name) {
		return root.Rename(part, name)
	}
	if f.link(part, name) == nil {
		return root.Remove(part)
	}
	return f.claim(name)
}

// claim is for file systems without hard links, and tells why where they were not what is missing: whoever can make the name has it. Should the process be killed when it
// has done that and no more, the journal tells the next run that the empty file is no one's.
func (f *File) claim(name string) error {
	before := f.journal.end
	if err := errors.Join(f.journal.add(piece{Naming: name}), f.journal.file.Sync()); err != nil {
		return err
	}
	made, err := f.place.Root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return errors.Join(err, f.journal.truncate(before))
	}
	err = errors.Join(made.Close(), f.place.Root.Rename(f.place.Part, name))
	if err != nil {
		return errors.Join(err, f.place.Root.Remove(name), f.journal.truncate(before))
	}
	return nil
}
