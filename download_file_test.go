package liveconnect_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestDownloadFile(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	id, err := server.Account().AddFile("Documents/a.txt", []byte("hello"))
	require.NoError(t, err)
	dir := t.TempDir()
	name := filepath.Join(dir, "a.txt")
	require.NoError(t, client.Downloads.File(t.Context(), id, name, nil))
	assert.Equal(t, []string{"a.txt"}, files(t, dir))
	assertContent(t, "hello", name)

	require.NoError(t, os.WriteFile(name, []byte("mine"), 0o600))
	require.ErrorIs(t, client.Downloads.File(t.Context(), id, name, nil), os.ErrExist)
	assertContent(t, "mine", name)

	require.NoError(t, client.Downloads.File(t.Context(), id, name, &liveconnect.FileOptions{Replace: true}))
	assertContent(t, "hello", name)
	assert.Equal(t, []string{"a.txt"}, files(t, dir))

	require.ErrorIs(t, client.Downloads.File(t.Context(), id, filepath.Join(dir, "no", "such"), nil), os.ErrNotExist)
	require.ErrorIs(t, client.Downloads.File(t.Context(), "file.0000000000000001.1!1", filepath.Join(dir, "b"), nil), liveconnect.ErrNotFound)
	assert.Equal(t, []string{"a.txt"}, files(t, dir))
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func assertContent(t *testing.T, want, name string) {
	t.Helper()
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, want, string(got))
}

// breakOff makes a call of File that ends after so many bytes, and returns the name of the file.
func breakOff(t *testing.T, host *storage, api *stub, cut int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.txt")
	host.moods = []mood{{cut: cut}, {status: http.StatusServiceUnavailable}}
	client := api.client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
	err := client.Downloads.File(t.Context(), itemID, name, nil)
	require.Error(t, err)
	assert.ErrorContains(t, err, fmt.Sprintf("byte %d of %d", cut, len(host.content)))
	assert.ErrorContains(t, err, "goes on from there")
	assert.Equal(t, []string{"a.txt.part", "a.txt.part.json"}, files(t, filepath.Dir(name)))
	host.mu.Lock()
	defer host.mu.Unlock()
	host.moods, host.ranges, host.sent = []mood{{}}, nil, 0
	return name
}

func TestDownloadFileGoesOnWhereAnEarlierOneStood(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000)}
	api := host.drive(t)
	name := breakOff(t, host, api, 60_000)

	sum := sha256.New()
	var told []liveconnect.Progress
	require.NoError(t, api.client(t).Downloads.File(t.Context(), itemID, name, &liveconnect.FileOptions{
		Hash: sum, Progress: func(p liveconnect.Progress) { told = append(told, p) },
	}))
	assertContent(t, host.content, name)
	assert.Equal(t, []string{"a.txt"}, files(t, filepath.Dir(name)))
	assert.Equal(t, []string{"bytes=60000-"}, host.ranges)
	assert.EqualValues(t, 40_000, host.sent, "not a byte came twice")
	assert.Equal(t, sha256.Sum256([]byte(host.content)), [32]byte(sum.Sum(nil)), "the hash saw the earlier bytes as well")
	require.NotEmpty(t, told)
	assert.GreaterOrEqual(t, told[0].Done, int64(60_000))
	assert.Equal(t, liveconnect.Progress{Done: 100_000, Total: 100_000, Attempt: 1, ResumedFrom: 60_000}, told[len(told)-1])
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, time.Date(2012, 5, 5, 10, 0, 0, 0, time.UTC), info.ModTime().UTC(), "client_updated_time")
}

