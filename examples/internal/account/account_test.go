package account

import (
	"context"
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func emulator(context.Context) (*livetest.Server, error) { return livetest.Start() }

func open(t *testing.T, cache Cache, args ...string) (*Account, error) {
	t.Helper()
	set := flag.NewFlagSet("sample", flag.ContinueOnError)
	flags := AddFlags(set, liveconnect.ScopeBasic, liveconnect.ScopeSkyDrive)
	flags.cache = cache
	require.NoError(t, set.Parse(args))
	return flags.Open(t.Context(), emulator)
}

func name(t *testing.T, a *Account) string {
	t.Helper()
	me, err := a.Client.Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	require.NoError(t, a.Close())
	return me.Name
}

func TestOpen(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	token, err := server.Account().Token()
	require.NoError(t, err)
	session := &Session{
		API: server.APIURL, Login: server.LoginURL, ClientID: livetest.ClientID, Secret: livetest.ClientSecret,
		Redirect: liveconnect.DesktopRedirectURL, Token: token,
	}
	empty := Cache{filepath.Join(t.TempDir(), "session.json")}
	full := Cache{filepath.Join(t.TempDir(), "session.json")}
	require.NoError(t, full.Save(session))

	a, err := open(t, empty)
	require.NoError(t, err)
	assert.NotNil(t, a.Emulator)
	assert.Contains(t, a.Where, "an emulator, for this run only")
	assert.Equal(t, "Roberto Tamburello", name(t, a))

	a, err = open(t, empty, "-api", server.APIURL, "-token", token.AccessToken)
	require.NoError(t, err)
	assert.Nil(t, a.Emulator)
	assert.Equal(t, "Roberto Tamburello", name(t, a))

	_, err = open(t, empty, "-api", server.APIURL)
	require.ErrorContains(t, err, "give -token, or sign in once with: go run ./examples/login -api "+server.APIURL)
	_, err = open(t, full, "-api", "http://127.0.0.1:1/v5.0")
	require.ErrorContains(t, err, "the saved sign-in is for "+server.APIURL)
	_, err = open(t, empty, "-api", "http://example.com", "-token", "t")
	require.ErrorIs(t, err, liveconnect.ErrInsecureURL)
	_, err = open(t, Cache{}, "-api", server.APIURL)
	require.ErrorIs(t, err, errNoFolder)

	// The saved sign-in is refreshed when its hour is over, and what is new is saved.
	server.ExpireToken(token)
	a, err = open(t, full, "-api", server.APIURL)
	require.NoError(t, err)
	assert.Equal(t, "Roberto Tamburello", name(t, a))
	next, err := full.Load()
	require.NoError(t, err)
	assert.NotEqual(t, token.RefreshToken, next.Token.RefreshToken)
	assert.True(t, next.Token.Expiry.After(time.Now()))
	assert.Equal(t, session.Redirect, next.Redirect)
}
