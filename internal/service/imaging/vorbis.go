package imaging

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// Vorbis comments name the songs in FLAC and Ogg files.

// vorbisComment reads the comments that b holds. It keeps what comes before a damaged one.
func (f *Facts) vorbisComment(b []byte) {
	next := func() []byte {
		if len(b) < 4 {
			b = nil
			return nil
		}
		n := min(int64(binary.LittleEndian.Uint32(b)), int64(len(b)-4))
		text := b[4 : 4+n]
		b = b[4+n:]
		return text
	}
	next() // the program that wrote it
	if len(b) < 4 {
		return
	}
	b = b[4:] // the number of comments
	for len(b) > 0 {
		name, value, _ := strings.Cut(string(next()), "=")
		first := func(field *string) {
			if *field == "" {
				*field = utf8Text([]byte(value))
			}
		}
		switch strings.ToUpper(name) {
		case "TITLE":
			first(&f.Song.Title)
		case "ARTIST":
			first(&f.Song.Artist)
		case "ALBUM":
			first(&f.Song.Album)
		case "ALBUMARTIST", "ALBUM ARTIST":
			first(&f.Song.AlbumArtist)
		case "GENRE":
			first(&f.Song.Genre)
		case "METADATA_BLOCK_PICTURE":
			if picture, err := base64.StdEncoding.DecodeString(value); err == nil {
				f.flacPicture(picture)
			}
		case "COVERART":
			if picture, err := base64.StdEncoding.DecodeString(value); err == nil && f.Cover == nil {
				f.Cover = picture
			}
		}
	}
}

// flacPicture reads a picture block: kind, media type, description, four numbers, and the file. The front cover goes
// before others.
func (f *Facts) flacPicture(b []byte) {
	const frontCover = 3
	if len(b) < 4 {
		return
	}
	kind := binary.BigEndian.Uint32(b)
	b = b[4:]
	var last []byte
	for _, between := range []int{0, 16, 0} { // bytes after the text
		if len(b) < 4 {
			return
		}
		n := int64(binary.BigEndian.Uint32(b))
		if n+int64(between) > int64(len(b)-4) {
			return
		}
		last, b = b[4:4+n], b[4+n+int64(between):]
	}
	if f.Cover == nil || kind == frontCover {
		f.Cover = last
	}
}
