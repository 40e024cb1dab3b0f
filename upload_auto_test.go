package liveconnect_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// bitsContent is a source of bytes.
func bitsContent(text string) *bytes.Reader { return bytes.NewReader([]byte(text)) }

// bitsGenerated is a source of any size, whose every eighth byte tells where it is. It keeps the peak of the heap.
type bitsGenerated struct {
	size int64
	mu   sync.Mutex
	peak uint64
	next int64 // when to look at the heap again
}

func (g *bitsGenerated) ReadAt(p []byte, offset int64) (int, error) {
	if offset >= g.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), g.size-offset))
	for i := range n {
		p[i] = byte((offset + int64(i)) >> 3)
	}
	g.look(offset)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (g *bitsGenerated) look(offset int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if offset < g.next {
		return
	}
	g.next = offset + 4<<20
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	g.peak = max(g.peak, stats.HeapAlloc)
}

// LIVECONNECT_UPLOAD_MIB is the size of the upload of TestSessionHeap: 5120 for what people really had.
func TestSessionHeap(t *testing.T) {
	size := int64(256 << 20)
	if text := os.Getenv("LIVECONNECT_UPLOAD_MIB"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		require.NoError(t, err)
		size = n << 20
	}
	h := newBITSHost(t, nil)
	h.discard = true
	session := h.session(t, size)
	runtime.GC()
	source := &bitsGenerated{size: size}
	started := time.Now()
	_, err := session.Upload(t.Context(), source, nil)
	require.NoError(t, err)
	assert.Equal(t, size, h.received)
	fmt.Printf("upload session: %d MiB, %.0f MiB/s, heap at most %.1f MiB\n", size>>20,
		float64(size>>20)/time.Since(started).Seconds(), float64(source.peak)/(1<<20))
	assert.Less(t, source.peak, uint64(16<<20))
}

// onlySeeks hides every other method of a source.
type onlySeeks struct{ io.ReadSeeker }

func TestAutoChoosesBySize(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		size    int64
		seeks   bool
		session bool
	}{
		"nothing":                            {0, false, false},
		"a little":                           {5, true, false},
		"exactly 100 MB":                     {liveconnect.MaxPutSize, false, false},
		"more than 100 MB":                   {liveconnect.MaxPutSize + 1, false, true},
		"more than 100 MB, without ReaderAt": {liveconnect.MaxPutSize + 1, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newBITSHost(t, func(_ *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
				if r.Method != http.MethodPut {
					return false
				}
				n, err := io.Copy(io.Discard, r.Body)
				assert.NoError(t, err)
				assert.Equal(t, test.size, n)
				answer(http.StatusCreated, []byte(`{"id":"`+bitsItem+`"}`))(w, r)
				return true
			})
			h.discard = true
			var source io.ReadSeeker = io.NewSectionReader(&bitsGenerated{size: test.size + 3}, 0, test.size+3)
			source = io.NewSectionReader(source.(io.ReaderAt), 0, test.size+3)
			_, err := source.Seek(3, io.SeekStart)
			require.NoError(t, err)
			if test.seeks {
				source = onlySeeks{source}
			}
			var last liveconnect.Progress
			up, err := h.client(t).Uploads.Auto(t.Context(), bitsFolder, "film.avi", source, &liveconnect.UploadOptions{
				Progress: func(p liveconnect.Progress) { last = p },
			})
			require.NoError(t, err)
			assert.Equal(t, bitsItem, up.ID)
			assert.Equal(t, liveconnect.Progress{Done: test.size, Total: test.size, Attempt: 1}, last)
			assert.Equal(t, test.session, len(h.asked("Close-Session")) == 1)
			if test.session {
				assert.Equal(t, test.size, h.received)
			}
		})
	}
}

func TestAutoCancelsWhatFails(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, once("Fragment", "bytes 10485760-", refusing(507)))
	h.discard = true
	source := io.NewSectionReader(&bitsGenerated{size: 101 << 20}, 0, 101<<20)
	_, err := h.client(t).Uploads.Auto(t.Context(), bitsFolder, "film.avi", source, nil)
	require.ErrorIs(t, err, liveconnect.ErrQuotaExceeded)
	assert.ErrorContains(t, err, "Uploads.Auto")
	assert.NotContains(t, err.Error(), "goes on from there")
	assert.Len(t, h.asked("Cancel-Session"), 1)

	ctx, cancel := context.WithCancel(t.Context())
	h = newBITSHost(t, once("Fragment", "bytes 10485760-", func(*bitsHost, http.ResponseWriter, *http.Request) {
		cancel()
		panic(http.ErrAbortHandler)
	}))
	h.discard = true
	_, err = h.client(t).Uploads.Auto(ctx, bitsFolder, "film.avi", source, nil)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, h.asked("Cancel-Session"), 1, "also after the end of the context")
}

func TestAutoArguments(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	source := io.NewSectionReader(&bitsGenerated{size: 101 << 20}, 0, 101<<20)
	for text, opts := range map[string]*liveconnect.UploadOptions{
		"ChooseNewName":         {Overwrite: liveconnect.OverwriteChooseNewName},
		"not 5":                 {Size: 5},
		"Open has no meaning":   {Open: func() (io.ReadCloser, error) { return nil, io.EOF }},
		"overwrite \"perhaps\"": {Overwrite: "perhaps"},
	} {
		_, err := h.client(t).Uploads.Auto(t.Context(), bitsFolder, "film.avi", source, opts)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
		assert.ErrorContains(t, err, text)
	}
	pipe, _, err := os.Pipe()
	require.NoError(t, err)
	defer pipe.Close()
	_, err = h.client(t).Uploads.Auto(t.Context(), bitsFolder, "film.avi", pipe, nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.ErrorContains(t, err, "cannot seek")
	assert.Empty(t, h.asked(""))
}
