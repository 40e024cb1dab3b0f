package partfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/filelock"
	"github.com/go-liveconnect/liveconnect/internal/partfile"
)

const mib = 1 << 20

var (
	first  = time.Date(2012, 5, 6, 7, 8, 9, 0, time.UTC)
	second = first.Add(time.Second)
)

// random is content of which no part looks like another.
func random(size int) []byte {
	content := make([]byte, size)
	rng := rand.NewChaCha8([32]byte{1})
	_, _ = rng.Read(content)
	return content
}

// openRoot opens a new directory, and returns its name.
func openRoot(t *testing.T) (*os.Root, string) {
	t.Helper()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = root.Close() })
	return root, dir
}

func contentOf(content []byte) partfile.Content {
	return partfile.Content{ID: "id", Updated: first, Size: int64(len(content))}
}

// begin writes the first bytes of a content, and leaves the rest for later.
func begin(t *testing.T, place partfile.Place, content []byte, n int) {
	t.Helper()
	f, err := partfile.Open(t.Context(), place, contentOf(content))
	require.NoError(t, err)
	require.NoError(t, f.Restart(int64(len(content))))
	write(t, f, content[:n])
	require.NoError(t, f.Close())
}

func write(t *testing.T, f *partfile.File, content []byte) {
	t.Helper()
	for part := range chunks(content, 100_000) {
		n, err := f.Write(part)
		require.NoError(t, err)
		require.Len(t, part, n)
	}
}

func chunks(content []byte, size int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(content) > 0 {
			n := min(size, len(content))
			if !yield(content[:n]) {
				return
			}
			content = content[n:]
		}
	}
}

// goOn writes what is missing and finishes the file. It returns how much was there.
func goOn(t *testing.T, place partfile.Place, content []byte) (kept int64) {
	t.Helper()
	f, err := partfile.Open(t.Context(), place, contentOf(content))
	require.NoError(t, err)
	kept = f.Done()
	if kept == 0 {
		require.NoError(t, f.Restart(int64(len(content))))
	}
	write(t, f, content[kept:])
	assert.True(t, f.Complete() || len(content) == 0)
	require.NoError(t, f.Finish(place.Name, time.Time{}, false))
	require.NoError(t, f.Close())
	return kept
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

func assertFile(t *testing.T, want []byte, name string) {
	t.Helper()
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, got), "the content of %s", name)
}

