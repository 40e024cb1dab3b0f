package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"time"
)

// The service wrote its own text form of JSON, unlike any library's: three blanks a level, a bare carriage return
// for a new line, a blank after the comma at the end of a line, and objects of an array joined as "}, {". Four
// independent recordings agree. Clients that read line by line, or that split at ", ", have seen no other.
const (
	newLine   = '\r'
	levelStep = "   "
)

// Marshal writes v as compact JSON. Characters such as & and < stay as they are: the recordings of 2013 and later
// have them raw in links.
func Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Indent turns compact JSON (as Marshal writes it) into the service's text form.
func Indent(compact []byte) []byte {
	in := indenter{src: compact, out: make([]byte, 0, len(compact)*3/2+64)}
	in.run()
	return in.out
}

// indenter copies JSON token by token. It trusts that the source is valid.
type indenter struct {
	src   []byte
	out   []byte
	depth int
}

func (in *indenter) run() {
	for i := 0; i < len(in.src); {
		switch c := in.src[i]; c {
		case '"':
			end := stringEnd(in.src, i)
			in.out = append(in.out, in.src[i:end]...)
			i = end
			continue
		case '{', '[':
			in.out = append(in.out, c)
			in.depth++
			in.breakLine()
			// An empty object is recorded on three lines, the middle one holding only its indentation. That an empty
			// array looks the same is inferred.
		case '}', ']':
			in.depth--
			in.breakLine()
			in.out = append(in.out, c)
		case ',':
			in.out = append(in.out, ',', ' ')
			if !in.joins(i) {
				in.breakLine()
			}
		case ':':
			in.out = append(in.out, ':', ' ')
		default:
			in.out = append(in.out, c)
		}
		i++
	}
}

// joins reports whether the comma at i stands between two containers of an array ("}, {"). Only an array can have a
// container right after a comma: in an object a key comes first.
func (in *indenter) joins(i int) bool {
	return i+1 < len(in.src) && (in.src[i+1] == '{' || in.src[i+1] == '[')
}

func (in *indenter) breakLine() {
	in.out = append(in.out, newLine)
	for range in.depth {
		in.out = append(in.out, levelStep...)
	}
}

// stringEnd returns the index after the string literal that starts at i.
func stringEnd(src []byte, i int) int {
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(src)
}

// callbackName is what may be called by JSONP: a path of JavaScript names and indexes, such as
// "WL.Internal.jsonp.WLAPI_REQ_2_1333600000000". Anything else could carry a script of the caller's choice.
var callbackName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*|\[[0-9]+\])*$`)

const maxCallbackName = 256

// ValidCallback reports whether a name may be called by JSONP.
func ValidCallback(name string) bool {
	return len(name) <= maxCallbackName && callbackName.MatchString(name)
}

// JSONP wraps a JSON text in a call.
func JSONP(name string, text []byte) []byte {
	out := make([]byte, 0, len(name)+len(text)+3)
	out = append(out, name...)
	out = append(out, '(')
	out = append(out, text...)
	return append(out, ')', ';')
}

// TimeLayout is how the service writes every time: UTC, no fraction, no colon in the zone.
const TimeLayout = "2006-01-02T15:04:05-0700"

// TimeText writes a time. The zero time is null.
func TimeText(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(TimeLayout)
	return &s
}

// TextOrNull writes an empty string as null.
func TextOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// NumberOrNull writes zero as null.
func NumberOrNull(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
