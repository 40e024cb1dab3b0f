package graphtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/faults"
)

// Effect is what a [Fault] does to a request.
type Effect struct {
	of func(*Server) faults.Effect
}

func effect(e faults.Effect) Effect {
	return Effect{of: func(*Server) faults.Effect { return e }}
}

// Ending is how a connection ends before its time.
type Ending int

// The two ways of ending a connection.
const (
	Close Ending = iota // in order: what was sent arrives
	Reset               // all at once: what was sent may be lost
)

func (e Ending) internal() faults.Ending {
	if e == Reset {
		return faults.Reset
	}
	return faults.Close
}

// Drop ends the connection at once. The service does not see the request.
func Drop(ending Ending) Effect { return effect(faults.Drop(ending.internal())) }

// CutResponse ends the connection when so many bytes of the answer's body have been sent.
func CutResponse(after int64, ending Ending) Effect {
	return effect(faults.CutResponse(after, ending.internal()))
}

// CutRequest ends the connection when so many bytes of the request's body have been read.
func CutRequest(after int64, ending Ending) Effect {
	return effect(faults.CutRequest(after, ending.internal()))
}

// Stall hands the request to the service only after this time (zero: no limit), or when the fault is released or removed.
func Stall(d time.Duration) Effect { return effect(faults.Stall(d)) }

// StallResponse sends so many bytes of the answer's body at once, and goes on as [Stall] does.
func StallResponse(after int64, d time.Duration) Effect {
	return effect(faults.StallResponse(after, d))
}

// StallRequest reads so many bytes of the request's body at once, and goes on as [Stall] does.
func StallRequest(after int64, d time.Duration) Effect { return effect(faults.StallRequest(after, d)) }

// Latency is a line on which each request takes so much longer.
func Latency(d time.Duration) Effect { return effect(faults.Latency(d)) }

// SlowLink is a line on which the bodies of each request and of its answer pass at so many bytes per second.
func SlowLink(bytesPerSecond int64) Effect { return effect(faults.Slow(bytesPerSecond)) }

// IgnoreRange answers as if no range had been asked for: 200 and the whole content.
func IgnoreRange() Effect { return effect(faults.IgnoreRange()) }

// WrongStart answers with another range than was asked for, which begins so many bytes later, and says so.
func WrongStart(shift int64) Effect { return effect(faults.WrongStart(shift)) }

// FalseStart answers with the bytes that were asked for, under a Content-Range that says that they begin elsewhere.
func FalseStart(shift int64) Effect { return effect(faults.FalseStart(shift)) }

// FalseTotal answers with the bytes that were asked for, under a Content-Range that gives another length of the whole.
func FalseTotal(change int64) Effect { return effect(faults.FalseTotal(change)) }

// OtherContent sends other bytes from this place of the content on.
func OtherContent(from int64) Effect { return effect(faults.OtherContent(from)) }

// Answer gives an answer in place of the service, which does not see the request.
func Answer(status int, header http.Header, body string) Effect {
	return effect(faults.Answer(status, header, body))
}

// Error answers an error in Graph's form, with a Retry-After unless that is empty: seconds or an HTTP date.
func Error(status int, code, retryAfter string) Effect {
	id := newUUID()
	body, err := json.Marshal(object{"error": object{
		"code": code, "message": "This error was made by a fault.",
		"innerError": object{"date": "2026-11-25T12:00:00", "request-id": id, "client-request-id": id},
	}})
	if err != nil {
		panic(err) // texts
	}
	header := answerHeader("application/json", retryAfter)
	header.Set("Request-Id", id)
	return Answer(status, header, string(body))
}

// Throttled answers as Graph does to callers that are too busy, with a Retry-After unless that is empty. Files and Outlook
// have different codes for it: this is that of files; the other is Error(429, "ApplicationThrottled", …).
func Throttled(retryAfter string) Effect {
	return Error(http.StatusTooManyRequests, "activityLimitReached", retryAfter)
}

