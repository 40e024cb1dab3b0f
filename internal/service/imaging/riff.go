package imaging

import (
	"encoding/binary"
	"math"
)

// RIFF and IFF files: WAV, AVI and AIFF.

func isRIFF(head []byte, _ Class) bool {
	return (has(head, 0, "RIFF") || has(head, 0, "RF64")) && (has(head, 8, "WAVE") || has(head, 8, "AVI "))
}

func inspectRIFF(src source, _ Class) Facts {
	if has(src.read(0, 12), 8, "AVI ") {
		return inspectAVI(src)
	}
	return inspectWAV(src)
}

// inspectWAV divides the length of the sound by the bytes per second that its format names.
func inspectWAV(src source) Facts {
	facts := Facts{Class: Audio, Type: "audio/wav"}
	var perSecond uint32
	for chunk := range src.chunks(12, src.size, binary.LittleEndian) {
		switch chunk.id {
		case "fmt ":
			if b := src.content(chunk, 12); len(b) == 12 {
				perSecond = binary.LittleEndian.Uint32(b[8:])
			}
		case "data":
			if chunk.end == chunk.at { // written as it was heard, without a length
				chunk.end = src.size
			}
			if perSecond > 0 {
				facts.Duration = seconds(float64(chunk.end-chunk.at) / float64(perSecond))
			}
		case "LIST":
			facts.info(src, chunk)
		case "id3 ", "ID3 ":
			facts.id3(src, chunk)
		}
	}
	return facts
}

// info reads a list of names.
func (f *Facts) info(src source, list part) {
	if !has(src.read(list.at, 4), 0, "INFO") {
		return
	}
	for chunk := range src.chunks(list.at+4, list.end, binary.LittleEndian) {
		text := anyText(src.content(chunk, maxField))
		switch chunk.id {
		case "INAM":
			f.Song.Title = text
		case "IART":
			f.Song.Artist = text
		case "IPRD":
			f.Song.Album = text
		case "IGNR":
			f.Song.Genre = text
		}
	}
}

func (f *Facts) id3(src source, chunk part) {
	tag := id3v2(src, chunk.at)
	f.Song, f.Cover = tag.song.or(f.Song), tag.cover
}

// inspectAVI takes the size and the length from the video stream, or else from the main header.
func inspectAVI(src source) Facts {
	facts := Facts{Class: Video, Type: "video/x-msvideo"}
	a := avi{src: src, facts: &facts}
	a.list(12, src.size, 0)
	facts.Duration = seconds(max(a.main, a.stream))
	return facts
}

type avi struct {
	src          source
	facts        *Facts
	main, stream float64 // seconds
	frame        float64 // seconds of a picture of the video stream
	parts        int
}

func (a *avi) list(at, end int64, depth int) {
	for chunk := range a.src.chunks(at, end, binary.LittleEndian) {
		if a.parts++; a.parts > maxParts {
			return
		}
		switch chunk.id {
		case "LIST":
			kind := a.src.read(chunk.at, 4)
			if depth < 3 && (has(kind, 0, "hdrl") || has(kind, 0, "strl") || has(kind, 0, "odml")) {
				a.list(chunk.at+4, chunk.end, depth+1)
			}
		case "avih":
			if b := a.src.content(chunk, 40); len(b) == 40 {
				a.main = float64(binary.LittleEndian.Uint32(b)) / 1e6 * float64(binary.LittleEndian.Uint32(b[16:]))
				a.facts.Width = int(binary.LittleEndian.Uint32(b[32:]) & math.MaxUint16)
				a.facts.Height = int(binary.LittleEndian.Uint32(b[36:]) & math.MaxUint16)
			}
		case "strh":
			b := a.src.content(chunk, 36)
			if len(b) < 36 || !has(b, 0, "vids") {
				continue
			}
			if rate := binary.LittleEndian.Uint32(b[24:]); rate > 0 {
				a.frame = float64(binary.LittleEndian.Uint32(b[20:])) / float64(rate)
				a.stream = a.frame * float64(binary.LittleEndian.Uint32(b[32:]))
			}
		case "dmlh": // files of more than 1 GB count only the pictures of their first part above
			if b := a.src.content(chunk, 4); len(b) == 4 {
				a.stream = max(a.stream, a.frame*float64(binary.LittleEndian.Uint32(b)))
			}
		}
	}
}

func isAIFF(head []byte, _ Class) bool {
	return has(head, 0, "FORM") && (has(head, 8, "AIFF") || has(head, 8, "AIFC"))
}

func inspectAIFF(src source, _ Class) Facts {
	facts := Facts{Class: Audio, Type: "audio/aiff"}
	for chunk := range src.chunks(12, src.size, binary.BigEndian) {
		switch chunk.id {
		case "COMM":
			b := src.content(chunk, 22)
			if len(b) < 18 {
				continue
			}
			frames := float64(binary.BigEndian.Uint32(b[2:]))
			if has(b, 18, "ima4") { // counts packets
				frames *= 64
			}
			if rate := extended(b[8:]); rate > 0 {
				facts.Duration = seconds(frames / rate)
			}
		case "NAME":
			facts.Song.Title = anyText(src.content(chunk, maxField))
		case "AUTH":
			facts.Song.Artist = anyText(src.content(chunk, maxField))
		case "ID3 ", "id3 ":
			facts.id3(src, chunk)
		}
	}
	return facts
}

// extended reads a positive number of 80 bits: 15 of exponent, and 64 of which the first stands before the point.
func extended(b []byte) float64 {
	exponent := int(binary.BigEndian.Uint16(b)&0x7fff) - 16383
	return math.Ldexp(float64(binary.BigEndian.Uint64(b[2:])), exponent-63)
}
