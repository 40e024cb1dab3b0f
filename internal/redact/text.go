package redact

import (
	"strings"
	"sync"
)

// Secret is a text that must not show. What it takes to find it is worked out when it is first looked for, and once.
type Secret struct {
	text  string
	once  sync.Once
	parts [window + 1]map[uint64]struct{} // by their length
}

// window is how many characters of a secret are a part of it that must not show. Of a shorter secret it is all.
const window = 8

// shortest is the length below which a text is no secret: it is in every other word.
const shortest = 4

// NewSecret makes a secret of a text. An empty one, or one of less than four bytes, is none: nil.
func NewSecret(text string) *Secret {
	if len(text) < shortest {
		return nil
	}
	return &Secret{text: text}
}

// prepare cuts the secret into parts, and what it is when something decodes it as well: whoever encodes a secret in
// pieces decodes it in pieces, too.
func (s *Secret) prepare() {
	readings(s.text, func(form *decoding, level int) {
		size := min(window, len(form.bytes))
		if size < shortest {
			return
		}
		if s.parts[size] == nil {
			s.parts[size] = make(map[uint64]struct{}, len(form.bytes))
		}
		form.each(size, func(part uint64, _ int) { s.parts[size][part] = struct{}{} })
	})
}

// readings calls f for a text as it is, and for all that it is when encodings are taken off.
func readings(text string, f func(form *decoding, level int)) {
	f(decodable(text, reading{}), 0)
	for _, how := range allReadings {
		if !strings.ContainsAny(text, how.escapes) {
			continue
		}
		form := decodable(text, how)
		for level := 1; level <= maxLevels && form.decode(); level++ {
			f(form, level)
		}
	}
}

// Text takes secrets out of a text, and parts of them of eight characters or more. They are also found where they are
// percent-encoded, escaped for HTML or for a string of JSON, JavaScript or Go, wholly or in pieces, once or several times.
func Text(text string, secrets ...*Secret) string {
	if text == "" || len(secrets) == 0 {
		return text
	}
	hidden, found := make([]bool, len(text)), false
	readings(text, func(form *decoding, _ int) {
		for _, secret := range secrets {
			found = secret.hide(form, hidden) || found
		}
	})
	if !found {
		return text
	}
	var b strings.Builder
	for i, hide := range hidden {
		switch {
		case !hide:
			b.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			b.WriteString(Placeholder)
		}
	}
	return b.String()
}

// hide marks the places of a text where parts of the secret are.
func (s *Secret) hide(form *decoding, hidden []bool) (found bool) {
	if s == nil {
		return false
	}
	s.once.Do(s.prepare)
	for size, parts := range s.parts {
		if parts == nil {
			continue
		}
		form.each(size, func(part uint64, first int) {
			if _, is := parts[part]; !is {
				return
			}
			found = true
			for i := form.first[first]; i < form.end[first+size-1]; i++ {
				hidden[i] = true
			}
		})
	}
	return found
}

// each calls f for each run of size bytes.
func (d *decoding) each(size int, f func(part uint64, first int)) {
	mask := ^uint64(0) >> (64 - 8*size)
	part := uint64(0)
	for i, c := range d.bytes {
		part = (part<<8 | uint64(c)) & mask
		if i+1 >= size {
			f(part, i+1-size)
		}
	}
}
