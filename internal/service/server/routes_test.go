package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Paths that have no row of their own in the table of endpoints: other names for what has one.
func TestPathsBesideTheTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("me/skydrive/my_documents", "notes.txt", "hello")
	assert.Equal(t, []string{"notes.txt"}, w.get("me/skydrive/recent").names(), "as in Microsoft's table of renamed paths")
	assert.Equal(t, w.get("me/skydrive/recent_docs").names(), w.get("me/skydrive/recent").names())

	assert.Equal(t, []string{"Pictures"}, w.get("me/skydrive/albums").names())
	assert.Empty(t, w.get("me/skydrive/my_documents/albums").names())
}
