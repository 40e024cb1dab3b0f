package imaging

import (
	"encoding/binary"
	"iter"
	"math"
	"time"
)

// WMA and WMV are ASF: objects that are named by 16 bytes.

const (
	asfHeader          = "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	asfFile            = "\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65"
	asfStream          = "\x91\x07\xdc\xb7\xb7\xa9\xcf\x11\x8e\xe6\x00\xc0\x0c\x20\x53\x65"
	asfContent         = "\x33\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	asfExtendedContent = "\x40\xa4\xd0\xd2\x07\xe3\xd2\x11\x97\xf0\x00\xa0\xc9\x5e\xa8\x50"
	asfHeaderExtension = "\xb5\x03\xbf\x5f\x2e\xa9\xcf\x11\x8e\xe3\x00\xc0\x0c\x20\x53\x65"
	asfLibrary         = "\x94\x1c\x23\x44\x98\x94\xd1\x49\xa1\x41\x1d\x13\x4e\x45\x70\x54"
	asfVideo           = "\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b"
)

func isASF(head []byte, _ Class) bool { return has(head, 0, asfHeader) }

func inspectASF(src source, byName Class) Facts {
	facts := Facts{Class: Audio, Type: "audio/x-ms-wma"}
	head := src.read(16, 8)
	if len(head) < 8 {
		return Facts{Class: byName}
	}
	end := int64(min(binary.LittleEndian.Uint64(head), uint64(src.size))) //nolint:gosec // at most the file's size
	for object := range src.objects(30, end) {
		switch object.id {
		case asfFile:
			facts.asfFile(src.content(object, 64))
		case asfStream:
			facts.asfStream(src.content(object, 62))
		case asfContent:
			facts.asfContent(src.content(object, maxCover))
		case asfExtendedContent:
			facts.asfNames(src.content(object, maxCover), false)
		case asfHeaderExtension:
			for inner := range src.objects(object.at+22, object.end) {
				if inner.id == asfLibrary {
					facts.asfNames(src.content(inner, maxCover), true)
				}
			}
		}
	}
	if facts.Class == Video {
		facts.Type, facts.Song = "video/x-ms-wmv", Song{}
	}
	return facts
}

func (s source) objects(at, end int64) iter.Seq[part] {
	return func(yield func(part) bool) {
		for range maxParts {
			head := s.read(at, 24)
			if len(head) < 24 || at >= end {
				return
			}
			length := binary.LittleEndian.Uint64(head[16:])
			if length < 24 || length > math.MaxInt32 {
				return
			}
			next := at + int64(length)
			if !yield(part{string(head[:16]), at + 24, min(next, end)}) {
				return
			}
			at = next
		}
	}
}

// asfFile reads how long it plays, in units of 100 ns; that includes the time to fill the player's buffer, in milliseconds.
func (f *Facts) asfFile(b []byte) {
	if len(b) < 64 {
		return
	}
	playing := seconds(float64(binary.LittleEndian.Uint64(b[40:])) / 1e7)
	f.Duration = max(0, playing-time.Duration(binary.LittleEndian.Uint32(b[56:]))*time.Millisecond)
}

func (f *Facts) asfStream(b []byte) {
	if has(b, 0, asfVideo) && len(b) >= 62 {
		f.Class = Video
		f.Width = int(binary.LittleEndian.Uint32(b[54:]) & math.MaxUint16)
		f.Height = int(binary.LittleEndian.Uint32(b[58:]) & math.MaxUint16)
	}
}

// asfContent reads five lengths, and two of the texts.
func (f *Facts) asfContent(b []byte) {
	if len(b) < 10 {
		return
	}
	title, author := int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[2:]))
	b = b[10:]
	if title+author > len(b) {
		return
	}
	f.Song.Title = utf16Text(b[:title], binary.LittleEndian)
	f.Song.Artist = utf16Text(b[title:title+author], binary.LittleEndian)
}

// asfNames reads names with values. A library has numbers of languages and streams before each, and longer lengths.
func (f *Facts) asfNames(b []byte, library bool) {
	if len(b) < 2 {
		return
	}
	b = b[2:]
	for {
		var name, value []byte
		if library {
			if len(b) < 12 {
				return
			}
			names, values := int64(binary.LittleEndian.Uint16(b[4:])), int64(binary.LittleEndian.Uint32(b[8:]))
			if b = b[12:]; names+values > int64(len(b)) {
				return
			}
			name, value, b = b[:names], b[names:names+values], b[names+values:]
		} else {
			if len(b) < 2 {
				return
			}
			names := int(binary.LittleEndian.Uint16(b))
			if b = b[2:]; names+4 > len(b) {
				return
			}
			values := int(binary.LittleEndian.Uint16(b[names+2:]))
			if names+4+values > len(b) {
				return
			}
			name, value, b = b[:names], b[names+4:names+4+values], b[names+4+values:]
		}
		f.asfName(utf16Text(name, binary.LittleEndian), value)
	}
}

func (f *Facts) asfName(name string, value []byte) {
	text := func() string { return utf16Text(value, binary.LittleEndian) }
	switch name {
	case "WM/AlbumTitle":
		f.Song.Album = text()
	case "WM/AlbumArtist":
		f.Song.AlbumArtist = text()
	case "WM/Genre":
		f.Song.Genre = genreName(text())
	case "WM/Picture":
		f.asfPicture(value)
	}
}

// asfPicture reads the kind, the length, two texts that end in NUL, and the file.
func (f *Facts) asfPicture(b []byte) {
	if len(b) < 5 {
		return
	}
	kind, rest := b[0], b[5:]
	for range 2 {
		end := 0
		for end+2 <= len(rest) && (rest[end] != 0 || rest[end+1] != 0) {
			end += 2
		}
		rest = rest[min(end+2, len(rest)):]
	}
	const frontCover = 3
	if f.Cover == nil || kind == frontCover {
		f.Cover = rest
	}
}
