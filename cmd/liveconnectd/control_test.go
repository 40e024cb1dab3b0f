package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// program is one that runs, seen by a test suite.
type program struct {
	t     *testing.T
	hello greeting
	http  *http.Client
}

// newService starts the program; it ends with the test.
func newService(t *testing.T, args ...string) *program {
	t.Helper()
	hello, stderr, stop := start(t, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	t.Cleanup(func() { assert.NoError(t, stop(), stderr.String()) })
	return &program{t: t, hello: hello, http: newHTTP(t)}
}

// newHTTP makes a client that follows no redirect.
func newHTTP(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is an HTTP answer, read to its end.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (s *program) do(method, url, body string, header ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, url, strings.NewReader(body))
	require.NoError(s.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.http.Do(req)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return answer{s.t, resp.StatusCode, resp.Header, string(raw)}
}

// get asks the API, with the token of the first account.
func (s *program) get(path string) answer { s.t.Helper(); return s.getAs(s.hello.AccessToken, path) }

func (s *program) getAs(token, path string) answer {
	s.t.Helper()
	return s.do(http.MethodGet, s.hello.API+"/"+path, "", "Authorization", "Bearer "+token)
}

// control calls /_live/ and wants no error.
func (s *program) control(method, path, body string) answer {
	s.t.Helper()
	a := s.do(method, s.hello.Control+path, body)
	require.Less(s.t, a.status, 300, a.body)
	return a
}

func (a answer) into(v any) {
	a.t.Helper()
	dec := json.NewDecoder(bytes.NewReader([]byte(a.body)))
	require.NoError(a.t, dec.Decode(v), a.body)
}

func (a answer) field(name string) any {
	a.t.Helper()
	var object map[string]any
	a.into(&object)
	return object[name]
}

// names are those of a listing.
func (a answer) names() []string {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, a.body)
	var list struct{ Data []struct{ Name string } }
	a.into(&list)
	names := make([]string, len(list.Data))
	for i, item := range list.Data {
		names[i] = item.Name
	}
	return names
}

func TestHealthAndIndex(t *testing.T) {
	t.Parallel()
	s := newService(t)
	health := s.control("GET", "/health", "")
	assert.Equal(t, "ready", health.field("status"))
	assert.EqualValues(t, 1, health.field("accounts"))
	var index struct {
		Calls []struct{ Method, Path, About string }
	}
	s.control("GET", "/", "").into(&index)
	assert.Len(t, index.Calls, len(controlCalls()))
	for _, call := range index.Calls {
		assert.NotEmpty(t, call.About, call.Path)
	}
	assert.Contains(t, s.control("GET", "/ca", "").body, "BEGIN CERTIFICATE")
	assert.Empty(t, s.do("HEAD", s.hello.Control+"/health", "").body)
}

func TestOpenAccount(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a := s.control("POST", "/accounts", `{
		"name": "Nuno Bento", "emails": {"account": "nuno@contoso.com"}, "quota": 1000, "friends": ["roberto@contoso.com"],
		"files": [{"path": "Pictures/Maui/a.txt", "content": "hello"}, {"path": "Empty/"}],
		"shares": [{"path": "pictures/maui", "with": ["roberto@contoso.com"]}]}`)
	assert.Equal(t, http.StatusCreated, a.status)
	var nuno signedIn
	a.into(&nuno)
	assert.Equal(t, []string{"Pictures", "Public", "Documents", "Empty"}, s.getAs(nuno.AccessToken, "me/skydrive/files").names())
	assert.Equal(t, []string{"Maui"}, s.get("me/skydrive/shared/files").names())
	assert.Equal(t, []string{"Nuno Bento"}, s.get("me/friends").names())
	assert.EqualValues(t, 1000, s.getAs(nuno.AccessToken, "me/skydrive/quota").field("quota"))

	s.control("PUT", "/accounts/nuno@contoso.com/files/Documents/b.txt", "raw bytes")
	s.control("POST", "/accounts/"+nuno.UserID+"/files", `[{"path": "Documents/c.txt", "base64": "AAEC"}]`)
	var shown struct {
		QuotaTotal int64 `json:"quota_total"`
		Files      []listedFile
	}
	s.control("GET", "/accounts/"+nuno.LoginID, "").into(&shown)
	sizes := map[string]int64{}
	for _, f := range shown.Files {
		sizes[f.Path] = f.Size
		assert.Equal(t, http.StatusOK, s.getAs(nuno.AccessToken, f.ID).status, f.Path)
	}
	assert.EqualValues(t, 1000, shown.QuotaTotal)
	assert.EqualValues(t, 9, sizes["Documents/b.txt"])
	assert.EqualValues(t, 3, sizes["Documents/c.txt"])
	assert.EqualValues(t, 5, sizes["Pictures/Maui/a.txt"])

	var narrow signedIn
	s.control("POST", "/accounts/nuno@contoso.com/token", `{"scopes": ["wl.basic,wl.signin"]}`).into(&narrow)
	assert.Equal(t, "wl.basic wl.signin", narrow.Scope)
	assert.Empty(t, narrow.RefreshToken)
	assert.NotContains(t, s.control("GET", "/accounts", "").body, "token")
}

func TestResetGoesBackToTheStart(t *testing.T) {
	t.Parallel()
	s := newService(t, "-faults", writeFile(t, `{"do": "throttled", "seconds": 3, "path": "/albums$"}`))
	s.do("PUT", s.hello.API+"/me/skydrive/files/a.txt", "a", "Authorization", "Bearer "+s.hello.AccessToken)
	s.control("POST", "/accounts", `{"name": "Nuno Bento"}`)
	s.control("DELETE", "/faults", "")
	s.control("POST", "/faults", `{"do": "drop"}`)
	s.control("POST", "/clock", `{"advance": "100h"}`)

	var accounts struct{ Accounts []signedIn }
	s.control("POST", "/reset", "").into(&accounts)
	require.Len(t, accounts.Accounts, 1)
	assert.Equal(t, s.hello.UserID, accounts.Accounts[0].UserID)
	assert.JSONEq(t, `{"requests": []}`, s.control("GET", "/requests", "").body)
	assert.EqualValues(t, 0, s.control("GET", "/clock", "").field("ahead_seconds"))
	assert.Equal(t, []string{"Pictures", "Public", "Documents"}, s.get("me/skydrive/files").names(), "the token is good again")
	assert.Equal(t, 420, s.get("me/albums").status, "the faults of the file are there again")

	form := "grant_type=refresh_token&refresh_token=" + s.hello.RefreshToken + "&client_id=" + s.hello.ClientID + "&client_secret=" + s.hello.ClientSecret
	assert.Equal(t, http.StatusOK, s.do("POST", s.hello.Login+"/oauth20_token.srf", form).status)
	assert.Equal(t, http.StatusBadRequest, s.do("POST", s.hello.Login+"/oauth20_token.srf", form).status, "once only")
	s.control("POST", "/reset", "")
	assert.Equal(t, http.StatusOK, s.do("POST", s.hello.Login+"/oauth20_token.srf", form).status, "and once more after a reset")
}

func TestClock(t *testing.T) {
	t.Parallel()
	s := newService(t, "-token-lifetime", "10m")
	source, ok := s.do("PUT", s.hello.API+"/me/skydrive/files/a.txt", "a", "Authorization", "Bearer "+s.hello.AccessToken).field("source").(string)
	require.True(t, ok)
	assert.Equal(t, http.StatusOK, s.do("GET", source, "").status)
	assert.InDelta(t, 599, s.control("POST", "/clock", `{"advance": 599}`).field("ahead_seconds"), 0.001)
	assert.Equal(t, http.StatusOK, s.get("me").status)
	s.control("POST", "/clock", `{"advance": "1s"}`)
	assert.Equal(t, http.StatusUnauthorized, s.get("me").status)
	s.control("POST", "/clock", `{"advance": "50m"}`)
	assert.Equal(t, http.StatusGone, s.do("GET", source, "").status)

	s.control("POST", "/clock", `{"set": "2014-05-19T10:00:00Z"}`)
	assert.Contains(t, s.control("GET", "/clock", "").field("now"), "2014-05-19T10:00:0")
	var old signedIn
	s.control("POST", "/accounts/"+s.hello.UserID+"/token", "").into(&old)
	updated := s.do("POST", s.hello.API+"/me/skydrive", `{"name":"old"}`, "Authorization", "Bearer "+old.AccessToken, "Content-Type", "application/json")
	assert.Contains(t, updated.field("created_time"), "2014-05-19T10:00:")
}

func TestRequests(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.get("me?access_token=secret&code=hidden&pretty=false")
	s.get("me/skydrive/quota")
	var log struct{ Requests []loggedRequest }
	s.control("GET", "/requests", "").into(&log)
	require.Len(t, log.Requests, 2)
	first := log.Requests[0]
	assert.Equal(t, "user.get", first.Endpoint)
	assert.Equal(t, s.hello.UserID, first.User)
	assert.True(t, first.HadToken)
	assert.Equal(t, []string{"…"}, first.Query["code"])
	assert.Equal(t, []string{"false"}, first.Query["pretty"])
	assert.NotContains(t, first.Query, "access_token")
	assert.NotContains(t, first.Header, "Authorization")
	s.control("GET", "/requests?after=1", "").into(&log)
	require.Len(t, log.Requests, 1)
	assert.Equal(t, "items.quota", log.Requests[0].Endpoint)
	s.control("DELETE", "/requests", "")
	assert.JSONEq(t, `{"requests": []}`, s.control("GET", "/requests", "").body)
}

func TestControlErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, test := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/nonsense", "", 404, "GET /_live/ lists what there is"},
		{"PATCH", "/clock", "", 405, "/_live/clock takes GET and POST, not PATCH"},
		{"POST", "/clock", "", 400, `want one of {"advance": "2h"} and {"set": "2014-05-19T10:00:00Z"}`},
		{"POST", "/clock", `{"advance": "tomorrow"}`, 400, `want a span such as "90s" or "2h", or seconds`},
		{"POST", "/clock", `{"advance": "1h"} x`, 400, "something follows the JSON"},
		{"POST", "/clock", `{"advanc": "1h"}`, 400, `unknown field "advanc"`},
		{"POST", "/accounts", `{}`, 400, `the account needs a name: {"name": "Nuno Bento"}`},
		{"POST", "/accounts", `{"name": "N", "seed": "/etc"}`, 400, `send "files" instead`},
		{"POST", "/accounts", `{"name": "N", "picture": "/etc/passwd"}`, 400, `send "files" instead`},
		{"POST", "/accounts", `{"name": "N", "scopes": ["wl.all"]}`, 400, `the scope "wl.all" does not exist`},
		{"POST", "/accounts", `{"name": "N", "client_id": "x"}`, 400, `the client "x" is not registered; there are ` + s.hello.ClientID},
		{"POST", "/accounts", `{"name": "N", "id": "` + s.hello.UserID + `"}`, 409, "is taken"},
		{"POST", "/accounts", `{"name": "N", "friends": ["x"]}`, 404, `was opened, but friends: unknown account: no account has the id or address "x"`},
		{"GET", "/accounts/x@y", "", 404, s.hello.UserID + " (Roberto Tamburello)"},
		{"POST", "/accounts/x@y/token", "", 404, "no account has the id or address"},
		{"POST", "/accounts/roberto@contoso.com/files", "", 400, "the body names no file"},
		{"POST", "/accounts/roberto@contoso.com/files", `{"path": "a;b"}`, 400, `OneDrive takes no name "a;b"`},
		{"POST", "/accounts/roberto@contoso.com/files", `{"path": "a/", "content": "x"}`, 400, "it is a folder, and has no content"},
		{"POST", "/accounts/roberto@contoso.com/files", `{"path": "a", "content": "x", "base64": "AA=="}`, 400, "want one of them"},
		{"PUT", "/accounts/roberto@contoso.com/files/Documents", "x", 409, `an item named "Documents" exists`},
		{"POST", "/faults", "", 400, "the body names no fault"},
		{"POST", "/faults", `{"do": "explode"}`, 400, "want one of answer, cut_request"},
		{"POST", "/faults", `{"do": "drop", "path": "("}`, 400, `"path" is no regular expression`},
		{"POST", "/faults", `{"do": "drop", "host": "mars"}`, 400, "want api, login or storage"},
		{"POST", "/faults", `{"do": "drop", "count": -1}`, 400, "not below 0"},
		{"POST", "/faults", `{"do": "error", "status": 503}`, 400, `"error" wants a "code"`},
		{"POST", "/faults", `{"do": "answer"}`, 400, `"answer" wants a "status"`},
		{"POST", "/faults", `{"do": "throttled"}`, 400, `"throttled" wants "seconds"`},
		{"POST", "/faults", `{"do": "slow_link"}`, 400, `"slow_link" wants "bytes"`},
		{"POST", "/faults", `[{"do": "drop"}, {"do": "x"}]`, 400, "fault 2"},
		{"DELETE", "/faults/99", "", 404, "GET /_live/faults lists them"},
		{"GET", "/requests?after=x", "", 400, "want the number of a request"},
	} {
		a := s.do(test.method, s.hello.Control+test.path, test.body)
		assert.Equal(t, test.status, a.status, test.path+test.body)
		var body struct{ Error struct{ Message string } }
		a.into(&body)
		assert.Contains(t, body.Error.Message, test.want, test.path+test.body)
	}
	assert.JSONEq(t, `{"faults": []}`, s.control("GET", "/faults", "").body, "a list with a wrong fault adds none")
}
