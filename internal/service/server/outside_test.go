package server_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

func TestHostOf(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]server.Host{
		"/v5.0/me": server.HostAPI, "/": server.HostAPI, "//me/skydrive/": server.HostAPI,
		"/oauth20_token.srf": server.HostLogin, "/OAuth20_Authorize.srf?a=b": server.HostLogin,
		"/y2mabc/orbs.jpg": server.HostStorage, "/items/8C8CE076CA27823F!126/a.bin": server.HostStorage,
		"/users/0x8c8ce076ca27823f/LiveFolders/a/b.bin": server.HostStorage,
	} {
		assert.Equal(t, want, server.HostOf(httptest.NewRequest(http.MethodGet, path, nil)), path)
	}
}

func TestAdoptedTokens(t *testing.T) {
	t.Parallel()
	old, next := newWorld(t), newWorld(t)
	token, err := old.srv.IssueToken(clientID, robertoID, []string{"wl.basic", "wl.offline_access"})
	require.NoError(t, err)
	next.token = token.AccessToken
	next.get("me").failed(http.StatusUnauthorized, "request_token_invalid")
	require.NoError(t, next.srv.AdoptToken(t.Context(), clientID, robertoID, token))
	assert.Equal(t, "Roberto Tamburello", next.get("me").field("name"))
	next.get("me/skydrive").failed(http.StatusForbidden, "request_token_unauthorized")
	require.ErrorContains(t, next.srv.AdoptToken(t.Context(), clientID, "0000000000000001", token), "adopt a token")
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	require.NoError(t, wire.CheckFileName("a #%&! b.txt"))
	for _, bad := range []string{"", ".hidden", "dot.", "a/b", "a;b", "a\x00b"} {
		require.Error(t, wire.CheckFileName(bad), bad)
	}
	assert.True(t, login.IsScope("wl.basic"))
	assert.False(t, login.IsScope("wl.nonsense"))
}
