package login_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
)

// grants is a GrantStore in memory.
type grants map[string]backend.Grant

func (g grants) Grants() ([]backend.Grant, error) { return nil, nil }

func (g grants) SaveGrants(save []backend.Grant, forget []string) error {
	for _, token := range forget {
		delete(g, token)
	}
	for _, grant := range save {
		g[grant.Token] = grant
	}
	return nil
}

// A token that has expired is told from a wrong one for a month. Then it is forgotten, in the store too.
func TestExpiredTokensAreForgotten(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC)
	kept := grants{}
	tokens, err := login.NewTokens(func() time.Time { return now }, time.Hour, kept)
	require.NoError(t, err)
	issue := func() string {
		made, err := tokens.Issue(ctx, login.Grant{User: fmt.Sprint(len(kept))}, false)
		require.NoError(t, err)
		return made.AccessToken
	}
	first := issue()
	for range 100 {
		issue()
	}
	now = now.Add(29 * 24 * time.Hour)
	issue()
	_, err = tokens.Lookup(ctx, first)
	require.ErrorIs(t, err, login.ErrExpiredToken)
	assert.Len(t, kept, 102)
	now = now.Add(2 * 24 * time.Hour)
	issue()
	assert.Len(t, kept, 2)
	_, err = tokens.Lookup(ctx, first)
	require.ErrorIs(t, err, login.ErrUnknownToken)
}
