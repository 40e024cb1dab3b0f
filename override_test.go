package liveconnect_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

func TestMethodOverride(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		call         func(context.Context, *liveconnect.Client) error
		method, verb string // as it travels
		body         string
	}{
		"GET": {func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.Get(ctx, videoID)
			return err
		}, "GET", "", ""},
		"POST": {func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Comments.Create(ctx, videoID, "Nice")
			return err
		}, "POST", "", `{"message":"Nice"}`},
		"PUT": {func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.Update(ctx, videoID, &liveconnect.ItemUpdate{Name: liveconnect.Set("a.avi")})
			return err
		}, "POST", "PUT", `{"name":"a.avi"}`},
		"PUT of content": {func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Uploads.Put(ctx, liveconnect.Root, "a.txt", strings.NewReader("text"), nil)
			return err
		}, "POST", "PUT", "text"},
		"DELETE": {func(ctx context.Context, c *liveconnect.Client) error {
			return c.Videos.Delete(ctx, videoID)
		}, "POST", "DELETE", ""},
		"MOVE": {func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.Move(ctx, videoID, "folder.x")
			return err
		}, "POST", "MOVE", `{"destination":"folder.x"}`},
		"COPY": {func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.Copy(ctx, videoID, "folder.x")
			return err
		}, "POST", "COPY", `{"destination":"folder.x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t, answer(http.StatusOK, []byte(`{"id":"x"}`)))
			require.NoError(t, test.call(t.Context(), s.client(t, liveconnect.WithMethodOverride())))
			sent := s.last(t)
			assert.Equal(t, test.method, sent.Method)
			assert.Equal(t, test.verb, sent.Query.Get("method"))
			assert.Equal(t, test.body, sent.Body)

			require.NoError(t, test.call(t.Context(), s.client(t)))
			assert.False(t, s.last(t).Query.Has("method"), "without the option")
		})
	}
}

// Errors, logs and retries go by the verb that was meant.
func TestMethodOverrideError(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusServiceUnavailable, []byte(`{"error":{"code":"server_busy","message":"Busy."}}`)))
	var log bytes.Buffer
	client := s.client(t, liveconnect.WithMethodOverride(),
		liveconnect.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	err := client.Videos.Delete(t.Context(), videoID)
	var failure *liveconnect.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "DELETE", failure.Method)
	assert.Equal(t, "Videos.Delete", failure.Op)
	assert.Equal(t, 4, failure.Attempts, "a DELETE may be repeated")
	assert.Len(t, s.asked(), 4)
	assert.Contains(t, log.String(), "method=DELETE")
	assert.NotContains(t, log.String(), "method=POST")

	_, err = client.Videos.Move(t.Context(), videoID, "folder.x")
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "MOVE", failure.Method)
	assert.Equal(t, 1, failure.Attempts, "a MOVE may not")
}
