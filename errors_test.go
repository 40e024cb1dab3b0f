package liveconnect_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// errorNames are all Err variables.
var errorNames = map[string]error{
	"TokenMissing": liveconnect.ErrTokenMissing, "TokenInvalid": liveconnect.ErrTokenInvalid,
	"TokenExpired": liveconnect.ErrTokenExpired, "Unauthorized": liveconnect.ErrUnauthorized,
	"Forbidden": liveconnect.ErrForbidden, "BadRequest": liveconnect.ErrBadRequest,
	"URLInvalid": liveconnect.ErrURLInvalid, "ParameterInvalid": liveconnect.ErrParameterInvalid,
	"ParameterMissing": liveconnect.ErrParameterMissing, "MethodNotAllowed": liveconnect.ErrMethodNotAllowed,
	"NotFound": liveconnect.ErrNotFound, "AlreadyExists": liveconnect.ErrAlreadyExists,
	"Conflict": liveconnect.ErrConflict, "QuotaExceeded": liveconnect.ErrQuotaExceeded,
	"Throttled": liveconnect.ErrThrottled, "ServerInternal": liveconnect.ErrServerInternal,
	"ServerBusy": liveconnect.ErrServerBusy, "APIDeprecated": liveconnect.ErrAPIDeprecated, "Gone": liveconnect.ErrGone,
	"RequestTimeout": liveconnect.ErrRequestTimeout, "TooLarge": liveconnect.ErrTooLarge,
	"UnsupportedMediaType": liveconnect.ErrUnsupportedMediaType, "RangeNotSatisfiable": liveconnect.ErrRangeNotSatisfiable,
	"Locked": liveconnect.ErrLocked, "ClientClosed": liveconnect.ErrClientClosed,
	"InvalidArgument": liveconnect.ErrInvalidArgument, "NotInitialized": liveconnect.ErrNotInitialized,
	"UnexpectedContent": liveconnect.ErrUnexpectedContent, "ContentChanged": liveconnect.ErrContentChanged,
	"Timeout": liveconnect.ErrTimeout, "PagingLoop": liveconnect.ErrPagingLoop, "SourceLength": liveconnect.ErrSourceLength,
	"SignInRequired": liveconnect.ErrSignInRequired, "InsecureURL": liveconnect.ErrInsecureURL,
	"SessionNotFound": liveconnect.ErrSessionNotFound, "SizeMismatch": liveconnect.ErrSizeMismatch,
}

// matches lists the Err variables that an error matches.
func matches(err error) string {
	var names []string
	for name, target := range errorNames {
		if errors.Is(err, target) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// failing makes the error of a call that a stub answers.
func failing(t *testing.T, handler http.HandlerFunc, opts ...liveconnect.Option) *liveconnect.Error {
	t.Helper()
	_, err := newStub(t, handler).client(t, opts...).Users.Get(t.Context(), liveconnect.Me)
	var failure *liveconnect.Error
	require.ErrorAs(t, err, &failure)
	return failure
}

func TestErrorCodesAndStatuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		code   string
		want   string // what matches, and nothing else does
	}{
		{401, "request_token_missing", "TokenMissing Unauthorized"},
		{401, "request_token_invalid", "TokenInvalid Unauthorized"},
		{401, "request_token_expired", "TokenExpired Unauthorized"},
		{403, "request_token_unauthorized", "Forbidden"},
		{405, "request_method_invalid", "MethodNotAllowed"},
		{400, "request_url_invalid", "BadRequest URLInvalid"},
		{400, "request_parameter_invalid", "BadRequest ParameterInvalid"},
		{400, "request_parameter_missing", "BadRequest ParameterMissing"},
		{420, "request_throttled", "Throttled"},
		{404, "resource_not_found", "NotFound"},
		{409, "resource_already_exists", "AlreadyExists Conflict"},
		{507, "resource_quota_exceeded", "QuotaExceeded"},
		{500, "server_internal_error", "ServerInternal"},
		{503, "server_busy", "ServerBusy"},
		{410, "api_deprecated", "APIDeprecated Gone"},

		// Of storage hosts.
		{401, "expired_token", "TokenExpired Unauthorized"},
		{500, "expired_token", "TokenExpired Unauthorized"},
		{401, "invalid_token", "TokenInvalid Unauthorized"},
		{500, "UploadSessionNotFound", "SessionNotFound"},
		{500, "0x8020001F", "SessionNotFound"},
		{403, "0x80070005", "Forbidden"},

		// The code decides, whatever the status.
		{400, "resource_already_exists", "AlreadyExists Conflict"},
		{403, "api_deprecated", "APIDeprecated Gone"},
		{404, "request_url_invalid", "BadRequest URLInvalid"},
		{500, "resource_not_found", "NotFound"},
		{400, "request_throttled", "Throttled"},
		{200, "server_busy", "ServerBusy"},

		// A code that is not documented leaves it to the status.
		{404, "something_new", "NotFound"},
		{409, "something_new", "Conflict"},
		{418, "something_new", ""},

		{400, "", "BadRequest"},
		{401, "", "Unauthorized"},
		{403, "", "Forbidden"},
		{404, "", "NotFound"},
		{405, "", "MethodNotAllowed"},
		{408, "", "RequestTimeout"},
		{409, "", "Conflict"},
		{410, "", "Gone"},
		{413, "", "TooLarge"},
		{415, "", "UnsupportedMediaType"},
		{416, "", "RangeNotSatisfiable"},
		{420, "", "Throttled"},
		{423, "", "Locked"},
		{429, "", "Throttled"},
		{499, "", "ClientClosed"},
		{500, "", "ServerInternal"},
		{503, "", "ServerBusy"},
		{507, "", "QuotaExceeded"},
		{418, "", ""},
		{502, "", ""},
	} {
		t.Run(fmt.Sprintf("%d %s", test.status, test.code), func(t *testing.T) {
			t.Parallel()
			body := ""
			if test.code != "" {
				body = fmt.Sprintf(`{"error":{"code":%q,"message":"What it says."}}`, test.code)
			}
			failure := failing(t, answer(test.status, []byte(body)))
			assert.Equal(t, test.want, matches(failure))
			assert.Equal(t, test.want, matches(fmt.Errorf("wrapped: %w", failure)))
			assert.Equal(t, test.status, failure.StatusCode)
			assert.Equal(t, test.code, failure.Code)
			assert.Contains(t, failure.Error(), fmt.Sprint(test.status))
			assert.Contains(t, failure.Error(), test.code)
			assert.Contains(t, failure.Error(), "Users.Get")
		})
	}
}

func TestRecordedErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file   string
		status int
		want   string
		text   string
	}{
		{"token_invalid", 401, "TokenInvalid Unauthorized", "The access token isn't valid."},
		{"token_expired", 401, "TokenExpired Unauthorized", "The access token that was provided has expired."},
		{"token_unauthorized", 403, "Forbidden", "'wl.contacts_update', 'wl.basic'."},
		{"method", 405, "MethodNotAllowed", "The provided HTTP method 'POST' is not allowed."},
		{"url_path", 400, "BadRequest URLInvalid", "The URL contains the path 'me/skydrives', which isn't supported."},
		{"url_resource", 400, "BadRequest URLInvalid", "Resource type 'notebook' doesn't support the path 'content'."},
		{"parameter_invalid", 400, "BadRequest ParameterInvalid", "'folder', 'album'."},
		{"parameter_missing_any", 400, "BadRequest ParameterMissing", "'name', 'description'."},
		{"parameter_missing_name", 400, "BadRequest ParameterMissing", "the required parameter: 'name'."},
		{"file_name", 400, "BadRequest ParameterInvalid", `'\', '/', ':', ';', '*', '<', '>', '|', '?'.`},
		{"not_found", 404, "NotFound", "The resource 'file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!9999' doesn't exist."},
		{"already_exists", 409, "AlreadyExists Conflict", "a resource named 'Field notes' already exists."},
		{"throttled", 420, "Throttled", "repeated too many times."},
		{"internal", 500, "ServerInternal", "An unexpected processing error occurred."},
		{"api_deprecated", 410, "APIDeprecated Gone", "This API is no longer supported."},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			failure := failing(t, answer(test.status, fixture(t, "recorded/error_"+test.file+".json")))
			assert.Equal(t, test.want, matches(failure))
			assert.Contains(t, failure.Message, test.text)
			assert.Contains(t, failure.Error(), test.text)
		})
	}
}

// The answer of Microsoft's host today must tell people what happened, and what to do.
func TestRetiredServiceIsExplained(t *testing.T) {
	t.Parallel()
	failure := failing(t, answer(410, fixture(t, "recorded/error_api_deprecated.json")))
	for _, text := range []string{failure.Error(), liveconnect.ErrAPIDeprecated.Error()} {
		for _, part := range []string{"has retired", "emulator", "WithBaseURL", "Microsoft Graph"} {
			assert.Contains(t, text, part)
		}
	}
}

