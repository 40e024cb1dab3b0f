package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// The blank page is the login host's own. A page of the same path elsewhere is a stranger's.
func TestDesktopPageIsOfTheLoginHost(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	ask := func(redirect string) answer {
		q := url.Values{"client_id": {clientID}, "redirect_uri": {redirect}, "response_type": {"token"}, "scope": {"wl.basic"}}
		return w.do(http.MethodGet, w.url+"/oauth20_authorize.srf?"+q.Encode(), nil)
	}
	for _, own := range []string{desktop, strings.ToUpper(desktop[:22]) + desktop[22:], w.url + "/oauth20_desktop.srf"} {
		assert.Equal(t, http.StatusFound, ask(own).status, own)
	}
	for _, foreign := range []string{
		"http://evil.example/oauth20_desktop.srf", "https://evil.example/OAuth20_Desktop.srf", "http://login.live.com/oauth20_desktop.srf",
		"https://login.live.com.evil.example/oauth20_desktop.srf", "https://login.live.com@evil.example/oauth20_desktop.srf",
		"https://login.live.com:444/oauth20_desktop.srf", "evil://host/oauth20_desktop.srf", "//evil.example/oauth20_desktop.srf",
		"https://login.live.com/x/oauth20_desktop.srf", "http://127.0.0.1:1/oauth20_desktop.srf",
	} {
		a := ask(foreign)
		assert.Equal(t, http.StatusBadRequest, a.status, foreign)
		assert.Empty(t, a.header.Get("Location"), foreign)
		a = w.do(http.MethodGet, w.url+"/oauth20_logout.srf?client_id="+clientID+"&redirect_uri="+url.QueryEscape(foreign), nil)
		assert.Empty(t, a.header.Get("Location"), foreign)
	}
}

// No redirect_uri makes the secret needless.
func TestSecretIsAlwaysAskedFor(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	issued, err := w.srv.IssueToken(clientID, robertoID, []string{"wl.basic", "wl.offline_access"})
	require.NoError(t, err)
	granted := func(redirect string) string {
		u := w.authorize(url.Values{"client_id": {clientID}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {"wl.basic,wl.offline_access"}})
		a := w.exchange(url.Values{"client_id": {clientID}, "client_secret": {secret}, "code": {u.Query().Get("code")}, "grant_type": {"authorization_code"}, "redirect_uri": {redirect}})
		require.Equal(t, http.StatusOK, a.status, a.body)
		return a.field("refresh_token").(string)
	}
	for grant, refresh := range map[string]string{callback: granted(callback), desktop: granted(desktop), "none": issued.RefreshToken} {
		for _, redirect := range []string{"", desktop, "http://evil.example/oauth20_desktop.srf", callback} {
			form := url.Values{"client_id": {clientID}, "refresh_token": {refresh}, "grant_type": {"refresh_token"}, "redirect_uri": {redirect}}
			w.exchange(form).oauthError("invalid_client")
			if grant != "none" && redirect != "" && redirect != grant {
				form.Set("client_secret", secret)
				w.exchange(form).oauthError("invalid_grant")
			}
		}
	}
	for _, redirect := range []string{callback, desktop} {
		u := w.authorize(url.Values{"client_id": {clientID}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {"wl.basic"}})
		w.exchange(url.Values{"client_id": {clientID}, "code": {u.Query().Get("code")}, "grant_type": {"authorization_code"}, "redirect_uri": {redirect}}).oauthError("invalid_client")
	}
}

// browsers are what a browser says of the page that made it send a request.
var browsers = []struct {
	header    []string
	elsewhere bool // also when it is a GET
	post      bool // when it is a POST
}{
	{nil, false, false}, // no browser
	{[]string{"Sec-Fetch-Site", "none"}, false, false},
	{[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://{host}"}, false, false},
	{[]string{"Origin", "http://{host}"}, false, false}, // an old one
	{[]string{"Referer", "http://{host}/oauth20_authorize.srf"}, false, false},
	{[]string{"Sec-Fetch-Site", "same-site", "Referer", "http://127.0.0.1:3000/"}, false, true},
	{[]string{"Sec-Fetch-Site", "cross-site", "Referer", "http://localhost:3000/"}, false, true}, // an app under test
	{[]string{"Sec-Fetch-Site", "cross-site"}, true, true},
	{[]string{"Sec-Fetch-Site", "cross-site", "Referer", "https://evil.example/"}, true, true},
	{[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "Referer", "http://localhost/"}, true, true},
	{[]string{"Sec-Fetch-Site", "cross-site", "Referer", "https://localhost.evil.example/"}, true, true},
	{[]string{"Sec-Fetch-Site", "cross-site", "Referer", "https://localhost@evil.example/"}, true, true},
	{[]string{"Origin", "https://evil.example"}, true, true},
	{[]string{"Origin", "null"}, true, true},
}

// A page of another site cannot give a person's consent, nor make use of that which -auto-consent gives to programs.
func TestConsentIsNotGivenElsewhere(t *testing.T) {
	t.Parallel()
	for _, auto := range []bool{true, false} {
		w := newWorld(t, func(c *server.Config) { c.AutoConsent = auto })
		w.token = ""
		for _, browser := range browsers {
			header := make([]string, len(browser.header))
			for i, text := range browser.header {
				header[i] = strings.ReplaceAll(text, "{host}", strings.TrimPrefix(w.url, "http://"))
			}
			q := url.Values{"client_id": {"any"}, "redirect_uri": {"https://evil.example/"}, "response_type": {"token"}, "scope": {"wl.basic"}}
			a := w.do(http.MethodGet, w.url+"/oauth20_authorize.srf?"+q.Encode(), nil, header...)
			assert.Equal(t, auto && !browser.elsewhere, strings.Contains(a.header.Get("Location"), "access_token="), "GET %v", header)
			if auto && browser.elsewhere {
				assert.Equal(t, http.StatusOK, a.status)
				assert.Contains(t, a.body, `name="consent"`, "a person may still answer")
				assert.Equal(t, "DENY", a.header.Get("X-Frame-Options"))
			}
			q.Set("consent", "yes")
			q.Set("account", robertoID)
			a = w.do(http.MethodPost, w.url+"/oauth20_authorize.srf", strings.NewReader(q.Encode()), header...)
			assert.Equal(t, !browser.post, strings.Contains(a.header.Get("Location"), "access_token="), "POST %v", header)
			if browser.post {
				assert.Equal(t, http.StatusForbidden, a.status)
			}
		}
	}
}
