//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package liveconnect

import (
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
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
		_, release, err := openLocked(name)
		if err != nil {
			t.Error(err)
			break
		}
		release()
	}
	close(stop)
	starters.Wait()
}
