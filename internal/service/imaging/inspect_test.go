package imaging_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

func TestInspectExif(t *testing.T) {
	t.Parallel()
	full := imagetest.Exif{
		Make: "Contoso", Model: "C 100", Orientation: 1,
		Taken: "2012:08:17 14:25:00", Offset: "+02:00",
		FNumber: imagetest.Rational{Num: 28, Den: 10}, Focal: imagetest.Rational{Num: 385, Den: 100},
		Exposure:   imagetest.Rational{Num: 10, Den: 1800},
		Latitude:   [3]imagetest.Rational{{Num: 47, Den: 1}, {Num: 30, Den: 1}, {Num: 36, Den: 1}},
		Longitude:  [3]imagetest.Rational{{Num: 122, Den: 1}, {Num: 15, Den: 1}, {Num: 0, Den: 1}},
		NorthSouth: "N", EastWest: "W",
		Altitude: imagetest.Rational{Num: 251, Den: 2},
	}
	south := full
	south.Offset, south.NorthSouth, south.EastWest, south.BelowSea = "", "S", "E", true

	want := imaging.Exif{
		Taken: time.Date(2012, 8, 17, 12, 25, 0, 0, time.UTC), Make: "Contoso", Model: "C 100", Orientation: 1,
		FNumber: 2.8, FocalLength: 3.85, ExposureNumerator: 1, ExposureDenominator: 180,
		GPS: &imaging.GPS{Latitude: 47.51, Longitude: -122.25, Altitude: 125.5},
	}
	facts := imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, &full)), "a.txt")
	assert.Equal(t, imaging.Facts{Class: imaging.Image, Type: "image/jpeg", Width: 20, Height: 10, Exif: want}, facts)

	want.Taken = time.Date(2012, 8, 17, 14, 25, 0, 0, time.UTC)
	want.GPS = &imaging.GPS{Latitude: -47.51, Longitude: 122.25, Altitude: -125.5}
	assert.Equal(t, want, imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, &south)), "").Exif)

	for name, e := range map[string]*imagetest.Exif{"no EXIF": nil, "empty EXIF": {}, "nonsense": {Taken: "yesterday", Orientation: 9}} {
		assert.Zero(t, imaging.Inspect(bytes.NewReader(imagetest.JPEG(20, 10, e)), "").Exif, name)
	}
}

