package imagetest

import (
	"encoding/binary"
	"math"
)

// Primaries are where red, green and blue lie: X, Y and Z of each, for the white D50.
type Primaries [3][3]float64

// The primaries of two colour spaces.
var (
	SRGB     = Primaries{{0.4361, 0.2225, 0.0139}, {0.3851, 0.7169, 0.0971}, {0.1431, 0.0606, 0.7141}}
	AdobeRGB = Primaries{{0.6097, 0.3111, 0.0195}, {0.2053, 0.6257, 0.0609}, {0.1492, 0.0632, 0.7446}}
)

// Profile is an ICC profile of version 2 with these primaries.
func Profile(p Primaries) []byte {
	curve := curveTag(2.2)
	return profile("RGB ", []tag{
		{"desc", descTag("test")},
		{"cprt", textTag("none")},
		{"wtpt", xyzTag([3]float64{0.9642, 1, 0.8249})},
		{"rXYZ", xyzTag(p[0])},
		{"gXYZ", xyzTag(p[1])},
		{"bXYZ", xyzTag(p[2])},
		{"rTRC", curve},
		{"gTRC", curve},
		{"bTRC", curve},
	})
}

// GreyProfile is an ICC profile for pictures without colours.
func GreyProfile() []byte {
	return profile("GRAY", []tag{
		{"desc", descTag("grey test")},
		{"cprt", textTag("none")},
		{"wtpt", xyzTag([3]float64{0.9642, 1, 0.8249})},
		{"kTRC", curveTag(1.8)},
	})
}

type tag struct {
	name    string
	content []byte
}

func profile(space string, tags []tag) []byte {
	const header = 128
	table := append32(nil, len(tags))
	var content []byte
	for _, t := range tags {
		table = append(table, t.name...)
		table = append32(table, header+4+12*len(tags)+len(content))
		table = append32(table, len(t.content))
		content = append(content, t.content...)
		for len(content)%4 != 0 {
			content = append(content, 0)
		}
	}
	b := make([]byte, header)
	binary.BigEndian.PutUint32(b, uint32(header+len(table)+len(content))) //nolint:gosec // a few hundred bytes
	copy(b[8:], "\x02\x10\x00\x00mntr")
	copy(b[16:], space+"XYZ ")
	copy(b[24:], "\x07\xdc\x00\x08\x00\x11\x00\x00\x00\x00\x00\x00acsp")
	copy(b[68:], xyzTag([3]float64{0.9642, 1, 0.8249})[8:])
	return append(append(b, table...), content...)
}

func xyzTag(v [3]float64) []byte {
	b := []byte("XYZ \x00\x00\x00\x00")
	for _, f := range v {
		b = append32(b, int(math.Round(f*65536)))
	}
	return b
}

func curveTag(gamma float64) []byte {
	return append16([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), int(math.Round(gamma*256)))
}

func textTag(s string) []byte { return append([]byte("text\x00\x00\x00\x00"+s), 0) }

// descTag ends with the empty forms of the text for two systems.
func descTag(s string) []byte {
	b := append32([]byte("desc\x00\x00\x00\x00"), len(s)+1)
	return append(append(b, s...), make([]byte, 1+4+4+2+1+67)...)
}
