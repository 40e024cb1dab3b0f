package liveconnect_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	granted := liveconnect.Permissions{
		liveconnect.ScopeBasic: {}, liveconnect.ScopeOfflineAccess: {}, liveconnect.ScopeSignIn: {},
	}
	get := func(userID string) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Permissions.Get(ctx, userID) }
	}
	exchanges(t, []exchange{{
		name: "as documented", answer: "documented/permissions.json", method: "GET", path: "/me/permissions",
		call: get(liveconnect.Me), want: granted,
	}, {
		name: "of a user", answer: "documented/permissions.json", method: "GET", path: "/8c8ce076ca27823f/permissions",
		call: get("8c8ce076ca27823f"), want: granted,
	}, {
		name: "in other forms", method: "GET", path: "/me/permissions", call: get(liveconnect.Me),
		answer: `{"data":[{"wl.basic":"1","wl.signin":0,"wl.photos":null},{"wl.offline_access":true,"wl.share":false,"wl.imap":"0"}]}`,
		want:   liveconnect.Permissions{liveconnect.ScopeBasic: {}, liveconnect.ScopeOfflineAccess: {}},
	}, {
		name: "none", answer: `{"data":[]}`, method: "GET", path: "/me/permissions", call: get(liveconnect.Me),
		want: liveconnect.Permissions{},
	}})
	refused(t, badCalls{"empty id": func(ctx context.Context, c *liveconnect.Client) error {
		_, err := c.Permissions.Get(ctx, "")
		return err
	}})
}

func TestPermissionsSet(t *testing.T) {
	t.Parallel()
	p, err := serving(t, http.StatusOK, "documented/permissions.json").Permissions.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	basic, signIn, photos := liveconnect.ScopeBasic, liveconnect.ScopeSignIn, liveconnect.ScopePhotos
	assert.True(t, p.Has())
	assert.True(t, p.Has(basic))
	assert.True(t, p.Has(signIn, basic))
	assert.False(t, p.Has(photos))
	assert.False(t, p.Has(basic, photos))
	asked := []liveconnect.Scope{photos, basic, liveconnect.ScopeShare}
	assert.Equal(t, []liveconnect.Scope{photos, liveconnect.ScopeShare}, p.Missing(asked...))
	assert.Equal(t, []liveconnect.Scope{photos, basic, liveconnect.ScopeShare}, asked, "the argument was changed")
	assert.Equal(t, []liveconnect.Scope{"wl.basic", "wl.offline_access", "wl.signin"}, p.Scopes())
	assert.False(t, liveconnect.Permissions(nil).Has(basic))
	assert.Empty(t, liveconnect.Permissions(nil).Scopes())
}
