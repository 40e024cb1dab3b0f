package memory

import (
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
