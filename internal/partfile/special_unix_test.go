//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package partfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/partfile"
)

// Nothing is written through a link, and nobody is waited for at a pipe.
func TestLinksAndPipes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.part", "a.part.json", "a.part.json.new"} {
		for kind, put := range map[string]func(name, other string) error{
			"link":        func(name, other string) error { return os.Symlink(other, name) },
			"broken link": func(name, _ string) error { return os.Symlink("nowhere", name) },
			"pipe":        func(name, _ string) error { return syscall.Mkfifo(name, 0o600) },
			"directory":   func(name, _ string) error { return os.MkdirAll(filepath.Join(name, "below"), 0o700) },
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				root, dir := openRoot(t)
				other := filepath.Join(dir, "other")
				require.NoError(t, os.WriteFile(other, []byte("mine"), 0o600))
				require.NoError(t, put(filepath.Join(dir, name), "other"))
				before, err := os.Lstat(filepath.Join(dir, name))
				require.NoError(t, err)

				place := partfile.Beside(root, "a")
				assert.False(t, place.Claimed())
				if name == "a.part.json.new" {
					goOn(t, place, []byte("new"))
				} else {
					_, err := partfile.Open(t.Context(), place, partfile.Content{ID: "id", Updated: first, Size: 3})
					require.ErrorContains(t, err, "not a regular file")
					assert.Len(t, names(t, dir), 2)
				}
				after, err := os.Lstat(filepath.Join(dir, name))
				require.NoError(t, err)
				assert.True(t, os.SameFile(before, after))

				place.Name, place.Private = "b", true
				goOn(t, place, []byte("new"))
				assertFile(t, []byte("new"), filepath.Join(dir, "b"))
				assertFile(t, []byte("mine"), other)
				assert.NoFileExists(t, filepath.Join(dir, "nowhere"))
			})
		}
	}
}
