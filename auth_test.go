package liveconnect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

// hosts answers for several host names: the transport sends every request to the handler of its host.
type hosts struct {
	mu       sync.Mutex
	handlers map[string]http.HandlerFunc
	bearers  map[string][]string // the Authorization headers that each host got
}

func (h *hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	if h.bearers == nil {
		h.bearers = map[string][]string{}
	}
	h.bearers[r.URL.Host] = append(h.bearers[r.URL.Host], r.Header.Get("Authorization"))
	handler := h.handlers[r.URL.Host]
	h.mu.Unlock()
	if handler == nil {
		return nil, fmt.Errorf("no host %s", r.URL.Host)
	}
	w := httptest.NewRecorder()
	handler(w, r)
	return w.Result(), nil
}

func redirectTo(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func content(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = io.WriteString(w, body)
	}
}

// oauthClient is what a program gets from oauth2, over the given transport.
func oauthClient(t *testing.T, base http.RoundTripper) *http.Client {
	t.Helper()
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, &http.Client{Transport: base})
	conf := liveconnect.OAuthConfig("id", "secret", liveconnect.DesktopRedirectURL, liveconnect.ScopeSkyDrive)
	return conf.Client(ctx, &oauth2.Token{AccessToken: "SECRET", RefreshToken: "REFRESH", Expiry: time.Now().Add(time.Hour)})
}

func TestTokenGoesToTheAPIHostOnly(t *testing.T) {
	t.Parallel()
	targets := map[string]string{
		"another host":           "https://public-ch3301.files.1drv.com/y2mKEY/a.jpg?psid=1",
		"another port":           "https://apis.live.net:8443/a.jpg",
		"plain http":             "http://apis.live.net/a.jpg",
		"a subdomain":            "https://storage.apis.live.net/a.jpg",
		"a storage origin":       "https://cid-8c8ce076ca27823f.users.storage.live.com/a.jpg",
		"a look-alike":           "https://apis.live.net.example.com/a.jpg",
		"a host with user info":  "https://apis.live.net@evil.example.com/a.jpg",
		"by way of another host": "https://hop.example.com/",
	}
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(target)
			require.NoError(t, err)
			h := &hosts{handlers: map[string]http.HandlerFunc{
				"apis.live.net":   redirectTo(target),
				"hop.example.com": redirectTo("https://end.example.com/"),
				"end.example.com": content("bytes"),
			}}
			if u.Host != "hop.example.com" {
				h.handlers[u.Host] = content("bytes")
			}
			client, err := liveconnect.NewClient(oauthClient(t, h))
			require.NoError(t, err)

			d, err := client.Downloads.Open(t.Context(), "file.a.A!1", nil)
			require.NoError(t, err)
			got, err := io.ReadAll(d)
			require.NoError(t, errors.Join(err, d.Close()))
			assert.Equal(t, "bytes", string(got))

			assert.Equal(t, []string{"Bearer SECRET", "Bearer SECRET"}, h.bearers["apis.live.net"], "for the content, and for its size")
			for host, bearers := range h.bearers {
				if host != "apis.live.net" {
					assert.NotContains(t, strings.Join(bearers, " "), "SECRET", host)
				}
			}
			require.NotEmpty(t, h.bearers[u.Host], "the redirect was followed")
		})
	}
}

func TestTokenStaysWithRedirectsAtTheAPIHost(t *testing.T) {
	t.Parallel()
	h := &hosts{handlers: map[string]http.HandlerFunc{"apis.live.net": func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/content") {
			http.Redirect(w, r, "/v5.0/elsewhere", http.StatusFound)
			return
		}
		content("bytes")(w, r)
	}}}
	client, err := liveconnect.NewClient(oauthClient(t, h))
	require.NoError(t, err)
	d, err := client.Downloads.Open(t.Context(), "file.a.A!1", nil)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	assert.Equal(t, []string{"Bearer SECRET", "Bearer SECRET"}, h.bearers["apis.live.net"])
}

