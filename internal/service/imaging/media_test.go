package imaging_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// stored reads a small file that a program of the trade made. See testdata/README.md.
func stored(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}

func TestInspectMedia(t *testing.T) {
	t.Parallel()
	elise := imaging.Song{Title: "Elise", Artist: "Ludwig", Album: "Bagatellen", AlbumArtist: "Alfred", Genre: "Classical"}
	noAlbumArtist := elise
	noAlbumArtist.AlbumArtist = ""
	// The times are ffprobe's. Where it counts in another way than the format's header, that is said.
	for _, tt := range []struct {
		file, mediaType string
		time            time.Duration
		width, height   int
		song            imaging.Song
		cover           bool
	}{
		{"cover.m4a", "audio/mp4", 500 * time.Millisecond, 0, 0, elise, true},
		{"cover.mp3", "audio/mpeg", 648 * time.Millisecond, 0, 0, elise, true},
		{"cover.flac", "audio/flac", 500 * time.Millisecond, 0, 0, elise, true},
		{"tags.wma", "audio/x-ms-wma", 512 * time.Millisecond, 0, 0, elise, false},
		{"plain.aac", "audio/aac", 640 * time.Millisecond, 0, 0, imaging.Song{}, false},
		{"tags.wav", "audio/wav", 500 * time.Millisecond, 0, 0, noAlbumArtist, false},
		{"tags.aifc", "audio/aiff", 500 * time.Millisecond, 0, 0, elise, false},
		{"tags.ogg", "audio/ogg", 500 * time.Millisecond, 0, 0, elise, false},
		{"tags.opus", "audio/ogg", 500 * time.Millisecond, 0, 0, elise, false},
		{"tags.spx", "audio/ogg", 500 * time.Millisecond, 0, 0, elise, false},
		{"tags.oga", "audio/ogg", 500 * time.Millisecond, 0, 0, elise, false},
		{"tags.mka", "audio/x-matroska", 508 * time.Millisecond, 0, 0, elise, false},
		{"tags.webm", "audio/webm", 508 * time.Millisecond, 0, 0, elise, false},
		{"fragmented.mp4", "video/mp4", time.Second, 32, 18, imaging.Song{}, false},
		{"film.avi", "video/x-msvideo", 800 * time.Millisecond, 32, 18, imaging.Song{}, false},
		{"film.wmv", "video/x-ms-wmv", 664 * time.Millisecond, 32, 18, imaging.Song{}, false},
		{"film.mpg", "video/mpeg", 590 * time.Millisecond, 32, 16, imaging.Song{}, false},
		{"film.ts", "video/mp2t", 600 * time.Millisecond, 32, 16, imaging.Song{}, false},
		{"film.m2ts", "video/mp2t", 600 * time.Millisecond, 32, 16, imaging.Song{}, false},
		{"film.mkv", "video/x-matroska", 738 * time.Millisecond, 32, 18, imaging.Song{}, false},
		{"live.webm", "video/webm", 600 * time.Millisecond, 32, 18, imaging.Song{}, false}, // ffprobe does not look at the blocks
		{"film.ogv", "video/ogg", 600 * time.Millisecond, 32, 18, imaging.Song{}, false},
	} {
		content := stored(t, tt.file)
		facts := imaging.Inspect(bytes.NewReader(content), tt.file)
		assert.InDelta(t, tt.time.Seconds(), facts.Duration.Seconds(), 0.04, tt.file)
		if tt.cover {
			assert.NoError(t, imaging.Check(bytes.NewReader(facts.Cover)), tt.file)
		} else {
			assert.Empty(t, facts.Cover, tt.file)
		}
		want := imaging.Facts{
			Class: imaging.Audio, Type: tt.mediaType, Width: tt.width, Height: tt.height, Song: tt.song,
			Duration: facts.Duration, Cover: facts.Cover,
		}
		if strings.HasPrefix(tt.mediaType, "video/") {
			want.Class, want.Bitrate = imaging.Video, int64(float64(len(content))*8/facts.Duration.Seconds())
		}
		assert.Equal(t, want, facts, tt.file)
	}
}

