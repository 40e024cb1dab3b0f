package liveconnect

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
)

// request is one call of the API before it is sent.
type request struct {
	op      string
	method  string
	path    urlPath
	at      *url.URL   // an upload location of the service, to which path is appended; nil is the base URL
	link    *url.URL   // a storage link off the API host: asked as it is, and never with the token
	params  any        // a go-querystring struct, or nil
	extra   url.Values // further parameters
	body    body       // nil for none
	headers map[string]string
	// unsafe marks calls that must not be repeated once they may have been carried out, though their verb would allow it.
	unsafe bool
	// explain marks calls in the storage hosts' own protocol: their URL has no parameters of the API, their POST may be
	// repeated unless it is unsafe, and their errors are told by headers, which explain reads.
	explain func(failure *Error, header http.Header)
	// noToken leaves the token out, though the host may carry it.
	noToken bool
}

func (r *request) repeatable() bool {
	switch r.method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return !r.unsafe
	default:
		return r.explain != nil && !r.unsafe
	}
}

// body is what a request sends.
type body interface {
	// open gives the bytes for one try, and how many they are; -1 if that is not known. It fails on a second try if the
	// source cannot be read again.
	open() (io.Reader, int64, error)
	// replayable tells whether open would work once more.
	replayable() bool
	contentType() string
}

// jsonBody is a body kept in memory.
type jsonBody []byte

func (b jsonBody) open() (io.Reader, int64, error) { return bytes.NewReader(b), int64(len(b)), nil }
func (b jsonBody) replayable() bool                { return true }
func (b jsonBody) contentType() string             { return "application/json;charset=UTF-8" }

func newJSONBody(v any) (body, error) {
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonBody(encoded), nil
}
