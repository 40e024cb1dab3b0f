package liveconnect_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestDownloadToOfAllSizes(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	for _, size := range []int{0, 1, 99, 100, 101, 200, 1000, 1001} {
		for _, concurrency := range []int{1, 3, 64} {
			id, err := server.Account().AddFile(fmt.Sprintf("Documents/%d-%d.txt", size, concurrency), []byte(digits(size)))
			require.NoError(t, err)
			file, err := os.Create(filepath.Join(t.TempDir(), "a"))
			require.NoError(t, err)
			item, err := client.Downloads.To(t.Context(), id, file, &liveconnect.ToOptions{PartSize: 100, Concurrency: concurrency})
			require.NoError(t, errors.Join(err, file.Close()))
			assert.Equal(t, id, item.ID)
			assert.EqualValues(t, size, item.Size)
			assertContent(t, digits(size), file.Name())
		}
	}
}

// The parts are asked for at the storage host, with one link, and the item before and after.
func TestDownloadToSparesTheAPI(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{}}}
	api := host.drive(t)
	got, err := inParts(t, api.client(t), &liveconnect.ToOptions{PartSize: 1000, Concurrency: 4})
	require.NoError(t, err)
	assert.True(t, host.content == got)
	assert.Len(t, host.ranges, 100)
	assert.Equal(t, 1, api.asks("/content"))
	assert.Equal(t, 2, api.asks(itemID))
	seen := map[string]bool{}
	for _, part := range host.ranges {
		assert.False(t, seen[part], part)
		seen[part] = true
	}
	assert.True(t, seen["bytes=99000-99999"])
}

// Storage hosts that take the token for uploads do not get it for downloads, by a redirect or directly.
func TestDownloadToKeepsTheTokenFromTrustedStorage(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(10_000), moods: []mood{{}}}
	api := host.drive(t) // fails the test when the storage host gets a token
	got, err := inParts(t, api.client(t, liveconnect.WithStorageOrigins(host.url)), &liveconnect.ToOptions{PartSize: 1000})
	require.NoError(t, err)
	assert.Equal(t, host.content, got)
	assert.Equal(t, 1, api.asks("/content"))
}

func TestDownloadToNoticesThatPartsAreOfTwoContents(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{}, {}, {}, {content: letters(100_000), updated: itemReplaced}}}
	_, err := inParts(t, host.drive(t).client(t), &liveconnect.ToOptions{PartSize: 10_000})
	require.ErrorIs(t, err, liveconnect.ErrContentChanged)
}

func TestDownloadToWithoutRanges(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{ignoreRange: true}}}
	var log bytes.Buffer
	client := host.drive(t).client(t, liveconnect.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	var last liveconnect.Progress
	got, err := inParts(t, client, &liveconnect.ToOptions{PartSize: 10_000, Progress: func(p liveconnect.Progress) { last = p }})
	require.NoError(t, err)
	assert.True(t, host.content == got)
	assert.Equal(t, []string{"bytes=0-9999", ""}, host.ranges, "the second request is for all of it")
	assert.Contains(t, log.String(), "reading in one stream")
	assert.Equal(t, liveconnect.Progress{Done: 100_000, Total: 100_000, Attempt: 2}, last)
}

// brokenWriter fails at its end.
type brokenWriter struct{ size int64 }

var errFull = errors.New("the disk is full")

func (w brokenWriter) WriteAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > w.size {
		return 0, errFull
	}
	return len(p), nil
}

func TestTheFirstPartThatFailsEndsTheOthers(t *testing.T) {
	t.Parallel()
	// The other parts would stand still for ever.
	host := &storage{content: digits(100_000), moods: []mood{{}, {cut: 10, stall: true}, {cut: 10, stall: true}, {}, {cut: 10, stall: true}}}
	client := host.drive(t).client(t, liveconnect.WithTimeouts(liveconnect.Timeouts{Stall: -1}))
	_, err := client.Downloads.To(t.Context(), itemID, brokenWriter{5000}, &liveconnect.ToOptions{PartSize: 10_000})
	require.ErrorIs(t, err, errFull)
	assert.ErrorContains(t, err, "Downloads.To")
}

