package redact

import (
	"encoding/hex"
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxLevels is how many encodings around each other are taken off.
const maxLevels = 8

// decoding is a text of which encodings are taken off, and remembers for each byte where it came from.
type decoding struct {
	bytes      []byte
	first, end []int // of the original text
	reading
}

// reading is a way to take encodings off. No single one finds everything: what stands next to a secret may look like the
// beginning of an escape, and then takes some of it away.
type reading struct {
	escapes string // what begins an escape
	// deep takes a percent sign or an ampersand that was encoded again and again for one encoding, so that there is no
	// end to how often. That skips what is in between.
	deep bool
}

var allReadings = []reading{{`%&\`, false}, {`%&\`, true}, {"%", false}, {"&", false}, {`\`, false}}

func decodable(text string, how reading) *decoding {
	d := &decoding{reading: how}
	for i := range len(text) {
		d.add(i, i+1, text[i])
	}
	return d
}

// add appends decoded bytes. Line breaks and the like are left out, since texts are folded; a plus is a space, because
// in a query it may be one.
func (d *decoding) add(first, end int, decoded ...byte) {
	for _, c := range decoded {
		if c == '+' {
			c = ' '
		}
		if c < ' ' || c == 0x7f {
			continue
		}
		d.bytes = append(d.bytes, c)
		d.first, d.end = append(d.first, first), append(d.end, end)
	}
}

// decode takes one encoding off wherever there is one, and reports whether there was.
func (d *decoding) decode() (changed bool) {
	next := &decoding{bytes: make([]byte, 0, len(d.bytes)), reading: d.reading}
	for i := 0; i < len(d.bytes); {
		decoded, n := d.unescape(d.bytes[i:])
		if n == 0 {
			decoded, n = d.bytes[i:i+1], 1
		} else {
			changed = true
		}
		next.add(d.first[i], d.end[i+n-1], decoded...)
		i += n
	}
	*d = *next
	return changed
}

// unescape decodes the escape that b begins with, and returns how long that is; 0 if there is none.
func (how reading) unescape(b []byte) (decoded []byte, n int) {
	if strings.IndexByte(how.escapes, b[0]) < 0 {
		return nil, 0
	}
	switch b[0] {
	case '%':
		return unpercent(b, how.deep)
	case '&':
		return unentity(b, how.deep)
	default:
		return unslash(b)
	}
}

func unpercent(b []byte, deep bool) ([]byte, int) {
	n := 1
	for deep && strings.HasPrefix(string(b[n:min(n+2, len(b))]), "25") {
		n += 2
	}
	if c, ok := hexByte(b, n); ok {
		return c, n + 2
	}
	if n < len(b) && (b[n] == 'u' || b[n] == 'U') {
		if c, ok := hexadecimal(b, n+1, 4); ok {
			return utf8.AppendRune(nil, c), n + 5
		}
	}
	if n > 1 {
		return []byte{'%'}, n
	}
	return nil, 0
}

// maxEntity is how long the name or the digits of an entity may be.
const maxEntity = 16

func unentity(b []byte, deep bool) ([]byte, int) {
	n := 1
	for deep && strings.HasPrefix(string(b[n:min(n+4, len(b))]), "amp;") {
		n += 4
	}
	end := n
	for end < len(b) && end-n < maxEntity && (isLetter(b[end]) || isDigit(b[end]) || b[end] == '#' && end == n) {
		end++
	}
	if end > n && end < len(b) && b[end] == ';' {
		end++
	}
	entity := "&" + string(b[n:end])
	if decoded := html.UnescapeString(entity); decoded != entity {
		return []byte(decoded), end
	}
	if n > 1 {
		return []byte{'&'}, n
	}
	return nil, 0
}

func unslash(b []byte) ([]byte, int) {
	if len(b) < 2 {
		return nil, 0
	}
	switch c := b[1]; c {
	case 'u', 'U':
		return unicodeEscape(b)
	case 'x':
		if c, ok := hexByte(b, 2); ok {
			return c, 4
		}
	case 'n', 'r', 't', 'b', 'f', 'v', 'a':
		return nil, 2
	case '\\', '/', '"', '\'', '&', '<', '>', '=', '+', '%', '$', '!', '*', '-', '.', '_', '~', ' ':
		return []byte{c}, 2
	}
	return nil, 0
}

// unicodeEscape reads \u0041, \u{41}, \U00000041, and pairs of surrogates.
func unicodeEscape(b []byte) ([]byte, int) {
	if len(b) > 2 && b[2] == '{' {
		for digits := 1; digits <= 6; digits++ {
			if c, ok := hexadecimal(b, 3, digits); ok && len(b) > 3+digits && b[3+digits] == '}' {
				return utf8.AppendRune(nil, c), 4 + digits
			}
		}
		return nil, 0
	}
	if b[1] == 'U' {
		if c, ok := hexadecimal(b, 2, 8); ok && c <= utf8.MaxRune {
			return utf8.AppendRune(nil, c), 10
		}
		return nil, 0
	}
	c, ok := hexadecimal(b, 2, 4)
	if !ok {
		return nil, 0
	}
	if utf16.IsSurrogate(c) && len(b) > 7 && b[6] == '\\' && b[7] == 'u' {
		if low, ok := hexadecimal(b, 8, 4); ok {
			return utf8.AppendRune(nil, utf16.DecodeRune(c, low)), 12
		}
	}
	return utf8.AppendRune(nil, c), 6
}

// hexadecimal reads a number of so many digits.
func hexadecimal(b []byte, at, digits int) (rune, bool) {
	if len(b) < at+digits {
		return 0, false
	}
	c, err := strconv.ParseUint(string(b[at:at+digits]), 16, 31)
	return rune(c), err == nil
}

// hexByte reads a byte of two digits.
func hexByte(b []byte, at int) ([]byte, bool) {
	c, err := hex.DecodeString(string(b[min(at, len(b)):min(at+2, len(b))]))
	return c, err == nil && len(c) == 1
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
