package imaging

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

const (
	id3v1Size   = 128
	id3v2Header = 10
	// maxID3 bounds what is read of a tag. Names come first; what is large are the cover pictures after them.
	maxID3 = 1 << 20
)

// or fills what is empty from other.
func (s Song) or(other Song) Song {
	return Song{
		Title:       cmp.Or(s.Title, other.Title),
		Artist:      cmp.Or(s.Artist, other.Artist),
		Album:       cmp.Or(s.Album, other.Album),
		AlbumArtist: cmp.Or(s.AlbumArtist, other.AlbumArtist),
		Genre:       cmp.Or(s.Genre, other.Genre),
	}
}

// id3v1 reads the tag in the last 128 bytes.
func id3v1(src io.ReadSeeker, size int64) (Song, bool) {
	if size < id3v1Size {
		return Song{}, false
	}
	b := make([]byte, id3v1Size)
	if _, err := readAt(src, b, size-id3v1Size); err != nil || string(b[:3]) != "TAG" {
		return Song{}, false
	}
	song := Song{Title: latin1(b[3:33]), Artist: latin1(b[33:63]), Album: latin1(b[63:93])}
	if genre := int(b[127]); genre < len(genres) {
		song.Genre = genres[genre]
	}
	return song, true
}

func hasID3(head []byte) bool { return len(head) >= id3v2Header && string(head[:3]) == "ID3" }

// id3v2 reads the tag at the start of a file, and tells where the music begins.
func id3v2(src io.ReadSeeker) (song Song, end int64) {
	head := make([]byte, id3v2Header)
	if n, _ := readAt(src, head, 0); n < len(head) || !hasID3(head) {
		return Song{}, 0
	}
	version, flags := head[3], head[5]
	size := synchsafe(head[6:])
	body := make([]byte, min(size, maxID3))
	n, _ := readAt(src, body, id3v2Header)
	body = body[:n]

	const unsynchronised, extended = 0x80, 0x40
	if flags&unsynchronised != 0 && version < 4 {
		body = bytes.ReplaceAll(body, []byte{0xff, 0}, []byte{0xff})
	}
	if flags&extended != 0 && len(body) >= 4 && version >= 3 {
		skip := int64(binary.BigEndian.Uint32(body)) + 4
		if version >= 4 {
			skip = synchsafe(body)
		}
		body = body[min(skip, int64(len(body))):]
	}
	return id3Frames(body, version), id3v2Header + size
}

// id3Frames reads the frames that name the song, of version 2, 3 or 4.
func id3Frames(body []byte, version byte) (song Song) {
	idSize, header := 4, 10
	if version <= 2 {
		idSize, header = 3, 6
	}
	for len(body) > header && body[0] != 0 {
		id := string(body[:idSize])
		var size int64
		switch {
		case version <= 2:
			size = int64(body[3])<<16 | int64(body[4])<<8 | int64(body[5])
		case version == 3:
			size = int64(binary.BigEndian.Uint32(body[4:]))
		default:
			size = synchsafe(body[4:])
		}
		body = body[header:]
		if size > int64(len(body)) {
			return song
		}
		text := body[:size]
		body = body[size:]
		switch id {
		case "TIT2", "TT2":
			song.Title = id3Text(text)
		case "TPE1", "TP1":
			song.Artist = id3Text(text)
		case "TALB", "TAL":
			song.Album = id3Text(text)
		case "TPE2", "TP2":
			song.AlbumArtist = id3Text(text)
		case "TCON", "TCO":
			song.Genre = genreName(id3Text(text))
		}
	}
	return song
}

// synchsafe reads a number of four times seven bits.
func synchsafe(b []byte) int64 {
	return int64(b[0]&0x7f)<<21 | int64(b[1]&0x7f)<<14 | int64(b[2]&0x7f)<<7 | int64(b[3]&0x7f)
}

// id3Text decodes a text frame, whose first byte names the encoding. Of several texts it takes the first.
func id3Text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	encoding, b := b[0], b[1:]
	switch encoding {
	case 0:
		return latin1(b)
	case 1, 2:
		return utf16Text(b)
	}
	text, _, _ := strings.Cut(string(b), "\x00")
	return strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
}

func latin1(b []byte) string {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return strings.TrimSpace(string(runes))
}

// utf16Text decodes big-endian text, or what its byte order mark says.
func utf16Text(b []byte) string {
	var order binary.ByteOrder = binary.BigEndian
	if len(b) >= 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		if b[0] == 0xff {
			order = binary.LittleEndian
		}
		b = b[2:]
	}
	var units []uint16
	for ; len(b) >= 2; b = b[2:] {
		unit := order.Uint16(b)
		if unit == 0 {
			break
		}
		units = append(units, unit)
	}
	return strings.TrimSpace(string(utf16.Decode(units)))
}

// genreName resolves a genre that is written as a number: "17" or "(17)". A text after "(17)" refines it and wins.
func genreName(s string) string {
	number := s
	if rest, ok := strings.CutPrefix(s, "("); ok {
		inner, refined, closed := strings.Cut(rest, ")")
		if !closed {
			return s
		}
		if refined != "" {
			return refined
		}
		number = inner
	}
	if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(genres) {
		return genres[i]
	}
	return s
}

// genres are the names of ID3v1's numbers.
var genres = []string{
	"Blues", "Classic Rock", "Country", "Dance", "Disco", "Funk", "Grunge", "Hip-Hop", "Jazz", "Metal", "New Age",
	"Oldies", "Other", "Pop", "R&B", "Rap", "Reggae", "Rock", "Techno", "Industrial", "Alternative", "Ska",
	"Death Metal", "Pranks", "Soundtrack", "Euro-Techno", "Ambient", "Trip-Hop", "Vocal", "Jazz+Funk", "Fusion",
	"Trance", "Classical", "Instrumental", "Acid", "House", "Game", "Sound Clip", "Gospel", "Noise", "AlternRock",
	"Bass", "Soul", "Punk", "Space", "Meditative", "Instrumental Pop", "Instrumental Rock", "Ethnic", "Gothic",
	"Darkwave", "Techno-Industrial", "Electronic", "Pop-Folk", "Eurodance", "Dream", "Southern Rock", "Comedy",
	"Cult", "Gangsta", "Top 40", "Christian Rap", "Pop/Funk", "Jungle", "Native American", "Cabaret", "New Wave",
	"Psychedelic", "Rave", "Showtunes", "Trailer", "Lo-Fi", "Tribal", "Acid Punk", "Acid Jazz", "Polka", "Retro",
	"Musical", "Rock & Roll", "Hard Rock",
}
