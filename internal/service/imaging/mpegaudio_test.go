package imaging_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

func TestInspectMP3(t *testing.T) {
	t.Parallel()
	named := imaging.Song{Title: "Für Elise", Artist: "Ludwig", Album: "Bagatellen", AlbumArtist: "Alfred", Genre: "Classical"}
	old := imaging.Song{Title: "Old title", Artist: "Old artist", Album: "Old album", Genre: "Rock"}
	tests := []struct {
		name    string
		content []byte
		file    string
		want    imaging.Facts
	}{
		{"version 2, Latin 1", song(2, 0, named.Title), "a.bin", imaging.Facts{Song: named, Duration: time.Second}},
		{"version 3, UTF-16", song(3, 1, named.Title), "a.bin", imaging.Facts{Song: named, Duration: time.Second}},
		{"version 4, UTF-8", song(4, 3, named.Title), "a.bin", imaging.Facts{Song: named, Duration: time.Second}},
		{"version 1 at the end", append(frames(16000), id3v1()...), "a.mp3", imaging.Facts{Song: old, Duration: time.Second}},
		{"both", append(song(3, 1, "New title"), id3v1()...), "a.mp3", imaging.Facts{
			Song: imaging.Song{Title: "New title", Artist: "Ludwig", Album: "Bagatellen", AlbumArtist: "Alfred", Genre: "Classical"}, Duration: time.Second,
		}},
		{"no names", frames(32000), "a.mp3", imaging.Facts{Duration: 2 * time.Second}},
		{"variable bit rate", xing(), "a.mp3", imaging.Facts{Duration: 1152 * 1000 * time.Second / 44100}},
	}
	for _, tt := range tests {
		tt.want.Class, tt.want.Type = imaging.Audio, "audio/mpeg"
		assert.Equal(t, tt.want, imaging.Inspect(bytes.NewReader(tt.content), tt.file), tt.name)
	}
	assert.Equal(t, imaging.Facts{}, imaging.Inspect(bytes.NewReader(frames(100)), "a.bin"), "frames alone do not make a song")
}

func TestInspectMP3GenreNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"17": "Rock", "(17)": "Rock", "(17)Rock and more": "Rock and more", "(999)": "(999)", "(17": "(17", "Polka": "Polka",
	} {
		file := tag(3, frameOf(3, "TCON", "\x00"+text))
		assert.Equal(t, want, imaging.Inspect(bytes.NewReader(file), "").Song.Genre, text)
	}
}

func TestMP3FrameHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header string
		want         time.Duration // of 16,000 bytes
	}{
		{"MPEG 1 layer III, 128 kbit/s", "\xff\xfb\x90\x00", time.Second},
		{"MPEG 1 layer III, 320 kbit/s", "\xff\xfb\xe0\x00", 400 * time.Millisecond},
		{"MPEG 1 layer II, 64 kbit/s", "\xff\xfd\x40\x00", 2 * time.Second},
		{"MPEG 1 layer I, 128 kbit/s", "\xff\xff\x40\x00", time.Second},
		{"MPEG 2 layer III, 64 kbit/s", "\xff\xf3\x80\x00", 2 * time.Second},
		{"MPEG 2.5 layer III, 8 kbit/s, mono", "\xff\xe3\x10\xc0", 16 * time.Second},
		{"free bit rate", "\xff\xfb\x00\x00", 0},
		{"reserved version", "\xff\xeb\x90\x00", 0},
		{"reserved layer", "\xff\xf9\x90\x00", 0},
		{"reserved sample rate", "\xff\xfb\x9c\x00", 0},
	}
	for _, tt := range tests {
		file := make([]byte, 16000)
		copy(file, tt.header)
		assert.Equal(t, tt.want, imaging.Inspect(bytes.NewReader(file), "a.mp3").Duration, tt.name)
	}

	// The same number of frames lasts longer at a lower sample rate, and MPEG 2 has half as many samples in one.
	for header, want := range map[string]time.Duration{
		"\xff\xf3\x80\xc0": 576 * 1000 * time.Second / 22050,
		"\xff\xe3\x80\xc0": 576 * 1000 * time.Second / 11025,
	} {
		file := make([]byte, 16000)
		copy(file, header)
		copy(file[13:], "Info\x00\x00\x00\x01\x00\x00\x03\xe8")
		assert.Equal(t, want, imaging.Inspect(bytes.NewReader(file), "a.mp3").Duration, "%x", header)
	}
}

