package liveconnect

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// errorBody reads the service's error object. Anything else in the place of it, such as the OAuth form in which error
// is a string, gives empty strings.
func errorBody(body []byte) (code, message string) {
	var wire struct {
		Error       json.RawMessage `json:"error"`
		Description string          `json:"error_description"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return "", ""
	}
	var object struct{ Code, Message string }
	if json.Unmarshal(wire.Error, &object) == nil {
		return object.Code, object.Message
	}
	if json.Unmarshal(wire.Error, &code) == nil {
		return code, wire.Description
	}
	return "", ""
}

// waitFromMessage finds the wait in "Wait 241 seconds and try again", where the service repeats its Retry-After.
func waitFromMessage(message string) time.Duration {
	_, rest, found := strings.Cut(message, "Wait ")
	if !found {
		return 0
	}
	digits, _, _ := strings.Cut(rest, " second")
	seconds, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0
	}
	return retry.Seconds(seconds)
}
