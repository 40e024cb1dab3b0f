package imaging

import (
	"encoding/binary"
	"io"
	"strings"
	"time"
)

// isMP4 tells the family of formats that begin with an ftyp box, without the still pictures among them.
func isMP4(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	switch brand := string(head[8:12]); brand {
	case "qt  ", "M4V ", "M4VH", "M4VP", "M4A ", "M4B ", "avc1", "dash", "MSNV":
		return true
	default:
		return strings.HasPrefix(brand, "iso") || strings.HasPrefix(brand, "mp4") || strings.HasPrefix(brand, "3g")
	}
}

// isQuickTime tells old QuickTime files, which begin with any of these boxes.
func isQuickTime(head []byte) bool {
	if len(head) < 12 {
		return false
	}
	switch string(head[4:8]) {
	case "moov", "mdat", "wide", "free", "skip":
		return true
	}
	return false
}

func inspectMP4(src io.ReadSeeker, size int64, head []byte, byName Class) Facts {
	facts := Facts{Class: Video, Type: "video/mp4"}
	switch brand := string(head[8:12]); {
	case string(head[4:8]) != "ftyp", brand == "qt  ":
		facts.Type = "video/quicktime"
	case brand == "M4A ", brand == "M4B ", byName == Audio:
		facts.Class, facts.Type = Audio, "audio/mp4"
	}
	m := movie{src: src}
	m.boxes(0, size, 0)
	facts.Duration = m.duration
	if facts.Class == Video {
		facts.Width, facts.Height = m.width, m.height
		if seconds := m.duration.Seconds(); seconds > 0 {
			facts.Bitrate = int64(float64(size) * 8 / seconds)
		}
	}
	return facts
}

// movie collects what the boxes of a file say.
type movie struct {
	src           io.ReadSeeker
	seen          int
	duration      time.Duration
	width, height int
}

// boxes reads the boxes between two offsets and those inside them that matter.
func (m *movie) boxes(offset, end int64, depth int) {
	// A real file has a handful of boxes on the way to what is looked for; a hostile one may have millions.
	const maxBoxes, maxDepth = 2000, 3
	head := make([]byte, 16)
	for offset+8 <= end && m.seen < maxBoxes {
		m.seen++
		n, _ := readAt(m.src, head, offset)
		if n < 8 {
			return
		}
		length, header := int64(binary.BigEndian.Uint32(head)), int64(8)
		switch {
		case length == 0: // up to the end of the file
			length = end - offset
		case length == 1 && n == 16:
			length, header = int64(binary.BigEndian.Uint64(head[8:])), 16 //nolint:gosec // negative is refused below
		}
		if length < header || length > end-offset {
			return
		}
		switch string(head[4:8]) {
		case "moov", "trak":
			if depth < maxDepth {
				m.boxes(offset+header, offset+length, depth+1)
			}
		case "mvhd":
			m.movieHeader(m.payload(offset+header, length-header))
		case "tkhd":
			m.trackHeader(m.payload(offset+header, length-header))
		}
		offset += length
	}
}

// payload reads the first bytes of a box, zeros where it is shorter.
func (m *movie) payload(offset, length int64) []byte {
	b := make([]byte, 112)
	n, _ := readAt(m.src, b[:min(length, int64(len(b)))], offset)
	clear(b[n:])
	return b
}

func (m *movie) movieHeader(b []byte) {
	scale, units := uint64(binary.BigEndian.Uint32(b[12:])), uint64(binary.BigEndian.Uint32(b[16:]))
	if b[0] == 1 {
		scale, units = uint64(binary.BigEndian.Uint32(b[20:])), binary.BigEndian.Uint64(b[24:])
	}
	if scale > 0 {
		m.duration = seconds(float64(units) / float64(scale))
	}
}

func (m *movie) trackHeader(b []byte) {
	matrix, size := 40, 76
	if b[0] == 1 {
		matrix, size = 52, 88
	}
	width, height := int(binary.BigEndian.Uint16(b[size:])), int(binary.BigEndian.Uint16(b[size+4:]))
	// A telephone held upright turns the picture by a matrix whose diagonal is zero.
	turned := binary.BigEndian.Uint32(b[matrix:]) == 0 && binary.BigEndian.Uint32(b[matrix+4:]) != 0
	if turned {
		width, height = height, width
	}
	if width*height > m.width*m.height {
		m.width, m.height = width, height
	}
}

// seconds is a duration; nonsense, such as a file that claims to last for centuries, is none.
func seconds(s float64) time.Duration {
	const year = 366 * 24 * 3600
	if s < 0 || s > year {
		return 0
	}
	return time.Duration(s * float64(time.Second))
}
