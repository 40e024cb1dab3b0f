package imaging

import "encoding/binary"

// tags reads the names of a song from the list that iTunes introduced: boxes named by what they hold, with a data box in
// each, which begins with eight bytes on its type and its language.
func (m *movie) tags(at, end int64) {
	for list := range m.src.mp4Boxes(at, end) {
		if list.id != "ilst" {
			continue
		}
		for tag := range m.src.mp4Boxes(list.at, list.end) {
			if m.seen++; m.seen > maxParts {
				return
			}
			for data := range m.src.mp4Boxes(tag.at, tag.end) {
				if data.id == "data" {
					data.at += 8
					m.tag(tag.id, data)
					break
				}
			}
		}
	}
}

func (m *movie) tag(id string, data part) {
	text := func() string { return anyText(m.src.content(data, maxField)) }
	switch id {
	case "\xa9nam":
		m.Song.Title = text()
	case "\xa9ART":
		m.Song.Artist = text()
	case "\xa9alb":
		m.Song.Album = text()
	case "aART":
		m.Song.AlbumArtist = text()
	case "\xa9gen":
		m.Song.Genre = text()
	case "gnre": // a number of ID3, plus one
		if b := m.src.content(data, 2); len(b) == 2 && m.Song.Genre == "" {
			if n := int(binary.BigEndian.Uint16(b)); n >= 1 && n <= len(genres) {
				m.Song.Genre = genres[n-1]
			}
		}
	case "covr":
		if m.Cover == nil {
			m.Cover = m.src.content(data, maxCover)
		}
	}
}
