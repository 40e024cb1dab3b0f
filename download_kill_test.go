package liveconnect_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

// These tell a process of this test binary to download a file and do nothing else.
const (
	childServer = "LIVECONNECT_TEST_DOWNLOAD_SERVER"
	childFile   = "LIVECONNECT_TEST_DOWNLOAD_FILE"
)

// TestDownloadFileAsAProcessOfItsOwn is what the other process runs.
func TestDownloadFileAsAProcessOfItsOwn(t *testing.T) {
	server := os.Getenv(childServer)
	if server == "" {
		return
	}
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server),
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "TOKEN"})))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	require.NoError(t, client.Downloads.File(t.Context(), itemID, os.Getenv(childFile), nil))
}

func downloadProcess(t *testing.T, api *stub, name string) *exec.Cmd {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDownloadFileAsAProcessOfItsOwn$", "-test.v")
	child.Env = append(os.Environ(), childServer+"="+api.URL+"/v5.0", childFile+"="+name)
	return child
}

// TestDownloadFileOfAKilledProcess kills the process in the middle, several times, and starts it again.
func TestDownloadFileOfAKilledProcess(t *testing.T) {
	t.Parallel()
	const size = 4 << 20
	host := &storage{content: digits(size), moods: []mood{{slow: 1 << 20}, {slow: 1 << 20}, {slow: 1 << 20}, {}}}
	api := host.drive(t)
	name := filepath.Join(t.TempDir(), "a.txt")
	kept := int64(0)
	for range 3 {
		child := downloadProcess(t, api, name)
		require.NoError(t, child.Start())
		require.Eventually(t, func() bool { return savedBytes(name) > kept+1<<20 }, 30*time.Second, time.Millisecond)

		if kept == 0 { // and a second process is turned away
			out, err := downloadProcess(t, api, name).CombinedOutput()
			require.Error(t, err)
			assert.Contains(t, string(out), "another download writes to this file")
		}
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
		require.NoFileExists(t, name)
		kept = savedBytes(name)
	}
	out, err := downloadProcess(t, api, name).CombinedOutput()
	require.NoError(t, err, string(out))
	assertContent(t, host.content, name)
	assert.Equal(t, []string{"a.txt"}, files(t, filepath.Dir(name)))

	host.mu.Lock()
	defer host.mu.Unlock()
	twice := host.sent - size
	t.Logf("%d bytes in 4 processes, 3 of them killed; asked for %q; sent twice: %d bytes", size, host.ranges, twice)
	assert.Len(t, host.ranges, 4)
	assert.NotContains(t, host.ranges[1:], "", "none of them started over")
	assert.Less(t, twice, int64(size), "what was on its way when the process died")
}

// savedBytes is how much a download has kept, by its state.
func savedBytes(name string) int64 {
	var state struct{ Done int64 }
	if content, err := os.ReadFile(name + ".part.json"); err == nil {
		_ = json.Unmarshal(content, &state)
	}
	return state.Done
}
