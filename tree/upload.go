package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/filename"
)

// Upload uploads a directory with all that is below it into a folder or album: GET /FOLDER_ID/files for each folder that is
// there, POST /FOLDER_ID for each that is not, [liveconnect.UploadsService.Auto] for each file, scope wl.skydrive_update.
// [liveconnect.Root] and the other special folders stand for their ids. Photos are sent as they are: downsize_photo_uploads=false.
//
// A file that is there already is skipped: one of the same size whose UpdatedTime is not before the file's time of
// modification, give or take a second. The service does not keep that time, and nothing is written into dir to remember
// it. So a file that was changed without changing its size or its time is not seen, and neither is one whose time was
// set by a clock that is behind the service's. A file that differs otherwise is left alone, see [Options], and
// nothing is ever deleted.
//
// A run that was ended in any way, by a crash too, goes on when it is made again: what is complete is skipped. A file
// that was on its way is sent again from its start; the service never sees a part of it as a whole file.
//
// Names that [Download] has changed go up as what they were. Symbolic links and other special files are
// skipped, and so is what begins with a full stop, which the service does not allow; Report tells why. Other names that
// it does not allow fail, and so do names in one directory that differ by case alone, except the first: the service
// takes them for one. The failure of one file or folder does not end the run, unless opts say so; a folder that fails,
// fails with all that is in it. The error is nil only if nothing failed, and matches what the failures match.
//
// Errors: those of [liveconnect.UploadsService.Auto], [liveconnect.ItemsService.All] and
// [liveconnect.FoldersService.Create], [liveconnect.ErrAlreadyExists] for files that are there and differ, and those of the
// file system. Reference pages "File object" and "Folder object"; how the service compares names was seen in clients.
func Upload(ctx context.Context, client *liveconnect.Client, dir, folderID string, opts *Options) (Result, error) {
	const op = "tree.Upload"
	if err := check(op, client, opts.validate(dir)); err != nil {
		return Result{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Result{}, &liveconnect.Error{Op: op, Err: err}
	}
	defer root.Close() //nolint:errcheck // nothing was written
	u := &upload{mirror: newMirror(ctx, op, opts), client: client, root: root}
	u.walker = newWalker(u.ctx, client, op, folderID, WalkOptions{Concurrency: u.opts.Concurrency, Enter: u.isHere})
	u.directory(&localFolder{local: ".", id: folderID, node: u.walker.start})
	u.walker.close()
	return u.finish()
}

// upload is a run of Upload.
type upload struct {
	*mirror
	client *liveconnect.Client
	root   *os.Root
	walker *walker // lists the folders that are on the service and on disk
}

// localFolder is a directory that is being read, and the folder that it goes to.
type localFolder struct {
	local, path string
	id          string
	node        *node // nil if the folder is new
	there       []node
	names       map[string]string // what has gone there, by folded name
}

// isHere reports whether a folder of the service is worth listing.
func (u *upload) isHere(entry Entry) bool {
	names := strings.Split(entry.Path, "/")
	for i, name := range names {
		names[i] = filename.Safe(name)
	}
	found, err := u.root.Lstat(path.Join(names...))
	return err == nil && found.IsDir()
}

// directory goes through a directory and queues what is to be uploaded.
func (u *upload) directory(in *localFolder) {
	entries, err := u.read(in.local)
	if err == nil && in.node != nil {
		in.there, err = u.walker.await(in.node)
		defer u.walker.leave(in.node)
	}
	if err != nil {
		file := File{Path: in.path, Local: in.local}
		if in.path == "" {
			file.Path = "."
		}
		u.fail(file, err)
		return
	}
	in.names = map[string]string{}
	for _, entry := range entries {
		if u.ctx.Err() != nil {
			return
		}
		u.take(in, entry)
	}
}

// read lists a directory, in the order of Walk.
func (u *upload) read(name string) ([]fs.DirEntry, error) {
	dir, err := u.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close() //nolint:errcheck // nothing was written
	entries, err := dir.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		if c := strings.Compare(filename.Fold(a.Name()), filename.Fold(b.Name())); c != 0 {
			return c
		}
		return strings.Compare(a.Name(), b.Name())
	})
	return entries, err
}

// Why something on disk cannot be mirrored at all.
var (
	errSpecialFile = errors.New("liveconnect: neither a file nor a directory; links are not followed")
	errHidden      = errors.New("liveconnect: the service allows no name that begins with a full stop")
)

