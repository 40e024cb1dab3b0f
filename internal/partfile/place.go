package partfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/filename"
)

// Place is where a file will be. Its names are within Root, with slashes.
type Place struct {
	Root *os.Root
	Name string // of the complete file
	Part string // until then; the journal has ".json" behind it
	// Private says that Part lies in a directory of the caller's own, where whatever has its names may be removed. Without
	// it, Open fails if one of them is taken by what is not of a download.
	Private bool
}

// maxPart keeps the names of a part and its journal short enough for every file system, however long that of the file is.
const maxPart = 128

// Beside is the place of a file whose part is called NAME.part, with a part of NAME if that is too long.
func Beside(root *os.Root, name string) Place {
	return Place{Root: root, Name: name, Part: filename.Short(name, maxPart) + ".part"}
}

func (p Place) journal() string { return p.Part + ".json" }

// Content is what a file is to hold. Parts of different contents are never put together.
type Content struct {
	ID      string
	Updated time.Time // it changes with the content; without it, there is no going on
	Size    int64     // -1 is not known
}

func (c Content) same(other Content) bool {
	return c.ID == other.ID && c.Size == other.Size && c.Updated.Equal(other.Updated)
}

// Why a name cannot be had.
var (
	errForeign = fmt.Errorf("%w, and is not of a download; move it away", fs.ErrExist)
	errChanged = errors.New("somebody else has changed it meanwhile")
)

func (p Place) taken(name string, why error) error {
	return &fs.PathError{Op: "download", Path: p.path(name), Err: why}
}

// path is a name for the system and for people.
func (p Place) path(name string) string {
	return filepath.Join(p.Root.Name(), filepath.FromSlash(name))
}
