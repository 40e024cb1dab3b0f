package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs the program and returns its greeting, its log, and what ends it.
func start(t *testing.T, args ...string) (hello greeting, stderr *buffer, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	stderr = &buffer{}
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, in, stderr)
		ended <- err
		_ = in.CloseWithError(io.ErrUnexpectedEOF)
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err, stderr.String())
	require.NoError(t, json.Unmarshal(line, &hello))
	return hello, stderr, func() error { cancel(); return <-ended }
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestServesAClient(t *testing.T) {
	t.Parallel()
	hello, stderr, stop := start(t, "-addr", "127.0.0.1:0")
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(hello.API),
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: hello.AccessToken})))
	require.NoError(t, err)
	defer client.CloseIdleConnections()

	me, err := client.Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	assert.Equal(t, hello.UserID, me.ID)
	file, err := client.Uploads.Put(t.Context(), liveconnect.Root, "notes.txt", strings.NewReader("hello"), nil)
	require.NoError(t, err)
	assert.Truef(t, strings.HasPrefix(file.Source, hello.Storage), "%s is not at %s", file.Source, hello.Storage)
	assert.NotEmpty(t, hello.ClientID)
	assert.NotEmpty(t, hello.ClientSecret)

	require.NoError(t, stop())
	assert.Contains(t, stderr.String(), `method=PUT path=/v5.0/me/skydrive/files/notes.txt status=201`)
	assert.NotContains(t, stderr.String(), hello.AccessToken)
}

func TestRefreshTokenWorks(t *testing.T) {
	t.Parallel()
	hello, _, stop := start(t, "-addr", "127.0.0.1:0")
	conf := liveconnect.OAuthConfig(hello.ClientID, hello.ClientSecret, liveconnect.DesktopRedirectURL)
	conf.Endpoint = liveconnect.OAuthEndpoint(hello.Login)
	token, err := conf.TokenSource(t.Context(), &oauth2.Token{RefreshToken: hello.RefreshToken}).Token()
	require.NoError(t, err)
	assert.NotEqual(t, hello.AccessToken, token.AccessToken)
	assert.NotEqual(t, hello.RefreshToken, token.RefreshToken)
	require.NoError(t, stop())
}

func TestSaysWhenTheWorldCanReachIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ip    net.IP
		host  string
		warns bool
	}{
		{net.IPv4(127, 0, 0, 1), "127.0.0.1:80", false},
		{net.IPv6loopback, "[::1]:80", false},
		{net.IPv4zero, "127.0.0.1:80", true},
		{net.IPv6zero, "127.0.0.1:80", true},
		{net.IPv4(192, 0, 2, 7), "192.0.2.7:80", true},
	} {
		var log buffer
		host := reachable(&net.TCPAddr{IP: test.ip, Port: 80}, options{}, slog.New(slog.NewTextHandler(&log, nil)))
		assert.Equal(t, test.host, host)
		assert.Equal(t, test.warns, strings.Contains(log.String(), "everybody who can reach this machine"), test.ip)
	}
}

// How long something that has to happen is waited for.
const (
	waitLimit = 20 * time.Second
	pollEvery = 5 * time.Millisecond
)

func readAll(resp *http.Response) (string, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}
