package liveconnect_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestPutSendsWhatTheDocumentsAskFor(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, fixture(t, "documented/upload.json")))
	client := s.client(t)
	up, err := client.Uploads.Put(t.Context(), "folder.a.A!1", "50% off, Überraschung #1 + [x]!.jpg", strings.NewReader("bytes"),
		&liveconnect.UploadOptions{Overwrite: liveconnect.OverwriteChooseNewName, DownsizePhotoUploads: liveconnect.Set(false)})
	require.NoError(t, err)
	assert.NotEmpty(t, up.ID)
	last := s.last(t)
	assert.Equal(t, http.MethodPut, last.Method)
	assert.Equal(t, "/v5.0/folder.a.A!1/files/50%25%20off%2C%20%C3%9Cberraschung%20%231%20+%20%5Bx%5D!.jpg", last.Path)
	assert.Equal(t, "downsize_photo_uploads=false&overwrite=ChooseNewName&pretty=false", last.Query.Encode())
	assert.NotContains(t, last.Header, "Content-Type", "the documents want it blank")
	assert.Equal(t, "5", last.Header.Get("Content-Length"))
	assert.Equal(t, "bytes", last.Body)

	_, err = client.Uploads.Put(t.Context(), liveconnect.CameraRoll, "a.jpg", strings.NewReader("bytes"), nil)
	require.NoError(t, err)
	assert.Equal(t, "/v5.0/me/skydrive/camera_roll/files/a.jpg", s.last(t).Path)
	assert.Equal(t, "pretty=false", s.last(t).Query.Encode())
}