// take deals with an entry of a directory.
func (u *upload) take(in *localFolder, entry fs.DirEntry) {
	name := filename.Original(entry.Name())
	if liveconnect.CheckName(name) != nil {
		name = entry.Name()
	}
	file := File{Path: path.Join(in.path, name), Local: path.Join(in.local, entry.Name())}
	info, err := entry.Info()
	if err != nil {
		u.fail(file, err)
		return
	}
	if !u.selected(Entry{Path: file.Path, Item: localItem(name, info), Depth: strings.Count(file.Path, "/")}) {
		return
	}
	if !info.IsDir() {
		file.Total = info.Size()
	}
	switch {
	case !info.IsDir() && !info.Mode().IsRegular():
		u.report(file, Skipped, errSpecialFile)
		return
	case strings.HasPrefix(name, "."):
		u.report(file, Skipped, errHidden)
		return
	}
	if err := liveconnect.CheckName(name); err != nil {
		u.fail(file, err)
		return
	}
	key := filename.Fold(name)
	if first, taken := in.names[key]; taken {
		u.fail(file, fmt.Errorf("%w: for the service, its name is the same as that of %s", liveconnect.ErrAlreadyExists, first))
		return
	}
	in.names[key] = file.Local
	if info.IsDir() {
		u.folder(in, file, name)
	} else {
		u.plan(in, file, name, info)
	}
}

// localItem is what Select sees of something on disk.
func localItem(name string, info fs.FileInfo) liveconnect.Item {
	item := liveconnect.ItemInfo{
		Name: name, Type: liveconnect.TypeFile, Size: info.Size(), UpdatedTime: liveconnect.NewTime(info.ModTime()),
	}
	if info.IsDir() {
		item.Type, item.Size = liveconnect.TypeFolder, 0
		return &liveconnect.Folder{ItemInfo: item}
	}
	return &liveconnect.File{ItemInfo: item}
}

// find looks for an item that has a name, or that the service takes for one that has.
func (in *localFolder) find(name string) *node {
	var found *node
	for i, key := 0, filename.Fold(name); i < len(in.there); i++ {
		node := &in.there[i]
		if node.item.Info().Name == name {
			return node
		}
		if node.folded == key && found == nil {
			found = node
		}
	}
	return found
}

// folder goes into a directory, and makes the folder for it if there is none.
func (u *upload) folder(in *localFolder, file File, name string) {
	below := &localFolder{local: file.Local, path: file.Path}
	switch node := in.find(name); {
	case node == nil:
		made, err := u.client.Folders.Create(u.ctx, in.id, &liveconnect.NewFolder{Name: name})
		if err != nil {
			u.fail(file, err)
			return
		}
		below.id = made.ID
	case !isFolder(node.item):
		u.fail(file, fmt.Errorf("%w: a file has the name of this folder", liveconnect.ErrAlreadyExists))
		return
	default:
		u.walker.enter(node)
		below.id, below.node = node.id, node
	}
	u.countFolder()
	u.directory(below)
}

// plan decides what is to be done about a file.
func (u *upload) plan(in *localFolder, file File, name string, info fs.FileInfo) {
	if node := in.find(name); node != nil {
		there := node.item.Info()
		same := there.Size == info.Size() && !there.UpdatedTime.IsZero() &&
			!info.ModTime().After(there.UpdatedTime.Add(time.Second))
		switch {
		case isFolder(node.item):
			u.fail(file, fmt.Errorf("%w: a folder has the name of this file", liveconnect.ErrAlreadyExists))
			return
		case same:
			file.Done, file.Item = info.Size(), node.item
			u.report(file, Skipped, nil)
			return
		case !u.opts.Replace:
			u.fail(file, fmt.Errorf("%w: it differs from the one on disk; see Options.Replace", liveconnect.ErrAlreadyExists))
			return
		}
	}
	folderID := in.id
	u.transfer(file, func(file *File, moving func(done, total int64)) (int64, bool, error) {
		sent, err := u.send(file, folderID, name, moving)
		return sent, false, err
	})
}

// send uploads a file, and makes sure that it stayed the same meanwhile.
func (u *upload) send(file *File, folderID, name string, moving func(done, total int64)) (int64, error) {
	content, err := u.root.Open(file.Local)
	if err != nil {
		return 0, err
	}
	defer content.Close() //nolint:errcheck // nothing was written
	before, err := content.Stat()
	if err != nil {
		return 0, err
	}
	if !before.Mode().IsRegular() {
		return 0, errSpecialFile
	}
	var sent int64
	// A repeated try may overwrite what the first one has done, and is then no harm.
	opts := &liveconnect.UploadOptions{
		Overwrite: liveconnect.OverwriteTrue, DownsizePhotoUploads: liveconnect.Set(false),
		Progress: func(p liveconnect.Progress) {
			sent = p.Done
			moving(p.Done, p.Total)
		},
	}
	moving(0, before.Size())
	if _, err := u.client.Uploads.Auto(u.ctx, folderID, name, content, opts); err != nil {
		return sent, err
	}
	after, err := content.Stat()
	if err == nil && (after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime())) {
		err = fmt.Errorf("%w: the file was changed while it was sent", liveconnect.ErrSourceLength)
	}
	file.Done = before.Size()
	return before.Size(), err
}
