package filename

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Set is the names of a directory that are taken, as file systems see them that know fewer differences.
type Set struct {
	folded map[string]bool
	loose  map[string]bool // whether one of the names with this key may be written in two ways
}

// Claim takes the Safe name for a text, with a mark that is made from id if that is taken.
func (s *Set) Claim(name, id string) string {
	if s.folded == nil {
		s.folded, s.loose = map[string]bool{}, map[string]bool{}
	}
	safe := Safe(name)
	local := safe
	for again := 0; s.taken(local); again++ {
		local = Mark(safe, fmt.Sprint(id, again))
	}
	s.folded[Fold(local)] = true
	key, ambiguous := looseName(local)
	s.loose[key] = s.loose[key] || ambiguous
	return local
}

func (s *Set) taken(local string) bool {
	if s.folded[Fold(local)] {
		return true
	}
	key, ambiguous := looseName(local)
	other, found := s.loose[key]
	return found && (ambiguous || other)
}

// looseName is a key that is the same for all ways in which Unicode can write a name, and for some other names. It is
// ambiguous if the name has characters that can be written in two ways, such as an accent of its own: some file systems
// take é for é.
func looseName(name string) (key string, ambiguous bool) {
	loose := make([]rune, 0, len(name))
	for _, r := range Fold(name) {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf), r >= 0x1160 && r <= 0x11ff:
			ambiguous = true
			if last := len(loose) - 1; last >= 0 {
				loose[last] = '?'
			}
			continue
		case r >= 0x1100 && r < 0x1160, r >= 0xf900 && r <= 0xfaff, r == 0x2126, r == 0x212b:
			ambiguous = true
		}
		if r >= utf8.RuneSelf {
			r = '?'
		}
		loose = append(loose, r)
	}
	return string(loose), ambiguous
}

// Fold makes names equal that differ by case alone.
func Fold(name string) string { return strings.Map(fold, name) }

func fold(r rune) rune {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return unicode.ToLower(least)
}
