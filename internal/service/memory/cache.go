package memory

import (
	"sync"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

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
