// Package jsonscan reads JSON in one pass, without reflection, where its form is known beforehand.
//
// It reads less than encoding/json does: a Decoder gives up on whatever it is not sure to read to the same value. Its
// caller then has encoding/json read the text instead, which also finds the error if there is one. What a Decoder has
// read without giving up is what encoding/json reads.
package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// Decoder reads one JSON text. It is used like this:
//
//	for more := d.Object(); more; more = d.Member() {
//		switch string(d.Name()) {
//		case "size":
//			d.Once(&seen, 0)
//			file.Size = d.Int64()
//		default:
//			d.Other()
//		}
//	}
//
// Every value must be read or skipped. null is read as the zero value. Once a Decoder has given up, it has no more members
// and elements, and reads nothing.
type Decoder struct {
	data   []byte
	pos    int
	failed bool

	nameStart, nameEnd int // of the current member

	chunk strings.Builder // the strings that were read last
	words [16]string      // for Word
}

// Seen is the set of the members that were read of an object.
type Seen uint64

// Reset makes d read data. It is reset to nil when it is put away, so that it keeps nothing alive.
func (d *Decoder) Reset(data []byte) {
	d.data, d.pos, d.failed, d.nameStart, d.nameEnd = data, 0, false, 0, 0
	d.chunk = strings.Builder{}
}

// Fail makes d give up.
func (d *Decoder) Fail() {
	d.failed = true
	d.pos = len(d.data)
}

// Failed reports whether d has given up.
func (d *Decoder) Failed() bool { return d.failed }

// End reports whether all of the text was read, and nothing in it made d give up.
func (d *Decoder) End() bool { return !d.failed && d.next() == 0 && d.pos == len(d.data) }

// Once notes that the member with this number was read. A second time, d gives up: encoding/json knows what two members
// of the same name are together.
func (d *Decoder) Once(seen *Seen, number uint) {
	if *seen&(1<<number) != 0 {
		d.Fail()
	}
	*seen |= 1 << number
}

// Object enters an object and reports whether it has a member. null has none.
func (d *Decoder) Object() bool {
	if d.next() != '{' {
		d.null()
		return false
	}
	d.pos++
	if d.next() == '}' {
		d.pos++
		return false
	}
	return d.name()
}

// Member goes on to the next member of an object, or leaves the object, and reports whether there was one.
func (d *Decoder) Member() bool {
	c := d.at()
	if c <= ' ' {
		c = d.next()
	}
	switch c {
	case ',':
		d.pos++
		return d.name()
	case '}':
		d.pos++
	default:
		d.Fail()
	}
	return false
}

// Array enters an array and reports whether it has an element. null has none.
func (d *Decoder) Array() bool {
	if d.next() != '[' {
		d.null()
		return false
	}
	d.pos++
	if d.next() == ']' {
		d.pos++
		return false
	}
	return !d.failed
}

// Element goes on to the next element of an array, or leaves the array, and reports whether there was one.
func (d *Decoder) Element() bool {
	switch d.next() {
	case ',':
		d.pos++
		return true
	case ']':
		d.pos++
	default:
		d.Fail()
	}
	return false
}

// Null reads null, and reports whether that is what comes next.
func (d *Decoder) Null() bool {
	if d.next() != 'n' {
		return false
	}
	d.null()
	return !d.failed
}

// Start returns where the next value begins.
func (d *Decoder) Start() int {
	d.next()
	return d.pos
}

// Since returns the text from start to what was read last.
func (d *Decoder) Since(start int) []byte { return d.data[start:d.pos] }

// Left returns how many bytes there are still to read.
func (d *Decoder) Left() int { return len(d.data) - d.pos }

// Value reads any value and returns its text, which is nil if d gives up.
func (d *Decoder) Value() []byte {
	start := d.Start()
	d.Skip()
	if d.failed {
		return nil
	}
	return d.Since(start)
}

// Again goes back to the value at start, where d has given up, and returns its text, for encoding/json to read. If it is
// not valid, d gives up for good, and the text is nil.
func (d *Decoder) Again(start int) []byte {
	d.failed, d.pos = false, start
	return d.Value()
}

// Bool reads true or false.
func (d *Decoder) Bool() bool {
	switch d.next() {
	case 't':
		d.literal("true")
		return true
	case 'f':
		d.literal("false")
	default:
		d.null()
	}
	return false
}

// Name returns the name of the current member.
func (d *Decoder) Name() []byte { return d.data[d.nameStart:d.nameEnd] }

// at returns the next byte as it is; 0 is the end. It is inlined where next is not, and right where no blank is likely.
func (d *Decoder) at() byte {
	if d.pos < len(d.data) {
		return d.data[d.pos]
	}
	return 0
}

