package imaging

import (
	"encoding/binary"
	"io"
	"slices"
)

// exifSegment finds the EXIF part of a JPEG file, with its marker and length; nil if there is none.
func exifSegment(src io.ReadSeeker) []byte {
	const (
		app1        = 0xe1
		startOfScan = 0xda
	)
	head := make([]byte, 10)
	for offset := int64(2); ; {
		if n, _ := readAt(src, head, offset); n < len(head) || head[0] != 0xff {
			return nil
		}
		length := int64(binary.BigEndian.Uint16(head[2:]))
		switch {
		case head[1] == 0xff: // a fill byte before the marker
			offset++
			continue
		case head[1] == startOfScan || length < 2:
			return nil
		case head[1] == app1 && string(head[4:10]) == "Exif\x00\x00":
			segment := make([]byte, 2+length)
			if n, _ := readAt(src, segment, offset); n < len(segment) {
				return nil
			}
			return segment
		}
		offset += 2 + length
	}
}

// withSegment puts a segment where EXIF belongs: right after the first marker of a JPEG file.
func withSegment(file, segment []byte) []byte {
	return slices.Insert(file, 2, segment...)
}
