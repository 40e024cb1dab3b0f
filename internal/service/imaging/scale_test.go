package imaging_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/bmp"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

func TestFit(t *testing.T) {
	t.Parallel()
	tests := []struct{ width, height, box, wantWidth, wantHeight int }{
		// Seen in the service's answers.
		{2000, 2263, 800, 707, 800},
		{2000, 2263, 176, 156, 176},
		{2000, 2263, 96, 85, 96},
		{300, 450, 800, 300, 450},
		{300, 450, 176, 117, 176},
		{300, 450, 96, 64, 96},
		// Made up.
		{2263, 2000, 176, 176, 156},
		{4000, 3000, 2048, 2048, 1536},
		{800, 800, 800, 800, 800},
		{801, 1, 800, 800, 1},
		{10000, 1, 96, 96, 1},
		{1, 10000, 96, 1, 96},
	}
	for _, tt := range tests {
		width, height := imaging.Fit(tt.width, tt.height, tt.box)
		assert.Equal(t, [2]int{tt.wantWidth, tt.wantHeight}, [2]int{width, height}, "%+v", tt)
	}
}

func TestScale(t *testing.T) {
	t.Parallel()
	var bitmap bytes.Buffer
	require.NoError(t, bmp.Encode(&bitmap, imagetest.Quadrants(40, 30)))
	tests := []struct {
		name     string
		file     []byte
		box      int
		wantType string
		width    int
		height   int
		same     bool
	}{
		{"JPEG", imagetest.JPEG(200, 100, nil), 50, "image/jpeg", 50, 25, false},
		{"JPEG that fits", imagetest.JPEG(200, 100, nil), 200, "image/jpeg", 200, 100, true},
		{"JPEG that fits and is upright", imagetest.JPEG(200, 100, &imagetest.Exif{Orientation: 1}), 200, "image/jpeg", 200, 100, true},
		{"JPEG that fits and lies on its side", imagetest.JPEG(200, 100, &imagetest.Exif{Orientation: 6}), 200, "image/jpeg", 100, 200, false},
		{"PNG", imagetest.PNG(100, 200), 50, "image/png", 25, 50, false},
		{"GIF", imagetest.GIF(100, 200), 50, "image/png", 25, 50, false},
		{"GIF that fits", imagetest.GIF(100, 200), 800, "image/gif", 100, 200, true},
		{"BMP that fits", bitmap.Bytes(), 800, "image/jpeg", 40, 30, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := imaging.Scale(bytes.NewReader(tt.file), tt.box)
			require.NoError(t, err)
			assert.Equal(t, tt.wantType, p.Type)
			assert.Equal(t, tt.same, bytes.Equal(tt.file, p.Bytes))
			facts := imaging.Inspect(bytes.NewReader(p.Bytes), "")
			assert.Equal(t, tt.wantType, facts.Type)
			assert.Equal(t, [4]int{tt.width, tt.height, tt.width, tt.height}, [4]int{p.Width, p.Height, facts.Width, facts.Height})
		})
	}
}

// The letters tell where the quarters of the stored picture (red, green, blue, white from top left to bottom right)
// are when it is upright.
var uprightQuarters = []struct{ orientation, want string }{
	{"1", "RGBW"},
	{"2", "GRWB"},
	{"3", "WBGR"},
	{"4", "BWRG"},
	{"5", "RBGW"},
	{"6", "BRWG"},
	{"7", "WGBR"},
	{"8", "GWRB"},
}

func TestScaleTurnsUpright(t *testing.T) {
	t.Parallel()
	for i, tt := range uprightQuarters {
		t.Run(tt.orientation, func(t *testing.T) {
			t.Parallel()
			file := imagetest.JPEG(160, 80, &imagetest.Exif{Orientation: uint16(i + 1)})
			facts := imaging.Inspect(bytes.NewReader(file), "")
			assert.Equal(t, [3]int{160, 80, i + 1}, [3]int{facts.Width, facts.Height, facts.Exif.Orientation}, "as they are stored")
			p, err := imaging.Scale(bytes.NewReader(file), 80)
			require.NoError(t, err)
			assert.Equal(t, tt.want, quarters(t, p.Bytes))
			want := [2]int{80, 40}
			if i >= 4 {
				want = [2]int{40, 80}
			}
			assert.Equal(t, want, [2]int{p.Width, p.Height})
		})
	}
}

