package liveconnect_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// largeDownload makes TestLargeDownloads move 5 GiB each way instead of 256 MiB. The file system must have room for
// that in the directory of temporary files.
const largeDownload = "LIVECONNECT_TEST_5GIB"

// numbered is content that is made as it is read: a block whose length is a prime number, over and over, so that a part
// in a wrong place is not taken for the right one.
type numbered struct{ size, at int64 }

var numberedBlock = sync.OnceValue(func() []byte { return []byte(digits(1048583)) })

func (n *numbered) Read(p []byte) (int, error) {
	if n.at >= n.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), n.size-n.at)]
	block := numberedBlock()
	k := copy(p, block[n.at%int64(len(block)):])
	n.at += int64(k)
	return k, nil
}

func (n *numbered) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += n.at
	case io.SeekEnd:
		offset += n.size
	}
	n.at = offset
	return offset, nil
}

// numberedWriter checks what is written instead of keeping it.
type numberedWriter struct {
	wrong   atomic.Int64
	written atomic.Int64
}

func (w *numberedWriter) WriteAt(p []byte, off int64) (int, error) {
	block := numberedBlock()
	for rest, at := p, off; len(rest) > 0; {
		want := block[at%int64(len(block)):]
		n := min(len(want), len(rest))
		if !bytes.Equal(want[:n], rest[:n]) {
			w.wrong.Add(1)
		}
		rest, at = rest[n:], at+int64(n)
	}
	w.written.Add(int64(len(p)))
	return len(p), nil
}

// Write makes numberedWriter an io.Writer for one stream.
func (w *numberedWriter) Write(p []byte) (int, error) { return w.WriteAt(p, w.written.Load()) }

// newLargeDrive serves numbered content, and breaks some of the answers off.
func newLargeDrive(t *testing.T, size int64) *liveconnect.Client {
	t.Helper()
	var answers atomic.Int64
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answers.Add(1)%3 == 1 {
			w = &cutWriter{ResponseWriter: w, left: size / 5}
		}
		http.ServeContent(w, r, "a.bin", time.Time{}, &numbered{size: size})
	}))
	files.Config.ErrorLog = nil
	t.Cleanup(files.Close)
	item := fmt.Appendf(nil, `{"id":%q,"size":%d,"updated_time":%q}`, itemID, size, itemUpdated)
	return newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/content") {
			http.Redirect(w, r, files.URL, http.StatusFound)
			return
		}
		answer(http.StatusOK, item)(w, r)
	}).client(t)
}

type cutWriter struct {
	http.ResponseWriter
	left int64
}

func (w *cutWriter) Write(p []byte) (int, error) {
	if w.left -= int64(len(p)); w.left < 0 {
		panic(http.ErrAbortHandler)
	}
	return w.ResponseWriter.Write(p)
}

// heapPeak is the largest heap, of live and dead objects, while call runs, in bytes above what it was before.
func heapPeak(call func()) uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	heap := func() uint64 { metrics.Read(sample); return sample[0].Value.Uint64() }
	before := heap()
	peak, done := before, make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				peak = max(peak, heap())
			case <-done:
				return
			}
		}
	})
	call()
	close(done)
	watch.Wait()
	return max(peak, heap()) - before
}

// TestLargeDownloads is not parallel, so that the heap is its own.
func TestLargeDownloads(t *testing.T) {
	size := int64(256<<20) + 3
	if os.Getenv(largeDownload) != "" {
		size = 5<<30 + 3
	}
	numberedBlock()
	client := newLargeDrive(t, size)
	for way, fetch := range map[string]func(w *numberedWriter) error{
		"Open": func(w *numberedWriter) error {
			d, err := client.Downloads.Open(t.Context(), itemID, nil)
			if err != nil {
				return err
			}
			defer d.Close()
			_, err = io.Copy(w, d)
			return err
		},
		"To": func(w *numberedWriter) error {
			_, err := client.Downloads.To(t.Context(), itemID, w, &liveconnect.ToOptions{PartSize: size / 16, Concurrency: 8})
			return err
		},
		"File": func(w *numberedWriter) error {
			name := filepath.Join(t.TempDir(), "a.bin")
			if err := client.Downloads.File(t.Context(), itemID, name, nil); err != nil {
				return err
			}
			file, err := os.Open(name)
			if err != nil {
				return err
			}
			defer file.Close()
			_, err = io.Copy(w, struct{ io.Reader }{file})
			return err
		},
		"ReaderAt": func(w *numberedWriter) error {
			r, err := client.Downloads.ReaderAt(t.Context(), itemID, nil)
			if err != nil {
				return err
			}
			_, err = io.CopyBuffer(w, struct{ io.Reader }{io.NewSectionReader(r, 0, r.Size())}, make([]byte, 4<<20))
			return err
		},
	} {
		t.Run(way, func(t *testing.T) {
			var w numberedWriter
			var err error
			started := time.Now()
			peak := heapPeak(func() { err = fetch(&w) })
			require.NoError(t, err)
			assert.Equal(t, size, w.written.Load())
			assert.Zero(t, w.wrong.Load(), "every byte is in its place")
			t.Logf("%d MiB in %s, at most %.1f MiB of heap", size>>20, time.Since(started).Round(time.Millisecond), float64(peak)/(1<<20))
			assert.Less(t, peak, uint64(16<<20))
		})
	}
}

