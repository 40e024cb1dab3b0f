package storage

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// challengeExpired is the recorded one of the storage hosts.
const challengeExpired = `Bearer realm="OneDriveAPI", error="expired_token", error_description="Auth token expired. Try refreshing."`

// codeSessionNotFound is sent in a header, and is no code of the API.
const codeSessionNotFound = "UploadSessionNotFound"

// bitsError is a refused packet.
type bitsError struct {
	answer   *wire.Error
	hresult  string
	received int64 // next byte; not told when negative
}

func (e *bitsError) Error() string { return e.answer.Error() }

// errPacket is the refusal of a packet that makes no sense.
func errPacket(why string) *bitsError {
	return &bitsError{wire.NewError(http.StatusBadRequest, wire.CodeParameterInvalid, "%s", why), "0x80070057", -1}
}

// errOutOfStep says which byte must come next.
func errOutOfStep(next int64) *bitsError {
	return &bitsError{wire.NewError(http.StatusRequestedRangeNotSatisfiable, wire.CodeParameterInvalid, "another byte is next"), "0x0", next}
}

func errSessionNotFound() *bitsError {
	return &bitsError{wire.NewError(http.StatusInternalServerError, codeSessionNotFound, "no such session"), "0x8020001F", -1}
}

// asBITSError gives an error of the API the form of the storage hosts. Besides what the protocol documents, the
// numbers are those that Windows has for such a failure.
func asBITSError(err error) *bitsError {
	var bits *bitsError
	if errors.As(err, &bits) {
		return bits
	}
	api := wire.AsError(err, "")
	hresults := map[int]string{
		http.StatusUnauthorized: "0x80070005", http.StatusForbidden: "0x80070005", http.StatusNotFound: "0x80070003",
		http.StatusConflict: "0x80070050", http.StatusInsufficientStorage: "0x80070070",
		http.StatusInternalServerError: "0x80004005",
	}
	hresult, ok := hresults[api.Status]
	if !ok {
		hresult = "0x80070057"
	}
	return &bitsError{api, hresult, -1}
}

// refuse answers a packet that was not carried out.
func refuse(c *wire.Call, err error) {
	e := asBITSError(err)
	c.Code = e.answer.Code
	h := c.W.Header()
	setBITS(h, "BITS-Packet-Type", "Ack")
	setBITS(h, "BITS-Session-Id", c.R.Header.Get("BITS-Session-Id"))
	setBITS(h, "BITS-Error-Code", e.hresult)
	setBITS(h, "BITS-Error-Context", "0x5") // an error of the server itself
	if e.received >= 0 {
		setBITS(h, "BITS-Received-Content-Range", strconv.FormatInt(e.received, 10))
	}
	switch {
	case e.answer.Code == codeSessionNotFound:
		setBITS(h, "X-ClientErrorCode", codeSessionNotFound)
	case e.answer.Code == wire.CodeTokenExpired:
		h.Set("WWW-Authenticate", challengeExpired)
	case e.answer.Status == http.StatusUnauthorized:
		h.Set("WWW-Authenticate", wire.Challenge)
	}
	writeError(c, e.answer.Status)
}

// ack is the answer to a packet that was carried out. The zero status is 200.
type ack struct {
	status   int
	session  string
	protocol string
	received int64 // next byte; not told when negative
	resource string
}

func (a ack) write(w http.ResponseWriter) {
	h := w.Header()
	setBITS(h, "BITS-Packet-Type", "Ack")
	setBITS(h, "BITS-Protocol", a.protocol)
	setBITS(h, "BITS-Session-Id", a.session)
	setBITS(h, "X-Resource-Id", a.resource)
	if a.received >= 0 {
		setBITS(h, "BITS-Received-Content-Range", strconv.FormatInt(a.received, 10))
	}
	h.Set("Content-Length", "0")
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
}

// setBITS sets a header under the name that the service wrote, which is not how Go writes it.
func setBITS(h http.Header, name, value string) {
	if value != "" {
		h[name] = []string{value}
	}
}
