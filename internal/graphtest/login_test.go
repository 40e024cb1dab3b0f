package graphtest_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
)

// signIn is a program that signs in with x/oauth2, which knows nothing of this package.
type signIn struct {
	*oauth2.Config
	*tour.Client
	t   *testing.T
	ctx context.Context
}

func newSignIn(t *testing.T, server *graphtest.Server, clientID, secret string, scopes ...string) *signIn {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	base := server.LoginURL + "/consumers/oauth2/v2.0/"
	return &signIn{
		Config: &oauth2.Config{ClientID: clientID, ClientSecret: secret, Scopes: scopes, RedirectURL: "http://localhost:8080/callback", Endpoint: oauth2.Endpoint{
			AuthURL: base + "authorize", TokenURL: base + "token", DeviceAuthURL: base + "devicecode", AuthStyle: oauth2.AuthStyleInParams,
		}},
		Client: tour.NewClient(t, server, server.Account()), t: t,
		ctx: context.WithValue(t.Context(), oauth2.HTTPClient, &http.Client{Transport: transport}),
	}
}

// browse opens the authorize page, and returns what the application's page gets.
func (s *signIn) browse(opts ...oauth2.AuthCodeOption) url.Values {
	s.t.Helper()
	reply := s.Want(http.StatusFound, http.MethodGet, s.AuthCodeURL("the state", opts...), nil)
	to, err := url.Parse(reply.Header.Get("Location"))
	require.NoError(s.t, err)
	assert.Equal(s.t, "http://localhost:8080/callback", to.Scheme+"://"+to.Host+to.Path)
	assert.Equal(s.t, "the state", to.Query().Get("state"))
	return to.Query()
}

// code is the error of a token answer.
func code(t *testing.T, err error) string {
	t.Helper()
	refusal := (*oauth2.RetrieveError)(nil)
	require.True(t, errors.As(err, &refusal), "%v", err)
	return refusal.ErrorCode
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t)
	s := newSignIn(t, server, graphtest.PublicClientID, "", "openid", "offline_access", "https://graph.microsoft.com/Files.Read")
	verifier := oauth2.GenerateVerifier()
	back := s.browse(oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("nonce", "n-1"))
	_, err := s.Exchange(s.ctx, back.Get("code"), oauth2.VerifierOption(oauth2.GenerateVerifier()))
	assert.Equal(t, "invalid_grant", code(t, err))
	token, err := s.Exchange(s.ctx, back.Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	assert.Equal(t, "openid Files.Read", token.Extra("scope"))
	assert.WithinDuration(t, time.Now().Add(time.Hour), token.Expiry, time.Minute)
	_, err = s.Exchange(s.ctx, back.Get("code"), oauth2.VerifierOption(verifier))
	assert.Equal(t, "invalid_grant", code(t, err), "a code is good once")

	claims := verified(t, s, token.Extra("id_token").(string))
	assert.Equal(t, []any{graphtest.PublicClientID, "n-1", "Roberto Tamburello"}, []any{claims["aud"], claims["nonce"], claims["name"]})

	client := s.with(token)
	assert.Equal(t, http.StatusOK, client("/me/drive/root"))
	assert.Equal(t, http.StatusForbidden, client("/me/contacts"), "that scope was not asked for")
	server.ExpireToken(token.AccessToken)
	assert.Equal(t, http.StatusUnauthorized, client("/me/drive/root"))
	token.Expiry = time.Now().Add(-time.Minute)
	fresh, err := s.TokenSource(s.ctx, token).Token()
	require.NoError(t, err)
	assert.NotEqual(t, token.RefreshToken, fresh.RefreshToken, "refresh tokens rotate")
	assert.Equal(t, http.StatusOK, s.with(fresh)("/me/drive/root"))
	_, err = s.TokenSource(s.ctx, token).Token()
	require.NoError(t, err, "the one before stays good")
	server.Account().RevokeTokens()
	fresh.Expiry = token.Expiry
	_, err = s.TokenSource(s.ctx, fresh).Token()
	assert.Equal(t, "invalid_grant", code(t, err))
}