// Busy answers 503, as Graph does when it has too much to do.
func Busy(retryAfter string) Effect {
	return Error(http.StatusServiceUnavailable, "serviceNotAvailable", retryAfter)
}

// OverBandwidth answers 509, the documented status of a client that has moved too many bytes.
func OverBandwidth(retryAfter string) Effect {
	return Error(509, "bandwidthLimitExceeded", retryAfter)
}

// ErrorPage answers an HTML page, as a proxy or a balancer on the way does, with a Retry-After unless that is empty.
func ErrorPage(status int, retryAfter string) Effect {
	page := fmt.Sprintf("<html><head><title>%[1]d</title></head><body><h1>%[1]d %[2]s</h1></body></html>\r\n", status, http.StatusText(status))
	return Answer(status, answerHeader("text/html", retryAfter), page)
}

func answerHeader(contentType, retryAfter string) http.Header {
	h := http.Header{"Content-Type": {contentType}}
	if retryAfter != "" {
		h.Set("Retry-After", retryAfter)
	}
	return h
}

// Before calls f before the service sees the request: to change something at just this moment. f must not read the body.
func Before(f func(*http.Request)) Effect { return effect(faults.Before(f)) }

// before is Before with something of the server's own.
func before(f func(*Server, *http.Request)) Effect {
	return Effect{of: func(s *Server) faults.Effect { return faults.Before(func(r *http.Request) { f(s, r) }) }}
}

// ExpiredToken ends the life of the access token that came with the request, before the service sees it.
func ExpiredToken() Effect {
	return before(func(s *Server, r *http.Request) {
		if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
			s.ExpireToken(strings.TrimSpace(token))
		}
	})
}

// ExpiredLink ends the life of all links to content and thumbnails before the service sees the request.
func ExpiredLink() Effect { return before(func(s *Server, _ *http.Request) { s.ExpireLinks() }) }

// ExpiredPage ends the life of all next links before the service sees the request.
func ExpiredPage() Effect { return before(func(s *Server, _ *http.Request) { s.ExpirePages() }) }

// LostUploadSession forgets all upload sessions before the service sees the request.
func LostUploadSession() Effect {
	return before(func(s *Server, _ *http.Request) { s.LoseUploadSessions() })
}

// LostMonitor forgets all monitors of copies before the service sees the request.
func LostMonitor() Effect { return before(func(s *Server, _ *http.Request) { s.LoseMonitors() }) }

// AcceptPart takes at most so many bytes of a fragment, in whole units of 320 KiB, and says so in nextExpectedRanges, as
// has been seen.
func AcceptPart(bytes int64) Effect {
	return effect(func(_ *faults.Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), acceptKey{}, bytes)))
		})
	})
}

// Rewrite lets change do what it likes to a JSON answer, such as to let a next link lead elsewhere, or to leave out what
// Graph has been seen to leave out. Other answers pass as they are.
func Rewrite(change func(answer map[string]any)) Effect {
	return effect(func(_ *faults.Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			kept := &keptAnswer{header: http.Header{}, status: http.StatusOK}
			next.ServeHTTP(kept, r)
			maps.Copy(w.Header(), kept.header)
			var answer object
			if json.Unmarshal(kept.body.Bytes(), &answer) == nil && answer != nil {
				change(answer)
				text, err := json.Marshal(answer)
				if err != nil {
					panic("graphtest: Rewrite made what is no JSON: " + err.Error())
				}
				kept.body.Reset()
				kept.body.Write(text)
				w.Header().Del("Content-Length")
			}
			w.WriteHeader(kept.status)
			_, _ = w.Write(kept.body.Bytes())
		})
	})
}

// keptAnswer is an answer that is not sent yet.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *keptAnswer) Header() http.Header         { return k.header }
func (k *keptAnswer) WriteHeader(status int)      { k.status = status }
func (k *keptAnswer) Write(p []byte) (int, error) { return k.body.Write(p) }
