package revocable_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/caught"
	"github.com/go-liveconnect/liveconnect/internal/revocable"
)

// source counts how often it is closed.
type source struct {
	io.Reader
	closed atomic.Int32
}

func (s *source) Close() error {
	s.closed.Add(1)
	return nil
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestReadGivesTheSource(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	for name, r := range map[string]io.Reader{
		"whole":                   bytes.NewReader(content),
		"byte by byte":            iotest.OneByteReader(bytes.NewReader(content[:5000])),
		"end with the last bytes": iotest.DataErrReader(bytes.NewReader(content)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := &source{Reader: r}
			var told int64
			reader := revocable.New(src, revocable.Options{Delivered: func(total int64) { told = total }})
			got, err := io.ReadAll(reader)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(content[:len(got)], got))
			assert.EqualValues(t, len(got), told)
			assert.True(t, reader.End(t.Context()))
			assert.EqualValues(t, 1, src.closed.Load())
			n, err := reader.Read(make([]byte, 1))
			assert.Zero(t, n)
			assert.Error(t, err)
		})
	}
}

func TestErrorsComeBehindTheBytes(t *testing.T) {
	t.Parallel()
	cause := errors.New("the disk is gone")
	reader := revocable.New(io.NopCloser(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(cause))), revocable.Options{})
	got, err := io.ReadAll(reader)
	assert.Equal(t, "abc", string(got))
	require.ErrorIs(t, err, cause)
}

func TestSourceWithoutProgress(t *testing.T) {
	t.Parallel()
	reads := 0
	reader := revocable.New(io.NopCloser(readFunc(func([]byte) (int, error) { reads++; return 0, nil })), revocable.Options{})
	_, err := reader.Read(make([]byte, 8))
	require.ErrorIs(t, err, io.ErrNoProgress)
	assert.Equal(t, 100, reads)
}

func TestSourceThatLiesAboutItsCount(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 1 << 30} {
		reader := revocable.New(io.NopCloser(readFunc(func([]byte) (int, error) { return n, nil })), revocable.Options{})
		got, err := reader.Read(make([]byte, 8))
		assert.Zero(t, got)
		require.ErrorContains(t, err, "says that it read")
	}
}

func TestRevokeInTheMiddleOfARead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		src := &source{Reader: readFunc(func(p []byte) (int, error) {
			<-release
			return copy(p, "late"), nil
		})}
		var told atomic.Int64
		reader := revocable.New(src, revocable.Options{Delivered: told.Store})
		result := make(chan error, 1)
		go func() {
			_, err := reader.Read(make([]byte, 8))
			result <- err
		}()
		synctest.Wait()
		begun := time.Now()
		reader.Revoke()
		require.ErrorIs(t, <-result, revocable.ErrRevoked)
		assert.Zero(t, time.Since(begun))

		assert.False(t, reader.End(t.Context()), "the source hangs")
		assert.Equal(t, time.Second, time.Since(begun))
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		begun = time.Now()
		assert.False(t, reader.End(ended))
		assert.Equal(t, 50*time.Millisecond, time.Since(begun), "a caller that wants to leave is not kept")
		assert.Zero(t, src.closed.Load(), "not closed while it is being read")

		close(release)
		assert.True(t, reader.End(t.Context()))
		assert.EqualValues(t, 1, src.closed.Load())
		assert.Zero(t, told.Load(), "nobody is told of bytes that nobody got")
	})
}

func TestRevokeBeforeTheFirstRead(t *testing.T) {
	t.Parallel()
	src := &source{Reader: strings.NewReader("abc")}
	reader := revocable.New(src, revocable.Options{})
	require.NoError(t, reader.Close())
	reader.Revoke()
	assert.True(t, reader.End(t.Context()))
	assert.EqualValues(t, 1, src.closed.Load())
	_, err := reader.Read(make([]byte, 8))
	require.ErrorIs(t, err, revocable.ErrRevoked)
}

func TestWaitingEndsWithTheReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pipe, writer := io.Pipe()
		var gone atomic.Bool
		reader := revocable.New(pipe, revocable.Options{Alive: func() bool { return !gone.Load() }})
		go func() {
			time.Sleep(3 * time.Second)
			gone.Store(true)
		}()
		begun := time.Now()
		_, err := reader.Read(make([]byte, 8))
		require.ErrorIs(t, err, revocable.ErrRevoked)
		assert.InDelta(t, 3, time.Since(begun).Seconds(), 0.3)
		require.NoError(t, writer.Close())
		assert.True(t, reader.End(t.Context()))
	})
}

func TestPanicsAreCaught(t *testing.T) {
	t.Parallel()
	for name, reader := range map[string]*revocable.Reader{
		"source": revocable.New(io.NopCloser(readFunc(func([]byte) (int, error) { panic("boom") })), revocable.Options{}),
		"delivered": revocable.New(io.NopCloser(strings.NewReader("abc")), revocable.Options{
			Delivered: func(int64) { panic("boom") },
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := io.ReadAll(reader)
			require.ErrorContains(t, err, "boom")
			assert.PanicsWithValue(t, "boom", func() { reader.Panicked().Resume() })
			assert.True(t, reader.End(t.Context()))
		})
	}
}

func TestGoexitIsAnError(t *testing.T) {
	t.Parallel()
	reader := revocable.New(io.NopCloser(readFunc(func([]byte) (int, error) { runtime.Goexit(); return 0, nil })), revocable.Options{})
	_, err := io.ReadAll(reader)
	require.ErrorIs(t, err, caught.ErrExited)
	assert.NotPanics(t, reader.Panicked().Resume)
	assert.True(t, reader.End(t.Context()))
}
