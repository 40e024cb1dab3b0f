package liveconnect_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	const shared = "https://onedrive.live.com/redir?resid=X!1&authkey=!AbC"
	const embed = `<iframe src="https://onedrive.live.com/embed?cid=x" width="98"></iframe>`
	readLink := func(id string) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Items.ReadLink(ctx, id) }
	}
	previewURL := func(size liveconnect.ImageSize) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Items.PreviewURL(ctx, shared, size)
		}
	}
	exchanges(t, []exchange{{
		name: "ReadLink", answer: `{"link":"` + shared + `"}`, method: "GET", path: "/file.x.X!1/shared_read_link",
		call: readLink("file.x.X!1"), want: shared,
	}, {
		name: "ReadLink of a special folder", answer: `{"link":"` + shared + `"}`, method: "GET",
		path: "/me/skydrive/my_photos/shared_read_link", call: readLink(liveconnect.MyPhotos), want: shared,
	}, {
		name: "EditLink", answer: `{"link":"` + shared + `"}`, method: "GET", path: "/file.x.X!1/shared_edit_link",
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Items.EditLink(ctx, "file.x.X!1")
		},
		want: shared,
	}, {
		name: "EmbedHTML", method: "GET", path: "/file.x.X!1/embed", want: embed,
		answer: `{"embed_html":"<iframe src=\"https://onedrive.live.com/embed?cid=x\" width=\"98\"></iframe>"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Items.EmbedHTML(ctx, "file.x.X!1")
		},
	}, {
		name: "PreviewURL", answer: `{"location":"https://storage.example/1"}`, method: "GET", path: "/skydrive/get_item_preview",
		query: url.Values{"url": {shared}, "suppress_redirects": {"true"}}, call: previewURL(""), want: "https://storage.example/1",
	}, {
		name: "PreviewURL in a size", answer: `{"location":"https://storage.example/1"}`, method: "GET", path: "/skydrive/get_item_preview",
		query: url.Values{"url": {shared}, "type": {"album"}, "suppress_redirects": {"true"}}, call: previewURL(liveconnect.ImageAlbum),
	}})
}

func TestPreview(t *testing.T) {
	t.Parallel()
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/picture" {
			_, _ = io.WriteString(w, "pixels")
			return
		}
		http.Redirect(w, r, "/picture", http.StatusFound)
	})
	content, err := s.client(t).Items.Preview(t.Context(), "https://1drv.ms/abc", liveconnect.ImageThumbnail)
	require.NoError(t, err)
	got, err := io.ReadAll(content)
	require.NoError(t, err)
	require.NoError(t, content.Close())
	assert.Equal(t, "pixels", string(got))
	first := s.asked()[0]
	assert.Equal(t, "/v5.0/skydrive/get_item_preview", first.Path)
	assert.Equal(t, "https://1drv.ms/abc", first.Query.Get("url"))
	assert.Equal(t, "thumbnail", first.Query.Get("type"))
}

// Who has a shared link has the item, so no error may hold one.
func TestSharedLinkDoesNotShow(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusNotFound, fixture(t, "recorded/error_not_found.json")))
	_, err := s.client(t).Items.PreviewURL(t.Context(), "https://1drv.ms/abc?authkey=!KEY", "")
	require.ErrorIs(t, err, liveconnect.ErrNotFound)
	assert.NotContains(t, err.Error(), "KEY")
	_, err = s.client(t).Items.PreviewURL(t.Context(), "1drv.ms/abc?authkey=!KEY", "")
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.NotContains(t, err.Error(), "KEY")
}

func TestLinksWithoutLink(t *testing.T) {
	t.Parallel()
	client := newStub(t, answer(http.StatusOK, []byte(`{"source":"https://onedrive.live.com/"}`))).client(t)
	_, err := client.Items.ReadLink(t.Context(), "file.x.X!1")
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
	_, err = client.Items.EditLink(t.Context(), "file.x.X!1")
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
	_, err = client.Items.EmbedHTML(t.Context(), "file.x.X!1")
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
	_, err = client.Items.PreviewURL(t.Context(), "https://1drv.ms/abc", "")
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
}

func TestLinksRefuse(t *testing.T) {
	t.Parallel()
	preview := func(link string, size liveconnect.ImageSize) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.Preview(ctx, link, size)
			return err
		}
	}
	refused(t, badCalls{
		"ReadLink: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.ReadLink(ctx, "")
			return err
		},
		"EditLink: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.EditLink(ctx, "")
			return err
		},
		"EmbedHTML: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.EmbedHTML(ctx, "")
			return err
		},
		"Preview: empty link":   preview("", ""),
		"Preview: no scheme":    preview("1drv.ms/abc", ""),
		"Preview: other scheme": preview("file:///etc/passwd", ""),
		"Preview: no host":      preview("https:///abc", ""),
		"Preview: full":         preview("https://1drv.ms/abc", liveconnect.ImageFull),
		"Preview: size":         preview("https://1drv.ms/abc", "huge"),
		"PreviewURL: size": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.PreviewURL(ctx, "https://1drv.ms/abc", "huge")
			return err
		},
	})
}
