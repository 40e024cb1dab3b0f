package imaging_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

func encodeTIFF(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, tiff.Encode(&out, img, &tiff.Options{Compression: tiff.Deflate}))
	return out.Bytes()
}

func TestMorePictures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, mediaType string
		file            []byte
		width, height   int
		quarters        string
	}{
		{"lossy WebP", "image/webp", stored(t, "lossy.webp"), 64, 64, "RGBW"},
		{"lossless WebP", "image/webp", stored(t, "lossless.webp"), 64, 64, "RGBW"},
		{"moving WebP", "image/webp", stored(t, "moving.webp"), 64, 64, "RGBW"},
		{"BMP with runs", "image/bmp", stored(t, "runs.bmp"), 64, 64, "RGBW"},
		{"BMP of 16 bits", "image/bmp", stored(t, "565.bmp"), 16, 16, "RGBW"},
		{"BMP of OS/2", "image/bmp", stored(t, "os2.bmp"), 16, 16, "RGBW"},
		{"fax", "image/tiff", stored(t, "fax.tif"), 64, 64, ""},
		{"TIFF", "image/tiff", encodeTIFF(t, imagetest.Quadrants(40, 30)), 40, 30, "RGBW"},
	} {
		facts := imaging.Inspect(bytes.NewReader(tt.file), "")
		facts.Exif = imaging.Exif{}
		assert.Equal(t, imaging.Facts{Class: imaging.Image, Type: tt.mediaType, Width: tt.width, Height: tt.height}, facts, tt.name)
		require.NoError(t, imaging.Check(bytes.NewReader(tt.file)), tt.name)
		p, err := imaging.Scale(bytes.NewReader(tt.file), 800)
		require.NoError(t, err, tt.name)
		assert.Equal(t, [3]any{"image/jpeg", tt.width, tt.height}, [3]any{p.Type, p.Width, p.Height}, tt.name)
		if tt.quarters != "" {
			assert.Equal(t, tt.quarters, quarters(t, p.Bytes), tt.name)
		}
	}
}

// Raw files of cameras are TIFF files that begin with a preview; it is not the photo.
func TestRawIsNoPhoto(t *testing.T) {
	t.Parallel()
	for kind, want := range map[byte]imaging.Class{0: imaging.Image, 1: imaging.Other, 2: imaging.Image} { // photo, preview, page
		subfile := []byte{0xfe, 0, 4, 0, 1, 0, 0, 0, kind, 0, 0, 0}
		file := withTIFFEntries(encodeTIFF(t, imagetest.Quadrants(40, 30)), subfile, nil)
		assert.Equal(t, want, imaging.Inspect(bytes.NewReader(file), "a.nef").Class)
	}
}

// Black is black in a lossy WebP, and white is white.
func TestWebPRange(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]color.RGBA{"black.webp": {A: 255}, "lossy.webp": {R: 255, G: 255, B: 255, A: 255}} {
		p, err := imaging.Scale(bytes.NewReader(stored(t, name)), 800)
		require.NoError(t, err)
		img, err := jpeg.Decode(bytes.NewReader(p.Bytes))
		require.NoError(t, err)
		got := color.RGBAModel.Convert(img.At(56, 56)).(color.RGBA)
		for _, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B)} {
			assert.InDelta(t, 0, d, 3, name)
		}
	}
}

// The first picture of a moving GIF may be smaller than the whole.
func TestGIFCanvas(t *testing.T) {
	t.Parallel()
	palette := color.Palette{color.Transparent, imagetest.Quarters[0]}
	frame := image.NewPaletted(image.Rect(20, 10, 40, 20), palette)
	for i := range frame.Pix {
		frame.Pix[i] = 1
	}
	var out bytes.Buffer
	require.NoError(t, gif.EncodeAll(&out, &gif.GIF{
		Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{ColorModel: palette, Width: 40, Height: 20},
	}))
	p, err := imaging.Scale(bytes.NewReader(out.Bytes()), 20)
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(p.Bytes))
	require.NoError(t, err)
	assert.Equal(t, image.Rect(0, 0, 20, 10), img.Bounds())
	_, _, _, clear := img.At(2, 2).RGBA()
	r, _, _, solid := img.At(15, 8).RGBA()
	assert.Equal(t, [3]uint32{0, 0xffff, 0xffff}, [3]uint32{clear, r, solid})
}

