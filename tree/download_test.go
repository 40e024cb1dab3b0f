package tree_test

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
	"github.com/go-liveconnect/liveconnect/tree"
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
func finalReports(opts *tree.Options) map[string]tree.File {
	reports := map[string]tree.File{}
	opts.Report = func(f tree.File) {
		if f.State != tree.Found && f.State != tree.Moving {
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

func TestDownload(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{0, 1, 8} {
		service := newTreeService(smallTree())
		client, dir := service.client(t), filepath.Join(t.TempDir(), "new", "dir")
		states := map[string][]tree.State{}
		opts := &tree.Options{Concurrency: concurrency, Report: func(f tree.File) {
			assert.Equal(t, f.Path, f.Local)
			require.NoError(t, f.Err)
			states[f.Path] = append(states[f.Path], f.State)
		}}
		result, err := tree.Download(t.Context(), client, "root", dir, opts)
		require.NoError(t, err)
		assert.Equal(t, tree.Result{Folders: 3, Done: 4, Bytes: 10}, result)
		assert.Equal(t, smallTreeOnDisk(), treeOnDisk(t, dir))
		assert.Equal(t, []tree.State{"found", "moving", "done"}, states["Sub/Deep/c.txt"])
		info, err := os.Stat(filepath.Join(dir, "a.txt"))
		require.NoError(t, err)
		assert.True(t, info.ModTime().Equal(time.Date(2012, 5, 6, 7, 8, 9, 0, time.UTC)), info.ModTime())

		// Once more, nothing is left to do; a second more or less is none.
		require.NoError(t, os.Chtimes(filepath.Join(dir, "a.txt"), time.Time{}, info.ModTime().Add(900*time.Millisecond)))
		clear(states)
		result, err = tree.Download(t.Context(), client, "root", dir, opts)
		require.NoError(t, err)
		assert.Equal(t, tree.Result{Folders: 3, Skipped: 4}, result)
		assert.Equal(t, []tree.State{"skipped"}, states["a.txt"])
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

// TestDownloadNames downloads files and folders with bad names: nothing gets out, nothing is lost, and each name is
// the expected one.
func TestDownloadNames(t *testing.T) {
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
		opts := &tree.Options{}
		reports := finalReports(opts)
		_, err := tree.Download(t.Context(), newTreeService(root).client(t), "root", dir, opts)
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

// TestDownloadAlike downloads names that a disk may take for the same, each with a content of its own.
func TestDownloadAlike(t *testing.T) {
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
		result, err := tree.Download(t.Context(), client, "root", dir, nil)
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
		result, err = tree.Download(t.Context(), client, "root", dir, nil)
		require.NoError(t, err)
		assert.Equal(t, 2*len(names), result.Skipped)
		assert.Equal(t, onDisk, treeOnDisk(t, dir))
	}
}

// TestDownloadLinks has symbolic links in the target that lead out of it, where the service has files and folders.
func TestDownloadLinks(t *testing.T) {
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

	opts := &tree.Options{}
	reports := finalReports(opts)
	result, err := tree.Download(t.Context(), client, "root", dir, opts)
	require.ErrorIs(t, err, fs.ErrExist)
	assert.Equal(t, 0, result.Done)
	for _, failed := range []string{"a.txt", "Sub", "Sub/b.txt", "Sub/Deep", "Sub/Deep/c.txt", "Void"} {
		assert.Equal(t, tree.Failed, reports[failed].State, failed)
	}
	assert.Equal(t, result.Failed, len(reports))
	assert.Equal(t, map[string]string{"secret": "secret"}, treeOnDisk(t, outside))

	// Replacing a file that is a link replaces the link.
	_, err = tree.Download(t.Context(), client, "root", dir, &tree.Options{Replace: true})
	require.ErrorIs(t, err, fs.ErrExist)
	assert.Equal(t, map[string]string{"secret": "secret"}, treeOnDisk(t, outside))
	assert.Equal(t, "one", treeOnDisk(t, dir)["a.txt"])

	// The directory for parts may be a link as well.
	other := t.TempDir()
	require.NoError(t, os.Symlink(outside, filepath.Join(other, ".liveconnect")))
	_, err = tree.Download(t.Context(), client, "root", other, nil)
	require.Error(t, err)
	assert.Equal(t, map[string]string{"secret": "secret"}, treeOnDisk(t, outside))
}

func TestDownloadExisting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "a.txt")
	require.NoError(t, os.WriteFile(mine, []byte("1st"), 0o600)) // the right size, another time
	require.NoError(t, os.WriteFile(filepath.Join(dir, "own.txt"), []byte("own"), 0o600))
	service := newTreeService(smallTree())
	client := service.client(t)

	opts := &tree.Options{}
	reports := finalReports(opts)
	result, err := tree.Download(t.Context(), client, "root", dir, opts)
	require.ErrorIs(t, err, os.ErrExist)
	assert.Contains(t, err.Error(), "tree.Download: 1 failed, the first was a.txt")
	assert.NotContains(t, err.Error(), "\n")
	assert.Equal(t, 3, result.Done)
	require.Len(t, result.Failures, 1)
	require.ErrorIs(t, reports["a.txt"].Err, os.ErrExist)
	assert.Equal(t, "1st", treeOnDisk(t, dir)["a.txt"])

	result, err = tree.Download(t.Context(), client, "root", dir, &tree.Options{Replace: true})
	require.NoError(t, err)
	assert.Equal(t, 1, result.Done)
	want := smallTreeOnDisk()
	want["own.txt"] = "own"
	assert.Equal(t, want, treeOnDisk(t, dir))

	// The list is wrong about a size: what is there is found to be the content, and stays.
	service.nodes["1"].Size = 77
	result, err = tree.Download(t.Context(), client, "root", dir, nil)
	require.NoError(t, err)
	assert.Equal(t, tree.Result{Folders: 3, Skipped: 4}, result)
	// It changes for good, in the same second.
	service.nodes["1"].content, service.nodes["1"].Size = "longer", 6
	_, err = tree.Download(t.Context(), client, "root", dir, nil)
	require.ErrorIs(t, err, os.ErrExist)
	_, err = tree.Download(t.Context(), client, "root", dir, &tree.Options{Replace: true})
	require.NoError(t, err)
	assert.Equal(t, "longer", treeOnDisk(t, dir)["a.txt"])
}

func TestDownloadFailures(t *testing.T) {
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
	opts := &tree.Options{}
	reports := finalReports(opts)
	result, err := tree.Download(t.Context(), service.client(t), "root", dir, opts)
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
	assert.Equal(t, []int{2, 1, 2}, []int{result.Done, result.Skipped, result.Failed})
	assert.Equal(t, tree.Failed, reports["Sub/b.txt"].State)
	assert.Equal(t, tree.Failed, reports["Sub/Deep"].State)
	assert.Equal(t, tree.Skipped, reports["Notes"].State)
	require.ErrorContains(t, reports["Notes"].Err, "notebook")

	// Stopped at the first failure; and a folder that is not there leaves nothing.
	_, err = tree.Download(t.Context(), service.client(t), "root", t.TempDir(), &tree.Options{StopOnError: true, Concurrency: 1})
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
	none := filepath.Join(t.TempDir(), "none")
	_, err = tree.Download(t.Context(), service.client(t), "nothing", none, nil)
	require.ErrorIs(t, err, liveconnect.ErrNotFound)
	assert.NoDirExists(t, none)

	for _, opts := range []*tree.Options{{Concurrency: -1}} {
		_, err = tree.Download(t.Context(), service.client(t), "root", dir, opts)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	}
	_, err = tree.Download(t.Context(), service.client(t), "root", "", nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
}

func TestDownloadSelect(t *testing.T) {
	t.Parallel()
	service := newTreeService(smallTree())
	dir := t.TempDir()
	result, err := tree.Download(t.Context(), service.client(t), "root", dir, &tree.Options{
		Select: func(e tree.Entry) bool {
			return e.Path != "Void" && e.Path != "Sub/Deep" && e.Path != "a.txt"
		},
	})
	require.NoError(t, err)
	assert.Equal(t, tree.Result{Folders: 1, Done: 2, Bytes: 3}, result)
	assert.Equal(t, map[string]string{"Sub": "/", "Sub/b.txt": "two", "Sub/empty": ""}, treeOnDisk(t, dir))
	assert.Empty(t, service.seen("GET /f2"))
}

// TestDownloadCancel ends a run in the middle, from within and twice at once, and goes on.
func TestDownloadCancel(t *testing.T) {
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
	counts := map[tree.State]int{}
	result, err := tree.Download(ctx, client, "root", dir, &tree.Options{Report: func(f tree.File) {
		counts[f.State]++
		if f.State == tree.Done && done.Add(1) == 20 {
			_, err := tree.Download(t.Context(), client, "root", dir, nil)
			assert.ErrorIs(t, err, liveconnect.ErrFileBusy)
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, result.Failed)
	assert.Equal(t, result.Interrupted, counts[tree.Interrupted])
	assert.Equal(t, counts[tree.Found], result.Done+result.Interrupted)
	again, err := tree.Download(t.Context(), client, "root", dir, nil)
	require.NoError(t, err)
	assert.Equal(t, result.Done, again.Skipped)
	assert.Equal(t, 60, again.Done+again.Skipped)
	assert.Len(t, treeOnDisk(t, dir), 60)
}