func TestErrorIsOneLine(t *testing.T) {
	t.Parallel()
	for _, nasty := range []string{`a\nb`, `a\r\nb`, `a\u0000b`, `a\u001b[31mb`, `a\u0085b`, `a\u2028b`, `a\u2029b`, `a\tb`, `a\u007fb`, `a\u009bb`} {
		failure := failing(t, answer(404, []byte(`{"error":{"code":"c`+nasty+`","message":"m`+nasty+`"}}`)))
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("failed", "error", failure)
		for _, text := range []string{failure.Error(), strings.TrimSuffix(log.String(), "\n")} {
			assert.NotRegexp(t, `[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}]`, text, "%q", nasty)
		}
	}
	long := failing(t, answer(404, []byte(`{"error":{"code":"c","message":"`+strings.Repeat("日本", 5000)+`"}}`)))
	assert.Less(t, len(long.Error()), 2000)
	assert.True(t, utf8.ValidString(long.Message), "no character is cut in two")
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(2 * time.Hour).UTC()
	const throttled = `{"error":{"code":"request_throttled","message":"The request wasn't made because the same type of ` +
		`request was repeated too many times. Wait 241 seconds and try again."}}`
	for _, test := range []struct {
		name, header, body string
		status             int
		want               time.Duration
	}{
		{"seconds", "90", "", 420, 90 * time.Second},
		{"seconds of a busy server", "120", "", 503, 2 * time.Minute},
		{"RFC 1123", later.Format(http.TimeFormat), "", 420, 2 * time.Hour},
		{"RFC 850", later.Format("Monday, 02-Jan-06 15:04:05 GMT"), "", 420, 2 * time.Hour},
		{"asctime", later.Format(time.ANSIC), "", 420, 2 * time.Hour},
		{"in the message", "", throttled, 420, 241 * time.Second},
		{"the header before the message", "99", throttled, 420, 99 * time.Second},
		{"in the past", "Mon, 02 Jan 2006 15:04:05 GMT", "", 404, 0},
		{"garbage", "soon", "", 404, 0},
		{"negative", "-5", "", 404, 0},
		{"huge", "99999999999999999999", "", 404, 365 * 24 * time.Hour},
		{"a message without a wait", "", `{"error":{"code":"resource_not_found","message":"Wait 241 seconds"}}`, 404, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			failure := failing(t, func(w http.ResponseWriter, r *http.Request) {
				if test.header != "" {
					w.Header().Set("Retry-After", test.header)
				}
				answer(test.status, []byte(test.body))(w, r)
			})
			assert.InDelta(t, test.want.Seconds(), failure.RetryAfter.Seconds(), 300, "the clock goes on while a busy machine works")
			assert.Equal(t, 1, failure.Attempts, "a wait over the cap ends the call at once")
			assert.Equal(t, test.want > 0, strings.Contains(failure.Error(), "retry after"))
		})
	}
}

func TestErrorDetails(t *testing.T) {
	t.Parallel()
	failure := failing(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-HTTP-Live-Request-Id", "API.96544311-acec-4e25-a802-6ca28dd56af1")
		answer(503, []byte(`{"error":{"code":"server_busy","message":"Busy."}}`))(w, r)
	}, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 3, BaseDelay: 1}))
	assert.Equal(t, "API.96544311-acec-4e25-a802-6ca28dd56af1", failure.RequestID)
	assert.Equal(t, 3, failure.Attempts)
	for _, part := range []string{"Users.Get", "server_busy", "Busy.", "GET http://127.0.0.1", "/v5.0/me", "503", failure.RequestID, "3 attempts"} {
		assert.Contains(t, failure.Error(), part)
	}

	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("failed", "error", failure)
	for _, part := range []string{"error.op=Users.Get", "server_busy", "Busy.", "error.method=GET", "error.status=503", "error.attempts=3", failure.RequestID} {
		assert.Contains(t, log.String(), part)
	}
}

func TestErrorNil(t *testing.T) {
	t.Parallel()
	var none *liveconnect.Error
	assert.NotEmpty(t, none.Error())
	assert.NoError(t, none.Unwrap())
	assert.False(t, none.Timeout())
	assert.NotPanics(t, func() { _ = none.LogValue().String() })
	assert.Empty(t, matches(none))
	assert.NotEmpty(t, new(liveconnect.Error).Error())
	assert.Empty(t, matches(new(liveconnect.Error)))
}

func TestErrorTimeout(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  liveconnect.Error
		want bool
	}{
		{"deadline", liveconnect.Error{Err: fmt.Errorf("x: %w", context.DeadlineExceeded)}, true},
		{"limit of ours", liveconnect.Error{Err: liveconnect.ErrTimeout}, true},
		{"limit of the server", liveconnect.Error{StatusCode: 408}, true},
		{"net.Error", liveconnect.Error{Err: timeoutError{}}, true},
		{"canceled", liveconnect.Error{Err: context.Canceled}, false},
		{"another status", liveconnect.Error{StatusCode: 404}, false},
		{"another cause", liveconnect.Error{Err: io.ErrUnexpectedEOF}, false},
		{"nothing", liveconnect.Error{}, false},
	} {
		assert.Equal(t, test.want, test.err.Timeout(), test.name)
	}
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "slow" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return false }

// silence is a transport that connects and never answers.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestNoAnswerInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, err := liveconnect.NewClient(&http.Client{Transport: silence{}},
			liveconnect.WithTimeouts(liveconnect.Timeouts{ResponseHeader: 7 * time.Second}),
			liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		started := time.Now()
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		require.ErrorIs(t, err, liveconnect.ErrTimeout)
		assert.Equal(t, 7*time.Second, time.Since(started))
		assert.Contains(t, err.Error(), "7s")

		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err = client.Users.Get(ctx, liveconnect.Me)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var failure *liveconnect.Error
		require.ErrorAs(t, err, &failure)
		assert.True(t, failure.Timeout())
		assert.Equal(t, 10*time.Second, time.Since(started))
	})
}
