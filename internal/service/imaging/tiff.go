package imaging

import (
	"encoding/binary"
	"math"
)

// tiffFile reads the directories of a TIFF file, which EXIF is one too. Cameras and programs damage them in many ways, so each
// entry stands for itself: one that makes no sense is passed over, and what lies around it is read.
type tiffFile struct {
	src   source
	base  int64 // offsets count from here
	order binary.ByteOrder
}

// field is an entry of a directory.
type field struct {
	kind  uint16
	order binary.ByteOrder
	value []byte // nil if it is longer than maxField: a maker note, or a profile
	place part   // of a value that is not in the entry itself
}

const maxField = 4096

type directory map[uint16]field

// The types of fields that cannot be told from each other by their length.
const (
	kindSignedByte = 6
	kindFloat      = 11
	kindDouble     = 12
)

// Bytes of one value of each type; EXIF 3 counts UTF-8 as 129.
var kindSizes = map[uint16]int64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}

// openTIFF returns the first directory.
func openTIFF(src source, base int64) (*tiffFile, directory) {
	t := &tiffFile{src: src, base: base}
	head := src.read(base, 8)
	switch {
	case has(head, 0, "II\x2a\x00"):
		t.order = binary.LittleEndian
	case has(head, 0, "MM\x00\x2a"):
		t.order = binary.BigEndian
	default:
		return t, nil
	}
	if len(head) < 8 {
		return t, nil
	}
	return t, t.directory(int64(t.order.Uint32(head[4:])))
}

// directory reads the directory at an offset.
func (t *tiffFile) directory(offset int64) directory {
	count := t.src.read(t.base+offset, 2)
	if len(count) < 2 || offset < 8 {
		return nil
	}
	entries := t.src.read(t.base+offset+2, 12*int64(t.order.Uint16(count)))
	d := directory{}
	for ; len(entries) >= 12; entries = entries[12:] {
		tag, kind := t.order.Uint16(entries), t.order.Uint16(entries[2:])
		size := kindSizes[kind] * int64(t.order.Uint32(entries[4:]))
		if _, twice := d[tag]; twice || size <= 0 {
			continue
		}
		f := field{kind: kind, order: t.order, value: entries[8:12]}
		if size > 4 {
			at := t.base + int64(t.order.Uint32(f.value))
			f.place = part{at: at, end: at + size}
			f.value = nil
			if size <= maxField {
				f.value = t.src.content(f.place, size)
			}
		}
		if f.value != nil && int64(len(f.value)) < size {
			continue
		}
		f.value = f.value[:min(size, int64(len(f.value)))]
		d[tag] = f
	}
	return d
}

// sub reads the directory that an entry points to.
func (t *tiffFile) sub(d directory, tag uint16) directory {
	offset, ok := d[tag].number(0)
	if !ok {
		return nil
	}
	return t.directory(int64(offset))
}

// text is empty for what is none.
func (f field) text() string {
	if f.kind != 1 && f.kind != 2 && f.kind != 7 && f.kind != 129 {
		return ""
	}
	return anyText(f.value)
}

// rational is the numerator and denominator of a value; of one that is no fraction the denominator is 1.
func (f field) rational(i int) (num, den float64, ok bool) {
	width := int(kindSizes[f.kind])
	if width == 0 || len(f.value) < (i+1)*width {
		return 0, 0, false
	}
	b := f.value[i*width:]
	signed := f.kind >= kindSignedByte && f.kind != 7 && f.kind != 13
	switch {
	case f.kind == kindFloat:
		return float64(math.Float32frombits(f.order.Uint32(b))), 1, true
	case f.kind == kindDouble:
		return math.Float64frombits(f.order.Uint64(b)), 1, true
	case width == 8:
		return integer(f.order.Uint32(b), 32, signed), integer(f.order.Uint32(b[4:]), 32, signed), true
	case width == 4:
		return integer(f.order.Uint32(b), 32, signed), 1, true
	case width == 2:
		return integer(uint32(f.order.Uint16(b)), 16, signed), 1, true
	}
	return integer(uint32(b[0]), 8, signed), 1, true
}

func integer(v uint32, bits int, signed bool) float64 {
	if signed && v>>(bits-1) == 1 {
		return float64(int64(v) - 1<<bits)
	}
	return float64(v)
}

// number reports false for what is no number: absent, or divided by zero.
func (f field) number(i int) (float64, bool) {
	num, den, ok := f.rational(i)
	value := num / den
	if !ok || math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, false
	}
	return value, true
}
