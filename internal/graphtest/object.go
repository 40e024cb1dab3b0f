package graphtest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// object is a JSON object, read or to be written.
type object = map[string]any

// text is a string property; "" if it is null or not there.
func text(o object, name string) string {
	s, _ := o[name].(string)
	return s
}

// change is a string property that is to be changed, nil if it is not there. Null makes it empty.
func change(o object, name string) *string {
	if _, ok := o[name]; !ok {
		return nil
	}
	s := text(o, name)
	return &s
}

func inner(o object, name string) object {
	value, _ := o[name].(object)
	return value
}

func integer(o object, name string) (int64, bool) {
	number, ok := o[name].(json.Number)
	if !ok {
		return 0, false
	}
	n, err := number.Int64()
	return n, err == nil
}

// timestamp is a point in time as Graph writes it: UTC, to the millisecond as the drives' are.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z") }

// parseTimestamp reads a date-time that the facts have checked.
func parseTimestamp(o object, name string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, text(o, name))
	return t.UTC(), err == nil
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says crypto/rand
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func set(value, change *string) {
	if change != nil {
		*value = *change
	}
}

func setIf(o object, name string, value any, there bool) {
	if there {
		o[name] = value
	}
}

// newSecret is a token that nobody guesses. The prefix is what Microsoft's for personal accounts begin with.
func newSecret(prefix string) string {
	var b [48]byte
	_, _ = rand.Read(b[:]) // never fails, says crypto/rand
	return prefix + base64.RawURLEncoding.EncodeToString(b[:])
}

func put[T any](m *map[string]*T, key string, value *T) {
	if *m == nil {
		*m = map[string]*T{}
	}
	(*m)[key] = value
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
