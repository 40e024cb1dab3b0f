package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// Whatever is asked for, the answer is an error of the API, never a panic, and never someone else's.
func TestHostilePaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{
		"..", "../..", "%2e%2e/me", "me/../" + nunoID, "me%2Fskydrive", "me/skydrive/files/../..", "%00", "me/%00", "%ff%fe",
		"file.", "file..", "file.8c8ce076ca27823f.", "file.8c8ce076ca27823f.8C8CE076CA27823F", "file.8c8ce076ca27823f.8C8CE076CA27823F!",
		"file.8c8ce076ca27823f.8C8CE076CA27823F!-1", "file.8c8ce076ca27823f.8C8CE076CA27823F!1e3", "file.8c8ce076ca27823f.DE57F4126ED7E411!101",
		"file.8c8ce076ca27823f.8C8CE076CA27823F!99999999999999999999999999", "file.zzzzzzzzzzzzzzzz", "folder.8C8CE076CA27823F!101",
		"folder.8c8ce076ca27823f.8C8CE076CA27823F!102.x", "comment.x", "comment.8c8ce076ca27823f.8c8ce076ca27823f!1",
		"comment.8c8ce076ca27823f.8c8ce076ca27823f!1.DE57F4126ED7E411!1", "tag.8c8ce076ca27823f.8c8ce076ca27823f!1." + strings.Repeat("x", 99),
		"tag.8c8ce076ca27823f.8c8ce076ca27823f!1.a%20b", "contact.123", "calendar.x", "event.x.y", "application.1",
		strings.Repeat("a/", 1000), strings.Repeat("x", 4000), "me/skydrive/files/a/b", "me;x=1", "me?", "",
	} {
		a := w.do(http.MethodGet, w.url+"/v5.0/"+path, nil)
		if path == "me?" {
			assert.Equal(t, http.StatusOK, a.status)
			continue
		}
		assert.Contains(t, []int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed}, a.status, "%q: %s", path, a.body)
		assert.NotEmpty(t, a.field("error"), path)
	}
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, head := range []string{
		"GET /v5.0/me?%zz=%&&=&access_token=%zz HTTP/1.1\r\nHost: h\r\n",
		"GET /v5.0/me?callback=%0d%0aSet-Cookie:x HTTP/1.1\r\nHost: h\r\n",
		"POST /v5.0/me/skydrive?redirect_uri=%00 HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data\r\nContent-Length: 0\r\n",
		"POST /v5.0/me/skydrive/files HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=\"\r\nContent-Length: 0\r\n",
		"POST /oauth20_token.srf HTTP/1.1\r\nHost: h\r\nAuthorization: Basic %%%\r\nContent-Length: 0\r\n",
		"GET /y2m HTTP/1.1\r\nHost: h\r\n",
		"GET /y2m%00/../x HTTP/1.1\r\nHost: h\r\n",
		"BREW /v5.0/me HTTP/1.1\r\nHost: h\r\n",
	} {
		got := w.raw(head + "Authorization: Bearer " + w.token + "\r\nConnection: close\r\n\r\n")
		assert.Regexp(t, `^HTTP/1\.1 [2345]\d\d `, got, head)
		assert.NotContains(t, got, "HTTP/1.1 500", head)
		assert.NotContains(t, got, "Set-Cookie: x", head)
	}
}

// A name of the caller's choice comes back in JSON, in headers and in a page, and breaks none of them.
func TestNamesComeBackSafely(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.put("me/skydrive", `"<x>'&`[:1]+"a'&é.txt", "x")
	a := w.get(id)
	assert.Equal(t, `"a'&é.txt`, a.field("name"))
	link, err := url.Parse(w.get(id + "/content?download=true").header.Get("Location"))
	require.NoError(t, err)
	got := w.do(http.MethodGet, link.String(), nil)
	assert.Equal(t, "x", got.body)
	assert.Contains(t, got.header.Get("Content-Disposition"), "filename*=UTF-8''%22a'%26%C3%A9.txt")
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/v5.0/me", "/y2mx/y", "/oauth20_token.srf"} {
		a := w.do(http.MethodOptions, w.url+path, nil, "Origin", "https://app.example", "Access-Control-Request-Method", "MOVE", "Access-Control-Request-Headers", "authorization,x-http-live-library")
		assert.Equal(t, http.StatusOK, a.status)
		assert.Equal(t, "*", a.header.Get("Access-Control-Allow-Origin"))
		assert.Contains(t, a.header.Get("Access-Control-Allow-Methods"), "MOVE")
		assert.Equal(t, "authorization,x-http-live-library", a.header.Get("Access-Control-Allow-Headers"))
	}
	a := w.get("no/such/path")
	assert.Equal(t, "*", a.header.Get("Access-Control-Allow-Origin"), "errors can be read too")
}

func newFuzzServer(f *testing.F) (*server.Server, string) {
	f.Helper()
	store := memory.New(memory.Options{})
	if _, err := store.AddUser(backend.User{ID: robertoID, Name: "Roberto Tamburello"}); err != nil {
		f.Fatal(err)
	}
	srv, err := server.New(server.Config{Backend: store, AutoConsent: true})
	if err != nil {
		f.Fatal(err)
	}
	token, err := srv.IssueToken(clientID, robertoID, strings.Fields(allScopes))
	if err != nil {
		f.Fatal(err)
	}
	return srv, token.AccessToken
}

// Whatever path, query and body come, there is an answer.
func FuzzServer(f *testing.F) {
	f.Add("GET", "/v5.0/me", "pretty=false", "")
	f.Add("POST", "/v5.0/me/skydrive", "", `{"name":"x"}`)
	f.Add("PUT", "/v5.0/me/skydrive/files/a%2fb", "overwrite=x", "body")
	f.Add("GET", "/v5.0//folder.8c8ce076ca27823f/files/", "limit=-1&offset=%", "")
	f.Add("POST", "/oauth20_token.srf", "", "grant_type=refresh_token&client_id=x&refresh_token=y")
	f.Add("GET", "/oauth20_authorize.srf", "client_id=x&redirect_uri=http://h/&response_type=code&scope=wl.basic", "")
	f.Add("GET", "/y2mAAAA/x", "", "")
	srv, token := newFuzzServer(f)
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		u := &url.URL{Path: path, RawQuery: query}
		if unescaped, err := url.PathUnescape(path); err == nil {
			u = &url.URL{Path: unescaped, RawPath: path, RawQuery: query}
		}
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
		r.Method, r.URL = method, u
		r.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, r)
		if rec.Code == http.StatusInternalServerError {
			t.Errorf("%s %q: %s", method, path, rec.Body)
		}
	})
}
