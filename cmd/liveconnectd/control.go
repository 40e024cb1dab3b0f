package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func isControl(path string) bool {
	return path == controlPath || strings.HasPrefix(path, controlPath+"/")
}

// controlCall is a line of the table.
type controlCall struct {
	method, path string
	about        string
	answer       func(control, *http.Request) (any, error)
}

func controlCalls() []controlCall {
	return []controlCall{
		{"GET", "/", "this list", control.index},
		{"GET", "/health", "whether it is ready: 200 or 503", control.health},
		{"POST", "/reset", "back to the state at the start", control.resetAll},
		{"GET", "/accounts", fmt.Sprintf("who can sign in: the first %d; ?offset=N&limit=N for others", maxListed), control.listAccounts},
		{"POST", "/accounts", `open an account and sign in: {"name": "Nuno Bento", "files": [{"path": "Documents/a.txt", "content": "hello"}]}`, control.openAccount},
		{"GET", "/accounts/{who}", "an account, by id or address, and what is in its OneDrive", control.showAccount},
		{"POST", "/accounts/{who}/token", `sign in: {"scopes": ["wl.basic"]}; without scopes, all`, control.issueToken},
		{"POST", "/accounts/{who}/files", `store files: {"path": "Documents/a.txt", "content": "hello"}, or a list; "base64" for bytes`, control.addFiles},
		{"PUT", "/accounts/{who}/files/{path...}", "store the body as a file", control.putFile},
		{"GET", "/faults", "what goes wrong at the moment, and how often it did", control.listFaults},
		{"POST", "/faults", `let something go wrong: {"do": "throttled", "seconds": 5, "path": "/files$", "count": 1}, or a list`, control.addFaults},
		{"DELETE", "/faults", "end all faults", control.clearFaults},
		{"DELETE", "/faults/{id}", "end one", control.removeFault},
		{"GET", "/clock", "what time it is here", control.showClock},
		{"POST", "/clock", `move the clock: {"advance": "2h"}, or {"set": "2014-05-19T10:00:00Z"}`, control.moveClock},
		{"GET", "/requests", fmt.Sprintf("the last %d requests; ?after=N for those after number N", maxRequests), control.listRequests},
		{"DELETE", "/requests", "forget them", control.clearRequests},
		{"GET", "/ca", "the certificate of the proxy's authority, as PEM", control.showCA},
	}
}

// newControl makes the handler of /_live/.
func newControl(e *emulator) http.Handler {
	mux, byPath := http.NewServeMux(), map[string]map[string]controlCall{}
	for _, call := range controlCalls() {
		if byPath[call.path] == nil {
			byPath[call.path] = map[string]controlCall{}
		}
		byPath[call.path][call.method] = call
	}
	for path, calls := range byPath {
		pattern := controlPath + path
		if path == "/" {
			pattern += "{$}"
		}
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { control{e}.serve(w, r, calls) })
	}
	mux.HandleFunc(controlPath+"/", func(w http.ResponseWriter, r *http.Request) {
		writeControlError(w, &controlError{http.StatusNotFound, "there is no " + r.URL.Path + "; GET " + controlPath + "/ lists what there is"})
	})
	return mux
}

// maxControlBody is how long the JSON of a request may be.
const maxControlBody = 256 << 20

func (c control) serve(w http.ResponseWriter, r *http.Request, calls map[string]controlCall) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	call, ok := calls[method]
	if !ok {
		allowed := make([]string, 0, len(calls))
		for method := range calls {
			allowed = append(allowed, method)
		}
		slices.Sort(allowed)
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeControlError(w, &controlError{http.StatusMethodNotAllowed, r.URL.Path + " takes " + strings.Join(allowed, " and ") + ", not " + r.Method})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxControlBody)
	answer, err := call.answer(c, r)
	switch {
	case err != nil:
		writeControlError(w, err)
	case answer == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		writeControl(w, answer)
	}
}

func (c control) index(*http.Request) (any, error) {
	type line struct {
		Method string `json:"method"`
		Path   string `json:"path"`
		About  string `json:"about"`
	}
	var lines []line
	for _, call := range controlCalls() {
		lines = append(lines, line{call.method, controlPath + call.path, call.about})
	}
	return map[string]any{"calls": lines}, nil
}

