package server_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

const (
	secret   = "O9L3tC4ecrCdLDaNsNC3m4mdiBm9gYi4"
	callback = "https://www.contoso.com/callback?a=b"
	desktop  = "https://login.live.com/oauth20_desktop.srf"
)

func newLogin(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, func(c *server.Config) {
		c.AutoConsent = true
		c.Clients = []login.Client{
			{ID: clientID, Secret: secret, Name: "Pilot <App>", RedirectURLs: []string{"https://www.contoso.com/callback"}},
			{ID: "mobile"},
		}
	})
	w.token = ""
	return w
}

// authorize asks for consent and returns where the browser is sent.
func (w *world) authorize(query url.Values) *url.URL {
	w.t.Helper()
	a := w.do(http.MethodGet, w.url+"/oauth20_authorize.srf?"+query.Encode(), nil)
	require.Equal(w.t, http.StatusFound, a.status, a.body)
	u, err := url.Parse(a.header.Get("Location"))
	require.NoError(w.t, err)
	return u
}

func (w *world) code(scope string) string {
	w.t.Helper()
	u := w.authorize(url.Values{"client_id": {clientID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {scope}, "state": {"s&1"}})
	require.Equal(w.t, "s&1", u.Query().Get("state"))
	require.Equal(w.t, "b", u.Query().Get("a"))
	return u.Query().Get("code")
}

func (w *world) exchange(form url.Values, header ...string) answer {
	w.t.Helper()
	return w.do(http.MethodPost, w.url+"/oauth20_token.srf", strings.NewReader(form.Encode()),
		append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

func (a answer) oauthError(code string) {
	a.t.Helper()
	assert.Equal(a.t, http.StatusBadRequest, a.status, a.body)
	assert.Equal(a.t, []string{"error", "error_description"}, keys(a.t, a.body))
	assert.Equal(a.t, code, a.field("error"), a.body)
}

func TestCodeFlow(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	const scope = "wl.skydrive wl.skydrive_update wl.offline_access"
	code := w.code(strings.ReplaceAll(scope, " ", ",")) // a comma is a separator too
	form := url.Values{
		"client_id": {clientID}, "client_secret": {secret}, "redirect_uri": {callback}, "code": {code},
		"grant_type": {"authorization_code"},
	}
	a := w.exchange(form)
	require.Equal(t, http.StatusOK, a.status, a.body)
	assert.Equal(t, []string{"token_type", "expires_in", "scope", "access_token", "refresh_token", "user_id"}, keys(t, a.body))
	assert.Equal(t, "bearer", a.field("token_type"))
	assert.InDelta(t, 3600, a.field("expires_in"), 0)
	assert.Equal(t, scope, a.field("scope"), "exactly the granted set, in order")
	assert.Equal(t, "0123456789abcdef0123456789abcdef", a.field("user_id"))
	assert.Equal(t, "no-store", a.header.Get("Cache-Control"))
	assert.Equal(t, "no-cache", a.header.Get("Pragma"))
	assert.Regexp(t, `^application/json; charset=`, a.header.Get("Content-Type"))
	access := a.field("access_token").(string)
	assert.Regexp(t, `^EwA.{100,}=$`, access)
	assert.Contains(t, access, "+")
	assert.Contains(t, access, "/")
	w.token = access
	assert.Equal(t, robertoID, w.get("me").field("id"))

	w.exchange(form).oauthError("invalid_grant") // once only
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	first, err := w.srv.IssueToken(clientID, robertoID, []string{"wl.basic", "wl.skydrive", "wl.offline_access"})
	require.NoError(t, err)
	form := func(refresh string) url.Values {
		return url.Values{
			"client_id": {clientID}, "client_secret": {secret}, "redirect_uri": {callback}, "refresh_token": {refresh},
			"grant_type": {"REFRESH_TOKEN"}, // so the Android SDK
		}
	}
	stolen := form(first.RefreshToken)
	stolen.Set("client_id", "mobile")
	w.exchange(stolen).oauthError("invalid_grant")
	a := w.exchange(form(first.RefreshToken))
	require.Equal(t, http.StatusOK, a.status, a.body)
	next := a.field("refresh_token").(string)
	assert.NotEqual(t, first.RefreshToken, next)
	assert.Equal(t, "oauth.token_refresh", w.lastRequest().Route)
	w.exchange(form(first.RefreshToken)).oauthError("invalid_grant")

	narrow := form(next)
	narrow.Set("scope", "wl.basic")
	a = w.exchange(narrow)
	assert.Equal(t, "wl.basic", a.field("scope"))
	a = w.exchange(form(a.field("refresh_token").(string)))
	assert.Equal(t, "wl.basic wl.skydrive wl.offline_access", a.field("scope"))

	next = a.field("refresh_token").(string)
	w.srv.RevokeRefreshToken(next)
	w.exchange(form(next)).oauthError("invalid_grant")
}

func TestTokenRequestForms(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	base := func() url.Values {
		return url.Values{"client_id": {clientID}, "code": {w.code("wl.basic")}, "grant_type": {"authorization_code"}, "redirect_uri": {callback}}
	}
	basic := func(password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(clientID+":"+url.QueryEscape(password)))
	}
	form := base()
	form.Del("client_id")
	assert.Equal(t, http.StatusOK, w.exchange(form, "Authorization", basic(secret)).status, "x/oauth2's first try")
	w.exchange(base(), "Authorization", basic("wrong")).oauthError("invalid_client")

	form = base()
	form.Set("client_secret", secret)
	a := w.do(http.MethodGet, w.url+"/oauth20_token.srf?"+form.Encode(), nil)
	assert.Equal(t, http.StatusOK, a.status, "GET with the query: %s", a.body)

	raw := "client_id=" + clientID + "&client_secret=" + secret + "&grant_type=authorization_code&redirect_uri=" + callback + "&code=" + w.code("wl.basic")
	a = w.do(http.MethodPost, w.url+"/oauth20_token.srf", strings.NewReader(raw), "Content-Type", "application/x-www-form-urlencoded")
	assert.Equal(t, http.StatusOK, a.status, "an unescaped redirect_uri: %s", a.body)

	// A client of the desktop page has no secret, and renews without naming the page again.
	u := w.authorize(url.Values{"client_id": {"mobile"}, "redirect_uri": {desktop}, "response_type": {"code"}, "scope": {"wl.basic wl.offline_access"}})
	a = w.exchange(url.Values{"client_id": {"mobile"}, "code": {u.Query().Get("code")}, "grant_type": {"authorization_code"}, "redirect_uri": {desktop}})
	require.Equal(t, http.StatusOK, a.status, a.body)
	a = w.exchange(url.Values{"client_id": {"mobile"}, "refresh_token": {a.field("refresh_token").(string)}, "grant_type": {"refresh_token"}})
	assert.Equal(t, http.StatusOK, a.status, a.body)
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	good := func() url.Values {
		return url.Values{
			"client_id": {clientID}, "client_secret": {secret}, "redirect_uri": {callback}, "code": {w.code("wl.basic")},
			"grant_type": {"authorization_code"},
		}
	}
	for name, test := range map[string]struct{ key, value, code string }{
		"grant type missing": {"grant_type", "", "invalid_request"},
		"grant type":         {"grant_type", "password", "unsupported_grant_type"},
		"client missing":     {"client_id", "", "invalid_request"},
		"client":             {"client_id", "unknown", "invalid_client"},
		"other client":       {"client_id", "mobile", "invalid_grant"},
		"secret":             {"client_secret", "wrong", "invalid_client"},
		"no secret":          {"client_secret", "", "invalid_client"},
		"code missing":       {"code", "", "invalid_request"},
		"code":               {"code", "Mnonsense", "invalid_grant"},
		"redirect":           {"redirect_uri", "https://www.contoso.com/other", "invalid_grant"},
	} {
		form := good()
		form.Set(test.key, test.value)
		t.Log(name)
		w.exchange(form).oauthError(test.code)
	}
	form := good()
	w.clock.move(time.Hour)
	w.exchange(form).oauthError("invalid_grant")
	w.do(http.MethodPut, w.url+"/oauth20_token.srf", nil).oauthError("invalid_request")
	w.exchange(url.Values{"x": {strings.Repeat("x", 2<<20)}}).oauthError("invalid_request")
}

func TestTokenFlow(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	u := w.authorize(url.Values{
		"client_id": {clientID}, "redirect_uri": {callback}, "response_type": {"token"},
		"scope": {"wl.signin wl.offline_access"}, "state": {"a b"}, "login_hint": {nunoID},
	})
	raw := u.EscapedFragment()
	assert.True(t, strings.HasPrefix(raw, "access_token="), raw)
	assert.NotContains(t, raw, "+")
	values, err := url.ParseQuery(raw)
	require.NoError(t, err)
	assert.Equal(t, "bearer", values.Get("token_type"))
	assert.Equal(t, "3600", values.Get("expires_in"))
	assert.Equal(t, "wl.signin wl.offline_access", values.Get("scope"))
	assert.Equal(t, "fedcba9876543210fedcba9876543210", values.Get("user_id"))
	assert.Equal(t, "a b", values.Get("state"))
	assert.Empty(t, values.Get("refresh_token"), "never for a browser")
	w.token = values.Get("access_token")
	assert.Equal(t, nunoID, w.get("me").field("id"))

	// The authentication token: signed with the hash of the secret and a suffix.
	parts := strings.Split(values.Get("authentication_token"), ".")
	require.Len(t, parts, 3)
	head, err := base64.RawURLEncoding.DecodeString(parts[0])
	require.NoError(t, err)
	assert.Equal(t, []string{"alg", "kid", "typ"}, keys(t, string(head)))
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	assert.Equal(t, []string{"exp", "iss", "aud", "uid", "ver", "urn:microsoft:appuri", "urn:microsoft:appid"}, keys(t, string(body)))
	key := sha256.Sum256([]byte(secret + "JWTSig"))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(parts[0] + "." + parts[1]))
	assert.Equal(t, base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), parts[2])
}

