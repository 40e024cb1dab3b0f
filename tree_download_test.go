package liveconnect_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// treeOnDisk reads a directory: the content of its files, and "/" for directories.
func treeOnDisk(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		local, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
			found[filepath.ToSlash(local)] = "/"
		case entry.Type().IsRegular():
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			found[filepath.ToSlash(local)] = string(content)
		default:
			found[filepath.ToSlash(local)] = entry.Type().String()
		}
		return nil
	}))
	return found
}

// finalReports keeps what Report was told last of each path on the service.
func finalReports(opts *liveconnect.TreeOptions) map[string]liveconnect.TreeFile {
	reports := map[string]liveconnect.TreeFile{}
	opts.Report = func(f liveconnect.TreeFile) {
		if f.State != liveconnect.TreeFound && f.State != liveconnect.TreeMoving {
			reports[f.Path] = f
		}
	}
	return reports
}

func smallTree() *treeNode {
	return treeFolder("root", "",
		treeFile("1", "a.txt", "one"),
		treeFolder("f1", "Sub", treeFile("2", "b.txt", "two"), treeFile("3", "empty", ""), treeFolder("f2", "Deep", treeFile("4", "c.txt", "four"))),
		treeFolder("f3", "Void"))
}

func smallTreeOnDisk() map[string]string {
	return map[string]string{
		"a.txt": "one", "Sub": "/", "Sub/b.txt": "two", "Sub/empty": "", "Sub/Deep": "/", "Sub/Deep/c.txt": "four", "Void": "/",
	}
}

func TestDownloadTree(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{0, 1, 8} {
		service := newTreeService(smallTree())
		client, dir := service.client(t), filepath.Join(t.TempDir(), "new", "dir")
		states := map[string][]liveconnect.TreeState{}
		opts := &liveconnect.TreeOptions{Concurrency: concurrency, Report: func(f liveconnect.TreeFile) {
			assert.Equal(t, f.Path, f.Local)
			require.NoError(t, f.Err)
			states[f.Path] = append(states[f.Path], f.State)
		}}
		result, err := client.Downloads.Tree(t.Context(), "root", dir, opts)
		require.NoError(t, err)
		assert.Equal(t, liveconnect.TreeResult{Folders: 3, Done: 4, Bytes: 10}, result)
		assert.Equal(t, smallTreeOnDisk(), treeOnDisk(t, dir))
		assert.Equal(t, []liveconnect.TreeState{"found", "moving", "done"}, states["Sub/Deep/c.txt"])
		info, err := os.Stat(filepath.Join(dir, "a.txt"))
		require.NoError(t, err)
		assert.True(t, info.ModTime().Equal(time.Date(2012, 5, 6, 7, 8, 9, 0, time.UTC)), info.ModTime())

		// Once more, nothing is left to do; a second more or less is none.
		require.NoError(t, os.Chtimes(filepath.Join(dir, "a.txt"), time.Time{}, info.ModTime().Add(900*time.Millisecond)))
		clear(states)
		result, err = client.Downloads.Tree(t.Context(), "root", dir, opts)
		require.NoError(t, err)
		assert.Equal(t, liveconnect.TreeResult{Folders: 3, Skipped: 4}, result)
		assert.Equal(t, []liveconnect.TreeState{"skipped"}, states["a.txt"])
		assert.Len(t, service.seen("GET /1/content"), 1)
	}
}

// hostileNames are names that a server may give, and what becomes of them.
var hostileNames = map[string]string{
	"..": "%~..%~", ".": "%~.%~", "": "%~", "...": "%~...%~", " ": " %~", "../../evil": "%~..%2F..%2Fevil",
	"/etc/passwd": "%2Fetc%2Fpasswd", `C:\Windows\x`: "C%3A%5CWindows%5Cx", `\\host\share`: "%5C%5Chost%5Cshare", "a/b": "a%2Fb",
	"a%2Fb": "a%252Fb", "a%252Fb": "a%25252Fb", "%": "%", "100%": "100%", "100%25": "100%2525", "50%41": "50%41", "My%20Photo": "My%20Photo",
	"%~": "%25~", "%u202E": "%25u202E", "file.txt:stream": "file.txt%3Astream", "a<b>c|d?e*f\"g": "a%3Cb%3Ec%7Cd%3Fe%2Af%22g",
	"con": "con%~", "CON.jpg": "CON%~.jpg", "Aux .txt": "Aux %~.txt", "nul.": "nul%~.%~", "com1.tar.gz": "com1%~.tar.gz", "LPT¹": "LPT¹%~",
	"console.txt": "console.txt", "dot.": "dot.%~", "blank ": "blank %~", "both. ": "both. %~", " front": " front",
	"nul\x00byte": "nul%00byte", "bell\a": "bell%07", "new\nline": "new%0Aline", "c1\u0085": "c1%u0085", "gpj\u202etxt.exe": "gpj%u202Etxt.exe",
	".bashrc": "%~.bashrc", ".liveconnect": "%~.liveconnect", "写真 (1).jpg": "写真 (1).jpg", "Ünï's.jpg": "Ünï's.jpg", "-rf": "-rf", "~": "~",
}

