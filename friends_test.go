package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

func TestDocumentedFriend(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "documented/friend_list.json").Friends.List(t.Context(), liveconnect.Me, nil)
	assert.Equal(t, &liveconnect.Friend{ID: "d09ea18fafc39a0c", Name: "Henrik Jensen"}, one(t, page, err))
}

func TestRecordedFriends(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "recorded/friend_list.json").Friends.List(t.Context(), liveconnect.Me, nil)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Page[*liveconnect.Friend]{
		Data: []*liveconnect.Friend{
			{ID: "3f0e9d8c7b6a5948", Name: "Tomás Arregui"},
			{ID: "51c2b3a4958677e0", Name: "Priya Nandakumar"},
			{ID: "0d1e2f3a4b5c6d7e", Name: "Jørgen Lie"},
			{ID: "77aa66bb55cc44dd", Name: "Mei-Lin Okafor"},
			{ID: "9b8a7c6d5e4f3021", Name: "佐藤 遥"},
		},
		Next: "/me/friends?offset=5&limit=5",
	}, page)
}

func TestFriendsList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.PageOptions{Limit: 2}
	l := listing[*liveconnect.Friend]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Friend], error) {
			return c.Friends.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Friend], error] {
			return c.Friends.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Friend, error] {
			return c.Friends.All(ctx, id, opts)
		},
	}
	l.check(t, liveconnect.Me, "/me/friends", `{"id":"f"}`, limitOf2())
	l.check(t, "8c8ce076ca27823f", "/8c8ce076ca27823f/friends", `{"id":"f"}`, limitOf2())
}

// The options of an iterator are those of the moment it was made.
func TestPageOptionsAreCopied(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusOK, []byte(`{"data":[]}`)))
	opts := &liveconnect.PageOptions{Limit: 2, Offset: 4}
	friends := s.client(t).Friends.All(t.Context(), liveconnect.Me, opts)
	opts.Limit, opts.Offset = 9, 9
	for _, err := range friends {
		require.NoError(t, err)
	}
	sent := s.last(t).Query
	assert.Equal(t, "2", sent.Get("limit"))
	assert.Equal(t, "4", sent.Get("offset"))
}
