package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/go-liveconnect/liveconnect/internal/filelock"
	"github.com/go-liveconnect/liveconnect/internal/partfile"
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
// What has arrived is in NAME.part, and NAME.part.json says which item it is of, as it was then, with a checksum of each
// 4 MiB or less. (In both, a NAME of more than 128 bytes is cut off.) If the item has another size or UpdatedTime now, it
// starts over; if some of what is there is damaged, it goes on from before that. A process that is killed loses no more
// than the last 4 MiB or tenth of a second, a system that crashes no more than the last second before that. The file takes
// its name only when it is complete and on disk, with [ItemInfo.ModTime] as its time of modification; then both others are
// gone. An error leaves them, unless nothing has arrived yet.
//
// A file that exists is left alone, with [os.ErrExist], unless opts allows to replace it; this also holds for a file
// that appears during the download. What has the name of the part and is not of a download is never touched: that is an
// error as well. Of two downloads to the same file at the same time, in one process or two, the second fails with
// [ErrFileBusy]; a process that was killed is in nobody's way. (Where the system has no file locks, on AIX, Solaris and
// Plan 9, it leaves NAME.part.json.lock to be removed by hand.)
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
	if _, err := (*service)(s).ready(ctx, op); err != nil {
		return err
	}
	if name == "" || os.IsPathSeparator(name[len(name)-1]) {
		return invalidArgument(op, "the file name is %q: want one that a file can have", name)
	}
	if err := c.know(itemID, opts.Item); err != nil {
		return invalidArgument(op, "%v", err)
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	defer root.Close() //nolint:errcheck // everything was synced
	place := partfile.Beside(root, filepath.Base(name))
	if err := place.Vacant(opts.Replace); err != nil {
		return &Error{Op: op, Err: err}
	}
	item, err := c.item(ctx)
	if err != nil {
		return err
	}
	f, err := c.openFile(ctx, place, partfile.Content{ID: itemID, Updated: item.UpdatedTime.Time, Size: item.Size})
	if err != nil {
		return err
	}
	meter := newMeter(opts.Progress, item.Size)
	err = c.fill(ctx, f, item.Size, sink{hash: opts.Hash, meter: meter, before: f.Done()})
	meter.finish()
	if err == nil {
		err = f.Finish(place.Name, item.ModTime(), opts.Replace)
	}
	return c.closeFile(f, place, err)
}

// openFile opens a file for this download alone.
func (c *remoteContent) openFile(ctx context.Context, place partfile.Place, want partfile.Content) (*partfile.File, error) {
	f, err := partfile.Open(ctx, place, want)
	if err != nil {
		if errors.Is(err, filelock.ErrBusy) {
			err = &os.PathError{Op: "download", Path: filepath.Join(place.Root.Name(), place.Part), Err: ErrFileBusy}
		}
		return nil, asError(c.request.op, err)
	}
	if log := c.service.core.log; log != nil && f.Dropped() {
		log.LogAttrs(ctx, slog.LevelInfo, "liveconnect download: what is there is damaged or of another item, starting over from a byte",
			slog.String("op", c.request.op), slog.String("file", place.Part), slog.Int64("byte", f.Done()))
	}
	return f, nil
}

// closeFile closes a file, and says what a later download can use.
func (c *remoteContent) closeFile(f *partfile.File, place partfile.Place, err error) error {
	if errors.Is(err, errInexact) {
		f.Discard() // what has arrived is not the item's
	}
	kept := f.Done()
	closing := f.Close()
	if err == nil && closing == nil {
		return nil
	}
	failure := *asError(c.request.op, errors.Join(err, closing))
	if err != nil && kept > 0 && !errors.Is(err, ErrContentChanged) {
		if failure.Message != "" {
			failure.Message += "; "
		}
		failure.Message += fmt.Sprintf("%d bytes are kept in %s, and the same call goes on from there",
			kept, filepath.Join(place.Root.Name(), place.Part))
	}
	return &failure
}

// fill downloads what is missing of a file.
func (c *remoteContent) fill(ctx context.Context, f *partfile.File, size int64, into sink) error {
	into.meter.resume(f.Done(), false)
	if f.Done() == 0 {
		if err := f.Restart(size); err != nil {
			return err
		}
	} else if into.hash != nil {
		if _, err := copyContext(ctx, into.hash, f.Earlier()); err != nil {
			return err
		}
	}
	if f.Complete() {
		return nil
	}
	d, err := c.download(ctx, Range{Offset: f.Done()}, into)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it was read to its end, or there is another error
	if f.Done() > 0 {
		// What is there came before this answer, so only the item can tell that they belong together.
		if err := c.checkObject(d.ctx); err != nil {
			return d.broken(err)
		}
	}
	_, err = io.CopyBuffer(f, d, make([]byte, copyBuffer))
	return err
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
