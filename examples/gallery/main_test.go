package main

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/examples/internal/readme"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// README.md shows a program that runs until Ctrl-C.
func TestReadme(t *testing.T) {
	readme.Check(t, "gallery", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		return run(ctx, append(args, "-photos", "1"), writer(func(p []byte) (int, error) {
			if bytes.Contains(p, []byte("Ctrl-C")) {
				cancel()
			}
			return stdout.Write(p)
		}), stderr)
	})
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// start serves the account of an emulator, and returns the address of the page.
func start(t *testing.T, server *livetest.Server) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	host := listener.Addr().String()
	go func() { ended <- serve(ctx, listener, &gallery{server.Client(t), "Roberto Tamburello", host}) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return "http://" + host
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var content bytes.Buffer
	require.NoError(t, jpeg.Encode(&content, image.NewRGBA(image.Rect(0, 0, width, height)), nil))
	return content.Bytes()
}

func get(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	answer, err := http.Get(address)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, body
}

func TestGallery(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	id, err := server.Account().AddFile("Pictures/orbs.jpg", picture(t, 1200, 900))
	require.NoError(t, err)
	page := start(t, server)

	_, body := get(t, page+"/api/albums")
	var albums struct {
		Owner  string
		Albums []album
	}
	require.NoError(t, json.Unmarshal(body, &albums))
	assert.Equal(t, "Roberto Tamburello", albums.Owner)
	require.Len(t, albums.Albums, 1)
	assert.Equal(t, "Pictures", albums.Albums[0].Name)

	_, body = get(t, page+"/api/albums/"+url.PathEscape(albums.Albums[0].ID))
	assert.NotContains(t, string(body), server.StorageURL, "addresses that need no token stay here")
	var photos struct{ Photos []photo }
	require.NoError(t, json.Unmarshal(body, &photos))
	require.Len(t, photos.Photos, 1)
	assert.Equal(t, id, photos.Photos[0].ID)
	assert.Len(t, photos.Photos[0].Images, 4)
	for _, want := range photos.Photos[0].Images {
		answer, body := get(t, page+"/photos/"+url.PathEscape(id)+"/"+string(want.Type))
		assert.Equal(t, "image/jpeg", answer.Header.Get("Content-Type"))
		size, _, err := image.DecodeConfig(bytes.NewReader(body))
		require.NoError(t, err)
		assert.Equal(t, [2]int{want.Width, want.Height}, [2]int{size.Width, size.Height}, want.Type)
	}

	answer, body := get(t, page+"/")
	assert.Equal(t, 200, answer.StatusCode)
	assert.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'self'")
	assert.NotContains(t, string(body), "http", "nothing comes from elsewhere")
}

func TestWhatTheServiceRefuses(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	page := start(t, server)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/api/albums/folder.0000000000000001.0000000000000001!5":  {404, "resource_not_found"},
		"/photos/file.0000000000000001.0000000000000001!5/normal": {404, "resource_not_found"},
		"/photos/file.0000000000000001.0000000000000001!5/huge":   {400, "huge"},
		"/api/albums/..%2Fme":            {400, "invalid argument"},
		"/api/albums/me%2Fcontacts":      {400, "invalid argument"},
		"/gallery.go":                    {404, "not found"},
		"/api/albums/folder.x%3Fa=b%23c": {400, ""},
	} {
		answer, body := get(t, page+path)
		assert.Equal(t, want.status, answer.StatusCode, path)
		assert.Contains(t, string(body), want.says, path)
	}
	server.Fault(livetest.Fault{Path: "/albums$", Do: livetest.Error(403, "request_token_unauthorized", "")})
	answer, body := get(t, page+"/api/albums")
	assert.Equal(t, 403, answer.StatusCode)
	assert.Contains(t, string(body), "the user who signed in may not")
	server.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.Answer(200, http.Header{"Content-Type": {"text/html"}}, "<script>")})
	id, err := server.Account().AddFile("Pictures/orbs.jpg", picture(t, 30, 20))
	require.NoError(t, err)
	answer, body = get(t, page+"/photos/"+url.PathEscape(id)+"/full")
	assert.Equal(t, 502, answer.StatusCode)
	assert.NotContains(t, string(body), "<script>")
}

// A page from elsewhere that has its own name point here is not let in.
func TestForeignNames(t *testing.T) {
	t.Parallel()
	page := start(t, livetest.NewServer(t))
	_, port, _ := strings.Cut(strings.TrimPrefix(page, "http://"), ":")
	for host, status := range map[string]int{
		"127.0.0.1:" + port: 200, "localhost:" + port: 200, "evil.example": 421, "evil.example:" + port: 421, "127.0.0.1": 421,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page+"/api/albums", nil)
		require.NoError(t, err)
		request.Host = host
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		assert.Equal(t, status, answer.StatusCode, host)
		require.NoError(t, answer.Body.Close())
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	assert.ErrorContains(t, run(t.Context(), []string{"-photos", "-1"}, io.Discard, io.Discard), "want 0 or more")
	assert.ErrorContains(t, run(t.Context(), []string{"-photos", "0", "-addr", "nowhere"}, io.Discard, io.Discard), "choose another -addr")
}
