package memory

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// sink takes in the bytes of a file. Past its limit it keeps only their hash.
type sink struct {
	size  int64
	room  int64     // more is ErrQuota
	draft Draft     // takes the bytes, if there is an Archive; nil otherwise
	blob  blob      // takes them if there is none
	limit int64     // of the blob; zero: none
	hash  hash.Hash // takes them past the limit; nil below
}

// Write adds all of p or, when there is no room for it, nothing.
func (s *sink) Write(p []byte) (int, error) {
	if int64(len(p)) > s.room-s.size {
		return 0, backend.ErrQuota
	}
	if s.draft == nil && s.hash == nil && s.limit > 0 && s.size+int64(len(p)) > s.limit {
		s.hash = sha256.New()
		for _, chunk := range s.blob.chunks {
			s.hash.Write(chunk)
		}
		s.blob = blob{}
	}
	switch {
	case s.draft != nil:
		if _, err := s.draft.Write(p); err != nil {
			return 0, err
		}
	case s.hash != nil:
		s.hash.Write(p)
	default:
		s.blob.append(p)
	}
	s.size += int64(len(p))
	return len(p), nil
}

// pieces are used again: most uploads are smaller than the memory for one.
var pieces = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// fill reads until io.EOF and returns any other error as it is.
func (s *sink) fill(r io.Reader) error {
	piece := pieces.Get().(*[chunkSize]byte) //nolint:forcetypeassert // there are no others in it
	defer pieces.Put(piece)
	for {
		n, err := readFull(r, piece[:])
		if _, full := s.Write(piece[:n]); full != nil {
			return full
		}
		switch {
		case err == io.EOF: //nolint:errorlint // an error that wraps io.EOF is not the end
			return nil
		case err != nil:
			return err
		}
	}
}

// readFull reads until b is full or r fails. Unlike io.ReadFull it returns r's own error: an upload that was cut off may
// well end in io.ErrUnexpectedEOF, and must not be mistaken for one that is complete.
func readFull(r io.Reader, b []byte) (n int, err error) {
	const patience = 100
	for idle := 0; n < len(b); {
		var m int
		m, err = r.Read(b[n:])
		n += m
		if err != nil {
			return n, err
		}
		if m > 0 {
			idle = 0
		} else if idle++; idle == patience {
			return n, io.ErrNoProgress
		}
	}
	return n, nil
}

// content is what came in so far. More may follow: it does not show in what was returned.
func (s *sink) content(archive Archive) content {
	switch {
	case s.draft != nil:
		return &contentFile{archive: archive, name: s.draft.Name(), size: s.size}
	case s.hash != nil:
		return &digest{size: s.size, sum: [sha256.Size]byte(s.hash.Sum(nil))}
	}
	if len(s.blob.chunks) < 2 {
		return small(bytes.Join(s.blob.chunks, nil))
	}
	return s.blob.clone()
}

// upload is what came in, and what it turned out to be.
type upload struct {
	content content
	kind    backend.Kind
	facts   imaging.Facts
	drafts  []Draft // where its bytes are on their way into the Archive
	taken   bool    // an item has the content
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
	if parent, err := s.findFolder(folder); err == nil && overwrite == backend.OverwriteReplace {
		if old := parent.child(name); old != nil && !old.isFolder() {
			room += old.size
		}
	}
	return room, nil
}

// newSink makes a sink with so much room. It must be called without the lock.
func (s *Store) newSink(room int64) (sink, error) {
	made := sink{room: room, limit: s.contentLimit}
	if s.archive == nil {
		return made, nil
	}
	var err error
	made.draft, err = s.archive.Create()
	return made, err
}

// receive reads an upload to its end. What it returns must be finished, after an error too. It must be called without
// the lock.
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
	up := s.inspect(received.content(s.archive), name, downsize)
	up.drafts = drafts
	return up, nil
}

// inspect finds out what a file is. Of bytes that cannot be read that is not known. It must be called without the lock.
func (s *Store) inspect(c content, name string, downsize bool) upload {
	facts, _ := reading(c, func(r io.ReadSeeker) (imaging.Facts, error) { return imaging.Inspect(r, name), nil })
	up := upload{content: c, kind: backend.KindFile, facts: facts}
	switch {
	case isNotebook(name):
		up.kind = backend.KindNotebook
	case up.facts.Class == imaging.Image:
		up = s.receivePhoto(up, downsize)
	case up.facts.Class == imaging.Video:
		up.kind = backend.KindVideo
	case up.facts.Class == imaging.Audio:
		up.kind = backend.KindAudio
		up.facts.Cover = s.soundCover(up.facts.Cover)
	}
	return up
}

