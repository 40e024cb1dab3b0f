package liveconnect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// FileOptions change how [DownloadsService.File] writes.
type FileOptions struct {
	// Replace allows to replace a file that exists.
	Replace bool
	// Item is the item as it was listed or got, if the caller has it. It spares a request.
	Item *ItemInfo
	// Progress is told how far the download has come: at most ten times a second, and at its end.
	Progress func(Progress)
	// Hash is written the whole content, once and in order, also what an earlier call has downloaded. Without an error,
	// it has seen what the file holds.
	Hash hash.Hash
}

// ErrFileBusy is for a download to a file that another one writes to, of this program or another.
var ErrFileBusy error = &sentinel{text: "another download writes to this file", hint: "wait for it to end"}

// File downloads an item to a file: GET /ITEM_ID and GET /ITEM_ID/content, scope wl.skydrive. It goes on by itself after
// faults, as [Download] does, and when it was ended, by an error or with its process, the same call goes on where that
// one stood:
//
// What has arrived is in NAME.part, and NAME.part.json says which item it is of, as it was then. If the item has another
// size or UpdatedTime now, or the checksum of what is there is wrong, it starts over. The file takes its name only when
// it is complete and on disk, with the item's ClientUpdatedTime, or else its UpdatedTime, as its time of modification;
// then both others are gone. An error leaves them, unless nothing has arrived yet.
//
// A file that exists is left alone, with [os.ErrExist], unless opts allows to replace it; this also holds for a file
// that appears during the download. Of two downloads to the same file at the same time, in one process or two, the second
// fails with [ErrFileBusy]; a process that was killed is in nobody's way. (Where the system has no file locks, on AIX,
// Solaris and Plan 9, it leaves NAME.part.lock to be removed by hand.)
//
// Errors: those of Open, and those of the file system. [ErrContentChanged] if the item is replaced during the download;
// the same call then starts over.
func (s *DownloadsService) File(ctx context.Context, itemID, name string, opts *FileOptions) error {
	const op = "Downloads.File"
	if opts == nil {
		opts = &FileOptions{}
	}
	c, err := (*service)(s).contentOf(op, itemID, nil)
	if err != nil {
		return err
	}
	if name == "" {
		return invalidArgument(op, "the file name is empty")
	}
	if err := c.know(itemID, opts.Item); err != nil {
		return invalidArgument(op, "%v", err)
	}
	if err := vacant(name, opts.Replace); err != nil {
		return &Error{Op: op, Err: err}
	}
	item, err := c.item(ctx)
	if err != nil {
		return err
	}
	f, err := openPart(name, itemID, item)
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	meter := newMeter(opts.Progress, item.Size)
	err = f.fill(ctx, c, opts.Hash, meter)
	meter.finish()
	if err == nil {
		err = f.finish(item, opts.Replace)
	}
	return f.close(op, err)
}

// vacant checks that a name may be taken.
func vacant(name string, replace bool) error {
	if _, err := os.Lstat(name); err == nil && !replace {
		return &os.PathError{Op: "download", Path: name, Err: os.ErrExist}
	}
	return nil
}

// partFile is a file on its way.
type partFile struct {
	*os.File
	name    string // the name it will have
	release func()
	state   savedPart
	saved   time.Time
	unsaved int
	done    bool // it has its name
}

// savedPart is what NAME.part.json holds.
type savedPart struct {
	Item        string `json:"item"`
	Size        int64  `json:"size"`
	UpdatedTime Time   `json:"updated_time"`
	Done        int64  `json:"done"`   // bytes that have arrived
	CRC         uint32 `json:"crc32c"` // of these bytes: a crash of the system may keep the state and lose the bytes
}

// The state is written when so much time has passed, or so many bytes have arrived: a process that is killed loses no
// more.
const (
	stateInterval = 100 * time.Millisecond
	stateBytes    = 4 << 20
)

func (f *partFile) partName() string  { return f.name + ".part" }
func (f *partFile) stateName() string { return f.name + ".part.json" }

// openPart opens NAME.part for this download alone.
func openPart(name, itemID string, item *ItemInfo) (*partFile, error) {
	f := &partFile{name: name, state: savedPart{Item: itemID, Size: item.Size, UpdatedTime: item.UpdatedTime}}
	for {
		if info, err := os.Lstat(f.partName()); err == nil && !info.Mode().IsRegular() {
			return nil, &os.PathError{Op: "download", Path: f.partName(), Err: errors.New("not a regular file")}
		}
		opened, release, err := openLocked(f.partName())
		if err != nil {
			return nil, err
		}
		// Another download may have given the file its name, or removed it, just before it let go of it.
		mine, err := opened.Stat()
		there, missing := os.Lstat(f.partName())
		current := err == nil && missing == nil && os.SameFile(mine, there)
		// A crash in moveInto can leave one file with both names.
		named, free := os.Lstat(name)
		if current && free == nil && os.SameFile(mine, named) {
			current, err = false, os.Remove(f.partName())
		}
		if current {
			f.File, f.release = opened, release
			return f, nil
		}
		release()
		if err != nil {
			return nil, err
		}
	}
}

