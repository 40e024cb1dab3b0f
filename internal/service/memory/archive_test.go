package memory_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// onDisk makes the tests of this package use stores on disk.
const onDisk = "LIVECONNECT_ON_DISK"

// Every test of this package holds for a store on disk too. And whatever a test has done there is read again by the
// next that opens the store.
func TestAllOnDisk(t *testing.T) {
	t.Parallel()
	if os.Getenv(onDisk) != "" {
		return // this is the second run
	}
	program, err := os.Executable()
	require.NoError(t, err)
	again := exec.CommandContext(context.Background(), program)
	again.Env = append(os.Environ(), onDisk+"=yes")
	output, err := again.CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// newStore makes a store in memory, or on disk when that is to be tested.
func newStore(t testing.TB, opts memory.Options) *memory.Store {
	t.Helper()
	if os.Getenv(onDisk) == "" {
		return memory.New(opts)
	}
	dir := t.TempDir()
	s, err := disk.Open(dir, opts)
	require.NoError(t, err)
	t.Cleanup(func() {
		want, err := s.AllRecords()
		require.NoError(t, err)
		require.NoError(t, s.Close())
		again, err := disk.Open(dir, opts)
		require.NoError(t, err)
		got, err := again.AllRecords()
		require.NoError(t, err)
		for key := range want {
			assert.Equal(t, want[key], got[key], key)
		}
		assert.Len(t, got, len(want))
		require.NoError(t, again.Close())
	})
	return s.Store
}

// lessOnDisk picks a number: on disk each change waits for the disk, and each byte takes room there.
func lessOnDisk[T int | int64](inMemory, there T) T {
	if os.Getenv(onDisk) == "" {
		return inMemory
	}
	return there
}
