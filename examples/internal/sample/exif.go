package sample

import (
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// withExif puts what a camera knows into a JPEG file: an APP1 segment with a TIFF file of three directories.
func withExif(jpeg []byte, cameraMake, model string, taken time.Time, latitude, longitude float64) []byte {
	var camera, place directory
	camera.text(0x9003, taken.Format("2006:01:02 15:04:05"))
	place.text(1, side(latitude, "N", "S"))
	place.degrees(2, latitude)
	place.text(3, side(longitude, "E", "W"))
	place.degrees(4, longitude)

	// The main directory comes first and names where the others are, so it is laid out once to learn its length.
	head := []byte("MM\x00\x2a\x00\x00\x00\x08")
	main := func(camera, place int) []byte {
		var d directory
		d.text(0x010f, cameraMake)
		d.text(0x0110, model)
		d.long(0x8769, camera)
		d.long(0x8825, place)
		return d.bytes(len(head))
	}
	cameraAt := len(head) + len(main(0, 0))
	cameraBytes := camera.bytes(cameraAt)
	placeAt := cameraAt + len(cameraBytes)
	body := slices.Concat([]byte("Exif\x00\x00"), head, main(cameraAt, placeAt), cameraBytes, place.bytes(placeAt))
	segment := append([]byte{0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))...) //nolint:gosec // a few hundred
	return slices.Insert(jpeg, 2, append(segment, body...)...)
}

func side(degrees float64, positive, negative string) string {
	if degrees < 0 {
		return negative
	}
	return positive
}

// directory is a TIFF directory. Its fields are added in the order of their tags.
type directory []field

type field struct {
	tag, kind uint16
	count     int
	value     []byte
}

func (d *directory) text(tag uint16, s string) {
	*d = append(*d, field{tag, 2, len(s) + 1, append([]byte(s), 0)})
}

func (d *directory) long(tag uint16, value int) {
	*d = append(*d, field{tag, 4, 1, binary.BigEndian.AppendUint32(nil, uint32(value))}) //nolint:gosec // a few hundred
}

// degrees adds an angle as degrees, minutes and seconds.
func (d *directory) degrees(tag uint16, angle float64) {
	whole, rest := math.Modf(math.Abs(angle))
	minutes, rest := math.Modf(rest * 60)
	var value []byte
	for _, fraction := range [][2]float64{{whole, 1}, {minutes, 1}, {math.Round(rest * 6000), 100}} {
		value = binary.BigEndian.AppendUint32(value, uint32(fraction[0]))
		value = binary.BigEndian.AppendUint32(value, uint32(fraction[1]))
	}
	*d = append(*d, field{tag, 5, 3, value})
}

// bytes lays the directory out for a place in the file. Values of more than four bytes follow behind it.
func (d directory) bytes(at int) []byte {
	out := binary.BigEndian.AppendUint16(nil, uint16(len(d))) //nolint:gosec // a few
	var behind []byte
	at += 2 + 12*len(d) + 4
	for _, f := range d {
		out = binary.BigEndian.AppendUint16(out, f.tag)
		out = binary.BigEndian.AppendUint16(out, f.kind)
		out = binary.BigEndian.AppendUint32(out, uint32(f.count)) //nolint:gosec // a few
		if len(f.value) <= 4 {
			out = append(out, append(slices.Clone(f.value), 0, 0, 0, 0)[:4]...)
			continue
		}
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(behind))) //nolint:gosec // a few hundred
		behind = append(behind, f.value...)
		if len(behind)%2 != 0 {
			behind = append(behind, 0)
		}
	}
	return slices.Concat(out, []byte{0, 0, 0, 0}, behind)
}
