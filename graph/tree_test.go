package graph_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/tree"
)

// A tree goes up and comes down again as it was.
func TestTreeRoundTrip(t *testing.T) {
	t.Parallel()
	for name, opts := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, graphtest.NewServer(t, graphtest.WithAccount(opts...)))
			up, down := t.TempDir(), t.TempDir()
			want := map[string]string{}
			for i := range 12 {
				path := filepath.Join(fmt.Sprintf("a%d", i%3), fmt.Sprintf("b%d", i%2), fmt.Sprintf("f %d's.txt", i))
				want[path] = fmt.Sprint("content of ", i)
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(up, path)), 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(up, path), []byte(want[path]), 0o600))
			}
			folder, err := client.Folders.Create(t.Context(), liveconnect.Root, &liveconnect.NewFolder{Name: "Tree"})
			require.NoError(t, err)
			_, err = tree.Upload(t.Context(), client, up, folder.ID, nil)
			require.NoError(t, err)
			_, err = tree.Download(t.Context(), client, folder.ID, down, nil)
			require.NoError(t, err)
			for path, content := range want {
				got, err := os.ReadFile(filepath.Join(down, path))
				require.NoError(t, err)
				assert.Equal(t, content, string(got))
			}
		})
	}
}
