package server_test

import (
	"fmt"
	"image"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// pictureSize opens a link from an answer, and returns the size of the picture there.
func (w *world) pictureSize(link any) [2]float64 {
	w.t.Helper()
	a := w.anonymous().do(http.MethodGet, link.(string), nil)
	require.Equal(w.t, http.StatusOK, a.status, a.body)
	config, _, err := image.DecodeConfig(strings.NewReader(a.body))
	require.NoError(w.t, err)
	return [2]float64{float64(config.Width), float64(config.Height)}
}

// A photo that EXIF lays on its side has the size of its bytes; its small pictures are upright, and as large as they say.
func TestTurnedPhoto(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for orientation, want := range map[uint16][2]float64{1: {96, 48}, 3: {96, 48}, 6: {48, 96}} {
		file := imagetest.JPEG(1000, 500, &imagetest.Exif{Orientation: orientation})
		a := w.get(w.put("me/skydrive", fmt.Sprint(orientation, ".jpg"), string(file)))
		assert.Equal(t, [2]any{1000., 500.}, [2]any{a.field("width"), a.field("height")})
		assert.Equal(t, want, w.pictureSize(a.field("picture")))
		for _, i := range a.field("images").([]any) {
			image := i.(map[string]any)
			assert.Equal(t, w.pictureSize(image["source"]), [2]float64{image["width"].(float64), image["height"].(float64)}, image["type"])
		}
	}
}

// What an answer calls the picture of a video or a sound is one.
func TestPictureOfMedia(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	song, err := os.ReadFile("../imaging/testdata/cover.m4a")
	require.NoError(t, err)
	covered := w.put("me/skydrive", "cover.m4a", string(song))
	assert.Equal(t, [2]float64{32, 32}, w.pictureSize(w.get(covered).field("picture")))
	assert.Equal(t, http.StatusFound, w.get(covered+"/picture").status)

	bare := w.put("me/skydrive", "bare.mp3", "not a song")
	assert.Nil(t, w.get(bare).field("picture"))
	assert.Equal(t, http.StatusNotFound, w.get(bare+"/picture").status)

	film := w.put("me/skydrive", "a.wmv", "not a film")
	assert.Equal(t, [2]float64{96, 54}, w.pictureSize(w.get(film).field("picture")))
	for _, size := range []string{"thumbnail", "small", "album", "normal", "full"} {
		a := w.get(film + "/picture?type=" + size)
		assert.Equal(t, http.StatusFound, a.status, size)
		w.pictureSize(a.header.Get("Location"))
	}
}
