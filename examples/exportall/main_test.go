package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
	"github.com/go-liveconnect/liveconnect/examples/internal/ptytest"
	"github.com/go-liveconnect/liveconnect/examples/internal/readme"
	"github.com/go-liveconnect/liveconnect/examples/internal/sample"
	"github.com/go-liveconnect/liveconnect/livetest"
	"github.com/go-liveconnect/liveconnect/tree"
)

func TestReadme(t *testing.T) { readme.Check(t, "exportall", run) }

// signIn returns the flags for a server, and the file that they name.
func signIn(t *testing.T, server *livetest.Server) (flags []string, name string) {
	t.Helper()
	token, err := server.Account().Token()
	require.NoError(t, err)
	name = filepath.Join(t.TempDir(), "account.zip")
	return []string{"-api", server.APIURL, "-token", token.AccessToken, "-o", name}, name
}

// read reads a list of an archive.
func read(t *testing.T, name, list string) (records []map[string]any) {
	t.Helper()
	reader, err := zip.OpenReader(name)
	require.NoError(t, err)
	defer reader.Close()
	file, err := reader.Open(list + ".jsonl")
	require.NoError(t, err)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		record := map[string]any{}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &record))
		records = append(records, record)
	}
	return records
}

func names(t *testing.T, name string) (names []string) {
	t.Helper()
	reader, err := zip.OpenReader(name)
	require.NoError(t, err)
	defer reader.Close()
	for _, file := range reader.File {
		names = append(names, file.Name)
	}
	return names
}

func TestEverythingIsThere(t *testing.T) {
	t.Parallel()
	server, err := sample.Start(t.Context(), sample.Small(9))
	require.NoError(t, err)
	defer server.Close()
	flags, name := signIn(t, server)
	var out strings.Builder
	require.NoError(t, run(t.Context(), flags, &out, io.Discard))
	_, err = verify(t.Context(), name)
	require.NoError(t, err)

	client := server.Client(t)
	items := read(t, name, "items")
	contents := 0
	for _, item := range items {
		assert.NotContains(t, item, "source")
		assert.NotContains(t, item, "upload_location")
		if item["file"] == nil {
			assert.Contains(t, []any{"folder", "album"}, item["type"])
			continue
		}
		contents++
		_, sum, err := server.Account().Digest(item["id"].(string))
		require.NoError(t, err)
		assert.Equal(t, hex.EncodeToString(sum[:]), item["sha256"], item["path"])
		assert.Contains(t, names(t, name), item["file"])
	}
	assert.Equal(t, 9+3, contents)
	for entry, err := range tree.Walk(t.Context(), client, liveconnect.Root, nil) {
		require.NoError(t, err)
		assert.True(t, slices.ContainsFunc(items, func(item map[string]any) bool { return item["path"] == entry.Path }), entry.Path)
	}
	assert.Len(t, read(t, name, "comments"), 4)
	assert.Len(t, read(t, name, "tags"), 2)
	assert.Len(t, read(t, name, "calendars"), 3)
	assert.Len(t, read(t, name, "events"), 7)
	contacts := read(t, name, "contacts")
	require.Len(t, contacts, 5)
	assert.Equal(t, "Agnes Whitlock", contacts[0]["name"])
	assert.EqualValues(t, 14, contacts[0]["birth_day"])
}

func TestNamesFitAllSystems(t *testing.T) {
	t.Parallel()
	e := &exporter{taken: map[string]bool{}}
	for _, test := range [][2]string{
		{"a/b.jpg", "files/a/b.jpg"},
		{"A/B.jpg", "files/A/B (2).jpg"},
		{"../x", "files/_../x"},
		{"a/./x", "files/a/_./x"},
		{`a\b:c`, "files/a_b_c"},
		{"a.b/c", "files/a.b/c"},
		{"a.b/C", "files/a.b/C (2)"},
		{"tab\there?", "files/tab_here_"},
	} {
		assert.Equal(t, test[1], e.nameFor(test[0]))
	}
}

