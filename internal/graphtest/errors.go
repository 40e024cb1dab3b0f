package graphtest

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// failure is an answer that is an error.
type failure struct {
	status  int
	code    string
	message string
	header  http.Header
	extra   object // beside the error: what upload sessions say of their ranges
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s: %s", f.status, f.code, f.message) }

func fail(status int, code, format string, args ...any) *failure {
	return &failure{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

// The codes that several places answer with. Files and Outlook have names of their own for the same thing.
const (
	codeInvalidRequest = "invalidRequest"
	codeBadRequest     = "BadRequest"
	codeItemNotFound   = "itemNotFound"
	codeNameExists     = "nameAlreadyExists"
	codeAccessDenied   = "accessDenied"
	codeNotSupported   = "notSupported"
)

func invalid(format string, args ...any) *failure {
	return fail(http.StatusBadRequest, codeInvalidRequest, format, args...)
}

func badRequest(format string, args ...any) *failure {
	return fail(http.StatusBadRequest, codeBadRequest, format, args...)
}

func notFound() *failure {
	return fail(http.StatusNotFound, codeItemNotFound, "The resource could not be found.")
}

func nameExists(name string) *failure {
	return fail(http.StatusConflict, codeNameExists, "An item named %q already exists in the folder.", name)
}

func denied() *failure { return fail(http.StatusForbidden, codeAccessDenied, "Access denied.") }

// unplayed is the answer to what Graph has and this fake has not. No test can take it for an answer of Graph.
func unplayed(format string, args ...any) *failure {
	return fail(http.StatusNotImplemented, codeNotSupported, "graphtest does not play "+format, args...)
}

// objectHandle is what drives and folders answer that are listed and cannot be opened (seen with rclone, #8695 and #8736).
func objectHandle() *failure { return invalid("ObjectHandle is Invalid") }

// driveFailure gives an error of the backend its form in the files' half of Graph.
func driveFailure(err error) error {
	exists := (*backend.ExistsError)(nil)
	known := (*failure)(nil)
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.As(err, &exists):
		return nameExists(exists.Name)
	case errors.Is(err, backend.ErrNotFound):
		return notFound()
	case errors.Is(err, backend.ErrQuota):
		return fail(http.StatusInsufficientStorage, "quotaLimitReached", "The account's storage is full.")
	case errors.Is(err, backend.ErrRoot):
		return invalid("The root folder cannot be changed.")
	case errors.Is(err, backend.ErrNotFolder):
		return invalid("The parent is not a folder.")
	case errors.Is(err, backend.ErrMoveInside):
		return invalid("A folder cannot be moved into itself.")
	case errors.Is(err, backend.ErrNoContent):
		return invalid("The item has no content that could be read or written.")
	case errors.Is(err, backend.ErrNoPicture):
		return notFound()
	}
	return err
}

// outlookFailure gives an error of the backend its form in Outlook's half of Graph.
func outlookFailure(err error) error {
	known := (*failure)(nil)
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, backend.ErrNotFound):
		return fail(http.StatusNotFound, "ErrorItemNotFound", "The specified object was not found in the store.")
	case errors.Is(err, backend.ErrReadOnly):
		return outlookDenied()
	case errors.Is(err, backend.ErrDefault):
		return fail(http.StatusBadRequest, "ErrorInvalidRequest", "The default calendar cannot be deleted.")
	}
	return err
}

func outlookDenied() *failure {
	return fail(http.StatusForbidden, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
}

// oauthError is an error of the login host, in the form of OAuth.
type oauthError struct {
	status  int
	code    string
	message string
	number  int // of AADSTS
}

func (e *oauthError) Error() string { return e.code + ": " + e.message }

func oauth(code string, number int, format string, args ...any) *oauthError {
	return &oauthError{http.StatusBadRequest, code, fmt.Sprintf(format, args...), number}
}
