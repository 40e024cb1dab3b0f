package liveconnect

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strings"
)

// unmarshal is json.Unmarshal that also takes numbers written as strings, as some answers have them. It costs nothing
// where there are none.
func unmarshal(content []byte, out any) error {
	err := json.Unmarshal(content, out)
	for range 32 { // different names of members
		key := quotedNumber(err)
		if key == "" {
			return err
		}
		pattern := regexp.MustCompile(`("` + regexp.QuoteMeta(key) + `"\s*:\s*)"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)"`)
		unquoted := pattern.ReplaceAll(content, []byte("$1$2"))
		if bytes.Equal(unquoted, content) {
			return err
		}
		content = unquoted
		err = json.Unmarshal(content, out)
	}
	return err
}

// quotedNumber returns the name of the member that had a string in the place of a number, or "".
func quotedNumber(err error) string {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) || !strings.HasPrefix(mismatch.Value, "string") {
		return ""
	}
	switch mismatch.Type.Kind() {
	case reflect.Int, reflect.Int64, reflect.Float64:
		return mismatch.Field[strings.LastIndexByte(mismatch.Field, '.')+1:]
	default:
		return ""
	}
}
