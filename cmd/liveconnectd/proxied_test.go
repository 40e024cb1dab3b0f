package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// proxied is the same service as a program with fixed host names sees it, whose proxy it is.
func (s *program) proxied(ca string) *program {
	s.t.Helper()
	pem, err := os.ReadFile(ca)
	require.NoError(s.t, err)
	roots := x509.NewCertPool()
	require.True(s.t, roots.AppendCertsFromPEM(pem))
	via, err := url.Parse(s.hello.Proxy)
	require.NoError(s.t, err)
	transport := &http.Transport{Proxy: http.ProxyURL(via), TLSClientConfig: &tls.Config{RootCAs: roots}}
	s.t.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport, CheckRedirect: s.http.CheckRedirect}
	return &program{t: s.t, hello: s.hello, http: client}
}

func TestFixedHostNames(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	s := newService(t, "-ca", ca, "-auto-consent")
	assert.Equal(t, ca, s.hello.CA)
	p := s.proxied(ca)
	auth := []string{"Authorization", "Bearer " + s.hello.AccessToken}
	for _, api := range []string{"https://apis.live.net", "http://apis.live.net"} {
		root := p.do("GET", api+"/v5.0/me/skydrive", "", auth...)
		upload, ok := root.field("upload_location").(string)
		require.True(t, ok, root.body)
		assert.True(t, strings.HasPrefix(upload, api+"/v5.0/folder."), upload)
		put := p.do("PUT", upload+"a.txt", "hello", auth...)
		source, ok := put.field("source").(string)
		require.True(t, ok, put.body)
		assert.True(t, strings.HasPrefix(source, api+"/"), "links lead through the proxy too: "+source)
		assert.Equal(t, "hello", p.do("GET", source, "").body)
		content := p.do("GET", api+"/v5.0/"+put.field("id").(string)+"/content", "", auth...)
		assert.Equal(t, http.StatusFound, content.status)
		assert.Equal(t, "hello", p.do("GET", content.header.Get("Location"), "").body)
	}

	sent := "?client_id=" + s.hello.ClientID + "&response_type=code&scope=wl.basic&redirect_uri=https%3A%2F%2Flogin.live.com%2Foauth20_desktop.srf"
	for _, authorize := range []string{"https://login.live.com/oauth20_authorize.srf", "https://oauth.live.com/authorize"} {
		a := p.do("GET", authorize+sent, "")
		assert.Equal(t, http.StatusFound, a.status, a.body)
		back, err := url.Parse(a.header.Get("Location"))
		require.NoError(t, err)
		form := "grant_type=authorization_code&client_id=" + s.hello.ClientID + "&client_secret=" + s.hello.ClientSecret + "&code=" + back.Query().Get("code") +
			"&redirect_uri=https%3A%2F%2Flogin.live.com%2Foauth20_desktop.srf"
		token := strings.Replace(strings.Replace(authorize, "_authorize", "_token", 1), "/authorize", "/token", 1)
		a = p.do("POST", token, form, "Content-Type", "application/x-www-form-urlencoded")
		assert.Equal(t, "bearer", a.field("token_type"), token)
	}

	ping := p.do("POST", "https://cid-"+s.hello.UserID+".users.storage.live.com/items/A!1/a.bin", "",
		"X-Http-Method-Override", "BITS_POST", "BITS-Packet-Type", "Ping")
	assert.Equal(t, http.StatusOK, ping.status)

	var log struct{ Requests []loggedRequest }
	p.control("GET", "/requests", "").into(&log)
	assert.NotEmpty(t, log.Requests)
}

func TestProxyLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	p := newService(t, "-ca", ca).proxied(ca)
	a := p.do("GET", "http://www.example.com/", "")
	assert.Equal(t, http.StatusForbidden, a.status)
	assert.Contains(t, a.body, "does not lead to www.example.com")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://www.example.com/", http.NoBody)
	require.NoError(t, err)
	_, err = p.http.Do(req)
	require.ErrorContains(t, err, "Forbidden")
}

func TestLinksFollowTheHostThatWasAskedFor(t *testing.T) {
	t.Parallel()
	s := newService(t, "-addr", "127.0.0.1:0")
	a := s.do("GET", s.hello.API+"/me/skydrive", "", "Host", "live.example.com:81", "Authorization", "Bearer "+s.hello.AccessToken)
	assert.Contains(t, a.body, `"upload_location": "http://live.example.com:81/v5.0/`)
}

func TestLinksOfABindAddressForAll(t *testing.T) {
	t.Parallel()
	hello, stderr, stop := start(t, "-addr", "0.0.0.0:0")
	assert.True(t, strings.HasPrefix(hello.API, "http://127.0.0.1:"), hello.API)
	assert.Contains(t, stderr.String(), "everybody who can reach this machine can reach this service")
	s := &program{t: t, hello: hello, http: newHTTP(t)}
	assert.NotContains(t, s.get("me/skydrive").body, "0.0.0.0")
	require.NoError(t, stop())
}

func TestExternalURL(t *testing.T) {
	t.Parallel()
	s := newService(t, "-external-url", "https://live.example.com", "-storage-url", "http://files.example.com")
	assert.Equal(t, "https://live.example.com/v5.0", s.hello.API)
	assert.Equal(t, "http://files.example.com", s.hello.Storage)
	local := strings.TrimSuffix(s.hello.Control, controlPath) + "/v5.0/me/skydrive"
	auth := []string{"Authorization", "Bearer " + s.hello.AccessToken}
	assert.Contains(t, s.do("GET", local, "", auth...).body, `"upload_location": "https://live.example.com/v5.0/`)
	assert.Contains(t, s.do("PUT", local+"/files/a.txt", "a", auth...).body, `"source": "http://files.example.com/`)
}

func TestThrottleFlagWorks(t *testing.T) {
	t.Parallel()
	s := newService(t, "-throttle=reads=2+0.1/s")
	assert.Equal(t, 200, s.get("me").status)
	assert.Equal(t, 200, s.get("me").status)
	a := s.get("me")
	assert.Equal(t, 420, a.status)
	assert.Equal(t, "10", a.header.Get("Retry-After"))
	s.control("POST", "/clock", `{"advance": "10s"}`)
	assert.Equal(t, 200, s.get("me").status)
}

func TestJSONLog(t *testing.T) {
	t.Parallel()
	hello, stderr, stop := start(t, "-addr", "127.0.0.1:0", "-log", "json")
	s := &program{t: t, hello: hello, http: newHTTP(t)}
	s.get("me")
	s.control("GET", "/requests", "") // waits until the request is in the log
	require.NoError(t, stop())
	assert.Contains(t, stderr.String(), `"msg":"request","method":"GET","path":"/v5.0/me","status":200`)
}