func TestAuthorizeErrors(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	good := func() url.Values {
		return url.Values{"client_id": {clientID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"wl.basic"}, "state": {"s"}}
	}
	for _, test := range []struct{ key, value, code string }{
		{"response_type", "", "invalid_request"},
		{"response_type", "id_token", "unsupported_response_type"},
		{"scope", "", "invalid_request"},
		{"scope", "wl.basic wl.everything", "invalid_scope"},
		{"login_hint", "nobody@example.com", "unknown_user"},
	} {
		q := good()
		q.Set(test.key, test.value)
		u := w.authorize(q)
		assert.Equal(t, test.code, u.Query().Get("error"))
		assert.Equal(t, "s", u.Query().Get("state"))
		assert.NotEmpty(t, u.Query().Get("error_description"))
	}
	q := good()
	q.Set("response_type", "token")
	q.Set("scope", "nonsense")
	assert.Contains(t, w.authorize(q).Fragment, "error=invalid_scope", "in the fragment for the token flow")

	q = url.Values{"client_id": {"mobile"}, "redirect_uri": {"javascript://h/%0aalert(1)"}, "response_type": {"code"}, "scope": {"wl.basic"}}
	a := w.do(http.MethodGet, w.url+"/oauth20_authorize.srf?"+q.Encode(), nil)
	assert.Equal(t, http.StatusBadRequest, a.status, "a script, even for a client that may redirect anywhere")

	// What cannot be trusted is never redirected to.
	for _, test := range [][2]string{
		{"client_id", "unknown"}, {"redirect_uri", "https://evil.example/"}, {"redirect_uri", "javascript:alert(1)"}, {"client_id", ""},
	} {
		q := good()
		q.Set(test[0], test[1])
		a := w.do(http.MethodGet, w.url+"/oauth20_authorize.srf?"+q.Encode(), nil)
		assert.Equal(t, http.StatusBadRequest, a.status)
		assert.Empty(t, a.header.Get("Location"))
	}
}

func TestConsentPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *server.Config) {
		c.Clients = []login.Client{{ID: clientID, Name: `Pilot <App>`}}
	})
	w.token = ""
	q := url.Values{"client_id": {clientID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"wl.basic wl.skydrive"}, "state": {`"><script>alert(1)</script>`}}
	a := w.do(http.MethodGet, w.url+"/oauth20_authorize.srf?"+q.Encode(), nil)
	require.Equal(t, http.StatusOK, a.status)
	for _, want := range []string{"Pilot &lt;App&gt;", "wl.skydrive", `lang="en"`, "<legend>Account</legend>", robertoID, nunoID, "<title>"} {
		assert.Contains(t, a.body, want)
	}
	assert.NotContains(t, a.body, "<script>")

	submit := func(account, consent string) answer {
		form := url.Values{"account": {account}, "consent": {consent}}
		for k, v := range q {
			form[k] = v
		}
		return w.do(http.MethodPost, w.url+"/oauth20_authorize.srf", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	}
	a = submit(nunoID, "yes")
	require.Equal(t, http.StatusFound, a.status, a.body)
	assert.Contains(t, a.header.Get("Location"), "&code=M")
	assert.Contains(t, submit(nunoID, "no").header.Get("Location"), "error=access_denied")
	assert.Equal(t, http.StatusOK, submit("nobody", "yes").status, "asked again")

	q.Set("display", "none")
	assert.Contains(t, w.do(http.MethodGet, w.url+"/oauth20_authorize.srf?"+q.Encode(), nil).header.Get("Location"), "error=unknown_user")
}

func TestDesktopAndLogout(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	a := w.do(http.MethodGet, w.url+"/oauth20_desktop.srf?code=x", nil)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
	a = w.do(http.MethodGet, w.url+"/oauth20_logout.srf?client_id="+clientID+"&redirect_uri="+url.QueryEscape(callback), nil)
	assert.Equal(t, http.StatusFound, a.status)
	assert.Equal(t, callback, a.header.Get("Location"))
	for _, query := range []string{"?ts=1", "?client_id=" + clientID + "&redirect_uri=https%3A%2F%2Fevil.example%2F", ""} {
		assert.Equal(t, http.StatusOK, w.do(http.MethodGet, w.url+"/oauth20_logout.srf"+query, nil).status, query)
	}
}

// An application made through the API can ask for tokens at once.
func TestApplicationsAreClients(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	w.token = w.tokenFor(robertoID, allScopes)
	app := w.json(http.MethodPost, "me/applications", `{"name":"Made","uri":"http://made.example/cb"}`)
	require.Equal(t, http.StatusCreated, app.status, app.body)
	id, secret := app.field("client_id").(string), app.field("client_secret").(string)
	u := w.authorize(url.Values{"client_id": {id}, "redirect_uri": {"http://made.example/cb"}, "response_type": {"code"}, "scope": {"wl.basic"}})
	a := w.exchange(url.Values{"client_id": {id}, "client_secret": {secret}, "code": {u.Query().Get("code")}, "grant_type": {"authorization_code"}, "redirect_uri": {"http://made.example/cb"}})
	assert.Equal(t, http.StatusOK, a.status, a.body)
}
