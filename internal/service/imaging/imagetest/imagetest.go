// Package imagetest makes pictures for tests.
package imagetest

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
)

// Quarters are the colours of Quadrants: top left, top right, bottom left, bottom right.
var Quarters = [4]color.RGBA{{R: 255, A: 255}, {G: 255, A: 255}, {B: 255, A: 255}, {R: 255, G: 255, B: 255, A: 255}}

// Quadrants is a picture whose quarters have the four colours of Quarters, so that a test can see how it
// was turned.
func Quadrants(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			quarter := x*2/width + y*2/height*2
			img.SetRGBA(x, y, Quarters[quarter])
		}
	}
	return img
}

// JPEG is a file with Quadrants, and with the EXIF part that e describes unless it is nil.
func JPEG(width, height int, e *Exif) []byte {
	var out bytes.Buffer
	must(jpeg.Encode(&out, Quadrants(width, height), nil))
	if e == nil {
		return out.Bytes()
	}
	return slices.Insert(out.Bytes(), 2, e.segment()...)
}

// PNG is a file with Quadrants.
func PNG(width, height int) []byte {
	var out bytes.Buffer
	must(png.Encode(&out, Quadrants(width, height)))
	return out.Bytes()
}

// PNGWith is a file with Quadrants and with chunks after its header.
func PNGWith(width, height int, chunks ...Chunk) []byte {
	file := PNG(width, height)
	var extra []byte
	for _, c := range chunks {
		chunk := append(append32(nil, len(c.Content)), c.Name...)
		chunk = append(chunk, c.Content...)
		extra = append(extra, binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))...)
	}
	const header = 8 + 8 + 13 + 4
	return slices.Insert(file, header, extra...)
}

// Chunk is a part of a PNG file, such as eXIf.
type Chunk struct {
	Name    string
	Content []byte
}

// GIF is a file with Quadrants.
func GIF(width, height int) []byte {
	var out bytes.Buffer
	must(gif.Encode(&out, Quadrants(width, height), nil))
	return out.Bytes()
}

// The encoders fail only if the writer does, and a buffer does not.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Rational is a fraction, as EXIF stores them.
type Rational struct{ Num, Den uint32 }

// Exif describes an EXIF part. What is zero is left out of it.
type Exif struct {
	Make, Model    string
	Orientation    uint16
	Taken, Offset  string // "2012:08:17 14:25:00" and "+02:00"
	FNumber, Focal Rational
	Exposure       Rational
	Latitude       [3]Rational // degrees, minutes, seconds
	Longitude      [3]Rational
	NorthSouth     string
	EastWest       string
	Altitude       Rational
	BelowSea       bool

	NoReception bool    // the place is written as 0/0, as cameras without reception do
	AdobeRGB    bool    // the colours are Adobe's, in the way of cameras: without a profile
	Odd         []Entry // put after the first entry of the main and of the camera's directory
}

// Entry is an entry of a TIFF directory as it is, right or wrong: the tag, its type, the number of values, and the value
// or the offset of it.
type Entry struct {
	Tag, Kind uint16
	Count     int
	Value     [4]byte
}

// field is an entry of a TIFF directory: the tag, its type, and the value in big-endian bytes.
type field struct {
	tag, kind uint16
	count     int
	value     []byte
}

const (
	kindByte = 1 + iota
	kindText
	kindShort
	kindLong
	kindRational
)

// segment is the APP1 segment of a JPEG file: marker, length, "Exif", and a TIFF file.
func (e *Exif) segment() []byte {
	body := append([]byte("Exif\x00\x00"), e.TIFF()...)
	return append(append16([]byte{0xff, 0xe1}, len(body)+2), body...)
}

// TIFF is the EXIF part as it stands in every kind of file: a TIFF file with three or four directories.
func (e *Exif) TIFF() []byte {
	var odd directory
	for _, o := range e.Odd {
		odd = append(odd, field{o.Tag, o.Kind, o.Count, o.Value[:]})
	}
	camera := append(directory{}.rational(0x829a, e.Exposure), odd...).rational(0x829d, e.FNumber).
		text(0x9003, e.Taken).text(0x9011, e.Offset).rational(0x920a, e.Focal)
	gps := directory{}.text(1, e.NorthSouth).rational(2, e.Latitude[:]...).
		text(3, e.EastWest).rational(4, e.Longitude[:]...)
	if e.NoReception {
		nowhere := make([]byte, 24)
		gps = append(gps, field{2, kindRational, 3, nowhere}, field{4, kindRational, 3, nowhere})
	}
	if e.BelowSea {
		gps = append(gps, field{5, kindByte, 1, []byte{1}})
	}
	gps = gps.rational(6, e.Altitude)
	main := append(directory{}.text(0x010f, e.Make), odd...).text(0x0110, e.Model).short(0x0112, e.Orientation)

	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08")
	// The main directory comes first and names where the others are, so it is laid out once to learn its length.
	at := len(tiff) + len(main.long(0x8769, 0).long(0x8825, 0).bytes(0))
	gpsBytes := gps.bytes(at)
	main = main.long(0x8769, at+len(gpsBytes)).long(0x8825, at)
	tiff = slices.Concat(tiff, main.bytes(len(tiff)), gpsBytes)
	if e.AdobeRGB {
		end := len(tiff) + len(camera.long(0xa005, 0).bytes(0))
		tiff = append(tiff, camera.long(0xa005, end).bytes(len(tiff))...)
		return append(tiff, directory{}.text(1, "R03").bytes(end)...)
	}
	return append(tiff, camera.bytes(len(tiff))...)
}

// directory is a TIFF directory, its fields in the order of their tags.
type directory []field

func (d directory) text(tag uint16, s string) directory {
	if s == "" {
		return d
	}
	return append(d, field{tag, kindText, len(s) + 1, append([]byte(s), 0)})
}

func (d directory) short(tag, v uint16) directory {
	if v == 0 {
		return d
	}
	return append(d, field{tag, kindShort, 1, binary.BigEndian.AppendUint16(nil, v)})
}

func (d directory) long(tag uint16, v int) directory {
	return append(d, field{tag, kindLong, 1, append32(nil, v)})
}

func (d directory) rational(tag uint16, values ...Rational) directory {
	if values[0].Den == 0 {
		return d
	}
	f := field{tag, kindRational, len(values), nil}
	for _, v := range values {
		f.value = binary.BigEndian.AppendUint32(f.value, v.Num)
		f.value = binary.BigEndian.AppendUint32(f.value, v.Den)
	}
	return append(d, f)
}

// bytes lays the directory out for an offset in the file: the fields first, then the values that are too long for them.
func (d directory) bytes(offset int) []byte {
	b := append16(nil, len(d))
	var long []byte
	free := offset + 2 + 12*len(d) + 4
	for _, f := range d {
		b = binary.BigEndian.AppendUint16(b, f.tag)
		b = binary.BigEndian.AppendUint16(b, f.kind)
		b = append32(b, f.count)
		if len(f.value) <= 4 {
			b = append(b, append(slices.Clone(f.value), 0, 0, 0, 0)[:4]...)
			continue
		}
		b = append32(b, free+len(long))
		long = append(long, f.value...)
	}
	b = binary.BigEndian.AppendUint32(b, 0) // no directory follows
	return append(b, long...)
}

// The numbers in these files are lengths and offsets of a small segment.

func append16(b []byte, n int) []byte {
	return binary.BigEndian.AppendUint16(b, uint16(n)) //nolint:gosec // it fits, as said above
}

func append32(b []byte, n int) []byte {
	return binary.BigEndian.AppendUint32(b, uint32(n)) //nolint:gosec // it fits, as said above
}
