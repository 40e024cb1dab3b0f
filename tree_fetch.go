package liveconnect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// partFiles is the directory of a tree download. All access goes through an [os.Root], so that no name and no symbolic
// link leads out of it.
type partFiles struct {
	root   *os.Root
	unlock func()
}

// openPartFiles opens a directory, and makes it if it is missing.
func openPartFiles(dir string) (*partFiles, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil { //nolint:gosec // as os.Create, the umask decides
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	p := &partFiles{root: root}
	err = p.makeDir(treeDir)
	if err == nil {
		err = p.lock(dir)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return p, nil
}

// lock keeps other runs out of the directory.
func (p *partFiles) lock(dir string) error {
	name := path.Join(treeDir, "lock")
	if found, err := p.root.Lstat(name); err == nil && !found.Mode().IsRegular() {
		return &fs.PathError{Op: "lock", Path: name, Err: errors.New("not a regular file")}
	}
	_, unlock, err := openLocked(filepath.Join(dir, filepath.FromSlash(name)))
	p.unlock = unlock
	return err
}

// close lets go of the directory. After a run without an error, it removes what is left of transfers that will not go on.
func (p *partFiles) close(op string, err error) error {
	p.unlock()
	if err == nil {
		if e := p.root.RemoveAll(treeDir); e != nil {
			err = &Error{Op: op, Err: e}
		}
	}
	_ = p.root.Close() // everything was synced
	return err
}

// makeDir makes a directory, or finds that it is there. A symbolic link is none, even if it stays inside: two folders
// would then be one.
func (p *partFiles) makeDir(name string) error {
	err := p.root.Mkdir(name, 0o777)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	found, err := p.root.Lstat(name)
	if err == nil && !found.IsDir() {
		err = &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrExist}
	}
	return err
}

// partState says what a part is, and how much of it is known to be on disk.
type partState struct {
	ID      string `json:"id"`
	Updated string `json:"updated_time"` // of the item
	Total   int64  `json:"total"`        // bytes of the whole content
	Done    int64  `json:"done"`         // bytes that were written and synced
}

// arrival is one file on its way into place.
type arrival struct {
	files     *partFiles
	downloads *DownloadsService
	info      *ItemInfo
	replace   bool // what has the name now
	// maybeThere says that the file is there with the right time, and known bytes, which the list says is wrong.
	maybeThere bool
	known      int64

	part  string // name of the part
	file  *os.File
	state partState
	moved int64 // bytes that came in this run
	saved time.Time
}

// run downloads the file. It returns how many bytes came, and whether the file was there already.
func (a *arrival) run(ctx context.Context, file *TreeFile, moving func(done, total int64)) (moved int64, there bool, err error) {
	sum := sha256.Sum256([]byte(a.info.ID + "\x00" + file.Local))
	a.part = path.Join(treeDir, hex.EncodeToString(sum[:12])+".part")
	if err := a.openPart(); err != nil {
		return 0, false, err
	}
	defer func() {
		if a.file != nil {
			err = errors.Join(err, a.file.Close())
		}
	}()
	there, err = a.receive(ctx, file, moving)
	if err != nil || there {
		if errors.Is(err, ErrContentChanged) {
			a.state.Done = 0
		}
		return a.moved, there, errors.Join(err, a.keep(there || a.state.Done == 0))
	}
	err = a.install(file)
	return a.moved, false, err
}

// openPart opens the part, and finds out how much of it can be used.
func (a *arrival) openPart() error {
	want := partState{ID: a.info.ID, Updated: a.info.UpdatedTime.String()}
	if text, err := a.files.root.ReadFile(a.part + ".json"); err == nil {
		// One that was cut off by a crash means a start from the beginning, as none does.
		_ = json.Unmarshal(text, &a.state)
	}
	found, err := a.files.root.Lstat(a.part)
	if err == nil && !found.Mode().IsRegular() {
		err = a.files.root.RemoveAll(a.part)
		found = nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	usable := found != nil && a.state.ID == want.ID && a.state.Updated == want.Updated && want.Updated != "" &&
		a.state.Done >= 0 && a.state.Done <= min(found.Size(), a.state.Total)
	if !usable {
		a.state = want
	}
	a.file, err = a.files.root.OpenFile(a.part, os.O_CREATE|os.O_RDWR, 0o666)
	return err
}

// receive fills the part with what is missing.
func (a *arrival) receive(ctx context.Context, file *TreeFile, moving func(done, total int64)) (there bool, err error) {
	if a.state.Done > 0 && a.state.Done == a.state.Total {
		return false, a.rewind()
	}
	content, err := a.open(ctx)
	if err != nil {
		return false, err
	}
	defer content.Close() //nolint:errcheck // it was read to its end, or there is another error
	if a.maybeThere && a.state.Total == a.known {
		return true, nil
	}
	if a.maybeThere && !a.replace {
		return false, errDiffers(file.Local)
	}
	if err := a.rewind(); err != nil {
		return false, err
	}
	moving(a.state.Done, a.state.Total)
	return false, a.copy(content, moving)
}

// open asks for the content from the last byte that is known to be on disk, or from the start if that is not the same
// content any more.
func (a *arrival) open(ctx context.Context) (*Download, error) {
	if a.state.Done > 0 {
		content, err := a.downloads.Open(ctx, a.info.ID, &DownloadOptions{Range: Range{Offset: a.state.Done}})
		var same bool
		if err == nil {
			same, err = a.same(ctx, content)
		}
		switch {
		case same:
			return content, nil
		case err == nil:
		case !errors.Is(err, ErrRangeNotSatisfiable) && !errors.Is(err, ErrContentChanged):
			return nil, err
		}
		a.state.Done = 0
	}
	content, err := a.downloads.Open(ctx, a.info.ID, nil)
	if err == nil {
		a.state.Total = content.Size
	}
	return content, err
}

// same tells whether an answer continues what is there, which came before it: only the item can tell. It closes an answer
// that does not.
func (a *arrival) same(ctx context.Context, content *Download) (bool, error) {
	now, err := (*ItemsService)(a.downloads).Get(ctx, a.info.ID)
	if err == nil && content.Size == a.state.Total-a.state.Done && now.Info().UpdatedTime.String() == a.state.Updated {
		return true, nil
	}
	return false, errors.Join(err, content.Close())
}

// rewind goes to the end of what is used of the part, and cuts off the rest.
func (a *arrival) rewind() error {
	_, err := a.file.Seek(a.state.Done, io.SeekStart)
	return errors.Join(err, a.file.Truncate(a.state.Done))
}

// How far a part may be ahead of its state.
const (
	partBytes = 4 << 20
	partTime  = time.Second
)

// copy writes the content to the part, and notes now and then how far it is.
func (a *arrival) copy(content io.Reader, moving func(done, total int64)) error {
	buffer := make([]byte, 128<<10)
	a.saved = time.Now()
	done := a.state.Done
	for {
		n, err := content.Read(buffer)
		if n > 0 {
			a.moved += int64(n)
			if _, err := a.file.Write(buffer[:n]); err != nil {
				return err
			}
			done += int64(n)
			moving(done, a.state.Total)
		}
		switch {
		case err == io.EOF:
			a.state.Total = done
			return a.save(done)
		case err != nil:
			return errors.Join(err, a.save(done))
		case done-a.state.Done >= partBytes || time.Since(a.saved) >= partTime:
			if err := a.save(done); err != nil {
				return err
			}
		}
	}
}

// save puts the part on disk, and then notes how long it is. The note takes the place of the last one as a whole.
func (a *arrival) save(done int64) error {
	if err := a.file.Sync(); err != nil {
		return err
	}
	a.state.Done, a.saved = done, time.Now()
	if a.state.Total < 0 {
		return nil // nothing could show that a later answer continues this one
	}
	text, err := json.Marshal(a.state)
	if err != nil {
		return err
	}
	next := a.part + ".new"
	if err := a.files.root.WriteFile(next, text, 0o666); err != nil {
		return err
	}
	return a.files.root.Rename(next, a.part+".json")
}

// keep leaves the part for the next run, or removes one that is of no use.
func (a *arrival) keep(useless bool) error {
	if !useless {
		return nil
	}
	err := a.file.Close()
	a.file = nil
	return errors.Join(err, a.files.root.RemoveAll(a.part+".json"), a.files.root.RemoveAll(a.part))
}

// install gives the part its time and its name.
func (a *arrival) install(file *TreeFile) error {
	own, err := a.file.Stat()
	if err == nil {
		err = a.file.Close()
	}
	a.file = nil
	if err != nil {
		return err
	}
	root := a.files.root
	// Another run into the same directory may have begun the part anew.
	if found, err := root.Lstat(a.part); err != nil || !os.SameFile(own, found) || found.Size() != a.state.Done {
		return errors.Join(err, fmt.Errorf("%s was changed by somebody else during the download", a.part))
	}
	if modified := contentTime(a.info); modified.Year() >= 1980 && modified.Year() < 2107 { // what all file systems can keep
		if err := root.Chtimes(a.part, time.Time{}, modified.Time); err != nil {
			return err
		}
	}
	if a.replace {
		err = root.Rename(a.part, file.Local)
	} else if err = a.link(file.Local); errors.Is(err, fs.ErrExist) {
		// Another file of this run, under a name that the disk takes for the same.
		file.Local = path.Join(path.Dir(file.Local), markedName(path.Base(file.Local), a.info.ID))
		if err = a.link(file.Local); errors.Is(err, fs.ErrExist) {
			err = errDiffers(file.Local)
		}
	}
	if err != nil {
		return err
	}
	file.Done = a.state.Done
	return root.RemoveAll(a.part + ".json")
}

// link gives the part a name that must be free.
func (a *arrival) link(name string) error {
	root := a.files.root
	err := root.Link(a.part, name)
	if err == nil {
		return root.Remove(a.part)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	// The file system has no hard links.
	if _, err := root.Lstat(name); err == nil {
		return &fs.PathError{Op: "download", Path: name, Err: fs.ErrExist}
	}
	return root.Rename(a.part, name)
}

// errDiffers is the error of a file that is there and must not be replaced.
func errDiffers(name string) error {
	return fmt.Errorf("%w: %s differs from the one of the service; see TreeOptions.Replace", fs.ErrExist, name)
}