func TestInspectByContentAndName(t *testing.T) {
	t.Parallel()
	jpeg := imagetest.JPEG(20, 10, nil)
	tests := []struct {
		name, file string
		content    []byte
		want       imaging.Facts
	}{
		{"picture with a wrong name", "song.mp3", jpeg, imaging.Facts{Class: imaging.Image, Type: "image/jpeg", Width: 20, Height: 10}},
		{"PNG", "a", imagetest.PNG(3, 4), imaging.Facts{Class: imaging.Image, Type: "image/png", Width: 3, Height: 4}},
		{"GIF", "a", imagetest.GIF(3, 4), imaging.Facts{Class: imaging.Image, Type: "image/gif", Width: 3, Height: 4}},
		{"text named like a picture", "a.jpg", []byte("hello"), imaging.Facts{}},
		{"header of a picture only", "a.jpg", jpeg[:20], imaging.Facts{}},
		{"text named like a video", "a.WMV", []byte("hello"), imaging.Facts{Class: imaging.Video}},
		{"text named like a song", "a.aac", []byte("hello"), imaging.Facts{Class: imaging.Audio}},
		{"text that begins like a bitmap", "BMW.txt", []byte("BMW is a maker of cars"), imaging.Facts{}},
		{"text in UTF-16", "a.txt", []byte("\xff\xfeh\x00e\x00l\x00l\x00o\x00"), imaging.Facts{}},
		{"nothing", "a.mp4", nil, imaging.Facts{Class: imaging.Video}},
		{"old QuickTime", "a.mov", movie("isom", 0, false)[16:], imaging.Facts{
			Class: imaging.Video, Type: "video/quicktime", Width: 1280, Height: 720, Duration: 2500 * time.Millisecond, Bitrate: 4236,
		}},
		{"FLAC", "a", []byte("fLaC\x00"), imaging.Facts{Class: imaging.Audio, Type: "audio/flac"}},
		{"AVI", "a", []byte("RIFF\x00\x00\x00\x00AVI LIST"), imaging.Facts{Class: imaging.Video, Type: "video/x-msvideo"}},
		{"HEIC is not a video", "a.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), imaging.Facts{}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, imaging.Inspect(bytes.NewReader(tt.content), tt.file), tt.name)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	file := imagetest.JPEG(200, 100, nil)
	require.NoError(t, imaging.Check(bytes.NewReader(file)))
	assert.Error(t, imaging.Check(bytes.NewReader(file[:len(file)/2])), "cut in the middle")
	assert.ErrorIs(t, imaging.Check(bytes.NewReader([]byte("hello"))), imaging.ErrNotImage)
	assert.ErrorIs(t, imaging.Check(bytes.NewReader(bomb(20_000, 20_000))), imaging.ErrTooLarge)
	assert.Zero(t, imaging.Inspect(bytes.NewReader(bomb(20_000, 20_000)), "a.png"))
	_, err := imaging.Scale(bytes.NewReader(bomb(1<<30, 1<<30)), 96)
	assert.Error(t, err)
}

// bomb is the header of a PNG that claims to be huge.
func bomb(width, height uint32) []byte {
	header := []byte("IHDR")
	header = binary.BigEndian.AppendUint32(header, width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, 8, 6, 0, 0, 0)
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
	b = append(b, header...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(header))
}

func TestInspectMovie(t *testing.T) {
	t.Parallel()
	want := imaging.Facts{Class: imaging.Video, Type: "video/mp4", Width: 1280, Height: 720, Duration: 2500 * time.Millisecond}
	for version := range byte(2) {
		file := movie("isom", version, false)
		want.Bitrate = int64(len(file)) * 8 * 2 / 5
		assert.Equal(t, want, imaging.Inspect(bytes.NewReader(file), "a.bin"), "version %d", version)
	}
	turned := imaging.Inspect(bytes.NewReader(movie("qt  ", 0, true)), "a.mov")
	assert.Equal(t, "video/quicktime", turned.Type)
	assert.Equal(t, [2]int{720, 1280}, [2]int{turned.Width, turned.Height})

	sound := imaging.Inspect(bytes.NewReader(movie("M4A ", 0, false)), "a.bin")
	assert.Equal(t, imaging.Facts{Class: imaging.Audio, Type: "audio/mp4", Duration: want.Duration}, sound)

	cut := imaging.Inspect(bytes.NewReader(movie("isom", 0, false)[:30]), "a.mp4")
	assert.Equal(t, imaging.Facts{Class: imaging.Video, Type: "video/mp4"}, cut)
}

// movie is a video of 2.5 s with 1280 × 720 pixels, its sound in a track without a size.
func movie(brand string, version byte, turned bool) []byte {
	mvhd, tkhd, end := make([]byte, 100), make([]byte, 84), 76
	binary.BigEndian.PutUint32(mvhd[12:], 600)
	binary.BigEndian.PutUint32(mvhd[16:], 1500)
	if version == 1 {
		mvhd, tkhd, end = make([]byte, 112), make([]byte, 96), 88
		binary.BigEndian.PutUint32(mvhd[20:], 600)
		binary.BigEndian.PutUint64(mvhd[24:], 1500)
	}
	mvhd[0], tkhd[0] = version, version
	sound := box("tkhd", tkhd)
	picture := bytes.Clone(tkhd)
	binary.BigEndian.PutUint32(picture[end:], 1280<<16)
	binary.BigEndian.PutUint32(picture[end+4:], 720<<16)
	diagonal := 0
	if turned {
		diagonal = 4
	}
	binary.BigEndian.PutUint32(picture[end-36+diagonal:], 1<<16)
	moov := box("moov", box("mvhd", mvhd), box("trak", box("tkhd", picture)), box("trak", sound))
	return bytes.Join([][]byte{box("ftyp", []byte(brand), []byte{0, 0, 0, 0}), box("mdat", make([]byte, 1000)), moov}, nil)
}

func box(name string, contents ...[]byte) []byte {
	content := bytes.Join(contents, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(content)))
	return append(append(b, name...), content...)
}

func TestInspectWAV(t *testing.T) {
	t.Parallel()
	facts := imaging.Inspect(bytes.NewReader(wav(8000, 12000)), "a.bin")
	assert.Equal(t, imaging.Facts{Class: imaging.Audio, Type: "audio/wav", Duration: 1500 * time.Millisecond}, facts)
	assert.Zero(t, imaging.Inspect(bytes.NewReader(wav(0, 12000)), "a.wav").Duration)
}

func wav(perSecond uint32, length int) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00\x01\x00\x01\x00")
	b = binary.LittleEndian.AppendUint32(b, perSecond)
	b = binary.LittleEndian.AppendUint32(b, perSecond)
	b = append(b, "\x01\x00\x08\x00data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(length))
	return append(b, make([]byte, length)...)
}

func TestTypeByName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a.txt": "text/plain", "A.JPG": "image/jpeg", "a": "application/octet-stream", "a.b.pdf": "application/pdf",
		"txt": "application/octet-stream",
	} {
		assert.Equal(t, want, imaging.TypeByName(name), name)
	}
}
