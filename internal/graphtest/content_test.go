package graphtest_test

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

func TestDownload(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	item := "/me/drive/items/" + addFile(t, server.Account(), "a b.txt", "0123456789")
	location := c.Want(http.StatusFound, http.MethodGet, item+"/content", nil, "Range", "bytes=3-").Header.Get("Location")
	for _, link := range []string{location, tour.Text(c.Get(item), "@microsoft.graph.downloadUrl")} {
		assert.True(t, strings.HasPrefix(link, server.FilesURL), "an origin of its own")
		whole := c.Want(http.StatusOK, http.MethodGet, link, nil)
		assert.Equal(t, "0123456789", string(whole.Body))
		assert.Contains(t, whole.Header.Get("Content-Type"), "text/plain")
		part := c.Want(http.StatusPartialContent, http.MethodGet, link, nil, "Range", "bytes=3-5")
		assert.Equal(t, []string{"345", "bytes 3-5/10"}, []string{string(part.Body), part.Header.Get("Content-Range")})
		c.Want(http.StatusRequestedRangeNotSatisfiable, http.MethodGet, link, nil, "Range", "bytes=30-")
		refused(t, c, http.StatusUnauthorized, "unauthenticated", http.MethodGet, link, nil, "Authorization", "Bearer x")
		refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, link+"x", nil)
		refused(t, c, http.StatusMethodNotAllowed, "invalidRequest", http.MethodPut, link, "x")
	}
	server.ExpireLinks()
	refused(t, c, http.StatusUnauthorized, "unauthenticated", http.MethodGet, location, nil)
	fresh := c.Want(http.StatusFound, http.MethodGet, item+"/content", nil).Header.Get("Location")
	server.Advance(59 * time.Minute)
	c.Want(http.StatusOK, http.MethodGet, fresh, nil)
	server.Advance(2 * time.Minute)
	refused(t, c, http.StatusUnauthorized, "unauthenticated", http.MethodGet, fresh, nil)
	refused(t, c, http.StatusUnauthorized, "InvalidAuthenticationToken", http.MethodGet, item, nil) // the token has expired as well
	c = tour.NewClient(t, server, server.Account())
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, "/me/drive/root/content", nil)
}

func TestSimpleLimit(t *testing.T) {
	t.Parallel()
	_, c := start(t, graphtest.WithSimpleLimit(10))
	const put = "/me/drive/root:/a.txt:/content"
	made := c.Want(http.StatusCreated, http.MethodPut, put, strings.Repeat("x", 10)).Text("id")
	refused(t, c, http.StatusRequestEntityTooLarge, "invalidRequest", http.MethodPut, put, strings.Repeat("x", 11))
	refused(t, c, http.StatusRequestEntityTooLarge, "invalidRequest", http.MethodPut, "/me/drive/items/"+made+"/content", strings.Repeat("x", 11))
	assert.EqualValues(t, 10, c.Get("/me/drive/items/" + made)["size"])
}

