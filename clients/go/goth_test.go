package clients

import (
	"testing"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/onedrive"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goth's provider has fixed hosts: login.live.com for signing in, apis.live.net for the profile.
func TestGothOneDrive(t *testing.T) {
	t.Parallel()
	e := start(t)
	provider := onedrive.New(clientID, clientSecret, callback)
	provider.HTTPClient = e.client()

	session, err := provider.BeginAuth("the state")
	require.NoError(t, err)
	address, err := session.GetAuthURL()
	require.NoError(t, err)
	answer := e.browse(address)
	assert.Equal(t, "the state", answer.Get("state"))
	_, err = session.Authorize(provider, answer)
	require.NoError(t, err)
	user, err := provider.FetchUser(session)
	require.NoError(t, err)
	assert.Equal(t, "Roberto Tamburello", user.Name)
	assert.Equal(t, "roberto@contoso.com", user.Email)
	assert.Equal(t, robertoID, user.RawData["id"])
	assert.NotEmpty(t, user.RefreshToken)

	fresh, err := provider.RefreshToken(user.RefreshToken)
	require.NoError(t, err)
	assert.Equal(t, "bearer", fresh.TokenType)
	assert.NotEqual(t, user.AccessToken, fresh.AccessToken)
	assert.NotEqual(t, user.RefreshToken, fresh.RefreshToken)
	again, err := provider.FetchUser(&onedrive.Session{AccessToken: fresh.AccessToken})
	require.NoError(t, err)
	assert.Equal(t, user.Email, again.Email)

	_, err = provider.FetchUser(&onedrive.Session{AccessToken: "not a token"})
	require.ErrorContains(t, err, "401")
	_, err = session.Authorize(provider, goth.Params(answer))
	require.Error(t, err, "a code is good once")

	assert.Equal(t, []string{
		"GET /oauth20_authorize.srf oauth.authorize 302",
		"POST /oauth20_token.srf oauth.token_code 200",
		"GET /v5.0/me user.get 200 with a token",
		"POST /oauth20_token.srf oauth.token_refresh 200",
		"GET /v5.0/me user.get 200 with a token",
		"GET /v5.0/me user.get 401 with a token",
		"POST /oauth20_token.srf oauth.token_code 400",
	}, e.requests())
}