func TestMP3TagForms(t *testing.T) {
	t.Parallel()
	title := frameOf(3, "TIT2", "\x00Title")
	extended := tag(3, append([]byte{0, 0, 0, 6, 0, 0, 0, 0, 0, 0}, title...))
	extended[5] = 0x40
	// A byte 0 is put behind each 0xff, so that no player takes it for a frame.
	unsynchronised := tag(3, frameOf(3, "TIT2", "\x01\xff\x00\xfeT\x00"))
	unsynchronised[5] = 0x80
	unsynchronised[17] = 5 // the size counts without the bytes that were put in
	bigEndian := tag(3, frameOf(3, "TIT2", "\x01\xfe\xff\x00T\x00i\x00\x00\x00x"))
	long := strings.Repeat("x", 200)
	iTunes := tag(4, append(append([]byte("TALB\x00\x00\x00\xc9\x00\x00\x03"), long...), frameOf(4, "TIT2", "\x03Title")...))
	packed3 := tag(3, append(bytes.Clone(title), "TIT2\x00\x00\x00\x02\x00\x80\x00x"...))
	packed4 := tag(4, append(frameOf(4, "TIT2", "\x03Title"), "TIT2\x00\x00\x00\x02\x00\x08\x00x"...))
	withLength := tag(4, []byte("TIT2\x00\x00\x00\x0a\x00\x01\x00\x00\x00\x06\x03Title"))
	unsynchronised4 := tag(4, []byte("TIT2\x00\x00\x00\x06\x00\x02\x01\xff\x00\xfeT\x00"))
	for name, tt := range map[string]struct {
		file []byte
		want string
	}{
		"sizes of iTunes":      {iTunes, "Title"},
		"packed, version 3":    {packed3, "Title"},
		"packed, version 4":    {packed4, "Title"},
		"length of the frame":  {withLength, "Title"},
		"unsynchronised frame": {unsynchronised4, "T"},
		"extended header":      {extended, "Title"},
		"unsynchronised":       {unsynchronised, "T"},
		"big-endian UTF-16":    {bigEndian, "Ti"},
		"empty":                {tag(3, frameOf(3, "TIT2", "")), ""},
		"cut":                  {tag(3, title)[:20], ""},
		"padding first":        {tag(3, append(make([]byte, 20), title...)), ""},
	} {
		assert.Equal(t, tt.want, imaging.Inspect(bytes.NewReader(tt.file), "").Song.Title, name)
	}
	behind := append(append(tag(3, title), make([]byte, 300)...), frames(16000)...)
	assert.Equal(t, time.Second, imaging.Inspect(bytes.NewReader(behind), "").Duration, "padding that the tag does not count")
}

// song is a second of sound with an ID3 tag of this version, its texts in this encoding.
func song(version, encoding byte, title string) []byte {
	names := []string{"TIT2", "TPE1", "TALB", "TPE2", "TCON"}
	if version == 2 {
		names = []string{"TT2", "TP1", "TAL", "TP2", "TCO"}
	}
	var body []byte
	for i, text := range []string{title, "Ludwig", "Bagatellen", "Alfred", "(32)"} {
		content := string(encoding)
		switch encoding {
		case 0:
			for _, r := range text {
				content += string([]byte{byte(r)})
			}
		case 1:
			content += "\xff\xfe"
			for _, unit := range utf16.Encode([]rune(text)) {
				content += string(binary.LittleEndian.AppendUint16(nil, unit))
			}
		default:
			content += text
		}
		body = append(body, frameOf(version, names[i], content)...)
	}
	return append(tag(version, append(body, make([]byte, 50)...)), frames(16000)...)
}

func frameOf(version byte, name, content string) []byte {
	if version == 2 {
		return append([]byte(name), append([]byte{0, 0, byte(len(content))}, content...)...)
	}
	return append([]byte(name), append([]byte{0, 0, 0, byte(len(content)), 0, 0}, content...)...)
}

func tag(version byte, body []byte) []byte {
	head := []byte{'I', 'D', '3', version, 0, 0, 0, 0, byte(len(body) >> 7), byte(len(body) & 0x7f)}
	return append(head, body...)
}

// frames is so many bytes of sound at 128 kbit/s.
func frames(size int) []byte {
	b := make([]byte, size)
	copy(b, "\xff\xfb\x90\x00")
	return b
}

// xing is a song that names its 1000 frames.
func xing() []byte {
	b := frames(5000)
	copy(b[36:], "Xing\x00\x00\x00\x01\x00\x00\x03\xe8")
	return b
}

func id3v1() []byte {
	b := make([]byte, 128)
	copy(b, "TAG")
	copy(b[3:], "Old title")
	copy(b[33:], "Old artist")
	copy(b[63:], "Old album")
	b[127] = 17
	return b
}

func TestVariableBitRate(t *testing.T) {
	t.Parallel()
	var file []byte
	for i := range 100 {
		header, length := "\xff\xfb\x90\x00", 417 // 128 kbit/s
		if i >= 50 {
			header, length = "\xff\xfb\xe0\x00", 1044 // 320 kbit/s
		}
		file = append(file, append([]byte(header), make([]byte, length-4)...)...)
	}
	frameTime := 1152 * time.Second / 44100
	of := func(file []byte) time.Duration { return imaging.Inspect(bytes.NewReader(file), "a.mp3").Duration }
	assert.InDelta(t, (100 * frameTime).Seconds(), of(file).Seconds(), 1e-6)
	assert.InDelta(t, (100 * frameTime).Seconds(), of(append(file, make([]byte, 5000)...)).Seconds(), 1e-6, "what comes after it is no sound")
	vbri := bytes.Clone(file)
	copy(vbri[36:], "VBRI\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\xe8")
	assert.InDelta(t, (1000 * frameTime).Seconds(), of(vbri).Seconds(), 1e-6)
}
