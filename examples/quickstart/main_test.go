package main

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/ptytest"
	"github.com/go-liveconnect/liveconnect/examples/internal/readme"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestReadme(t *testing.T) {
	readme.Check(t, "quickstart", run, `\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d`, "2026-11-25 18.20.00")
}

// signIn returns the flags for a server, and a client to look at it.
func signIn(t *testing.T) (server *livetest.Server, client *liveconnect.Client, flags []string) {
	t.Helper()
	server = livetest.NewServer(t)
	token, err := server.Account().Token()
	require.NoError(t, err)
	return server, server.Client(t), []string{"-api", server.APIURL, "-token", token.AccessToken}
}

func albums(t *testing.T, client *liveconnect.Client) (names []string) {
	t.Helper()
	for album, err := range client.Albums.All(t.Context(), liveconnect.Me, nil) {
		require.NoError(t, err)
		names = append(names, album.Name)
	}
	return names
}

func TestOnePhotoOfOnesOwn(t *testing.T) {
	t.Parallel()
	_, client, args := signIn(t)
	var small bytes.Buffer
	require.NoError(t, jpeg.Encode(&small, image.NewRGBA(image.Rect(0, 0, 30, 20)), nil))
	name := filepath.Join(t.TempDir(), "my photo.jpg")
	require.NoError(t, os.WriteFile(name, small.Bytes(), 0o600))

	var out strings.Builder
	require.NoError(t, run(t.Context(), append(args, name), &out, io.Discard))
	assert.Contains(t, out.String(), "   1 photo, ")
	assert.Contains(t, out.String(), "my photo.jpg came back the same")
	assert.Equal(t, []string{"Pictures"}, albums(t, client), "the album is gone")
}

func TestNoPhoto(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(name, []byte("hello"), 0o600))
	assert.ErrorContains(t, run(t.Context(), []string{name}, io.Discard, io.Discard), "notes.txt is not a JPEG, PNG or GIF picture")
	assert.ErrorIs(t, run(t.Context(), []string{name + ".jpg"}, io.Discard, io.Discard), os.ErrNotExist)
}

// Whatever fails, the album is deleted.
func TestFailureInTheMiddle(t *testing.T) {
	t.Parallel()
	server, client, args := signIn(t)
	server.Fault(livetest.Fault{Method: "PUT", Path: "/files/forest.jpg$", Do: livetest.Error(403, "request_token_unauthorized", "")})
	require.ErrorIs(t, run(t.Context(), args, io.Discard, io.Discard), liveconnect.ErrForbidden)
	assert.Equal(t, []string{"Pictures"}, albums(t, client))
}

func TestProgram(t *testing.T) {
	t.Parallel()
	program := ptytest.Build(t)
	t.Run("nobody reads", func(t *testing.T) { // piped into head, it does not leave the album behind
		t.Parallel()
		_, client, args := signIn(t)
		reader, writer, err := os.Pipe()
		require.NoError(t, err)
		require.NoError(t, reader.Close())
		command := exec.CommandContext(t.Context(), program, args...)
		command.Stdout = writer
		var exit *exec.ExitError
		if err := command.Run(); err != nil {
			require.ErrorAs(t, err, &exit)
			assert.True(t, exit.Exited(), "it was killed")
		}
		require.NoError(t, writer.Close())
		assert.Equal(t, []string{"Pictures"}, albums(t, client))
	})
	t.Run("to the end", func(t *testing.T) {
		t.Parallel()
		_, _, args := signIn(t)
		terminal := ptytest.Start(t, 110, program, args...)
		screen, code := terminal.Wait()
		assert.Zero(t, code)
		assert.Contains(t, screen, "\nPhotos up\n   5 photos, 453 kB\n\nA list, two photos a page\n")
		assert.NotContains(t, screen, "%")
		assert.Contains(t, screen, "What next\n")
	})
	t.Run("Ctrl-C", func(t *testing.T) {
		t.Parallel()
		server, client, args := signIn(t)
		server.Fault(livetest.Fault{Method: "PUT", Path: "/files/harbour.jpg$", Do: livetest.StallRequest(1000, 0)})
		terminal := ptytest.Start(t, 110, program, args...)
		terminal.WaitFor("harbour.jpg")
		terminal.Interrupt()
		screen, code := terminal.Wait()
		assert.Equal(t, 130, code)
		_, end, _ := strings.Cut(screen, "\nPhotos up\n")
		assert.Regexp(t, "^(\\^C)?\nTidy up\n   deleted \"Quickstart .*\" with all that was in it\n\nquickstart: stopped\n$", end)
		assert.NotContains(t, terminal.Raw(), "context canceled")
		assert.Equal(t, []string{"Pictures"}, albums(t, client))
	})
}
