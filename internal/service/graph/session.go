package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/retry"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// maxStalls is how often in a row a fragment may bring nothing.
const maxStalls = 5

// session is an upload session of Graph. It is used by one goroutine at a time.
type session struct {
	b     *Backend
	url   string // a key by itself: it gets no token
	total int64
	next  int64 // byte that Graph wants next

	opened time.Time // by Graph's clock, in whole seconds
	gone   bool      // Graph does not know the session any more
	unsure bool      // the session is gone after its last fragment was sent: the file may be there
}

type sessionJSON struct {
	URL      string   `json:"uploadUrl"`
	Expected []string `json:"nextExpectedRanges"`
}

func (b *Backend) openSession(ctx context.Context, path, name, behavior string, total int64) (*session, error) {
	a, err := b.do(ctx, request{
		method: http.MethodPost, path: path + "/createUploadSession",
		json: map[string]any{"item": map[string]string{conflictBehavior: behavior, "name": name}},
	})
	if err != nil {
		return nil, err
	}
	var made sessionJSON
	if err := a.into(&made); err != nil {
		return nil, err
	}
	opened, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		opened = time.Now().Truncate(time.Second)
	}
	return &session{b: b, url: made.URL, total: total, opened: opened}, nil
}

// send brings a fragment up, wherever Graph wants to go on in it, and returns the answer to its end.
func (s *session) send(ctx context.Context, fragment []byte) (*answer, error) {
	first := s.next
	end := first + int64(len(fragment))
	for stalls := 0; ; {
		rest := fragment[s.next-first:]
		a, err := s.b.do(ctx, request{
			method: http.MethodPut, path: s.url, bare: true, body: bytes.NewReader(rest), length: int64(len(rest)),
			header: http.Header{"Content-Range": {fmt.Sprintf("bytes %d-%d/%d", s.next, end-1, s.total)}},
		})
		before := s.next
		switch {
		case err == nil && a.status == http.StatusAccepted:
			s.next = expected(a, end)
		case err == nil:
			s.next = end
			return a, nil
		case isNotFound(err):
			return nil, s.lost()
		case !repeatable(err):
			return nil, err
		default:
			done, err := s.ask(ctx)
			if err != nil && s.gone && end == s.total {
				s.next, s.unsure, done, err = s.total, true, true, nil
			}
			if done || err != nil {
				return nil, err
			}
		}
		if s.next >= end {
			s.next = end
			return a, nil
		}
		if s.next < first {
			return nil, s.lost()
		}
		if s.next > before { // part of a fragment is progress too
			stalls = 0
			continue
		}
		if stalls++; stalls >= maxStalls {
			return nil, err
		}
		if err := retry.Sleep(ctx, retry.Backoff(stalls, 300*time.Millisecond, 3*time.Second, rand.Float64())); err != nil { //nolint:gosec // jitter
			return nil, err
		}
	}
}

// lost is what is said of a session that Graph does not know any more.
func (s *session) lost() error {
	return &backend.RemoteError{Failure: backend.FailedBusy, Detail: "Graph has lost the upload session: send the file again"}
}

// repeatable reports whether a fragment may be sent again after the session was asked how far it is.
func repeatable(err error) bool {
	failed, ok := errors.AsType[*backend.RemoteError](err)
	if !ok {
		return false
	}
	switch failed.Failure {
	case backend.FailedGateway, backend.FailedBusy, backend.FailedInside, backend.FailedThrottled:
		return true
	case backend.FailedRequest: // 416: it is there already, or out of order
		return strings.Contains(strings.ToLower(failed.Detail), "range") || strings.Contains(strings.ToLower(failed.Detail), "fragment")
	}
	return false
}

// ask finds out how far Graph is. done means that it has all.
func (s *session) ask(ctx context.Context) (done bool, err error) {
	a, err := s.b.do(ctx, request{method: http.MethodGet, path: s.url, bare: true})
	if isNotFound(err) {
		s.gone = true
		return false, s.lost()
	}
	if err != nil {
		return false, err
	}
	var state sessionJSON
	if err := a.into(&state); err != nil {
		return false, err
	}
	if len(state.Expected) == 0 {
		s.next = s.total
		return true, nil
	}
	s.next = firstOf(state.Expected[0])
	return false, nil
}

// expected is the byte that an answer wants next.
func expected(a *answer, otherwise int64) int64 {
	var state sessionJSON
	if a.into(&state) != nil || len(state.Expected) == 0 {
		return otherwise
	}
	return firstOf(state.Expected[0])
}

func firstOf(span string) int64 {
	first, _, _ := strings.Cut(span, "-")
	n, _ := strconv.ParseInt(first, 10, 64)
	return n
}

// drop gives a session up. Graph would take no other for the name until this one expires.
func (s *session) drop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_, _ = s.b.do(ctx, request{method: http.MethodDelete, path: s.url, bare: true})
}
