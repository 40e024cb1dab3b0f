package clients

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The application and the account of ../accounts.json.
const (
	clientID     = "000000004c043705"
	clientSecret = "O9L3tC4ecrCdLDaNsNC3m4mdiBm9gYi4"
	callback     = "http://127.0.0.1/callback"
	robertoID    = "8c8ce076ca27823f"
)

// liveconnectd is the program. LIVECONNECTD names it; otherwise it is built.
var liveconnectd string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if liveconnectd = os.Getenv("LIVECONNECTD"); liveconnectd != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "liveconnectd")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	liveconnectd = filepath.Join(dir, "liveconnectd")
	if out, err := exec.Command("go", "build", "-C", "../..", "-o", liveconnectd, "./cmd/liveconnectd").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build liveconnectd: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// emulator is a running liveconnectd.
type emulator struct {
	t *testing.T

	API      string `json:"api"`
	Login    string `json:"login"`
	Control  string `json:"control"`
	Proxy    string `json:"proxy"`
	CA       string `json:"ca"`
	Accounts []struct {
		AccessToken string `json:"access_token"`
	} `json:"accounts"`
}

// start runs liveconnectd until the test ends. It signs in as the first account, without a page.
func start(t *testing.T) *emulator {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	program := exec.CommandContext(ctx, liveconnectd, "-addr", "127.0.0.1:0", "-auto-consent", "-accounts", "../accounts.json",
		"-ca", filepath.Join(t.TempDir(), "ca.pem"))
	program.Cancel = func() error { return program.Process.Signal(os.Interrupt) }
	out, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	e := &emulator{t: t}
	t.Cleanup(func() {
		end()
		_ = program.Wait() // says that it was interrupted
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(line, e))
	return e
}

// client is an HTTP client that reaches the fixed hosts through the proxy, and trusts its authority.
func (e *emulator) client() *http.Client {
	e.t.Helper()
	proxy, err := url.Parse(e.Proxy)
	require.NoError(e.t, err)
	authority, err := os.ReadFile(e.CA)
	require.NoError(e.t, err)
	roots := x509.NewCertPool()
	require.True(e.t, roots.AppendCertsFromPEM(authority))
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	e.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// browse opens an authorize URL as a browser does, and returns the query that the application's page gets.
func (e *emulator) browse(address string) url.Values {
	e.t.Helper()
	browser := e.client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := browser.Get(address)
	require.NoError(e.t, err)
	require.NoError(e.t, resp.Body.Close())
	require.Equal(e.t, http.StatusFound, resp.StatusCode)
	target, err := resp.Location()
	require.NoError(e.t, err)
	require.Equal(e.t, callback, target.Scheme+"://"+target.Host+target.Path)
	return target.Query()
}

// requests are the lines of the request log: verb, host, endpoint and status.
func (e *emulator) requests() []string {
	e.t.Helper()
	resp, err := http.Get(e.Control + "/requests")
	require.NoError(e.t, err)
	defer resp.Body.Close()
	var log struct {
		Requests []struct {
			Method, Path, Endpoint string
			Status                 int
			HadToken               bool `json:"had_token"`
		}
	}
	require.NoError(e.t, json.NewDecoder(resp.Body).Decode(&log))
	lines := []string{}
	for _, r := range log.Requests {
		line := fmt.Sprintf("%s %s %s %d", r.Method, r.Path, r.Endpoint, r.Status)
		if r.HadToken {
			line += " with a token"
		}
		lines = append(lines, line)
	}
	return lines
}
