package imaging

import (
	"encoding/binary"
	"strings"
	"time"
)

// isMP4 tells the family of formats that begin with an ftyp box, without the still pictures among them; and old
// QuickTime files, which begin with any of these boxes, if they are named like a video.
func isMP4(head []byte, byName Class) bool {
	if len(head) < 12 {
		return false
	}
	switch string(head[4:8]) {
	case "ftyp":
		return !isHEIF(head)
	case "moov", "mdat", "wide", "free", "skip", "pnot":
		return byName == Video
	}
	return false
}

// isHEIF tells still pictures in the same boxes.
func isHEIF(head []byte) bool {
	if len(head) < 12 || !has(head, 4, "ftyp") {
		return false
	}
	brand := string(head[8:12])
	return strings.HasPrefix(brand, "hei") || strings.HasPrefix(brand, "hev") || brand == "mif1" || brand == "msf1" ||
		brand == "avif" || brand == "avis" || brand == "crx " || brand == "jp2 " || brand == "jxl "
}

func inspectMP4(src source, byName Class) Facts {
	m := movie{src: src, tracks: map[uint32]*track{}}
	m.boxes(0, src.size, 0)
	m.Duration = m.length()

	head := src.read(0, 12)
	brand := string(head[8:12])
	m.Class, m.Type = Video, "video/mp4"
	switch {
	case !has(head, 4, "ftyp"), brand == "qt  ":
		m.Type = "video/quicktime"
	case strings.HasPrefix(brand, "3g"):
		m.Type = "video/3gpp"
	}
	if strings.HasPrefix(brand, "M4A") || strings.HasPrefix(brand, "M4B") || byName == Audio || m.sound && !m.film {
		m.Class, m.Type, m.Width, m.Height = Audio, "audio/mp4", 0, 0
	} else {
		m.Song = Song{}
	}
	return m.Facts
}

// movie collects what the boxes of a file say.
type movie struct {
	Facts

	src          source
	seen         int
	film, sound  bool
	scale        float64 // units of a second, for the whole movie
	whole        float64 // seconds, as the header says
	fragmented   float64 // seconds, as the header of the fragments says
	tracks       map[uint32]*track
	track        *track // that is being read
	defaultUnits uint32 // of a sample in the fragment that is being read
}

// track is what fragments need to know of a track.
type track struct {
	scale float64 // units of a second
	units uint32  // of a sample, if nothing else says so
	end   float64 // units: how far the fragments have come
}

// boxes reads the boxes between two offsets and those inside them that matter.
func (m *movie) boxes(at, end int64, depth int) {
	const maxDepth = 6
	for box := range m.src.mp4Boxes(at, end) {
		if m.seen++; m.seen > maxParts {
			return
		}
		switch box.id {
		case "moov", "trak", "mdia", "mvex", "moof", "traf", "udta":
			if depth < maxDepth {
				m.boxes(box.at, box.end, depth+1)
			}
		case "meta":
			// In QuickTime it is a box like others; elsewhere four bytes come first.
			if b := m.src.read(box.at, 8); has(b, 4, "hdlr") {
				m.iTunes(m.src, box.at, box.end)
			} else {
				m.iTunes(m.src, box.at+4, box.end)
			}
		case "trex", "tfhd", "tfdt", "trun":
			m.fragment(box)
		default:
			m.header(box)
		}
	}
}

// header reads the headers of the movie and of its tracks, zeros where they are shorter than they should be.
func (m *movie) header(box part) {
	switch box.id {
	case "mvhd", "tkhd", "mdhd", "hdlr", "mehd":
	default:
		return
	}
	b := make([]byte, 112)
	copy(b, m.src.content(box, int64(len(b))))
	switch box.id {
	case "mvhd":
		var units float64
		m.scale, units = scaleAndUnits(b)
		if m.scale > 0 {
			m.whole = units / m.scale
		}
	case "mehd":
		units := float64(binary.BigEndian.Uint32(b[4:]))
		if b[0] == 1 {
			units = float64(binary.BigEndian.Uint64(b[4:]))
		}
		if m.scale > 0 {
			m.fragmented = units / m.scale
		}
	case "mdhd":
		if m.track != nil {
			m.track.scale, _ = scaleAndUnits(b)
		}
	case "hdlr":
		m.film = m.film || has(b, 8, "vide")
		m.sound = m.sound || has(b, 8, "soun")
	case "tkhd":
		m.trackHeader(b)
	}
}