// with is a call with a token; it returns the status.
func (s *signIn) with(token *oauth2.Token) func(path string) int {
	return func(path string) int {
		return s.Do(http.MethodGet, path, nil, "Authorization", "Bearer "+token.AccessToken).Status
	}
}

// verified checks the signature of an ID token with the keys that the login host shows.
func verified(t *testing.T, s *signIn, token string) tour.Object {
	t.Helper()
	base := strings.TrimSuffix(s.Endpoint.AuthURL, "oauth2/v2.0/authorize")
	keys := s.Get(tour.Text(s.Get(base+"v2.0/.well-known/openid-configuration"), "jwks_uri"))
	key := keys["keys"].([]any)[0].(tour.Object)
	decode := func(text string) []byte {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		require.NoError(t, err)
		return raw
	}
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(decode(tour.Text(key, "n"))), E: int(new(big.Int).SetBytes(decode(tour.Text(key, "e"))).Int64())}
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	require.NoError(t, rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], decode(parts[2])))
	var claims tour.Object
	require.NoError(t, json.Unmarshal(decode(parts[1]), &claims))
	return claims
}

func TestSignInIsRefused(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t, graphtest.WithOneTimeRefreshTokens())
	s := newSignIn(t, server, graphtest.PublicClientID, "", "Files.Read", "offline_access")
	server.SignIn(nil)
	assert.Equal(t, "access_denied", s.browse().Get("error"))
	server.SignIn(server.Account())
	assert.Equal(t, "invalid_request", s.browse(oauth2.SetAuthURLParam("code_challenge", "x"), oauth2.SetAuthURLParam("code_challenge_method", "plain")).Get("error"))
	s.Scopes = []string{"wl.basic"}
	assert.Equal(t, "invalid_scope", s.browse().Get("error"))
	s.Scopes = []string{"Files.Read", "offline_access"}

	authorize := s.AuthCodeURL("x")
	for _, bad := range []string{
		strings.Replace(authorize, "8080%2Fcallback", "8080%2Felsewhere", 1),
		strings.Replace(authorize, graphtest.PublicClientID, "somebody", 1),
		strings.Replace(authorize, "consumers", "contoso.com", 1),
	} {
		assert.Equal(t, http.StatusBadRequest, s.Do(http.MethodGet, bad, nil).Status, bad)
	}
	confidential := newSignIn(t, server, graphtest.ConfidentialClientID, graphtest.ClientSecret, "Files.Read", "offline_access")
	back := confidential.browse()
	other := *confidential.Config
	other.ClientSecret = "wrong"
	_, err := other.Exchange(s.ctx, back.Get("code"))
	assert.Equal(t, "invalid_client", code(t, err))
	other.ClientSecret = ""
	_, err = other.Exchange(s.ctx, back.Get("code"))
	assert.Equal(t, "invalid_client", code(t, err))
	_, err = s.Exchange(s.ctx, back.Get("code"))
	assert.Equal(t, "invalid_grant", code(t, err), "it is another client's")
	token, err := confidential.Exchange(s.ctx, back.Get("code"))
	require.NoError(t, err)
	assert.Nil(t, token.Extra("id_token"))

	token.Expiry = time.Now().Add(-time.Minute)
	_, err = confidential.TokenSource(s.ctx, token).Token()
	require.NoError(t, err)
	_, err = confidential.TokenSource(s.ctx, token).Token()
	assert.Equal(t, "invalid_grant", code(t, err), "refresh tokens are good once here")

	back = s.browse()
	server.Advance(11 * time.Minute)
	_, err = s.Exchange(s.ctx, back.Get("code"))
	assert.Equal(t, "invalid_grant", code(t, err))
	_, err = s.PasswordCredentialsToken(s.ctx, "roberto", "x")
	assert.Equal(t, "unsupported_grant_type", code(t, err))
}

