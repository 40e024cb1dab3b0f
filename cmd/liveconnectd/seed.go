package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// seed makes the files below a directory the OneDrive of an account. What the service would not take (hidden files,
// names that it forbids, links and devices, names that differ in case only) is left out, and the log says so.
func (w *world) seed(ctx context.Context, owner, dir string, log *slog.Logger) error {
	root, err := os.OpenRoot(dir) // so that no link leads out of it
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // it was only read
	top, err := w.store.Item(ctx, backend.Ref{Owner: owner})
	if err != nil {
		return err
	}
	s := seeding{world: w, owner: owner, files: root.FS(), log: log.With("seed", dir)}
	return s.folder(ctx, ".", top.Ref)
}

// seeding is a seed at work.
type seeding struct {
	world *world
	owner string
	files fs.FS
	log   *slog.Logger
}

// folder copies what is in a directory into a folder.
func (s *seeding) folder(ctx context.Context, dir string, into backend.Ref) error {
	entries, err := fs.ReadDir(s.files, dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case wire.CheckFileName(entry.Name()) != nil:
			s.log.Warn("left out: OneDrive takes no such name", "file", name)
		case entry.IsDir():
			err = s.directory(ctx, name, into)
		case entry.Type().IsRegular():
			err = s.file(ctx, name, into)
		default:
			s.log.Warn("left out: no file and no folder", "file", name)
		}
		if exists := (*backend.ExistsError)(nil); errors.As(err, &exists) {
			s.log.Warn("left out: there is something of that name (case does not matter)", "file", name)
			err = nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (s *seeding) directory(ctx context.Context, dir string, parent backend.Ref) error {
	kind := backend.KindFolder
	if s.isAlbum(dir) {
		kind = backend.KindAlbum
	}
	folder, err := s.world.folderNamed(ctx, s.owner, parent, kind, path.Base(dir))
	if err != nil {
		return err
	}
	return s.folder(ctx, dir, folder.Ref)
}

// isAlbum reports whether a directory has photos and videos and no other files.
func (s *seeding) isAlbum(dir string) bool {
	entries, err := fs.ReadDir(s.files, dir)
	if err != nil {
		return false
	}
	pictures := 0
	for _, entry := range entries {
		if entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		switch strings.ToLower(path.Ext(entry.Name())) {
		case ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".mp4", ".mov", ".avi", ".wmv":
			pictures++
		default:
			return false
		}
	}
	return pictures > 0
}

func (s *seeding) file(ctx context.Context, name string, folder backend.Ref) error {
	content, err := s.files.Open(name)
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // it was only read
	opts := backend.WriteOptions{By: s.owner, Overwrite: backend.OverwriteFail}
	_, _, err = s.world.store.WriteFile(ctx, folder, path.Base(name), content, opts)
	return err
}

// addFile stores a file, or makes a folder, and the folders above it that are missing. A file that is there gets the
// new content.
func (w *world) addFile(ctx context.Context, owner string, f fileJSON) (backend.Item, error) {
	if len(f.Base64) > 0 && f.Content != "" {
		return backend.Item{}, fmt.Errorf(`file %q has "content" and "base64"; want one of them`, f.Path)
	}
	content := cmp.Or(string(f.Base64), f.Content)
	if strings.HasSuffix(f.Path, "/") && content != "" {
		return backend.Item{}, fmt.Errorf("%q ends with a slash, so it is a folder, and has no content", f.Path)
	}
	return w.put(ctx, owner, f.Path, strings.NewReader(content))
}

// put stores what can be read under a path; one that ends with a slash is a folder.
func (w *world) put(ctx context.Context, owner, where string, content io.Reader) (backend.Item, error) {
	names, err := pathNames(where)
	if err != nil {
		return backend.Item{}, err
	}
	isFolder := strings.HasSuffix(where, "/")
	above := names
	if !isFolder {
		above = names[:len(names)-1]
	}
	at, err := w.makeFolders(ctx, owner, above)
	if err != nil || isFolder {
		return at, err
	}
	item, _, err := w.store.WriteFile(ctx, at.Ref, names[len(names)-1], content, backend.WriteOptions{By: owner})
	if err != nil {
		return item, fmt.Errorf("file %q: %w", where, err)
	}
	return item, nil
}

// makeFolders finds a folder by the names on the way to it, and makes what is missing.
func (w *world) makeFolders(ctx context.Context, owner string, names []string) (backend.Item, error) {
	at, err := w.store.Item(ctx, backend.Ref{Owner: owner})
	if err != nil {
		return at, err
	}
	for _, name := range names {
		if at, err = w.folderNamed(ctx, owner, at.Ref, backend.KindFolder, name); err != nil {
			return at, fmt.Errorf("folder %q: %w", name, err)
		}
	}
	return at, nil
}

// folderNamed finds a folder in another, or makes it.
func (w *world) folderNamed(ctx context.Context, owner string, parent backend.Ref, kind backend.Kind, name string) (backend.Item, error) {
	folder, err := w.store.Child(ctx, parent, name)
	if err == nil && folder.Kind.IsFolder() {
		return folder, nil
	}
	if err != nil && !errors.Is(err, backend.ErrNotFound) {
		return folder, err
	}
	return w.store.CreateFolder(ctx, parent, kind, name, "", owner)
}

// itemAt finds what a path names.
func (w *world) itemAt(ctx context.Context, owner, where string) (backend.Item, error) {
	names, err := pathNames(where)
	if err != nil {
		return backend.Item{}, err
	}
	at, err := w.store.Item(ctx, backend.Ref{Owner: owner})
	for _, name := range names {
		if err == nil {
			at, err = w.store.Child(ctx, at.Ref, name)
		}
		if errors.Is(err, backend.ErrNotFound) || errors.Is(err, backend.ErrNotFolder) {
			return at, fmt.Errorf("there is no %q in the account: %w", where, fs.ErrNotExist)
		}
	}
	return at, err
}

// pathNames cuts "Pictures/Maui/orbs.jpg" into its names, and refuses those that OneDrive would not take.
func pathNames(where string) ([]string, error) {
	names := strings.Split(strings.Trim(where, "/"), "/")
	for _, name := range names {
		if wire.CheckFileName(name) != nil {
			return nil, fmt.Errorf("%q is no path such as Pictures/Maui/orbs.jpg: OneDrive takes no name %q", where, name)
		}
	}
	return names, nil
}

// fileJSON is a file to be stored, or a folder if its path ends with a slash. Without content it is empty.
type fileJSON struct {
	Path    string `json:"path"`
	Content string `json:"content"`
	Base64  []byte `json:"base64"`
}
