package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/ptytest"
	"github.com/go-liveconnect/liveconnect/examples/internal/readme"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestReadme(t *testing.T) {
	readme.Check(t, "backup", run, ` in (less than 0\.1s|[\d.]+s)`, " in 0.2s", `\d+ November 2026, \d\d:\d\d|\d+ \w+ 20\d\d, \d\d:\d\d`, "25 November 2026, 18:20")
}

// drive is an account on an emulator with a backup of it.
type drive struct {
	t       *testing.T
	server  *livetest.Server
	account *livetest.Account
	dir     string
	args    []string
}

func newDrive(t *testing.T) *drive {
	t.Helper()
	server := livetest.NewServer(t)
	token, err := server.Account().Token()
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "backup")
	return &drive{t, server, server.Account(), dir, []string{"-api", server.APIURL, "-token", token.AccessToken, "-dir", dir}}
}

func (d *drive) add(path, content string) string {
	d.t.Helper()
	id, err := d.account.AddFile(path, []byte(content))
	require.NoError(d.t, err)
	return id
}

func (d *drive) run(more ...string) (string, error) {
	d.t.Helper()
	var out strings.Builder
	err := run(d.t.Context(), append(d.args, more...), &out, io.Discard)
	return out.String(), err
}

func (d *drive) file(name string) string {
	return filepath.Join(d.dir, "files", filepath.FromSlash(name))
}

func (d *drive) mustRun(more ...string) string {
	d.t.Helper()
	out, err := d.run(more...)
	require.NoError(d.t, err, "%s", out)
	return out
}

func TestEverythingIsThere(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	ids := map[string]string{}
	for _, name := range []string{"a.txt", "Documents/b.txt", "Documents/deep/deeper/c.txt", "Pictures/d.jpg"} {
		ids[name] = d.add(name, "content of "+name)
	}
	out := d.mustRun()
	assert.Contains(t, out, "4 saved")
	assert.NotContains(t, out, "Since", "there was no run before")
	for name, id := range ids {
		content, err := os.ReadFile(d.file(name))
		require.NoError(t, err)
		assert.Equal(t, "content of "+name, string(content))
		_, sum, err := d.account.Digest(id)
		require.NoError(t, err)
		sums, err := os.ReadFile(filepath.Join(d.dir, "SHA256SUMS"))
		require.NoError(t, err)
		assert.Contains(t, string(sums), hex.EncodeToString(sum[:])+"  files/"+name+"\n")
	}
	assert.Contains(t, d.mustRun("-verify"), "4 files, ")
	d.server.ForgetRequests()
	assert.Contains(t, d.mustRun(), "4 there already\n")
	for _, r := range d.server.Requests() {
		assert.NotEqual(t, "files.content", r.Endpoint, "nothing is downloaded twice")
	}
}

func TestWhatHasChanged(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	client := d.server.Client(t)
	d.add("same.txt", "same")
	changed := d.add("changed.txt", "old")
	moved := d.add("moved.txt", "moved")
	gone := d.add("gone.txt", "gone")
	d.mustRun()

	require.NoError(t, d.account.ReplaceFile(changed, []byte("new content")))
	_, err := client.Files.Update(t.Context(), moved, &liveconnect.ItemUpdate{Name: liveconnect.Set("renamed.txt")})
	require.NoError(t, err)
	require.NoError(t, client.Files.Delete(t.Context(), gone))
	d.add("Documents/new.txt", "new")
	want := ": 1 new, 1 changed, 1 moved, 1 gone\n" +
		"      new      Documents/new.txt\n      changed  changed.txt\n      moved    renamed.txt\n      gone     gone.txt\n" +
		"   What is gone from the drive stays in the backup.\n"

	dry := d.mustRun("-dry-run")
	assert.Contains(t, dry, want)
	assert.Contains(t, dry, "   3 files, 19 B, would be saved; nothing was\n")
	assert.NotContains(t, dry, "would save  same.txt")
	assert.NoFileExists(t, d.file("Documents/new.txt"))

	out := d.mustRun()
	assert.Contains(t, out, want)
	assert.Contains(t, out, "3 saved")
	for name, content := range map[string]string{"same.txt": "same", "changed.txt": "new content", "renamed.txt": "moved", "gone.txt": "gone", "Documents/new.txt": "new"} {
		got, err := os.ReadFile(d.file(name))
		require.NoError(t, err)
		assert.Equal(t, content, string(got))
	}
	assert.Contains(t, d.mustRun(), ": 0 new, 0 changed, 0 moved, 0 gone\n")
	d.mustRun("-verify")
}

// What a run that was ended has brought is still new in the one that completes it.
func TestChangesOfAnEndedRun(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	d.add("a.txt", "a")
	d.mustRun()
	d.add("b.txt", "b")
	d.add("c.txt", "c")
	fault := d.server.Fault(livetest.Fault{Path: "/content$", Skip: 1, Do: livetest.Error(403, "request_token_unauthorized", "")})
	out, err := d.run("-parallel", "1")
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
	assert.Contains(t, out, ": 1 new, 0 changed, 0 moved, 0 gone\n      new      b.txt\n")
	assert.Contains(t, out, "1 failed\n      c.txt: ")
	fault.Remove()
	assert.Contains(t, d.mustRun(), ": 2 new, 0 changed, 0 moved, 0 gone\n      new      b.txt\n      new      c.txt\n")
	assert.Contains(t, d.mustRun(), ": 0 new, ")
}