// TestDownloadTreeNames downloads files and folders with bad names: nothing gets out, nothing is lost, and each name is
// the expected one.
func TestDownloadTreeNames(t *testing.T) {
	t.Parallel()
	for _, folders := range []bool{false, true} {
		root, want := treeFolder("root", ""), map[string]string{}
		for i, name := range slices.Sorted(maps.Keys(hostileNames)) {
			local, id := hostileNames[name], fmt.Sprint("i", i)
			if !folders {
				root.children = append(root.children, treeFile(id, name, "content of "+name))
				want[local] = "content of " + name
				continue
			}
			root.children = append(root.children, treeFolder(id, name, treeFile(id+"f", "f", "below "+name)))
			want[local], want[local+"/f"] = "/", "below "+name
		}
		outside := t.TempDir()
		dir := filepath.Join(outside, "a", "target")
		opts := &liveconnect.TreeOptions{}
		reports := finalReports(opts)
		_, err := newTreeService(root).client(t).Downloads.Tree(t.Context(), "root", dir, opts)
		require.NoError(t, err)
		assert.Equal(t, want, treeOnDisk(t, dir))
		require.NoError(t, os.RemoveAll(dir))
		assert.Equal(t, map[string]string{"a": "/"}, treeOnDisk(t, outside), "something got out")
		for _, f := range reports {
			assert.Equal(t, want[f.Local], root.find(f.Item.Info().ID).content, f.Path)
		}
	}
}

func (n *treeNode) find(id string) *treeNode {
	if n.ID == id {
		return n
	}
	for _, child := range n.children {
		if found := child.find(id); found != nil {
			return found
		}
	}
	return nil
}

// TestDownloadTreeAlike downloads names that a disk may take for the same, each with a content of its own.
func TestDownloadTreeAlike(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 60)
	for _, names := range [][]string{
		{"Photo.jpg", "PHOTO.JPG", "photo.jpg"},
		{"same.txt", "same.txt", "same.txt"},
		{"café.jpg", "cafe\u0301.jpg"},
		{"가.txt", "\u1100\u1161.txt"},
		{"K.txt", "\u212a.txt"},
		{"STRASSE", "strasse"},
		{long + "1.jpg", long + "2.jpg", long + "1.jpg"},
		{strings.Repeat("写", 200), strings.Repeat("写", 201)},
		{"", ""},
		{"a", "a~" + "0000000000", "A"},
	} {
		root, want := treeFolder("root", ""), map[string]bool{}
		for i, name := range names {
			content := fmt.Sprintf("%d of %q", i, name)
			want[content], want["below "+content] = true, true
			folder := treeFolder(fmt.Sprint("d", i), name, treeFile(fmt.Sprint("b", i), "f", "below "+content))
			root.children = append(root.children, treeFile(fmt.Sprint("i", i), name, content), folder)
		}
		dir := t.TempDir()
		client := newTreeService(root).client(t)
		result, err := client.Downloads.Tree(t.Context(), "root", dir, nil)
		require.NoError(t, err)
		assert.Equal(t, 2*len(names), result.Done)
		found, folded, marked := map[string]bool{}, map[string]string{}, 0
		onDisk := treeOnDisk(t, dir)
		for local, content := range onDisk {
			assert.LessOrEqual(t, len(path.Base(local)), 255)
			key := strings.ToUpper(local)
			assert.Empty(t, folded[key], "%s and %s are one file on other systems", local, folded[key])
			folded[key] = local
			if content != "/" {
				found[content] = true
			}
			if regexp.MustCompile(`^[^/]*~[0-9a-f]{10}[^/]*$`).MatchString(local) {
				marked++
			}
		}
		assert.Equal(t, want, found)
		assert.GreaterOrEqual(t, marked, 2*len(names)-1, "%q", names)
		// The names stay what they are.
		result, err = client.Downloads.Tree(t.Context(), "root", dir, nil)
		require.NoError(t, err)
		assert.Equal(t, 2*len(names), result.Skipped)
		assert.Equal(t, onDisk, treeOnDisk(t, dir))
	}
}

