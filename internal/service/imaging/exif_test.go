package imaging_test

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// camera is what a good camera writes, and wantCamera what is read of it.
func camera() *imagetest.Exif {
	return &imagetest.Exif{
		Make: "Contoso", Model: "C 100", Orientation: 6, Taken: "2012:08:17 14:25:00", Offset: "+02:00",
		FNumber: imagetest.Rational{Num: 28, Den: 10}, Focal: imagetest.Rational{Num: 385, Den: 100},
		Exposure:  imagetest.Rational{Num: 1, Den: 180},
		Latitude:  [3]imagetest.Rational{{Num: 47, Den: 1}, {Num: 30, Den: 1}, {Num: 36, Den: 1}},
		Longitude: [3]imagetest.Rational{{Num: 122, Den: 1}, {Num: 15, Den: 1}, {Num: 0, Den: 1}}, NorthSouth: "N", EastWest: "W",
		Altitude: imagetest.Rational{Num: 251, Den: 2},
	}
}

func wantCamera() imaging.Exif {
	return imaging.Exif{
		Taken: time.Date(2012, 8, 17, 12, 25, 0, 0, time.UTC), Make: "Contoso", Model: "C 100", Orientation: 6,
		FNumber: 2.8, FocalLength: 3.85, ExposureNumerator: 1, ExposureDenominator: 180,
		GPS: &imaging.GPS{Latitude: 47.51, Longitude: -122.25, Altitude: 125.5},
	}
}

// One bad entry takes nothing else with it.
func TestInspectDamagedExif(t *testing.T) {
	t.Parallel()
	outside := [4]byte{0x7f, 0xff, 0xff, 0xff}
	for name, odd := range map[string][]imagetest.Entry{
		"type 0":                    {{Tag: 0x0100, Kind: 0, Count: 1}},
		"type 0 of a known tag":     {{Tag: 0x8827, Kind: 0, Count: 1 << 30}},
		"unknown type":              {{Tag: 0x9c9c, Kind: 200, Count: 3}},
		"maker note that ends":      {{Tag: 0x927c, Kind: 7, Count: 60_000, Value: [4]byte{0, 0, 0, 100}}},
		"text outside of the file":  {{Tag: 0x013b, Kind: 2, Count: 40, Value: outside}},
		"values without end":        {{Tag: 0x9c9b, Kind: 12, Count: 1<<32 - 1, Value: outside}},
		"directory of thumbnails":   {{Tag: 0x014a, Kind: 4, Count: 2, Value: outside}},
		"no values":                 {{Tag: 0x0131, Kind: 2, Count: 0}},
		"interoperability nowhere":  {{Tag: 0xa005, Kind: 4, Count: 1, Value: outside}},
		"a text in the wrong place": {{Tag: 0x0112, Kind: 2, Count: 3, Value: [4]byte{'a', 'b', 'c'}}, {Tag: 0x0112, Kind: 3, Count: 1, Value: [4]byte{0, 6}}},
	} {
		e, want := camera(), wantCamera()
		e.Odd = odd
		if name == "a text in the wrong place" { // the first of two counts, and it is no number
			want.Orientation = 0
		}
		assert.Equal(t, want, imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, e)), "").Exif, name)
	}
}

// EXIF that is cut keeps what came before.
func TestInspectCutExif(t *testing.T) {
	t.Parallel()
	e := camera()
	whole := e.TIFF()
	file := func(n int) []byte {
		return imagetest.PNGWith(20, 10, imagetest.Chunk{Name: "eXIf", Content: whole[:n]})
	}
	want := wantCamera()
	assert.Equal(t, want, imaging.Inspect(bytes.NewReader(file(len(whole))), "").Exif)
	want.FocalLength = 0 // the last value
	cut := imaging.Inspect(bytes.NewReader(file(len(whole)-4)), "").Exif
	assert.Equal(t, want, cut)
	for n := range whole {
		cut := imaging.Inspect(bytes.NewReader(file(n)), "").Exif
		assert.Contains(t, []string{"", "Contoso"}, cut.Make, n)
	}
}

func TestInspectPlace(t *testing.T) {
	t.Parallel()
	zero, undefined := imagetest.Rational{Num: 0, Den: 1}, imagetest.Rational{Num: 1, Den: 0}
	for name, tt := range map[string]struct {
		change func(e *imagetest.Exif)
		want   *imaging.GPS
	}{
		"0/0": {func(e *imagetest.Exif) {
			e.Latitude, e.Longitude, e.NoReception = [3]imagetest.Rational{}, [3]imagetest.Rational{}, true
		}, nil},
		"empty": {func(e *imagetest.Exif) {
			*e = imagetest.Exif{Make: e.Make}
		}, nil},
		"only latitude": {func(e *imagetest.Exif) { e.Longitude = [3]imagetest.Rational{} }, nil},
		"zero, which is a place": {func(e *imagetest.Exif) {
			e.Latitude, e.Longitude = [3]imagetest.Rational{zero, zero, zero}, [3]imagetest.Rational{zero, zero, zero}
		}, &imaging.GPS{Latitude: 0, Longitude: math.Copysign(0, -1), Altitude: 125.5}},
		"seconds undefined": {func(e *imagetest.Exif) {
			e.Latitude[2], e.Altitude = undefined, imagetest.Rational{}
		}, &imaging.GPS{Latitude: 47.5, Longitude: -122.25}},
		"beyond the pole": {func(e *imagetest.Exif) { e.Latitude[0].Num = 91 }, nil},
	} {
		e := camera()
		tt.change(e)
		exif := imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, e)), "").Exif
		assert.Equal(t, tt.want, exif.GPS, name)
		assert.Equal(t, "Contoso", exif.Make, name)
	}
}

