package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
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
	r := request{op: op, method: http.MethodPost, protocol: protocolBITS, headers: map[string]string{
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
	r.seen = func(h http.Header) { position, header = receivedPosition(h), h }
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
		return nil
	})
	return position, header, err
}

// outOfStep reports whether the server wanted another byte than the one that was sent: 416, or 400 from some servers.
func outOfStep(err error) bool {
	failure, ok := errors.AsType[*Error](err)
	return ok && (failure.StatusCode == http.StatusRequestedRangeNotSatisfiable ||
		failure.StatusCode == http.StatusBadRequest)
}
