package liveconnect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Time is a point in time as the service writes it: "2011-04-21T23:19:47+0000", in UTC and without a fraction.
//
// Reading accepts every form seen in documents and clients: an offset with or without a colon, "Z", fractions of a
// second, no offset (taken as UTC), a date alone. An offset is kept, and the wall clock with it. null and "" are the zero
// Time; see [time.Time.IsZero]. Writing uses the service's own form for a time in UTC, the documented
// "2011-04-20T01:00:00-07:00" for one with an offset, and null for the zero Time.
type Time struct{ time.Time }

const (
	timeLayout   = "2006-01-02T15:04:05-0700"
	offsetLayout = "2006-01-02T15:04:05-07:00"
)

// NewTime returns t as the service keeps it: in UTC, cut to the second.
func NewTime(t time.Time) Time { return Time{t.UTC().Truncate(time.Second)} }

// String returns the service's own form, or "" for the zero Time.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.written().Format(t.layout())
}

// written is the time as it is written: offsets have no seconds there.
func (t Time) written() time.Time {
	if _, offset := t.Zone(); offset%60 != 0 {
		return t.UTC()
	}
	return t.Time
}

func (t Time) layout() string {
	if _, offset := t.written().Zone(); offset != 0 {
		return offsetLayout
	}
	return timeLayout
}

// AppendText implements [encoding.TextAppender] with the form of String.
func (t Time) AppendText(b []byte) ([]byte, error) {
	if t.IsZero() {
		return b, nil
	}
	if year := t.written().Year(); year < 0 || year > 9999 {
		return b, fmt.Errorf("liveconnect: the year %d cannot be written in four digits", year)
	}
	return t.written().AppendFormat(b, t.layout()), nil
}

// MarshalText implements [encoding.TextMarshaler] with the form of String.
func (t Time) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// MarshalJSON writes a string, or null for the zero Time.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	b, err := t.AppendText([]byte{'"'})
	return append(b, '"'), err
}

// UnmarshalText reads every form named at [Time].
func (t *Time) UnmarshalText(text []byte) error {
	if parsed, ok := parseServiceTime(text); ok {
		*t = Time{parsed}
		return nil
	}
	s := strings.TrimSpace(string(text))
	if s == "" {
		*t = Time{}
		return nil
	}
	for _, layout := range [...]string{timeLayout, time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if parsed, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			if _, offset := parsed.Zone(); offset == 0 {
				parsed = parsed.UTC()
			}
			*t = Time{parsed}
			return nil
		}
	}
	return fmt.Errorf("liveconnect: %q is not a time the service is known to write, such as 2011-04-21T23:19:47+0000", s)
}

// parseServiceTime reads the service's own form without a copy of the text; every other is left to the time package.
func parseServiceTime(text []byte) (time.Time, bool) {
	const form = "0000-00-00T00:00:00+0000"
	if len(text) != len(form) || string(text[19:]) != form[19:] {
		return time.Time{}, false
	}
	for i := range 19 {
		if digit := text[i] >= '0' && text[i] <= '9'; digit != (form[i] == '0') || !digit && text[i] != form[i] {
			return time.Time{}, false
		}
	}
	two := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }
	year, month, day, hour, minute, second := two(0)*100+two(2), time.Month(two(5)), two(8), two(11), two(14), two(17)
	if month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC), true
}

// daysIn returns how many days a month has: the day before the first of the next.
func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// UnmarshalJSON reads a string in every form named at [Time], or null.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = Time{}
		return nil
	}
	if len(b) >= 2 && b[0] == '"' && bytes.IndexByte(b, '\\') < 0 {
		return t.UnmarshalText(b[1 : len(b)-1])
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("liveconnect: a time must be a string or null: %w", err)
	}
	return t.UnmarshalText([]byte(s))
}

// Opt is a value of a request that may be left out: the zero Opt is not sent at all, [Set] sends a value, [Null] sends
// null. It is used for writing only; what the service returns is read into plain values. From JSON it reads what it wrote.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optSet
)

// Set returns an Opt that sends v, also when v is a zero value.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, state: optSet} }

// Null returns an Opt that sends null: it removes a value that the service has.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get returns the value, and whether there is one.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optSet }

// IsZero reports whether nothing is sent.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// IsNull reports whether null is sent.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// String returns the value's text, "null", or "" when nothing is sent.
func (o Opt[T]) String() string {
	switch o.state {
	case optSet:
		return fmt.Sprint(o.value)
	case optNull:
		return "null"
	default:
		return ""
	}
}

// MarshalJSON writes the value, or null.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optSet {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads a value, or null.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Null[T]()
		return nil
	}
	o.state = optSet
	return json.Unmarshal(b, &o.value)
}

// EncodeValues writes the value as a query parameter.
func (o Opt[T]) EncodeValues(key string, values *url.Values) error {
	switch o.state {
	case optSet:
		values.Set(key, fmt.Sprint(o.value))
	case optNull:
		return errors.New("a query parameter cannot be null")
	}
	return nil
}

// Person names the user that an object is from. Both fields are empty where the service writes nulls, as for the root
// folder.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SharedWith tells who can see an item. It is read only: the service has no call that sets it.
type SharedWith struct {
	// Access is one of the Access constants, or another text: the service writes it in the language of [WithLocale].
	Access string `json:"access"`
}

// What SharedWith.Access says in English. The first six are documented, the others were seen in responses.
const (
	AccessJustMe         = "Just me"
	AccessPeopleSelected = "People I selected"
	AccessEveryone       = "Everyone (public)"
	AccessFriends        = "Friends"
	AccessFriendsOf      = "My friends and their friends"
	AccessPeopleWithLink = "People with a link"
	AccessPublic         = "Public"
	AccessShared         = "Shared"
	AccessSomePeople     = "Some people"
)
