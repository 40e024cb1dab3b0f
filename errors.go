package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is what every call of this package returns when it fails: an answer of the service that is an error, a
// connection that failed, or an argument that was refused before anything was sent. Match it with [errors.Is] and the
// Err variables of this package, or take it apart with [errors.As].
//
// Its text is one line and holds no token, secret or pre-authenticated link.
type Error struct {
	Op         string        // the call, such as "Photos.Get"
	Method     string        // the HTTP verb; empty when no request was made
	URL        string        // without secrets; empty when no request was made
	StatusCode int           // 0 when there was no answer; 200 is possible, see the documents on suppress_response_codes
	Code       string        // the service's error code, such as "resource_not_found"
	Message    string        // the service's own words
	RequestID  string        // X-HTTP-Live-Request-Id
	RetryAfter time.Duration // how long the service wants to be left alone; 0 when it did not say
	Attempts   int           // how many requests were sent
	Err        error         // the cause, if it was not an answer of the service

	outcomeUnknown bool
}

// Error returns one line: the call, what went wrong, the request, and what to do next where that is known.
func (e *Error) Error() string {
	if e == nil {
		return "liveconnect: no error"
	}
	var b strings.Builder
	b.WriteString("liveconnect: ")
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(e.reason())
	if details := e.details(); details != "" {
		b.WriteString(" (" + details + ")")
	}
	if hint := e.hint(); hint != "" {
		b.WriteString("; " + hint)
	}
	if e.outcomeUnknown {
		b.WriteString("; it may have been carried out all the same")
	}
	return shownLine(b.String(), 4*maxShown)
}

