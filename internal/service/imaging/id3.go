package imaging

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"strconv"
	"strings"
)

const (
	id3v1Size   = 128
	id3v2Header = 10
	maxID3      = maxCover + 1<<20 // how much is read of a tag
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
func id3v1(src source) (Song, bool) {
	b := src.read(src.size-id3v1Size, id3v1Size)
	if len(b) < id3v1Size || !has(b, 0, "TAG") {
		return Song{}, false
	}
	song := Song{Title: anyText(b[3:33]), Artist: anyText(b[33:63]), Album: anyText(b[63:93])}
	if genre := int(b[127]); genre < len(genres) {
		song.Genre = genres[genre]
	}
	return song, true
}

func hasID3(head []byte) bool { return len(head) >= id3v2Header && has(head, 0, "ID3") }

// id3 collects what a tag of version 2 says.
type id3 struct {
	song  Song
	cover []byte
	end   int64 // where the tag ends
}

// id3v2 reads the tag at an offset. Without one, it ends there.
func id3v2(src source, at int64) id3 {
	head := src.read(at, id3v2Header)
	if !hasID3(head) {
		return id3{end: at}
	}
	version, flags := head[3], head[5]
	size := synchsafe(head[6:])
	tag := id3{end: at + id3v2Header + size}
	body := src.read(at+id3v2Header, min(size, maxID3))

	const unsynchronised, extended, footer = 0x80, 0x40, 0x10
	if flags&footer != 0 && version >= 4 {
		tag.end += id3v2Header
	}
	if flags&unsynchronised != 0 && version < 4 {
		body = synchronise(body)
	}
	if flags&extended != 0 && len(body) >= 4 && version >= 3 {
		skip := int64(binary.BigEndian.Uint32(body)) + 4
		if version >= 4 {
			skip = synchsafe(body)
		}
		body = body[min(skip, int64(len(body))):]
	}
	tag.frames(body, version)
	return tag
}

// synchronise takes out the zeros that were put in so that no player takes a tag for sound.
func synchronise(b []byte) []byte { return bytes.ReplaceAll(b, []byte{0xff, 0}, []byte{0xff}) }

// frames reads the frames of version 2, 3 or 4.
func (t *id3) frames(body []byte, version byte) {
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
			size = id3Size(body)
		}
		var flags, packed byte // compressed or encrypted
		switch version {
		case 3:
			flags, packed = body[9]&0xc0, 0xc0
		case 4:
			flags, packed = body[9], 0x0c
		}
		body = body[header:]
		if size > int64(len(body)) {
			return
		}
		content := body[:size]
		body = body[size:]
		const unsynchronised, withLength = 0x02, 0x01
		switch {
		case flags&packed != 0:
			continue
		case flags&unsynchronised != 0:
			content = synchronise(content)
		}
		if flags&withLength != 0 {
			content = content[min(4, len(content)):]
		}
		t.frame(id, content)
	}
}

// id3Size reads the size of a frame of version 4. Old versions of iTunes wrote it like those of version 3: what tells is
// where another frame begins.
func id3Size(body []byte) int64 {
	const header = 10
	follows := func(size int64) bool {
		at := header + size
		if at+4 > int64(len(body)) {
			return at == int64(len(body))
		}
		for _, c := range body[at : at+4] {
			if c != 0 && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
				return false
			}
		}
		return true
	}
	safe, plain := synchsafe(body[4:]), int64(binary.BigEndian.Uint32(body[4:]))
	if !follows(safe) && follows(plain) {
		return plain
	}
	return safe
}

func (t *id3) frame(id string, content []byte) {
	switch id {
	case "TIT2", "TT2":
		t.song.Title = id3Text(content)
	case "TPE1", "TP1":
		t.song.Artist = id3Text(content)
	case "TALB", "TAL":
		t.song.Album = id3Text(content)
	case "TPE2", "TP2":
		t.song.AlbumArtist = id3Text(content)
	case "TCON", "TCO":
		t.song.Genre = genreName(id3Text(content))
	case "APIC", "PIC":
		t.picture(id, content)
	}
}

// picture takes the front cover, or else the first picture: encoding, format, kind, description, and the file.
func (t *id3) picture(id string, b []byte) {
	const frontCover = 3
	if len(b) < 6 {
		return
	}
	encoding, rest := b[0], b[4:] // three letters
	if id == "APIC" {
		_, after, ok := bytes.Cut(b[1:], []byte{0})
		if !ok || len(after) < 2 {
			return
		}
		rest = after
	}
	kind, rest := rest[0], rest[1:]
	end := []byte{0}
	if encoding == 1 || encoding == 2 {
		end = []byte{0, 0}
	}
	for at := 0; at+len(end) <= len(rest); at += len(end) {
		if bytes.Equal(rest[at:at+len(end)], end) {
			if t.cover == nil || kind == frontCover {
				t.cover = rest[at+len(end):]
			}
			return
		}
	}
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
	switch b[0] {
	case 0:
		return latin1(b[1:])
	case 1, 2:
		return utf16Text(b[1:], binary.BigEndian)
	}
	return utf8Text(b[1:])
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
	// Those of Winamp, which all programs took over.
	"Folk", "Folk-Rock", "National Folk", "Swing", "Fast-Fusion", "Bebop", "Latin", "Revival", "Celtic", "Bluegrass",
	"Avantgarde", "Gothic Rock", "Progressive Rock", "Psychedelic Rock", "Symphonic Rock", "Slow Rock", "Big Band",
	"Chorus", "Easy Listening", "Acoustic", "Humour", "Speech", "Chanson", "Opera", "Chamber Music", "Sonata",
	"Symphony", "Booty Bass", "Primus", "Porn Groove", "Satire", "Slow Jam", "Club", "Tango", "Samba", "Folklore",
	"Ballad", "Power Ballad", "Rhythmic Soul", "Freestyle", "Duet", "Punk Rock", "Drum Solo", "A Cappella",
	"Euro-House", "Dance Hall",
}
