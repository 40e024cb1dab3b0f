package liveconnect

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
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
	header  http.Header // in addition, and in place of the Content-Type
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

// meaning is what a request asks for, wherever that comes from: the parameters of an upload location or of Client.Do
// count like those of options, and the service takes their names and values in any case.
type meaning struct {
	changes    bool // it does more than read
	repeatable bool // it may be made again though it may have been carried out
	deletes    bool
}

func meaningOf(r *request, u *url.URL) meaning {
	verb, keeps := r.method, false
	for name, values := range u.Query() {
		for _, value := range values {
			switch strings.ToLower(name) {
			case "method":
				verb = strings.ToUpper(value)
			case "overwrite":
				keeps = keeps || unsafeOverwrite(Overwrite(value))
			}
		}
	}
	reads := verb == http.MethodGet || verb == http.MethodHead
	harmless := reads || verb == http.MethodDelete || verb == http.MethodPut && !keeps || r.protocol == protocolBITS
	return meaning{changes: !reads, repeatable: harmless && !r.unsafe, deletes: verb == http.MethodDelete}
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