func (e *Error) reason() string {
	var parts []string
	if e.Code != "" {
		parts = append(parts, e.Code)
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	if e.Err != nil {
		parts = append(parts, strings.TrimPrefix(e.Err.Error(), "liveconnect: "))
	}
	if len(parts) == 0 {
		parts = append(parts, "request failed")
	}
	return strings.Join(parts, ": ")
}

func (e *Error) details() string {
	var parts []string
	if e.Method != "" {
		parts = append(parts, e.Method+" "+e.URL)
	}
	if e.StatusCode != 0 {
		parts = append(parts, "status "+strconv.Itoa(e.StatusCode))
	}
	if e.RequestID != "" {
		parts = append(parts, "request id "+e.RequestID)
	}
	if e.Attempts > 1 {
		parts = append(parts, strconv.Itoa(e.Attempts)+" attempts")
	}
	if e.RetryAfter > 0 {
		parts = append(parts, "retry after "+e.RetryAfter.String())
	}
	return strings.Join(parts, ", ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Is matches the Err variables of this package: by the service's code if it is a documented one, else by the status.
func (e *Error) Is(target error) bool {
	s, ok := target.(*sentinel)
	if !ok || e == nil {
		return false
	}
	if target == ErrOutcomeUnknown {
		return e.outcomeUnknown
	}
	if e.Code != "" && documented(e.Code) {
		return slices.Contains(s.codes, e.Code)
	}
	return slices.Contains(s.statuses, e.StatusCode)
}

// Timeout reports whether the call ran out of time, as [net.Error] does.
func (e *Error) Timeout() bool {
	if e == nil || e.Err == nil {
		return e != nil && e.StatusCode == http.StatusRequestTimeout
	}
	timeout, ok := errors.AsType[net.Error](e.Err)
	return errors.Is(e.Err, context.DeadlineExceeded) || errors.Is(e.Err, ErrTimeout) || ok && timeout.Timeout()
}

// LogValue implements [slog.LogValuer].
func (e *Error) LogValue() slog.Value {
	if e == nil {
		return slog.StringValue("no error")
	}
	attrs := []slog.Attr{slog.String("op", e.Op), slog.String("reason", shownLine(e.reason(), 2*maxShown))}
	if e.Method != "" {
		attrs = append(attrs, slog.String("method", e.Method), slog.String("url", e.URL), slog.Int("attempts", e.Attempts))
	}
	if e.StatusCode != 0 {
		attrs = append(attrs, slog.Int("status", e.StatusCode), slog.String("request_id", e.RequestID))
	}
	if e.RetryAfter > 0 {
		attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
	}
	return slog.GroupValue(attrs...)
}

// sentinel is an error to match with errors.Is.
type sentinel struct {
	text     string
	hint     string // what to do next, appended to the text of an Error that matches
	codes    []string
	statuses []int
}

func (s *sentinel) Error() string {
	if s.hint != "" {
		return "liveconnect: " + s.text + "; " + s.hint
	}
	return "liveconnect: " + s.text
}

// Errors of the service, by its error code. Where an answer has no documented code, those with a status match by that.
// Codes and messages are in the reference pages "Error object" and "REST API"; the ones that only clients saw are
// marked so.
var (
	// ErrTokenMissing: the call needs an access token (request_token_missing; inferred from the OAuth grammar).
	ErrTokenMissing error = &sentinel{
		text: "no access token", hint: "pass NewClient an oauth2 HTTP client, or use WithTokenSource",
		codes: []string{"request_token_missing"},
	}
	// ErrTokenInvalid: the service does not know the token (request_token_invalid; invalid_token from storage hosts).
	ErrTokenInvalid error = &sentinel{
		text: "access token not valid", hint: "sign in again", codes: []string{"request_token_invalid", "invalid_token"},
	}
	// ErrTokenExpired: the token's hour is over, and the token source had no newer one (request_token_expired;
	// expired_token from storage hosts).
	ErrTokenExpired error = &sentinel{
		text: "access token expired", hint: "ask for wl.offline_access when signing in, so that the token can be refreshed",
		codes: []string{"request_token_expired", "expired_token"},
	}
	// ErrUnauthorized: any trouble with the token itself (status 401).
	ErrUnauthorized error = &sentinel{
		text: "not signed in",
		codes: []string{
			"request_token_missing", "request_token_invalid", "request_token_expired", "invalid_token", "expired_token",
		},
		statuses: []int{401},
	}
	// ErrForbidden: the token lacks a scope, which the message names, or the user lacks the permission
	// (request_token_unauthorized, status 403).
	ErrForbidden error = &sentinel{
		text:  "not allowed",
		codes: []string{"request_token_unauthorized"}, statuses: []int{403},
	}
	// ErrBadRequest: the service did not understand (status 400, and the three codes below).
	ErrBadRequest error = &sentinel{
		text:     "bad request",
		codes:    []string{"request_url_invalid", "request_parameter_invalid", "request_parameter_missing"},
		statuses: []int{400},
	}
	// ErrURLInvalid: no such path, or the item's type does not support it (request_url_invalid).
	ErrURLInvalid error = &sentinel{text: "path not supported", codes: []string{"request_url_invalid"}}
	// ErrParameterInvalid: a value is not accepted (request_parameter_invalid).
	ErrParameterInvalid error = &sentinel{text: "parameter not valid", codes: []string{"request_parameter_invalid"}}
	// ErrParameterMissing: a required value is missing (request_parameter_missing).
	ErrParameterMissing error = &sentinel{text: "parameter missing", codes: []string{"request_parameter_missing"}}
	// ErrMethodNotAllowed: the object has no such verb (request_method_invalid, status 405).
	ErrMethodNotAllowed error = &sentinel{
		text: "verb not allowed", codes: []string{"request_method_invalid"}, statuses: []int{405},
	}
	// ErrNotFound: there is no such object, or this user cannot see it (resource_not_found, status 404).
	ErrNotFound error = &sentinel{text: "not found", codes: []string{"resource_not_found"}, statuses: []int{404}}
	// ErrAlreadyExists: the name is taken in that folder (resource_already_exists).
	ErrAlreadyExists error = &sentinel{
		text: "already exists", hint: "choose another name",
		codes: []string{"resource_already_exists"},
	}
	// ErrConflict: another change came first, or the name is taken (status 409).
	ErrConflict error = &sentinel{text: "conflict", codes: []string{"resource_already_exists"}, statuses: []int{409}}
	// ErrQuotaExceeded: the account's storage is full (resource_quota_exceeded, status 507).
	ErrQuotaExceeded error = &sentinel{
		text: "out of storage", hint: "free some space and try again",
		codes: []string{"resource_quota_exceeded"}, statuses: []int{507},
	}
	// ErrThrottled: too many requests of this application or user (request_throttled, status 420; 429 for proxies).
	// Error.RetryAfter tells the wait; calling during it makes it longer (seen in clients).
	ErrThrottled error = &sentinel{
		text: "throttled", hint: "wait before the next call",
		codes: []string{"request_throttled"}, statuses: []int{420, 429},
	}
	// ErrServerInternal: the service failed (server_internal_error, status 500).
	ErrServerInternal error = &sentinel{
		text: "server error", codes: []string{"server_internal_error"}, statuses: []int{500},
	}
	// ErrServerBusy: the service is overloaded or down (server_busy, status 503).
	ErrServerBusy error = &sentinel{text: "server busy", codes: []string{"server_busy"}, statuses: []int{503}}
	// ErrSessionNotFound: the service does not know the upload session: it was closed or cancelled, is too old, or belongs
	// to another user (UploadSessionNotFound, seen in clients; 0x8020001F of the BITS protocol; status 500).
	ErrSessionNotFound error = &sentinel{
		text: "upload session not found", hint: "start again with Uploads.Session",
		codes: []string{"UploadSessionNotFound", "0x8020001F"},
	}
	// ErrAPIDeprecated: the answer of Microsoft's host to every call since 2019 (api_deprecated).
	ErrAPIDeprecated error = &sentinel{
		text: "API deprecated",
		hint: "Microsoft has retired the Live Connect service: run your program against the emulator (livetest in Go tests, cmd/liveconnectd for anything else, " +
			"with WithBaseURL), or move it to Microsoft Graph",
		codes: []string{"api_deprecated"},
	}
)

// Errors of the service that have a status but no code of their own.
var (
	// ErrGone: this part of the service is no longer supported (status 410).
	ErrGone error = &sentinel{text: "no longer supported", codes: []string{"api_deprecated"}, statuses: []int{410}}
	// ErrRequestTimeout: the service waited too long for the request (status 408).
	ErrRequestTimeout error = &sentinel{text: "request timed out at the server", statuses: []int{408}}
	// ErrTooLarge: the file is too large for one request; the documented limit is 100 MB, see [MaxPutSize] (status 413).
	ErrTooLarge error = &sentinel{text: "request too large", statuses: []int{413}}
	// ErrUnsupportedMediaType: the body's Content-Type is not accepted (status 415).
	ErrUnsupportedMediaType error = &sentinel{text: "media type not supported", statuses: []int{415}}
	// ErrRangeNotSatisfiable: the asked range lies outside the file (status 416, from storage hosts).
	ErrRangeNotSatisfiable error = &sentinel{text: "range outside the file", statuses: []int{416}}
	// ErrLocked: somebody else is working on the item (status 423).
	ErrLocked error = &sentinel{text: "locked", statuses: []int{423}}
	// ErrClientClosed: the service lost the connection to us (status 499).
	ErrClientClosed error = &sentinel{text: "the connection to the server broke", statuses: []int{499}}
)

// Errors that this package finds by itself.
var (
	// ErrInvalidArgument: an argument was refused, and nothing was sent.
	ErrInvalidArgument error = &sentinel{text: "invalid argument"}
	// ErrNotInitialized: the Client was not made by NewClient.
	ErrNotInitialized error = &sentinel{text: "client not initialized", hint: "make it with NewClient"}
	// ErrUnexpectedContent: the answer is not the JSON of this service: an HTML page of a proxy or a sign-in portal, or
	// something cut off.
	ErrUnexpectedContent error = &sentinel{text: "unexpected content"}
	// ErrContentChanged: a download could not go on, because the server does not continue the same bytes.
	ErrContentChanged error = &sentinel{text: "the content changed during the download", hint: "start it again"}
	// ErrTimeout: one of the limits of [Timeouts] was reached.
	ErrTimeout error = &sentinel{text: "timed out"}
	// ErrPagingLoop: a list's next link was seen before.
	ErrPagingLoop error = &sentinel{text: "the server's next link leads in a circle"}
	// ErrSourceLength: what an upload reads is shorter or longer than its announced size. The server never gets a
	// complete request then.
	ErrSourceLength error = &sentinel{text: "the source of the upload is not as long as announced"}
	// ErrSourceChanged: an upload session goes on with another source than it was begun with.
	ErrSourceChanged error = &sentinel{text: "the source of the upload is not the same", hint: "start again with Uploads.Session"}
	// ErrSizeMismatch: after an upload session, the service has a file of another size than the source. Nothing removes it.
	ErrSizeMismatch error = &sentinel{text: "the uploaded file is not as long as its source", hint: "upload it again"}
	// ErrSignInRequired: the sign-in host refused to issue a token (invalid_grant): the consent was revoked, or the
	// refresh token is too old.
	ErrSignInRequired error = &sentinel{
		text: "sign-in required", hint: "send the user through OAuthConfig's AuthCodeURL again",
		codes: []string{"invalid_grant"},
	}
	// ErrOutcomeUnknown: a call that changes something was sent, and no answer came that tells whether it was carried out.
	// Look before you make it again.
	ErrOutcomeUnknown error = &sentinel{text: "whether the call was carried out is not known", hint: "look before you make it again"}
	// ErrInsecureURL: a URL would carry the token, but is neither https nor on this machine.
	ErrInsecureURL error = &sentinel{text: "refusing to send a token over plain http", hint: "use https"}
)

// serviceErrors are the sentinels with a code, the most telling first.
var serviceErrors = func(list ...error) []*sentinel {
	sentinels := make([]*sentinel, len(list))
	for i, err := range list {
		sentinels[i], _ = errors.AsType[*sentinel](err)
	}
	return sentinels
}(
	ErrTokenMissing, ErrTokenInvalid, ErrTokenExpired, ErrForbidden, ErrURLInvalid, ErrParameterInvalid,
	ErrParameterMissing, ErrMethodNotAllowed, ErrNotFound, ErrAlreadyExists, ErrQuotaExceeded, ErrThrottled,
	ErrServerInternal, ErrServerBusy, ErrSessionNotFound, ErrAPIDeprecated, ErrSignInRequired,
)

func documented(code string) bool {
	return slices.ContainsFunc(serviceErrors, func(s *sentinel) bool { return slices.Contains(s.codes, code) })
}

// hint says what to do next, where that is known.
func (e *Error) hint() string {
	switch {
	case e.Is(ErrForbidden) && strings.Contains(e.Message, "wl."):
		return "ask the user for the scope that the message names"
	case e.Is(ErrForbidden):
		return "the user who signed in may not do this; if the item is somebody else's, its owner has to share it"
	case e.Is(ErrAlreadyExists) && strings.HasPrefix(e.Op, "Uploads."):
		return "choose another name, or upload with another Overwrite value"
	}
	for _, s := range serviceErrors {
		if e.Is(s) {
			return s.hint
		}
	}
	return ""
}

func invalidArgument(op, format string, args ...any) *Error {
	return &Error{Op: op, Err: withoutSecrets(fmt.Errorf("%w: "+format, append([]any{ErrInvalidArgument}, args...)...))}
}

// asError makes any error an *Error, if there is none in it already.
func asError(op string, err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return &Error{Op: op, Err: err}
}
