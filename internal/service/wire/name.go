package wire

import (
	"strings"
	"unicode/utf8"
)

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
