package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readJSON reads one value and nothing after it. A key that nothing reads is an error: it is a typo, most likely.
func readJSON(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("there is no JSON")
		}
		return fmt.Errorf("%s at byte %d", strings.TrimPrefix(err.Error(), "json: "), dec.InputOffset())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the JSON at byte %d", dec.InputOffset())
	}
	return nil
}

// oneOrMore is a list as JSON, or one element without the brackets.
type oneOrMore[T any] []T

// UnmarshalJSON implements [json.Unmarshaler].
func (m *oneOrMore[T]) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return readJSON(text, (*[]T)(m))
	}
	*m = make([]T, 1)
	return readJSON(text, &(*m)[0])
}
