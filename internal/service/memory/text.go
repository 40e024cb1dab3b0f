package memory

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// fold makes texts equal that differ in case only.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(foldRune, s)
		}
	}
	return strings.ToLower(s)
}

// foldRune picks one of the runes that are the same letter: the lower case of the smallest, so that ASCII agrees
// with strings.ToLower.
func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return unicode.ToLower(least)
}

// compareFolded compares texts without regard to case, as strings.Compare does what fold makes of them.
func compareFolded(a, b string) int {
	for a != "" && b != "" {
		x, y, size, other := rune(a[0]), rune(b[0]), 1, 1
		if x|y < utf8.RuneSelf {
			x, y = lower(x), lower(y)
		} else {
			x, size = utf8.DecodeRuneInString(a)
			y, other = utf8.DecodeRuneInString(b)
			x, y = foldRune(x), foldRune(y)
		}
		if x != y {
			return cmp.Compare(x, y)
		}
		a, b = a[size:], b[other:]
	}
	return cmp.Compare(len(a), len(b))
}

// lower is the lower case of an ASCII character.
func lower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}

func set(value, change *string) {
	if change != nil {
		*value = *change
	}
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

func clonePhoto(p *backend.PhotoInfo) *backend.PhotoInfo {
	p = clone(p)
	if p != nil {
		p.Location = clone(p.Location)
	}
	return p
}
