package liveconnect_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// savedBytes is how much a download has kept, by the last line of its state.
func savedBytes(name string) int64 {
	var state struct{ End int64 }
	content, err := os.ReadFile(name + ".part.json")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(content) {
		_ = json.Unmarshal(line, &state)
	}
	return state.End
}

// TestDownloadFileOfAKilledProcessAndDamaged kills the process when 8 MiB are noted, which are two pieces, and damages
// what it has left.
func TestDownloadFileOfAKilledProcessAndDamaged(t *testing.T) {
	t.Parallel()
	const size = 12 << 20
	for name, test := range map[string]struct {
		damage func(part []byte) []byte
		good   int64 // bytes before the damage
	}{
		"nothing":           {func(part []byte) []byte { return part }, size},
		"a byte at the end": {func(part []byte) []byte { part[8<<20-1] ^= 4; return part }, 8<<20 - 1},
		"the first byte":    {func(part []byte) []byte { part[0] ^= 4; return part }, 0},
		"a zeroed megabyte": {func(part []byte) []byte { clear(part[6<<20 : 7<<20]); return part }, 6 << 20},
		"cut":               {func(part []byte) []byte { return part[:5<<20] }, 5 << 20},
		"cut to nothing":    {func([]byte) []byte { return nil }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := &storage{content: digits(size), moods: []mood{{slow: 9 << 20}, {}}}
			api := host.drive(t)
			name := filepath.Join(t.TempDir(), "a.txt")
			child := downloadProcess(t, api, name)
			require.NoError(t, child.Start())
			require.Eventually(t, func() bool { return savedBytes(name) >= 8<<20 }, 30*time.Second, time.Millisecond)
			require.NoError(t, child.Process.Kill())
			require.Error(t, child.Wait())
			ends := noted(t, name)
			content, err := os.ReadFile(name + ".part")
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(name+".part", test.damage(content), 0o600))

			require.NoError(t, api.client(t).Downloads.File(t.Context(), itemID, name, nil))
			assertContent(t, host.content, name)
			assert.Equal(t, []string{"a.txt"}, files(t, filepath.Dir(name)))
			want := ""
			for _, end := range ends { // behind the last piece that is whole
				if end <= test.good {
					want = fmt.Sprintf("bytes=%d-", end)
				}
			}
			assert.Equal(t, []string{"", want}, host.ranges)
			t.Logf("%d bytes were noted, the second run asked for %q of %d", ends[len(ends)-1], want, size)
		})
	}
}

// noted are the ends of the pieces of a download.
func noted(t *testing.T, name string) (ends []int64) {
	t.Helper()
	content, err := os.ReadFile(name + ".part.json")
	require.NoError(t, err)
	for line := range bytes.Lines(content) {
		var piece struct{ End int64 }
		if json.Unmarshal(line, &piece) == nil && piece.End > 0 {
			ends = append(ends, piece.End)
		}
	}
	require.NotEmpty(t, ends)
	return ends
}
