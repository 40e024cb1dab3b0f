package memory

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// Picture implements [backend.Drive]. The picture of a sound is the cover in its tags; that of a video too, or else a poster.
func (s *Store) Picture(_ context.Context, ref backend.Ref, box int) (backend.Content, error) {
	shown, item, err := s.shown(ref)
	if err != nil || box <= 0 && item.Kind == backend.KindPhoto {
		return shown, err
	}
	defer shown.Close() //nolint:errcheck // it was only read
	p, err := s.scaled.get(pictureKey{shown.Revision, box}, func() (imaging.Picture, error) {
		if item.Kind == backend.KindPhoto {
			defer s.budget.Take(shown)()
			return imaging.Scale(shown, box)
		}
		return s.mediaPicture(shown, item, box)
	})
	if err != nil {
		return backend.Content{}, backend.ErrNoPicture
	}
	return pictureContent(p, shown.Name, shown.Revision, shown.Updated), nil
}

// mediaPicture makes the picture of a sound or a video. There are no stored sizes here: what would be one is the largest.
func (s *Store) mediaPicture(file io.ReadSeeker, item backend.Item, box int) (imaging.Picture, error) {
	if box <= 0 {
		box = largestPhoto
	}
	cover := bytes.NewReader(imaging.Inspect(file, item.Name).Cover)
	p, err := func() (imaging.Picture, error) {
		defer s.budget.Take(cover)()
		return imaging.Scale(cover, box)
	}()
	if err != nil && item.Kind == backend.KindVideo {
		return imaging.Poster(item.Width, item.Height, box)
	}
	return p, err
}

// shown is the file that the picture of an item shows: the item itself, or the first photo of an album.
func (s *Store) shown(ref backend.Ref) (backend.Content, backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(ref)
	if err != nil {
		return backend.Content{}, backend.Item{}, err
	}
	if kinds[n.kind] == backend.KindAlbum {
		n = n.cover()
	}
	if n != nil {
		switch kinds[n.kind] {
		case backend.KindPhoto, backend.KindVideo, backend.KindAudio:
			content, err := n.open()
			return content, n.own(), err
		}
	}
	return backend.Content{}, backend.Item{}, backend.ErrNoPicture
}

// cover is the first photo of an album; nil if it has none.
func (n *node) cover() *node {
	for photo := range n.children.in(backend.OrderDefault).from(1<<classOf(backend.KindPhoto), 0, false) {
		return photo
	}
	return nil
}

// newPictureFile takes over a picture; ErrNoPicture if it is none.
func (s *Store) newPictureFile(b []byte) (*pictureFile, error) {
	p := &pictureFile{content: newBlob(bytes.Clone(b))}
	err := func() error {
		defer s.budget.Take(p.content.reader())()
		return imaging.Check(p.content.reader())
	}()
	if err != nil {
		return nil, backend.ErrNoPicture
	}
	p.mediaType = imaging.Inspect(p.content.reader(), "").Type
	s.mu.Lock()
	defer s.mu.Unlock()
	p.revision, p.updated = s.newID(16), s.now()
	return p, nil
}

func pictureContent(p imaging.Picture, name, revision string, updated time.Time) backend.Content {
	return backend.Content{
		ReadSeekCloser: newBlob(p.Bytes).reader(), Size: int64(len(p.Bytes)), Type: p.Type,
		Name: name, Revision: revision, Updated: updated,
	}
}

// portrait draws the picture of users who have none: a pale head and shoulders.
func portrait(side int) (imaging.Picture, error) {
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{
		color.RGBA{R: 0x8a, G: 0x9b, B: 0xa8, A: 0xff}, color.RGBA{R: 0xe6, G: 0xeb, B: 0xef, A: 0xff},
	})
	within := func(x, y, centreX, centreY, radius float64) bool {
		return (x-centreX)*(x-centreX)+(y-centreY)*(y-centreY) < radius*radius
	}
	for py := range side {
		for px := range side {
			x, y := float64(px)/float64(side), float64(py)/float64(side)
			if within(x, y, 0.5, 0.38, 0.2) || within(x, y, 0.5, 1.05, 0.42) {
				img.SetColorIndex(px, py, 1)
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return imaging.Picture{Bytes: out.Bytes(), Type: "image/png", Width: side, Height: side}, err
}
