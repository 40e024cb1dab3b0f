package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/readme"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// user follows a page as a browser does, and reads where it leads.
func user(t *testing.T) func(string) error {
	var pages sync.WaitGroup
	t.Cleanup(pages.Wait)
	return func(page string) error {
		pages.Go(func() {
			answer, err := http.Get(page)
			if assert.NoError(t, err) {
				defer answer.Body.Close()
				text, err := io.ReadAll(answer.Body)
				assert.NoError(t, err)
				assert.Contains(t, string(text), "<h1>Signed in</h1>")
			}
		})
		return nil
	}
}

func newProgram(t *testing.T, open func(string) error) *program {
	t.Helper()
	return &program{browserSignIn: browserSignIn{open: open}, cache: account.Cache{File: filepath.Join(t.TempDir(), "config", "session.json")}}
}

// signIn are the flags for a server.
func signIn(server *livetest.Server) []string {
	return []string{"-api", server.APIURL, "-client-id", livetest.ClientID, "-secret", livetest.ClientSecret}
}

func TestReadme(t *testing.T) {
	readme.Check(t, "login", newProgram(t, user(t)).run,
		`/\S+/session.json`, "…/session.json", `state=\w+`, "state=STATE", `code_challenge=[\w-]+`, "code_challenge=CHALLENGE",
		`127\.0\.0\.1%3A\d+`, "127.0.0.1%3APORT", `good until \d\d:\d\d on \d+ \w+ \d+`, "good until 19:20 on 25 November 2026")
}

func TestSessionIsKeptRefreshedAndForgotten(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	p := newProgram(t, user(t))
	var out strings.Builder
	require.NoError(t, p.run(t.Context(), signIn(server), &out, io.Discard))
	assert.Contains(t, out.String(), "Signed in to "+server.APIURL+" as Roberto Tamburello")

	info, err := os.Stat(p.cache.File)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
	folder, err := os.Stat(filepath.Dir(p.cache.File))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), folder.Mode().Perm())

	// Tokens expire; what replaces them is kept, twice, since the service replaces the refresh token too.
	first, err := p.cache.Load()
	require.NoError(t, err)
	last := first
	for range 2 {
		server.ExpireToken(last.Token)
		require.NoError(t, p.run(t.Context(), []string{"-status"}, io.Discard, io.Discard))
		next, err := p.cache.Load()
		require.NoError(t, err)
		assert.NotEqual(t, last.Token.AccessToken, next.Token.AccessToken)
		assert.NotEqual(t, last.Token.RefreshToken, next.Token.RefreshToken)
		last = next
	}

	out.Reset()
	require.NoError(t, p.run(t.Context(), []string{"-logout"}, &out, io.Discard))
	assert.Contains(t, out.String(), server.LoginURL+"/oauth20_logout.srf?client_id="+livetest.ClientID)
	assert.NoFileExists(t, p.cache.File)
	assert.ErrorContains(t, p.run(t.Context(), []string{"-status"}, io.Discard, io.Discard), "nobody is signed in: run it with -api URL")
	assert.ErrorContains(t, p.run(t.Context(), []string{"-logout"}, io.Discard, io.Discard), "nobody is signed in")
}

// A strict login host, which wants the proof of PKCE and the same redirect URL both times.
func TestPKCE(t *testing.T) {
	t.Parallel()
	api := livetest.NewServer(t)
	token, err := api.Account().Token()
	require.NoError(t, err)
	var asked url.Values
	host := http.NewServeMux()
	host.HandleFunc("/oauth20_authorize.srf", func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query()
		http.Redirect(w, r, asked.Get("redirect_uri")+"?code=abc&state="+asked.Get("state"), http.StatusFound)
	})
	host.HandleFunc("/oauth20_token.srf", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		assert.Equal(t, asked.Get("code_challenge"), base64.RawURLEncoding.EncodeToString(sum[:]))
		assert.Equal(t, "S256", asked.Get("code_challenge_method"))
		assert.Equal(t, asked.Get("redirect_uri"), r.FormValue("redirect_uri"))
		assert.Equal(t, "abc", r.FormValue("code"))
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": token.AccessToken, "token_type": "bearer", "expires_in": 3600})
	})
	login := httptest.NewServer(host)
	defer login.Close()
	p := newProgram(t, user(t))
	require.NoError(t, p.run(t.Context(), []string{"-api", api.APIURL, "-login", login.URL, "-client-id", "public"}, io.Discard, io.Discard))
	redirect, err := url.Parse(asked.Get("redirect_uri"))
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1", redirect.Hostname())
	assert.GreaterOrEqual(t, len(asked.Get("state")), 26)
	_, err = http.Get(redirect.String())
	assert.Error(t, err, "the port is closed again")
}

