package graph_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/graph"
	"github.com/go-liveconnect/liveconnect/internal/graphtest"
)

// TestMain wants no goroutine left but those of net/http that let a refused upload run out for half a second.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// kinds are the personal accounts of today.
var kinds = map[string][]graphtest.AccountOption{
	"old ids":      nil,
	"new ids":      {graphtest.WithNewIDs()},
	"mixed case":   {graphtest.WithMixedCase()},
	"zeros":        {graphtest.WithCID("00c4ab1e0ddba115"), graphtest.WithoutZeros()},
	"mixed zeros":  {graphtest.WithCID("00c4ab1e0ddba115"), graphtest.WithoutZeros(), graphtest.WithMixedCase(), graphtest.WithNewIDs()},
	"broken drive": {graphtest.WithBrokenDrive()},
}

func newClient(t *testing.T, server *graphtest.Server, opts ...graph.Option) *liveconnect.Client {
	t.Helper()
	source := oauth2.StaticTokenSource(server.Account().Token())
	opts = append([]graph.Option{graph.WithTransport(graph.HandlerTransport{Handler: server})}, opts...)
	client, err := liveconnect.NewClient(graph.HTTPClient(source, opts...))
	require.NoError(t, err)
	return client
}

func TestFilesRoundTrip(t *testing.T) {
	t.Parallel()
	for name, opts := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := graphtest.NewServer(t, graphtest.WithAccount(opts...))
			client := newClient(t, server)
			ctx := t.Context()

			root, err := client.Folders.Root(ctx, liveconnect.Me)
			require.NoError(t, err)
			assert.Equal(t, "folder."+server.Account().ID, root.ID)
			assert.Empty(t, root.ParentID)

			folder, err := client.Folders.Create(ctx, root.ID, &liveconnect.NewFolder{Name: "Reports"})
			require.NoError(t, err)
			assert.Equal(t, root.ID, folder.ParentID)

			content := []byte("the bytes of the file")
			up, err := client.Uploads.Put(ctx, folder.ID, "a b's.txt", bytes.NewReader(content), nil)
			require.NoError(t, err)
			assert.Equal(t, string(content), download(t, client, up.ID))

			list, err := client.Items.List(ctx, folder.ID, nil)
			require.NoError(t, err)
			require.Len(t, list.Data, 1)
			assert.Equal(t, up.ID, list.Data[0].Info().ID)

			other, err := client.Folders.Create(ctx, root.ID, &liveconnect.NewFolder{Name: "Other"})
			require.NoError(t, err)
			copied, err := client.Files.Copy(ctx, up.ID, other.ID)
			require.NoError(t, err)
			assert.NotEqual(t, up.ID, copied.ID)
			assert.Equal(t, other.ID, copied.ParentID)
			moved, err := client.Files.Move(ctx, up.ID, root.ID)
			require.NoError(t, err)
			assert.Equal(t, up.ID, moved.ID)
			assert.Equal(t, root.ID, moved.ParentID)
			_, err = client.Files.Copy(ctx, moved.ID, other.ID)
			require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)
			require.NoError(t, client.Files.Delete(ctx, copied.ID))
			_, err = client.Files.Get(ctx, copied.ID)
			require.ErrorIs(t, err, liveconnect.ErrNotFound)
		})
	}
}

func download(t *testing.T, client *liveconnect.Client, id string) string {
	t.Helper()
	body, err := client.Downloads.Open(t.Context(), id, nil)
	require.NoError(t, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	require.NoError(t, err)
	return string(content)
}

// Uploads of every way and of sizes on both sides of each limit arrive whole.
func TestUploads(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t)
	client := newClient(t, server, graph.WithUploadLimit(1<<20))
	account := server.Account()
	for _, size := range []int64{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 5 << 20, 5<<20 + 1, 11 << 20} {
		want := sha256.New()
		_, err := io.Copy(want, graphtest.Generated(size, 7))
		require.NoError(t, err)
		for way, put := range map[string]func(ctx context.Context, content io.Reader) (string, error){
			"known": func(ctx context.Context, content io.Reader) (string, error) {
				up, err := client.Uploads.Put(ctx, liveconnect.Root, "known.bin", content, nil)
				return idOf(up), err
			},
			"unknown": func(ctx context.Context, content io.Reader) (string, error) {
				up, err := client.Uploads.Put(ctx, liveconnect.Root, "unknown.bin", io.MultiReader(content), nil)
				return idOf(up), err
			},
			"multipart": func(ctx context.Context, content io.Reader) (string, error) {
				up, err := client.Uploads.Post(ctx, liveconnect.Root, "form.bin", content, nil)
				return idOf(up), err
			},
		} {
			id, err := put(t.Context(), graphtest.Generated(size, 7))
			require.NoError(t, err, "%s, %d bytes", way, size)
			n, sum, err := account.Digest(id[strings.LastIndex(id, ".")+1:])
			require.NoError(t, err)
			assert.Equal(t, size, n, way)
			assert.Equal(t, want.Sum(nil), sum[:], "%s, %d bytes", way, size)
		}
	}
}

func idOf(up *liveconnect.UploadedFile) string {
	if up == nil {
		return ""
	}
	return up.ID
}

// The token goes to Graph and to no other host.
func TestTokenStays(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t)
	client := newClient(t, server, graph.WithUploadLimit(1<<20))
	up, err := client.Uploads.Put(t.Context(), liveconnect.Root, "large.bin", graphtest.Generated(2<<20, 1), nil)
	require.NoError(t, err)
	folder, err := client.Folders.Create(t.Context(), liveconnect.Root, &liveconnect.NewFolder{Name: "To"})
	require.NoError(t, err)
	_, err = client.Files.Copy(t.Context(), up.ID, folder.ID)
	require.NoError(t, err)
	require.Len(t, download(t, client, up.ID), 2<<20)
	files := 0
	for _, r := range server.Requests() {
		if r.Host == graphtest.Files {
			files++
			assert.False(t, r.HadToken, "%s %s", r.Method, r.Path)
		}
	}
	assert.Positive(t, files)
}