// What cannot be opened is named, and all the rest is there.
func TestMissingItem(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	_, err := server.Account().AddFile("a.txt", []byte("a"))
	require.NoError(t, err)
	gone, err := server.Account().AddFile("b.txt", []byte("b"))
	require.NoError(t, err)
	server.Fault(livetest.Fault{Path: gone + "/content$", Do: livetest.Error(404, "resource_not_found", "")})
	flags, name := signIn(t, server)
	var out strings.Builder
	err = run(t.Context(), flags, &out, io.Discard)
	require.ErrorContains(t, err, "1 item could not be read; the rest is in "+name)
	assert.Contains(t, out.String(), "   missing  b.txt: ")
	m, err := verify(t.Context(), name)
	require.NoError(t, err)
	require.Len(t, m.Missing, 1)
	assert.Equal(t, gone, m.Missing[0].ID)
	assert.Contains(t, names(t, name), "files/a.txt")
	assert.NotContains(t, names(t, name), "files/b.txt")
}

// An archive that breaks off half-way is no archive, and the older one stays.
func TestNeverByHalves(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	_, err := server.Account().AddGenerated("big.bin", 1<<20, 1)
	require.NoError(t, err)
	flags, name := signIn(t, server)
	require.NoError(t, os.WriteFile(name, []byte("the older one"), 0o600))
	server.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.CutResponse(1<<19, livetest.Close)})
	resumed := server.Fault(livetest.Fault{
		Host: livetest.Storage, Match: func(r *http.Request) bool { return r.Header.Get("Range") != "" },
		Do: livetest.Error(403, "request_token_unauthorized", ""),
	})
	err = run(t.Context(), flags, io.Discard, io.Discard)
	require.ErrorContains(t, err, "nothing was written: big.bin: ")
	assert.NotZero(t, resumed.Hits())
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "the older one", string(content))
	left, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

func TestMemoryDoesNotGrowWithFiles(t *testing.T) { // not parallel: it measures
	server := livetest.NewServer(t)
	const size = 64 << 20
	_, err := server.Account().AddGenerated("big.zip", size, 1)
	require.NoError(t, err)
	meter := &heapMeter{}
	e := &exporter{client: server.Client(t), bar: progress.Start(io.Discard, size)}
	require.NoError(t, e.write(t.Context(), meter))
	e.bar.End()
	assert.Greater(t, meter.written, int64(size))
	assert.Less(t, meter.most, uint64(size/2))
}

// heapMeter is an archive that looks at the heap while it is written.
type heapMeter struct {
	written, looked int64
	most            uint64
}

func (m *heapMeter) Write(p []byte) (int, error) {
	m.written += int64(len(p))
	if m.written-m.looked > 4<<20 {
		m.looked = m.written
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		m.most = max(m.most, stats.HeapInuse)
	}
	return len(p), nil
}

