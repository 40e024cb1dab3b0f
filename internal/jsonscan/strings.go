package jsonscan

import (
	"unicode/utf16"
	"unicode/utf8"
)

// text is a string that waits for Flush.
type text struct {
	to         *string
	start, end int // in the arena
}

// String reads a string. It is in its variable after Flush.
func (d *Decoder) String(to *string) {
	if d.next() != '"' {
		d.null()
		return
	}
	start := len(d.arena)
	if !d.read() {
		d.arena = d.arena[:start]
		return
	}
	if len(d.arena) > start {
		d.texts = append(d.texts, text{to, start, len(d.arena)})
	}
}

// Flush gives the strings that were read to their variables. They share one allocation, so it is called once for
// everything that will be kept together. The variables must not have moved.
func (d *Decoder) Flush() {
	if len(d.texts) == 0 {
		return
	}
	all := string(d.arena)
	for _, t := range d.texts {
		*t.to = all[t.start:t.end]
	}
	d.drop()
}

// drop forgets the strings that were read.
func (d *Decoder) drop() {
	clear(d.texts) // keep nothing of the caller's alive
	d.texts, d.arena = d.texts[:0], d.arena[:0]
}

// Word reads a string that is likely to be one of a few, and returns the same one for the same text, if it is short.
func (d *Decoder) Word() string {
	if d.next() != '"' {
		d.null()
		return ""
	}
	start := len(d.arena)
	ok := d.read()
	word := d.arena[start:]
	d.arena = d.arena[:start]
	switch {
	case !ok || len(word) == 0:
		return ""
	case len(word) > 32:
		return string(word)
	}
	known := &d.words[(len(word)+int(word[0])+int(word[len(word)-1]))%len(d.words)]
	if *known != string(word) {
		*known = string(word)
	}
	return *known
}

// read appends the string at d.pos to the arena, and reports whether it could.
func (d *Decoder) read() bool {
	other := false // there are characters beyond ASCII
	start, from := len(d.arena), d.pos+1
	for i := from; ; {
		i = d.plain(i)
		if i == len(d.data) {
			break
		}
		switch c := d.data[i]; {
		case c == '"':
			d.arena = append(d.arena, d.data[from:i]...)
			d.pos = i + 1
			if other && !utf8.Valid(d.arena[start:]) { // encoding/json replaces what is not
				d.Fail()
			}
			return !d.failed
		case c >= 0x80:
			other = true
			for i < len(d.data) && d.data[i] >= 0x80 {
				i++
			}
		case c == '\\':
			d.arena = append(d.arena, d.data[from:i]...)
			if i = d.escape(i); i < 0 {
				d.Fail()
				return false
			}
			from = i
		default:
			d.Fail()
			return false
		}
	}
	d.Fail()
	return false
}

// escape appends the character that the escape sequence at i stands for to the arena, and returns the index after it,
// or -1.
func (d *Decoder) escape(i int) int {
	if i+1 >= len(d.data) {
		return -1
	}
	c := d.data[i+1]
	if c != 'u' {
		if c = escaped(c); c == 0 {
			return -1
		}
		d.arena = append(d.arena, c)
		return i + 2
	}
	r := hex(d.data[i+2:])
	if r < 0 || utf16.IsSurrogate(r) { // half a character
		return -1
	}
	d.arena = utf8.AppendRune(d.arena, r)
	return i + 6
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
