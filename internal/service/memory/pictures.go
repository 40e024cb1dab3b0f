package memory

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"sync"
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
		return s.cover(shown, item, box)
	})
	if err != nil {
		return backend.Content{}, backend.ErrNoPicture
	}
	return pictureContent(p, shown.Name, shown.Revision, shown.Updated), nil
}

// cover makes the picture of a sound or a video. There are no stored sizes here: what would be one is the largest.
func (s *Store) cover(file io.ReadSeeker, item backend.Item, box int) (imaging.Picture, error) {
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
	switch n.item.Kind {
	case backend.KindPhoto, backend.KindVideo, backend.KindAudio:
		return n.open(), n.item, nil
	case backend.KindAlbum:
		for _, c := range n.children {
			if c.item.Kind == backend.KindPhoto {
				return c.open(), c.item, nil
			}
		}
	}
	return backend.Content{}, backend.Item{}, backend.ErrNoPicture
}

// pictureFile is a picture that is in no drive: of a user, or of an application.
type pictureFile struct {
	content   *blob
	mediaType string
	revision  string
	updated   time.Time
}

// newPictureFile takes over a picture; ErrNoPicture if it is none.
func (s *Store) newPictureFile(b []byte) (*pictureFile, error) {
	p := &pictureFile{content: newBlob(bytes.Clone(b))}
	err := func() error {
		defer s.budget.Take(p.content.open())()
		return imaging.Check(p.content.open())
	}()
	if err != nil {
		return nil, backend.ErrNoPicture
	}
	p.mediaType = imaging.Inspect(p.content.open(), "").Type
	s.mu.Lock()
	defer s.mu.Unlock()
	p.revision, p.updated = s.newID(16), s.now()
	return p, nil
}

func pictureContent(p imaging.Picture, name, revision string, updated time.Time) backend.Content {
	return backend.Content{
		ReadSeekCloser: newBlob(p.Bytes).open(), Size: int64(len(p.Bytes)), Type: p.Type,
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

// pictureKey names a scaled picture. A revision belongs to one content for ever, so that nothing in the cache can be
// out of date.
type pictureKey struct {
	revision string
	pixels   int
}

// pictureCache keeps the scaled pictures that were used last.
type pictureCache struct {
	limit int64 // bytes

	mu      sync.Mutex
	size    int64 // bytes
	uses    uint64
	entries map[pictureKey]*pictureEntry
}

type pictureEntry struct {
	load func() (imaging.Picture, error) // makes the picture once
	size int64                           // 0 until it is made
	used uint64                          // the count of uses when it was used last
}

func newPictureCache(limit int64) *pictureCache {
	return &pictureCache{limit: limit, entries: map[pictureKey]*pictureEntry{}}
}

// get returns the picture, made by produce if it is not there. Whoever asks while it is being made waits for it.
func (c *pictureCache) get(key pictureKey, produce func() (imaging.Picture, error)) (imaging.Picture, error) {
	c.mu.Lock()
	entry := c.entries[key]
	if entry == nil {
		entry = &pictureEntry{}
		entry.load = sync.OnceValues(func() (imaging.Picture, error) {
			p, err := produce()
			c.made(key, p, err)
			return p, err
		})
		c.entries[key] = entry
	}
	c.uses++
	entry.used = c.uses
	c.mu.Unlock()
	return entry.load()
}

// made counts a new picture, and drops those that have not been used for longest if there are too many now.
func (c *pictureCache) made(key pictureKey, p imaging.Picture, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		delete(c.entries, key)
		return
	}
	c.entries[key].size = int64(len(p.Bytes))
	c.size += c.entries[key].size
	for c.size > c.limit {
		c.dropOldest()
	}
}

// dropOldest passes over what is still being made: it takes no room yet, and others wait for it. It needs the lock,
// and a picture to drop.
func (c *pictureCache) dropOldest() {
	var oldest pictureKey
	least := c.uses + 1
	for key, entry := range c.entries {
		if entry.size > 0 && entry.used < least {
			oldest, least = key, entry.used
		}
	}
	c.size -= c.entries[oldest].size
	delete(c.entries, oldest)
}
