package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service"
	"github.com/go-liveconnect/liveconnect/internal/service/faults"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// faultSpec is a fault as JSON: which requests, how often, what.
type faultSpec struct {
	// Which requests; what is left out means all.
	Host   server.Host `json:"host,omitempty"` // api, login, storage
	Method string      `json:"method,omitempty"`
	Path   string      `json:"path,omitempty"`   // regular expression
	Packet string      `json:"packet,omitempty"` // of upload sessions, such as Fragment

	// How often.
	Skip        int     `json:"skip,omitempty"`
	Count       int     `json:"count,omitempty"`
	Probability float64 `json:"probability,omitempty"`
	Seed        uint64  `json:"seed,omitempty"`

	// What. Which of the others belong to it is in effectKinds.
	Do         string            `json:"do"`
	Status     int               `json:"status,omitempty"`
	Code       string            `json:"code,omitempty"`
	Message    string            `json:"message,omitempty"`
	RetryAfter string            `json:"retry_after,omitempty"`
	Header     map[string]string `json:"header,omitempty"`
	Body       string            `json:"body,omitempty"`
	Seconds    float64           `json:"seconds,omitempty"`
	After      int64             `json:"after,omitempty"` // bytes
	Reset      bool              `json:"reset,omitempty"` // breaks the connection the hard way
	Bytes      int64             `json:"bytes,omitempty"`
}

// effectKinds are the values of "do".
func effectKinds(expire func(token string)) map[string]func(faultSpec) (faults.Effect, error) {
	plain := func(make func(faultSpec) faults.Effect) func(faultSpec) (faults.Effect, error) {
		return func(f faultSpec) (faults.Effect, error) { return make(f), nil }
	}
	return map[string]func(faultSpec) (faults.Effect, error){
		"answer":     answerEffect,
		"error":      errorEffect,
		"error_page": errorPageEffect,
		"throttled":  throttledEffect,
		"slow_link": func(f faultSpec) (faults.Effect, error) {
			if f.Bytes < 1 {
				return nil, errors.New(`"slow_link" wants "bytes", how many pass per second`)
			}
			return faults.Slow(f.Bytes), nil
		},
		"latency":        plain(func(f faultSpec) faults.Effect { return faults.Latency(f.duration()) }),
		"stall":          plain(func(f faultSpec) faults.Effect { return faults.Stall(f.duration()) }),
		"stall_response": plain(func(f faultSpec) faults.Effect { return faults.StallResponse(f.After, f.duration()) }),
		"stall_request":  plain(func(f faultSpec) faults.Effect { return faults.StallRequest(f.After, f.duration()) }),
		"drop":           plain(func(f faultSpec) faults.Effect { return faults.Drop(f.ending()) }),
		"cut_response":   plain(func(f faultSpec) faults.Effect { return faults.CutResponse(f.After, f.ending()) }),
		"cut_request":    plain(func(f faultSpec) faults.Effect { return faults.CutRequest(f.After, f.ending()) }),
		"ignore_range":   plain(func(faultSpec) faults.Effect { return faults.IgnoreRange() }),
		"wrong_start":    plain(func(f faultSpec) faults.Effect { return faults.WrongStart(f.Bytes) }),
		"false_start":    plain(func(f faultSpec) faults.Effect { return faults.FalseStart(f.Bytes) }),
		"false_total":    plain(func(f faultSpec) faults.Effect { return faults.FalseTotal(f.Bytes) }),
		"other_content":  plain(func(f faultSpec) faults.Effect { return faults.OtherContent(f.After) }),
		"expired_token":  plain(func(faultSpec) faults.Effect { return service.ExpiredToken(expire) }),
		"expired_link":   plain(func(faultSpec) faults.Effect { return faults.Before(func(*http.Request) { expire("") }) }),
	}
}

func (f faultSpec) duration() time.Duration { return time.Duration(f.Seconds * float64(time.Second)) }

func (f faultSpec) ending() faults.Ending {
	if f.Reset {
		return faults.Reset
	}
	return faults.Close
}

func answerEffect(f faultSpec) (faults.Effect, error) {
	if err := checkStatus(f); err != nil {
		return nil, err
	}
	h := http.Header{}
	for key, value := range f.Header {
		h.Set(key, value)
	}
	if f.RetryAfter != "" {
		h.Set("Retry-After", f.RetryAfter)
	}
	return faults.Answer(f.Status, h, f.Body), nil
}

func errorEffect(f faultSpec) (faults.Effect, error) {
	if err := checkStatus(f); err != nil {
		return nil, err
	}
	if f.Code == "" {
		return nil, errors.New(`"error" wants a "code", such as "server_busy"`)
	}
	return service.Error(f.Status, f.Code, f.Message, f.RetryAfter), nil
}

