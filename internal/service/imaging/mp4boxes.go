package imaging

import (
	"encoding/binary"
	"iter"
)

// mp4Boxes goes through the boxes of an MP4 file. The last one may claim to be longer than what it is in.
func (s source) mp4Boxes(at, end int64) iter.Seq[part] {
	return func(yield func(part) bool) {
		for range maxParts {
			head := s.read(at, 16)
			if len(head) < 8 || at >= end {
				return
			}
			length, header := int64(binary.BigEndian.Uint32(head)), int64(8)
			switch {
			case length == 0: // up to the end of the file
				length = end - at
			case length == 1 && len(head) == 16:
				length, header = int64(binary.BigEndian.Uint64(head[8:])), 16 //nolint:gosec // negative is refused below
			}
			if length < header || !yield(part{string(head[4:8]), at + header, at + min(length, end-at)}) {
				return
			}
			if length > end-at {
				return
			}
			at += length
		}
	}
}

// iTunes reads the names of a song from the list that iTunes introduced: boxes named by what they hold, with a data box in
// each, which begins with eight bytes on its type and its language.
func (f *Facts) iTunes(src source, at, end int64) {
	for list := range src.mp4Boxes(at, end) {
		if list.id != "ilst" {
			continue
		}
		for tag := range src.mp4Boxes(list.at, list.end) {
			for data := range src.mp4Boxes(tag.at, tag.end) {
				if data.id == "data" {
					data.at += 8
					f.iTunesTag(src, tag.id, data)
				}
				break // it is the first
			}
		}
	}
}

func (f *Facts) iTunesTag(src source, id string, data part) {
	text := func() string { return anyText(src.content(data, maxField)) }
	switch id {
	case "\xa9nam":
		f.Song.Title = text()
	case "\xa9ART":
		f.Song.Artist = text()
	case "\xa9alb":
		f.Song.Album = text()
	case "aART":
		f.Song.AlbumArtist = text()
	case "\xa9gen":
		f.Song.Genre = text()
	case "gnre": // a number of ID3, plus one
		if b := src.content(data, 2); len(b) == 2 && f.Song.Genre == "" {
			if n := int(binary.BigEndian.Uint16(b)); n >= 1 && n <= len(genres) {
				f.Song.Genre = genres[n-1]
			}
		}
	case "covr":
		if f.Cover == nil {
			f.Cover = src.content(data, maxCover)
		}
	}
}
