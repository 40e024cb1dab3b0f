package memory

import (
	"context"
	"io"
	"math"
	"path"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// largestPhoto is the box in pixels that uploaded photos are shrunk to.
const largestPhoto = 2048

// WriteFile implements [backend.Drive]. A folder is never overwritten: its name counts as taken.
func (s *Store) WriteFile(_ context.Context, folder backend.Ref, name string, content io.Reader, opts backend.WriteOptions) (item backend.Item, created bool, err error) {
	room, err := s.room(folder, name, opts.Overwrite)
	if err != nil {
		return backend.Item{}, false, err
	}
	up, err := s.receive(content, name, room, opts.Downsize)
	defer s.finish(&up)
	if err != nil {
		return backend.Item{}, false, err
	}
	return s.put(folder, name, &up, opts)
}

// put stores what came in. It must be called without the lock.
func (s *Store) put(folder backend.Ref, name string, up *upload, opts backend.WriteOptions) (item backend.Item, created bool, err error) {
	if err := s.store(up); err != nil {
		return backend.Item{}, false, err
	}
	item, err = modify(s, func() (backend.Item, error) {
		parent, err := s.findFolder(folder)
		if err != nil {
			return backend.Item{}, err
		}
		if old := parent.names[fold(name)]; old != nil && opts.Overwrite != backend.OverwriteNewName {
			if opts.Overwrite == backend.OverwriteFail || old.item.Kind.IsFolder() {
				return backend.Item{}, &backend.ExistsError{Name: name}
			}
			return s.replace(old, up)
		}
		if up.content.length() > parent.owner.available() {
			return backend.Item{}, backend.ErrQuota
		}
		n := s.newNode(parent.owner, up.kind, parent.freeName(name), opts.By)
		s.fill(n, up)
		n.item.Size = up.content.length()
		s.attach(n, parent)
		created = true
		return s.snapshot(n), nil
	})
	return item, created && err == nil, err
}

// ReplaceContent implements [backend.Drive].
func (s *Store) ReplaceContent(_ context.Context, ref backend.Ref, content io.Reader, opts backend.WriteOptions) (backend.Item, error) {
	s.mu.RLock()
	n, err := s.findFile(ref)
	if err != nil {
		s.mu.RUnlock()
		return backend.Item{}, err
	}
	name, room := n.item.Name, n.owner.available()+n.item.Size
	s.mu.RUnlock()

	up, err := s.receive(content, name, room, opts.Downsize)
	defer s.finish(&up)
	if err != nil {
		return backend.Item{}, err
	}
	if err := s.store(&up); err != nil {
		return backend.Item{}, err
	}
	return modify(s, func() (backend.Item, error) {
		// The file may be gone by now.
		if n, err = s.findFile(ref); err != nil {
			return backend.Item{}, err
		}
		return s.replace(n, &up)
	})
}

// findFile looks up an item that has content. It needs the lock, for reading at least.
func (s *Store) findFile(ref backend.Ref) (*node, error) {
	n, err := s.find(ref)
	if err == nil && (n.item.Kind.IsFolder() || n.item.Kind == backend.KindNotebook) {
		return nil, backend.ErrNoContent
	}
	return n, err
}

// room is how many bytes an upload may bring, as far as can be said before it comes. It refuses only accounts that
// do not exist. Everything else is checked when the upload has been read, and holds then.
func (s *Store) room(folder backend.Ref, name string, overwrite backend.Overwrite) (int64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(folder.Owner)
	if err != nil {
		return 0, err
	}
	room := a.available()
	if parent, err := s.find(folder); err == nil && overwrite == backend.OverwriteReplace {
		if old := parent.names[fold(name)]; old != nil && !old.item.Kind.IsFolder() {
			room += old.item.Size
		}
	}
	return room, nil
}

// upload is what came in, and what it turned out to be.
type upload struct {
	content content
	kind    backend.Kind
	facts   imaging.Facts
	drafts  []Draft // where its bytes are on their way into the Archive
	taken   bool    // an item has the content
}

// receive reads an upload to its end. What it returns must be finished, after an error too. It must be called without the lock.
func (s *Store) receive(content io.Reader, name string, room int64, downsize bool) (upload, error) {
	received, err := s.newSink(room)
	if err != nil {
		return upload{}, err
	}
	var drafts []Draft
	if received.draft != nil {
		drafts = append(drafts, received.draft)
	}
	if err := received.fill(content); err != nil {
		return upload{drafts: drafts}, err
	}
	up := s.inspect(received.content(), name, downsize)
	up.drafts = drafts
	return up, nil
}

// inspect finds out what a file is. It must be called without the lock.
func (s *Store) inspect(c content, name string, downsize bool) upload {
	up := upload{content: c, kind: backend.KindFile, facts: imaging.Inspect(c.open(), name)}
	switch {
	case isNotebook(name):
		up.kind = backend.KindNotebook
	case up.facts.Class == imaging.Image:
		up = s.receivePhoto(up, downsize)
	case up.facts.Class == imaging.Video:
		up.kind = backend.KindVideo
	case up.facts.Class == imaging.Audio:
		up.kind = backend.KindAudio
	}
	return up
}

// receivePhoto shrinks a photo if it has to. One that cannot be decoded stays a plain file.
func (s *Store) receivePhoto(up upload, downsize bool) upload {
	defer s.takeSeat()()
	if !downsize || max(up.facts.Width, up.facts.Height) <= largestPhoto {
		if imaging.Check(up.content.open()) == nil {
			up.kind = backend.KindPhoto
		}
		return up
	}
	small, err := imaging.Downsize(up.content.open(), largestPhoto)
	if err != nil {
		return up
	}
	up.kind, up.content = backend.KindPhoto, newBlob(small.Bytes)
	// The bytes may still lie on their side, as EXIF tells.
	up.facts.Width, up.facts.Height = imaging.Fit(up.facts.Width, up.facts.Height, max(small.Width, small.Height))
	return up
}

func isNotebook(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".one" || ext == ".onetoc2"
}

// replace gives a file new content. It needs the lock.
func (s *Store) replace(n *node, up *upload) (backend.Item, error) {
	growth := up.content.length() - n.item.Size
	if growth > 0 && growth > n.owner.available() {
		return backend.Item{}, backend.ErrQuota
	}
	s.fill(n, up)
	n.grow(growth)
	s.touch(n)
	n.item.ClientUpdated = n.item.Updated
	return s.snapshot(n), nil
}

// fill sets all that follows from a file's bytes, but for the size. It needs the lock.
func (s *Store) fill(n *node, up *upload) {
	f := up.facts
	s.use(n, up.content)
	n.mediaType, up.taken = f.Type, true
	item := &n.item
	item.Kind, item.Revision = up.kind, s.newID(16)
	item.Width, item.Height = 0, 0
	item.Photo, item.Video, item.Audio = nil, nil, nil
	switch up.kind {
	case backend.KindPhoto:
		item.Width, item.Height = f.Width, f.Height
		item.Photo = photoInfo(f.Exif)
	case backend.KindVideo:
		item.Width, item.Height = f.Width, f.Height
		item.Video = &backend.VideoInfo{Duration: f.Duration.Milliseconds(), Bitrate: f.Bitrate}
	case backend.KindAudio:
		item.Audio = &backend.AudioInfo{
			Title: f.Song.Title, Artist: f.Song.Artist, Album: f.Song.Album, AlbumArtist: f.Song.AlbumArtist,
			Genre: f.Song.Genre, Duration: f.Duration.Milliseconds(),
		}
	}
}

func photoInfo(e imaging.Exif) *backend.PhotoInfo {
	p := &backend.PhotoInfo{
		Taken: e.Taken, CameraMake: e.Make, CameraModel: e.Model,
		FocalRatio: finite(e.FNumber), FocalLength: finite(e.FocalLength),
		ExposureNumerator: e.ExposureNumerator, ExposureDenominator: e.ExposureDenominator,
	}
	// A hostile photo may divide by zero.
	if e.GPS != nil && finite(e.GPS.Latitude) == e.GPS.Latitude && finite(e.GPS.Longitude) == e.GPS.Longitude {
		p.Location = &backend.Location{Latitude: e.GPS.Latitude, Longitude: e.GPS.Longitude, Altitude: finite(e.GPS.Altitude)}
	}
	return p
}

// finite is f, or zero if that is no number or without end: JSON has neither.
func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// Content implements [backend.Drive].
func (s *Store) Content(_ context.Context, ref backend.Ref) (backend.Content, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.findFile(ref)
	if err != nil {
		return backend.Content{}, err
	}
	if _, ok := n.content.(*digest); ok {
		return backend.Content{}, errNotKept
	}
	return n.open(), nil
}

// open is the file's content as it is now, whatever happens to the file later.
func (n *node) open() backend.Content {
	c := backend.Content{
		ReadSeekCloser: n.content.open(), Size: n.content.length(), Type: n.mediaType,
		Name: n.item.Name, Revision: n.item.Revision, Updated: n.item.Updated,
	}
	if c.Type == "" {
		c.Type = imaging.TypeByName(c.Name)
	}
	return c
}