// TestDamagedPart damages what an earlier run has left: 18 MiB, which are four pieces of 4 MiB and one of 2 MiB.
func TestDamagedPart(t *testing.T) {
	t.Parallel()
	const kept, piece = 18 * mib, 4 * mib
	content := random(20 * mib)
	// Chunks of 100,000 bytes make pieces a little longer than 4 MiB.
	const exact = 42 * 100_000
	change := func(at int64, to func([]byte)) func(t *testing.T, part string) {
		return func(t *testing.T, part string) {
			f, err := os.OpenFile(part, os.O_RDWR, 0)
			require.NoError(t, err)
			defer f.Close()
			b := make([]byte, mib)
			n, err := f.ReadAt(b, at)
			require.True(t, err == nil || errors.Is(err, io.EOF), err)
			to(b[:n])
			_, err = f.WriteAt(b[:n], at)
			require.NoError(t, err)
		}
	}
	flip := func(b []byte) { b[0] ^= 1 }
	cut := func(suffix string, size int64) func(t *testing.T, part string) {
		return func(t *testing.T, part string) { require.NoError(t, os.Truncate(part+suffix, size)) }
	}
	journal := func(edit func(lines []string) []string) func(t *testing.T, part string) {
		return func(t *testing.T, part string) {
			text, err := os.ReadFile(part + ".json")
			require.NoError(t, err)
			lines := edit(strings.SplitAfter(string(text), "\n"))
			require.NoError(t, os.WriteFile(part+".json", []byte(strings.Join(lines, "")), 0o600))
		}
	}
	for name, test := range map[string]struct {
		damage func(t *testing.T, part string)
		want   int64 // bytes that are still good
	}{
		"nothing":                         {func(*testing.T, string) {}, kept},
		"first byte flipped":              {change(0, flip), 0},
		"byte flipped in the third piece": {change(2*exact, flip), 2 * exact},
		"last byte flipped":               {change(kept-1, flip), 4 * exact},
		"zeroed megabyte":                 {change(6*mib, func(b []byte) { clear(b) }), exact},
		"cut by a byte":                   {cut("", kept-1), 4 * exact},
		"cut at a piece":                  {cut("", 3*exact), 3 * exact},
		"cut to nothing":                  {cut("", 0), 0},
		"longer": {func(t *testing.T, part string) {
			f, err := os.OpenFile(part, os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			_, err = f.Write(make([]byte, 3*mib)) // more than there is in all
			require.NoError(t, err)
			require.NoError(t, f.Close())
		}, kept},
		"part gone":                 {func(t *testing.T, part string) { require.NoError(t, os.Remove(part)) }, 0},
		"journal emptied in header": {cut(".json", 20), 0},
		"last line cut off":         {journal(func(l []string) []string { l[5] = l[5][:9]; return l[:6] }), 4 * exact},
		"lines that are garbage":    {journal(func(l []string) []string { l[3] = strings.Repeat("\x00", 40); return l }), 2 * exact},
		"one endless line":          {journal(func(l []string) []string { return append(l[:2], strings.Repeat(" ", 1<<20)) }), exact},
		"line that boasts":          {journal(func(l []string) []string { l[4] = `{"end":99999999,"crc32c":1}` + "\n"; return l }), 3 * exact},
		"line that goes back":       {journal(func(l []string) []string { l[4] = l[2]; return l }), 3 * exact},
		"line without bytes":        {journal(func(l []string) []string { l[4] = `{"end":100}` + "\n"; return l }), 3 * exact},
		"line break cut off":        {journal(func(l []string) []string { l[5] = strings.TrimSuffix(l[5], "\n"); return l }), 4 * exact},
		"line below zero":           {journal(func(l []string) []string { l[1] = `{"end":-5,"crc32c":1}` + "\n"; return l }), 0},
		"another item": {journal(func(l []string) []string {
			l[0] = strings.Replace(l[0], `"id":"id"`, `"id":"other"`, 1)
			return l
		}), 0},
		"another time": {journal(func(l []string) []string {
			l[0] = strings.Replace(l[0], `:09Z"`, `:10Z"`, 1)
			return l
		}), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, dir := openRoot(t)
			place := partfile.Beside(root, "a.bin")
			// On a clock that stands still, so that pieces end by their length alone.
			synctest.Test(t, func(t *testing.T) { begin(t, place, content, kept) })
			require.Equal(t, []string{"a.bin.part", "a.bin.part.json"}, names(t, dir))
			test.damage(t, filepath.Join(dir, "a.bin.part"))
			assert.Equal(t, test.want, goOn(t, place, content))
			assertFile(t, content, filepath.Join(dir, "a.bin"))
			assert.Equal(t, []string{"a.bin"}, names(t, dir))
		})
	}
}

