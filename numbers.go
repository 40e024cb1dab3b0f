package liveconnect

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"reflect"
	"regexp"
	"strings"
)

// unmarshal is json.Unmarshal that also takes numbers written as strings, as some answers have them, and whole numbers
// written as 3.0 or 1.5e3. It costs nothing where there are none.
func unmarshal(content []byte, out any) error {
	err := json.Unmarshal(content, out)
	for range 32 { // different names of members
		mended := mendNumbers(content, err)
		if mended == nil {
			return err
		}
		content = mended
		err = json.Unmarshal(content, out)
	}
	return err
}

// mendNumbers writes the numbers of the member that could not be decoded as encoding/json wants them. It returns nil if
// there is nothing that it can do.
func mendNumbers(content []byte, err error) []byte {
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return nil
	}
	kind := mismatch.Type.Kind()
	if kind != reflect.Int && kind != reflect.Int64 && kind != reflect.Float64 {
		return nil
	}
	member := `("` + regexp.QuoteMeta(mismatch.Field[strings.LastIndexByte(mismatch.Field, '.')+1:]) + `"\s*:\s*)`
	var mended []byte
	switch {
	case strings.HasPrefix(mismatch.Value, "string"):
		quoted := regexp.MustCompile(member + `"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)"`)
		mended = quoted.ReplaceAll(content, []byte("$1$2"))
	case strings.HasPrefix(mismatch.Value, "number"):
		number := regexp.MustCompile(member + `(-?[0-9]+[.eE][0-9.eE+-]*)`)
		mended = number.ReplaceAllFunc(content, func(found []byte) []byte {
			parts := number.FindSubmatch(found)
			return append(parts[1], wholeNumber(parts[2])...)
		})
	}
	if bytes.Equal(mended, content) {
		return nil
	}
	return mended
}

// wholeNumber writes 3.0 as 3, and leaves what is not whole, or too large, as it is.
func wholeNumber(number []byte) []byte {
	const longest = 40 // a larger exponent would make a number of gigabytes
	if len(number) > longest || !smallExponent.Match(number) {
		return number
	}
	value, ok := new(big.Rat).SetString(string(number))
	if !ok || !value.IsInt() || !value.Num().IsInt64() {
		return number
	}
	return value.Num().Append(nil, 10)
}

var smallExponent = regexp.MustCompile(`^[^eE]*([eE][+-]?[0-9]{1,2})?$`)
