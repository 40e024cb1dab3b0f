//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package filelock_test

import (
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/filelock"
)

// A program that starts holds the files of the one that starts it for a moment, locks included.
func TestLockIsNotKeptByAProgramThatStarts(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	var starters sync.WaitGroup
	for range 2 {
		starters.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_ = exec.CommandContext(t.Context(), "true").Run()
				}
			}
		})
	}
	root := openRoot(t)
	for range 5000 {
		_, release, err := filelock.Open(root, "a.part")
		if err != nil {
			t.Error(err)
			break
		}
		release()
	}
	close(stop)
	starters.Wait()
}

func TestOpenFollowsNoLinkAndWaitsForNobody(t *testing.T) {
	t.Parallel()
	root := openRoot(t)
	require.NoError(t, root.Symlink("other", "link"))
	require.NoError(t, syscall.Mkfifo(filepath.Join(root.Name(), "pipe"), 0o600))
	require.NoError(t, root.Mkdir("directory", 0o700))
	for _, name := range []string{"link", "pipe", "directory"} {
		_, _, err := filelock.Open(root, name)
		require.ErrorIs(t, err, filelock.ErrNotRegular)
	}
	assert.NoFileExists(t, filepath.Join(root.Name(), "other"))
}