func TestVerify(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	_, err := server.Account().AddFile("a.jpg", []byte("not packed, and so easily changed"))
	require.NoError(t, err)
	flags, name := signIn(t, server)
	require.NoError(t, run(t.Context(), flags, io.Discard, io.Discard))
	whole, err := os.ReadFile(name)
	require.NoError(t, err)

	rewrite := func(change func(name string, content []byte) (string, []byte), more ...string) []byte {
		reader, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
		require.NoError(t, err)
		var out bytes.Buffer
		writer := zip.NewWriter(&out)
		add := func(name string, content []byte) {
			w, err := writer.Create(name)
			require.NoError(t, err)
			_, err = w.Write(content)
			require.NoError(t, err)
		}
		for _, f := range reader.File {
			r, err := f.Open()
			require.NoError(t, err)
			content, err := io.ReadAll(r)
			require.NoError(t, err)
			if name, content := change(f.Name, content); name != "" {
				add(name, content)
			}
		}
		for _, name := range more {
			add(name, nil)
		}
		require.NoError(t, writer.Close())
		return out.Bytes()
	}
	same := func(name string, content []byte) (string, []byte) { return name, content }
	without := func(lost string) func(string, []byte) (string, []byte) {
		return func(name string, content []byte) (string, []byte) {
			if name == lost {
				return "", nil
			}
			return name, content
		}
	}
	changed := func(at, from, to string) func(string, []byte) (string, []byte) {
		return func(name string, content []byte) (string, []byte) {
			if name == at {
				content = bytes.Replace(content, []byte(from), []byte(to), 1)
			}
			return name, content
		}
	}
	for _, test := range []struct {
		name    string
		content []byte
		says    string
	}{
		{"whole", whole, ""},
		{"written anew", rewrite(same), ""},
		{"a byte", bytes.Replace(whole, []byte("easily"), []byte("easilY"), 1), "files/a.jpg: zip: checksum error"},
		{"cut off", whole[:len(whole)-30], "not a valid zip file"},
		{"empty", nil, "not a valid zip file"},
		{"a file lost", rewrite(without("files/a.jpg")), "files/a.jpg is missing"},
		{"the manifest lost", rewrite(without(manifestName)), manifestName},
		{"the sums lost", rewrite(without(sumsName)), "lists 0 files"},
		{"a file more", rewrite(same, "files/virus.exe"), "1 file was not exported"},
		{"a file twice", rewrite(same, "files/a.jpg"), "files/a.jpg is there twice"},
		{"changed and packed again", rewrite(changed("files/a.jpg", "easily", "EASILY")), "files/a.jpg was changed"},
		{"a later format", rewrite(changed(manifestName, `"format": 1`, `"format": 2`)), "format 2"},
		{"another manifest", rewrite(changed(manifestName, `"missing": []`, `"missing": [ ]`)), "not of one mind"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), "account.zip")
			require.NoError(t, os.WriteFile(name, test.content, 0o600))
			err := run(t.Context(), []string{"-verify", name}, io.Discard, io.Discard)
			if test.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, name+" is damaged, export the account again: ")
			assert.ErrorContains(t, err, test.says)
		})
	}
	err = run(t.Context(), []string{"-verify", name + ".not"}, io.Discard, io.Discard)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.NotContains(t, err.Error(), "damaged")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, run(ctx, []string{"-verify", name}, io.Discard, io.Discard), context.Canceled)
}

func TestOnATerminal(t *testing.T) {
	t.Parallel()
	program := ptytest.Build(t)
	t.Run("to the end", func(t *testing.T) {
		t.Parallel()
		server := livetest.NewServer(t)
		_, err := server.Account().AddGenerated("big.bin", 1<<20, 1)
		require.NoError(t, err)
		flags, name := signIn(t, server)
		screen, code := ptytest.Start(t, 110, program, flags...).Wait()
		assert.Zero(t, code)
		assert.Regexp(t, `^\Q`+name+`\E: 4 items \(1\.0 MB\), [^%]*\n$`, strings.ReplaceAll(screen, "\n ", " "))
	})
	t.Run("Ctrl-C", func(t *testing.T) {
		t.Parallel()
		server := livetest.NewServer(t)
		_, err := server.Account().AddGenerated("big.bin", 1<<20, 1)
		require.NoError(t, err)
		server.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.StallResponse(1<<19, 0)})
		flags, name := signIn(t, server)
		terminal := ptytest.Start(t, 110, program, flags...)
		terminal.WaitFor("big.bin")
		terminal.Interrupt()
		screen, code := terminal.Wait()
		assert.Equal(t, 130, code)
		assert.Equal(t, "\nexportall: stopped\n", screen)
		left, err := os.ReadDir(filepath.Dir(name))
		require.NoError(t, err)
		assert.Empty(t, left)
	})
}
