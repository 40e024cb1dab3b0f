package memory

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

func TestPictureCache(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	c := newPictureCache(100)
	get := func(revision string, size int) {
		p, err := c.get(pictureKey{revision, 96}, func() (imaging.Picture, error) {
			made[revision]++
			return imaging.Picture{Bytes: make([]byte, size)}, nil
		})
		assert.NoError(t, err)
		assert.Len(t, p.Bytes, size)
	}
	get("a", 40)
	get("b", 40)
	get("a", 40)
	assert.Equal(t, map[string]int{"a": 1, "b": 1}, made)
	get("c", 40) // b was not used for longest
	get("a", 40)
	get("c", 40)
	assert.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1}, made)
	get("b", 40)
	assert.Equal(t, 2, made["b"])
	get("huge", 1000)
	assert.Zero(t, c.size)
	assert.Empty(t, c.entries)

	failed := errors.New("failed")
	for range 2 {
		_, err := c.get(pictureKey{"broken", 96}, func() (imaging.Picture, error) {
			made["broken"]++
			return imaging.Picture{}, failed
		})
		assert.ErrorIs(t, err, failed)
	}
	assert.Equal(t, 2, made["broken"], "failures are not kept")
}

func TestPictureCacheMakesOnce(t *testing.T) {
	t.Parallel()
	c := newPictureCache(100)
	made := 0
	release := make(chan struct{})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			_, err := c.get(pictureKey{"a", 96}, func() (imaging.Picture, error) {
				<-release
				made++
				return imaging.Picture{Bytes: make([]byte, 10)}, nil
			})
			assert.NoError(t, err)
		})
	}
	close(release)
	group.Wait()
	assert.Equal(t, 1, made)
	assert.Equal(t, int64(10), c.size)
}
