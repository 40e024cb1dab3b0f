package newfile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/examples/internal/newfile"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "a.txt")
	text := func(s string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, e := io.WriteString(w, s)
			return errors.Join(e, err)
		}
	}
	require.NoError(t, newfile.Write(name, 0o600, text("one", nil)))
	require.NoError(t, newfile.Write(name, 0o640, text("two", nil)))
	broken := errors.New("the line is dead")
	require.ErrorIs(t, newfile.Write(name, 0o640, text("thr", broken)), broken)

	content, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "two", string(content))
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing is left of the one that failed")

	require.ErrorIs(t, newfile.Write(filepath.Join(dir, "no", "a.txt"), 0o600, text("", nil)), os.ErrNotExist)
}
