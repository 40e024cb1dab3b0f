package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// apiError is an error as the service answers it.
type apiError struct {
	status  int
	code    string
	message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

// The codes of the API, by the status that goes with them.
const (
	codeTokenMissing      = "request_token_missing"
	codeTokenInvalid      = "request_token_invalid"
	codeTokenExpired      = "request_token_expired"
	codeTokenUnauthorized = "request_token_unauthorized"
	codeMethodInvalid     = "request_method_invalid"
	codeURLInvalid        = "request_url_invalid"
	codeParameterInvalid  = "request_parameter_invalid"
	codeParameterMissing  = "request_parameter_missing"
	codeNotFound          = "resource_not_found"
	codeExists            = "resource_already_exists"
	codeQuota             = "resource_quota_exceeded"
	codeInternal          = "server_internal_error"

	// Not recorded anywhere: the service had a code for a body that it could not read, and one for a body that was
	// too large, but no client wrote them down.
	codeBodyInvalid  = "request_body_invalid"
	codeBodyTooLarge = "request_body_too_large"
)

func errTokenMissing() *apiError {
	// The message is not recorded.
	return &apiError{http.StatusUnauthorized, codeTokenMissing, "The request doesn't include an access token."}
}

func errTokenInvalid() *apiError {
	return &apiError{http.StatusUnauthorized, codeTokenInvalid, "The access token isn't valid."}
}

func errTokenExpired() *apiError {
	return &apiError{http.StatusUnauthorized, codeTokenExpired, "The access token that was provided has expired."}
}

// errScopes is the refusal of a token that has none of the scopes.
func errScopes(scopes []string) *apiError {
	return &apiError{
		http.StatusForbidden, codeTokenUnauthorized,
		"The provided access token does not have access to this resource. " +
			"An access token with one of the following scopes is required: " + quoteAll(scopes) + ".",
	}
}

// errForbidden is the refusal of something that no scope would allow, such as another user's address book. Only the
// first sentence of the message is recorded.
func errForbidden() *apiError {
	return &apiError{
		http.StatusForbidden, codeTokenUnauthorized,
		"The provided access token does not have access to this resource.",
	}
}

func errMethod(method string) *apiError {
	return &apiError{
		http.StatusMethodNotAllowed, codeMethodInvalid,
		fmt.Sprintf("The provided HTTP method '%s' is not allowed.", method),
	}
}

// errPath prints the path in lower case, as the service did.
func errPath(path string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeURLInvalid,
		fmt.Sprintf("The URL contains the path '%s', which isn't supported.", strings.ToLower(path)),
	}
}

// errNoSubPath is the refusal of a path that other kinds of resources have.
func errNoSubPath(kind backend.Kind, path string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeURLInvalid,
		fmt.Sprintf("Resource type '%s' doesn't support the path '%s'.", kind, path),
	}
}

// errResourceID is the refusal of a parameter that is not the id of a resource of the expected types.
func errResourceID(parameter string, types ...string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeParameterInvalid,
		fmt.Sprintf("The value of input resource ID parameter '%s' isn't valid. The expected value for this parameter "+
			"is a resource ID for one of these types: %s.", parameter, quoteAll(types)),
	}
}

// errParameter is the refusal of a parameter's value. The message is not recorded.
func errParameter(name, expected string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeParameterInvalid,
		fmt.Sprintf("The value of the parameter '%s' isn't valid. The expected value is %s.", name, expected),
	}
}

// errMissing names the first missing parameter and all that are required.
func errMissing(name string, required ...string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeParameterMissing,
		fmt.Sprintf("The request entity body is missing the required parameter: '%s'. Required parameters include: %s.",
			name, quoteAll(required)),
	}
}

// errMissingQuery is the same for a parameter of the query. The message is modelled on that of the body.
func errMissingQuery(name string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeParameterMissing,
		fmt.Sprintf("The request URL is missing the required parameter: '%s'.", name),
	}
}

// errMissingOneOf says that at least one parameter of a list is needed.
func errMissingOneOf(names ...string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeParameterMissing,
		"The request entity body is missing a required parameter. " +
			"The request must include at least one of these parameters: " + quoteAll(names) + ".",
	}
}

// errFileName has the recorded message; the code was not recorded with it.
func errFileName(name string) *apiError {
	return &apiError{
		http.StatusBadRequest, codeParameterInvalid,
		fmt.Sprintf("The operation couldn't be completed because the file name, '%s' isn't supported. "+
			"A file name must not start or end with '.', and must not contain any of the following characters: "+
			`'\', '/', ':', ';', '*', '<', '>', '|', '?'.`, name),
	}
}

func errNotFound(resource string) *apiError {
	return &apiError{http.StatusNotFound, codeNotFound, fmt.Sprintf("The resource '%s' doesn't exist.", resource)}
}

// errExists: the message is recorded, the status is inferred from the table of status codes.
func errExists(name string) *apiError {
	return &apiError{
		http.StatusConflict, codeExists,
		fmt.Sprintf("The resource couldn't be created because a resource named '%s' already exists.", name),
	}
}

// errQuota: the code was seen in a client, the status is inferred, the message is ours.
func errQuota() *apiError {
	return &apiError{
		http.StatusInsufficientStorage, codeQuota,
		"The resource couldn't be created because the user's storage quota has been exceeded.",
	}
}

// errTooLarge: clients saw the status and its text.
func errTooLarge() *apiError {
	return &apiError{http.StatusRequestEntityTooLarge, codeBodyTooLarge, "Request Entity Too Large"}
}

func errBody(why string) *apiError {
	return &apiError{http.StatusBadRequest, codeBodyInvalid, "The request entity body isn't valid. " + why}
}

func errInternal() *apiError {
	return &apiError{
		http.StatusInternalServerError, codeInternal,
		"An unexpected processing error occurred. Please contact Microsoft.",
	}
}

// asAPIError gives an error of a Backend, or of reading a request, its documented form. resource is what the request
// was about.
func asAPIError(err error, resource string) *apiError {
	var api *apiError
	var exists *backend.ExistsError
	switch {
	case errors.As(err, &api):
		return api
	case errors.As(err, &exists):
		return errExists(exists.Name)
	case errors.Is(err, backend.ErrNotFound), errors.Is(err, backend.ErrNoPicture):
		return errNotFound(resource)
	case errors.Is(err, backend.ErrQuota):
		return errQuota()
	case errors.Is(err, backend.ErrNotFolder):
		return errResourceID("destination", string(backend.KindFolder), string(backend.KindAlbum))
	case errors.Is(err, backend.ErrCopyFolder):
		// That folders cannot be copied is known from clients; what the service said is not.
		return &apiError{http.StatusBadRequest, codeURLInvalid, "Resource type 'folder' doesn't support the method 'COPY'."}
	case errors.Is(err, backend.ErrMoveInside):
		return errParameter("destination", "a folder that isn't inside the folder to be moved")
	case errors.Is(err, backend.ErrNoContent):
		return errPath(resource)
	case errors.Is(err, backend.ErrRoot), errors.Is(err, backend.ErrReadOnly), errors.Is(err, backend.ErrDefault):
		// Inferred: the table of status codes has 403 for a user who lacks the permission.
		return errForbidden()
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		// The caller went away in the middle of a body and will hardly read this: 499 is what the table has for it.
		return &apiError{statusClientGone, codeBodyInvalid, "The connection was closed before the request was complete."}
	default:
		return errInternal()
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
