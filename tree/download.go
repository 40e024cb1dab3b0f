package tree

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/filename"
)

// Download downloads a folder or album with all that is below it into a directory, which is made if it is missing: GET
// /FOLDER_ID/files for each folder, GET /ITEM_ID/content for each file, scope wl.skydrive. [liveconnect.Root] and the
// other special folders stand for their ids.
//
// A file that is there already is skipped: one of the same size, with the item's [liveconnect.ItemInfo.ModTime] as its
// time of modification, give or take a second. Download sets that time itself, as [liveconnect.DownloadsService.File]
// does. What else is in the directory is left alone, see [Options]; nothing is ever deleted.
//
// A run that was ended in any way, by a crash too, goes on when it is made again: what is complete is skipped, and a
// file that was on its way continues where it was, at most 4 MiB or a tenth of a second behind (a second more
// when the system has crashed), if the item still has the same size and UpdatedTime. What is there has checksums: if some of it is damaged,
// the file continues from before that. Until a file is complete, it lies in the directory ".liveconnect" within dir, which
// goes away with the first run in which nothing failed. Of two runs into the same directory at the same time, the second
// fails with [liveconnect.ErrFileBusy].
//
// Nothing is written outside dir, whatever names the service gives and whatever symbolic links dir has. Names that not
// every system takes are changed, so that they can be found again: a slash is written as %2F, other characters alike,
// and %~ is put where a full stop, a blank or the name of a device would do harm. Of names that a disk may take for the
// same, because they differ by case alone for example, all but the first get a mark such as ~1f0a2b3c4d; so do names
// that are cut off because they are too long. Report tells every name. Notebooks have no content and are skipped.
//
// The failure of one file or folder does not end the run, unless opts say so. The error is nil only if nothing failed;
// it matches what the errors of the first 100 failures match, and those are in the result.
//
// Errors: those of [Walk] and [liveconnect.DownloadsService.Open], [os.ErrExist] for files that are there and differ,
// and others of the file system. Reference pages "File object" and "Support for resumable downloads".
func Download(ctx context.Context, client *liveconnect.Client, folderID, dir string, opts *Options) (Result, error) {
	const op = "tree.Download"
	if err := check(op, client, opts.validate(dir)); err != nil {
		return Result{}, err
	}
	d := &download{mirror: newMirror(ctx, op, opts), client: client, dir: dir}
	d.run(folderID)
	result, err := d.finish()
	if d.files != nil {
		if failure := d.files.close(err == nil); failure != nil {
			err = &liveconnect.Error{Op: op, Err: failure}
		}
	}
	return result, err
}

// download is a run of Download.
type download struct {
	*mirror
	client *liveconnect.Client
	dir    string
	files  *directory // nil until something is there to be written
	on     []localDir // the directories on the way to the current item, the first is dir itself
}

// localDir is a directory that is being filled.
type localDir struct {
	path  string // below dir
	err   error  // why nothing can be written into it
	names filename.Set
	taken []os.FileInfo // files that were there, and belong to an item
}

// run goes through the folder and queues what is to be downloaded.
func (d *download) run(folderID string) {
	w := newWalker(d.ctx, d.client, d.op, folderID, WalkOptions{Concurrency: d.opts.Concurrency, Enter: d.selected})
	defer w.close()
	// The directory waits until the folder was listed: one that does not exist leaves nothing behind.
	_, err := w.await(w.start)
	if err == nil {
		d.files, err = openDirectory(d.dir)
	}
	if err != nil {
		d.fail(File{Path: ".", Local: "."}, err)
		return
	}
	d.on = []localDir{{path: "."}}
	w.visit(w.start, func(n *node, err error) bool {
		switch {
		case d.ctx.Err() != nil:
			return false
		case err != nil:
			d.fail(File{Path: n.entry().Path, Local: d.on[n.depth].path, Item: n.item}, err)
		default:
			d.take(n)
		}
		return true
	})
}

// take deals with an item that the walk has come to.
func (d *download) take(n *node) {
	d.on = d.on[:n.depth]
	parent := &d.on[n.depth-1]
	if isFolder(n.item) {
		if n.entered {
			d.on = append(d.on, d.makeDir(n, parent))
		}
		return
	}
	entry, info := n.entry(), n.item.Info()
	if !d.selected(entry) {
		return
	}
	local := path.Join(parent.path, parent.names.Claim(info.Name, info.ID))
	file := File{Path: entry.Path, Local: local, Item: n.item, Total: info.Size}
	if _, notebook := n.item.(*liveconnect.Notebook); notebook {
		d.report(file, Skipped, errNotebook)
		return
	}
	if parent.err != nil {
		d.fail(file, parent.err)
		return
	}
	d.plan(file, info, parent)
}

var errNotebook = errors.New("liveconnect: a notebook has no content that can be downloaded")

// makeDir makes the directory for a folder.
func (d *download) makeDir(n *node, parent *localDir) localDir {
	info := n.item.Info()
	made := localDir{path: path.Join(parent.path, parent.names.Claim(info.Name, info.ID)), err: parent.err}
	if made.err == nil {
		made.err = d.files.makeDir(made.path)
	}
	if made.err != nil {
		d.fail(File{Path: n.entry().Path, Local: made.path, Item: n.item}, made.err)
	} else {
		d.countFolder()
	}
	return made
}

// plan decides what is to be done about a file.
func (d *download) plan(file File, info *liveconnect.ItemInfo, parent *localDir) {
	found, err := d.files.root.Lstat(file.Local)
	if err == nil && isTaken(found, parent.taken) {
		// The disk takes two names for one that look different even to nameSet.
		file.Local = path.Join(parent.path, filename.Mark(path.Base(file.Local), info.ID))
		found, err = d.files.root.Lstat(file.Local)
	}
	job := arrival{files: d.files, client: d.client, info: info}
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && d.files.place(file.Local, info.ID).Claimed():
	case err != nil:
		d.fail(file, err)
		return
	case found.Mode().IsRegular() && sameTime(found.ModTime(), info.ModTime()):
		parent.taken = append(parent.taken, found)
		if found.Size() == info.Size {
			file.Done = info.Size
			d.report(file, Skipped, nil)
			return
		}
		// The sizes of lists are wrong at times (seen in clients), so the content is asked for its own.
		job.known, job.replace = found.Size(), d.opts.Replace
		job.maybeThere = true
	case !d.opts.Replace, found.IsDir():
		d.fail(file, errDiffers(file.Local))
		return
	default:
		parent.taken = append(parent.taken, found)
		job.replace = true
	}
	d.transfer(file, func(file *File, moving func(done, total int64)) (int64, bool, error) {
		return job.run(d.ctx, file, moving)
	})
}

func isTaken(found os.FileInfo, taken []os.FileInfo) bool {
	for _, other := range taken {
		if os.SameFile(found, other) {
			return true
		}
	}
	return false
}

// sameTime compares a time on disk with one of the service, which has whole seconds. Some file systems have even ones.
func sameTime(local, service time.Time) bool {
	return !service.IsZero() && local.Sub(service).Abs() <= time.Second
}