// What an earlier download has left is used only if it is of this very item, and whole.
func TestDownloadFileStartsOver(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, host *storage, part string){
		"item of another time": func(_ *testing.T, host *storage, _ string) {
			host.content, host.updated = letters(100_000), itemReplaced
		},
		"item of another size": func(_ *testing.T, host *storage, _ string) { host.content = letters(70_000) },
		"part gone":            func(t *testing.T, _ *storage, part string) { require.NoError(t, os.Remove(part)) },
		"state cut off":        func(t *testing.T, _ *storage, part string) { require.NoError(t, os.Truncate(part+".json", 20)) },
		"state of another item": func(t *testing.T, _ *storage, part string) {
			rewrite(t, part+".json", 0, "id", "file.b.B!1")
		},
		"state without a time": func(t *testing.T, _ *storage, part string) {
			rewrite(t, part+".json", 0, "updated", nil)
		},
		"state with more than there is": func(t *testing.T, _ *storage, part string) {
			rewrite(t, part+".json", 1, "end", 99_999)
		},
		"state with nonsense": func(t *testing.T, _ *storage, part string) {
			rewrite(t, part+".json", 1, "end", -5)
		},
		"bytes missing": func(t *testing.T, _ *storage, part string) { require.NoError(t, os.Truncate(part, 59_999)) },
		"bytes lost in a crash": func(t *testing.T, _ *storage, part string) {
			require.NoError(t, os.Truncate(part, 30_000))
			require.NoError(t, os.Truncate(part, 60_000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := &storage{content: digits(100_000)}
			api := host.drive(t)
			name := breakOff(t, host, api, 60_000)
			change(t, host, name+".part")
			var log bytes.Buffer
			client := api.client(t, liveconnect.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			require.NoError(t, client.Downloads.File(t.Context(), itemID, name, nil))
			assertContent(t, host.content, name)
			assert.Equal(t, []string{""}, host.ranges, "everything is asked for")
			assert.Equal(t, []string{"a.txt"}, files(t, filepath.Dir(name)))
			assert.Equal(t, !strings.Contains(t.Name(), "part_gone"), strings.Contains(log.String(), "starting over"))
		})
	}
}

// rewrite changes a value in a line of a state.
func rewrite(t *testing.T, name string, line int, key string, value any) {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(content), "\n")
	if line == 0 { // what begins otherwise is no state at all
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		lines[0] = regexp.MustCompile(`"`+key+`":"[^"]*"`).ReplaceAllLiteralString(lines[0], `"`+key+`":`+string(encoded))
		require.Contains(t, lines[0], string(encoded))
	} else {
		var state map[string]any
		require.NoError(t, json.Unmarshal([]byte(lines[line]), &state))
		require.Contains(t, state, key)
		state[key] = value
		content, err = json.Marshal(state)
		require.NoError(t, err)
		lines[line] = string(content) + "\n"
	}
	require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "")), 0o600))
}

// What has the name of the part, or of what is known of it, and is not a download's is left as it is.
func TestDownloadFileLeavesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(1000), moods: []mood{{}}}
	client := host.drive(t).client(t)
	for _, own := range []string{"a.part", "a.part.json", "a.part.json.new"} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, own), []byte("mine"), 0o600))
		err := client.Downloads.File(t.Context(), itemID, filepath.Join(dir, "a"), nil)
		if own == "a.part.json.new" {
			require.NoError(t, err)
			assert.Equal(t, []string{"a", own}, files(t, dir))
		} else {
			require.ErrorIs(t, err, os.ErrExist)
			assert.ErrorContains(t, err, own)
			assert.ErrorContains(t, err, "move it away")
			assert.NotContains(t, err.Error(), "goes on from there")
			assert.Equal(t, []string{own}, files(t, dir))
		}
		assertContent(t, "mine", filepath.Join(dir, own))
	}
}

// A name may be as long as the file system takes; what is needed until then is no longer.
func TestDownloadFileToLongNames(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000)}
	api := host.drive(t)
	for _, length := range []int{128, 129, 242, 255} {
		name := filepath.Join(t.TempDir(), strings.Repeat("n", length))
		host.mu.Lock()
		host.moods, host.ranges = []mood{{cut: 60_000}, {status: http.StatusServiceUnavailable}}, nil
		host.mu.Unlock()
		breaking := api.client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
		err := breaking.Downloads.File(t.Context(), itemID, name, nil)
		require.ErrorContains(t, err, "60000 bytes are kept in")
		kept := files(t, filepath.Dir(name))[0]
		assert.ErrorContains(t, err, kept+",", "the error names the part")

		host.mu.Lock()
		host.moods, host.ranges = []mood{{}}, nil
		host.mu.Unlock()
		require.NoError(t, api.client(t).Downloads.File(t.Context(), itemID, name, nil))
		assertContent(t, host.content, name)
		assert.Equal(t, []string{"bytes=60000-"}, host.ranges)
		assert.Equal(t, []string{filepath.Base(name)}, files(t, filepath.Dir(name)))
	}
	asked := len(api.asked())
	require.Error(t, api.client(t).Downloads.File(t.Context(), itemID, filepath.Join(t.TempDir(), strings.Repeat("n", 256)), nil))
	assert.Len(t, api.asked(), asked, "a name that is too long is found before anything is sent")
}

// The item is replaced after the second call has looked at it, but before it gets the rest.
func TestDownloadFileIsNotMixed(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000)}
	api := host.drive(t)
	name := breakOff(t, host, api, 60_000)
	host.moods = []mood{{content: letters(100_000), updated: itemReplaced}}
	client := api.client(t)
	require.ErrorIs(t, client.Downloads.File(t.Context(), itemID, name, nil), liveconnect.ErrContentChanged)
	require.NoFileExists(t, name)

	require.NoError(t, client.Downloads.File(t.Context(), itemID, name, nil))
	assertContent(t, letters(100_000), name)
}

