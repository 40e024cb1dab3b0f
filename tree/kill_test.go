package tree_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	"github.com/go-liveconnect/liveconnect/tree"
)

// What the process that is killed needs to know.
const (
	treeKilledURL = "LIVECONNECT_TREE_KILLED_URL"
	treeKilledDir = "LIVECONNECT_TREE_KILLED_DIR"
)

// TestKilledProcess is the process that TestDownloadKilled kills; as a test of its own, it does nothing.
func TestKilledProcess(t *testing.T) { //nolint:paralleltest // alone in its process
	url, dir := os.Getenv(treeKilledURL), os.Getenv(treeKilledDir)
	if url == "" {
		return
	}
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(url))
	require.NoError(t, err)
	_, err = tree.Download(context.Background(), client, "root", dir, nil)
	t.Fatal("the process should not have come here:", err)
}

// TestDownloadKilled kills a process in the middle of a tree, once it has complete files, and one of 24 MiB of which
// a part is on disk. Then the download is made again.
func TestDownloadKilled(t *testing.T) {
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
	result, err := tree.Download(t.Context(), client, "root", dir, nil)
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

// TestDownloadKilledAndDamaged kills the process when 9 MiB of a file are there, of which at least 5 are noted, and damages
// what it has left.
func TestDownloadKilledAndDamaged(t *testing.T) {
	t.Parallel()
	const size = 12 << 20
	var content strings.Builder
	for i := range size / 8 { // no place looks like another
		fmt.Fprintf(&content, "%08x", i)
	}
	for name, test := range map[string]struct {
		damage func(part []byte) []byte
		good   int64 // bytes before the damage
	}{
		"nothing":           {func(part []byte) []byte { return part }, size},
		"a byte":            {func(part []byte) []byte { part[5<<20-1] ^= 4; return part }, 5<<20 - 1},
		"the first byte":    {func(part []byte) []byte { part[0] ^= 4; return part }, 0},
		"a zeroed megabyte": {func(part []byte) []byte { clear(part[9<<19 : 11<<19]); return part }, 9 << 19},
		"cut":               {func(part []byte) []byte { return part[:9<<19] }, 9 << 19},
		"cut to nothing":    {func([]byte) []byte { return nil }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newTreeService(treeFolder("root", "", treeFile("big", "big.bin", content.String())))
			var killed atomic.Bool
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/v5.0/big/content" && !killed.Load() {
					w = &stallingWriter{ResponseWriter: w, left: 9 << 20, until: r.Context()}
				}
				service.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			dir := t.TempDir()
			var parts []string
			killTreeWhen(t, server.URL+"/v5.0", dir, func() bool {
				parts, _ = filepath.Glob(filepath.Join(dir, ".liveconnect", "*.part"))
				if len(parts) == 0 {
					return false
				}
				found, err := os.Stat(parts[0])
				return err == nil && found.Size() == 9<<20 && partOnDisk(dir) >= 5<<20
			})
			killed.Store(true)
			var want []string
			for _, end := range piecesOnDisk(dir) { // behind the last piece that is whole
				if end <= test.good {
					want = []string{fmt.Sprintf("bytes=%d-", end)}
				}
			}
			left, err := os.ReadFile(parts[0])
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(parts[0], test.damage(left), 0o600))

			client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server.URL+"/v5.0"))
			require.NoError(t, err)
			t.Cleanup(client.CloseIdleConnections)
			_, err = tree.Download(t.Context(), client, "root", dir, nil)
			require.NoError(t, err)
			got := treeOnDisk(t, dir)
			assert.Len(t, got, 1)
			assert.True(t, content.String() == got["big.bin"], "the content")
			assert.Equal(t, want, service.ranges)
			t.Logf("%d bytes were there, the second run asked for %q of %d", len(left), service.ranges, size)
		})
	}
}

// killTreeWhen runs Download in another process, and kills that one as soon as something has happened.
func killTreeWhen(t *testing.T, url, dir string, happened func() bool) {
	t.Helper()
	process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledProcess$")
	process.Env = append(os.Environ(), treeKilledURL+"="+url, treeKilledDir+"="+dir)
	require.NoError(t, process.Start())
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	require.Eventually(t, happened, 30*time.Second, time.Millisecond)
	require.NoError(t, process.Process.Kill())
	require.ErrorContains(t, <-ended, "killed")
}

// partOnDisk is how much of the large file is noted.
func partOnDisk(dir string) int64 {
	if ends := piecesOnDisk(dir); len(ends) > 0 {
		return ends[len(ends)-1]
	}
	return 0
}

// piecesOnDisk are the ends of the pieces of the large file.
func piecesOnDisk(dir string) (ends []int64) {
	states, _ := filepath.Glob(filepath.Join(dir, ".liveconnect", "*.json"))
	for _, name := range states {
		var state struct {
			ID  string
			End int64
		}
		content, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		for line := range bytes.Lines(content) {
			if json.Unmarshal(line, &state) == nil && state.ID == "big" && state.End > 0 {
				ends = append(ends, state.End)
			}
		}
	}
	return ends
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

// TestDownloadParts makes runs that find a part of 5 MiB. It is used only if it belongs to what the service has now.
func TestDownloadParts(t *testing.T) {
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
		"state cut off":    state(`{"partfile":1,"id":"1","up`),
		"state garbage":    state("mine"),
		"state boasting":   state(`{"partfile":1,"id":"1","updated":"2012-05-06T07:08:09Z","size":6291456}` + "\n" + `{"end":6291457,"crc32c":1}` + "\n"),
		"state below zero": state(`{"partfile":1,"id":"1","updated":"2012-05-06T07:08:09Z","size":6291456}` + "\n" + `{"end":-5,"crc32c":1}` + "\n"),
		"killed while naming": func(t *testing.T, _ *treeNode, part string) { // see partfile: no hard links
			state, err := os.OpenFile(part+".json", os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			_, err = state.WriteString(`{"naming":"big.bin"}` + "\n")
			require.NoError(t, errors.Join(err, state.Close()))
			require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(part), "..", "big.bin"), nil, 0o600))
		},
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
			result, err := tree.Download(ctx, breaking, "root", dir, nil)
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, tree.Result{Interrupted: 1, Bytes: kept}, result)
			parts, err := filepath.Glob(filepath.Join(dir, ".liveconnect", "*.part"))
			require.NoError(t, err)
			require.Len(t, parts, 1)

			change(t, node, parts[0])
			result, err = tree.Download(t.Context(), service.client(t), "root", dir, nil)
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"own.txt": "own", "big.bin": node.content}, treeOnDisk(t, dir))
			if name == "nothing" || name == "killed while naming" {
				assert.Equal(t, int64(size-kept), result.Bytes)
				assert.Equal(t, []string{fmt.Sprintf("bytes=%d-", kept)}, service.ranges)
			} else {
				assert.Equal(t, int64(len(node.content)), result.Bytes)
			}
		})
	}
}