func TestWritesAreNotRedirected(t *testing.T) {
	t.Parallel()
	h := &hosts{handlers: map[string]http.HandlerFunc{
		"apis.live.net": redirectTo("https://apis.live.net/v5.0/elsewhere"),
	}}
	client, err := liveconnect.NewClient(oauthClient(t, h))
	require.NoError(t, err)
	require.ErrorContains(t, client.Files.Delete(t.Context(), "file.a.A!1"), "redirected")
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader("x"), nil)
	require.ErrorContains(t, err, "redirected")
	_, err = client.Files.Move(t.Context(), "file.a.A!1", "folder.a.A!2")
	require.ErrorContains(t, err, "redirected")
	assert.Len(t, h.bearers["apis.live.net"], 3, "one request a call, none sent on")
}

func TestTokenIsNotSentOverPlainHTTP(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"http://apis.live.net/v5.0", "http://192.0.2.1/v5.0", "http://localhost.example.com"} {
		_, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(bad))
		require.ErrorIs(t, err, liveconnect.ErrInsecureURL, bad)
	}
	for _, good := range []string{"http://127.0.0.1:1/v5.0", "http://[::1]:1", "http://localhost:1/v5.0/", "https://example.com"} {
		_, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(good))
		require.NoError(t, err, good)
	}
}

// tokenServer is a login host that gives out access tokens fresh-1, fresh-2 …, and rotates refresh tokens.
func tokenServer(t *testing.T) (conf *oauth2.Config, refreshes *atomic.Int32) {
	t.Helper()
	refreshes = &atomic.Int32{}
	login := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
		n := refreshes.Add(1)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"token_type":"bearer","expires_in":3600,"access_token":"fresh-%d","refresh_token":"refresh-%d"}`, n, n)
	})
	conf = liveconnect.OAuthConfig("id", "secret", liveconnect.DesktopRedirectURL)
	conf.Endpoint = liveconnect.OAuthEndpoint(login.URL)
	return conf, refreshes
}

// onlyToken answers 401 request_token_expired to every other token.
func onlyToken(t *testing.T, token string) *stub {
	t.Helper()
	expired := fixture(t, "recorded/error_token_expired.json")
	return newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			answer(http.StatusUnauthorized, expired)(w, r)
			return
		}
		answer(http.StatusOK, []byte(`{"id":"8c8ce076ca27823f"}`))(w, r)
	})
}

func TestExpiredTokenIsRefreshedOnceAndTheCallReplayed(t *testing.T) {
	t.Parallel()
	conf, refreshes := tokenServer(t)
	api := onlyToken(t, "fresh-1")
	// The client's clock says that the token is good for an hour; the service knows better.
	old := &oauth2.Token{AccessToken: "old", RefreshToken: "refresh-0", Expiry: time.Now().Add(time.Hour)}
	var saved []string
	client, err := liveconnect.NewClient(conf.Client(t.Context(), old), liveconnect.WithBaseURL(api.URL),
		liveconnect.WithTokenSaver(func(token *oauth2.Token) error {
			saved = append(saved, token.AccessToken+" "+token.RefreshToken)
			return nil
		}))
	require.NoError(t, err)
	defer client.CloseIdleConnections()

	for range 3 {
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		require.NoError(t, err)
	}
	assert.EqualValues(t, 1, refreshes.Load())
	assert.Len(t, api.asked(), 4, "one refused, replayed, and two more")
	assert.Equal(t, []string{"old refresh-0", "fresh-1 refresh-1"}, saved)
	assert.Equal(t, "old", old.AccessToken, "the caller's token is left alone")
}

func TestExpiredTokenIsRefreshedOnceForAllGoroutines(t *testing.T) {
	t.Parallel()
	conf, refreshes := tokenServer(t)
	api := onlyToken(t, "fresh-1")
	old := &oauth2.Token{AccessToken: "old", RefreshToken: "refresh-0", Expiry: time.Now().Add(time.Hour)}
	client, err := liveconnect.NewClient(conf.Client(t.Context(), old), liveconnect.WithBaseURL(api.URL))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := client.Users.Get(t.Context(), liveconnect.Me)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, refreshes.Load())
}

func TestExpiredTokenThatCannotBeRefreshed(t *testing.T) {
	t.Parallel()
	api := onlyToken(t, "another")
	_, err := api.client(t).Users.Get(t.Context(), liveconnect.Me)
	require.ErrorIs(t, err, liveconnect.ErrTokenExpired)
	assert.Len(t, api.asked(), 1)
}

func TestExpiredTokenWithABodyThatCannotBeSentAgain(t *testing.T) {
	t.Parallel()
	conf, refreshes := tokenServer(t)
	api := onlyToken(t, "fresh-1")
	old := &oauth2.Token{AccessToken: "old", RefreshToken: "refresh-0", Expiry: time.Now().Add(time.Hour)}
	client, err := liveconnect.NewClient(conf.Client(t.Context(), old), liveconnect.WithBaseURL(api.URL))
	require.NoError(t, err)
	defer client.CloseIdleConnections()

	oneShot := io.MultiReader(strings.NewReader("hello"))
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a.txt", oneShot, nil)
	require.ErrorIs(t, err, liveconnect.ErrTokenExpired)
	assert.Zero(t, refreshes.Load())

	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a.txt", strings.NewReader("hello"), nil)
	require.NoError(t, err)
	assert.Equal(t, "hello", api.last(t).Body)
}

func TestRefusedRefreshTellsToSignInAgain(t *testing.T) {
	t.Parallel()
	login := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"the token refresh-0 was revoked"}`)
	})
	conf := liveconnect.OAuthConfig("id", "secret", liveconnect.DesktopRedirectURL)
	conf.Endpoint = liveconnect.OAuthEndpoint(login.URL)
	api := onlyToken(t, "any")
	client, err := liveconnect.NewClient(conf.Client(t.Context(), &oauth2.Token{RefreshToken: "refresh-0"}),
		liveconnect.WithBaseURL(api.URL))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	_, err = client.Users.Get(t.Context(), liveconnect.Me)
	require.ErrorIs(t, err, liveconnect.ErrSignInRequired)
	assert.ErrorContains(t, err, "invalid_grant")
	assert.Empty(t, api.asked())
	assert.Len(t, login.asked(), 1, "not tried again")
}

