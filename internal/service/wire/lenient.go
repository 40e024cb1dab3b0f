package wire

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The service read more than JSON: a client that wrote {destination:"folder.…"} worked for years, and samples of
// the reference, which people copied, lack commas. readObject takes all of JSON, and besides: names without quotes,
// single quotes, missing and surplus commas, control characters inside strings.

// Object is the fields of a request body. The values are string, Number, bool, nil, Object or []any.
type Object map[string]any

// Number is a JSON number as it was written.
type Number string

// maxDepth bounds the nesting, so that no body exhausts the stack. The API's own bodies need four levels.
const maxDepth = 32

var errNotJSON = errors.New("not a JSON object")

// readObject reads one object.
func readObject(text string) (Object, error) {
	p := lenientReader{text: strings.TrimPrefix(strings.ToValidUTF8(text, "\uFFFD"), "\uFEFF")}
	p.skip("")
	if p.peek() != '{' {
		return nil, errNotJSON
	}
	v, err := p.object(0)
	if err != nil {
		return nil, err
	}
	if p.skip(""); p.pos != len(p.text) {
		return nil, errNotJSON
	}
	return v, nil
}

type lenientReader struct {
	text string
	pos  int
}

// peek returns the next byte, or 0 at the end.
func (p *lenientReader) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// skip passes over white space and the given characters.
func (p *lenientReader) skip(also string) {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n"+also, p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *lenientReader) value(depth int) (any, error) {
	switch c := p.peek(); c {
	case '{':
		return p.object(depth + 1)
	case '[':
		return p.array(depth + 1)
	case '"', '\'':
		return p.quoted(c)
	}
	switch word := p.word(); word {
	case "":
		return nil, errNotJSON
	case "null":
		return nil, nil
	case "true":
		return true, nil
	case "false":
		return false, nil
	default:
		if _, err := strconv.ParseFloat(word, 64); err != nil && !errors.Is(err, strconv.ErrRange) || !looksNumeric(word) {
			return nil, errNotJSON
		}
		return Number(word), nil
	}
}

// looksNumeric keeps out what ParseFloat reads and JSON does not have: hexadecimal, underscores, Inf, NaN.
func looksNumeric(word string) bool { return strings.Trim(word, "0123456789+-.eE") == "" }

func (p *lenientReader) object(depth int) (Object, error) {
	if depth > maxDepth {
		return nil, errNotJSON
	}
	p.pos++ // {
	out := Object{}
	for {
		p.skip(",")
		if p.peek() == '}' {
			p.pos++
			return out, nil
		}
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		if p.skip(""); p.peek() != ':' {
			return nil, errNotJSON
		}
		p.pos++
		p.skip("")
		if out[key], err = p.value(depth); err != nil {
			return nil, err
		}
	}
}

func (p *lenientReader) array(depth int) ([]any, error) {
	if depth > maxDepth {
		return nil, errNotJSON
	}
	p.pos++ // [
	out := []any{}
	for {
		p.skip(",")
		if p.peek() == ']' {
			p.pos++
			return out, nil
		}
		v, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (p *lenientReader) key() (string, error) {
	if c := p.peek(); c == '"' || c == '\'' {
		return p.quoted(c)
	}
	if w := p.word(); w != "" {
		return w, nil
	}
	return "", errNotJSON
}

// word reads up to the next character that has a meaning of its own.
func (p *lenientReader) word() string {
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n,:{}[]\"'", p.text[p.pos]) < 0 {
		p.pos++
	}
	return p.text[start:p.pos]
}

func (p *lenientReader) quoted(quote byte) (string, error) {
	p.pos++
	var b strings.Builder
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		p.pos++
		switch c {
		case quote:
			return b.String(), nil
		case '\\':
			if err := p.escape(&b); err != nil {
				return "", err
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", errNotJSON
}

func (p *lenientReader) escape(b *strings.Builder) error {
	c := p.peek()
	p.pos++
	switch c {
	case 0:
		return errNotJSON
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'u':
		r, err := p.unicode()
		if err != nil {
			return err
		}
		b.WriteRune(r)
	default:
		b.WriteByte(c) // \" \\ \/ and, leniently, anything else
	}
	return nil
}

// unicode reads what follows \u, and the second half of a surrogate pair.
func (p *lenientReader) unicode() (rune, error) {
	r, ok := p.hex4(p.pos)
	if !ok {
		return 0, errNotJSON
	}
	p.pos += 4
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if strings.HasPrefix(p.text[p.pos:], `\u`) {
		if low, ok := p.hex4(p.pos + 2); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				p.pos += 6
				return pair, nil
			}
		}
	}
	return utf8.RuneError, nil
}

func (p *lenientReader) hex4(at int) (rune, bool) {
	if at+4 > len(p.text) || !IsHex(p.text[at:at+4], 4) {
		return 0, false
	}
	n, err := strconv.ParseInt(p.text[at:at+4], 16, 32)
	return rune(n), err == nil
}
