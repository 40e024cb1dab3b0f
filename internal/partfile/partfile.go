// Package partfile writes files that arrive in pieces, in one run or in several. Until a file is complete, what has
// arrived lies under another name, the part, beside a journal that says what content it is of and has a checksum of each
// piece. A run that finds a part checks it by that, and goes on behind the last piece that is as it was written, however
// the run before has ended.
//
// The journal is made before the part and removed after it, so that a part without one is somebody else's.
package partfile

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/filelock"
)

// File is a file on its way. It is not safe for concurrent use, and has to be closed.
type File struct {
	place    Place
	content  Content
	journal  *journal
	part     *os.File // nil until there is one
	done     int64
	piece    int64  // bytes since the last entry of the journal
	crc      uint32 // of these
	noted    time.Time
	synced   time.Time
	dropped  bool
	finished bool
	link     func(oldname, newname string) error // as os.Root.Link
}

// Open finds out how much of the content an earlier run has left, and keeps others away from it until Close. If that is
// nothing, Restart begins the part. A Size of -1 takes the size from what was left.
//
// Errors: [filelock.ErrBusy]; [fs.ErrExist] for a name that is taken by somebody else.
func Open(ctx context.Context, place Place, content Content) (*File, error) {
	j, err := openJournal(place)
	if err != nil {
		return nil, err
	}
	f := &File{place: place, content: content, journal: j, link: place.Root.Link}
	if err := f.restore(ctx); err != nil {
		if f.part != nil {
			err = errors.Join(err, f.part.Close())
		}
		return nil, errors.Join(err, j.abandon())
	}
	f.noted, f.synced = time.Now(), time.Now()
	return f, nil
}

// restore opens the part that is there, and checks it.
func (f *File) restore(ctx context.Context) error {
	part, err := f.openPart()
	if part == nil || err != nil {
		return err
	}
	f.part = part
	left := f.journal.content
	f.dropped = true
	if f.content.Size < 0 {
		f.content.Size = left.Size
	}
	if !left.same(f.content) || left.Updated.IsZero() {
		f.content.Size = -1
		return nil
	}
	good, err := verify(ctx, part, f.journal.pieces, left.Size)
	if err != nil || good == 0 {
		return err
	}
	f.dropped = good < len(f.journal.pieces)
	f.done = f.journal.pieces[good-1].End
	if err := errors.Join(f.journal.cut(good), part.Truncate(f.done)); err != nil {
		return err
	}
	_, err = part.Seek(f.done, io.SeekStart)
	return err
}

// openPart opens the part. It returns nil if there is none that may be used.
func (f *File) openPart() (*os.File, error) {
	root, name := f.place.Root, f.place.Part
	found, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case f.place.Private && (!found.Mode().IsRegular() || !f.journal.ours):
		return nil, root.RemoveAll(name)
	case !found.Mode().IsRegular():
		return nil, f.place.taken(name, filelock.ErrNotRegular)
	case !f.journal.ours:
		return nil, f.place.taken(name, errForeign)
	}
	// A run that ended while it named the file may have left it both names: it is complete, and nothing to write to.
	if named, err := root.Lstat(f.place.Name); err == nil && os.SameFile(found, named) {
		return nil, root.Remove(name)
	}
	part, err := root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if own, err := part.Stat(); err != nil || !os.SameFile(own, found) {
		return nil, errors.Join(err, f.place.taken(name, errChanged), part.Close())
	}
	return part, nil
}

// Done is how many bytes of the content are there.
func (f *File) Done() int64 { return f.done }

// Size is how many bytes the content has; -1 is not known.
func (f *File) Size() int64 { return f.content.Size }

// Complete reports whether all of the content is there.
func (f *File) Complete() bool { return f.done > 0 && f.done == f.content.Size }

// Dropped reports whether Open has found something of an earlier run that it could not use.
func (f *File) Dropped() bool { return f.dropped }

// Earlier reads what was there when the file was opened.
func (f *File) Earlier() io.Reader { return io.NewSectionReader(f.part, 0, f.done) }

// Restart begins the part anew, for content of a size; -1 is not known. It makes a new file, so that nothing is
// written to one that has other names as well.
func (f *File) Restart(size int64) error {
	f.done, f.piece, f.crc = 0, 0, 0
	f.content.Size = size
	if err := f.removePart(); err != nil {
		return err
	}
	err := f.journal.begin(f.content)
	if err == nil && !f.place.Private {
		err = f.journal.file.Sync() // before there is a part that nobody would know any more
	}
	if err != nil {
		return err
	}
	f.part, err = f.place.Root.OpenFile(f.place.Part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o666)
	if errors.Is(err, fs.ErrExist) {
		err = f.place.taken(f.place.Part, errForeign)
	}
	return err
}

// removePart removes the part, unless somebody else's file has taken its name.
func (f *File) removePart() error {
	if f.part == nil {
		return nil
	}
	same, err := f.named()
	err = errors.Join(err, f.part.Close())
	f.part = nil
	if same {
		err = errors.Join(err, f.place.Root.Remove(f.place.Part))
	}
	return err
}

// named reports whether the part still has its name.
func (f *File) named() (bool, error) {
	own, err := f.part.Stat()
	if err != nil {
		return false, err
	}
	found, err := f.place.Root.Lstat(f.place.Part)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(own, found), err
}

// How far a part may be ahead of its journal, which is what a process that is killed loses, and both of the disk, which is
// what a system that crashes may lose.
const (
	pieceBytes   = 4 << 20
	pieceTime    = 100 * time.Millisecond
	syncInterval = time.Second
)

// Write adds to the part.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.part.Write(p)
	f.done += int64(n)
	f.piece += int64(n)
	f.crc = crc32.Update(f.crc, castagnoli, p[:n])
	if err == nil && (f.piece >= pieceBytes || time.Since(f.noted) >= pieceTime) {
		err = f.note()
	}
	return n, err
}

// note writes down what has arrived since the last time.
func (f *File) note() error {
	f.noted = time.Now()
	if f.piece > 0 {
		if err := f.journal.add(piece{End: f.done, CRC: f.crc}); err != nil {
			return err
		}
		f.piece, f.crc = 0, 0
	}
	if f.noted.Sub(f.synced) < syncInterval {
		return nil
	}
	f.synced = f.noted
	return errors.Join(f.part.Sync(), f.journal.file.Sync())
}

// Discard forgets what has arrived: Close leaves nothing.
func (f *File) Discard() { f.done = 0 }

// Close releases the file. What has arrived is kept for a later run, unless the file is finished.
func (f *File) Close() error {
	if f.done > 0 && !f.finished {
		err := errors.Join(f.note(), f.part.Close())
		f.journal.release()
		return err
	}
	var err error
	if f.finished {
		err = f.part.Close()
	} else {
		err = f.removePart()
	}
	return errors.Join(err, f.journal.remove())
}
