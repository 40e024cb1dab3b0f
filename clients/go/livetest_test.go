package clients

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// livetest in a test of another project: through the library.
func TestLivetestFromOutside(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	notes, err := server.Account().AddFile("Documents/2012/notes.txt", []byte("hello"))
	require.NoError(t, err)
	client := server.Client(t)

	file, err := client.Files.Get(t.Context(), notes)
	require.NoError(t, err)
	assert.Equal(t, "notes.txt", file.Name)
	server.Fault(livetest.Fault{Method: http.MethodPut, Count: 1, Do: livetest.Error(http.StatusServiceUnavailable, "server_busy", "0")})
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "more.txt", strings.NewReader("more"), nil)
	require.NoError(t, err, "the library tries again")

	var endpoints []string
	for _, request := range server.Requests() {
		endpoints = append(endpoints, request.Endpoint)
	}
	assert.Contains(t, endpoints, "files.get")
	assert.Contains(t, endpoints, "content.put_name")
}

// livetest for a project with a client of its own: nothing but HTTP.
func TestLivetestFromOutsideByHTTP(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	token, err := server.Account().Token(liveconnect.ScopeBasic)
	require.NoError(t, err)
	me := func() string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.APIURL+"/me", http.NoBody)
		require.NoError(t, err)
		token.SetAuthHeader(req)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return string(body)
	}
	assert.Contains(t, me(), `"name": "Roberto Tamburello"`)
	server.Advance(2 * time.Hour)
	assert.Contains(t, me(), "request_token_expired")
	assert.Len(t, server.Requests(), 2)
}