// next skips white space and returns the byte after it; 0 is the end, or no byte that JSON may have there.
func (d *Decoder) next() byte {
	if c := d.at(); c > ' ' {
		return c
	}
	return d.nextAfterSpace()
}

func (d *Decoder) nextAfterSpace() byte {
	data, i := d.data, d.pos
	for i < len(data) {
		c := data[i]
		if c > ' ' {
			d.pos = i
			return c
		}
		if c == ' ' && i+8 <= len(data) && binary.LittleEndian.Uint64(data[i:]) == blanks { // an indentation
			i += 8
			continue
		}
		if c != ' ' && c != '\r' && c != '\n' && c != '\t' {
			break
		}
		i++
	}
	d.pos = i
	return 0
}

const blanks = 0x2020202020202020

// name reads a member's name and the colon. A name that is not valid is found out by Other.
func (d *Decoder) name() bool {
	if d.at() != '"' && d.next() != '"' {
		d.Fail()
		return false
	}
	data, i := d.data, d.pos+1
	d.nameStart = i
	for i+8 <= len(data) {
		quote := binary.LittleEndian.Uint64(data[i:]) ^ ones*'"'
		if found := (quote - ones) &^ quote & highs; found != 0 {
			i += bits.TrailingZeros64(found) / 8
			break
		}
		i += 8
	}
	for i < len(data) && data[i] != '"' {
		i++
	}
	d.nameEnd = i
	if d.pos = i + 1; d.at() != ':' && d.next() != ':' {
		d.Fail()
		return false
	}
	d.pos++
	return true
}

// Other skips a member that is not known. d gives up on a name that encoding/json could take for one that is, because
// it has capital letters, escapes, or letters beyond ASCII.
func (d *Decoder) Other() {
	for _, c := range d.Name() {
		if c < ' ' || c == '\\' || c >= 'A' && c <= 'Z' || c >= 0x80 {
			d.Fail()
			return
		}
	}
	d.Skip()
}

func (d *Decoder) null() {
	d.next()
	d.literal("null")
}

func (d *Decoder) literal(text string) {
	if len(d.data)-d.pos < len(text) || string(d.data[d.pos:d.pos+len(text)]) != text {
		d.Fail()
		return
	}
	d.pos += len(text)
}

// maxDepth is how deep an unknown value may be nested.
const maxDepth = 64

// Skip reads a value of any kind, and makes sure that it is valid.
func (d *Decoder) Skip() { d.skip(0) }

func (d *Decoder) skip(depth int) {
	switch c := d.next(); {
	case c == '"':
		d.skipString()
	case c == '{':
		d.skipAll('}', depth)
	case c == '[':
		d.skipAll(']', depth)
	case c == 't':
		d.literal("true")
	case c == 'f':
		d.literal("false")
	case c == '-' || c >= '0' && c <= '9':
		d.number()
	default:
		d.null()
	}
}

// skipAll skips an object or an array.
func (d *Decoder) skipAll(end byte, depth int) {
	d.pos++
	if depth == maxDepth {
		d.Fail()
		return
	}
	if d.next() == end {
		d.pos++
		return
	}
	for {
		if end == '}' {
			if d.next() != '"' {
				d.Fail()
				return
			}
			d.skipString()
			if d.next() != ':' {
				d.Fail()
				return
			}
			d.pos++
		}
		d.skip(depth + 1)
		switch d.next() {
		case ',':
			d.pos++
		case end:
			d.pos++
			return
		default:
			d.Fail()
			return
		}
	}
}

// Constants to look at eight bytes at a time: what is looked for sets the highest bit of its byte. The bytes after the
// first that is found may be wrong.
const ones, highs = 0x0101010101010101, 0x8080808080808080

// plain returns the index of the first byte from i on that is not an ordinary ASCII character of a string: a quotation
// mark, a backslash, a control character, a byte of another character, or the end.
func (d *Decoder) plain(i int) int {
	data := d.data
	for ; i+16 <= len(data); i += 16 {
		first, second := special(data[i:]), special(data[i+8:])
		switch {
		case first|second == 0:
		case first != 0:
			return i + bits.TrailingZeros64(first)/8
		default:
			return i + 8 + bits.TrailingZeros64(second)/8
		}
	}
	for ; i < len(data); i++ {
		if c := data[i]; c == '"' || c == '\\' || c < ' ' || c >= 0x80 {
			break
		}
	}
	return i
}

// special marks those of the first eight bytes that plain looks for.
func special(data []byte) uint64 {
	x := binary.LittleEndian.Uint64(data)
	return ((x ^ ones*'"' - ones) | (x ^ ones*'\\' - ones) | (x - ones*' ') | x) & highs
}