// A page that stood in place of the content is not taken for its beginning.
func TestDownloadFileForgetsWhatWasNotTheContent(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{page: true, endless: true}}}
	client := host.drive(t).client(t)
	dir := t.TempDir()
	host.moods = []mood{{content: letters(500), endless: true}}
	require.ErrorIs(t, client.Downloads.File(t.Context(), itemID, filepath.Join(dir, "a"), nil), liveconnect.ErrContentChanged)
	assert.Empty(t, files(t, dir))
}

func TestDownloadFileToTheSameNameTwiceAtOnce(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{cut: 50_000, stall: true}, {}}}
	client := host.drive(t).client(t)
	name := filepath.Join(t.TempDir(), "a.txt")
	arrived := make(chan struct{})
	var once sync.Once
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() {
		first <- client.Downloads.File(ctx, itemID, name, &liveconnect.FileOptions{
			Progress: func(liveconnect.Progress) { once.Do(func() { close(arrived) }) },
		})
	}()
	<-arrived
	err := client.Downloads.File(t.Context(), itemID, name, nil)
	require.ErrorIs(t, err, liveconnect.ErrFileBusy)
	assert.ErrorContains(t, err, "a.txt.part")
	cancel()
	require.ErrorIs(t, <-first, context.Canceled)

	require.NoError(t, client.Downloads.File(t.Context(), itemID, name, nil), "nothing is in the way any more")
	assertContent(t, host.content, name)
	assert.NotEqual(t, "", host.ranges[len(host.ranges)-1], "and it went on")
}

func TestManyDownloadsToOneFile(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{cut: 30_000}, {}, {cut: 1}, {}}}
	client := host.drive(t).client(t)
	name := filepath.Join(t.TempDir(), "a.txt")
	errs := make([]error, 16)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = client.Downloads.File(t.Context(), itemID, name, nil) })
	}
	all.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		assert.True(t, errors.Is(err, liveconnect.ErrFileBusy) || errors.Is(err, os.ErrExist), err)
	}
	assert.Equal(t, 1, done, "one of them made the file")
	assertContent(t, host.content, name)
}

func TestDownloadFileDoesNotReplaceWhatAppears(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{}}}
	client := host.drive(t).client(t)
	name := filepath.Join(t.TempDir(), "a.txt")
	opts := &liveconnect.FileOptions{Progress: func(liveconnect.Progress) { _ = os.WriteFile(name, []byte("mine"), 0o600) }}
	err := client.Downloads.File(t.Context(), itemID, name, opts)
	require.ErrorIs(t, err, os.ErrExist)
	assertContent(t, "mine", name)

	require.NoError(t, client.Downloads.File(t.Context(), itemID, name, &liveconnect.FileOptions{Replace: true}))
	assertContent(t, host.content, name)
	assert.Len(t, host.ranges, 1, "the content was there already")
	assert.Equal(t, []string{"a.txt"}, files(t, filepath.Dir(name)))
}

// A crash can leave a finished file that still has its first name as well. It must not be written to.
func TestDownloadFileLeavesAFinishedFileWhole(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{status: 503}}}
	client := host.drive(t).client(t)
	name := filepath.Join(t.TempDir(), "a.txt")
	require.NoError(t, os.WriteFile(name, []byte("finished"), 0o600))
	if err := os.Link(name, name+".part"); err != nil {
		t.Log("no hard links here:", err)
		return
	}
	require.NoError(t, os.WriteFile(name+".part.json", []byte(`{"partfile":1,"id":"file.a.A!1"`), 0o600))
	err := client.Downloads.File(t.Context(), itemID, name, &liveconnect.FileOptions{Replace: true})
	require.ErrorIs(t, err, liveconnect.ErrServerBusy)
	assertContent(t, "finished", name)
}

func TestDownloadFileFollowsNoLink(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(1000), moods: []mood{{}}}
	client := host.drive(t).client(t)
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	require.NoError(t, os.WriteFile(other, []byte("mine"), 0o600))
	if err := os.Symlink(other, filepath.Join(dir, "a.part")); err != nil {
		t.Log("no symbolic links here:", err)
		return
	}
	require.ErrorContains(t, client.Downloads.File(t.Context(), itemID, filepath.Join(dir, "a"), nil), "not a regular file")
	assertContent(t, "mine", other)
}

func TestDownloadFileSparesARequestForAKnownItem(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(1000), moods: []mood{{}}}
	api := host.drive(t)
	name := filepath.Join(t.TempDir(), "a")
	require.NoError(t, api.client(t).Downloads.File(t.Context(), itemID, name, &liveconnect.FileOptions{Item: host.known(t)}))
	assertContent(t, host.content, name)
	assert.Zero(t, api.asks(itemID))

	other := host.known(t)
	other.ID = "file.b.B!1"
	err := api.client(t).Downloads.File(t.Context(), itemID, name+"2", &liveconnect.FileOptions{Item: other})
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
}