func TestInspectExifText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Contoso\x00junk": "Contoso", "Contoso \x00\x00": "Contoso", "\x00Contoso": "", "M\xfcller": "Müller", "Müller": "Müller", " C ": "C",
	} {
		e := &imagetest.Exif{Make: text}
		assert.Equal(t, want, imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, e)), "").Exif.Make, "%q", text)
	}
}

func TestInspectTaken(t *testing.T) {
	t.Parallel()
	want := time.Date(2012, 8, 17, 14, 25, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2012:08:17 14:25:00": want, "2012-08-17 14:25:00": want, "2012/08/17 14:25:00\x00": want,
		"0000:00:00 00:00:00": {}, "    :  :     :  :  ": {}, "2012:08:17": {}, "x": {},
	} {
		e := &imagetest.Exif{Make: "x", Taken: text}
		assert.Equal(t, want, imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, e)), "").Exif.Taken, "%q", text)
	}
}

func TestInspectExifNumbers(t *testing.T) {
	t.Parallel()
	entry := func(tag, kind uint16, value ...byte) imaging.Exif {
		size := map[uint16]int{3: 2, 4: 4, 9: 4, 11: 4}[kind]
		e := &imagetest.Exif{Make: "x", Odd: []imagetest.Entry{{Tag: tag, Kind: kind, Count: len(value) / size, Value: [4]byte(append(value, 0, 0)[:4])}}}
		return imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, e)), "").Exif
	}
	assert.InDelta(t, 2, entry(0x829d, 3, 0, 2).FNumber, 0, "short")
	assert.InDelta(t, 70_000, entry(0x920a, 4, 0, 1, 0x11, 0x70).FocalLength, 0, "long")
	assert.InDelta(t, 2.5, entry(0x829d, 11, 0x40, 0x20, 0, 0).FNumber, 0, "float")
	assert.Zero(t, entry(0x829d, 11, 0x7f, 0xc0, 0, 0).FNumber, "not a number")
	assert.InDelta(t, -2, entry(0x920a, 9, 0xff, 0xff, 0xff, 0xfe).FocalLength, 0, "signed")
	assert.Equal(t, 6, entry(0x0112, 4, 0, 0, 0, 6).Orientation, "a long where a short belongs")
	assert.Zero(t, entry(0x0112, 3, 0, 9).Orientation)
}

// EXIF stands in other kinds of files than JPEG too.
func TestOrientationElsewhere(t *testing.T) {
	t.Parallel()
	for i, tt := range uprightQuarters {
		e := imagetest.Exif{Orientation: uint16(i + 1), Model: "C 100"}
		webp := stored(t, "lossy.webp")
		tiff := e.TIFF()
		webp = append(webp, "EXIF"...)
		webp = append(webp, byte(len(tiff)), byte(len(tiff)>>8), 0, 0)
		webp = append(webp, tiff...)
		for name, file := range map[string][]byte{
			"PNG":  imagetest.PNGWith(64, 32, imagetest.Chunk{Name: "eXIf", Content: tiff}),
			"WebP": webp,
		} {
			facts := imaging.Inspect(bytes.NewReader(file), "")
			assert.Equal(t, [2]any{i + 1, "C 100"}, [2]any{facts.Exif.Orientation, facts.Exif.Model}, name)
			p, err := imaging.Scale(bytes.NewReader(file), 800)
			require.NoError(t, err)
			assert.Equal(t, tt.want, quarters(t, p.Bytes), "%s, %d", name, i+1)
		}
	}
	turned := imaging.Inspect(bytes.NewReader(stored(t, "turned.webp")), "")
	assert.Equal(t, imaging.Exif{Orientation: 6, Model: "C100"}, turned.Exif, "as exiftool writes it")

	// A smaller PNG keeps its EXIF, and is turned once.
	file := imagetest.PNGWith(400, 200, imagetest.Chunk{Name: "eXIf", Content: camera().TIFF()})
	small, err := imaging.Downsize(bytes.NewReader(file), 100)
	require.NoError(t, err)
	facts := imaging.Inspect(bytes.NewReader(small.Bytes), "")
	assert.Equal(t, [3]any{100, 50, wantCamera()}, [3]any{facts.Width, facts.Height, facts.Exif})
	p, err := imaging.Scale(bytes.NewReader(small.Bytes), 800)
	require.NoError(t, err)
	assert.Equal(t, "BRWG", quarters(t, p.Bytes))
}
