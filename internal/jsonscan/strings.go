package jsonscan

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// chunkSize is how many bytes of strings share an allocation. A string keeps no more alive than these.
const chunkSize = 2048

// String reads a string.
func (d *Decoder) String() string {
	if d.at() == '"' { // the usual: nothing but ASCII characters
		start := d.pos + 1
		if end := d.plain(start); end > start && end < len(d.data) && d.data[end] == '"' {
			d.pos = end + 1
			return d.keep(d.data[start:end])
		}
	}
	raw, escaped := d.raw()
	switch {
	case len(raw) == 0:
		return ""
	case escaped:
		return d.unescape(raw)
	default:
		return d.keep(raw)
	}
}

// keep returns a copy of a text.
func (d *Decoder) keep(raw []byte) string {
	if d.chunk.Cap()-d.chunk.Len() < len(raw) {
		d.grow(len(raw))
	}
	start := d.chunk.Len()
	d.chunk.Write(raw)
	return d.chunk.String()[start:]
}

// grow begins a chunk that has room for n bytes. A chunk itself does not grow, because strings are in it.
func (d *Decoder) grow(n int) {
	d.chunk = strings.Builder{}
	d.chunk.Grow(max(n, min(chunkSize, d.Left())))
}

// Word reads a string that is likely to be one of a few. If it is short, the same text is the same string.
func (d *Decoder) Word() string {
	raw, escaped := d.raw()
	switch {
	case len(raw) == 0:
		return ""
	case escaped:
		return d.unescape(raw)
	case len(raw) > 32:
		return string(raw)
	}
	known := &d.words[(len(raw)+int(raw[0])+int(raw[len(raw)-1]))%len(d.words)]
	if *known != string(raw) {
		*known = string(raw)
	}
	return *known
}

// raw returns what stands between the quotation marks of a string, and whether there are escape sequences in it. It is
// nil for null.
func (d *Decoder) raw() (text []byte, escaped bool) {
	if d.at() != '"' && d.next() != '"' {
		d.null()
		return nil, false
	}
	other := false // there are characters beyond ASCII
	start := d.pos + 1
	for i := d.plain(start); i < len(d.data); i = d.plain(i) {
		switch c := d.data[i]; {
		case c == '"':
			d.pos = i + 1
			text = d.data[start:i]
			if other && !utf8.Valid(text) { // encoding/json replaces what is not
				d.Fail()
				return nil, false
			}
			return text, escaped
		case c == '\\':
			escaped = true
			i += 2
		case c >= 0x80:
			other = true
			for i++; i < len(d.data) && d.data[i] >= 0x80; i++ {
			}
		default: // a control character
			d.Fail()
			return nil, false
		}
	}
	d.Fail()
	return nil, false
}

// unescape returns the string that raw stands for.
func (d *Decoder) unescape(raw []byte) string {
	if d.chunk.Cap()-d.chunk.Len() < len(raw) { // escape sequences are longer than what they stand for
		d.grow(len(raw))
	}
	start := d.chunk.Len()
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			d.chunk.Write(raw)
			return d.chunk.String()[start:]
		}
		d.chunk.Write(raw[:i])
		raw = raw[i+1:]
		if raw[0] != 'u' {
			c := escaped(raw[0])
			if c == 0 {
				d.Fail()
				return ""
			}
			d.chunk.WriteByte(c)
			raw = raw[1:]
			continue
		}
		r := hex(raw[1:])
		if r < 0 || utf16.IsSurrogate(r) { // half a character
			d.Fail()
			return ""
		}
		d.chunk.WriteRune(r)
		raw = raw[5:]
	}
}

// escaped returns the character that a backslash and c stand for, or 0.
func escaped(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return 0
	}
}

// hex returns the number that four hexadecimal digits are, or -1.
func hex(digits []byte) rune {
	if len(digits) < 4 {
		return -1
	}
	r := rune(0)
	for _, c := range digits[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// skipString skips the string at d.pos.
func (d *Decoder) skipString() {
	for i := d.pos + 1; ; {
		i = d.plain(i)
		if i == len(d.data) {
			break
		}
		switch c := d.data[i]; {
		case c == '"':
			d.pos = i + 1
			return
		case c >= 0x80: // valid or not, it is not kept
			i++
		case c != '\\' || i+1 >= len(d.data):
			d.Fail()
			return
		case escaped(d.data[i+1]) != 0:
			i += 2
		case d.data[i+1] == 'u' && hex(d.data[i+2:]) >= 0:
			i += 6
		default:
			d.Fail()
			return
		}
	}
	d.Fail()
}
