package imaging

import (
	"encoding/binary"
	"hash/crc32"
	"iter"
	"slices"
)

// What a picture file carries besides its pixels: EXIF, and the profile that says what its numbers mean as colours.

// maxProfile bounds a colour profile. Those of printers take a few megabytes, those of cameras a few hundred bytes.
const maxProfile = 4 << 20

// exifPart finds the EXIF part of a picture: a TIFF file.
func exifPart(src source, f *format) (part, bool) {
	switch f.name {
	case "jpeg":
		for segment := range src.segments() {
			// The second of the two zeros is another number in some files.
			if segment.id == app1 && has(src.read(segment.at, 6), 0, exifMagic[:5]) {
				segment.at += int64(len(exifMagic))
				return segment, true
			}
		}
	case "png":
		for chunk := range src.pngChunks() {
			if chunk.id == "eXIf" {
				return chunk, true
			}
		}
	case "webp":
		for chunk := range src.chunks(12, src.size, binary.LittleEndian) {
			if chunk.id == "EXIF" {
				if has(src.read(chunk.at, 6), 0, exifMagic) { // as in JPEG, which the rules do not foresee
					chunk.at += int64(len(exifMagic))
				}
				return chunk, true
			}
		}
	case "tiff":
		return part{at: 0, end: src.size}, true
	}
	return part{}, false
}

// exifOf reads what the camera wrote. Offsets lead nowhere outside of the EXIF part.
func exifOf(src source, f *format) Exif {
	p, ok := exifPart(src, f)
	if !ok {
		return Exif{}
	}
	src.size = min(src.size, p.end)
	return readExif(src, p.at)
}

// profileOf reads the colour profile of a picture that is no PNG: an ICC file, or nil.
func profileOf(src source, f *format) []byte {
	switch f.name {
	case "jpeg":
		return jpegProfile(src)
	case "webp":
		for chunk := range src.chunks(12, src.size, binary.LittleEndian) {
			if chunk.id == "ICCP" {
				return src.content(chunk, maxProfile)
			}
		}
	case "tiff":
		_, first := openTIFF(src, 0)
		profile := first[tagProfile]
		if profile.value != nil {
			return profile.value
		}
		return src.content(profile.place, maxProfile)
	}
	return nil
}

// fits reports whether a profile is for pictures of this many colours: one of four is for what printers take.
func fits(profile []byte, grey bool) bool {
	if grey {
		return has(profile, 16, "GRAY")
	}
	return has(profile, 16, "RGB ")
}

const (
	app1 = "\xe1"
	app2 = "\xe2"

	exifMagic    = "Exif\x00\x00"
	profileMagic = "ICC_PROFILE\x00"
)

// segments goes through the segments of a JPEG file up to its pixels. Each is named by the second byte of its marker.
func (s source) segments() iter.Seq[part] {
	const startOfScan = 0xda
	return func(yield func(part) bool) {
		offset := int64(2)
		for range maxParts {
			head := s.read(offset, 4)
			if len(head) < 4 || head[0] != 0xff {
				return
			}
			if head[1] == 0xff { // a fill byte before the marker
				offset++
				continue
			}
			end := offset + 2 + int64(binary.BigEndian.Uint16(head[2:]))
			if head[1] == startOfScan || end < offset+4 || end > s.size || !yield(part{string(head[1:2]), offset + 4, end}) {
				return
			}
			offset = end
		}
	}
}

// jpegProfile joins the pieces of a profile, which are numbered from 1 and say how many there are.
func jpegProfile(src source) []byte {
	pieces, total, size := map[byte][]byte{}, byte(0), 0
	for segment := range src.segments() {
		b := src.read(segment.at, segment.end-segment.at)
		if segment.id != app2 || !has(b, 0, profileMagic) || len(b) < len(profileMagic)+2 {
			continue
		}
		b = b[len(profileMagic):]
		pieces[b[0]], total = b[2:], b[1]
		if size += len(b); size > maxProfile {
			return nil
		}
	}
	var profile []byte
	for number := range total {
		piece, ok := pieces[number+1]
		if !ok {
			return nil
		}
		profile = append(profile, piece...)
	}
	return profile
}

// withExif puts an EXIF part where it belongs: right after the first marker of a JPEG file.
func withExif(file, exif []byte) []byte {
	const limit = 0xffff - 2 - len(exifMagic)
	if len(exif) == 0 || len(exif) > limit {
		return file
	}
	return slices.Insert(file, 2, segment(app1, exifMagic, exif)...)
}

// withProfile puts a colour profile at the beginning of a JPEG file, in as many pieces as it takes.
func withProfile(file, profile []byte) []byte {
	const most = 0xffff - 2 - len(profileMagic) - 2
	var segments []byte
	pieces := slices.Collect(slices.Chunk(profile, most))
	if len(pieces) == 0 || len(pieces) > 255 {
		return file
	}
	for i, piece := range pieces {
		number := string([]byte{byte(i + 1), byte(len(pieces))}) //nolint:gosec // at most 255, as asked above
		segments = append(segments, segment(app2, profileMagic+number, piece)...)
	}
	return slices.Insert(file, 2, segments...)
}

func segment(name, magic string, content []byte) []byte {
	b := append([]byte{0xff}, name...)
	b = binary.BigEndian.AppendUint16(b, uint16(2+len(magic)+len(content))) //nolint:gosec // the callers see to it
	return append(append(b, magic...), content...)
}

// pngChunks goes through the chunks of a PNG file.
func (s source) pngChunks() iter.Seq[part] {
	return func(yield func(part) bool) {
		offset := int64(8)
		for range maxParts {
			head := s.read(offset, 8)
			if len(head) < 8 {
				return
			}
			end := offset + 8 + int64(binary.BigEndian.Uint32(head))
			if end > s.size || !yield(part{string(head[4:8]), offset + 8, end}) {
				return
			}
			offset = end + 4
		}
	}
}

// pngColours are the chunks of a PNG file that say what its numbers mean as colours, whole as they are. The profile is
// left out if it is for another number of colours.
func pngColours(src source, grey bool) []byte {
	var out []byte
	for chunk := range src.pngChunks() {
		switch chunk.id {
		case "iCCP":
			if grey != pngIsGrey(src) || chunk.end-chunk.at > maxProfile {
				continue
			}
		case "gAMA", "cHRM", "sRGB", "cICP":
			if chunk.end-chunk.at > 32 {
				continue
			}
		case "IDAT":
			return out
		default:
			continue
		}
		out = append(out, pngChunk(chunk.id, src.content(chunk, maxProfile))...)
	}
	return out
}

// pngIsGrey reports whether the colour type of a PNG file has no colours.
func pngIsGrey(src source) bool {
	const coloured = 2
	header := src.read(8+8, 13)
	return len(header) == 13 && header[9]&coloured == 0
}

// withPNGChunks puts chunks after the header of a PNG file.
func withPNGChunks(file, chunks []byte) []byte {
	const header = 8 + 8 + 13 + 4
	return slices.Insert(file, header, chunks...)
}

func pngChunk(id string, content []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(content))) //nolint:gosec // at most maxProfile
	b = append(append(b, id...), content...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
