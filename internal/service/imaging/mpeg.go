package imaging

import (
	"bytes"
	"encoding/binary"
)

// MPG files are MPEG program streams: packs of packets that carry times. Cameras and recorders write transport streams,
// whose packets have a fixed length. Neither says how long it plays.

const (
	packStart     = "\x00\x00\x01\xba"
	sequenceStart = "\x00\x00\x01\xb3"

	tsPacket  = 188
	tsStamped = 192 // with a time before each, as on discs
)

func isMPEG(head []byte, byName Class) bool {
	return has(head, 0, packStart) || byName == Video && has(head, 0, sequenceStart) || tsOffset(head) >= 0
}

// tsOffset is where the sync bytes of a transport stream stand in its packets; -1 if it is none.
func tsOffset(head []byte) int {
	const sync = "\x47"
	switch {
	case has(head, 0, sync) && has(head, tsPacket, sync) && has(head, 2*tsPacket, sync):
		return 0
	case has(head, 4, sync) && has(head, 4+tsStamped, sync) && has(head, 4+2*tsStamped, sync):
		return 4
	}
	return -1
}

// inspectMPEG looks at both ends of the file, for the first and the last time of the same stream.
func inspectMPEG(src source, _ Class) Facts {
	const searched = 1 << 20
	facts := Facts{Class: Video, Type: "video/mpeg"}
	head, tail := src.read(0, searched), src.read(max(0, src.size-searched), searched)
	times := programTimes
	if offset := tsOffset(head); offset >= 0 {
		facts.Type = "video/mp2t"
		times = func(b []byte) spans { return transportTimes(b, tsPacket+offset) }
	}
	first, last := times(head), times(tail)
	var longest int64
	for stream, begin := range first {
		if end, ok := last[stream]; ok {
			const clock = 1 << 33 // bits of a time; then it begins again
			longest = max(longest, (end.max-begin.min+clock)%clock)
		}
	}
	picture := facts.sequence(head)
	if longest > 0 {
		facts.Duration = seconds(float64(longest)/90_000 + picture)
	}
	return facts
}

// span is between the times of a stream, in 1/90,000 s. They are not in order: pictures come before those that need them.
type span struct{ min, max int64 }

type spans map[int]span

func (s spans) add(stream int, packet []byte) {
	time, ok := presentationTime(packet)
	if !ok {
		return
	}
	if old, ok := s[stream]; ok {
		s[stream] = span{min(old.min, time), max(old.max, time)}
		return
	}
	s[stream] = span{time, time}
}

func programTimes(b []byte) spans {
	found := spans{}
	for {
		next := bytes.Index(b, []byte("\x00\x00\x01"))
		if next < 0 || next+4 > len(b) {
			return found
		}
		b = b[next:]
		if b[3] >= 0xc0 && b[3] < 0xf0 { // sound or pictures
			found.add(int(b[3]), b)
		}
		b = b[3:]
	}
}

// transportTimes needs the length of the packets. Where one does not begin with its sync byte, it looks for two in a row.
func transportTimes(b []byte, size int) spans {
	found := spans{}
	const sync, startsPacket, adaptation = 0x47, 0x40, 0x20
	for aligned := false; len(b) >= tsPacket; {
		if b[0] != sync || !aligned && len(b) > size && b[size] != sync {
			b, aligned = b[1:], false
			continue
		}
		stream, skip := int(b[1]&0x1f)<<8|int(b[2]), 4
		if b[3]&adaptation != 0 {
			skip += 1 + int(b[4])
		}
		if b[1]&startsPacket != 0 && skip < tsPacket {
			found.add(stream, b[skip:tsPacket])
		}
		b, aligned = b[min(size, len(b)):], true
	}
	return found
}

// presentationTime reads the time from the header of a packet of MPEG 2 or MPEG 1.
func presentationTime(p []byte) (int64, bool) {
	if len(p) < 6 || !has(p, 0, "\x00\x00\x01") {
		return 0, false
	}
	at := 6
	if len(p) > 9 && p[6]&0xc0 == 0x80 { // MPEG 2
		if p[7]&0x80 == 0 {
			return 0, false
		}
		at = 9
	} else {
		for at < len(p) && at < 6+16 && p[at] == 0xff { // stuffing
			at++
		}
		if at < len(p) && p[at]&0xc0 == 0x40 { // size of the buffer
			at += 2
		}
	}
	if at+5 > len(p) || p[at]&0xe0 != 0x20 && p[at]&0xf0 != 0x30 || p[at]&1 == 0 {
		return 0, false
	}
	high, low := int64(binary.BigEndian.Uint16(p[at+1:])), int64(binary.BigEndian.Uint16(p[at+3:]))
	return int64(p[at]>>1&7)<<30 | high>>1<<15 | low>>1, true
}

// sequence reads the size of the pictures of MPEG 1 or 2, and returns for how many seconds each is shown.
func (f *Facts) sequence(head []byte) float64 {
	rates := [16]float64{0, 24_000. / 1001, 24, 25, 30_000. / 1001, 30, 50, 60_000. / 1001, 60}
	i := bytes.Index(head, []byte(sequenceStart))
	if i < 0 || len(head) < i+8 {
		return 0
	}
	b := head[i+4:]
	f.Width, f.Height = int(b[0])<<4|int(b[1])>>4, int(b[1]&15)<<8|int(b[2])
	if rate := rates[b[3]&15]; rate > 0 {
		return 1 / rate
	}
	return 0
}