func TestDownsize(t *testing.T) {
	t.Parallel()
	exif := &imagetest.Exif{Orientation: 6, Make: "Contoso", Taken: "2012:08:17 14:25:00"}
	file := imagetest.JPEG(400, 200, exif)
	p, err := imaging.Downsize(bytes.NewReader(file), 100)
	require.NoError(t, err)
	facts := imaging.Inspect(bytes.NewReader(p.Bytes), "")
	assert.Equal(t, imaging.Inspect(bytes.NewReader(file), "").Exif, facts.Exif)
	assert.Equal(t, [4]int{100, 50, 100, 50}, [4]int{p.Width, p.Height, facts.Width, facts.Height}, "the pixels lie as they lay")
	assert.Equal(t, "RGBW", quarters(t, p.Bytes))

	shown, err := imaging.Scale(bytes.NewReader(p.Bytes), 40)
	require.NoError(t, err)
	assert.Equal(t, "BRWG", quarters(t, shown.Bytes), "turned once, not twice")

	for name, file := range map[string][]byte{
		"fits": imagetest.JPEG(100, 100, nil), "GIF": imagetest.GIF(300, 300),
	} {
		p, err := imaging.Downsize(bytes.NewReader(file), 100)
		require.NoError(t, err, name)
		assert.Equal(t, file, p.Bytes, name)
	}
	p, err = imaging.Downsize(bytes.NewReader(imagetest.PNG(300, 150)), 100)
	require.NoError(t, err)
	assert.Equal(t, imaging.Picture{Bytes: p.Bytes, Type: "image/png", Width: 100, Height: 50}, p)
}

// Cameras put other segments before EXIF, and fill bytes between them.
func TestDownsizeFindsExif(t *testing.T) {
	t.Parallel()
	file := imagetest.JPEG(400, 200, &imagetest.Exif{Make: "Contoso"})
	before := "\xff\xe0\x00\x04ab" + "\xff\xe1\x00\x06http" + "\xff\xff"
	p, err := imaging.Downsize(bytes.NewReader(slices.Insert(file, 2, []byte(before)...)), 100)
	require.NoError(t, err)
	assert.Equal(t, "Contoso", imaging.Inspect(bytes.NewReader(p.Bytes), "").Exif.Make)

	p, err = imaging.Downsize(bytes.NewReader(imagetest.JPEG(400, 200, nil)), 100)
	require.NoError(t, err)
	assert.Equal(t, imaging.Picture{Bytes: p.Bytes, Type: "image/jpeg", Width: 100, Height: 50}, p)
	require.NoError(t, imaging.Check(bytes.NewReader(p.Bytes)))
}

// Stripes that are finer than the pixels of the small picture become their average: no pixel is skipped.
func TestScaleAverages(t *testing.T) {
	t.Parallel()
	stripes := image.NewGray(image.Rect(0, 0, 1600, 1600))
	for i := range stripes.Pix {
		stripes.Pix[i] = uint8((i + 3) / 8 % 2 * 255)
	}
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, stripes))
	p, err := imaging.Scale(bytes.NewReader(file.Bytes()), 100)
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(p.Bytes))
	require.NoError(t, err)
	for i := range 100 {
		assert.InDelta(t, 128, color.GrayModel.Convert(img.At(i, i)).(color.Gray).Y, 2)
	}
}

func TestScaleOnWhite(t *testing.T) {
	t.Parallel()
	// One pixel of WebP that nothing can be seen of.
	file, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	require.NoError(t, err)
	p, err := imaging.Scale(bytes.NewReader(file), 10)
	require.NoError(t, err)
	assert.Equal(t, imaging.Picture{Bytes: p.Bytes, Type: "image/jpeg", Width: 1, Height: 1}, p)
	assert.Equal(t, "WWWW", quarters(t, p.Bytes))
}

func TestSquare(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{300, 200}, {200, 300}, {10, 20}} {
		p, err := imaging.Square(bytes.NewReader(imagetest.PNG(size[0], size[1])), 96)
		require.NoError(t, err)
		assert.Equal(t, [2]int{96, 96}, [2]int{p.Width, p.Height})
		assert.Equal(t, "RGBW", quarters(t, p.Bytes), "the middle of %v", size)
	}
}

// quarters tells the colours in the quarters of an encoded picture.
func quarters(t *testing.T, file []byte) string {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	var seen []byte
	b := img.Bounds()
	for i := range 4 {
		x, y := b.Dx()*(1+i%2*2)/4, b.Dy()*(1+i/2*2)/4
		seen = append(seen, "RGBW"[nearest(img.At(x, y))])
	}
	return string(seen)
}

func nearest(c color.Color) (found int) {
	least := -1
	r, g, b, _ := c.RGBA()
	for i, q := range imagetest.Quarters {
		distance := abs(int(r>>8)-int(q.R)) + abs(int(g>>8)-int(q.G)) + abs(int(b>>8)-int(q.B))
		if least < 0 || distance < least {
			found, least = i, distance
		}
	}
	return found
}

func abs(n int) int { return max(n, -n) }

func BenchmarkScale(b *testing.B) {
	file := imagetest.JPEG(4000, 3000, nil)
	for _, box := range []int{96, 800, 2048} {
		b.Run(fmt.Sprint(box), func(b *testing.B) {
			for b.Loop() {
				_, err := imaging.Scale(bytes.NewReader(file), box)
				require.NoError(b, err)
			}
		})
	}
}
