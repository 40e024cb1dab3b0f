package server_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// "Token endpoint: POST form; GET with the query (eusonlito); client by HTTP Basic (x/oauth2's first try) or in the form,
// secret absent for mobile apps; unescaped redirect_uri (libcmis, bash); grant_type=REFRESH_TOKEN in capitals (Android
// SDK); scope on refresh or not; scopes joined by space or comma."
func TestClientsSendTokenRequests(t *testing.T) {
	t.Parallel()
	const (
		post    = "POST /oauth20_token.srf HTTP/1.1\nHost: login.live.com\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n"
		page    = "https://login.live.com/oauth20_desktop.srf"
		fields  = "client_id=" + clientID + "&redirect_uri=REDIRECT&grant_type=authorization_code&code=CODE"
		refresh = "client_id=" + clientID + "&redirect_uri=REDIRECT&refresh_token=REFRESH"
	)
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(clientID+":"+secret)) + "\n"
	for name, request := range map[string]string{
		"POST with a form":        post + fields + "&client_secret=" + secret,
		"GET with the query":      "GET /oauth20_token.srf?" + fields + "&client_secret=" + secret + " HTTP/1.1\nHost: {host}\n\n",
		"client by HTTP Basic":    strings.Replace(post, "\n\n", "\n"+basic+"\n", 1) + "redirect_uri=REDIRECT&grant_type=authorization_code&code=CODE",
		"secret absent":           post + strings.ReplaceAll(fields, "REDIRECT", url.QueryEscape(page)),
		"unescaped redirect_uri":  post + strings.ReplaceAll(fields, "REDIRECT", page),
		"type with a charset":     strings.Replace(post, "urlencoded", "urlencoded;charset=UTF-8", 1) + fields + "&client_secret=" + secret,
		"no type":                 strings.Replace(post, "Content-Type: application/x-www-form-urlencoded\n", "", 1) + fields + "&client_secret=" + secret,
		"refresh":                 post + refresh + "&grant_type=refresh_token&client_secret=" + secret,
		"refresh in capitals":     post + refresh + "&grant_type=REFRESH_TOKEN&client_secret=" + secret,
		"refresh, secret absent":  post + strings.ReplaceAll(refresh, "REDIRECT", page) + "&grant_type=refresh_token",
		"refresh, scope, spaces":  post + refresh + "&grant_type=refresh_token&scope=wl.skydrive+wl.skydrive_update&client_secret=" + secret,
		"refresh, scope, commas":  post + refresh + "&grant_type=refresh_token&scope=wl.skydrive%2Cwl.skydrive_update&client_secret=" + secret,
		"refresh, scope, encoded": post + refresh + "&grant_type=refresh_token&scope=wl.skydrive%20wl.skydrive_update&client_secret=" + secret,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newLogin(t)
			redirect, client, secret := callback, clientID, secret
			if strings.Contains(request, "oauth20_desktop") || strings.Contains(name, "absent") {
				redirect = page
			}
			if !strings.Contains(request, "client_secret") && !strings.Contains(request, "Basic ") {
				client, secret = "mobile", ""
				request = strings.ReplaceAll(request, clientID, client)
			}
			code := w.authorize(url.Values{
				"client_id": {client}, "redirect_uri": {redirect}, "response_type": {"code"},
				"scope": {"wl.skydrive wl.skydrive_update wl.offline_access"},
			}).Query().Get("code")
			if strings.Contains(request, "REFRESH") && strings.Contains(request, "refresh_token=") {
				first := w.exchange(url.Values{
					"client_id": {client}, "client_secret": {secret}, "redirect_uri": {redirect}, "code": {code}, "grant_type": {"authorization_code"},
				})
				require.Equal(t, http.StatusOK, first.status, first.body)
				request = strings.ReplaceAll(request, "refresh_token=REFRESH", "refresh_token="+url.QueryEscape(first.field("refresh_token").(string)))
			}
			request = strings.NewReplacer("CODE", url.QueryEscape(code), "REDIRECT", url.QueryEscape(redirect)).Replace(request)
			a := w.send(request)
			require.Equal(t, "HTTP/1.1 200 OK", a.line, a.body)
			scope := "wl.skydrive wl.skydrive_update"
			if !strings.Contains(name, "scope") {
				scope += " wl.offline_access"
			}
			assert.Equal(t, scope, a.field("scope"))
			w.token = a.field("access_token").(string)
			assert.Equal(t, http.StatusOK, w.get("me/skydrive").status)
		})
	}
	for _, separator := range []string{" ", ",", "%20", "%2C", ", "} {
		t.Run("scopes joined by '"+separator+"'", func(t *testing.T) {
			t.Parallel()
			w := newLogin(t)
			a := w.send("GET /oauth20_authorize.srf?client_id=" + clientID + "&redirect_uri=" + page + "&response_type=code&scope=wl.signin" +
				strings.ReplaceAll(separator, " ", "+") + "wl.basic HTTP/1.1\nHost: {host}\n\n")
			require.Equal(t, "HTTP/1.1 302 Found", a.line, a.body)
			assert.Contains(t, a.header.Get("Location"), page+"?code=")
		})
	}
}

// "Token answer: token_type exactly bearer in lower case, int expires_in, scope with exactly the granted set
// (python-onedrive compares it with wl.skydrive wl.skydrive_update wl.offline_access), refresh_token, user_id
// (onedrive-d), authentication_token optional."
func TestClientsNeedTheTokenAnswer(t *testing.T) {
	t.Parallel()
	w := newLogin(t)
	for scope, names := range map[string][]string{
		"wl.skydrive wl.skydrive_update wl.offline_access": {"token_type", "expires_in", "scope", "access_token", "refresh_token", "user_id"},
		"wl.basic": {"token_type", "expires_in", "scope", "access_token", "user_id"},
		"wl.signin wl.offline_access wl.basic": {
			"token_type", "expires_in", "scope", "access_token", "refresh_token", "authentication_token", "user_id",
		},
	} {
		t.Run(scope, func(t *testing.T) {
			form := "client_id=" + clientID + "&client_secret=" + secret + "&redirect_uri=" + url.QueryEscape(callback) +
				"&grant_type=authorization_code&code=" + url.QueryEscape(w.code(scope))
			a := w.send("POST /oauth20_token.srf HTTP/1.1\nHost: {host}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n" + form)
			require.Equal(t, "HTTP/1.1 200 OK", a.line, a.body)
			assert.Equal(t, names, keys(t, a.body))
			assert.Contains(t, a.body, `"token_type":"bearer","expires_in":3600,"scope":"`+scope+`",`)
			assert.Regexp(t, `^[0-9a-f]{32}$`, a.field("user_id"))
		})
	}
}
