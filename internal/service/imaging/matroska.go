package imaging

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"
)

// MKV and WebM are Matroska: elements whose names and lengths are numbers of variable length.

func isMatroska(head []byte, _ Class) bool { return has(head, 0, "\x1a\x45\xdf\xa3") }

func inspectMatroska(src source, byName Class) Facts {
	m := matroska{src: src, scale: 1e6}
	m.elements(0, src.size, 0)
	m.Class, m.Type = Audio, "audio/x-matroska"
	if m.film || !m.sound && byName != Audio {
		m.Class, m.Type, m.Song = Video, "video/x-matroska", Song{}
	}
	if m.webm {
		m.Type = strings.Replace(m.Type, "x-matroska", "webm", 1)
	}
	units := m.duration
	if units == 0 {
		units = m.last
	}
	m.Duration = seconds(units * m.scale / 1e9)
	return m.Facts
}

type matroska struct {
	Facts

	src               source
	parts             int
	webm, film, sound bool
	scale             float64 // nanoseconds of a unit
	duration          float64 // units
	cluster, last     float64 // units: where the cluster begins, and the last block seen
	kind              uint64  // of the track that is being read
	tag               string  // name of the tag that is being read
}

// The elements that are read.
const (
	mkvDocType   = 0x4282
	mkvSegment   = 0x18538067
	mkvInfo      = 0x1549a966
	mkvScale     = 0x2ad7b1
	mkvDuration  = 0x4489
	mkvTitle     = 0x7ba9
	mkvTracks    = 0x1654ae6b
	mkvTrack     = 0xae
	mkvTrackType = 0x83
	mkvVideo     = 0xe0
	mkvWidth     = 0xb0
	mkvHeight    = 0xba
	mkvCluster   = 0x1f43b675
	mkvTime      = 0xe7
	mkvBlock     = 0xa3
	mkvTags      = 0x1254c367
	mkvTag       = 0x7373
	mkvSimpleTag = 0x67c8
	mkvTagName   = 0x45a3
	mkvTagString = 0x4487
	mkvFiles     = 0x1941a469
	mkvFile      = 0x61a7
	mkvFileType  = 0x4660
	mkvFileData  = 0x465c
	mkvEBML      = 0x1a45dfa3
)

// elements reads the elements between two offsets. Recorders that stream do not know how long a cluster will be, so what
// is in one is read as if it stood beside it.
func (m *matroska) elements(at, end int64, depth int) {
	const maxDepth = 5
	for at < end && depth <= maxDepth {
		if m.parts++; m.parts > 10*maxParts {
			return
		}
		head := m.src.read(at, 12)
		id, n := vint(head, false)
		if n == 0 || n > 4 {
			return
		}
		length, k := vint(head[n:], true)
		if k == 0 {
			return
		}
		start := at + int64(n+k)
		next := end
		unknown := length == 1<<(7*k)-1
		if !unknown && length < uint64(max(0, end-start)) {
			next = start + int64(length) //nolint:gosec // less than the end
		}
		switch id {
		case mkvEBML, mkvSegment, mkvInfo, mkvTracks, mkvTrack, mkvVideo, mkvTags, mkvTag, mkvSimpleTag, mkvFiles, mkvFile:
			m.elements(start, next, depth+1)
		case mkvCluster:
			// The blocks are looked at only where nothing else tells how long it plays, or how long the cluster is.
			if m.duration == 0 || unknown {
				next = start
			}
		default:
			m.element(id, part{at: start, end: next})
		}
		at = next
	}
}

func (m *matroska) element(id uint64, p part) {
	text := func() string { return utf8Text(m.src.content(p, maxField)) }
	number := func() (v uint64) {
		for _, b := range m.src.content(p, 8) {
			v = v<<8 | uint64(b)
		}
		return v
	}
	switch id {
	case mkvDocType:
		m.webm = text() == "webm"
	case mkvScale:
		m.scale = float64(number())
	case mkvDuration:
		m.duration = float(m.src.content(p, 8))
	case mkvTitle:
		m.Song.Title = text()
	case mkvTrackType:
		m.kind = number()
		m.film, m.sound = m.film || m.kind == 1, m.sound || m.kind == 2
	case mkvWidth:
		m.Width = max(m.Width, int(number()&math.MaxUint16))
	case mkvHeight:
		m.Height = max(m.Height, int(number()&math.MaxUint16))
	case mkvTime:
		m.cluster = float64(number())
		m.last = max(m.last, m.cluster)
	case mkvBlock:
		if b := m.src.content(p, 4); len(b) == 4 && b[0]&0x80 != 0 {
			m.last = max(m.last, m.cluster+float64(int16(binary.BigEndian.Uint16(b[1:])))) //nolint:gosec // it is signed
		}
	case mkvTagName:
		m.tag = strings.ToUpper(text())
	case mkvTagString:
		m.named(m.tag, text())
	case mkvFileType:
		m.tag = text()
	case mkvFileData:
		if strings.HasPrefix(m.tag, "image/") && m.Cover == nil {
			m.Cover = m.src.content(p, maxCover)
		}
	}
}

func (m *matroska) named(name, value string) {
	switch name {
	case "TITLE":
		m.Song.Title = value
	case "ARTIST":
		m.Song.Artist = value
	case "ALBUM":
		m.Song.Album = value
	case "ALBUM_ARTIST", "ALBUMARTIST":
		m.Song.AlbumArtist = value
	case "GENRE":
		m.Song.Genre = value
	}
}

// vint reads a number whose first byte tells its length by its leading zeros; 0 bytes if there is none. Names keep the bit
// that ends those, lengths do not.
func vint(b []byte, length bool) (v uint64, n int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	n = bits.LeadingZeros8(b[0]) + 1
	if len(b) < n {
		return 0, 0
	}
	for _, c := range b[:n] {
		v = v<<8 | uint64(c)
	}
	if length {
		v &= 1<<(7*n) - 1
	}
	return v, n
}

func float(b []byte) float64 {
	switch len(b) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case 8:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	return 0
}
