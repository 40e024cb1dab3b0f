package liveconnect

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// How storage hosts answer in the BITS protocol, see upload_session_bits.go.

// receivedPosition reads BITS-Received-Content-Range, which is one number.
func receivedPosition(h http.Header) int64 {
	position, err := strconv.ParseInt(strings.TrimSpace(h.Get("BITS-Received-Content-Range")), 10, 64)
	if err != nil || position < 0 {
		return -1
	}
	return position
}

// explainBITS reads the error of a storage host from its headers: X-ClientErrorCode was seen in clients, the error of
// WWW-Authenticate too, also with status 500; BITS-Error-Code is documented, and BITS-Error in the protocol's document.
func explainBITS(failure *Error, h http.Header) {
	if failure.Code != "" {
		return
	}
	number := h.Get("BITS-Error-Code")
	if number == "" {
		number = h.Get("BITS-Error")
	}
	challenge := h.Get("WWW-Authenticate")
	switch authError := challengeValue(challenge, "error"); {
	case h.Get("X-ClientErrorCode") != "":
		failure.Code = h.Get("X-ClientErrorCode")
	case authError != "":
		failure.Code, failure.Message = authError, challengeValue(challenge, "error_description")
	default:
		failure.Code = hresult(number)
		return
	}
	if failure.Message == "" && number != "" {
		failure.Message = "BITS error " + hresult(number)
	}
}

// hresult writes 0x8020001F for all the forms that a number of Windows comes in: X8020001f, 0x8020001F, 2149580831.
func hresult(number string) string {
	digits, base := strings.ToLower(strings.TrimSpace(number)), 10
	if _, hex, found := strings.Cut(digits, "x"); found {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	switch {
	case err != nil:
		return strings.TrimSpace(number)
	case n == 0:
		return "" // no error of the protocol, only a status
	}
	return fmt.Sprintf("0x%08X", n)
}

// challengeValue finds name="value" in a WWW-Authenticate header.
func challengeValue(challenge, name string) string {
	for rest := challenge; ; {
		i := strings.Index(rest, name+`="`)
		if i < 0 {
			return ""
		}
		value := rest[i+len(name)+2:]
		if i == 0 || strings.ContainsRune(" ,", rune(rest[i-1])) {
			value, _, _ = strings.Cut(value, `"`)
			return value
		}
		rest = value
	}
}