func TestPutFindsTheSize(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(file, []byte("0123456789"), 0o600))
	opened, err := os.Open(file)
	require.NoError(t, err)
	defer opened.Close()
	_, err = opened.Seek(4, io.SeekStart)
	require.NoError(t, err)
	pipe, writer := io.Pipe()
	go func() { _, _ = writer.Write([]byte("piped")); writer.Close() }()

	for name, test := range map[string]struct {
		body   io.Reader
		opts   *liveconnect.UploadOptions
		length string
		want   string
	}{
		"strings.Reader":      {strings.NewReader("hello"), nil, "5", "hello"},
		"bytes.Buffer":        {bytes.NewBufferString("hello"), nil, "5", "hello"},
		"a file, from where":  {opened, nil, "6", "456789"},
		"a pipe, in chunks":   {pipe, nil, "", "piped"},
		"a reader and a size": {io.MultiReader(strings.NewReader("hello")), &liveconnect.UploadOptions{Size: 5}, "5", "hello"},
		"nothing":             {strings.NewReader(""), nil, "0", ""},
		"nothing, in chunks":  {io.MultiReader(), nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`)))
			_, err := s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", test.body, test.opts)
			require.NoError(t, err)
			assert.Equal(t, test.want, s.last(t).Body)
			assert.Equal(t, test.length, s.last(t).Header.Get("Content-Length"))
		})
	}
}

// brokenSource gives some bytes and then an error.
type brokenSource struct {
	io.Reader
	err error
}

func (f *brokenSource) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err == io.EOF {
		err = f.err
	}
	return n, err
}

func TestBadSourcesNeverLookComplete(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk error")
	for name, test := range map[string]struct {
		body io.Reader
		size int64
		want error
	}{
		"fails, size not known":     {&brokenSource{strings.NewReader("01234"), broken}, 0, broken},
		"fails, size known":         {&brokenSource{strings.NewReader("01234"), broken}, 10, broken},
		"fails at the very end":     {&brokenSource{strings.NewReader("0123456789"), broken}, 10, broken},
		"fails at once":             {&brokenSource{strings.NewReader(""), broken}, 0, broken},
		"shorter than announced":    {io.MultiReader(strings.NewReader("01234")), 10, liveconnect.ErrSourceLength},
		"longer than announced":     {io.MultiReader(strings.NewReader("01234567890")), 10, liveconnect.ErrSourceLength},
		"far longer than announced": {io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20))), 10, liveconnect.ErrSourceLength},
		"empty though announced":    {io.MultiReader(), 10, liveconnect.ErrSourceLength},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := livetest.NewServer(t)
			client := server.Client(t)
			_, err := client.Uploads.Put(t.Context(), liveconnect.Root, "a.txt", strings.NewReader("before"), nil)
			require.NoError(t, err)

			_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a.txt", test.body, &liveconnect.UploadOptions{Size: test.size})
			require.ErrorIs(t, err, test.want)
			for item, err := range client.Items.All(t.Context(), liveconnect.Root, nil) {
				require.NoError(t, err)
				if item.Info().Name == "a.txt" {
					assert.EqualValues(t, len("before"), item.Info().Size, "the file is as it was")
				}
			}
		})
	}
}

func TestPutIsSentAgainFromWhereTheSourceStood(t *testing.T) {
	t.Parallel()
	tries := 0
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if tries++; tries < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answer(http.StatusOK, []byte(`{"id":"file.a.A!1"}`))(w, r)
	})
	source := strings.NewReader("0123456789")
	_, err := source.Seek(3, io.SeekStart)
	require.NoError(t, err)
	_, err = s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", source, nil)
	require.NoError(t, err)
	for _, request := range s.asked() {
		assert.Equal(t, "3456789", request.Body)
	}
	assert.Len(t, s.asked(), 3)
}

func TestPutAfterAnEarlyAnswer(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("0123456789abcdef", 1<<18)
	for range 5 {
		tries := 0
		var got []byte
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if tries++; tries < 4 {
				w.WriteHeader(http.StatusServiceUnavailable) // and the body is not read
				return
			}
			got, _ = io.ReadAll(r.Body)
			answer(http.StatusOK, []byte(`{"id":"file.a.A!1"}`))(w, r)
		}))
		s := &stub{Server: server}
		_, err := s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader(large), nil)
		server.Close()
		require.NoError(t, err)
		require.Equal(t, large, string(got))
	}
}

func TestPutOverwrites(t *testing.T) {
	t.Parallel()
	client := livetest.NewServer(t).Client(t)
	put := func(text string, overwrite liveconnect.Overwrite) (*liveconnect.UploadedFile, int, error) {
		var meta liveconnect.Response
		up, err := client.Uploads.Put(liveconnect.WithResponse(t.Context(), &meta), liveconnect.Root, "a.txt", strings.NewReader(text),
			&liveconnect.UploadOptions{Overwrite: overwrite})
		return up, meta.StatusCode, err
	}
	first, code, err := put("one", "")
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, code)

	_, _, err = put("two", liveconnect.OverwriteFalse)
	require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)

	second, code, err := put("three", liveconnect.OverwriteTrue)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, first.ID, second.ID)

	third, _, err := put("four", liveconnect.OverwriteChooseNewName)
	require.NoError(t, err)
	assert.Equal(t, "a(1).txt", third.Name)
	assert.NotEqual(t, first.ID, third.ID)
	assert.Equal(t, "three", readAll(t, client, first.ID))
	assert.Equal(t, "four", readAll(t, client, third.ID))
}

func TestPutOverTheQuota(t *testing.T) {
	t.Parallel()
	client := livetest.NewServer(t, livetest.WithQuota(10)).Client(t)
	_, err := client.Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader("0123456789x"), nil)
	require.ErrorIs(t, err, liveconnect.ErrQuotaExceeded)
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader("0123456789"), nil)
	require.NoError(t, err)
}

// endless gives n zero bytes.
func endless(n int64) io.Reader { return io.LimitReader(zeros{}, n) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBodiesStream(t *testing.T) {
	const size = 256 << 20
	s := newStreamStub(t, size)
	client := s.client(t)
	before := allocated()
	_, err := client.Uploads.Put(t.Context(), liveconnect.Root, "a", endless(size), nil)
	require.NoError(t, err)
	d, err := client.Downloads.Open(t.Context(), "file.a.A!1", nil)
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, d)
	require.NoError(t, errors.Join(err, d.Close()))
	assert.EqualValues(t, size, n)
	grown := allocated() - before
	t.Logf("512 MiB moved, %.1f MiB allocated", float64(grown)/(1<<20))
	assert.Less(t, grown, uint64(8<<20))
}

func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}