func TestDownloadHash(t *testing.T) {
	t.Parallel()
	host := &storage{content: digits(100_000), moods: []mood{{cut: 30_000}, {ignoreRange: true, cut: 70_000}, {}}}
	client := host.drive(t).client(t)
	sum := sha256.New()
	got, err := allOf(client.Downloads.Open(t.Context(), itemID, &liveconnect.DownloadOptions{Hash: sum}))
	require.NoError(t, err)
	assert.Equal(t, sha256.Sum256([]byte(got)), [32]byte(sum.Sum(nil)))

	part := crc32.NewIEEE()
	got, err = allOf(client.Downloads.Open(t.Context(), itemID, &liveconnect.DownloadOptions{
		Hash: part, Range: liveconnect.Range{Offset: 10, Length: 100},
	}))
	require.NoError(t, err)
	assert.Equal(t, host.content[10:110], got)
	assert.Equal(t, crc32.ChecksumIEEE([]byte(got)), part.Sum32())
}

// TestDownloadProgress reads 10 MB that come 1 kB a millisecond, with faults, on a clock of its own.
func TestDownloadProgress(t *testing.T) {
	t.Parallel()
	const size = 10_000_000
	synctest.Test(t, func(t *testing.T) {
		answers := 0
		s := &script{steps: []func(*http.Request) (*http.Response, error){func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, "/content") {
				// The clock of a bubble begins in 2000.
				return says(200, `{"id":"file.a.A!1","size":10000000,"updated_time":"1999-02-07T19:22:10+0000"}`)(r)
			}
			answers++
			first, _ := strconv.ParseInt(strings.Trim(r.Header.Get("Range"), "bytes=-"), 10, 64)
			resp := &http.Response{StatusCode: http.StatusOK, Request: r, ContentLength: size - first, Header: http.Header{
				"Date": {time.Now().UTC().Format(http.TimeFormat)},
			}}
			if first > 0 {
				resp.StatusCode = http.StatusPartialContent
				resp.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, size-1, size))
			}
			resp.Body = io.NopCloser(&slowReader{left: size - first, fault: answers < 4})
			return resp, nil
		}}}
		var told []liveconnect.Progress
		var times []time.Time
		d, err := s.client(t).Downloads.Open(t.Context(), itemID, &liveconnect.DownloadOptions{Progress: func(p liveconnect.Progress) {
			told, times = append(told, p), append(times, time.Now())
		}})
		require.NoError(t, err)
		started := time.Now()
		_, err = io.Copy(io.Discard, d)
		require.NoError(t, err)
		require.NoError(t, d.Close())
		seconds := time.Since(started).Seconds()
		assert.LessOrEqual(t, float64(len(told)), 10*seconds+2)
		assert.Greater(t, float64(len(told)), 5*seconds, "and not many less")
		for i := 1; i < len(told); i++ {
			assert.GreaterOrEqual(t, told[i].Done, told[i-1].Done)
			assert.GreaterOrEqual(t, told[i].Attempt, told[i-1].Attempt)
			if i < len(told)-1 {
				assert.GreaterOrEqual(t, times[i].Sub(times[i-1]), 100*time.Millisecond)
			}
		}
		assert.Equal(t, liveconnect.Progress{Done: size, Total: size, Attempt: 4, ResumedFrom: 6_000_000}, told[len(told)-1])
	})
}

// slowReader gives 1 kB a millisecond, and breaks off after 2 MB if there is a fault.
type slowReader struct {
	left, given int64
	fault       bool
}

func (s *slowReader) Read(p []byte) (int, error) {
	if s.fault && s.given >= 2_000_000 {
		return 0, io.ErrUnexpectedEOF
	}
	if s.left == 0 {
		return 0, io.EOF
	}
	time.Sleep(time.Millisecond)
	n := min(int64(len(p)), 1000, s.left)
	s.left -= n
	s.given += n
	return int(n), nil
}