// fill downloads what is missing.
func (f *partFile) fill(ctx context.Context, c *remoteContent, sum hash.Hash, meter *meter) error {
	if err := f.restore(ctx, c, sum); err != nil {
		return err
	}
	done := f.state.Done
	meter.resume(done, false)
	if done > 0 && done == f.state.Size {
		return nil
	}
	d, err := c.download(ctx, Range{Offset: done})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it was read to its end, or there is another error
	if done > 0 {
		// What is there came before this answer, so only the item can tell that they belong together.
		if err := c.checkObject(d.ctx); err != nil {
			return d.broken(err)
		}
	}
	d.hash, d.meter, d.earlier, d.shared = sum, meter, done, true
	buf := make([]byte, copyBuffer)
	for {
		n, err := d.Read(buf)
		if failure := f.add(buf[:n]); failure != nil {
			return failure
		}
		if err == io.EOF { //nolint:errorlint // readers return the bare io.EOF
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// restore goes on with what an earlier download has left, or starts over.
func (f *partFile) restore(ctx context.Context, c *remoteContent, sum hash.Hash) error {
	var left savedPart
	content, err := os.ReadFile(f.stateName())
	if err == nil {
		err = json.Unmarshal(content, &left)
	}
	same := err == nil && left.Item == f.state.Item && left.Size == f.state.Size && left.Done > 0 && left.Done <= left.Size &&
		!left.UpdatedTime.IsZero() && left.UpdatedTime.Equal(f.state.UpdatedTime.Time)
	if same {
		crc := crc32.New(crc32.MakeTable(crc32.Castagnoli))
		n, err := copyContext(ctx, crc, io.NewSectionReader(f, 0, left.Done))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		same = err == nil && n == left.Done && crc.Sum32() == left.CRC
	}
	if same {
		f.state = left
		if sum != nil {
			if _, err := copyContext(ctx, sum, io.NewSectionReader(f, 0, left.Done)); err != nil {
				return err
			}
		}
	} else if log := c.service.core.log; log != nil && content != nil {
		log.LogAttrs(ctx, slog.LevelInfo, "liveconnect download: what is there does not belong to the item, starting over",
			slog.String("op", c.request.op), slog.String("file", f.partName()))
	}
	if err := f.Truncate(f.state.Done); err != nil {
		return err
	}
	_, err = f.Seek(f.state.Done, io.SeekStart)
	return err
}

// add writes what has arrived.
func (f *partFile) add(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	n, err := f.Write(p)
	f.state.Done += int64(n)
	f.state.CRC = crc32.Update(f.state.CRC, crc32.MakeTable(crc32.Castagnoli), p[:n])
	f.unsaved += n
	if err == nil && (f.unsaved >= stateBytes || time.Since(f.saved) >= stateInterval) {
		err = f.save()
	}
	return err
}

// save writes the state, so that there is always a whole one.
func (f *partFile) save() error {
	f.saved, f.unsaved = time.Now(), 0
	content, err := json.Marshal(f.state)
	if err != nil {
		return err
	}
	next := f.stateName() + ".new"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return err
	}
	return os.Rename(next, f.stateName())
}

// finish gives the file its name.
func (f *partFile) finish(item *ItemInfo, replace bool) error {
	modified := item.ClientUpdatedTime
	if modified.IsZero() {
		modified = item.UpdatedTime
	}
	if !modified.IsZero() {
		if err := os.Chtimes(f.partName(), time.Time{}, modified.Time); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := moveInto(f.partName(), f.name, replace); err != nil {
		return err
	}
	f.done = true
	if dir, err := os.Open(filepath.Dir(f.name)); err == nil {
		_ = dir.Sync() // not every system can
		_ = dir.Close()
	}
	return nil
}

// close lets go of the file, and leaves what a later download can use.
func (f *partFile) close(op string, err error) error {
	defer f.release()
	_ = os.Remove(f.stateName() + ".new")
	if errors.Is(err, errInexact) {
		f.state.Done = 0 // what has arrived is not the item's
	}
	if f.done || f.state.Done == 0 {
		_ = os.Remove(f.stateName())
		if !f.done {
			_ = os.Remove(f.partName())
		}
	} else if failure := f.save(); failure != nil {
		err = errors.Join(err, failure)
	}
	if err == nil {
		return nil
	}
	failure := *asError(op, err)
	if f.state.Done > 0 && !f.done && !errors.Is(err, ErrContentChanged) {
		if failure.Message != "" {
			failure.Message += "; "
		}
		failure.Message += fmt.Sprintf("%d bytes are kept in %s, and the same call goes on from there", f.state.Done, f.partName())
	}
	return &failure
}

// moveInto gives a finished file its name. Without replace, it fails if the name was taken meanwhile.
func moveInto(part, name string, replace bool) error {
	if replace {
		return os.Rename(part, name)
	}
	err := os.Link(part, name)
	if err == nil {
		return os.Remove(part)
	}
	if errors.Is(err, os.ErrExist) {
		return err
	}
	// The file system has no hard links: whoever can make the name has it.
	claim, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the caller's own name
	if err != nil {
		return err
	}
	if err := errors.Join(claim.Close(), os.Rename(part, name)); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// copyBuffer is how much is read at once.
const copyBuffer = 32 << 10

// copyContext is io.Copy that ends with the context.
func copyContext(ctx context.Context, w io.Writer, r io.Reader) (int64, error) {
	return io.Copy(w, readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	}))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
