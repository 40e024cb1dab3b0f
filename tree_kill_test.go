package liveconnect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// What the process that is killed needs to know.
const (
	treeKilledURL = "LIVECONNECT_TREE_KILLED_URL"
	treeKilledDir = "LIVECONNECT_TREE_KILLED_DIR"
)

// TestTreeKilledProcess is the process that TestDownloadTreeKilled kills; as a test of its own, it does nothing.
func TestTreeKilledProcess(t *testing.T) { //nolint:paralleltest // alone in its process
	url, dir := os.Getenv(treeKilledURL), os.Getenv(treeKilledDir)
	if url == "" {
		return
	}
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(url))
	require.NoError(t, err)
	_, err = client.Downloads.Tree(context.Background(), "root", dir, nil)
	t.Fatal("the process should not have come here:", err)
}

// TestDownloadTreeKilled kills a process in the middle of a tree, once it has complete files, and one of 24 MiB of which
// a part is on disk. Then the download is made again.
func TestDownloadTreeKilled(t *testing.T) {
	t.Parallel()
	const part, whole, small = 9 << 20, 24 << 20, 64 << 10
	root := treeFolder("root", "", treeFile("big", "00 big.bin", strings.Repeat("0123456789abcdef", whole/16)))
	want := map[string]string{"00 big.bin": root.children[0].content}
	for i := range 40 {
		name := fmt.Sprintf("%02d.bin", i+1)
		content := strings.Repeat(fmt.Sprintf("%08d", i), small/8)
		folder := treeFolder(fmt.Sprint("d", i), fmt.Sprintf("%02d", i+1), treeFile(fmt.Sprint("i", i), name, content))
		root.children = append(root.children, folder)
		want[folder.Name], want[folder.Name+"/"+name] = "/", content
	}
	service := newTreeService(root)
	var killed atomic.Bool
	var handlers sync.WaitGroup
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handlers.Add(1)
		defer handlers.Done()
		if r.URL.Path == "/v5.0/big/content" && !killed.Load() {
			w = &stallingWriter{ResponseWriter: w, left: part, until: r.Context()}
		}
		service.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()

	killTreeWhen(t, server.URL+"/v5.0", dir, func() bool {
		_, err := os.Stat(filepath.Join(dir, "15", "15.bin"))
		return err == nil && partOnDisk(dir) > 0
	})
	killed.Store(true)
	handlers.Wait()
	first := service.served
	kept := partOnDisk(dir)
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server.URL+"/v5.0"))
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	result, err := client.Downloads.Tree(t.Context(), "root", dir, nil)
	require.NoError(t, err)
	assert.Equal(t, want, treeOnDisk(t, dir))

	total := int64(whole + 40*small)
	assert.GreaterOrEqual(t, result.Skipped, 12) // the last ones may overtake others
	assert.Equal(t, []string{fmt.Sprintf("bytes=%d-", kept)}, service.ranges)
	there := total - result.Bytes // bytes that the first run had brought for good
	fmt.Printf("tree killed: %d bytes in all; first run %d, of which %d were kept; second run %d, of which %d for the second time\n",
		total, first, there, result.Bytes, first-there)
	assert.Greater(t, there, kept)
	assert.Less(t, first-there, int64(part))
}

// killTreeWhen runs Downloads.Tree in another process, and kills that one as soon as something has happened.
func killTreeWhen(t *testing.T, url, dir string, happened func() bool) {
	t.Helper()
	process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTreeKilledProcess$")
	process.Env = append(os.Environ(), treeKilledURL+"="+url, treeKilledDir+"="+dir)
	require.NoError(t, process.Start())
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	require.Eventually(t, happened, 30*time.Second, time.Millisecond)
	require.NoError(t, process.Process.Kill())
	require.ErrorContains(t, <-ended, "killed")
}

// partOnDisk is how much of the large file is known to be on disk.
func partOnDisk(dir string) int64 {
	states, _ := filepath.Glob(filepath.Join(dir, ".liveconnect", "*.json"))
	for _, name := range states {
		var state struct {
			ID   string
			Done int64
		}
		content, err := os.ReadFile(name)
		if err == nil && json.Unmarshal(content, &state) == nil && state.ID == "big" {
			return state.Done
		}
	}
	return 0
}

// stallingWriter sends a number of bytes, and then nothing more, until the other side is gone.
type stallingWriter struct {
	http.ResponseWriter
	left  int
	until context.Context
}