func errorPageEffect(f faultSpec) (faults.Effect, error) {
	if err := checkStatus(f); err != nil {
		return nil, err
	}
	return service.ErrorPage(f.Status, f.RetryAfter), nil
}

func throttledEffect(f faultSpec) (faults.Effect, error) {
	seconds := int(f.Seconds)
	if seconds < 1 {
		return nil, errors.New(`"throttled" wants "seconds", how long to wait: 1 or more`)
	}
	return service.Throttled(seconds), nil
}

func checkStatus(f faultSpec) error {
	if f.Status < 200 || f.Status > 599 {
		return fmt.Errorf(`%q wants a "status" from 200 to 599`, f.Do)
	}
	return nil
}

const maxFaultSeconds = 7 * 24 * 60 * 60

// rule makes a fault of its description.
func (f faultSpec) rule(expire func(token string)) (faults.Rule, error) {
	kinds := effectKinds(expire)
	kind := kinds[f.Do]
	path, err := regexp.Compile(f.Path)
	switch {
	case err != nil:
		return faults.Rule{}, fmt.Errorf(`"path" is no regular expression: %w`, err)
	case kind == nil:
		names := make([]string, 0, len(kinds))
		for name := range kinds {
			names = append(names, name)
		}
		slices.Sort(names)
		return faults.Rule{}, fmt.Errorf(`"do" is %q; want one of %s`, f.Do, strings.Join(names, ", "))
	case !slices.Contains([]server.Host{"", server.HostAPI, server.HostLogin, server.HostStorage}, f.Host):
		return faults.Rule{}, fmt.Errorf(`"host" is %q; want api, login or storage, or leave it out for all`, f.Host)
	case f.Skip < 0 || f.Count < 0 || f.After < 0 || f.Seconds < 0 || f.Seconds > maxFaultSeconds || f.Probability < 0 || f.Probability > 1:
		return faults.Rule{}, errors.New(`"skip", "count", "after" and "seconds" are not below 0, "seconds" is a week at most, "probability" is from 0 to 1`)
	}
	effect, err := kind(f)
	return faults.Rule{
		Match: service.Condition{Host: f.Host, Method: f.Method, Packet: f.Packet, Path: path}.Holds,
		Skip:  f.Skip, Count: f.Count, Probability: f.Probability, Seed: f.Seed, Do: effect,
	}, err
}

// faultList is the faults at work, with their descriptions. It is safe for concurrent use.
type faultList struct {
	set    *faults.Set
	expire func(token string)

	mu     sync.Mutex
	issued int
	active []activeFault
}

type activeFault struct {
	id   string
	spec faultSpec
	at   *faults.Fault
}

// faultState is a fault as it is listed.
type faultState struct {
	ID   string `json:"id"`
	Hits int    `json:"hits"`
	faultSpec
}

// add puts faults to work: all of them, or none if one is wrong.
func (l *faultList) add(specs []faultSpec) ([]faultState, error) {
	rules := make([]faults.Rule, len(specs))
	for i, spec := range specs {
		var err error
		if rules[i], err = spec.rule(l.expire); err != nil {
			return nil, fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	added := make([]faultState, len(specs))
	for i, spec := range specs {
		l.issued++
		f := activeFault{id: strconv.Itoa(l.issued), spec: spec, at: l.set.Add(rules[i])}
		l.active = append(l.active, f)
		added[i] = faultState{ID: f.id, faultSpec: spec}
	}
	return added, nil
}

func (l *faultList) list() []faultState {
	l.mu.Lock()
	defer l.mu.Unlock()
	states := make([]faultState, len(l.active))
	for i, f := range l.active {
		states[i] = faultState{ID: f.id, Hits: f.at.Hits(), faultSpec: f.spec}
	}
	return states
}

// remove ends a fault and reports whether it was there.
func (l *faultList) remove(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.active, func(f activeFault) bool { return f.id == id })
	if i < 0 {
		return false
	}
	l.active[i].at.Remove()
	l.active = slices.Delete(l.active, i, i+1)
	return true
}

// Clear ends all faults, and releases the requests that they hold up.
func (l *faultList) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.set.Clear()
	l.active = nil
}

// load puts the faults of a file in the place of those at work; without a file there are none then.
func (l *faultList) load(path string) error {
	var specs oneOrMore[faultSpec]
	if path != "" {
		text, err := os.ReadFile(path) //nolint:gosec // the file that -faults names
		if err != nil {
			return fmt.Errorf("-faults: %w", err)
		}
		if err := readJSON(text, &specs); err != nil {
			return fmt.Errorf("-faults %s: %w", path, err)
		}
	}
	l.Clear()
	if _, err := l.add(specs); err != nil {
		return fmt.Errorf("-faults %s: %w", path, err)
	}
	return nil
}
