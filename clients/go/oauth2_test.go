package clients

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/microsoft"
)

// x/oauth2 knows Live Connect by name. It tries HTTP Basic first, renews by itself, and sends its own refresh token on.
func TestOAuth2LiveConnectEndpoint(t *testing.T) {
	t.Parallel()
	e := start(t)
	conf := &oauth2.Config{
		ClientID: clientID, ClientSecret: clientSecret, RedirectURL: callback, Endpoint: microsoft.LiveConnectEndpoint,
		Scopes: []string{"wl.signin", "wl.basic", "wl.offline_access", "wl.skydrive"},
	}
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, e.client())
	answer := e.browse(conf.AuthCodeURL("s t+a&t=e", oauth2.AccessTypeOffline))
	assert.Equal(t, "s t+a&t=e", answer.Get("state"))
	token, err := conf.Exchange(ctx, answer.Get("code"))
	require.NoError(t, err)
	assert.Equal(t, "Bearer", token.Type())
	assert.WithinDuration(t, time.Now().Add(time.Hour), token.Expiry, time.Minute)
	assert.Equal(t, "0123456789abcdef0123456789abcdef", token.Extra("user_id"))
	assert.Equal(t, "wl.signin wl.basic wl.offline_access wl.skydrive", token.Extra("scope"))

	var files struct{ Data []struct{ ID, Name string } }
	get(t, conf.Client(ctx, token), "https://apis.live.net/v5.0/me/skydrive/my_documents/files", &files)
	require.Len(t, files.Data, 1)
	assert.Equal(t, "notes.txt", files.Data[0].Name)

	// The client follows to the storage host, and gets the bytes.
	resp, err := conf.Client(ctx, token).Get("https://apis.live.net/v5.0/" + files.Data[0].ID + "/content")
	require.NoError(t, err)
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "hello, world", string(content))

	old := *token
	old.Expiry = time.Now().Add(-time.Hour)
	fresh, err := conf.TokenSource(ctx, &old).Token()
	require.NoError(t, err)
	assert.NotEqual(t, token.RefreshToken, fresh.RefreshToken)
	var me struct{ ID string }
	get(t, conf.Client(ctx, fresh), "https://apis.live.net/v5.0/me", &me)
	assert.Equal(t, robertoID, me.ID)

	_, err = conf.Exchange(ctx, "not a code")
	var refused *oauth2.RetrieveError
	require.True(t, errors.As(err, &refused), "%v", err)
	assert.Equal(t, "invalid_grant", refused.ErrorCode)

	log := e.requests()
	for _, line := range []string{
		"GET /oauth20_authorize.srf oauth.authorize 302",
		"POST /oauth20_token.srf oauth.token_code 200",
		"POST /oauth20_token.srf oauth.token_refresh 200",
		"GET /v5.0/me user.get 200 with a token",
		"GET /v5.0/" + files.Data[0].ID + "/content content.get 302 with a token",
	} {
		assert.Contains(t, log, line)
	}
}

// get reads JSON.
func get(t *testing.T, client *http.Client, address string, into any) {
	t.Helper()
	resp, err := client.Get(address)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.NoError(t, json.NewDecoder(resp.Body).Decode(into))
}