// What a file claims costs nothing that its bytes do not justify.
func TestClaims(t *testing.T) { //nolint:paralleltest // it measures the memory that is taken
	progressive := bytes.Replace(imagetest.JPEG(64, 64, nil), []byte("\xff\xc0"), []byte("\xff\xc2"), 1)
	deepBomb := bomb(7000, 7000)
	deepBomb[24] = 16 // bits
	binary.BigEndian.PutUint32(deepBomb[29:], crc32.ChecksumIEEE(deepBomb[12:29]))
	largeBMP := stored(t, "565.bmp")
	binary.LittleEndian.PutUint32(largeBMP[18:], 9000)
	binary.LittleEndian.PutUint32(largeBMP[22:], 9000)
	largeTIFF := encodeTIFF(t, imagetest.Quadrants(8, 8))
	for at := int(binary.LittleEndian.Uint32(largeTIFF[4:])) + 2; largeTIFF[at] < 2; at += 12 { // width and height
		binary.LittleEndian.PutUint16(largeTIFF[at+8:], 7000)
	}
	largeWebP := stored(t, "lossy.webp")
	copy(largeWebP[26:], "\xff\x1f\xff\x1f")
	for name, file := range map[string][]byte{
		"JPEG":             claim(imagetest.JPEG(64, 64, nil), "\xff\xc0", 5, 7740, 7740),
		"progressive JPEG": claim(progressive, "\xff\xc2", 5, 7740, 7740),
		"PNG":              bomb(8000, 8000),
		"deep PNG":         deepBomb,
		"BMP":              largeBMP,
		"TIFF":             largeTIFF,
		"WebP":             largeWebP,
		"GIF":              append([]byte("GIF89a\x40\x1f\x40\x1f\x00\x00\x00"), imagetest.GIF(8, 8)[13:]...),
		"ID3":              []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7fAPIC\x7f\x7f\x7f\x7f\x00\x00\x00image/png\x00\x03\x00"),
		"FLAC":             []byte("fLaC\x06\xff\xff\xff\x00\x00\x00\x03\xff\xff\xff\xff"),
		"Ogg":              append([]byte("OggS\x00\x02"), bytes.Repeat([]byte{0xff}, 300)...),
		"MP4":              bytes.Repeat([]byte("\x7f\xff\xff\xffmoov"), 5000),
		"RIFF":             []byte("RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\x7fINFOINAM\xff\xff\xff\x7f"),
		"WMA":              []byte("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00\x40\xa4\xd0\xd2\x07\xe3\xd2\x11\x97\xf0\x00\xa0\xc9\x5e\xa8\x50\xff\xff\xff\x7f\x00\x00\x00\x00"),
		"Matroska":         []byte("\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\x19\x41\xa4\x69\x08\xff\xff\xff\xff"),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		facts := imaging.Inspect(bytes.NewReader(file), "a.mp4")
		err := imaging.Check(bytes.NewReader(file))
		runtime.ReadMemStats(&after)
		assert.NotEqual(t, imaging.Image, facts.Class, name)
		assert.Error(t, err, name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20), name)
	}
}

// claim writes another size into a JPEG file, at an offset from a marker.
func claim(file []byte, marker string, offset int, width, height uint16) []byte {
	at := bytes.Index(file, []byte(marker)) + offset
	binary.BigEndian.PutUint16(file[at:], height)
	binary.BigEndian.PutUint16(file[at+2:], width)
	return file
}

