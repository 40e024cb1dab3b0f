package livetest

import (
	"net/http"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service"
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

// Drop ends the connection at once. The service does not see the request. Go's own transport sends a request without a
// body again, by itself, when this happens on a connection that it had used before.
func Drop(ending Ending) Effect { return effect(faults.Drop(ending.internal())) }

// CutResponse ends the connection when so many bytes of the answer's body have been sent. Shorter answers are left
// alone, and so are those without a body, such as redirects.
func CutResponse(after int64, ending Ending) Effect {
	return effect(faults.CutResponse(after, ending.internal()))
}

// CutRequest ends the connection when so many bytes of the request's body have been read. Shorter ones are left alone.
func CutRequest(after int64, ending Ending) Effect {
	return effect(faults.CutRequest(after, ending.internal()))
}

// Stall hands the request to the service only after this time (zero: no limit), or when the fault is released or
// removed, or not at all when the server ends before.
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

// Answer gives an answer in place of the service, which does not see the request.
func Answer(status int, header http.Header, body string) Effect {
	return effect(faults.Answer(status, header, body))
}

// Error answers an error in the JSON of the API, with a Retry-After unless that is empty: seconds or an HTTP date.
func Error(status int, code, retryAfter string) Effect {
	return effect(service.Error(status, code, "", retryAfter))
}

// Throttled answers as the service did to callers that were too busy: status 420, request_throttled, and how many
// seconds to wait, in the message and in Retry-After.
func Throttled(seconds int) Effect { return effect(service.Throttled(seconds)) }

// ErrorPage answers an HTML page, as a proxy or a balancer on the way does, with a Retry-After unless that is empty.
func ErrorPage(status int, retryAfter string) Effect {
	return effect(service.ErrorPage(status, retryAfter))
}

// IgnoreRange answers as if no range had been asked for: 200 and the whole content.
func IgnoreRange() Effect { return effect(faults.IgnoreRange()) }

// WrongStart answers with another range than was asked for, which begins so many bytes later (or, below zero, earlier).
// Its Content-Range says so.
func WrongStart(shift int64) Effect { return effect(faults.WrongStart(shift)) }

// FalseStart answers with the bytes that were asked for, under a Content-Range that says that they begin so many bytes
// later.
func FalseStart(shift int64) Effect { return effect(faults.FalseStart(shift)) }

// FalseTotal answers with the bytes that were asked for, under a Content-Range that says that the whole content is so
// many bytes longer.
func FalseTotal(change int64) Effect { return effect(faults.FalseTotal(change)) }

// OtherContent sends other bytes from this place of the content on, as if it had been replaced by something of the same
// size, and nothing else tells. A file that is truly replaced while somebody reads it is [Before] with
// [Account.ReplaceFile].
func OtherContent(from int64) Effect { return effect(faults.OtherContent(from)) }

// ExpiredToken ends the life of the access token that came with the request, before the service sees it: it answers
// request_token_expired, or whatever else it does then, to this request and to all that use the token.
func ExpiredToken() Effect {
	return Effect{of: func(s *Server) faults.Effect { return service.ExpiredToken(s.protocol.ExpireToken) }}
}

// ExpiredLink ends the life of all links to the storage host that were given out so far, before the service sees the
// request.
func ExpiredLink() Effect {
	return Effect{of: func(s *Server) faults.Effect {
		return faults.Before(func(*http.Request) { s.protocol.ExpireLinks() })
	}}
}

// Before calls f before the service sees the request: to change something at just this moment. f must not read the
// body.
func Before(f func(*http.Request)) Effect { return effect(faults.Before(f)) }
