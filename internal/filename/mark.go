package filename

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// maxLength is the longest name in bytes that Safe and Mark make. Systems take 255 bytes or characters.
const maxLength = 240

// Mark is a name with a mark that was made from a key, such as ~1f0a2b3c4d, in front of its extension.
func Mark(name, key string) string { return mark(name, key, maxLength) }

// Short is a name of at most so many bytes: the name itself, or its beginning with a mark that was made from the whole.
func Short(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	return mark(name, name, limit)
}

// mark adds a mark to a name, which is cut off to stay within the limit.
func mark(name, key string, limit int) string {
	sum := sha256.Sum256([]byte(key))
	stem, ext := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 16 {
		stem, ext = name[:dot], name[dot:]
	}
	tag := "~" + hex.EncodeToString(sum[:5])
	if room := limit - len(tag) - len(ext); len(stem) > room {
		for room > 0 && !utf8.RuneStart(stem[room]) {
			room--
		}
		stem = stem[:room]
	}
	return stem + tag + ext
}