func TestDownloadToEndsWithTheContext(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{cut: 5000, stall: true}}}
	ctx, cancel := context.WithCancel(t.Context())
	var once sync.Once
	_, err := host.drive(t).client(t).Downloads.To(ctx, itemID, brokenWriter{100_000}, &liveconnect.ToOptions{
		PartSize: 10_000, Progress: func(liveconnect.Progress) { once.Do(cancel) },
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestDownloadToArguments(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	for text, opts := range map[string]*liveconnect.ToOptions{
		"part size -1":   {PartSize: -1},
		"concurrency -1": {Concurrency: -1},
		"concurrency 65": {Concurrency: 65},
		`"file.b.B!1"`:   {Item: &liveconnect.ItemInfo{ID: "file.b.B!1", UpdatedTime: at("2015-02-07 19:22:10")}},
	} {
		_, err := client.Downloads.To(t.Context(), itemID, brokenWriter{}, opts)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
		assert.ErrorContains(t, err, text)
	}
	_, err := client.Downloads.To(t.Context(), itemID, nil, nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.Empty(t, stub.asked())
}

func TestReaderAt(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(10_000), moods: []mood{{}}}
	api := host.drive(t)
	r, err := api.client(t).Downloads.ReaderAt(t.Context(), itemID, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 10_000, r.Size())
	for _, test := range []struct {
		off, length int64
		want        string
		err         error
	}{
		{0, 10, host.content[:10], nil},
		{9_990, 10, host.content[9_990:], nil},
		{9_990, 11, host.content[9_990:], io.EOF},
		{10_000, 1, "", io.EOF},
		{1 << 62, 1, "", io.EOF},
		{5, 0, "", nil},
	} {
		p := make([]byte, test.length)
		n, err := r.ReadAt(p, test.off)
		assert.Equal(t, test.err, err)
		assert.Equal(t, test.want, string(p[:n]))
	}
	_, err = r.ReadAt(make([]byte, 1), -1)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.Equal(t, 1, api.asks("/content"), "then the link is known")
	assert.Equal(t, []string{"bytes=0-9", "bytes=9990-9999", "bytes=9990-9999"}, host.ranges)
}

func TestReaderAtByManyAtOnceWhileLinksExpire(t *testing.T) {
	t.Parallel()
	var moods []mood
	for i := range 500 {
		moods = append(moods, mood{expire: i%150 == 0, cut: 50 * (i % 5)})
	}
	host := &storage{content: digits(100_000), moods: moods}
	api := host.drive(t)
	r, err := api.client(t).Downloads.ReaderAt(t.Context(), itemID, nil)
	require.NoError(t, err)
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			for off := i * 100; off < len(host.content); off += 4 * 1000 {
				p := make([]byte, 100)
				_, err := r.ReadAt(p, int64(off))
				assert.NoError(t, err)
				assert.True(t, host.content[off:off+100] == string(p), off)
			}
		})
	}
	readers.Wait()
	require.NoError(t, r.Check(t.Context()))
	assert.Less(t, api.asks("/content"), len(host.ranges))
}

func TestReaderAtNoticesOtherContent(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(10_000), moods: []mood{{}}}
	api := host.drive(t)
	client := api.client(t)
	open := func(opts *liveconnect.ReaderAtOptions) *liveconnect.ContentReader {
		r, err := client.Downloads.ReaderAt(t.Context(), itemID, opts)
		require.NoError(t, err)
		_, err = r.ReadAt(make([]byte, 10), 0)
		require.NoError(t, err)
		return r
	}
	known := &liveconnect.ReaderAtOptions{Item: host.known(t), CheckInterval: -1}
	always, never := open(&liveconnect.ReaderAtOptions{CheckInterval: 1}), open(known)
	asked := api.asks(itemID)
	require.NoError(t, never.Check(t.Context()))
	assert.Equal(t, asked+1, api.asks(itemID))
	host.mu.Lock()
	host.updated = itemReplaced
	host.mu.Unlock()

	n, err := always.ReadAt(make([]byte, 10), 0)
	require.ErrorIs(t, err, liveconnect.ErrContentChanged)
	assert.Zero(t, n)
	_, err = never.ReadAt(make([]byte, 10), 0)
	require.NoError(t, err)
	require.ErrorIs(t, never.Check(t.Context()), liveconnect.ErrContentChanged)
}

// A link at the API's own host is not kept, because there the token is needed.
func TestDownloadToAtOneHost(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(10_000), moods: []mood{{}}}
	drive := host.drive(t)
	api := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer TOKEN":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/files":
			host.ServeHTTP(w, r)
		case r.URL.Path == "/v5.0/"+itemID+"/content":
			http.Redirect(w, r, "/files", http.StatusFound)
		default:
			drive.Config.Handler.ServeHTTP(w, r)
		}
	})
	got, err := inParts(t, api.client(t), &liveconnect.ToOptions{PartSize: 1000})
	require.NoError(t, err)
	assert.Equal(t, host.content, got)
}
