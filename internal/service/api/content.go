package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// getContent redirects to the item's bytes.
func getContent(c *call) (reply, error) {
	item, err := readableItem(c)
	if err != nil {
		return reply{}, err
	}
	// Recorded for notebooks, inferred for folders.
	if item.Kind.IsFolder() || item.Kind == backend.KindNotebook {
		return reply{}, wire.NoSubPath(item.Kind, "content")
	}
	return reply{status: http.StatusFound, location: c.h.Links.File(c.Call, item)}, nil
}

// pictureBox reads the type parameter of an item's picture.
func pictureBox(c *call) (box int, full bool, err error) {
	switch strings.ToLower(c.Params().Get("type")) {
	case "thumbnail":
		return boxThumbnail, false, nil
	case "small":
		return boxSmall, false, nil
	case "album":
		return boxAlbum, false, nil
	case "", "normal":
		return boxNormal, false, nil
	case "full":
		return 0, true, nil
	}
	return 0, false, wire.BadParameter("type", "one of these: thumbnail, small, album, normal, full")
}

// getPicture redirects to a photo's image of some size, to an album's cover, to a video's or a sound's picture.
func getPicture(c *call) (reply, error) {
	item, err := readableItem(c)
	if err != nil {
		return reply{}, err
	}
	if item.Kind == backend.KindFile || item.Kind == backend.KindNotebook {
		return reply{}, wire.NoSubPath(item.Kind, "picture")
	}
	box, full, err := pictureBox(c)
	if err != nil {
		return reply{}, err
	}
	if full && item.Kind == backend.KindPhoto {
		return reply{status: http.StatusFound, location: c.h.Links.File(c.Call, item)}, nil
	}
	return redirectToPicture(c, item, box)
}

// redirectToPicture finds out now whether there is one: a link to a picture that is not there would fail only on the other
// host.
func redirectToPicture(c *call, item backend.Item, box int) (reply, error) {
	if item.Direct != nil {
		picture, ok := item.Direct.Picture(box)
		if !ok && item.Kind.IsFolder() {
			cover, err := backend.All(c.h.Accounts.Children(c.Context(), item.Ref, backend.Query{
				Page: backend.Page{Limit: 1}, Kinds: []backend.Kind{backend.KindPhoto},
			}))
			if err != nil {
				return reply{}, err
			}
			if len(cover) > 0 && cover[0].Direct != nil {
				picture, ok = cover[0].Direct.Picture(box)
			}
		}
		if !ok {
			return reply{}, backend.ErrNoPicture
		}
		return reply{status: http.StatusFound, location: picture.URL}, nil
	}
	picture, err := c.h.Accounts.Picture(c.Context(), item.Ref, box)
	if err != nil {
		return reply{}, err
	}
	_ = picture.Close()
	return reply{status: http.StatusFound, location: c.h.Links.Picture(c.Call, item, box)}, nil
}

// getPreview redirects to an image of what a sharing link leads to. The link is the permission: no token.
func getPreview(c *call) (reply, error) {
	raw := c.Params().Get("url")
	if raw == "" {
		return reply{}, wire.MissingQuery("url")
	}
	item, err := itemByLink(c, raw)
	if err != nil {
		return reply{}, wire.AsError(err, raw)
	}
	box := 0
	switch strings.ToLower(c.Params().Get("type")) {
	case "thumbnail":
		box = boxThumbnail
	case "small":
		box = boxSmall
	case "album":
		box = 200 // here, not 176
	case "", "normal": // the default is inferred
		box = boxNormal
	default:
		return reply{}, wire.BadParameter("type", "one of these: thumbnail, small, album, normal")
	}
	a, err := redirectToPicture(c, item, box)
	if err != nil {
		return reply{}, wire.AsError(err, raw)
	}
	return a, nil
}

// itemByLink finds the item of a sharing link.
func itemByLink(c *call, raw string) (backend.Item, error) {
	if remote, ok := c.h.Accounts.(backend.Remote); ok {
		return remote.ItemByURL(c.Context(), raw)
	}
	key, ok := linkKey(raw)
	if !ok {
		return backend.Item{}, wire.BadParameter("url", "a link to a shared item")
	}
	return c.h.Accounts.ItemByLink(c.Context(), key)
}

// linkKey finds the key in a link of shareLink.
func linkKey(raw string) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", false
	}
	key := wire.ParseParams(u.RawQuery).Get("authkey")
	return key, key != ""
}