func (w *stallingWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (w *stallingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p[:min(len(p), w.left)])
	if w.left -= n; w.left == 0 && err == nil {
		w.ResponseWriter.(http.Flusher).Flush()
		<-w.until.Done()
		err = w.until.Err()
	}
	return n, err
}

// cuttingTransport ends a context after so many bytes of content.
type cuttingTransport struct {
	http.RoundTripper
	after int64
	cut   context.CancelFunc
}

func (c *cuttingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.RoundTripper.RoundTrip(r)
	if err == nil && strings.HasSuffix(r.URL.Path, "/content") {
		resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, c.after), c))
	}
	return resp, err
}

func (c *cuttingTransport) Read([]byte) (int, error) {
	c.cut()
	return 0, context.Canceled
}

// TestDownloadTreeParts makes runs that find a part of 5 MiB. It is used only if it belongs to what the service has now.
func TestDownloadTreeParts(t *testing.T) {
	t.Parallel()
	const size, kept = 6 << 20, 5 << 20
	state := func(text string) func(*testing.T, *treeNode, string) {
		return func(t *testing.T, _ *treeNode, part string) {
			require.NoError(t, os.WriteFile(part+".json", []byte(text), 0o600))
		}
	}
	for name, change := range map[string]func(t *testing.T, n *treeNode, part string){
		"nothing": func(*testing.T, *treeNode, string) {},
		"same size": func(_ *testing.T, n *treeNode, _ string) {
			n.Updated, n.content = "2020-01-01", strings.Repeat("B", size)
		},
		"shorter, with the time": func(_ *testing.T, n *treeNode, _ string) { n.content, n.Size = "short", 5 },
		"longer, with the time":  func(_ *testing.T, n *treeNode, _ string) { n.content, n.Size = n.content+"longer", n.Size+6 },
		"replaced after the list": func(_ *testing.T, n *treeNode, _ string) {
			n.served = func() { n.Updated, n.content = "2020-01-01", strings.Repeat("B", size) }
		},
		"part cut off":     func(t *testing.T, _ *treeNode, part string) { require.NoError(t, os.Truncate(part, 7)) },
		"part gone":        func(t *testing.T, _ *treeNode, part string) { require.NoError(t, os.Remove(part)) },
		"state damaged":    state(`{"id":"1","do`),
		"state boasting":   state(`{"id":"1","updated_time":"` + treeTime + `","total":6291456,"done":6291457}`),
		"state below zero": state(`{"id":"1","updated_time":"` + treeTime + `","total":6291456,"done":-5}`),
		"part replaced by a link": func(t *testing.T, _ *treeNode, part string) {
			require.NoError(t, os.Remove(part))
			require.NoError(t, os.Symlink(filepath.Join(filepath.Dir(part), "..", "own.txt"), part))
		},
		"part replaced by a directory": func(t *testing.T, _ *treeNode, part string) {
			require.NoError(t, os.Remove(part))
			require.NoError(t, os.MkdirAll(filepath.Join(part, "below"), 0o700))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := treeFile("1", "big.bin", strings.Repeat("A", size))
			service, dir := newTreeService(treeFolder("root", "", node)), t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "own.txt"), []byte("own"), 0o600))
			ctx, cut := context.WithCancel(t.Context())
			defer cut()
			breaking, err := liveconnect.NewClient(&http.Client{Transport: &cuttingTransport{service, kept, cut}})
			require.NoError(t, err)
			result, err := breaking.Downloads.Tree(ctx, "root", dir, nil)
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, liveconnect.TreeResult{Interrupted: 1, Bytes: kept}, result)
			parts, err := filepath.Glob(filepath.Join(dir, ".liveconnect", "*.part"))
			require.NoError(t, err)
			require.Len(t, parts, 1)

			change(t, node, parts[0])
			result, err = service.client(t).Downloads.Tree(t.Context(), "root", dir, nil)
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"own.txt": "own", "big.bin": node.content}, treeOnDisk(t, dir))
			if name == "nothing" {
				assert.Equal(t, int64(size-kept), result.Bytes)
				assert.Equal(t, []string{fmt.Sprintf("bytes=%d-", kept)}, service.ranges)
			} else {
				assert.Equal(t, int64(len(node.content)), result.Bytes)
			}
		})
	}
}
