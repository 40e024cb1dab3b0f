package liveconnect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// newStreamStub is a stub that swallows uploads and gives size zero bytes to every download.
func newStreamStub(t *testing.T, size int64) *stub {
	t.Helper()
	s := &stub{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			_, _ = io.Copy(io.Discard, r.Body)
			answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`))(w, r)
			return
		}
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		_, _ = io.Copy(w, endless(size))
	}))
	t.Cleanup(s.Close)
	return s
}

func readAll(t *testing.T, client *liveconnect.Client, itemID string) string {
	t.Helper()
	d, err := client.Downloads.Open(t.Context(), itemID, nil)
	require.NoError(t, err)
	got, err := io.ReadAll(d)
	require.NoError(t, errors.Join(err, d.Close()))
	return string(got)
}

// storage serves one file, each answer as the next of moods says; the last mood is for ever.
type storage struct {
	content string
	moods   []mood
	mu      sync.Mutex
	ranges  []string
}

// mood is how a storage host answers.
type mood struct {
	cut         int    // bytes after which the connection breaks; 0 is never
	ignoreRange bool   // 200 with the whole
	shift       int    // begins so many bytes after what was asked
	content     string // other content than before
	status      int    // this status, and no content
	total       string // Content-Range says this total
	etag        string
}

func (s *storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	m := s.moods[min(len(s.ranges), len(s.moods)-1)]
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	s.mu.Unlock()
	content := s.content
	if m.content != "" {
		content = m.content
	}
	if m.etag != "" {
		w.Header().Set("ETag", m.etag)
	}
	if m.status != 0 {
		w.WriteHeader(m.status)
		return
	}
	first, end, code := 0, len(content), http.StatusOK
	if asked, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok && !m.ignoreRange {
		from, last, _ := strings.Cut(asked, "-")
		first, _ = strconv.Atoi(from)
		first += m.shift
		if n, err := strconv.Atoi(last); err == nil {
			end = min(n+1, end)
		}
		code = http.StatusPartialContent
		total := fmt.Sprint(len(content))
		if m.total != "" {
			total = m.total
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%s", first, end-1, total))
	}
	part := content[first:end]
	w.Header().Set("Content-Length", fmt.Sprint(len(part)))
	w.WriteHeader(code)
	if m.cut > 0 && m.cut < len(part) {
		_, _ = io.WriteString(w, part[:m.cut])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(w, part)
}

func TestDownloadContinuesOrFails(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 1000)
	other := strings.Repeat("abcdefghij", 1000)
	for name, test := range map[string]struct {
		moods  []mood
		want   error // nil: the content arrives whole
		ranges []string
	}{
		"whole at once":               {[]mood{{}}, nil, []string{""}},
		"cut once":                    {[]mood{{cut: 4000}, {}}, nil, []string{"", "bytes=4000-"}},
		"cut again and again":         {[]mood{{cut: 1000}}, nil, nil},
		"503 in between":              {[]mood{{cut: 4000}, {status: 503}, {}}, nil, []string{"", "bytes=4000-", "bytes=4000-"}},
		"Range ignored":               {[]mood{{cut: 4000}, {ignoreRange: true}}, nil, []string{"", "bytes=4000-"}},
		"Range ignored, cut before":   {[]mood{{cut: 4000}, {ignoreRange: true, cut: 3000}, {}}, nil, nil},
		"Range ignored, other length": {[]mood{{cut: 4000}, {ignoreRange: true, content: other + "x"}}, liveconnect.ErrContentChanged, nil},
		"wrong first byte":            {[]mood{{cut: 4000}, {shift: 1}}, liveconnect.ErrContentChanged, nil},
		"other total":                 {[]mood{{cut: 4000}, {total: "10001"}}, liveconnect.ErrContentChanged, nil},
		"total not known":             {[]mood{{cut: 4000}, {total: "*"}}, liveconnect.ErrContentChanged, nil},
		"other ETag":                  {[]mood{{cut: 4000, etag: `"1"`}, {etag: `"2"`, content: other}}, liveconnect.ErrContentChanged, nil},
		"same ETag":                   {[]mood{{cut: 4000, etag: `"1"`}, {etag: `"1"`}}, nil, nil},
		"gone in between":             {[]mood{{cut: 4000}, {status: 404}}, liveconnect.ErrNotFound, nil},
		"range refused":               {[]mood{{cut: 4000}, {status: 416}}, liveconnect.ErrContentChanged, nil},
		"never a byte more":           {[]mood{{cut: 4000}, {status: 503}}, liveconnect.ErrServerBusy, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := &storage{content: content, moods: test.moods}
			files := httptest.NewServer(host)
			defer files.Close()
			files.Config.ErrorLog = nil
			api := newStub(t, redirectTo(files.URL+"/y2mKEY/a.txt"))
			client := api.client(t)

			d, err := client.Downloads.Open(t.Context(), "file.a.A!1", nil)
			require.NoError(t, err)
			defer d.Close()
			assert.EqualValues(t, len(content), d.Size)
			got, err := io.ReadAll(d)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
				assert.True(t, strings.HasPrefix(content, string(got)), "what came is right")
				_, again := d.Read(make([]byte, 1))
				assert.Equal(t, err, again, "the error stays")
			} else {
				require.NoError(t, err)
				assert.Equal(t, content, string(got))
			}
			if test.ranges != nil {
				assert.Equal(t, test.ranges, host.ranges)
			}
			assert.Len(t, api.asked(), len(host.ranges), "a fresh link for each")
		})
	}
}

func TestDownloadThatMakesNoProgressEnds(t *testing.T) {
	t.Parallel()
	cut := &storage{content: strings.Repeat("x", 100000), moods: []mood{{cut: 1000}, {cut: 1, ignoreRange: true}}}
	files := httptest.NewServer(cut)
	defer files.Close()
	api := newStub(t, redirectTo(files.URL))
	d, err := api.client(t).Downloads.Open(t.Context(), "file.a.A!1", nil)
	require.NoError(t, err)
	defer d.Close()
	_, err = io.ReadAll(d)
	require.Error(t, err)
	assert.ErrorContains(t, err, "Downloads.Open")
	assert.Less(t, len(cut.ranges), 30)
}

func TestDownloadEndsWithTheContext(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	api := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	d, err := api.client(t).Downloads.Open(ctx, "file.a.A!1", nil)
	require.NoError(t, err)
	defer d.Close()
	_, err = io.ReadFull(d, make([]byte, 4))
	require.NoError(t, err)
	cancel()
	_, err = d.Read(make([]byte, 4))
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "byte 4 of 10")
}

func TestDownloadThatStandsStillContinues(t *testing.T) {
	t.Parallel()
	tries := 0
	release := make(chan struct{})
	api := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			w.Header().Set("Content-Length", "8")
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			<-release
			return
		}
		w.Header().Set("Content-Range", "bytes 4-7/8")
		w.WriteHeader(http.StatusPartialContent)
		_, _ = io.WriteString(w, "full")
	})
	defer close(release)
	client := api.client(t, liveconnect.WithTimeouts(liveconnect.Timeouts{Stall: 50 * time.Millisecond}))
	assert.Equal(t, "halffull", readAll(t, client, "file.a.A!1"))
}

func TestDownloadURL(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	id, err := server.Account().AddFile("Documents/a.txt", []byte("hello"))
	require.NoError(t, err)
	link, err := client.Downloads.URL(t.Context(), id, &liveconnect.DownloadOptions{Attachment: true})
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(link, server.StorageURL), link)
	resp, err := http.Get(link)
	require.NoError(t, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(got), "it needs no token")
	assert.Contains(t, resp.Header.Get("Content-Disposition"), "attachment")
}

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

func TestDownloadFileLeavesNothingBehindAfterAFault(t *testing.T) {
	t.Parallel()
	host := httptest.NewServer(&storage{content: strings.Repeat("x", 10000), moods: []mood{{cut: 4000}, {shift: 1}}})
	defer host.Close()
	api := newStub(t, redirectTo(host.URL))
	dir := t.TempDir()
	err := api.client(t).Downloads.File(t.Context(), "file.a.A!1", filepath.Join(dir, "a"), nil)
	require.ErrorIs(t, err, liveconnect.ErrContentChanged)
	assert.Empty(t, files(t, dir))
}

func TestReadAfterClose(t *testing.T) {
	t.Parallel()
	api := newStub(t, content("hello"))
	d, err := api.client(t).Downloads.Open(t.Context(), "file.a.A!1", nil)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	_, err = d.Read(make([]byte, 1))
	require.ErrorContains(t, err, "closed")
	require.NoError(t, d.Close())
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

func TestDownloadOfARange(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	id, err := server.Account().AddFile("Documents/a.txt", []byte("0123456789"))
	require.NoError(t, err)
	empty, err := server.Account().AddFile("Documents/empty.txt", nil)
	require.NoError(t, err)
	part := func(id string, offset, length int64) (string, int64, error) {
		d, err := client.Downloads.Open(t.Context(), id, &liveconnect.DownloadOptions{Range: liveconnect.Range{Offset: offset, Length: length}})
		if err != nil {
			return "", 0, err
		}
		got, err := io.ReadAll(d)
		return string(got), d.Size, errors.Join(err, d.Close())
	}
	for _, test := range []struct {
		offset, length int64
		want           string
	}{{0, 0, "0123456789"}, {0, 3, "012"}, {3, 4, "3456"}, {3, 0, "3456789"}, {8, 100, "89"}, {9, 1, "9"}} {
		got, size, err := part(id, test.offset, test.length)
		require.NoError(t, err)
		assert.Equal(t, test.want, got)
		assert.EqualValues(t, len(test.want), size)
	}
	_, _, err = part(id, 10, 1)
	require.ErrorIs(t, err, liveconnect.ErrRangeNotSatisfiable)
	got, _, err := part(empty, 0, 0)
	require.NoError(t, err)
	assert.Empty(t, got)
	_, _, err = part(id, -1, 0)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
}

func TestDownloadOfARangeContinues(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 1000)
	for name, moods := range map[string][]mood{
		"cut":                 {{cut: 700}, {}},
		"cut, Range ignored":  {{cut: 700}, {ignoreRange: true}},
		"Range ignored twice": {{cut: 4000, ignoreRange: true}, {ignoreRange: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := httptest.NewServer(&storage{content: content, moods: moods})
			defer files.Close()
			api := newStub(t, redirectTo(files.URL))
			d, err := api.client(t).Downloads.Open(t.Context(), "file.a.A!1", &liveconnect.DownloadOptions{Range: liveconnect.Range{Offset: 3333, Length: 5000}})
			require.NoError(t, err)
			got, err := io.ReadAll(d)
			require.NoError(t, errors.Join(err, d.Close()))
			assert.Equal(t, content[3333:8333], string(got))
		})
	}
}
