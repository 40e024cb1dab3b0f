package graph

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// reference reads a file of Microsoft's that this repository does not hold. Without it there is nothing to judge by, and
// the test says so.
func reference(t *testing.T, name string) ([]byte, bool) {
	t.Helper()
	dir := os.Getenv("GRAPH_REFERENCE")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "reference", "graph")
	}
	content, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		t.Logf("NOT JUDGED: there is no %s; GRAPH_REFERENCE names its directory", name)
		return nil, false
	}
	require.NoError(t, err)
	return content, true
}
