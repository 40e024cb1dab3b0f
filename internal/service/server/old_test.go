package server_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// A request of HTTP/1.0 gets a status line of HTTP/1.1, which a client compares, and no chunks, which it cannot read.
func TestOldRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	modern := httptest.NewServer(server.Answer11(w.srv))
	t.Cleanup(modern.Close)
	in := &world{t: t, url: modern.URL}
	id := w.put("me/skydrive", "big.txt", strings.Repeat("x", 100_000))
	link := w.get(id + "/content").header.Get("Location")
	for request, status := range map[string]string{
		"GET /v5.0/me":                                       "200 OK",
		"GET /v5.0/me/skydrive/files":                        "200 OK",
		"GET /v5.0/" + id + "/content":                       "302 Found",
		"GET " + strings.TrimPrefix(link, w.url):             "200 OK",
		"GET /v5.0/nowhere":                                  "400 Bad Request",
		"GET /oauth20_desktop.srf":                           "200 OK",
		"DELETE /v5.0/" + w.put("me/skydrive", "d.txt", "x"): "204 No Content",
	} {
		for _, more := range []string{"", "Host: h\r\n", "Host: h\r\nConnection: keep-alive\r\n"} {
			if strings.HasPrefix(request, "DELETE") && more != "" {
				continue
			}
			got := in.raw(request + " HTTP/1.0\r\n" + more + "Authorization: Bearer " + w.token + "\r\n\r\n")
			head, body, _ := strings.Cut(got, "\r\n\r\n")
			assert.Equal(t, "HTTP/1.1 "+status, strings.SplitN(head, "\r\n", 2)[0], request)
			assert.NotContains(t, strings.ToLower(head), "chunked", request)
			assert.Contains(t, strings.ToLower(head), "connection: close", request)
			if strings.HasPrefix(body, "{") {
				assert.True(t, strings.HasSuffix(body, "}"), body)
			}
		}
	}
	assert.Contains(t, in.raw("GET /v5.0/me HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), "chunked")
}