// soundCover is nil if the cover in the tags of a song cannot be shown.
func (s *Store) soundCover(cover []byte) []byte {
	file := bytes.NewReader(cover)
	defer s.budget.Take(file)()
	if imaging.Check(file) != nil {
		return nil
	}
	return cover
}

// largestPhoto is the box in pixels that uploaded photos are shrunk to.
const largestPhoto = 2048

// receivePhoto shrinks a photo if it has to. One that cannot be decoded stays a plain file.
func (s *Store) receivePhoto(up upload, downsize bool) upload {
	if !downsize || max(up.facts.Width, up.facts.Height) <= largestPhoto {
		_, err := reading(up.content, func(r io.ReadSeeker) (bool, error) {
			defer s.budget.Take(r)()
			return true, imaging.Check(r)
		})
		if err == nil {
			up.kind = backend.KindPhoto
		}
		return up
	}
	small, err := reading(up.content, func(r io.ReadSeeker) (imaging.Picture, error) {
		defer s.budget.Take(r)()
		return imaging.Downsize(r, largestPhoto)
	})
	if err != nil {
		return up
	}
	up.kind, up.content = backend.KindPhoto, newBlob(small.Bytes)
	up.facts.Width, up.facts.Height = small.Width, small.Height
	return up
}

func isNotebook(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".one" || ext == ".onetoc2"
}

// store makes an upload's content durable; no item has it yet. Bytes that are elsewhere are copied. It must be called
// without the lock.
func (s *Store) store(up *upload) error {
	if s.archive == nil {
		return nil
	}
	file, ours := up.content.(*contentFile)
	if !ours {
		draft, err := s.archive.Create()
		if err != nil {
			return err
		}
		up.drafts = append(up.drafts, draft)
		if _, err := reading(up.content, func(r io.ReadSeeker) (int64, error) { return io.Copy(draft, r) }); err != nil {
			return err
		}
		file = &contentFile{archive: s.archive, name: draft.Name(), size: up.content.length()}
	}
	for _, draft := range up.drafts {
		if draft.Name() == file.name {
			seal, err := draft.Seal()
			if err != nil {
				return err
			}
			file.seal = seal
		}
	}
	up.content = file
	return nil
}

// finish removes the drafts of an upload that no item has got. It must be called without the lock.
func (s *Store) finish(up *upload) {
	for _, draft := range up.drafts {
		if file, ok := up.content.(*contentFile); !ok || !up.taken || draft.Name() != file.name {
			s.archive.Remove(draft.Name())
		}
	}
}

func photoInfo(e imaging.Exif) *backend.PhotoInfo {
	p := &backend.PhotoInfo{
		Taken: e.Taken, CameraMake: e.Make, CameraModel: e.Model,
		FocalRatio: e.FNumber, FocalLength: e.FocalLength,
		ExposureNumerator: e.ExposureNumerator, ExposureDenominator: e.ExposureDenominator,
		Turned: e.Orientation >= 5,
	}
	if e.GPS != nil {
		p.Location = &backend.Location{Latitude: e.GPS.Latitude, Longitude: e.GPS.Longitude, Altitude: e.GPS.Altitude}
	}
	return p
}

// fill sets all that follows from a file's bytes, but for the size. The file must not be listed. It needs the lock.
func (s *Store) fill(n *node, up *upload) {
	f := up.facts
	s.use(n, up.content)
	up.taken = true
	n.kind, n.mediaType, n.revision = classOf(up.kind), f.Type, revisionOf(s.newID(16))
	if d := n.details; d != nil {
		d.width, d.height, d.photo, d.video, d.audio = 0, 0, nil, nil, nil
	}
	switch up.kind {
	case backend.KindPhoto:
		d := n.edit()
		d.width, d.height, d.photo = f.Width, f.Height, photoInfo(f.Exif)
	case backend.KindVideo:
		d := n.edit()
		d.width, d.height = f.Width, f.Height
		d.video = &backend.VideoInfo{Duration: f.Duration.Milliseconds(), Bitrate: f.Bitrate}
	case backend.KindAudio:
		n.edit().audio = &backend.AudioInfo{
			Title: f.Song.Title, Artist: f.Song.Artist, Album: f.Song.Album, AlbumArtist: f.Song.AlbumArtist,
			Genre: f.Song.Genre, Duration: f.Duration.Milliseconds(), Picture: len(f.Cover) > 0,
		}
	}
}

// replace gives a file new content. It needs the lock.
func (s *Store) replace(n *node, up *upload) (backend.Item, error) {
	growth := up.content.length() - n.size
	if growth > 0 && growth > n.owner.available() {
		return backend.Item{}, backend.ErrQuota
	}
	s.unlist(n)
	s.fill(n, up)
	s.list(n)
	s.touch(n, growth)
	n.clientUpdated = n.updated
	return s.snapshot(n), nil
}
