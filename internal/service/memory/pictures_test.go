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
