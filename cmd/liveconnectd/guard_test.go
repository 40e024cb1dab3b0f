package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhoMaySteer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, method, from, host string
		header                   [2]string
		remote                   bool
		status                   int
		says                     string
	}{
		{"this machine", "GET", "127.0.0.1:1", "127.0.0.1:8080", [2]string{}, false, 204, ""},
		{"this machine by IPv6", "GET", "[::1]:1", "[::1]:8080", [2]string{}, false, 204, ""},
		{"this machine by name", "POST", "127.0.0.1:1", "localhost:8080", [2]string{}, false, 204, ""},
		{"through the proxy", "GET", "127.0.0.1:1", "apis.live.net", [2]string{}, false, 204, ""},
		{"another machine", "GET", "192.0.2.1:1", "127.0.0.1:8080", [2]string{}, false, 403, "start liveconnectd with -allow-remote-control"},
		{"another machine, let in", "GET", "192.0.2.1:1", "192.0.2.2:8080", [2]string{}, true, 204, ""},
		{"forwarded", "GET", "127.0.0.1:1", "127.0.0.1:8080", [2]string{"X-Forwarded-For", "192.0.2.1"}, false, 403, "was forwarded (X-Forwarded-For)"},
		{"a site that took a name for this machine", "GET", "127.0.0.1:1", "evil.example:8080", [2]string{}, false, 403, `under the name "evil.example"`},
		{"a page of another site", "POST", "127.0.0.1:1", "127.0.0.1:8080", [2]string{"Sec-Fetch-Site", "cross-site"}, false, 403, "a page of another site may not do this"},
		{"the same, let in from everywhere", "POST", "127.0.0.1:1", "127.0.0.1:8080", [2]string{"Origin", "http://evil.example"}, true, 403, "a page of another site may not do this"},
		{"no address", "GET", "pipe", "127.0.0.1:8080", [2]string{}, false, 403, "for clients on the same machine"},
	} {
		e, err := newEmulator(options{remoteControl: test.remote}, slog.New(slog.DiscardHandler), "127.0.0.1:8080")
		require.NoError(t, err)
		r := httptest.NewRequest(test.method, "/_live/health", nil)
		r.RemoteAddr, r.Host = test.from, test.host
		if test.header[0] != "" {
			r.Header.Set(test.header[0], test.header[1])
		}
		w := httptest.NewRecorder()
		e.guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })).ServeHTTP(w, r)
		assert.Equal(t, test.status, w.Code, test.name)
		assert.Contains(t, w.Body.String(), jsonText(test.says), test.name)
	}
}

func TestStarting(t *testing.T) {
	t.Parallel()
	e, err := newEmulator(options{tokenLifetime: 1}, slog.New(slog.DiscardHandler), "127.0.0.1:8080")
	require.NoError(t, err)
	for path, want := range map[string]string{
		"/_live/health": `"status": "starting"`, "/_live/accounts": "still starting", "/_live/reset": "", "/": "starting",
		"/v5.0/me": "ask /_live/health",
	} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr, r.Host = "127.0.0.1:1", "127.0.0.1:8080"
		w := httptest.NewRecorder()
		if path == "/_live/reset" {
			r.Method, want = http.MethodPost, "still starting"
		}
		e.handler().ServeHTTP(w, r)
		assert.Equal(t, http.StatusServiceUnavailable, w.Code, path)
		assert.Contains(t, w.Body.String(), want, path)
	}
}
