package tree_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
	"github.com/go-liveconnect/liveconnect/livetest"
	"github.com/go-liveconnect/liveconnect/tree"
)

// writeTree makes files; a nil content is a directory.
func writeTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if content == "/" {
			require.NoError(t, os.MkdirAll(name, 0o700))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	}
}

// TestRoundTrip mirrors a directory up to the emulator, down into another one, and both once more.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	album, err := server.Account().AddAlbum("Mirror")
	require.NoError(t, err)
	files := map[string]string{
		"notes.txt": "hello", "empty": "", "Void": "/", "Year 2012": "/", "Year 2012/May": "/",
		"Year 2012/large.jpg": string(imagetest.JPEG(3000, 200, nil)), "Year 2012/May/写真 #1 100%.png": string(imagetest.PNG(20, 10)),
		"Year 2012/My%20Photo.gif": string(imagetest.GIF(8, 8)), "CON%~.txt": "a device", "blank %~": "a blank at the end",
	}
	source, target := t.TempDir(), t.TempDir()
	writeTree(t, source, files)
	for i, concurrency := range []int{0, 1, 8} {
		opts := &tree.Options{Concurrency: concurrency}
		up, err := tree.Upload(t.Context(), client, source, album, opts)
		require.NoError(t, err)
		down, err := tree.Download(t.Context(), client, album, target, opts)
		require.NoError(t, err)
		back, err := tree.Upload(t.Context(), client, target, album, opts)
		require.NoError(t, err)
		assert.Equal(t, 7, back.Skipped, "what came down needs not go up")
		assert.Equal(t, files, treeOnDisk(t, target))
		assert.Equal(t, 3, up.Folders)
		if i == 0 {
			assert.Equal(t, []int{7, 0, 7, 0}, []int{up.Done, up.Skipped, down.Done, down.Skipped})
			assert.Equal(t, up.Bytes, down.Bytes)
		} else {
			assert.Equal(t, []int{0, 7, 0, 7}, []int{up.Done, up.Skipped, down.Done, down.Skipped})
			assert.Zero(t, up.Bytes+down.Bytes)
		}
	}
	var names []string
	for item, err := range client.Items.All(t.Context(), album, nil) {
		require.NoError(t, err)
		names = append(names, item.Info().Name)
	}
	assert.ElementsMatch(t, []string{"notes.txt", "empty", "Void", "Year 2012", "CON.txt", "blank "}, names)
}

func TestUploadExisting(t *testing.T) {
	t.Parallel()
	root := treeFolder("root", "", treeFile("1", "A.txt", "old"), treeFolder("f", "sub", treeFile("2", "b.txt", "same")),
		treeFile("3", "Docs", "a file"), treeFolder("g", "c.txt"))
	service := newTreeService(root)
	dir := t.TempDir()
	writeTree(t, dir, map[string]string{"a.txt": "new", "SUB/b.txt": "same", "SUB/c.txt": "more", "Docs/d.txt": "d", "c.txt": "c"})
	before := time.Date(2012, 5, 6, 7, 8, 9, 999, time.UTC)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "SUB", "b.txt"), before, before))

	opts := &tree.Options{}
	reports := finalReports(opts)
	result, err := tree.Upload(t.Context(), service.client(t), dir, "root", opts)
	require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)
	assert.Equal(t, []int{1, 1, 3}, []int{result.Done, result.Skipped, result.Failed})
	assert.Equal(t, tree.Skipped, reports["SUB/b.txt"].State)
	assert.Equal(t, tree.Done, reports["SUB/c.txt"].State)
	for _, failed := range []string{"a.txt", "Docs", "c.txt"} {
		require.ErrorIs(t, reports[failed].Err, liveconnect.ErrAlreadyExists, failed)
	}
	assert.Equal(t, []string{"PUT /f/files/c.txt"}, service.seen("PUT"))
	assert.Empty(t, service.seen("GET /g"), "a folder that is not on disk needs no list")

	result, err = tree.Upload(t.Context(), service.client(t), dir, "root", &tree.Options{Replace: true})
	require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)
	assert.Equal(t, []int{1, 2, 2}, []int{result.Done, result.Skipped, result.Failed})
	assert.Equal(t, "new", service.nodes["1"].content)
}

// TestUploadNames uploads what the service does not take, next to what it does.
func TestUploadNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeTree(t, dir, map[string]string{
		".hidden": "no", ".git/config": "no", "good.txt": "yes", "GOOD.txt": "clash", "a;b.txt": "no", "%~": "escaped, but not sendable",
		"x/%~.%~/y": "escaped", "a%2Fb": "kept",
	})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal("this system has no symbolic links:", err)
	}
	require.NoError(t, os.Symlink("/etc", filepath.Join(dir, "etc")))
	if found, err := os.ReadDir(dir); err != nil || len(found) != 9 {
		t.Logf("this disk takes names for the same that differ by case: %d names", len(found))
	}
	service := newTreeService(treeFolder("root", ""))
	opts := &tree.Options{}
	reports := finalReports(opts)
	result, err := tree.Upload(t.Context(), service.client(t), dir, "root", opts)
	require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	for path, state := range map[string]tree.State{
		".hidden": "skipped", ".git": "skipped", "link": "skipped", "etc": "skipped", "GOOD.txt": "done", "good.txt": "failed",
		"a;b.txt": "failed", "a%2Fb": "done", "%~": "done",
	} {
		assert.Equal(t, state, reports[path].State, path)
		if state != "done" {
			require.Error(t, reports[path].Err, path)
		}
	}
	assert.Equal(t, 4, result.Done)
	assert.Len(t, service.seen("PUT"), 4)
	for _, request := range service.seen("P") {
		assert.NotContains(t, request, "passwd")
	}
}

// TestUploadFaults has a service that fails at some files and folders, and goes on when it has recovered.
func TestUploadFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprintf("%d/%02d.txt", i%3, i)] = strings.Repeat("x", i)
	}
	writeTree(t, dir, files)
	root := treeFolder("root", "", treeFolder("zero", "0"))
	service := newTreeService(root)
	var down atomic.Bool
	down.Store(true)
	service.before = func(r *http.Request) int {
		if down.Load() && (strings.Contains(r.URL.Path, "7.txt") || strings.HasPrefix(r.URL.Path, "/v5.0/zero/files")) {
			return http.StatusForbidden
		}
		return 0
	}
	client := service.client(t)
	result, err := tree.Upload(t.Context(), client, dir, "root", nil)
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
	assert.Equal(t, []int{18, 3}, []int{result.Done, result.Failed}, "the folder 0, and 7.txt and 17.txt")
	down.Store(false)
	result, err = tree.Upload(t.Context(), client, dir, "root", nil)
	require.NoError(t, err)
	assert.Equal(t, []int{12, 18}, []int{result.Done, result.Skipped})

	_, err = tree.Upload(t.Context(), client, filepath.Join(dir, "none"), "root", nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = tree.Upload(t.Context(), client, dir, "nothing", nil)
	require.ErrorIs(t, err, liveconnect.ErrNotFound)
	_, err = tree.Upload(t.Context(), client, "", "root", nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	_, err = tree.Upload(t.Context(), client, dir, "root", &tree.Options{Concurrency: -1})
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)

	selected, err := tree.Upload(t.Context(), client, dir, "root", &tree.Options{Select: func(e tree.Entry) bool {
		return e.IsFolder() == (e.Depth == 0) && e.Path != "1" && (e.IsFolder() || e.Item.Info().Size < 10)
	}})
	require.NoError(t, err)
	assert.Equal(t, []int{2, 7}, []int{selected.Folders, selected.Skipped})
}
