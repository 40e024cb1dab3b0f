package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/filelock"
	"github.com/go-liveconnect/liveconnect/internal/partfile"
)

// scratch is the directory in which a download keeps the files that are not complete yet. No file of the service gets a
// name like this.
const scratch = ".liveconnect"

// directory is where a tree is downloaded to. All access goes through an [os.Root], so that no name and no symbolic link
// leads out of it.
type directory struct {
	root   *os.Root
	unlock func()
}

// openDirectory opens a directory, and makes it if it is missing.
func openDirectory(dir string) (*directory, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil { //nolint:gosec // as os.Create, the umask decides
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &directory{root: root}
	err = d.makeDir(scratch)
	if err == nil {
		err = d.lock()
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return d, nil
}

// lock keeps other runs out of the directory.
func (d *directory) lock() error {
	_, unlock, err := filelock.Open(d.root, path.Join(scratch, "lock"))
	if errors.Is(err, filelock.ErrBusy) {
		err = &fs.PathError{Op: "lock", Path: d.root.Name(), Err: liveconnect.ErrFileBusy}
	}
	d.unlock = unlock
	return err
}

// close releases the directory. If nothing is to go on, it removes what is left of transfers.
func (d *directory) close(clean bool) error {
	d.unlock()
	var err error
	if clean {
		err = d.root.RemoveAll(scratch)
	}
	_ = d.root.Close() // everything was synced
	return err
}

// makeDir makes a directory, or finds that it is there. A symbolic link is none, even if it stays inside: two folders
// would then be one.
func (d *directory) makeDir(name string) error {
	err := d.root.Mkdir(name, 0o777)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	found, err := d.root.Lstat(name)
	if err == nil && !found.IsDir() {
		err = &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrExist}
	}
	return err
}

// place is where the file of an item goes.
func (d *directory) place(local, itemID string) partfile.Place {
	sum := sha256.Sum256([]byte(itemID + "\x00" + local))
	part := path.Join(scratch, hex.EncodeToString(sum[:12])+".part")
	return partfile.Place{Root: d.root, Name: local, Part: part, Private: true}
}
