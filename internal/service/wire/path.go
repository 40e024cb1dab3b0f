package wire

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// SplitPath cuts an escaped path into its segments and unescapes each by itself, so that an escaped slash stays
// inside its segment. Empty segments go: clients send doubled slashes daily, and slashes at the end. A plus sign is a
// plus sign here. A segment that cannot be unescaped is taken as it stands.
func SplitPath(escaped string) []string {
	segments := make([]string, 0, 6)
	for raw := range strings.SplitSeq(escaped, "/") {
		if raw == "" {
			continue
		}
		if s, err := url.PathUnescape(raw); err == nil {
			raw = s
		}
		segments = append(segments, raw)
	}
	return segments
}

// EscapeComponent escapes like JavaScript's encodeURIComponent, which leaves the exclamation mark of ids alone.
func EscapeComponent(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.!~*'()", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

// maxFileName: a limit is not documented for v5.0; this is the file system's.
const maxFileName = 255

// CheckFileName applies the service's rule for names of files and folders. Control characters are not in its list,
// but no file system of its time took them.
func CheckFileName(name string) error {
	bad := strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.ContainsAny(name, `\/:;*<>|?`) ||
		strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > maxFileName || !utf8.ValidString(name) ||
		strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f })
	if bad {
		return BadFileName(name)
	}
	return nil
}
