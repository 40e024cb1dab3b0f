package imaging_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// inspected is what holds whatever the bytes are: nothing panics, nothing is nonsense, and what passes the check can be
// made smaller.
func inspected(t *testing.T, content []byte, name string) {
	t.Helper()
	src := bytes.NewReader(content)
	facts := imaging.Inspect(src, name)
	assert.GreaterOrEqual(t, facts.Duration, time.Duration(0))
	assert.GreaterOrEqual(t, facts.Bitrate, int64(0))
	assert.LessOrEqual(t, len(facts.Cover), len(content))
	assert.GreaterOrEqual(t, min(facts.Width, facts.Height), 0)
	if facts.Class == imaging.Image && facts.Width*facts.Height < 1<<20 && imaging.Check(src) == nil {
		p, err := imaging.Scale(src, 96)
		require.NoError(t, err)
		assert.LessOrEqual(t, max(p.Width, p.Height), 96)
		p, err = imaging.Downsize(src, 96)
		require.NoError(t, err)
		assert.NoError(t, imaging.Check(bytes.NewReader(p.Bytes)))
	}
}

// fuzz changes files of one kind, given as they are, or only what comes after their first bytes.
func fuzz(f *testing.F, name, prefix string, seeds ...[]byte) {
	f.Helper()
	for _, seed := range seeds {
		seed = bytes.TrimPrefix(seed, []byte(prefix))
		f.Add(seed)
		f.Add(seed[:len(seed)/2])
	}
	f.Fuzz(func(t *testing.T, content []byte) { inspected(t, append([]byte(prefix), content...), name) })
}

func FuzzInspect(f *testing.F) {
	fuzz(f, "a.mp3", "", nil, bomb(1<<31, 1<<31), imagetest.PNG(4, 4), imagetest.GIF(4, 4), imagetest.JPEG(4, 4, camera()),
		stored(f, "runs.bmp"), stored(f, "lossy.webp"), stored(f, "tags.ogg"), stored(f, "film.mpg"))
}

func FuzzJPEG(f *testing.F) {
	fuzz(f, "", "\xff\xd8\xff", imagetest.JPEG(8, 8, nil), imagetest.JPEG(8, 8, camera()), stored(f, "cover.jpg"))
}

func FuzzTIFF(f *testing.F) {
	fuzz(f, "", "", stored(f, "fax.tif"), encodeTIFF(f, imagetest.Quadrants(4, 4)), camera().TIFF())
}

func FuzzExif(f *testing.F) {
	e := camera()
	e.AdobeRGB = true
	f.Add(e.TIFF())
	f.Fuzz(func(t *testing.T, content []byte) {
		inspected(t, imagetest.PNGWith(4, 4, imagetest.Chunk{Name: "eXIf", Content: content}), "")
	})
}

func FuzzWebP(f *testing.F) {
	fuzz(f, "", "RIFF", stored(f, "lossy.webp"), stored(f, "lossless.webp"), stored(f, "moving.webp"), stored(f, "turned.webp"))
}

func FuzzID3(f *testing.F) {
	fuzz(f, "a.mp3", "ID3", stored(f, "cover.mp3"), song(2, 0, "Title"), song(3, 1, "Title"), song(4, 3, "Title"))
}

func FuzzMPEGAudio(f *testing.F) {
	fuzz(f, "a.mp3", "\xff", stored(f, "plain.aac"), xing(), frames(2000))
}

func FuzzFLAC(f *testing.F) { fuzz(f, "", "fLaC", stored(f, "cover.flac")) }

func FuzzOgg(f *testing.F) {
	fuzz(f, "", "OggS", stored(f, "tags.ogg"), stored(f, "tags.opus"), stored(f, "tags.spx"), stored(f, "tags.oga"), stored(f, "film.ogv"))
}

func FuzzRIFF(f *testing.F) {
	fuzz(f, "", "RIFF", stored(f, "tags.wav"), stored(f, "film.avi"), wav(8000, 100))
}

func FuzzAIFF(f *testing.F) { fuzz(f, "", "FORM", stored(f, "tags.aifc")) }

func FuzzASF(f *testing.F) {
	fuzz(f, "", "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", stored(f, "tags.wma"), stored(f, "film.wmv"))
}

func FuzzMP4(f *testing.F) {
	fuzz(f, "a.mov", "", stored(f, "cover.m4a"), stored(f, "fragmented.mp4"), movie("isom", 0, false), movie("qt  ", 1, true))
}

func FuzzMatroska(f *testing.F) {
	fuzz(f, "", "\x1a\x45\xdf\xa3", stored(f, "tags.mka"), stored(f, "live.webm"), stored(f, "film.mkv"))
}

func FuzzMPEG(f *testing.F) { fuzz(f, "a.mpg", "", stored(f, "film.mpg"), stored(f, "film.ts")) }
