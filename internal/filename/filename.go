// Package filename makes names of files, which every common system takes, of any text. A name is kept as it is wherever
// all of them take it. What some do not take is written so that the text can be found again:
//
//	%2F       a character of ASCII that no name may have, by its number: < > : " / \ | ? * and control characters
//	%u202E    the same for other characters: control characters, and those that make a name look like another one
//	%~        nothing; it stands at the start of a name that would begin with a full stop, at the end of one that would
//	          end with a full stop or a blank, behind the name of a Windows device, and alone for the empty name
//	%25       a percent sign, but only where it would look like the start of one of these
package filename

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// nothing stands where a name needs one more character.
const nothing = "%~"

// Safe is the name on disk for a text. Two different texts never become the same name, but for those that are cut off
// because they are too long.
func Safe(name string) string {
	var b strings.Builder
	if name == "" || name[0] == '.' {
		b.WriteString(nothing)
	}
	device := deviceLength(name)
	for i, r := range name {
		if i == device && i > 0 {
			b.WriteString(nothing)
		}
		switch {
		case r == '%' && token(name[i:]) > 0:
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
		b.WriteString(nothing)
	}
	if b.Len() > maxLength {
		return Mark(b.String(), name)
	}
	return b.String()
}

// Original is the text that Safe has made a name from. A name that is not from there is returned as it is.
func Original(local string) string {
	var b strings.Builder
	for i := 0; i < len(local); {
		length := token(local[i:])
		switch {
		case length == 0:
			b.WriteByte(local[i])
			length = 1
		case length > len(nothing):
			code, _ := strconv.ParseUint(strings.TrimPrefix(local[i+1:i+length], "u"), 16, 16)
			b.WriteRune(rune(code))
		}
		i += length
	}
	if name := b.String(); Safe(name) == local {
		return name
	}
	return local
}

// token is the length of the sequence of Safe that a text begins with; 0 if it begins with none.
func token(text string) int {
	if strings.HasPrefix(text, nothing) {
		return len(nothing)
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

// unsafeASCII reports whether r is one of the characters of ASCII that no name on disk may have.
func unsafeASCII(r rune) bool {
	return r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"/\|?*`, r)
}

// unsafeRune reports whether another character is taken out: control characters, line ends, and those that are not seen
// but change the order in which the others are.
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
