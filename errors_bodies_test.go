package liveconnect_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// hostileBody answers with a file of testdata, a status and a Content-Type.
func hostileBody(t *testing.T, status int, contentType, name string) http.HandlerFunc {
	t.Helper()
	content := fixture(t, "hostile/"+name)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write(content)
	}
}

// shapes are the kinds of answers: an object, a list, and nothing.
var shapes = map[string]func(*testing.T, *liveconnect.Client) error{
	"object": func(t *testing.T, c *liveconnect.Client) error {
		t.Helper()
		_, err := c.Users.Get(t.Context(), liveconnect.Me)
		return err
	},
	"list": func(t *testing.T, c *liveconnect.Client) error {
		t.Helper()
		_, err := c.Items.List(t.Context(), liveconnect.Root, nil)
		return err
	},
	"nothing": func(t *testing.T, c *liveconnect.Client) error {
		t.Helper()
		return c.Files.Delete(t.Context(), "file.1.1!1")
	},
}

func TestErrorInside200(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file, code, message string
		is                  error
	}{
		{"error_in_200.json", "request_token_expired", "The access token that was provided has expired.", liveconnect.ErrTokenExpired},
		{
			"error_in_200_with_data.json", "server_internal_error",
			"An unexpected processing error occurred. Please contact Microsoft.", liveconnect.ErrServerInternal,
		},
		{"error_extra_fields.json", "resource_not_found", "The resource 'file.x' doesn't exist.", liveconnect.ErrNotFound},
		{"error_oauth.json", "invalid_grant", "The provided value for the input parameter is not valid.", liveconnect.ErrSignInRequired},
		{"error_empty_object.json", "", "", liveconnect.ErrUnexpectedContent},
		{"error_truncated.json", "", "", liveconnect.ErrUnexpectedContent},
	} {
		for shape, call := range shapes {
			t.Run(test.file+" for "+shape, func(t *testing.T) {
				t.Parallel()
				client := newStub(t, hostileBody(t, 200, "application/json", test.file)).client(t)
				err := call(t, client)
				require.ErrorIs(t, err, test.is)
				var failure *liveconnect.Error
				require.ErrorAs(t, err, &failure)
				assert.Equal(t, 200, failure.StatusCode)
				assert.Equal(t, test.code, failure.Code)
				assert.Equal(t, test.message, failure.Message)
			})
		}
	}
}

// An error member that is null is no error.
func TestErrorNull(t *testing.T) {
	t.Parallel()
	user, err := serving(t, 200, "hostile/error_null.json").Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.User{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"}, user)
}

// A name that looks like an error is none.
func TestErrorInName(t *testing.T) {
	t.Parallel()
	stub := newStub(t, answer(200, []byte(`{"data":[{"id":"file.1.1!1","type":"file","name":"\"error\":{","x":{"error":{}}}]}`)))
	page, err := stub.client(t).Items.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	assert.Equal(t, `"error":{`, page.Data[0].Info().Name)
}

func TestErrorBodies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file, code, message string
	}{
		{"error_oauth.json", "invalid_grant", "The provided value for the input parameter is not valid."},
		{"error_extra_fields.json", "resource_not_found", "The resource 'file.x' doesn't exist."},
		{"error_empty_object.json", "", ""},
		{"error_null.json", "", ""},
		{"error_truncated.json", "", ""},
		{"empty.json", "", ""},
		{"null.json", "", ""},
		{"not_an_object.json", "", ""},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			client := newStub(t, hostileBody(t, 404, "application/json", test.file)).client(t)
			for shape, call := range shapes {
				err := call(t, client)
				var failure *liveconnect.Error
				require.ErrorAs(t, err, &failure, shape)
				assert.Equal(t, 404, failure.StatusCode)
				assert.Equal(t, test.code, failure.Code)
				assert.Equal(t, test.message, failure.Message)
				assert.Equal(t, 1, failure.Attempts)
				assert.Contains(t, err.Error(), "404")
				if test.code == "" {
					require.ErrorIs(t, err, liveconnect.ErrNotFound, "without a code, the status decides")
				}
			}
		})
	}
}

// TestNotJSON sends what is not an object, with a status that says success.
func TestNotJSON(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"empty.json", "null.json", "not_an_object.json"} {
		for _, shape := range []string{"object", "list"} {
			t.Run(file+" for "+shape, func(t *testing.T) {
				t.Parallel()
				err := shapes[shape](t, newStub(t, hostileBody(t, 200, "application/json", file)).client(t))
				require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
			})
		}
		t.Run(file+" for nothing", func(t *testing.T) {
			t.Parallel()
			require.NoError(t, shapes["nothing"](t, newStub(t, hostileBody(t, 200, "application/json", file)).client(t)))
		})
	}
}

// A proxy's page is told as one, whatever its status or its Content-Type say.
func TestHTMLPage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status      int
		contentType string
		also        error
	}{
		{200, "text/html; charset=utf-8", nil},
		{200, "application/json", nil},
		{400, "text/html", liveconnect.ErrBadRequest},
		{503, "text/html", liveconnect.ErrServerBusy},
		{502, "application/xhtml+xml", nil},
	} {
		t.Run(http.StatusText(test.status)+" "+test.contentType, func(t *testing.T) {
			t.Parallel()
			client := newStub(t, hostileBody(t, test.status, test.contentType, "error_page.html")).client(t)
			for shape, call := range shapes {
				err := call(t, client)
				require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent, shape)
				assert.Contains(t, err.Error(), test.contentType)
				assert.Contains(t, err.Error(), "<!DOCTYPE html>")
				assert.Contains(t, err.Error(), "Service Unavailable")
				assert.NotContains(t, err.Error(), "\n")
				if test.also != nil {
					require.ErrorIs(t, err, test.also)
				}
			}
		})
	}
}
