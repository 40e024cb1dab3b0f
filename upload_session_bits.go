package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Upload sessions speak the upload protocol of Windows' Background Intelligent Transfer Service (BITS) to the storage
// host: each packet is a POST to the URL of the file to be, and its meaning is in the headers.

// The types of packets.
const (
	packetCreate   = "Create-Session"
	packetFragment = "Fragment"
	packetClose    = "Close-Session"
	packetCancel   = "Cancel-Session"
)

// bitsProtocol is the one version of the protocol.
const bitsProtocol = "{7df0354d-249b-430f-820d-3d2a9bef4931}"

// bitsRequest is a packet without a place to go to.
func bitsRequest(op, packet string) request {
	r := request{op: op, method: http.MethodPost, explain: explainBITS, headers: map[string]string{
		"X-Http-Method-Override": "BITS_POST", "BITS-Packet-Type": packet,
	}}
	if packet == packetCreate {
		r.headers["BITS-Supported-Protocols"] = bitsProtocol
	}
	return r
}

// packet is a packet of the session.
func (u *UploadSession) packet(op, packet string) (request, error) {
	state := u.State()
	r := bitsRequest(op, packet)
	at, err := parseLocation(state.URL)
	if err != nil {
		return r, invalidArgument(op, "%v", err)
	}
	r.at = at
	r.headers["BITS-Session-Id"] = state.SessionID
	return r, nil
}

// bitsCall sends a packet. position is the byte that the server wants next, which it tells with a success and when
// another one was sent; -1 if it does not tell.
func bitsCall(ctx context.Context, c *core, r request) (position int64, header http.Header, err error) {
	position = -1
	r.explain = func(failure *Error, h http.Header) {
		explainBITS(failure, h)
		position = receivedPosition(h)
	}
	err = c.do(ctx, &r, func(resp *http.Response) error {
		defer resp.Body.Close() //nolint:errcheck // nothing of it is needed
		if !strings.EqualFold(resp.Header.Get("BITS-Packet-Type"), "Ack") {
			content, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
			if looksLikeHTML(resp.Header.Get("Content-Type"), content) {
				return unexpectedContent(resp, content, c.tokens.secrets()...)
			}
			return fmt.Errorf("%w: the answer is not that of a storage host to a %s packet", ErrUnexpectedContent, r.headers["BITS-Packet-Type"])
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxErrorBody)) // so that the connection can be used again
		position, header = receivedPosition(resp.Header), resp.Header
		return nil
	})
	return position, header, err
}

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

// outOfStep tells whether the server wanted another byte than the one that was sent: 416, or 400 from some servers.
func outOfStep(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && (failure.StatusCode == http.StatusRequestedRangeNotSatisfiable ||
		failure.StatusCode == http.StatusBadRequest)
}
