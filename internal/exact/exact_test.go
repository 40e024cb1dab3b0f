package exact_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/exact"
)

// shapes are the ways in which readers hand out their bytes.
var shapes = map[string]func(io.Reader) io.Reader{
	"plain":     func(r io.Reader) io.Reader { return r },
	"one byte":  iotest.OneByteReader,
	"half":      iotest.HalfReader,
	"data, EOF": iotest.DataErrReader,
	"hesitant":  func(r io.Reader) io.Reader { return &hesitant{r: r} },
}

// hesitant gives nothing at every other read.
type hesitant struct {
	r    io.Reader
	idle bool
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.idle = !h.idle; h.idle {
		return 0, nil
	}
	return h.r.Read(p)
}

func TestExact(t *testing.T) {
	t.Parallel()
	for name, shape := range shapes {
		for _, content := range []string{"", "a", "abc", strings.Repeat("0123456789", 10_000)} {
			r := exact.NewReader(shape(strings.NewReader(content)), int64(len(content)))
			got, err := io.ReadAll(r)
			require.NoError(t, err, "%s, %d bytes", name, len(content))
			assert.Equal(t, content, string(got), name)
			_, err = r.Read(make([]byte, 1))
			assert.Equal(t, io.EOF, err, "the end stays the end")
		}
	}
}

func TestReaderContract(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789"), 100)
	for name, shape := range shapes {
		if name == "hesitant" {
			continue // iotest does not like it
		}
		require.NoError(t, iotest.TestReader(exact.NewReader(shape(bytes.NewReader(content)), int64(len(content))), content), name)
	}
}

// A source of the wrong length never gives as many bytes as announced: who sends them cannot complete a message.
func TestWrongLength(t *testing.T) {
	t.Parallel()
	for name, shape := range shapes {
		for _, test := range []struct {
			content string
			size    int64
		}{
			{"", 1},
			{"abc", 4},
			{"abc", 1 << 40},
			{"abc", 2},
			{"abc", 1},
			{"abc", 0},
			{strings.Repeat("x", 70_000), 65_536},
			{strings.Repeat("x", 65_535), 65_536},
		} {
			r := exact.NewReader(shape(strings.NewReader(test.content)), test.size)
			got, err := io.ReadAll(r)
			require.ErrorIs(t, err, exact.ErrLength, "%s: %d of %d", name, len(test.content), test.size)
			if test.size > 0 {
				assert.Less(t, int64(len(got)), test.size, name)
			}
			assert.NotEqual(t, io.EOF, err)
			_, again := r.Read(make([]byte, 1))
			assert.Equal(t, err, again, "an error stays")
		}
	}
}

func TestFailingSource(t *testing.T) {
	t.Parallel()
	errBroken := errors.New("broken")
	for _, size := range []int64{3, 4, 100} {
		r := exact.NewReader(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(errBroken)), size)
		got, err := io.ReadAll(r)
		require.ErrorIs(t, err, errBroken)
		assert.Less(t, int64(len(got)), size)
	}
	_, err := io.ReadAll(exact.NewReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("abc"))), 3))
	require.ErrorIs(t, err, iotest.ErrTimeout)
	_, err = io.ReadAll(exact.NewReader(iotest.ErrReader(errBroken), 0))
	require.ErrorIs(t, err, errBroken)
	_, err = io.ReadAll(exact.NewReader(iotest.ErrReader(io.ErrUnexpectedEOF), 5))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// stuck neither gives bytes nor ends.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestStuckSource(t *testing.T) {
	t.Parallel()
	_, err := io.ReadAll(exact.NewReader(io.MultiReader(strings.NewReader("abc"), stuck{}), 3))
	require.ErrorIs(t, err, io.ErrNoProgress)
}

func TestEmptyBuffer(t *testing.T) {
	t.Parallel()
	r := exact.NewReader(strings.NewReader("abc"), 3)
	n, err := r.Read(nil)
	require.NoError(t, err)
	assert.Zero(t, n)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, "abc", string(got))
}

func FuzzExact(f *testing.F) {
	f.Add([]byte("abc"), int64(3), 2)
	f.Add([]byte(""), int64(0), 1)
	f.Add([]byte("abc"), int64(-1), 1)
	f.Fuzz(func(t *testing.T, content []byte, size int64, chunk int) {
		r := exact.NewReader(bytes.NewReader(content), size)
		buffer := make([]byte, max(1, min(chunk, 4096)))
		var got []byte
		var err error
		for err == nil {
			var n int
			n, err = r.Read(buffer)
			got = append(got, buffer[:n]...)
		}
		require.True(t, bytes.HasPrefix(content, got))
		if max(size, 0) == int64(len(content)) {
			require.Equal(t, io.EOF, err)
			require.Len(t, got, len(content))
			return
		}
		require.ErrorIs(t, err, exact.ErrLength)
	})
}
