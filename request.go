package liveconnect

import (
	"encoding/json"
	"errors"
	"fmt"
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
	// protocol is what the call speaks; the zero value is the API's.
	protocol protocol
	// seen is given the header of each answer; nil for nobody.
	seen func(http.Header)
	// noToken leaves the token out, though the host may carry it.
	noToken bool
	// err is what is wrong with the arguments; nothing is sent then.
	err error
}

// protocol is what a host speaks.
type protocol uint8

const (
	// protocolAPI: parameters in the query, errors in the body, and POST is not repeated.
	protocolAPI protocol = iota
	// protocolBITS is that of upload sessions at the storage hosts: no parameters, errors in headers, and everything may
	// be repeated unless it is unsafe.
	protocolBITS
)

// check notes what is wrong with the arguments of a call, and reports whether all is well so far.
func (r *request) check(problems ...error) bool {
	for _, problem := range problems {
		if problem != nil {
			r.err = errors.Join(r.err, problem)
		}
	}
	return r.err == nil
}

// invalid is what is wrong with the arguments, those of the path included.
func (r *request) invalid() error {
	if r.path.err == nil && r.err == nil {
		return nil
	}
	return invalidArgument(r.op, "%w", errors.Join(r.path.err, r.err))
}

func (r *request) repeatable() bool {
	switch r.method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return !r.unsafe
	default:
		return r.protocol == protocolBITS && !r.unsafe
	}
}

// setJSON makes v the body.
func (r *request) setJSON(v any) {
	encoded, err := json.Marshal(v)
	if err != nil {
		r.check(fmt.Errorf("body: %w", err))
		return
	}
	r.body = memoryBody{encoded, "application/json;charset=UTF-8"}
}