// TestDamagedTwice has a run that finds damage, goes on, and is ended as well.
func TestDamagedTwice(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	place, content := partfile.Beside(root, "a"), random(20*mib)
	begin(t, place, content, 18*mib)
	part, err := os.OpenFile(filepath.Join(dir, "a.part"), os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = part.WriteAt(make([]byte, mib), 6*mib)
	require.NoError(t, err)
	require.NoError(t, part.Close())

	f, err := partfile.Open(t.Context(), place, contentOf(content))
	require.NoError(t, err)
	assert.True(t, f.Dropped())
	write(t, f, content[f.Done():10*mib])
	require.NoError(t, f.Close())
	assert.EqualValues(t, 10*mib, goOn(t, place, content))
	assertFile(t, content, filepath.Join(dir, "a"))
}

// What is not a download's is left as it is.
func TestForeignFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		err   string
	}{
		"own part":                   {map[string]string{"a.part": "mine"}, "a.part"},
		"own part, empty":            {map[string]string{"a.part": ""}, "a.part"},
		"own journal":                {map[string]string{"a.part.json": `{"mine":1}`}, "a.part.json"},
		"own journal of one line":    {map[string]string{"a.part.json": strings.Repeat("x", mib)}, "a.part.json"},
		"both":                       {map[string]string{"a.part": "mine", "a.part.json": "mine"}, "a.part.json"},
		"own part and empty journal": {map[string]string{"a.part": "mine", "a.part.json": ""}, "a.part"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, dir := openRoot(t)
			for file, text := range test.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
			}
			_, err := partfile.Open(t.Context(), partfile.Beside(root, "a"), partfile.Content{ID: "id", Updated: first, Size: 10})
			require.ErrorIs(t, err, fs.ErrExist)
			require.ErrorContains(t, err, filepath.Join(dir, test.err)+": ")
			assert.ErrorContains(t, err, "move it away")
			assert.Len(t, names(t, dir), len(test.files))
			for file, text := range test.files {
				assertFile(t, []byte(text), filepath.Join(dir, file))
			}

			// In a directory of its own, nothing is anybody else's.
			place := partfile.Beside(root, "a")
			place.Private = true
			goOn(t, place, []byte("0123456789"))
			assertFile(t, []byte("0123456789"), filepath.Join(dir, "a"))
			assert.Equal(t, []string{"a"}, names(t, dir))
		})
	}
}

// A part may have other names: nothing is written to what could be another file.
func TestRestartMakesANewFile(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	place, content := partfile.Beside(root, "a"), random(1000)
	begin(t, place, content, 500)
	if err := os.Link(filepath.Join(dir, "a.part"), filepath.Join(dir, "other")); err != nil {
		t.Log("no hard links here:", err)
		return
	}
	f, err := partfile.Open(t.Context(), place, partfile.Content{ID: "id", Updated: second, Size: 3})
	require.NoError(t, err)
	assert.Zero(t, f.Done())
	assert.True(t, f.Dropped())
	require.NoError(t, f.Restart(3))
	write(t, f, []byte("new"))
	require.NoError(t, f.Finish("a", time.Time{}, false))
	require.NoError(t, f.Close())
	assertFile(t, content[:500], filepath.Join(dir, "other"))
	assertFile(t, []byte("new"), filepath.Join(dir, "a"))
}

