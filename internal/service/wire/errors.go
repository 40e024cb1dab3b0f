package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Error is an error as the service answers it.
type Error struct {
	Status  int
	Code    string
	Message string
	// RetryAfter is how many seconds the caller is to wait; zero is not told.
	RetryAfter int
}

// Error is for logs; clients get the JSON of it.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// The codes of the API, by the status that goes with them.
const (
	codeTokenMissing      = "request_token_missing"
	codeTokenInvalid      = "request_token_invalid"
	CodeTokenExpired      = "request_token_expired"
	codeTokenUnauthorized = "request_token_unauthorized"
	codeMethodInvalid     = "request_method_invalid"
	codeURLInvalid        = "request_url_invalid"
	CodeParameterInvalid  = "request_parameter_invalid"
	codeParameterMissing  = "request_parameter_missing"
	codeNotFound          = "resource_not_found"
	codeExists            = "resource_already_exists"
	codeQuota             = "resource_quota_exceeded"
	codeInternal          = "server_internal_error"
)

// NewError is an error with its message put together.
func NewError(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// TokenMissing is the refusal of a request without a token. The message is not recorded.
func TokenMissing() *Error {
	return NewError(http.StatusUnauthorized, codeTokenMissing, "The request doesn't include an access token.")
}

// TokenInvalid is the refusal of a token that was never given out.
func TokenInvalid() *Error {
	return NewError(http.StatusUnauthorized, codeTokenInvalid, "The access token isn't valid.")
}

// TokenExpired is the refusal of a token that is too old.
func TokenExpired() *Error {
	return NewError(http.StatusUnauthorized, CodeTokenExpired, "The access token that was provided has expired.")
}

// ScopeMissing is the refusal of a token that has none of the scopes.
func ScopeMissing(scopes []string) *Error {
	return NewError(http.StatusForbidden, codeTokenUnauthorized,
		"The provided access token does not have access to this resource. "+
			"An access token with one of the following scopes is required: %s.", quoteAll(scopes))
}

// Forbidden is the refusal of something that no scope would allow, such as another user's address book. Only the
// first sentence of the message is recorded.
func Forbidden() *Error {
	return NewError(http.StatusForbidden, codeTokenUnauthorized,
		"The provided access token does not have access to this resource.")
}

// BadMethod is the refusal of a method that the path does not have.
func BadMethod(method string) *Error {
	return NewError(http.StatusMethodNotAllowed, codeMethodInvalid,
		"The provided HTTP method '%s' is not allowed.", method)
}

// BadPath prints the path in lower case, as the service did.
func BadPath(path string) *Error {
	return NewError(http.StatusBadRequest, codeURLInvalid,
		"The URL contains the path '%s', which isn't supported.", strings.ToLower(path))
}

// NoSubPath is the refusal of a path that other kinds of resources have.
func NoSubPath(kind backend.Kind, path string) *Error {
	return NewError(http.StatusBadRequest, codeURLInvalid,
		"Resource type '%s' doesn't support the path '%s'.", kind, path)
}

// BadResourceID is the refusal of a parameter that is not the id of a resource of the expected types.
func BadResourceID(parameter string, types ...string) *Error {
	return NewError(http.StatusBadRequest, CodeParameterInvalid,
		"The value of input resource ID parameter '%s' isn't valid. The expected value for this parameter "+
			"is a resource ID for one of these types: %s.", parameter, quoteAll(types))
}

// BadParameter is the refusal of a parameter's value. The message is not recorded.
func BadParameter(name, expected string) *Error {
	return NewError(http.StatusBadRequest, CodeParameterInvalid,
		"The value of the parameter '%s' isn't valid. The expected value is %s.", name, expected)
}

// Missing names the first missing parameter and all that are required.
func Missing(name string, required ...string) *Error {
	return NewError(http.StatusBadRequest, codeParameterMissing,
		"The request entity body is missing the required parameter: '%s'. Required parameters include: %s.",
		name, quoteAll(required))
}

// MissingQuery is the same for a parameter of the query. The message is modelled on that of the body.
func MissingQuery(name string) *Error {
	return NewError(http.StatusBadRequest, codeParameterMissing,
		"The request URL is missing the required parameter: '%s'.", name)
}

// MissingOneOf says that at least one parameter of a list is needed.
func MissingOneOf(names ...string) *Error {
	return NewError(http.StatusBadRequest, codeParameterMissing,
		"The request entity body is missing a required parameter. "+
			"The request must include at least one of these parameters: %s.", quoteAll(names))
}

// BadFileName has the recorded message; the code was not recorded with it.
func BadFileName(name string) *Error {
	return NewError(http.StatusBadRequest, CodeParameterInvalid,
		"The operation couldn't be completed because the file name, '%s' isn't supported. "+
			"A file name must not start or end with '.', and must not contain any of the following characters: "+
			`'\', '/', ':', ';', '*', '<', '>', '|', '?'.`, name)
}

// NotFound names what does not exist.
func NotFound(resource string) *Error {
	return NewError(http.StatusNotFound, codeNotFound, "The resource '%s' doesn't exist.", resource)
}

// alreadyExists: the message is recorded, the status is inferred from the table of status codes.
func alreadyExists(name string) *Error {
	return NewError(http.StatusConflict, codeExists,
		"The resource couldn't be created because a resource named '%s' already exists.", name)
}

// quotaExceeded: the code was seen in a client, the status is inferred, the message is ours.
func quotaExceeded() *Error {
	return NewError(http.StatusInsufficientStorage, codeQuota,
		"The resource couldn't be created because the user's storage quota has been exceeded.")
}

// TooLarge is the refusal of a body past its limit. Clients saw the status and its text.
func TooLarge() *Error {
	return NewError(http.StatusRequestEntityTooLarge, CodeParameterInvalid, "Request Entity Too Large")
}

// TimedOut is the refusal of a body that does not go on. The status is documented, its code is not.
func TimedOut() *Error {
	return NewError(http.StatusRequestTimeout, CodeParameterInvalid, "The request entity body didn't arrive in time.")
}

// BadBody is the refusal of a body, with the reason in a whole sentence. The service's own code for it is not known: this
// one is the nearest of those that are.
func BadBody(why string) *Error {
	return NewError(http.StatusBadRequest, CodeParameterInvalid, "The request entity body isn't valid. %s", why)
}

// Internal is the service's own excuse.
func Internal() *Error {
	return NewError(http.StatusInternalServerError, codeInternal,
		"An unexpected processing error occurred. Please contact Microsoft.")
}

// AsError gives an error of a Backend, or of reading a request, its documented form. resource is what the request
// was about.
func AsError(err error, resource string) *Error {
	var api *Error
	var exists *backend.ExistsError
	var remote *backend.RemoteError
	switch {
	case errors.As(err, &api):
		return api
	case errors.As(err, &remote):
		return remoteFailure(remote)
	case errors.Is(err, backend.ErrRetired):
		return NewError(http.StatusGone, codeDeprecated, "The API that the path '%s' belongs to is no longer available.", strings.ToLower(resource))
	case errors.Is(err, backend.ErrNoCounterpart):
		return BadPath(resource)
	case errors.As(err, &exists):
		return alreadyExists(exists.Name)
	case errors.Is(err, backend.ErrNotFound), errors.Is(err, backend.ErrNoPicture):
		return NotFound(resource)
	case errors.Is(err, backend.ErrQuota):
		return quotaExceeded()
	case errors.Is(err, backend.ErrNotFolder):
		return BadResourceID("destination", string(backend.KindFolder), string(backend.KindAlbum))
	case errors.Is(err, backend.ErrCopyFolder):
		// That folders cannot be copied is known from clients; what the service said is not.
		return NewError(http.StatusBadRequest, codeURLInvalid,
			"Resource type 'folder' doesn't support the method 'COPY'.")
	case errors.Is(err, backend.ErrMoveInside):
		return BadParameter("destination", "a folder that isn't inside the folder to be moved")
	case errors.Is(err, backend.ErrNoContent):
		return BadPath(resource)
	case errors.Is(err, backend.ErrRoot), errors.Is(err, backend.ErrReadOnly), errors.Is(err, backend.ErrDefault):
		// Inferred: the table of status codes has 403 for a user who lacks the permission.
		return Forbidden()
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		// The caller went away in the middle of a body and will hardly read this: 499 is what the table has for it.
		return NewError(statusClientGone, CodeParameterInvalid,
			"The connection was closed before the request was complete.")
	default:
		return Internal()
	}
}

// statusClientGone is the documented status for a connection that the client broke off.
const statusClientGone = 499

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "'" + n + "'"
	}
	return strings.Join(quoted, ", ")
}

// CheckLength refuses a text past the documented number of characters.
func CheckLength(name, text string, most int) error {
	if utf8.RuneCountInString(text) > most {
		return NewError(http.StatusBadRequest, CodeParameterInvalid,
			"The value of the parameter '%s' isn't valid. It is too long.", name)
	}
	return nil
}
