package liveconnect_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// readForm takes the one part of a form apart.
func readForm(t *testing.T, r asked) (name, text string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	require.NoError(t, err)
	reader := multipart.NewReader(strings.NewReader(r.Body), params["boundary"])
	part, err := reader.NextPart()
	require.NoError(t, err)
	assert.Equal(t, "file", part.FormName())
	content, err := io.ReadAll(part)
	require.NoError(t, err)
	_, err = reader.NextPart()
	require.ErrorIs(t, err, io.EOF, "only one part is allowed")
	_, params, err = mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	require.NoError(t, err)
	return params["filename"], string(content)
}

func TestPostSendsAForm(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, fixture(t, "documented/upload.json")))
	client := s.client(t)
	for target, path := range map[string]string{
		"folder.a.A!1":                      "/v5.0/folder.a.A!1/files",
		liveconnect.MyPhotos:                "/v5.0/me/skydrive/my_photos/files",
		s.URL + "/v5.0/folder.a.A!1/files/": "/v5.0/folder.a.A!1/files",
	} {
		_, err := client.Uploads.Post(t.Context(), target, "Überraschung (1).jpg", strings.NewReader("bytes"),
			&liveconnect.PostOptions{UploadOptions: liveconnect.UploadOptions{Overwrite: liveconnect.OverwriteFalse}})
		require.NoError(t, err)
		last := s.last(t)
		assert.Equal(t, path, last.Path)
		assert.Equal(t, "overwrite=false&pretty=false", last.Query.Encode())
		assert.Equal(t, strconv.Itoa(len(last.Body)), last.Header.Get("Content-Length"))
		name, text := readForm(t, last)
		assert.Equal(t, "Überraschung (1).jpg", name)
		assert.Equal(t, "bytes", text)
	}
	_, err := client.Uploads.Post(t.Context(), "folder.a.A!1", "a", strings.NewReader("bytes"), &liveconnect.PostOptions{ToFolder: true})
	require.NoError(t, err)
	assert.Equal(t, "/v5.0/folder.a.A!1", s.last(t).Path)
}

func TestPostWithABrokenSourceStoresNothing(t *testing.T) {
	t.Parallel()
	client := livetest.NewServer(t).Client(t)
	disk := errors.New("disk error")
	_, err := client.Uploads.Post(t.Context(), liveconnect.Root, "a.txt", &brokenSource{strings.NewReader("01234"), disk}, nil)
	require.ErrorIs(t, err, disk)
	_, err = client.Uploads.Post(t.Context(), liveconnect.Root, "a.txt", io.MultiReader(strings.NewReader("0")),
		&liveconnect.PostOptions{UploadOptions: liveconnect.UploadOptions{Size: 2}})
	require.ErrorIs(t, err, liveconnect.ErrSourceLength)
	for item, err := range client.Items.All(t.Context(), liveconnect.Root, nil) {
		require.NoError(t, err)
		assert.NotEqual(t, "a.txt", item.Info().Name)
	}
}

func TestPostForAPage(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	up, err := client.Uploads.Post(t.Context(), liveconnect.Root, "a </script>.txt", strings.NewReader("x"), nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, "that name is not allowed: %v", up)
	up, err = client.Uploads.Post(t.Context(), liveconnect.Root, "a & 'b' #c.txt", strings.NewReader("hello"), &liveconnect.PostOptions{
		State: "my state&=#", RedirectURI: "http://www.contoso.com/callback.htm",
	})
	require.NoError(t, err)
	assert.Equal(t, "a & 'b' #c.txt", up.Name)
	assert.Equal(t, "hello", readAll(t, client, up.ID))
}

func TestParseUploadRedirect(t *testing.T) {
	t.Parallel()
	page := fixture(t, "documented/upload_html.html")
	got, err := liveconnect.ParseUploadRedirect(page)
	require.NoError(t, err)
	assert.Equal(t, "http://www.contoso.com/callback.htm", got.RedirectURI)
	assert.Equal(t, "MyNewFileState", got.State)
	assert.Equal(t, "file.a6b2a7e8f2515e5e.A6B2A7E8F2515E5E!184", got.File.ID)
	assert.True(t, strings.HasPrefix(got.File.Source, "http://storage.live.com/s1p"), got.File.Source)

	_, err = liveconnect.ParseUploadRedirect([]byte(`https://x/#state=s&result=` +
		`%7B%22error%22%3A%7B%22code%22%3A%22resource_already_exists%22%2C%22message%22%3A%22no%22%7D%7D`))
	require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)
	for _, bad := range []string{"", "<html>", "https://x/#state=s", "https://x/#result=%", `window.location = "\x"`, "https://x/#result={}"} {
		_, err = liveconnect.ParseUploadRedirect([]byte(bad))
		require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent, bad)
	}
}

func TestPutToAnUploadLocation(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	folder, err := client.Folders.Create(t.Context(), liveconnect.Root, &liveconnect.NewFolder{Name: "f"})
	require.NoError(t, err)
	up, err := client.Uploads.PutTo(t.Context(), folder.UploadLocation, "a b.txt", strings.NewReader("one"), nil)
	require.NoError(t, err)
	assert.Equal(t, "one", readAll(t, client, up.ID))

	file, err := client.Files.Get(t.Context(), up.ID)
	require.NoError(t, err)
	again, err := client.Uploads.PutTo(t.Context(), file.UploadLocation, "", strings.NewReader("two"), nil)
	require.NoError(t, err)
	assert.Equal(t, up.ID, again.ID)
	assert.Equal(t, "two", readAll(t, client, up.ID))

	again, err = client.Uploads.Replace(t.Context(), up.ID, strings.NewReader("three"), nil)
	require.NoError(t, err)
	assert.Equal(t, up.ID, again.ID)
	assert.Equal(t, "three", readAll(t, client, up.ID))
}

func TestPutToKeepsTheLocationsQuery(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`)))
	_, err := s.client(t).Uploads.PutTo(t.Context(), s.URL+"/v5.0/folder.a.A!1/files/?key=v%26w", "a#b.txt", strings.NewReader("x"), nil)
	require.NoError(t, err)
	assert.Equal(t, "/v5.0/folder.a.A!1/files/a%23b.txt", s.last(t).Path)
	assert.Equal(t, "v&w", s.last(t).Query.Get("key"))
}

func TestUploadLocationsElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`)))
	client := s.client(t)
	for _, location := range []string{
		"", "folder.a.A!1", "https://evil.example.com/x/", "http://apis.live.net/v5.0/x/", "http://user@127.0.0.1/x",
	} {
		_, err := client.Uploads.PutTo(t.Context(), location, "a", strings.NewReader("x"), nil)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, location)
	}
	_, err := client.Uploads.Post(t.Context(), "https://evil.example.com/x/", "a", strings.NewReader("x"), nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	_, err = client.Uploads.Replace(t.Context(), "file.a.A!1", strings.NewReader("x"),
		&liveconnect.UploadOptions{Overwrite: liveconnect.OverwriteTrue})
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	_, err = client.Uploads.Post(t.Context(), liveconnect.Root, "a", strings.NewReader("x"), &liveconnect.PostOptions{State: "s"})
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.Empty(t, s.asked())
}
