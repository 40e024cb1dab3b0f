package graph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/graph"
	"github.com/go-liveconnect/liveconnect/internal/graphtest"
)

func TestScopes(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"User.Read", "Contacts.Read", "Files.ReadWrite", "offline_access"},
		graph.Scopes(liveconnect.ScopeBasic, liveconnect.ScopeSkyDriveUpdate, liveconnect.ScopeOfflineAccess, liveconnect.ScopeShare))
	assert.NotContains(t, graph.Scopes(liveconnect.ScopeEmails), "Mail.Read", "it would open all mail")
}

// A program without a browser signs in, and makes an album.
func TestSignIn(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t, graphtest.WithDeviceInterval(1))
	conf := graph.OAuthConfig(graphtest.PublicClientID, "http://localhost", liveconnect.ScopeSkyDriveUpdate, liveconnect.ScopeOfflineAccess)
	assert.True(t, strings.HasPrefix(conf.Endpoint.AuthURL, "https://login.microsoftonline.com/consumers/"))
	for _, at := range []*string{&conf.Endpoint.AuthURL, &conf.Endpoint.TokenURL, &conf.Endpoint.DeviceAuthURL} {
		*at = strings.Replace(*at, "https://login.microsoftonline.com", server.LoginURL, 1)
	}
	token, err := graph.SignIn(t.Context(), conf, func(page, code string) {
		assert.NotEmpty(t, page)
		assert.True(t, server.EnterUserCode(code, server.Account()))
	})
	require.NoError(t, err)
	require.NotEmpty(t, token.RefreshToken)
	client, err := liveconnect.NewClient(graph.HTTPClient(conf.TokenSource(t.Context(), token), graph.WithTransport(graph.HandlerTransport{Handler: server})))
	require.NoError(t, err)
	album, err := client.Albums.Create(t.Context(), liveconnect.Me, &liveconnect.NewAlbum{Name: "Summer"})
	require.NoError(t, err)
	assert.Equal(t, "Summer", album.Name)
}
