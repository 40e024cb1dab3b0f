package liveconnect_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

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
			api := host.drive(t)
			client := api.client(t)

			d, err := client.Downloads.Open(t.Context(), itemID, nil)
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
			assert.Equal(t, api.asks("/content"), len(host.ranges), "a fresh link for each")
		})
	}
}

// The size is compared with the item's at the end, if not before; the rest only where nothing else tells.
func TestDownloadAsksForTheItem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		moods []mood
		asks  int
	}{
		"no fault":             {[]mood{{}}, 1},
		"one fault":            {[]mood{{cut: 4000}, {}}, 1},
		"two faults":           {[]mood{{cut: 4000}, {cut: 4000}, {}}, 2},
		"ETag":                 {[]mood{{cut: 4000, etag: `"1"`}, {etag: `"1"`}}, 1},
		"weak ETag":            {[]mood{{cut: 4000, etag: `W/"1"`}, {etag: `W/"1"`}}, 1},
		"length not known":     {[]mood{{endless: true}}, 1},
		"a page as long as it": {[]mood{{page: true}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := &storage{content: digits(10000), moods: test.moods}
			if test.moods[0].page {
				host.content = "<html><title>Please sign in to the hotel's network</title></html>"
			}
			api := host.drive(t)
			assert.Equal(t, host.content, readAll(t, api.client(t), itemID))
			assert.Equal(t, test.asks, api.asks(itemID))
		})
	}
}

func TestDownloadOfAPictureContinues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		moods []mood
		want  error
	}{
		"cut":      {[]mood{{cut: 4000}, {}}, nil},
		"replaced": {[]mood{{cut: 4000}, {updated: itemReplaced}}, liveconnect.ErrContentChanged},
		"a page":   {[]mood{{page: true}}, liveconnect.ErrUnexpectedContent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := &storage{content: digits(10000), moods: test.moods}
			host.item = `{"id":"a","size":77,"updated_time":"` + itemUpdated + `"}` // the item's size is not the picture's
			api := host.drive(t)
			if test.moods[0].cut > 0 && test.want != nil {
				host.item = `{"id":"a","size":77,"updated_time":"` + itemReplaced + `"}`
			}
			got, err := allOf(api.client(t).Photos.Picture(t.Context(), itemID, liveconnect.ImageNormal))
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, host.content, got)
		})
	}
}

// allOf reads and closes a download.
func allOf(d *liveconnect.Download, err error) (string, error) {
	if err != nil {
		return "", err
	}
	got, err := io.ReadAll(d)
	return string(got), errors.Join(err, d.Close())
}

// Nothing reports whether the picture behind a shared link is still the same.
func TestPreviewDoesNotContinueUnproven(t *testing.T) {
	t.Parallel()
	files := httptest.NewServer(&storage{content: digits(10000), moods: []mood{{cut: 4000}, {}}})
	defer files.Close()
	_, err := allOf(newStub(t, redirectTo(files.URL)).client(t).Items.Preview(t.Context(), "https://1drv.ms/x", ""))
	require.ErrorIs(t, err, liveconnect.ErrContentChanged)
}

// A server that is not there is not asked for ever: neither by one download, nor, over the budget of the client, by all.
func TestDownloadThatMakesNoProgressEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		moods []mood
		most  int // requests
	}{
		"no byte comes":                   {[]mood{{cut: 1000}, {cut: -1}}, 4},
		"the way forward is never read":   {[]mood{{cut: 1000}, {cut: 1, ignoreRange: true}}, 30},
		"one byte comes with each answer": {[]mood{{cut: 1, etag: `"1"`}}, 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := &storage{content: digits(100_000), moods: test.moods}
			_, err := allOf(host.drive(t).client(t).Downloads.Open(t.Context(), itemID, nil))
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.ErrorContains(t, err, "Downloads.Open: the download broke off at byte ")
			assert.LessOrEqual(t, len(host.ranges), test.most)
		})
	}
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
	_, _, err = part(id, 0, -1)
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
			api := (&storage{content: content, moods: moods}).drive(t)
			d, err := api.client(t).Downloads.Open(t.Context(), "file.a.A!1", &liveconnect.DownloadOptions{Range: liveconnect.Range{Offset: 3333, Length: 5000}})
			require.NoError(t, err)
			got, err := io.ReadAll(d)
			require.NoError(t, errors.Join(err, d.Close()))
			assert.Equal(t, content[3333:8333], string(got))
		})
	}
}
