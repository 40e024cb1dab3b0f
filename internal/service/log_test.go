package service

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRequestsAreARing(t *testing.T) {
	t.Parallel()
	const limit = 1000
	l := Log{Limit: limit}
	for range limit + 7 {
		l.add(Request{})
	}
	all := l.After(0)
	require.Len(t, all, limit)
	for i, r := range all {
		require.EqualValues(t, i+8, r.N)
	}
	assert.Len(t, l.After(limit), 7)
	l.Clear()
	assert.Empty(t, l.After(0))
}