// Boxes in boxes must not be followed down to the bottom.
func TestDeepBoxes(t *testing.T) {
	t.Parallel()
	const depth = 1 << 20
	file := make([]byte, 0, 8*depth)
	for i := range depth {
		file = binary.BigEndian.AppendUint32(file, uint32(8*(depth-i)))
		file = append(file, "moov"...)
	}
	assert.Equal(t, imaging.Facts{Class: imaging.Video, Type: "video/quicktime"}, imaging.Inspect(bytes.NewReader(file), "a.mov"))
	element := bytes.Repeat([]byte("\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"), depth)
	assert.Equal(t, "video/x-matroska", imaging.Inspect(bytes.NewReader(append([]byte("\x1a\x45\xdf\xa3\x80"), element...)), "a.mkv").Type)
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	adobe, grey := imagetest.Profile(imagetest.AdobeRGB), imagetest.GreyProfile()
	inJPEG := func(file, profile []byte) []byte {
		segment := append([]byte("\xff\xe2\x00\x00ICC_PROFILE\x00\x01\x01"), profile...)
		binary.BigEndian.PutUint16(segment[2:], uint16(len(segment)-2))
		return append(append(bytes.Clone(file[:2]), segment...), file[2:]...)
	}
	var greyJPEG bytes.Buffer
	require.NoError(t, jpeg.Encode(&greyJPEG, image.NewGray(image.Rect(0, 0, 200, 100)), nil))
	iCCP := imagetest.Chunk{Name: "iCCP", Content: append([]byte("adobe\x00\x00"), deflated(t, adobe)...)}
	for _, tt := range []struct {
		name  string
		file  []byte
		holds []byte // the small picture
		not   []byte
	}{
		{"JPEG", inJPEG(imagetest.JPEG(200, 100, nil), adobe), adobe, nil},
		{"JPEG with EXIF", inJPEG(imagetest.JPEG(200, 100, camera()), adobe), adobe, nil},
		{"grey JPEG", inJPEG(greyJPEG.Bytes(), grey), grey, nil},
		{"profile for another number of colours", inJPEG(imagetest.JPEG(200, 100, nil), grey), nil, grey},
		{"PNG", imagetest.PNGWith(200, 100, iCCP), iCCP.Content, nil},
		{"PNG with a gamma", imagetest.PNGWith(200, 100, imagetest.Chunk{Name: "gAMA", Content: []byte{0, 0, 0xb1, 0x8f}}), []byte("gAMA\x00\x00\xb1\x8f"), nil},
		{"TIFF", withTIFFProfile(encodeTIFF(t, imagetest.Quadrants(200, 100)), adobe), adobe, nil},
		{"WebP", withChunk(stored(t, "lossy.webp"), "ICCP", adobe), adobe, nil},
	} {
		for _, small := range []func() (imaging.Picture, error){
			func() (imaging.Picture, error) { return imaging.Scale(bytes.NewReader(tt.file), 50) },
			func() (imaging.Picture, error) { return imaging.Square(bytes.NewReader(tt.file), 50) },
			func() (imaging.Picture, error) { return imaging.Downsize(bytes.NewReader(tt.file), 50) },
		} {
			p, err := small()
			require.NoError(t, err, tt.name)
			require.NoError(t, imaging.Check(bytes.NewReader(p.Bytes)), tt.name)
			assert.True(t, tt.holds == nil || bytes.Contains(p.Bytes, tt.holds), tt.name)
			assert.False(t, tt.not != nil && bytes.Contains(p.Bytes, tt.not), tt.name)
		}
	}
	// A profile of many pieces comes out as it went in.
	large := append(bytes.Clone(adobe), make([]byte, 150_000)...)
	for i := range large[len(adobe):] {
		large[len(adobe)+i] = byte(i * 7)
	}
	p, err := imaging.Scale(bytes.NewReader(withChunk(stored(t, "lossy.webp"), "ICCP", large)), 50)
	require.NoError(t, err)
	again, err := imaging.Scale(bytes.NewReader(p.Bytes), 20)
	require.NoError(t, err)
	assert.True(t, bytes.Contains(again.Bytes, large[100_000:100_100]) && bytes.Contains(again.Bytes, large[149_000:150_000]))
}

// Cameras with Adobe's colours name them in EXIF, which small pictures do not have: they become those of sRGB.
func TestAdobeCamera(t *testing.T) {
	t.Parallel()
	shown := func(e *imagetest.Exif) color.RGBA {
		img := image.NewRGBA(image.Rect(0, 0, 64, 64))
		for i := range img.Pix {
			img.Pix[i] = []uint8{100, 150, 200, 255}[i%4]
		}
		var file bytes.Buffer
		require.NoError(t, png.Encode(&file, img))
		b := file.Bytes()
		withExif := imagetest.PNGWith(1, 1, imagetest.Chunk{Name: "eXIf", Content: e.TIFF()})
		chunk := withExif[33 : 33+12+len(e.TIFF())]
		p, err := imaging.Scale(bytes.NewReader(append(append(bytes.Clone(b[:33]), chunk...), b[33:]...)), 32)
		require.NoError(t, err)
		small, err := png.Decode(bytes.NewReader(p.Bytes))
		require.NoError(t, err)
		return color.RGBAModel.Convert(small.At(9, 9)).(color.RGBA)
	}
	assert.Equal(t, color.RGBA{R: 100, G: 150, B: 200, A: 255}, shown(&imagetest.Exif{Make: "x"}))
	// ImageMagick makes 67, 150, 201 of it with profiles of these spaces, whose curves are a little simpler.
	got := shown(&imagetest.Exif{Make: "x", AdobeRGB: true})
	assert.InDelta(t, 67, got.R, 2)
	assert.InDelta(t, 150, got.G, 2)
	assert.InDelta(t, 201, got.B, 2)
}

func withChunk(webp []byte, id string, content []byte) []byte {
	b := append(bytes.Clone(webp), id...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
	return append(b, content...)
}

// withTIFFEntries adds an entry before and one after those of the first directory, which moves to the end of the file.
func withTIFFEntries(file, first, last []byte) []byte {
	at := int(binary.LittleEndian.Uint32(file[4:]))
	n := int(binary.LittleEndian.Uint16(file[at:]))
	entries := slices.Concat(first, file[at+2:at+2+12*n], last)
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)))
	file = binary.LittleEndian.AppendUint16(file, uint16(len(entries)/12))
	return append(append(file, entries...), 0, 0, 0, 0)
}

func withTIFFProfile(file, profile []byte) []byte {
	entry := []byte{0x73, 0x87, 7, 0}
	entry = binary.LittleEndian.AppendUint32(entry, uint32(len(profile)))
	entry = binary.LittleEndian.AppendUint32(entry, uint32(len(file)))
	return withTIFFEntries(append(file, profile...), nil, entry)
}

func deflated(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, err := w.Write(b)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func ExampleFit() {
	fmt.Println(imaging.Fit(2000, 2263, 800))
	// Output: 707 800
}
