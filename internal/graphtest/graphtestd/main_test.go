package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Everything is where the line says, Microsoft's own hosts are behind the proxy, and it ends with its input.
func TestRun(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	stdin, hold := io.Pipe()
	out, stdout := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(context.Background(), []string{"-ca", ca, "-new-ids"}, stdin, stdout, io.Discard)
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	var r ready
	require.NoError(t, json.Unmarshal(line, &r))
	proxy, err := url.Parse(r.Proxy)
	require.NoError(t, err)
	authority, err := os.ReadFile(ca)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(authority))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, Proxy: func(r *http.Request) (*url.URL, error) {
		if r.URL.Hostname() == "127.0.0.1" {
			return nil, nil
		}
		return proxy, nil
	}}
	defer transport.CloseIdleConnections()
	for _, graph := range []string{r.Graph, "https://graph.microsoft.com/v1.0"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, graph+"/drives/"+r.Drive+"/root", nil)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+r.AccessToken)
		resp, err := (&http.Client{Transport: transport}).Do(request)
		require.NoError(t, err)
		var root map[string]any
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&root))
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, r.Root, root["id"])
		assert.Contains(t, root["@odata.context"], graph, "links lead to the hosts that the client knows")
	}
	require.NoError(t, hold.Close())
	assert.NoError(t, <-done)
	assert.Error(t, run(t.Context(), []string{"-bogus"}, stdin, io.Discard, io.Discard))
	assert.Error(t, run(t.Context(), []string{"more"}, stdin, io.Discard, io.Discard))
}
