package graph

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/retry"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// errorAnswer is how Graph writes an error.
type errorAnswer struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Inner   struct {
			RequestID string `json:"request-id"`
		} `json:"innerError"`
	} `json:"error"`
}

// statusFailures are the failures that follow from the status alone.
var statusFailures = map[int]backend.Failure{
	http.StatusBadRequest: backend.FailedRequest, http.StatusRequestedRangeNotSatisfiable: backend.FailedRequest,
	http.StatusForbidden: backend.FailedScope, http.StatusMethodNotAllowed: backend.FailedMethod,
	http.StatusPreconditionFailed: backend.FailedConflict, http.StatusConflict: backend.FailedConflict,
	http.StatusRequestEntityTooLarge: backend.FailedTooLarge, http.StatusLocked: backend.FailedLocked,
	http.StatusTooManyRequests: backend.FailedThrottled, http.StatusServiceUnavailable: backend.FailedBusy,
	http.StatusBadGateway: backend.FailedGateway, http.StatusGatewayTimeout: backend.FailedBusy,
}

// failure is an answer that is an error, as the service here knows it.
func (b *Backend) failure(a *answer, token string) error {
	var said errorAnswer
	_ = json.Unmarshal(a.body, &said) // some errors have no JSON
	code, message := said.Error.Code, said.Error.Message
	requestID := a.header.Get("request-id")
	if requestID == "" {
		requestID = said.Error.Inner.RequestID
	}
	failed := &backend.RemoteError{Detail: detail(code, message, requestID, token)}
	failed.RetryAfter, _ = retry.After(a.header.Get("Retry-After"), time.Now())
	switch {
	case a.status == http.StatusNotFound || a.status == http.StatusGone, isBadID(a.status, code, message):
		return backend.ErrNotFound
	case a.status == http.StatusConflict && strings.EqualFold(code, "nameAlreadyExists"):
		return &nameTaken{failed}
	case a.status == http.StatusInsufficientStorage, strings.EqualFold(code, "quotaLimitReached"):
		return backend.ErrQuota
	case a.status == http.StatusUnauthorized && strings.Contains(strings.ToLower(message), "expired"):
		failed.Failure = backend.FailedExpired
	case a.status == http.StatusUnauthorized:
		failed.Failure = backend.FailedToken
	case strings.EqualFold(code, "activityLimitReached"), strings.EqualFold(code, "TooManyRequests"):
		failed.Failure = backend.FailedThrottled
	default:
		failed.Failure = statusFailures[a.status]
		if failed.Failure == "" {
			failed.Failure = backend.FailedInside
		}
	}
	return failed
}

// isBadID reports whether an error means that an id leads nowhere: one of the wrong form is answered with 400.
func isBadID(status int, code, message string) bool {
	if status != http.StatusBadRequest {
		return false
	}
	message = strings.ToLower(message)
	return strings.EqualFold(code, "ErrorInvalidIdMalformed") || strings.Contains(message, "objecthandle") ||
		strings.Contains(message, "resource id") || strings.Contains(message, "item id")
}

// isNotFound reports whether there is nothing of the kind.
func isNotFound(err error) bool { return errors.Is(err, backend.ErrNotFound) }

// nameTaken is Graph's nameAlreadyExists, whose name only the caller knows.
type nameTaken struct{ *backend.RemoteError }

func (e *nameTaken) Unwrap() error { return e.RemoteError }

// forName gives an error that says that a name is taken the name.
func forName(err error, name string) error {
	taken, ok := errors.AsType[*nameTaken](err)
	switch {
	case !ok:
		return err
	case strings.Contains(strings.ToLower(taken.Detail), "upload session"):
		return &backend.RemoteError{Failure: backend.FailedConflict, Detail: "another upload of this name is under way: " + taken.Detail}
	}
	return &backend.ExistsError{Name: name}
}

// empty is the answer where Graph has nothing of the kind.
func (b *Backend) empty() error {
	if b.opts.Strict {
		return backend.ErrNoCounterpart
	}
	return nil
}
