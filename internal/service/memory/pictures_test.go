package memory_test

import (
	"bytes"
	"context"
	"image"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

func TestPicture(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	file := imagetest.JPEG(2000, 2263, nil)
	photo := w.upload(w.special("my_photos").Ref, "a.jpg", bytes.NewReader(file), backend.WriteOptions{})
	w.upload(w.special("my_photos").Ref, "b.jpg", bytes.NewReader(imagetest.JPEG(10, 10, nil)), backend.WriteOptions{})
	for box, want := range map[int][2]int{0: {2000, 2263}, 800: {707, 800}, 176: {156, 176}, 96: {85, 96}} {
		for _, ref := range []backend.Ref{photo.Ref, w.special("my_photos").Ref} {
			c, err := w.Picture(ctx, ref, box)
			require.NoError(t, err)
			config, _, err := image.DecodeConfig(c)
			require.NoError(t, err)
			assert.Equal(t, want, [2]int{config.Width, config.Height})
			end, err := c.Seek(0, io.SeekEnd)
			require.NoError(t, err)
			assert.Equal(t, [4]any{end, "a.jpg", "image/jpeg", photo.Revision}, [4]any{c.Size, c.Name, c.Type, c.Revision})
		}
	}
	text := w.upload(w.root, "a.txt", strings.NewReader("x"), backend.WriteOptions{})
	empty, err := w.CreateFolder(ctx, w.root, backend.KindAlbum, "empty", "", ann)
	require.NoError(t, err)
	for _, ref := range []backend.Ref{text.Ref, empty.Ref, w.root} {
		_, err := w.Picture(ctx, ref, 96)
		assert.ErrorIs(t, err, backend.ErrNoPicture)
	}
	_, err = w.Picture(ctx, backend.Ref{Owner: ann, ID: "X!1"}, 96)
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestPictureFollowsTheContent(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	photo := w.upload(w.root, "a.png", bytes.NewReader(imagetest.PNG(200, 100)), backend.WriteOptions{})
	width := func() int {
		c, err := w.Picture(ctx, photo.Ref, 96)
		require.NoError(t, err)
		config, _, err := image.DecodeConfig(c)
		require.NoError(t, err)
		return config.Width
	}
	assert.Equal(t, 96, width())
	_, err := w.ReplaceContent(ctx, photo.Ref, bytes.NewReader(imagetest.PNG(100, 200)), backend.WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, 48, width())
	_, err = w.ReplaceContent(ctx, photo.Ref, strings.NewReader("no picture"), backend.WriteOptions{})
	require.NoError(t, err)
	_, err = w.Picture(ctx, photo.Ref, 96)
	assert.ErrorIs(t, err, backend.ErrNoPicture)
}

func TestPictureForMany(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	photo := w.upload(w.root, "a.jpg", bytes.NewReader(imagetest.JPEG(600, 600, nil)), backend.WriteOptions{})
	var group sync.WaitGroup
	pictures := make([][]byte, 20)
	for i := range pictures {
		group.Go(func() {
			c, err := w.Picture(ctx, photo.Ref, 96)
			if assert.NoError(t, err) {
				pictures[i], err = io.ReadAll(c)
				assert.NoError(t, err)
			}
		})
	}
	group.Wait()
	for _, p := range pictures {
		assert.Equal(t, pictures[0], p)
	}
}

// A sound shows the cover in its tags, or nothing; a video always shows something.
func TestPictureOfMedia(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	upload := func(name string, content []byte) backend.Item {
		return w.upload(w.root, name, bytes.NewReader(content), backend.WriteOptions{})
	}
	size := func(item backend.Item, box int) [2]int {
		c, err := w.Picture(ctx, item.Ref, box)
		require.NoError(t, err)
		config, _, err := image.DecodeConfig(c)
		require.NoError(t, err)
		return [2]int{config.Width, config.Height}
	}
	covered := upload("a.mp3", withCover(imagetest.JPEG(400, 200, nil)))
	assert.True(t, covered.Audio.Picture)
	assert.Equal(t, [2]int{176, 88}, size(covered, 176))
	assert.Equal(t, [2]int{400, 200}, size(covered, 0))

	for _, cover := range [][]byte{nil, []byte("no picture"), imagetest.JPEG(40, 20, nil)[:200]} {
		bare := upload("bare.mp3", withCover(cover))
		assert.False(t, bare.Audio.Picture)
		_, err := w.Picture(ctx, bare.Ref, 96)
		assert.ErrorIs(t, err, backend.ErrNoPicture)
	}

	film := upload("film.avi", []byte("RIFF\x00\x00\x00\x00AVI LIST\x44\x00\x00\x00hdrlavih\x38\x00\x00\x00"+
		strings.Repeat("\x00", 32)+"\x80\x02\x00\x00\xe0\x01\x00\x00"+strings.Repeat("\x00", 16)))
	assert.Equal(t, [2]int{640, 480}, [2]int{film.Width, film.Height})
	assert.Equal(t, [2]int{96, 72}, size(film, 96))
	assert.Equal(t, [2]int{640, 480}, size(film, 0))
	assert.Equal(t, [2]int{96, 54}, size(upload("unknown.wmv", []byte("x")), 96))
}

// withCover is a song whose tag holds a picture.
func withCover(cover []byte) []byte {
	frame := append([]byte("\x00image/jpeg\x00\x03\x00"), cover...)
	tag := append([]byte("APIC"), 0, 0, byte(len(frame)>>8), byte(len(frame)), 0, 0)
	tag = append(tag, frame...)
	head := []byte{'I', 'D', '3', 3, 0, 0, 0, byte(len(tag) >> 14), byte(len(tag) >> 7 & 127), byte(len(tag) & 127)}
	return append(head, tag...)
}
