package liveconnect_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

// summary is what tests want to be said at the very end, after all results.
var summary strings.Builder

func TestMain(m *testing.M) { goleak.VerifyTestMain(withEmulator{m}) }

// stub is a server that answers what a test tells it to, and remembers what it was asked.
type stub struct {
	*httptest.Server
	mu       sync.Mutex
	requests []asked
}

// asked is a request that a stub got.
type asked struct {
	Method string
	Path   string // escaped
	Query  url.Values
	Header http.Header
	Body   string
	Err    error // of reading the body
}

// newStub starts a server on 127.0.0.1. The handler gets a request whose body has been read.
func newStub(t *testing.T, handler http.HandlerFunc) *stub {
	t.Helper()
	s := &stub{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		s.mu.Lock()
		s.requests = append(s.requests, asked{r.Method, r.URL.EscapedPath(), r.URL.Query(), r.Header.Clone(), string(body), err})
		s.mu.Unlock()
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// client makes a client of the stub, with the token "TOKEN" and without waits between retries.
func (s *stub) client(t *testing.T, opts ...liveconnect.Option) *liveconnect.Client {
	t.Helper()
	opts = append([]liveconnect.Option{
		liveconnect.WithBaseURL(s.URL + "/v5.0"),
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "TOKEN"})),
		liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}),
	}, opts...)
	client, err := liveconnect.NewClient(nil, opts...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// asked returns the requests so far.
func (s *stub) asked() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.requests...)
}

// last returns the last request.
func (s *stub) last(t *testing.T) asked {
	t.Helper()
	all := s.asked()
	require.NotEmpty(t, all, "no request was sent")
	return all[len(all)-1]
}

// answer answers every request alike.
func answer(status int, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

// fixture reads a file of testdata.
func fixture(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	require.NoError(t, err)
	return content
}
