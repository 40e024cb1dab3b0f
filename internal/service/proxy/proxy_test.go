package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testHosts() Hosts { return Hosts{"api.example.com", "*.store.example.com"} }

// site is a proxy at work, and a client that uses it.
type site struct {
	server *Server
	addr   string
	roots  *x509.CertPool
	client *http.Client
	dials  atomic.Int64
}

// newSite serves what a request looks like: "scheme host path".
func newSite(t *testing.T, change ...func(*Config)) *site {
	t.Helper()
	authority, err := NewAuthority("test", testHosts())
	require.NoError(t, err)
	cfg := Config{
		Authority: authority, Own: func(host string) bool { return host == "127.0.0.1" }, ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			scheme := "http"
			if r.TLS != nil {
				scheme = "https"
			}
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s %s %s%s", scheme, r.Host, r.URL.Path, body, r.Header.Get("Proxy-Authorization"))
		}),
	}
	for _, f := range change {
		f(&cfg)
	}
	s := &site{roots: x509.NewCertPool()}
	require.True(t, s.roots.AppendCertsFromPEM(authority.PEM()))
	s.server, err = New(cfg)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.addr = listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(listener) }()
	t.Cleanup(func() {
		_ = s.server.Close()
		assert.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	s.client = s.newClient(t)
	return s
}

func (s *site) newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: s.addr, User: url.UserPassword("me", "secret")}),
		TLSClientConfig: &tls.Config{RootCAs: s.roots},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			s.dials.Add(1)
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (s *site) get(t *testing.T, target string) (int, string) {
	t.Helper()
	resp, err := s.client.Get(target)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func TestThreeWaysIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	t.Run("plain", func(t *testing.T) {
		resp, err := http.Get("http://" + s.addr + "/a")
		require.NoError(t, err)
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		assert.Equal(t, "http "+s.addr+" /a ", string(body))
		http.DefaultClient.CloseIdleConnections()
	})
	for target, want := range map[string]string{
		"http://api.example.com/b":           "http api.example.com /b ",
		"http://API.example.com:8080//b/":    "http API.example.com:8080 //b/ ",
		"http://127.0.0.1/own":               "http 127.0.0.1 /own ",
		"https://api.example.com/c":          "https api.example.com /c ",
		"https://cid-1.store.example.com/d!": "https cid-1.store.example.com /d! ",
	} {
		status, body := s.get(t, target)
		assert.Equal(t, http.StatusOK, status, target)
		assert.Equal(t, want, body, target)
	}
}

func TestOtherHostsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	status, body := s.get(t, "http://www.example.org/")
	assert.Equal(t, http.StatusForbidden, status)
	assert.Contains(t, body, "does not lead to www.example.org. It leads nowhere but to api.example.com, *.store.example.com")

	for _, authority := range []string{
		"www.example.org:443", "store.example.com:443", "a.b.store.example.com:443", "api.example.com:22", "api.example.com", "127.0.0.1:443",
	} {
		status, body := s.connect(t, authority)
		assert.Equal(t, http.StatusForbidden, status, authority)
		assert.Contains(t, body, "does not lead to "+authority, authority)
	}
}

// connect sends a CONNECT and reads an answer that is no tunnel.
func (s *site) connect(t *testing.T, authority string) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n\r\n", authority)
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	require.NoError(t, err)
	body := make([]byte, 1000)
	n, _ := resp.Body.Read(body)
	return resp.StatusCode, string(body[:n])
}

func TestTunnelsAreKeptAlive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 3 {
		resp, err := s.client.Post("https://api.example.com/e", "text/plain", strings.NewReader("body"))
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, "https api.example.com /e body", string(body))
		assert.Equal(t, 1, resp.ProtoMajor)
	}
	assert.EqualValues(t, 1, s.dials.Load())
}

func TestTunnelToPort80IsPlain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	conn, err := net.Dial("tcp", s.addr)
	require.NoError(t, err)
	defer conn.Close()
	// All at once: a client that does not wait for the answer to CONNECT.
	_, err = io.WriteString(conn, "CONNECT api.example.com:80 HTTP/1.0\r\n\r\nGET /early HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	all, err := io.ReadAll(conn)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(all), "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n"), string(all))
	assert.True(t, strings.HasSuffix(string(all), "http api.example.com /early "), string(all))
}

func TestOldAndNameless(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, test := range map[string]struct {
		cfg *tls.Config
		ok  bool
	}{
		"TLS 1.0":          {&tls.Config{ServerName: "api.example.com", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, true},
		"no server name":   {&tls.Config{InsecureSkipVerify: true}, true},
		"another's name":   {&tls.Config{ServerName: "www.example.org"}, false},
		"not trusting us":  {&tls.Config{ServerName: "api.example.com", RootCAs: x509.NewCertPool()}, false},
		"another of ours":  {&tls.Config{ServerName: "x.store.example.com"}, true},
		"upper case names": {&tls.Config{ServerName: "API.EXAMPLE.COM"}, true},
	} {
		conn, err := net.Dial("tcp", s.addr)
		require.NoError(t, err)
		_, err = io.WriteString(conn, "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n")
		require.NoError(t, err)
		in := bufio.NewReader(conn)
		resp, err := http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		if test.cfg.RootCAs == nil {
			test.cfg.RootCAs = s.roots
		}
		err = tls.Client(conn, test.cfg).HandshakeContext(t.Context())
		assert.Equal(t, test.ok, err == nil, "%s: %v", name, err)
		require.NoError(t, conn.Close())
	}
}

func TestShutdownWaitsForRequestsInTunnels(t *testing.T) {
	t.Parallel()
	begun, goOn := make(chan struct{}), make(chan struct{})
	s := newSite(t, func(cfg *Config) {
		cfg.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-goOn
			_, _ = io.WriteString(w, "done")
		})
	})
	got := make(chan string, 1)
	go func() {
		resp, err := s.client.Get("https://api.example.com/slow")
		if err != nil {
			got <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		got <- string(body)
	}()
	<-begun
	ended := make(chan error, 1)
	go func() { ended <- s.server.Shutdown(t.Context()) }()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", s.addr)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, 10*time.Second, time.Millisecond, "new connections are still taken")
	assert.Empty(t, ended, "ended with a request under way")
	close(goOn)
	assert.Equal(t, "done", <-got)
	require.NoError(t, <-ended)
}

func TestShutdownGivesUp(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	s := newSite(t, func(cfg *Config) {
		cfg.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { close(begun); <-r.Context().Done() })
	})
	go func() {
		_, _ = s.client.Get("https://api.example.com/for-ever")
	}()
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.server.Shutdown(ctx), context.DeadlineExceeded)
	require.NoError(t, s.server.Close())
}

func TestNewWantsHandlerAndAuthority(t *testing.T) {
	t.Parallel()
	_, err := New(Config{})
	require.ErrorContains(t, err, "Config needs a Handler and an Authority")
}
