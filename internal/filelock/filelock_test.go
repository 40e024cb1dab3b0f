package filelock_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/filelock"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a")
	f, release, err := filelock.Open(name)
	require.NoError(t, err)
	_, err = f.WriteString("content")
	require.NoError(t, err)

	_, _, err = filelock.Open(name)
	require.ErrorIs(t, err, filelock.ErrBusy)
	var path *os.PathError
	require.ErrorAs(t, err, &path)
	assert.Equal(t, name, path.Path)
	release()

	f, release, err = filelock.Open(name)
	require.NoError(t, err)
	defer release()
	info, err := f.Stat()
	require.NoError(t, err)
	assert.EqualValues(t, len("content"), info.Size(), "what is in the file stays")
}

func TestOpenWhereNothingCanBe(t *testing.T) {
	t.Parallel()
	_, _, err := filelock.Open(filepath.Join(t.TempDir(), "no", "such"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
