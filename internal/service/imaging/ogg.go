package imaging

import (
	"bytes"
	"encoding/binary"
	"time"
)

func isOgg(head []byte, _ Class) bool { return has(head, 0, "OggS") }

// inspectOgg reads the first packets of each stream, and how far the last pages have come.
func inspectOgg(src source, _ Class) Facts {
	o := ogg{facts: Facts{Class: Audio, Type: "audio/ogg"}, streams: map[uint32]*oggStream{}}
	o.headers(src)
	o.ends(src)
	return o.facts
}

type ogg struct {
	facts   Facts
	streams map[uint32]*oggStream
}

type oggStream struct {
	packet []byte // what has come of the packet that is being read
	number int    // of that packet
	film   bool
	rate   float64 // units of the granule position in a second; 0 if unknown
	skip   uint64  // units before the beginning
	shift  uint    // in a film: the bits that count from the last whole picture
}

// headers reads pages until each stream has shown what it is, and its comments.
func (o *ogg) headers(src source) {
	const headerPackets, maxPages = 2, 4096
	at := int64(0)
	for range maxPages {
		page, ok := oggPageAt(src, at)
		if !ok {
			return
		}
		s := o.streams[page.serial]
		if s == nil {
			if !page.begins { // all streams begin before any goes on
				return
			}
			s = &oggStream{}
			o.streams[page.serial] = s
		}
		content := src.read(page.at, page.end-page.at)
		for _, n := range page.segments {
			n := min(int(n), len(content))
			if s.number < headerPackets && len(s.packet) < maxCover {
				s.packet = append(s.packet, content[:n]...)
			}
			content = content[n:]
			if n < 255 {
				o.header(s)
				s.packet, s.number = nil, s.number+1
			}
		}
		at = page.end
		waiting := false
		for _, s := range o.streams {
			waiting = waiting || s.number < headerPackets
		}
		if !waiting {
			return
		}
	}
}

// header reads the first packet of a stream, which says what it is, or the second, which holds the comments.
func (o *ogg) header(s *oggStream) {
	p := s.packet
	switch {
	case s.number > 1:
	case has(p, 0, "\x01vorbis") && len(p) >= 16:
		s.rate = float64(binary.LittleEndian.Uint32(p[12:]))
	case has(p, 0, "OpusHead") && len(p) >= 12:
		s.rate, s.skip = 48000, uint64(binary.LittleEndian.Uint16(p[10:]))
	case has(p, 0, "Speex   ") && len(p) >= 40:
		s.rate = float64(binary.LittleEndian.Uint32(p[36:]))
	case has(p, 0, "\x7fFLAC") && len(p) >= 13+4+18:
		s.rate = float64(binary.BigEndian.Uint32(p[13+4+10:]) >> 12)
	case has(p, 0, "\x80theora") && len(p) >= 42:
		o.film(s, p)
	case has(p, 0, "\x03vorbis"):
		o.facts.vorbisComment(p[7:])
	case has(p, 0, "OpusTags"):
		o.facts.vorbisComment(p[8:])
	case has(p, 0, "\x81theora"):
	case s.number == 1 && len(p) > 4 && p[0]&0x7f == 4: // FLAC
		o.facts.vorbisComment(p[4:])
	case s.number == 1 && s.rate > 0: // Speex
		o.facts.vorbisComment(p)
	}
}

func (o *ogg) film(s *oggStream, p []byte) {
	o.facts.Class, o.facts.Type = Video, "video/ogg"
	o.facts.Width, o.facts.Height = int(p[14])<<16|int(p[15])<<8|int(p[16]), int(p[17])<<16|int(p[18])<<8|int(p[19])
	s.film, s.shift = true, uint(p[40]&3)<<3|uint(p[41]>>5)
	if denominator := binary.BigEndian.Uint32(p[26:]); denominator > 0 {
		s.rate = float64(binary.BigEndian.Uint32(p[22:])) / float64(denominator)
	}
}

// ends finds the last page of each stream in the last bytes of the file.
func (o *ogg) ends(src source) {
	const searched = 256 << 10
	start := max(0, src.size-searched)
	tail := src.read(start, searched)
	for i := 0; ; i++ {
		next := bytes.Index(tail[min(i, len(tail)):], []byte("OggS"))
		if next < 0 {
			break
		}
		i += next
		if len(tail) < i+27 {
			break
		}
		s := o.streams[binary.LittleEndian.Uint32(tail[i+14:])]
		position := binary.LittleEndian.Uint64(tail[i+6:])
		if s != nil && position != 1<<64-1 { // which says that no packet ends on the page
			o.facts.Duration = max(o.facts.Duration, s.time(position))
		}
	}
	if o.facts.Class == Video {
		o.facts.Song = Song{}
	}
}

// time is when a granule position ends.
func (s *oggStream) time(position uint64) time.Duration {
	if s.film {
		position = position>>s.shift + position&(1<<s.shift-1)
	}
	if s.rate <= 0 || position < s.skip {
		return 0
	}
	return seconds(float64(position-s.skip) / s.rate)
}

type oggPage struct {
	part

	serial   uint32
	begins   bool
	segments []byte
}

func oggPageAt(src source, at int64) (oggPage, bool) {
	const header, begins = 27, 2
	head := src.read(at, header+255)
	if !has(head, 0, "OggS") || len(head) < header || len(head) < header+int(head[header-1]) {
		return oggPage{}, false
	}
	p := oggPage{serial: binary.LittleEndian.Uint32(head[14:]), begins: head[5]&begins != 0}
	p.segments = head[header : header+int(head[header-1])]
	p.at = at + header + int64(len(p.segments))
	p.end = p.at
	for _, n := range p.segments {
		p.end += int64(n)
	}
	return p, true
}