func TestVerify(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	_, err := d.run("-verify")
	require.ErrorContains(t, err, "there is no backup in "+d.dir+": choose another -dir")
	d.add("a.txt", "aaaa")
	d.add("b.txt", "bbbb")
	d.add("c.txt", "cccc")
	d.mustRun()
	info, err := os.Stat(d.file("a.txt"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(d.file("a.txt"), []byte("aaXa"), 0o600))
	require.NoError(t, os.Chtimes(d.file("a.txt"), info.ModTime(), info.ModTime()))
	require.NoError(t, os.Remove(d.file("b.txt")))
	out, err := d.run("-verify")
	require.ErrorContains(t, err, "2 files are not what was saved")
	assert.Contains(t, out, "   damaged  a.txt\n   missing  b.txt: ")

	require.NoError(t, os.Remove(d.file("a.txt"))) // as the error says
	assert.Contains(t, d.mustRun(), "2 saved")
	assert.Contains(t, d.mustRun("-verify"), "3 files, 12 B, all as they were saved\n")
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	d.add("a.txt", "a")
	d.mustRun()
	other, err := d.server.AddAccount("Nuno", "Bento")
	require.NoError(t, err)
	token, err := other.Token()
	require.NoError(t, err)
	_, err = d.run("-token", token.AccessToken)
	require.ErrorContains(t, err, "is a backup of Roberto Tamburello: choose another -dir for Nuno Bento")

	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "backup.jsonl"), []byte("{"), 0o600))
	_, err = d.run()
	require.ErrorContains(t, err, "backup.jsonl is damaged: remove it")
	for _, args := range [][]string{{"-parallel", "0"}, {"-photos", "-1"}, {"-speed", "-1"}, {"-verify", "-dry-run"}, {"DIR"}} {
		_, err := d.run(args...)
		assert.ErrorContains(t, err, args[0])
	}
}

func TestSheet(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	var photo strings.Builder
	require.NoError(t, jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 3, 2)), nil))
	d.add("Pictures/a & <b> #1.jpg", photo.String())
	d.add("notes.txt", "no photo at all")
	d.mustRun()
	page, err := os.ReadFile(filepath.Join(d.dir, "index.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "1 photo in 1 album, ")
	assert.Contains(t, string(page), `href="files/Pictures/a%20&amp;%20`)
	assert.NotContains(t, string(page), "<b> #1")
	assert.NotContains(t, string(page), "notes.txt")
}

func TestOnATerminal(t *testing.T) {
	t.Parallel()
	program := ptytest.Build(t)
	for _, columns := range []uint16{60, 110} {
		t.Run(fmt.Sprintf("to the end, %d columns", columns), func(t *testing.T) {
			t.Parallel()
			d := newDrive(t)
			for i := range 12 {
				d.add(fmt.Sprintf("Documents/a rather long name of a file, number %d.bin", i), strings.Repeat("x", 200_000))
			}
			d.server.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.SlowLink(400_000)})
			terminal := ptytest.Start(t, columns, program, d.args...)
			screen, code := terminal.Wait()
			assert.Zero(t, code)
			_, end, found := strings.Cut(screen, "complete\n")
			require.True(t, found, screen)
			assert.Contains(t, terminal.Raw(), "number 3") // it was shown, and is gone
			assert.NotContains(t, end, "number")
			assert.LessOrEqual(t, strings.Count(end, "all files"), 1)
			if strings.Contains(end, "all files") {
				assert.Contains(t, end, "2.4 MB / 2.4 MB")
			}
			assert.Contains(t, end, "\n     12 saved, 2.4 MB in ")
		})
	}
	t.Run("Ctrl-C", func(t *testing.T) {
		t.Parallel()
		d := newDrive(t)
		d.add("a.bin", strings.Repeat("a", 1000))
		_, err := d.account.AddGenerated("b.bin", 8<<20, 1)
		require.NoError(t, err)
		slow := d.server.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.SlowLink(2 << 20)})
		terminal := ptytest.Start(t, 110, program, d.args...)
		terminal.WaitFor(" MB / 8.4 MB") // more than nothing
		terminal.Interrupt()
		screen, code := terminal.Wait()
		assert.Equal(t, 130, code)
		_, end, _ := strings.Cut(screen, "complete\n")
		assert.NotContains(t, end, "█")
		assert.Contains(t, end, "1 saved, ")
		assert.Contains(t, end, "1 left for the next run\n")
		assert.True(t, strings.HasSuffix(end, "\nRun the same command again, and it goes on from here.\n\nbackup: stopped\n"), end)
		assert.NotContains(t, terminal.Raw(), "canceled")

		slow.Remove()
		d.server.ForgetRequests()
		d.mustRun()
		resumed := slices.ContainsFunc(d.server.Requests(), func(r livetest.Request) bool {
			from := r.Header.Get("Range")
			return strings.HasPrefix(from, "bytes=") && !strings.HasPrefix(from, "bytes=0-")
		})
		assert.True(t, resumed, "it goes on in the middle")
		d.mustRun("-verify")
	})
}

func TestCanceledBeforeAnything(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	require.ErrorIs(t, run(ctx, d.args, &out, io.Discard), context.Canceled)
	assert.NoDirExists(t, d.dir)
}