func TestPhotos(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	photo, err := server.Account().AddFile("Pictures/orbs.jpg", imagetest.JPEG(1200, 600, &imagetest.Exif{Make: "Contoso"}))
	require.NoError(t, err)
	item := "/me/drive/items/" + photo
	full := c.Get(item + "?$expand=thumbnails")
	assert.Equal(t, tour.Object{"width": 1200.0, "height": 600.0}, full["image"])
	assert.Equal(t, "Contoso", tour.Text(full["photo"].(tour.Object), "cameraMake"))
	set := full["thumbnails"].([]any)[0].(tour.Object)
	for size, want := range map[string][2]int{"small": {96, 48}, "medium": {176, 88}, "large": {800, 400}} {
		thumbnail := set[size].(tour.Object)
		picture := c.Want(http.StatusOK, http.MethodGet, tour.Text(thumbnail, "url"), nil)
		config, _, err := image.DecodeConfig(bytes.NewReader(picture.Body))
		require.NoError(t, err)
		assert.Equal(t, want, [2]int{config.Width, config.Height}, size)
		assert.Equal(t, []any{float64(want[0]), float64(want[1])}, []any{thumbnail["width"], thumbnail["height"]}, size)
		content := c.Want(http.StatusFound, http.MethodGet, item+"/thumbnails/0/"+size+"/content", nil)
		assert.Equal(t, picture.Body, c.Want(http.StatusOK, http.MethodGet, content.Header.Get("Location"), nil).Body)
	}
	big := tour.Values(c.Get(item + "/thumbnails?$select=c2048x2048"))[0]["c2048x2048"].(tour.Object)
	assert.Equal(t, []any{1200.0, 600.0}, []any{big["width"], big["height"]}, "never enlarged")
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, item+"/thumbnails/0/huge", nil)
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, item+"/thumbnails/1", nil)
	text := addFile(t, server.Account(), "a.txt", "a")
	assert.Empty(t, tour.Values(c.Get("/me/drive/items/"+text+"/thumbnails")))
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, "/me/drive/items/"+text+"/thumbnails/0/small/content", nil)

	refused(t, c, http.StatusNotFound, "ImageNotFound", http.MethodGet, "/me/photo/$value", nil)
	require.NoError(t, server.Account().SetPhoto(imagetest.JPEG(300, 500, nil)))
	config, _, err := image.DecodeConfig(bytes.NewReader(c.Want(http.StatusOK, http.MethodGet, "/me/photos/96x96/$value", nil).Body))
	require.NoError(t, err)
	assert.Equal(t, [2]int{96, 96}, [2]int{config.Width, config.Height})
}

func TestLinks(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	id := addFile(t, server.Account(), "a.txt", "a")
	item := "/me/drive/items/" + id
	view := c.Want(http.StatusCreated, http.MethodPost, item+"/createLink", tour.Object{"type": "view", "scope": "anonymous"}).JSON
	again := c.Want(http.StatusOK, http.MethodPost, item+"/createLink", tour.Object{"type": "view"}).JSON
	assert.Equal(t, view["link"], again["link"])
	edit := c.Want(http.StatusCreated, http.MethodPost, item+"/createLink", tour.Object{"type": "edit"}).JSON
	assert.Equal(t, []any{"write"}, edit["roles"])
	assert.NotEqual(t, view["link"], edit["link"])
	embed := c.Want(http.StatusOK, http.MethodPost, item+"/createLink", tour.Object{"type": "embed"}).JSON["link"].(tour.Object)
	assert.Contains(t, tour.Text(embed, "webHtml"), "<iframe src=")
	for _, bad := range []tour.Object{{}, {"type": "look"}, {"type": "view", "scope": "organization"}} {
		refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodPost, item+"/createLink", bad)
	}
	shared := c.Get(item)["shared"].(tour.Object)
	assert.Equal(t, "anonymous", tour.Text(shared, "scope"))

	other, err := server.AddAccount("Stephanie", "Bourne")
	require.NoError(t, err)
	stranger := tour.NewClient(t, server, other)
	link := tour.Text(view["link"].(tour.Object), "webUrl")
	for _, share := range []string{encodeShare(link), encodeShare(link + "?e=x"), tour.Text(view, "shareId"), encodeShare(tour.Text(embed, "webUrl"))} {
		assert.Equal(t, id, tour.Text(stranger.Get("/shares/"+url.PathEscape(share)+"/driveItem"), "id"))
		assert.Equal(t, "a.txt", tour.Text(stranger.Get("/shares/"+url.PathEscape(share)), "name"))
		assert.Empty(t, tour.Values(stranger.Get("/shares/"+url.PathEscape(share)+"/driveItem/thumbnails")))
		stranger.Want(http.StatusFound, http.MethodGet, "/shares/"+url.PathEscape(share)+"/root/content", nil)
	}
	webURL := encodeShare(tour.Text(c.Get(item), "webUrl"))
	assert.Equal(t, id, tour.Text(c.Get("/shares/"+webURL+"/driveItem"), "id"))
	refused(t, stranger, http.StatusForbidden, "accessDenied", http.MethodGet, "/shares/"+webURL+"/driveItem", nil)
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, "/shares/u!x/driveItem", nil)
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, "/shares/s!nobody/driveItem", nil)
}

// encodeShare is an address as /shares takes it.
func encodeShare(address string) string {
	return "u!" + base64.RawURLEncoding.EncodeToString([]byte(address))
}
