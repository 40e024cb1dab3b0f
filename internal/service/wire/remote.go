package wire

import (
	"fmt"
	"math"
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

const (
	codeDeprecated = "api_deprecated" // not recorded
	codeBusy       = "server_busy"
	codeThrottled  = "request_throttled"

	// StatusThrottled is the documented status of too many requests, which net/http has no name for.
	StatusThrottled = 420
)

// remoteFailures are the answers to the failures of a service behind this one.
var remoteFailures = map[backend.Failure]Error{
	backend.FailedToken:     {Status: http.StatusUnauthorized, Code: codeTokenInvalid, Message: "The access token isn't valid."},
	backend.FailedExpired:   {Status: http.StatusUnauthorized, Code: CodeTokenExpired, Message: "The access token that was provided has expired."},
	backend.FailedScope:     {Status: http.StatusForbidden, Code: codeTokenUnauthorized, Message: "The provided access token does not have access to this resource."},
	backend.FailedRequest:   {Status: http.StatusBadRequest, Code: CodeParameterInvalid, Message: "The service behind this one didn't accept the request."},
	backend.FailedMethod:    {Status: http.StatusMethodNotAllowed, Code: codeMethodInvalid, Message: "The provided HTTP method is not allowed."},
	backend.FailedConflict:  {Status: http.StatusConflict, Code: codeExists, Message: "The resource was changed by somebody else meanwhile."},
	backend.FailedTooLarge:  {Status: http.StatusRequestEntityTooLarge, Code: CodeParameterInvalid, Message: "Request Entity Too Large."},
	backend.FailedLocked:    {Status: http.StatusLocked, Code: codeTokenUnauthorized, Message: "The resource is locked."},
	backend.FailedThrottled: {Status: StatusThrottled, Code: codeThrottled, Message: "The request wasn't made because the same type of request was repeated too many times."},
	backend.FailedBusy:      {Status: http.StatusServiceUnavailable, Code: codeBusy, Message: "The service behind this one isn't available. Try again later."},
	backend.FailedGateway:   {Status: http.StatusBadGateway, Code: codeInternal, Message: "The service behind this one couldn't be reached, or its answer couldn't be understood."},
	backend.FailedInside:    {Status: http.StatusInternalServerError, Code: codeInternal, Message: "The service behind this one failed."},
}

// remoteFailure tells the caller what another service said, with its words behind ours.
func remoteFailure(failure *backend.RemoteError) *Error {
	e, known := remoteFailures[failure.Failure]
	if !known {
		return Internal()
	}
	if failure.Detail != "" {
		e.Message = fmt.Sprintf("%s (%s)", e.Message, failure.Detail)
	}
	e.RetryAfter = int(math.Ceil(failure.RetryAfter.Seconds()))
	return &e
}
