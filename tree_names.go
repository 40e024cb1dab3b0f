package liveconnect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The names of files that a tree download writes. A name is kept as it is wherever all common systems take it. What
// some of them do not take is written so that the name can be found again:
//
//	%2F       a character of ASCII that no name may have, by its number: < > : " / \ | ? * and control characters
//	%u202E    the same for other characters: control characters, and those that make a name look like another one
//	%~        nothing; it stands at the start of a name that would begin with a full stop, at the end of one that would
//	          end with a full stop or a blank, behind the name of a Windows device, and alone for the empty name
//	%25       a percent sign, but only where it would look like the start of one of these
const treeNothing = "%~"

// maxTreeName is the longest name in bytes. Systems take 255 bytes or characters.
const maxTreeName = 240

// safeName is the name on disk of an item. Two different names never become the same one, but for those that are cut
// off because they are too long.
func safeName(name string) string {
	var b strings.Builder
	if name == "" || name[0] == '.' {
		b.WriteString(treeNothing)
	}
	device := deviceLength(name)
	for i, r := range name {
		if i == device && i > 0 {
			b.WriteString(treeNothing)
		}
		switch {
		case r == '%' && treeToken(name[i:]) > 0:
			b.WriteString("%25")
		case unsafeASCII(r):
			fmt.Fprintf(&b, "%%%02X", r)
		case unsafeRune(r):
			fmt.Fprintf(&b, "%%u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	if last := len(name) - 1; last >= 0 && (device == len(name) || name[last] == '.' || name[last] == ' ') {
		b.WriteString(treeNothing)
	}
	if b.Len() > maxTreeName {
		return markedName(b.String(), name)
	}
	return b.String()
}

// originalName is the name that safeName has made a name on disk from. A name that is not from there is returned as
// it is.
func originalName(local string) string {
	var b strings.Builder
	for i := 0; i < len(local); {
		length := treeToken(local[i:])
		switch {
		case length == 0:
			b.WriteByte(local[i])
			length = 1
		case length > len(treeNothing):
			code, _ := strconv.ParseUint(strings.TrimPrefix(local[i+1:i+length], "u"), 16, 16)
			b.WriteRune(rune(code))
		}
		i += length
	}
	if name := b.String(); safeName(name) == local {
		return name
	}
	return local
}

// treeToken is the length of the sequence of safeName that a text begins with; 0 if it begins with none.
func treeToken(text string) int {
	if strings.HasPrefix(text, treeNothing) {
		return len(treeNothing)
	}
	if code, ok := upperHex(text, "%u", 4); ok && unsafeRune(code) {
		return 6
	}
	if code, ok := upperHex(text, "%", 2); ok && (code == '%' || unsafeASCII(code)) {
		return 3
	}
	return 0
}

// upperHex reads the digits after a prefix.
func upperHex(text, prefix string, digits int) (code rune, ok bool) {
	rest, found := strings.CutPrefix(text, prefix)
	if !found || len(rest) < digits {
		return 0, false
	}
	value, err := strconv.ParseUint(rest[:digits], 16, 16)
	return rune(value), err == nil && rest[:digits] == strings.ToUpper(rest[:digits])
}

// unsafeASCII tells which characters of ASCII no name on disk may have.
func unsafeASCII(r rune) bool {
	return r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"/\|?*`, r)
}

// unsafeRune tells which other characters are taken out: control characters, line ends, and those that are not seen but
// change the order in which the others are.
func unsafeRune(r rune) bool {
	switch {
	case r >= 0x80 && r < 0xa0, r == 0x200e, r == 0x200f, r == 0xfeff:
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	}
	return false
}

// deviceLength is the length of the part of a name that Windows takes for a device, whatever follows after a full stop;
// 0 if there is none.
func deviceLength(name string) int {
	base, _, _ := strings.Cut(name, ".")
	device := strings.ToUpper(strings.TrimRight(base, " "))
	switch device {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return len(base)
	}
	number, isCOM := strings.CutPrefix(device, "COM")
	number, isLPT := strings.CutPrefix(number, "LPT")
	if (isCOM || isLPT) && utf8.RuneCountInString(number) == 1 && strings.ContainsAny(number, "0123456789¹²³") {
		return len(base)
	}
	return 0
}

// markedName is a name with a mark that was made from a key, in front of the extension, and no longer than it may be.
func markedName(name, key string) string {
	sum := sha256.Sum256([]byte(key))
	stem, ext := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 16 {
		stem, ext = name[:dot], name[dot:]
	}
	mark := "~" + hex.EncodeToString(sum[:5])
	if room := maxTreeName - len(mark) - len(ext); len(stem) > room {
		for room > 0 && !utf8.RuneStart(stem[room]) {
			room--
		}
		stem = stem[:room]
	}
	return stem + mark + ext
}

// nameSet are the names of a directory that are taken, as file systems see them that know fewer differences.
type nameSet struct {
	folded map[string]bool
	loose  map[string]bool // whether one of the names with this key may be written in two ways
}

// claim takes a name for an item, with a mark if it is taken.
func (s *nameSet) claim(name, id string) string {
	if s.folded == nil {
		s.folded, s.loose = map[string]bool{}, map[string]bool{}
	}
	safe := safeName(name)
	local := safe
	for again := 0; s.taken(local); again++ {
		local = markedName(safe, fmt.Sprint(id, again))
	}
	s.folded[foldName(local)] = true
	key, ambiguous := looseName(local)
	s.loose[key] = s.loose[key] || ambiguous
	return local
}

func (s *nameSet) taken(local string) bool {
	if s.folded[foldName(local)] {
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
	for _, r := range foldName(name) {
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
