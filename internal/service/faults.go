package service

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/faults"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// Condition says which requests a fault is about. What is left out means all.
type Condition struct {
	Host   server.Host
	Method string
	Path   *regexp.Regexp // matches some part of the unescaped path
	Packet string         // of upload sessions: Create-Session, Fragment, Close-Session, Cancel-Session
}

// Holds reports whether the fault is about a request.
func (c Condition) Holds(r *http.Request) bool {
	return (c.Host == "" || c.Host == server.HostOf(r)) &&
		(c.Method == "" || strings.EqualFold(c.Method, r.Method)) &&
		(c.Packet == "" || strings.EqualFold(c.Packet, r.Header.Get("BITS-Packet-Type"))) &&
		(c.Path == nil || c.Path.MatchString(r.URL.Path))
}

// Error answers an error in the JSON of the API, with a Retry-After unless that is empty: seconds or an HTTP date. An
// empty message says that a fault has made it.
func Error(status int, code, message, retryAfter string) faults.Effect {
	if message == "" {
		message = "This error was made by a fault."
	}
	text, err := json.Marshal(map[string]any{"error": map[string]string{"code": code, "message": message}})
	if err != nil {
		panic(err) // two strings
	}
	return faults.Answer(status, header("application/json; charset=UTF-8", retryAfter), string(text))
}

// Throttled answers as the service did to callers that were too busy: status 420, request_throttled, and how many
// seconds to wait, in the message and in Retry-After.
func Throttled(seconds int) faults.Effect {
	message := fmt.Sprintf("The request wasn't made because the same type of request was repeated too many times. "+
		"Wait %d seconds and try again.", seconds)
	return Error(420, "request_throttled", message, strconv.Itoa(seconds))
}

// ErrorPage answers an HTML page, as a proxy or a balancer on the way does, with a Retry-After unless that is empty.
func ErrorPage(status int, retryAfter string) faults.Effect {
	page := fmt.Sprintf("<html><head><title>%[1]d</title></head><body><h1>%[1]d %[2]s</h1></body></html>\r\n", status, http.StatusText(status))
	return faults.Answer(status, header("text/html", retryAfter), page)
}

func header(contentType, retryAfter string) http.Header {
	h := http.Header{"Content-Type": {contentType}}
	if retryAfter != "" {
		h.Set("Retry-After", retryAfter)
	}
	return h
}

// ExpiredToken ends the life of the access tokens that come with a request, before the protocol sees it.
func ExpiredToken(expire func(token string)) faults.Effect {
	return faults.Before(func(r *http.Request) {
		if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
			expire(strings.TrimSpace(token))
		}
		if token := r.URL.Query().Get("access_token"); token != "" {
			expire(token)
		}
	})
}