func TestBusy(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	place := partfile.Beside(root, "a")
	f, err := partfile.Open(t.Context(), place, partfile.Content{})
	require.NoError(t, err)
	_, err = partfile.Open(t.Context(), place, partfile.Content{})
	require.ErrorIs(t, err, filelock.ErrBusy)
	require.NoError(t, f.Close())
	assert.Empty(t, names(t, dir))
	f, err = partfile.Open(t.Context(), place, partfile.Content{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

func TestOpenEndsWithTheContext(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	place, content := partfile.Beside(root, "a"), random(mib)
	begin(t, place, content, mib/2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := partfile.Open(ctx, place, contentOf(content))
	require.ErrorIs(t, err, context.Canceled)
	assert.EqualValues(t, mib/2, goOn(t, place, content), "what is there stays")
	assertFile(t, content, filepath.Join(dir, "a"))
}

// TestLongNames has names of every length that file systems take, also in characters of several bytes.
func TestLongNames(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	for _, letter := range []string{"x", "é", "写", "😀"} {
		for _, length := range []int{100, 127, 128, 129, 143, 144, 241, 242, 254, 255} {
			name := strings.Repeat(letter, length/len(letter))
			name += strings.Repeat("x", length-len(name))
			place := partfile.Beside(root, name)
			begin(t, place, []byte("0123456789"), 5)
			for _, scratch := range names(t, dir) {
				require.LessOrEqual(t, len(scratch), 143, "for %d bytes", length)
			}
			require.EqualValues(t, 5, goOn(t, place, []byte("0123456789")), "%d bytes", length)
			require.Equal(t, []string{name}, names(t, dir))
			require.NoError(t, root.Remove(name))
		}
	}
	long := strings.Repeat("x", 200)
	assert.NotEqual(t, partfile.Beside(root, long+"1").Part, partfile.Beside(root, long+"2").Part)
	assert.Equal(t, "short.part", partfile.Beside(root, "short").Part)
	require.NoError(t, root.Mkdir("directory", 0o700))
	require.ErrorIs(t, partfile.Beside(root, "directory").Vacant(true), fs.ErrExist)
	require.Error(t, partfile.Beside(root, strings.Repeat("x", 256)).Vacant(true), "too long for the disk, before anything is sent")
}

// TestFinish gives files their names, on file systems with hard links and on others.
func TestFinish(t *testing.T) {
	t.Parallel()
	for _, links := range []bool{true, false} {
		for _, replace := range []bool{true, false} {
			for _, taken := range []bool{true, false} {
				t.Run(fmt.Sprintf("links %v, replace %v, taken %v", links, replace, taken), func(t *testing.T) {
					t.Parallel()
					root, dir := openRoot(t)
					place := partfile.Beside(root, "a")
					f, err := partfile.Open(t.Context(), place, partfile.Content{ID: "id", Updated: first, Size: 3})
					require.NoError(t, err)
					if !links {
						f.WithoutLinks()
					}
					require.NoError(t, f.Restart(3))
					write(t, f, []byte("new"))
					if taken {
						require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), nil, 0o600)) // appeared meanwhile, and is empty
					}
					at := time.Date(2012, 5, 6, 7, 8, 9, 0, time.UTC)
					err = f.Finish("a", at, replace)
					if taken && !replace {
						require.ErrorIs(t, err, fs.ErrExist)
						assertFile(t, nil, filepath.Join(dir, "a"))
						require.NoError(t, f.Close())
						assert.False(t, place.Claimed())

						// The next run has nothing left to do but the naming, and still does not take what is another's.
						f, err = partfile.Open(t.Context(), place, partfile.Content{ID: "id", Updated: first, Size: 3})
						require.NoError(t, err)
						assert.True(t, f.Complete())
						require.ErrorIs(t, f.Finish("a", at, false), fs.ErrExist)
						err = f.Finish("b", at, false)
						require.NoError(t, os.Rename(filepath.Join(dir, "b"), filepath.Join(dir, "a")))
					}
					require.NoError(t, err)
					require.NoError(t, f.Close())
					assertFile(t, []byte("new"), filepath.Join(dir, "a"))
					assert.Equal(t, []string{"a"}, names(t, dir))
					info, err := root.Stat("a")
					require.NoError(t, err)
					assert.True(t, info.ModTime().Equal(at))
				})
			}
		}
	}
}

// A run can be killed when it has made the empty file that keeps the name for it. That is nobody's file.
func TestKilledWhileNaming(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	place, content := partfile.Beside(root, "a"), []byte("0123456789")
	begin(t, place, content, len(content))
	journal, err := os.OpenFile(filepath.Join(dir, "a.part.json"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = journal.WriteString(`{"naming":"a"}` + "\n")
	require.NoError(t, err)
	require.NoError(t, journal.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), nil, 0o600))

	assert.True(t, place.Claimed())
	require.NoError(t, place.Vacant(false))
	assert.EqualValues(t, len(content), goOn(t, place, content))
	assertFile(t, content, filepath.Join(dir, "a"))
	assert.Equal(t, []string{"a"}, names(t, dir))
	require.ErrorIs(t, place.Vacant(false), fs.ErrExist)
	require.NoError(t, place.Vacant(true))
}

// The same, with something in it by now.
func TestKilledWhileNamingAndThenWritten(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	place, content := partfile.Beside(root, "a"), []byte("0123456789")
	begin(t, place, content, len(content))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), []byte("mine"), 0o600))
	require.ErrorIs(t, place.Vacant(false), fs.ErrExist)
	assertFile(t, []byte("mine"), filepath.Join(dir, "a"))
}