// TestDownloadTreeLinks has symbolic links in the target that lead out of it, where the service has files and folders.
func TestDownloadTreeLinks(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "Sub")); err != nil {
		t.Fatal("this system has no symbolic links:", err)
	}
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "a.txt")))
	require.NoError(t, os.Symlink("/etc", filepath.Join(dir, "Void")))
	client := newTreeService(smallTree()).client(t)

	opts := &liveconnect.TreeOptions{}
	reports := finalReports(opts)
	result, err := client.Downloads.Tree(t.Context(), "root", dir, opts)
	require.ErrorIs(t, err, fs.ErrExist)
	assert.Equal(t, 0, result.Done)
	for _, failed := range []string{"a.txt", "Sub", "Sub/b.txt", "Sub/Deep", "Sub/Deep/c.txt", "Void"} {
		assert.Equal(t, liveconnect.TreeFailed, reports[failed].State, failed)
	}
	assert.Equal(t, result.Failed, len(reports))
	assert.Equal(t, map[string]string{"secret": "secret"}, treeOnDisk(t, outside))

	// Replacing a file that is a link replaces the link.
	_, err = client.Downloads.Tree(t.Context(), "root", dir, &liveconnect.TreeOptions{Replace: true})
	require.ErrorIs(t, err, fs.ErrExist)
	assert.Equal(t, map[string]string{"secret": "secret"}, treeOnDisk(t, outside))
	assert.Equal(t, "one", treeOnDisk(t, dir)["a.txt"])

	// The directory for parts may be a link as well.
	other := t.TempDir()
	require.NoError(t, os.Symlink(outside, filepath.Join(other, ".liveconnect")))
	_, err = client.Downloads.Tree(t.Context(), "root", other, nil)
	require.Error(t, err)
	assert.Equal(t, map[string]string{"secret": "secret"}, treeOnDisk(t, outside))
}

func TestDownloadTreeExisting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "a.txt")
	require.NoError(t, os.WriteFile(mine, []byte("1st"), 0o600)) // the right size, another time
	require.NoError(t, os.WriteFile(filepath.Join(dir, "own.txt"), []byte("own"), 0o600))
	service := newTreeService(smallTree())
	client := service.client(t)

	opts := &liveconnect.TreeOptions{}
	reports := finalReports(opts)
	result, err := client.Downloads.Tree(t.Context(), "root", dir, opts)
	require.ErrorIs(t, err, os.ErrExist)
	assert.Contains(t, err.Error(), "Downloads.Tree: 1 failed, the first was a.txt")
	assert.NotContains(t, err.Error(), "\n")
	assert.Equal(t, 3, result.Done)
	require.Len(t, result.Failures, 1)
	require.ErrorIs(t, reports["a.txt"].Err, os.ErrExist)
	assert.Equal(t, "1st", treeOnDisk(t, dir)["a.txt"])

	result, err = client.Downloads.Tree(t.Context(), "root", dir, &liveconnect.TreeOptions{Replace: true})
	require.NoError(t, err)
	assert.Equal(t, 1, result.Done)
	want := smallTreeOnDisk()
	want["own.txt"] = "own"
	assert.Equal(t, want, treeOnDisk(t, dir))

	// The list is wrong about a size: what is there is found to be the content, and stays.
	service.nodes["1"].Size = 77
	result, err = client.Downloads.Tree(t.Context(), "root", dir, nil)
	require.NoError(t, err)
	assert.Equal(t, liveconnect.TreeResult{Folders: 3, Skipped: 4}, result)
	// It changes for good, in the same second.
	service.nodes["1"].content, service.nodes["1"].Size = "longer", 6
	_, err = client.Downloads.Tree(t.Context(), "root", dir, nil)
	require.ErrorIs(t, err, os.ErrExist)
	_, err = client.Downloads.Tree(t.Context(), "root", dir, &liveconnect.TreeOptions{Replace: true})
	require.NoError(t, err)
	assert.Equal(t, "longer", treeOnDisk(t, dir)["a.txt"])
}