// Answers that this program has not asked for change nothing; the one that it has asked for still counts.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	follow := user(t)
	p := newProgram(t, func(page string) error {
		u, err := url.Parse(page)
		if err != nil {
			return err
		}
		back := u.Query().Get("redirect_uri")
		for path, status := range map[string]int{
			"?code=evil": 400, "?code=evil&state=": 400, "?code=evil&state=guess": 400, "favicon.ico": 404,
			"?error=access_denied&state=guess": 400,
		} {
			answer, err := http.Get(back + path)
			if assert.NoError(t, err) {
				assert.Equal(t, status, answer.StatusCode, path)
				assert.NoError(t, answer.Body.Close())
			}
		}
		answer, err := http.Post(back+"?code=evil&state="+u.Query().Get("state"), "text/plain", nil)
		if assert.NoError(t, err) {
			assert.Equal(t, 404, answer.StatusCode)
			assert.NoError(t, answer.Body.Close())
		}
		return follow(page)
	})
	require.NoError(t, p.run(t.Context(), signIn(server), io.Discard, io.Discard))
}

func TestWhatGoesWrong(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	api := signIn(server)
	answer := func(query string) func(string) error {
		return func(page string) error {
			u, err := url.Parse(page)
			if err != nil {
				return err
			}
			got, err := http.Get(u.Query().Get("redirect_uri") + "?state=" + u.Query().Get("state") + "&" + query)
			if err != nil {
				return err
			}
			text, err := io.ReadAll(got.Body)
			assert.NoError(t, err)
			assert.NotContains(t, string(text), "<script>")
			return got.Body.Close()
		}
	}
	for _, test := range []struct {
		name string
		open func(string) error
		args []string
		says string
	}{
		{"denied", answer("error=access_denied&error_description=No+%3Cscript%3E"), api, "the service did not sign you in: \"No <script>\" (\"access_denied\")"},
		{"a code that is none", answer("code=made-up"), api, "the service did not accept the code of the sign-in: invalid_grant"},
		{"wrong secret", user(t), append(slices.Clone(api), "-secret", "wrong"), "check -client-id and -secret"},
		{"nobody comes", func(string) error { return nil }, append(slices.Clone(api), "-wait", "50ms"), "nobody signed in within 50ms: run it again"},
		{"no URL", nil, []string{"-api", "example", "-client-id", "c"}, "want a URL such as"},
		{"no application", nil, []string{"-api", server.APIURL}, "Give -client-id and -secret"},
		{"both", nil, []string{"-status", "-logout"}, "want one of them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newProgram(t, test.open)
			err := p.run(t.Context(), test.args, io.Discard, io.Discard)
			require.ErrorContains(t, err, test.says)
			assert.NotContains(t, err.Error(), livetest.ClientSecret)
			assert.NoFileExists(t, p.cache.File)
		})
	}
}

// Where no browser can be opened, the page is named.
func TestNoBrowser(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	follow := user(t)
	p := newProgram(t, func(page string) error {
		assert.NoError(t, follow(page))
		return errors.New("no browser")
	})
	var out strings.Builder
	require.NoError(t, p.run(t.Context(), signIn(server), &out, io.Discard))
	assert.Contains(t, out.String(), "Open this page in a browser on this machine:\n\n   "+server.LoginURL+"/oauth20_authorize.srf?")
}

func TestDamagedCache(t *testing.T) {
	t.Parallel()
	p := newProgram(t, nil)
	require.NoError(t, os.MkdirAll(filepath.Dir(p.cache.File), 0o700))
	require.NoError(t, os.WriteFile(p.cache.File, []byte(`{"api":`), 0o600))
	want := p.cache.File + " is damaged: remove it and sign in again"
	assert.ErrorContains(t, p.run(t.Context(), []string{"-status"}, io.Discard, io.Discard), want)
	assert.ErrorContains(t, p.run(t.Context(), []string{"-logout"}, io.Discard, io.Discard), want)
	assert.NoFileExists(t, p.cache.File)
}
