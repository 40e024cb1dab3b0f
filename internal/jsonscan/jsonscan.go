// Package jsonscan looks into JSON without decoding it.
package jsonscan

import "bytes"

// String finds the member of an object with this name and returns its value, if that is a string without escapes.
// Members of nested objects do not count; of several with the name, the last one does, as in encoding/json. The object
// must be valid JSON, which a json.Unmarshaler may rely on; of anything else, the answer is wrong or "".
func String(object []byte, name string) string {
	value := ""
	depth := 0
	key := false // the next string at depth 1 is a member's name
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '{', '[':
			depth++
			key = depth == 1
		case '}', ']':
			depth--
		case ',':
			key = depth == 1
		case '"':
			end := stringEnd(object, i)
			if key && string(object[i+1:end]) == name {
				value = stringValue(object[min(end+1, len(object)):])
			}
			key = false
			i = end
		}
	}
	return value
}

// stringValue returns the string after a member's name, or "" if another value follows.
func stringValue(rest []byte) string {
	rest = bytes.TrimLeft(rest, " \t\r\n:")
	if len(rest) == 0 || rest[0] != '"' {
		return ""
	}
	text := rest[1:stringEnd(rest, 0)]
	if bytes.IndexByte(text, '\\') >= 0 {
		return ""
	}
	return string(text)
}

// stringEnd returns the index of the quotation mark that closes the string at i, or the length of text.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		next := bytes.IndexAny(text[i:], `"\`)
		if next < 0 {
			break
		}
		if i += next; text[i] == '"' {
			return i
		}
		i++ // what the backslash escapes
	}
	return len(text)
}
