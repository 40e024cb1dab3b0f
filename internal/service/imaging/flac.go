package imaging

import "encoding/binary"

func isFLAC(head []byte, _ Class) bool { return has(head, 0, "fLaC") }

func inspectFLAC(src source, _ Class) Facts { return flacAt(src, 0) }

// flacAt reads the blocks before the sound: the first says how long it plays.
func flacAt(src source, at int64) Facts {
	const (
		streamInfo = 0
		comment    = 4
		picture    = 6
		last       = 0x80
	)
	facts := Facts{Class: Audio, Type: "audio/flac"}
	at += 4
	for range maxParts {
		head := src.read(at, 4)
		if len(head) < 4 {
			return facts
		}
		block := part{at: at + 4, end: at + 4 + int64(binary.BigEndian.Uint32(head)&0xffffff)}
		switch head[0] &^ last {
		case streamInfo:
			facts.streamInfo(src.content(block, 34))
		case comment:
			facts.vorbisComment(src.content(block, maxCover))
		case picture:
			facts.flacPicture(src.content(block, maxCover))
		}
		if head[0]&last != 0 {
			return facts
		}
		at = block.end
	}
	return facts
}

// streamInfo reads 20 bits of samples per second and 36 bits of samples.
func (f *Facts) streamInfo(b []byte) {
	if len(b) < 18 {
		return
	}
	bits := binary.BigEndian.Uint64(b[10:])
	if rate := bits >> 44; rate > 0 {
		f.Duration = seconds(float64(bits&(1<<36-1)) / float64(rate))
	}
}
