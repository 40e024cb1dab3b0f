package filelock_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/filelock"
)

func openRoot(t *testing.T) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func TestOpen(t *testing.T) {
	t.Parallel()
	root := openRoot(t)
	f, release, err := filelock.Open(root, "a")
	require.NoError(t, err)
	_, err = f.WriteString("content")
	require.NoError(t, err)

	_, _, err = filelock.Open(root, "a")
	require.ErrorIs(t, err, filelock.ErrBusy)
	var path *os.PathError
	require.ErrorAs(t, err, &path)
	assert.Equal(t, filepath.Join(root.Name(), "a"), path.Path)
	release()

	f, release, err = filelock.Open(root, "a")
	require.NoError(t, err)
	defer release()
	info, err := f.Stat()
	require.NoError(t, err)
	assert.EqualValues(t, len("content"), info.Size(), "what is in the file stays")
}

func TestOpenWhereNothingCanBe(t *testing.T) {
	t.Parallel()
	_, _, err := filelock.Open(openRoot(t), "no/such")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Whoever waits for a file that is removed when it is released gets the next one of that name, and alone.
func TestOpenOfAFileThatIsRemoved(t *testing.T) {
	t.Parallel()
	root := openRoot(t)
	var inside atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				_, release, err := filelock.Open(root, "a")
				if err != nil {
					assert.ErrorIs(t, err, filelock.ErrBusy)
					continue
				}
				assert.EqualValues(t, 1, inside.Add(1))
				inside.Add(-1)
				assert.NoError(t, root.Remove("a"))
				release()
			}
		})
	}
	all.Wait()
}