func (c control) health(r *http.Request) (any, error) {
	type answer struct {
		Status   string      `json:"status"` // ready, starting, failing
		Problem  string      `json:"problem,omitempty"`
		Accounts int         `json:"accounts"`
		Time     time.Time   `json:"time"`
		Version  programInfo `json:"version"`
	}
	out := answer{Status: "starting", Time: c.service.Clock.Now().UTC(), Version: thisProgram()}
	now := c.started.Load()
	if now == nil {
		return withStatus{http.StatusServiceUnavailable, out}, nil
	}
	users, err := now.store.AllUsers(r.Context(), backend.Page{Limit: 1})
	out.Status, out.Accounts = "ready", users.Total
	if problem := c.problem(); problem != "" {
		out.Status, out.Problem = "failing", problem
		return withStatus{http.StatusServiceUnavailable, out}, err
	}
	return out, err
}

func (c control) resetAll(r *http.Request) (any, error) {
	if _, err := c.now(); err != nil {
		return nil, err
	}
	if c.opts.data != "" {
		return nil, &controlError{http.StatusConflict, "with -data there is no way back to the start: stop the program, and remove " + c.opts.data}
	}
	c.service.Log.Settle(r.Context())
	// A client that hangs up does not leave the reset half done.
	if err := c.reset(context.WithoutCancel(r.Context())); err != nil {
		return nil, &controlError{http.StatusInternalServerError, "the state at the start cannot be made again, so nothing but the clock was changed: " + err.Error()}
	}
	return c.listAccounts(r)
}

func (c control) listFaults(*http.Request) (any, error) {
	return map[string]any{"faults": c.faults.list()}, nil
}

func (c control) addFaults(r *http.Request) (any, error) {
	var specs oneOrMore[faultSpec]
	if err := readBody(r, &specs); err != nil {
		return nil, err
	}
	if len(specs) == 0 {
		return nil, errors.New(`the body names no fault: {"do": "throttled", "seconds": 5, "count": 1}`)
	}
	added, err := c.faults.add(specs)
	return withStatus{http.StatusCreated, map[string]any{"faults": added}}, err
}

func (c control) clearFaults(*http.Request) (any, error) {
	c.faults.Clear()
	return nil, nil
}

func (c control) removeFault(r *http.Request) (any, error) {
	if id := r.PathValue("id"); !c.faults.remove(id) {
		return nil, &controlError{http.StatusNotFound, fmt.Sprintf("there is no fault %q; GET %s/faults lists them", id, controlPath)}
	}
	return nil, nil
}

// clockState is the answer about the clock.
type clockState struct {
	Now     time.Time `json:"now"`
	Seconds float64   `json:"ahead_seconds"` // of the machine's clock
}

func (c control) showClock(*http.Request) (any, error) {
	return clockState{c.service.Clock.Now().UTC(), c.service.Clock.Offset().Seconds()}, nil
}

func (c control) moveClock(r *http.Request) (any, error) {
	var move struct {
		Advance *advance   `json:"advance"`
		Set     *time.Time `json:"set"`
	}
	if err := readBody(r, &move); err != nil {
		return nil, err
	}
	switch {
	case (move.Advance == nil) == (move.Set == nil):
		return nil, errors.New(`want one of {"advance": "2h"} and {"set": "2014-05-19T10:00:00Z"}`)
	case move.Advance != nil:
		c.service.Clock.Advance(time.Duration(*move.Advance))
	default:
		c.service.Clock.Set(*move.Set)
	}
	return c.showClock(r)
}

// advance is a time span as JSON: "1h30m", or seconds as a number.
type advance time.Duration

// UnmarshalJSON implements [json.Unmarshaler].
func (a *advance) UnmarshalJSON(text []byte) error {
	var span string
	var seconds float64
	if json.Unmarshal(text, &seconds) == nil {
		span = strconv.FormatFloat(seconds, 'f', -1, 64) + "s"
	} else if err := json.Unmarshal(text, &span); err != nil {
		return err
	}
	d, err := time.ParseDuration(span)
	if err != nil {
		return fmt.Errorf(`"advance" is %s; want a span such as "90s" or "2h", or seconds`, text)
	}
	*a = advance(d)
	return nil
}

func (c control) listRequests(r *http.Request) (any, error) {
	after := int64(0)
	if text := r.URL.Query().Get("after"); text != "" {
		var err error
		if after, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fmt.Errorf(`"after" is %q; want the number of a request, its "n"`, text)
		}
	}
	c.service.Log.Settle(r.Context())
	return map[string]any{"requests": c.requestsAfter(after)}, nil
}

func (c control) clearRequests(r *http.Request) (any, error) {
	c.service.Log.Settle(r.Context())
	c.service.Log.Clear()
	return nil, nil
}

func (c control) showCA(*http.Request) (any, error) { return plainText(c.authority.PEM()), nil }