// A run can be killed when the file has its name, and the other one still. The next one replaces it.
func TestKilledWithBothNames(t *testing.T) {
	t.Parallel()
	for _, updated := range []time.Time{first, second} {
		root, dir := openRoot(t)
		place, content := partfile.Beside(root, "a"), random(1000)
		begin(t, place, content, len(content))
		if err := root.Link("a.part", "a"); err != nil {
			t.Log("no hard links here:", err)
			return
		}
		f, err := partfile.Open(t.Context(), place, partfile.Content{ID: "id", Updated: updated, Size: 1000})
		require.NoError(t, err)
		assert.Zero(t, f.Done())
		require.NoError(t, f.Restart(3))
		write(t, f, []byte("new"))
		assertFile(t, content, filepath.Join(dir, "a"))
		require.NoError(t, f.Finish("a", time.Time{}, true))
		require.NoError(t, f.Close())
		assertFile(t, []byte("new"), filepath.Join(dir, "a"))
		assert.Equal(t, []string{"a"}, names(t, dir))
	}
}

// Somebody else has put another file in place of the part.
func TestPartIsTakenAway(t *testing.T) {
	t.Parallel()
	root, dir := openRoot(t)
	f, err := partfile.Open(t.Context(), partfile.Beside(root, "a"), partfile.Content{ID: "id", Updated: first, Size: 3})
	require.NoError(t, err)
	require.NoError(t, f.Restart(3))
	write(t, f, []byte("new"))
	if err := os.Remove(filepath.Join(dir, "a.part")); err != nil {
		t.Log("no file that is open can be removed here:", err)
		require.NoError(t, f.Close())
		return
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.part"), []byte("old"), 0o600))
	require.ErrorContains(t, f.Finish("a", time.Time{}, false), "changed")
	f.Discard()
	require.NoError(t, f.Close())
	assertFile(t, []byte("old"), filepath.Join(dir, "a.part"))
}

// Of unknown size, nothing can be gone on with.
func TestUnknownSize(t *testing.T) {
	t.Parallel()
	root, _ := openRoot(t)
	place := partfile.Beside(root, "a")
	for _, content := range []partfile.Content{{ID: "id", Updated: first, Size: -1}, {ID: "id", Size: 10}} {
		f, err := partfile.Open(t.Context(), place, content)
		require.NoError(t, err)
		assert.Zero(t, f.Done())
		require.NoError(t, f.Restart(content.Size))
		write(t, f, []byte("01234"))
		require.NoError(t, f.Close())
		f, err = partfile.Open(t.Context(), place, content)
		require.NoError(t, err)
		assert.Zero(t, f.Done())
		require.NoError(t, f.Close())
	}
}

// The size may be taken from what is there.
func TestSizeFromTheJournal(t *testing.T) {
	t.Parallel()
	root, _ := openRoot(t)
	place, content := partfile.Beside(root, "a"), random(1000)
	begin(t, place, content, 600)
	f, err := partfile.Open(t.Context(), place, partfile.Content{ID: "id", Updated: first, Size: -1})
	require.NoError(t, err)
	assert.EqualValues(t, 600, f.Done())
	assert.EqualValues(t, 1000, f.Size())
	earlier, err := io.ReadAll(f.Earlier())
	require.NoError(t, err)
	assert.True(t, bytes.Equal(content[:600], earlier))
	require.NoError(t, f.Close())
}

// TestPieces looks at the journal of a slow download: a line for every tenth of a second, or for 4 MiB.
func TestPieces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		root, err := os.OpenRoot(dir)
		require.NoError(t, err)
		defer root.Close()
		f, err := partfile.Open(t.Context(), partfile.Beside(root, "a"), partfile.Content{ID: "id", Updated: first, Size: 100 * mib})
		require.NoError(t, err)
		require.NoError(t, f.Restart(100*mib))
		lines := func() int {
			text, err := os.ReadFile(filepath.Join(dir, "a.part.json"))
			require.NoError(t, err)
			return bytes.Count(text, []byte("\n")) - 1
		}
		for range 31 { // at 0, 10 ms … 300 ms
			write(t, f, []byte("x"))
			time.Sleep(10 * time.Millisecond)
		}
		assert.Equal(t, 3, lines())
		write(t, f, make([]byte, 9*mib))
		assert.Equal(t, 5, lines())
		f.Discard()
		require.NoError(t, f.Close())
		assert.Empty(t, names(t, dir))
	})
}
