package memory_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Two stores that did the same at the same time have the same ids, and no secret in common.
func TestSecretsCannotBeGuessed(t *testing.T) {
	t.Parallel()
	made := func() (ids, secrets []string) {
		ctx := context.Background()
		store := memory.New(memory.Options{Now: func() time.Time { return time.Unix(0, 0) }})
		user, err := store.AddUser(backend.User{Name: "Ann Beebe"})
		require.NoError(t, err)
		app, err := store.CreateApplication(ctx, backend.Application{Owner: user.ID, Name: "a", URI: "http://a.example"})
		require.NoError(t, err)
		folder, err := store.CreateFolder(ctx, backend.Ref{Owner: user.ID}, backend.KindFolder, "f", "", user.ID)
		require.NoError(t, err)
		read, err := store.ShareLink(ctx, folder.Ref, "read")
		require.NoError(t, err)
		edit, err := store.ShareLink(ctx, folder.Ref, "edit")
		require.NoError(t, err)
		return []string{user.ID, app.ID, folder.ID}, []string{app.Secret, read, edit}
	}
	ids, secrets := made()
	again, others := made()
	assert.Equal(t, ids, again)
	for i, secret := range secrets {
		assert.NotEqual(t, secret, others[i])
		assert.GreaterOrEqual(t, len(secret), 16)
	}
	assert.NotEqual(t, secrets[1], secrets[2])
}
