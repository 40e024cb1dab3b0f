package imaging

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text in tags comes in four encodings, and ends at its first NUL.

func utf8Text(b []byte) string {
	text, _, _ := strings.Cut(string(b), "\x00")
	return strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
}

func latin1(b []byte) string {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return strings.TrimSpace(string(runes))
}

// anyText is for formats that name no encoding: what is no UTF-8 is taken for Latin 1.
func anyText(b []byte) string {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	if utf8.Valid(b) {
		return strings.TrimSpace(string(b))
	}
	return latin1(b)
}

// utf16Text decodes text in this byte order, or in the one that its mark says.
func utf16Text(b []byte, order binary.ByteOrder) string {
	if has(b, 0, "\xff\xfe") {
		order, b = binary.LittleEndian, b[2:]
	} else if has(b, 0, "\xfe\xff") {
		order, b = binary.BigEndian, b[2:]
	}
	var units []uint16
	for ; len(b) >= 2; b = b[2:] {
		unit := order.Uint16(b)
		if unit == 0 {
			break
		}
		units = append(units, unit)
	}
	return strings.TrimSpace(string(utf16.Decode(units)))
}
