package liveconnect_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// otherHosts are hosts that some step on the way makes another one of.
var otherHosts = []string{
	"apis.lİve.net", "APIS.LİVE.NET", "apis.live.net.", "apis。live。net", "apis.live．net", "apis.ｌive.net", "apis.li\u00advе.net",
	"apis%2elive%2enet", "apis.l%C4%B0ve.net", "apis..live.net", "apis.ſive.net", "user@apis.live.net", "user:key@apis.live.net",
	"[fe80::1%25eth0]", "apis.live.net:0443",
}

func TestHostsThatAreNotTheAPIs(t *testing.T) {
	t.Parallel()
	for _, host := range otherHosts {
		h := &hosts{handlers: map[string]http.HandlerFunc{"apis.live.net": redirectTo("https://" + host + "/a.jpg")}}
		client, err := liveconnect.NewClient(oauthClient(t, h), liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		_, _ = client.Downloads.Open(t.Context(), "file.a.A!1", nil)
		_, err = client.Uploads.PutTo(t.Context(), "https://"+host+"/v5.0/folder.a.A!1/files/", "a", strings.NewReader("x"), nil)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, host)
		first := true
		for at, bearers := range h.bearers {
			for _, bearer := range bearers {
				if at == "apis.live.net" && first { // the call itself
					assert.Equal(t, "Bearer SECRET", bearer)
					first = false
					continue
				}
				assert.NotContains(t, bearer, "SECRET", "%s by way of %s", at, host)
			}
		}
	}
}

// The Kelvin sign is a K to Unicode's lower case.
func TestKelvinSign(t *testing.T) {
	t.Parallel()
	h := &hosts{}
	client, err := liveconnect.NewClient(oauthClient(t, h), liveconnect.WithBaseURL("https://desk.example.com"),
		liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = client.Uploads.PutTo(t.Context(), "https://des\u212a.example.com/", "a", strings.NewReader("x"), nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.Empty(t, h.bearers)
}

func TestSessionStateAtAHostThatIsNotTheStorages(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		"cid-1.users.storage.lİve.com", "cid-1.users.storage.ʟive.com", "cid-1.users.storage.live.com.", "cid-1。users.storage.live.com",
		"a.cid-1.users.storage.live.com", ".users.storage.live.com", "x@cid-1.users.storage.live.com", "cid-1.users.storage.live.com:8443",
	} {
		h := &hosts{}
		client, err := liveconnect.NewClient(oauthClient(t, h), liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		session, err := client.Uploads.ResumeSession(t.Context(), liveconnect.SessionState{
			URL: "https://" + host + "/items/folder/a.txt", SessionID: "{1}", UserID: "1", FolderID: "folder.1", Name: "a.txt", Size: 5,
		})
		if err == nil {
			_, err = session.Upload(t.Context(), strings.NewReader("01234"), nil)
		}
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, host)
		assert.Empty(t, h.bearers, host)
	}
}

func TestHostsThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, host := range append(otherHosts[:len(otherHosts)-1:len(otherHosts)-1], "*.live.net", "*", "*.com", "\u212a.live.net") {
		for name, option := range map[string]liveconnect.Option{
			"base": liveconnect.WithBaseURL("https://" + host), "login": liveconnect.WithLoginURL("https://" + host),
			"storage": liveconnect.WithStorageURL("https://" + host),
		} {
			_, err := liveconnect.NewClient(nil, option)
			require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, "%s %s", name, host)
			assert.NotContains(t, err.Error(), "key@")
		}
	}
	for _, origin := range []string{
		"https://*", "https://*.com", "https://*.", "https://*evil.com", "https://a.*.com", "https://**.evil.com", "https://*.*.com",
		"https://*.co.uk", "https://*.com.au", "https://*.0.0.1", "https://*.live.com.", "https://*.lİve.com", "http://*.live.com", "https://*:443",
	} {
		_, err := liveconnect.NewClient(nil, liveconnect.WithStorageOrigins(origin))
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, origin)
	}
	_, err := liveconnect.NewClient(nil, liveconnect.WithStorageURL("https://cid-{uid}.com"))
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	_, err = liveconnect.NewClient(nil, liveconnect.WithBaseURL("https://APIS.Live.net/v5.0"), liveconnect.WithLoginURL("https://[2001:DB8::1]:8443"),
		liveconnect.WithStorageOrigins("https://*.users.storage.live.com", "https://*.example.co.uk", "https://xn--bcher-kva.example", "http://127.0.0.1:1"))
	require.NoError(t, err)
}
