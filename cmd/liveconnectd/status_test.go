package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// jsonText is a text as it stands inside a JSON string.
func jsonText(s string) string {
	text, _ := json.Marshal(s)
	return strings.Trim(string(text), `"`)
}

func TestStatusPage(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.control("POST", "/accounts",
		`{"name": "<b>Nuno</b>", "files": [{"path": "Documents/plan & more.txt", "content": "plan"}]}`)
	s.control("POST", "/faults", `{"do": "error", "status": 503, "code": "x", "path": "/quota$"}`)
	s.control("POST", "/clock", `{"advance": "2h"}`)
	s.get("me/skydrive/quota")
	s.do("GET", s.hello.API+"/me", "")
	page := s.do("GET", s.hello.Status, "")
	require.Equal(t, 200, page.status)
	assert.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	for _, want := range []string{
		"Roberto Tamburello", "roberto@contoso.com", "&lt;b&gt;Nuno&lt;/b&gt;", "plan &amp; more.txt", "4 bytes", "request_token_missing",
		"2h0m0s away", "503", "apis.live.net", "curl http://", s.hello.ClientID,
	} {
		assert.Contains(t, page.body, want)
	}
	assert.NotContains(t, page.body, "<b>Nuno")
	for _, secret := range []string{s.hello.AccessToken, s.hello.RefreshToken, s.hello.ClientSecret} {
		assert.NotContains(t, page.body, secret)
	}
	assert.NotContains(t, page.body, "<no value>")
	assert.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
	assert.Empty(t, s.do("HEAD", s.hello.Status, "").body)
	assert.NotContains(t, s.control("GET", "/requests", "").body, `"path": "/"`, "the page is no request of a client")
}

func TestStatusPageOfALargeAccount(t *testing.T) {
	t.Parallel()
	s := newService(t)
	files := make([]string, maxShownItems+10)
	for i := range files {
		files[i] = fmt.Sprintf(`{"path": "Documents/%d/f%04d.txt"}`, i%7, i)
	}
	s.control("POST", "/accounts/"+s.hello.UserID+"/files", "["+strings.Join(files, ",")+"]")
	page := s.do("GET", s.hello.Status, "").body
	assert.Contains(t, page, "… and 20 more")
	assert.Contains(t, page, "f0000.txt")
}

func TestSizeText(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1.0 KiB", 1 << 20: "1.0 MiB", 25 << 30: "25.0 GiB", 1 << 62: "4194304.0 TiB",
	} {
		assert.Equal(t, want, sizeText(n))
	}
}

// However many accounts there are, a page shows some of them, and the next page others.
func TestAccountsArePaged(t *testing.T) {
	t.Parallel()
	var accounts []string
	for i := range 120 {
		accounts = append(accounts, fmt.Sprintf(`{"name":"Account %03d"}`, i))
	}
	file := writeFile(t, `{"accounts":[`+strings.Join(accounts, ",")+`]}`)
	hello, _, stop := start(t, "-addr", "127.0.0.1:0", "-accounts", file)
	defer func() { assert.NoError(t, stop()) }()
	s := &program{t: t, hello: hello, http: newHTTP(t)}
	first, last := s.do("GET", hello.Status, "").body, s.do("GET", hello.Status+"?accounts=100", "").body
	for name, want := range map[string][2]bool{"Account 000": {true, false}, "Account 049": {true, false}, "Account 050": {}, "Account 119": {false, true}} {
		assert.Equal(t, want, [2]bool{strings.Contains(first, name), strings.Contains(last, name)}, name)
	}
	assert.Contains(t, first, `href="/?accounts=50"`)
	assert.NotContains(t, last, "Next accounts")
	page := s.do("GET", hello.Control+"/accounts?offset=110&limit=5", "").body
	assert.Equal(t, 5, strings.Count(page, `"user_id"`))
	assert.Contains(t, page, "Account 114")
	assert.Regexp(t, `"total": ?120`, page)
	consent := s.do("GET", hello.Login+"/oauth20_authorize.srf?client_id="+hello.ClientID+
		"&response_type=code&scope=wl.basic&redirect_uri=http%3A%2F%2Flocalhost%2F", "").body
	assert.NotContains(t, consent, "Account 000")
	assert.Contains(t, consent, `name="account" required pattern`)
}
