package memory_test

import (
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// begin starts a file in the root folder.
func (w *world) begin(name string, size int64, opts backend.WriteOptions) backend.PendingFile {
	w.t.Helper()
	p, err := w.BeginFile(context.Background(), w.root, name, size, opts)
	require.NoError(w.t, err)
	return p
}

func TestPendingFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want, err := io.ReadAll(memory.Generated(200_003, 1))
	require.NoError(t, err)
	p := w.begin("a.bin", int64(len(want)), backend.WriteOptions{By: ann})
	random := rand.New(rand.NewPCG(1, 2))
	for rest := want; len(rest) > 0; {
		n := min(len(rest), random.IntN(100_000))
		m, err := p.Write(rest[:n])
		require.NoError(t, err)
		require.Equal(t, n, m)
		rest = rest[n:]
	}
	n, err := p.Write([]byte("x"))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, backend.ErrQuota)
	children, err := backend.All(w.Children(context.Background(), w.root, backend.Query{}))
	require.NoError(t, err)
	assert.Len(t, children, 3, "nothing shows before the end")

	item, created, err := p.Commit(context.Background())
	require.NoError(t, err)
	assert.True(t, created)
	assert.Equal(t, int64(len(want)), item.Size)
	assert.Equal(t, ann, item.From.ID)
	assert.True(t, string(want) == w.read(item.Ref))
	size, sum, err := w.Digest(item.Ref)
	require.NoError(t, err)
	assert.Equal(t, int64(len(want)), size)
	assert.Equal(t, sha256.Sum256(want), sum)

	p = w.begin("A.BIN", 1, backend.WriteOptions{})
	_, _ = p.Write([]byte("x"))
	again, created, err := p.Commit(context.Background())
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, item.ID, again.ID)

	w.begin("b", 1, backend.WriteOptions{}).Discard()
	_, err = w.BeginFile(context.Background(), item.Ref, "b", 1, backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrNotFolder)
	_, err = w.BeginFile(context.Background(), w.root, "b", memory.DefaultQuota+1, backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrQuota)
	_, err = w.BeginFile(context.Background(), backend.Ref{Owner: "0"}, "b", 1, backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrNotFound)
	_, _, err = w.Digest(w.root)
	assert.ErrorIs(t, err, backend.ErrNoContent)
}

// Each byte follows from the seed and its place, however it is read.
func TestGenerated(t *testing.T) {
	t.Parallel()
	const size = 1003
	want, err := io.ReadAll(memory.Generated(size, 7))
	require.NoError(t, err)
	require.Len(t, want, size)
	require.NoError(t, iotest.TestReader(memory.Generated(size, 7), want))
	for first := range 20 {
		for last := first; last < 40; last++ {
			got := make([]byte, last-first)
			_, err := memory.Generated(size, 7).ReadAt(got, int64(first))
			require.NoError(t, err)
			require.Equal(t, want[first:last], got, "%d to %d", first, last)
		}
	}
	other, err := io.ReadAll(memory.Generated(size, 8))
	require.NoError(t, err)
	assert.NotEqual(t, want, other)
	counts := map[byte]int{}
	for _, b := range want {
		counts[b]++
	}
	assert.Greater(t, len(counts), 200)
}

func TestSectionFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	size := lessOnDisk(int64(20<<30), 20<<20)
	item, err := w.AddSection(w.root, "huge.bin", memory.Generated(size, 1), ann)
	require.NoError(t, err)
	assert.Equal(t, size, item.Size)
	c, err := w.Content(context.Background(), item.Ref)
	require.NoError(t, err)
	_, err = c.Seek(-5, io.SeekEnd)
	require.NoError(t, err)
	got, err := io.ReadAll(c)
	require.NoError(t, err)
	want := make([]byte, 5)
	_, err = memory.Generated(size, 1).ReadAt(want, size-5)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, available, err := w.Quota(context.Background(), ann)
	require.NoError(t, err)
	assert.Equal(t, memory.DefaultQuota-size, available)
	again, err := w.AddSection(w.root, "HUGE.bin", memory.Generated(3, 1), ann)
	require.NoError(t, err)
	assert.Equal(t, item.ID, again.ID)
	assert.Equal(t, int64(3), again.Size)
	assert.NotEqual(t, item.Revision, again.Revision)
}

func TestKeepUpTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Store = memory.New(memory.Options{ContentLimit: 1000})
	_, err := w.AddUser(backend.User{ID: ann})
	require.NoError(t, err)
	short := w.upload(w.root, "short", strings.NewReader(strings.Repeat("x", 1000)), backend.WriteOptions{})
	assert.Len(t, w.read(short.Ref), 1000)

	// A photo too long to be held is a file: nothing can be read of it any more.
	const size = 4 << 20
	content := memory.Generated(size, 3)
	hash := sha256.New()
	_, err = io.Copy(hash, content)
	require.NoError(t, err)
	_, _ = content.Seek(0, io.SeekStart)
	long := w.upload(w.root, "long.jpg", content, backend.WriteOptions{Downsize: true})
	assert.Equal(t, backend.KindFile, long.Kind)
	assert.Equal(t, int64(size), long.Size)
	_, err = w.Content(context.Background(), long.Ref)
	assert.Error(t, err)
	n, sum, err := w.Digest(long.Ref)
	require.NoError(t, err)
	assert.Equal(t, int64(size), n)
	assert.Equal(t, hash.Sum(nil), sum[:])

	// The hash is of all bytes, of those too that came before the limit.
	p := w.begin("in pieces", 2000, backend.WriteOptions{})
	piece := strings.Repeat("y", 400)
	for range 5 {
		_, err := p.Write([]byte(piece))
		require.NoError(t, err)
	}
	item, _, err := p.Commit(context.Background())
	require.NoError(t, err)
	_, sum, err = w.Digest(item.Ref)
	require.NoError(t, err)
	assert.Equal(t, sha256.Sum256([]byte(strings.Repeat(piece, 5))), sum)
}
