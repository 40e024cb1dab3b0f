//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filelock_test

import (
	"os"
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
	name := filepath.Join(t.TempDir(), "a.part")
	for range 5000 {
		_, release, err := filelock.Open(name)
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
	dir := t.TempDir()
	link, pipe := filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	require.NoError(t, os.Symlink(filepath.Join(dir, "other"), link))
	_, _, err := filelock.Open(link)
	require.Error(t, err)
	assert.NoFileExists(t, filepath.Join(dir, "other"))

	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	if _, release, err := filelock.Open(pipe); err == nil {
		release()
	}
}
