package memory

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// Picture implements [backend.Drive]. Videos and songs have no picture here, since nothing decodes them.
func (s *Store) Picture(_ context.Context, ref backend.Ref, box int) (backend.Content, error) {
	photo, err := s.photo(ref)
	if err != nil || box <= 0 {
		return photo, err
	}
	defer photo.Close() //nolint:errcheck // it was only read
	p, err := s.scaled.get(pictureKey{photo.Revision, box}, func() (imaging.Picture, error) {
		defer s.takeSeat()()
		return imaging.Scale(photo, box)
	})
	if err != nil {
		return backend.Content{}, backend.ErrNoPicture
	}
	return pictureContent(p, photo.Name, photo.Revision, photo.Updated), nil
}

// photo is the file that the picture of an item shows: a photo itself, or the first photo of an album.
func (s *Store) photo(ref backend.Ref) (backend.Content, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(ref)
	if err != nil {
		return backend.Content{}, err
	}
	candidates := []*node{n}
	if n.item.Kind == backend.KindAlbum {
		candidates = n.children
	}
	for _, c := range candidates {
		if c.item.Kind == backend.KindPhoto {
			return c.open(), nil
		}
	}
	return backend.Content{}, backend.ErrNoPicture
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
		defer s.takeSeat()()
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

// takeSeat waits until a picture may be worked on, and returns the function that ends the work.
func (s *Store) takeSeat() func() {
	s.seats <- struct{}{}
	return func() { <-s.seats }
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