func TestDownloadTreeFailures(t *testing.T) {
	t.Parallel()
	root := smallTree()
	root.children = append(root.children, &treeNode{ID: "n", Name: "Notes", Type: "notebook", Updated: treeTime})
	service := newTreeService(root)
	service.before = func(r *http.Request) int {
		if strings.HasPrefix(r.URL.Path, "/v5.0/2/") || strings.HasPrefix(r.URL.Path, "/v5.0/f2/") {
			return http.StatusForbidden
		}
		return 0
	}
	dir := t.TempDir()
	opts := &liveconnect.TreeOptions{}
	reports := finalReports(opts)
	result, err := service.client(t).Downloads.Tree(t.Context(), "root", dir, opts)
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
	assert.Equal(t, []int{2, 1, 2}, []int{result.Done, result.Skipped, result.Failed})
	assert.Equal(t, liveconnect.TreeFailed, reports["Sub/b.txt"].State)
	assert.Equal(t, liveconnect.TreeFailed, reports["Sub/Deep"].State)
	assert.Equal(t, liveconnect.TreeSkipped, reports["Notes"].State)
	require.ErrorContains(t, reports["Notes"].Err, "notebook")

	// Stopped at the first failure; and a folder that is not there leaves nothing.
	_, err = service.client(t).Downloads.Tree(t.Context(), "root", t.TempDir(), &liveconnect.TreeOptions{StopOnError: true, Concurrency: 1})
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
	none := filepath.Join(t.TempDir(), "none")
	_, err = service.client(t).Downloads.Tree(t.Context(), "nothing", none, nil)
	require.ErrorIs(t, err, liveconnect.ErrNotFound)
	assert.NoDirExists(t, none)

	for _, opts := range []*liveconnect.TreeOptions{{Concurrency: -1}} {
		_, err = service.client(t).Downloads.Tree(t.Context(), "root", dir, opts)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	}
	_, err = service.client(t).Downloads.Tree(t.Context(), "root", "", nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
}

func TestDownloadTreeSelect(t *testing.T) {
	t.Parallel()
	service := newTreeService(smallTree())
	dir := t.TempDir()
	result, err := service.client(t).Downloads.Tree(t.Context(), "root", dir, &liveconnect.TreeOptions{
		Select: func(e liveconnect.WalkEntry) bool {
			return e.Path != "Void" && e.Path != "Sub/Deep" && e.Path != "a.txt"
		},
	})
	require.NoError(t, err)
	assert.Equal(t, liveconnect.TreeResult{Folders: 1, Done: 2, Bytes: 3}, result)
	assert.Equal(t, map[string]string{"Sub": "/", "Sub/b.txt": "two", "Sub/empty": ""}, treeOnDisk(t, dir))
	assert.Empty(t, service.seen("GET /f2"))
}

// TestDownloadTreeCancel ends a run in the middle, from within and twice at once, and goes on.
func TestDownloadTreeCancel(t *testing.T) {
	t.Parallel()
	root := treeFolder("root", "")
	for i := range 60 {
		root.children = append(root.children, treeFile(fmt.Sprint("i", i), fmt.Sprintf("%02d.bin", i), strings.Repeat(fmt.Sprint(i), 1000)))
	}
	service := newTreeService(root)
	client, dir := service.client(t), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var done atomic.Int64
	counts := map[liveconnect.TreeState]int{}
	result, err := client.Downloads.Tree(ctx, "root", dir, &liveconnect.TreeOptions{Report: func(f liveconnect.TreeFile) {
		counts[f.State]++
		if f.State == liveconnect.TreeDone && done.Add(1) == 20 {
			_, err := client.Downloads.Tree(t.Context(), "root", dir, nil)
			assert.ErrorIs(t, err, liveconnect.ErrFileBusy)
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, result.Failed)
	assert.Equal(t, result.Interrupted, counts[liveconnect.TreeInterrupted])
	assert.Equal(t, counts[liveconnect.TreeFound], result.Done+result.Interrupted)
	again, err := client.Downloads.Tree(t.Context(), "root", dir, nil)
	require.NoError(t, err)
	assert.Equal(t, result.Done, again.Skipped)
	assert.Equal(t, 60, again.Done+again.Skipped)
	assert.Len(t, treeOnDisk(t, dir), 60)
}