func scaleAndUnits(b []byte) (scale, units float64) {
	if b[0] == 1 {
		return float64(binary.BigEndian.Uint32(b[20:])), float64(binary.BigEndian.Uint64(b[24:]))
	}
	return float64(binary.BigEndian.Uint32(b[12:])), float64(binary.BigEndian.Uint32(b[16:]))
}

func (m *movie) trackHeader(b []byte) {
	id, matrix, size := 12, 40, 76
	if b[0] == 1 {
		id, matrix, size = 20, 52, 88
	}
	m.track = m.trackOf(binary.BigEndian.Uint32(b[id:]))
	width, height := int(binary.BigEndian.Uint16(b[size:])), int(binary.BigEndian.Uint16(b[size+4:]))
	// A telephone held upright turns the picture by a matrix whose diagonal is zero.
	turned := binary.BigEndian.Uint32(b[matrix:]) == 0 && binary.BigEndian.Uint32(b[matrix+4:]) != 0
	if turned {
		width, height = height, width
	}
	if width*height > m.Width*m.Height {
		m.Width, m.Height = width, height
	}
}

func (m *movie) trackOf(id uint32) *track {
	if m.tracks[id] == nil {
		m.tracks[id] = &track{}
	}
	return m.tracks[id]
}

// fragment adds up the samples of a movie whose header does not know them yet.
func (m *movie) fragment(box part) {
	head := m.src.content(box, 24)
	if len(head) < 8 {
		return
	}
	flags := binary.BigEndian.Uint32(head) & 0xffffff
	switch box.id {
	case "trex":
		if len(head) >= 16 {
			m.trackOf(binary.BigEndian.Uint32(head[4:])).units = binary.BigEndian.Uint32(head[12:])
		}
	case "tfhd":
		m.track = m.trackOf(binary.BigEndian.Uint32(head[4:]))
		m.defaultUnits = m.track.units
		const baseOffset, description, units = 1, 2, 8
		at := 8
		if flags&baseOffset != 0 {
			at += 8
		}
		if flags&description != 0 {
			at += 4
		}
		if flags&units != 0 && len(head) >= at+4 {
			m.defaultUnits = binary.BigEndian.Uint32(head[at:])
		}
	case "tfdt":
		if m.track == nil {
			return
		}
		if head[0] == 1 && len(head) >= 12 {
			m.track.end = float64(binary.BigEndian.Uint64(head[4:]))
		} else {
			m.track.end = float64(binary.BigEndian.Uint32(head[4:]))
		}
	case "trun":
		if m.track != nil {
			m.track.end += m.run(m.src.content(box, maxCover), flags)
		}
	}
}

// run is the length of a row of samples, of which each may name its own.
func (m *movie) run(b []byte, flags uint32) float64 {
	const dataOffset, firstFlags, units, otherField = 1, 4, 0x100, 0x200 | 0x400 | 0x800
	count, at, each := binary.BigEndian.Uint32(b[4:]), 8, 0
	if flags&units == 0 {
		return float64(count) * float64(m.defaultUnits)
	}
	for _, flag := range []uint32{dataOffset, firstFlags} {
		if flags&flag != 0 {
			at += 4
		}
	}
	for flag := uint32(units); flag <= otherField; flag <<= 1 {
		if flags&flag != 0 {
			each += 4
		}
	}
	var sum float64
	for ; count > 0 && at+each <= len(b); count-- {
		sum += float64(binary.BigEndian.Uint32(b[at:]))
		at += each
	}
	return sum
}

// length is what the header says, or what the fragments come to: the header may count only what came before them.
func (m *movie) length() time.Duration {
	longest := max(m.whole, m.fragmented)
	for _, t := range m.tracks {
		if t.scale > 0 {
			longest = max(longest, t.end/t.scale)
		}
	}
	return seconds(longest)
}