// slowSource gives a token when it is told to.
type slowSource struct{ ready chan struct{} }

func (s *slowSource) Token() (*oauth2.Token, error) {
	<-s.ready
	return &oauth2.Token{AccessToken: "late"}, nil
}

func TestWaitingForATokenEndsWithTheContext(t *testing.T) {
	t.Parallel()
	api := onlyToken(t, "late")
	source := &slowSource{make(chan struct{})}
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(api.URL), liveconnect.WithTokenSource(source))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Users.Get(ctx, liveconnect.Me)
	require.ErrorIs(t, err, context.Canceled)
	close(source.ready)
	_, err = client.Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
}

func TestTokenSaverErrorFailsTheCallAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	api := onlyToken(t, "TOKEN")
	disk := errors.New("disk full")
	calls := 0
	client := api.client(t, liveconnect.WithTokenSaver(func(*oauth2.Token) error {
		if calls++; calls == 1 {
			return disk
		}
		return nil
	}))
	_, err := client.Users.Get(t.Context(), liveconnect.Me)
	require.ErrorIs(t, err, disk)
	assert.Empty(t, api.asked())
	for range 2 {
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		require.NoError(t, err)
	}
	assert.Equal(t, 2, calls)
}

func TestSignInURLs(t *testing.T) {
	t.Parallel()
	conf := liveconnect.OAuthConfig("0000", "s3cret", "https://example.com/callback",
		liveconnect.ScopeBasic, liveconnect.ScopeOfflineAccess)
	assert.Equal(t, "https://login.live.com/oauth20_authorize.srf?client_id=0000&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"+
		"&response_type=code&scope=wl.basic+wl.offline_access&state=st", conf.AuthCodeURL("st"))
	assert.Equal(t, "https://login.live.com/oauth20_token.srf", conf.Endpoint.TokenURL)
	assert.Equal(t, "https://login.live.com/oauth20_logout.srf?client_id=0000&redirect_uri=https%3A%2F%2Fexample.com%2F",
		liveconnect.LogoutURL(liveconnect.DefaultLoginURL, "0000", "https://example.com/"))
}