func TestHintsAndAccounts(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t)
	other, err := server.AddAccount("Stephanie", "Bourne")
	require.NoError(t, err)
	s := newSignIn(t, server, graphtest.PublicClientID, "", "User.Read")
	token, err := s.Exchange(s.ctx, s.browse(oauth2.SetAuthURLParam("login_hint", "stephanie@example.com")).Get("code"))
	require.NoError(t, err)
	assert.Empty(t, token.RefreshToken, "offline_access was not asked for")
	me := s.Want(http.StatusOK, http.MethodGet, "/me", nil, "Authorization", "Bearer "+token.AccessToken)
	assert.Equal(t, other.ID, me.Text("id"))
}

func TestDeviceFlow(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t, graphtest.WithDeviceInterval(1))
	s := newSignIn(t, server, graphtest.PublicClientID, "", "Files.Read", "offline_access")
	device, err := s.DeviceAuth(s.ctx)
	require.NoError(t, err)
	assert.EqualValues(t, 1, device.Interval)
	poll := func() (int, string) {
		form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {s.ClientID}, "device_code": {device.DeviceCode}}
		reply := s.Do(http.MethodPost, s.Endpoint.TokenURL, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		return reply.Status, reply.Text("error")
	}
	status, reason := poll()
	assert.Equal(t, []any{http.StatusBadRequest, "authorization_pending"}, []any{status, reason})
	assert.False(t, server.EnterUserCode("NOBODY", server.Account()))
	assert.True(t, server.EnterUserCode(device.UserCode, server.Account()))
	status, _ = poll()
	assert.Equal(t, http.StatusOK, status)
	_, reason = poll()
	assert.Equal(t, "bad_verification_code", reason)

	for want, ends := range map[string]func(){
		"authorization_declined": func() { server.EnterUserCode(device.UserCode, nil) },
		"expired_token":          func() { server.Advance(16 * time.Minute) },
	} {
		device, err = s.DeviceAuth(s.ctx)
		require.NoError(t, err)
		ends()
		_, reason = poll()
		assert.Equal(t, want, reason)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t)
	for _, test := range []struct {
		scope, method, path, code string
		allowed                   bool
	}{
		{"Files.Read", "GET", "/me/drive/root", "", true},
		{"Files.Read", "PUT", "/me/drive/root:/a:/content", "accessDenied", false},
		{"Files.ReadWrite", "PUT", "/me/drive/root:/a:/content", "", true},
		{"files.readwrite", "GET", "/me/drive/root/children", "", true},
		{"User.Read", "GET", "/me/drive", "accessDenied", false},
		{"Files.Read", "GET", "/me", "Authorization_RequestDenied", false},
		{"User.Read", "GET", "/me", "", true},
		{"Contacts.Read", "GET", "/me/contacts", "", true},
		{"Contacts.Read", "POST", "/me/contacts", "ErrorAccessDenied", false},
		{"Calendars.Read", "GET", "/me/events", "", true},
		{"Calendars.Read", "POST", "/me/events", "ErrorAccessDenied", false},
		{"Contacts.ReadWrite", "GET", "/me/calendars", "ErrorAccessDenied", false},
	} {
		reply := tour.NewClient(t, server, server.Account(), test.scope).Do(test.method, test.path, "x")
		if test.allowed {
			assert.Less(t, reply.Status, 300, test)
		} else {
			assert.Equal(t, []any{http.StatusForbidden, test.code}, []any{reply.Status, reply.Code()}, test)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	server, c := start(t, graphtest.WithTokenLife(time.Minute))
	for _, authorization := range []string{"", "Bearer ", "Basic x", "Bearer forged"} {
		reply := refused(t, c, http.StatusUnauthorized, "InvalidAuthenticationToken", http.MethodGet, "/me", nil, "Authorization", authorization)
		assert.Contains(t, reply.Header.Get("Www-Authenticate"), "Bearer")
	}
	assert.Equal(t, http.StatusUnauthorized, c.Do(http.MethodGet, server.GraphURL+"/me?access_token="+server.Account().Token().AccessToken, nil).Status, "only the header counts")
	c.Get("/me")
	server.Advance(2 * time.Minute)
	reply := refused(t, c, http.StatusUnauthorized, "InvalidAuthenticationToken", http.MethodGet, "/me", nil)
	assert.Contains(t, string(reply.Body), "expired")
}