// A file that ends early keeps what came before.
func TestInspectCutMedia(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"cover.mp3", "cover.flac", "tags.wma", "tags.wav", "tags.ogg", "tags.opus", "tags.spx", "tags.oga", "film.avi", "film.wmv",
		"fragmented.mp4", "film.mkv", "film.ogv", "film.mpg",
	} {
		content := stored(t, file)
		whole := imaging.Inspect(bytes.NewReader(content), file)
		for _, n := range []int{len(content) - 1, len(content) * 9 / 10, len(content) * 3 / 4} {
			cut := imaging.Inspect(bytes.NewReader(content[:n]), file)
			assert.Equal(t, []any{whole.Class, whole.Type, whole.Song.Title, whole.Width, whole.Height},
				[]any{cut.Class, cut.Type, cut.Song.Title, cut.Width, cut.Height}, "%s, %d of %d", file, n, len(content))
		}
	}
}

func TestInspectBrands(t *testing.T) {
	t.Parallel()
	for brand, want := range map[string]imaging.Facts{
		"XAVC": {Class: imaging.Video, Type: "video/mp4"}, "f4v ": {Class: imaging.Video, Type: "video/mp4"},
		"3gp5": {Class: imaging.Video, Type: "video/3gpp"}, "3g2a": {Class: imaging.Video, Type: "video/3gpp"},
		"M4B ": {Class: imaging.Audio, Type: "audio/mp4"}, "NDSC": {Class: imaging.Video, Type: "video/mp4"},
		"heic": {}, "avif": {}, "mif1": {}, "crx ": {},
	} {
		facts := imaging.Inspect(bytes.NewReader(movie(brand, 0, false)), "a")
		assert.Equal(t, [2]any{want.Class, want.Type}, [2]any{facts.Class, facts.Type}, brand)
	}
}

// Tags of a song in a WMA file that ffmpeg does not write: the album in the library, and the cover.
func TestInspectWMALibrary(t *testing.T) {
	t.Parallel()
	picture := append([]byte{3, 0, 0, 0, 0}, wide("image/jpeg")...)
	picture = append(append(picture, wide("")...), stored(t, "cover.jpg")...)
	library := []byte{2, 0}
	for name, value := range map[string][]byte{"WM/AlbumTitle": wide("Bagatellen"), "WM/Picture": picture} {
		key := wide(name)
		library = append(library, 0, 0, 0, 0, byte(len(key)), 0, 0, 0)
		library = append(library, byte(len(value)), byte(len(value)>>8), 0, 0)
		library = append(append(library, key...), value...)
	}
	object := asfObject("\x94\x1c\x23\x44\x98\x94\xd1\x49\xa1\x41\x1d\x13\x4e\x45\x70\x54", library)
	extension := asfObject("\xb5\x03\xbf\x5f\x2e\xa9\xcf\x11\x8e\xe3\x00\xc0\x0c\x20\x53\x65", append(make([]byte, 22), object...))
	file := asfObject("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", append(make([]byte, 6), extension...))
	facts := imaging.Inspect(bytes.NewReader(file), "a")
	assert.Equal(t, imaging.Facts{
		Class: imaging.Audio, Type: "audio/x-ms-wma", Song: imaging.Song{Album: "Bagatellen"}, Cover: stored(t, "cover.jpg"),
	}, facts)
}

func wide(s string) []byte {
	var b []byte
	for _, c := range []byte(s + "\x00") {
		b = append(b, c, 0)
	}
	return b
}

func asfObject(id string, content []byte) []byte {
	n := 24 + len(content)
	return append(append([]byte(id), byte(n), byte(n>>8), 0, 0, 0, 0, 0, 0), content...)
}

func TestPoster(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ width, height, box, wantWidth, wantHeight int }{
		{1920, 1080, 96, 96, 54}, {1080, 1920, 176, 99, 176}, {0, 0, 800, 800, 450}, {64, 48, 800, 64, 48}, {5000, 1, 96, 96, 1},
	} {
		p, err := imaging.Poster(tt.width, tt.height, tt.box)
		require.NoError(t, err)
		facts := imaging.Inspect(bytes.NewReader(p.Bytes), "")
		assert.Equal(t, imaging.Facts{Class: imaging.Image, Type: p.Type, Width: tt.wantWidth, Height: tt.wantHeight}, facts, tt)
		assert.Equal(t, [2]int{tt.wantWidth, tt.wantHeight}, [2]int{p.Width, p.Height}, tt)
	}
}
