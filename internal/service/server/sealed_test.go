package server_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// sealed is a login.Keeper that remembers nothing: each token holds, encrypted, what it stands for.
type sealed struct {
	seal cipher.AEAD
	now  func() time.Time
}

type sealedGrant struct {
	Use, Client, User, Redirect string
	Scopes                      []string
	Expires                     time.Time
}

func newSealed(t *testing.T, now func() time.Time) *sealed {
	t.Helper()
	block, err := aes.NewCipher([]byte("0123456789abcdef"))
	require.NoError(t, err)
	seal, err := cipher.NewGCM(block)
	require.NoError(t, err)
	return &sealed{seal, now}
}

func (s *sealed) write(use string, g login.Grant, life time.Duration) string {
	plain, _ := json.Marshal(sealedGrant{use, g.Client, g.User, g.Redirect, g.Scopes.Granted(), s.now().Add(life)})
	nonce := make([]byte, s.seal.NonceSize())
	_, _ = rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(s.seal.Seal(nonce, nonce, plain, nil))
}

func (s *sealed) read(use, token string) (login.Grant, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < s.seal.NonceSize() {
		return login.Grant{}, login.ErrUnknownToken
	}
	plain, err := s.seal.Open(nil, raw[:s.seal.NonceSize()], raw[s.seal.NonceSize():], nil)
	var g sealedGrant
	if err != nil || json.Unmarshal(plain, &g) != nil || g.Use != use {
		return login.Grant{}, login.ErrUnknownToken
	}
	out := login.Grant{Client: g.Client, User: g.User, Redirect: g.Redirect, Scopes: login.NewScopeSet(g.Scopes), Expires: g.Expires}
	if !s.now().Before(g.Expires) {
		return out, login.ErrExpiredToken
	}
	return out, nil
}

func (s *sealed) Issue(_ context.Context, g login.Grant, renewable bool) (login.Token, error) {
	made := login.Token{AccessToken: s.write("access", g, time.Hour), ExpiresIn: time.Hour, Scope: g.Scopes.String()}
	if renewable && g.Scopes.Has("wl.offline_access") {
		made.RefreshToken = s.write("refresh", g, 24*time.Hour)
	}
	return made, nil
}

func (s *sealed) Lookup(_ context.Context, access string) (login.Grant, error) {
	return s.read("access", access)
}

func (s *sealed) Code(_ context.Context, g login.Grant) (string, error) {
	return s.write("code", g, time.Minute), nil
}

func (s *sealed) Redeem(_ context.Context, code string) (login.Grant, error) {
	g, err := s.read("code", code)
	if err != nil {
		err = login.ErrUnknownToken
	}
	return g, err
}

func (s *sealed) Renewable(_ context.Context, refresh string) (login.Grant, error) {
	g, err := s.read("refresh", refresh)
	if errors.Is(err, login.ErrExpiredToken) {
		err = nil
	}
	return g, err
}

func (s *sealed) Refresh(ctx context.Context, refresh, client string, scopes []string) (login.Grant, login.Token, error) {
	full, err := s.read("refresh", refresh)
	if err != nil || full.Client != client {
		return login.Grant{}, login.Token{}, login.ErrUnknownToken
	}
	g := full
	g.Scopes = full.Scopes.Narrow(scopes)
	made, err := s.Issue(ctx, g, false)
	made.RefreshToken = s.write("refresh", full, 24*time.Hour)
	return g, made, err
}

func (s *sealed) Revoke(context.Context, string) error { return errors.ErrUnsupported }

// Signing in asks nothing of its keeper but what login.Keeper promises: one that remembers nothing will do, and then
// a second server takes the tokens of the first.
func TestTokensThatAreNotKept(t *testing.T) {
	t.Parallel()
	configure := func(c *server.Config) {
		c.AutoConsent = true
		c.Clients = []login.Client{{ID: clientID, Secret: secret, RedirectURLs: []string{"https://www.contoso.com/callback"}}}
		c.Tokens = newSealed(t, c.Now)
	}
	first, second := newWorld(t, configure), newWorld(t, configure)
	first.token = ""
	form := url.Values{
		"client_id": {clientID}, "client_secret": {secret}, "redirect_uri": {callback}, "grant_type": {"authorization_code"},
		"code": {first.code("wl.basic wl.skydrive wl.offline_access")},
	}
	a := second.exchange(form)
	require.Equal(t, http.StatusOK, a.status, a.body)
	assert.Equal(t, http.StatusOK, first.withToken(a.field("access_token").(string)).get("me/skydrive").status)

	form = url.Values{
		"client_id": {clientID}, "client_secret": {secret}, "grant_type": {"refresh_token"}, "scope": {"wl.basic"},
		"refresh_token": {a.field("refresh_token").(string)},
	}
	narrowed := first.exchange(form)
	assert.Equal(t, "wl.basic", narrowed.field("scope"))
	access := narrowed.field("access_token").(string)
	assert.Equal(t, http.StatusOK, second.withToken(access).get("me").status)
	second.withToken(access).get("me/skydrive").failed(http.StatusForbidden, "request_token_unauthorized")
	form.Set("refresh_token", narrowed.field("refresh_token").(string))
	form.Del("scope")
	assert.Equal(t, "wl.basic wl.skydrive wl.offline_access", second.exchange(form).field("scope"), "the whole grant stays")

	first.withToken("x"+access[1:]).get("me").failed(http.StatusUnauthorized, "request_token_invalid")
	first.srv.ExpireToken(access)
	assert.Equal(t, http.StatusOK, first.withToken(access).get("me").status, "nothing to forget")
	require.ErrorIs(t, first.srv.AdoptToken(t.Context(), clientID, robertoID, login.Token{}), errors.ErrUnsupported)
	first.clock.move(time.Hour)
	first.withToken(access).get("me").failed(http.StatusUnauthorized, "request_token_expired")
	form.Set("refresh_token", "forged")
	assert.Equal(t, "invalid_grant", first.exchange(form).field("error"))
}
