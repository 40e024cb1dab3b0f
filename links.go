package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// The calls of ItemsService that show an item to people who have no token.

// ReadLink returns an address at which anybody can see an item: GET /ITEM_ID/shared_read_link, scope
// wl.skydrive_update. It makes the link if there is none, so the item is shared from then on.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "File and folder properties"; the answer was seen in clients.
func (s *ItemsService) ReadLink(ctx context.Context, itemID string) (string, error) {
	return s.sharedLink(ctx, "Items.ReadLink", itemID, "shared_read_link")
}

// EditLink returns an address at which anybody can change an item: GET /ITEM_ID/shared_edit_link, scope
// wl.skydrive_update. It makes the link if there is none, so the item is shared from then on.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "File and folder properties"; the answer was seen in clients.
func (s *ItemsService) EditLink(ctx context.Context, itemID string) (string, error) {
	return s.sharedLink(ctx, "Items.EditLink", itemID, "shared_edit_link")
}

func (s *ItemsService) sharedLink(ctx context.Context, op, itemID, name string) (string, error) {
	answer, err := fetch[struct {
		Link string `json:"link"`
	}](ctx, (*service)(s), request{op: op, method: http.MethodGet, path: itemPath(itemID).add(name)})
	if err != nil {
		return "", err
	}
	if answer.Link == "" {
		return "", &Error{Op: op, Err: fmt.Errorf("%w: no link in the answer", ErrUnexpectedContent)}
	}
	return answer.Link, nil
}

// EmbedHTML returns an iframe element that shows an item in a web page: GET /ITEM_ID/embed, scope wl.skydrive_update.
// The item is shared from then on. It works for items whose IsEmbeddable is true.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "File and folder properties"; the answer was seen in clients.
func (s *ItemsService) EmbedHTML(ctx context.Context, itemID string) (string, error) {
	const op = "Items.EmbedHTML"
	answer, err := fetch[struct {
		HTML string `json:"embed_html"`
	}](ctx, (*service)(s), request{op: op, method: http.MethodGet, path: itemPath(itemID).add("embed")})
	if err != nil {
		return "", err
	}
	if answer.HTML == "" {
		return "", &Error{Op: op, Err: fmt.Errorf("%w: no embed_html in the answer", ErrUnexpectedContent)}
	}
	return answer.HTML, nil
}

// Preview opens a picture of a shared item: GET /skydrive/get_item_preview?type=…&url=…, which needs no token. The link
// is one that ReadLink returned, or a short one such as https://1drv.ms/…. The sizes are [ImageThumbnail], [ImageSmall]
// (up to 100 pixels), [ImageAlbum] (200) and [ImageNormal] (800); the empty one leaves the choice to the service. The
// caller closes what it returns.
//
// Errors: [ErrNotFound], [ErrParameterInvalid]. Seen in clients.
func (s *ItemsService) Preview(ctx context.Context, sharedLink string, size ImageSize) (*Download, error) {
	return openPicture(ctx, (*service)(s), previewRequest("Items.Preview", sharedLink, size), urlPath{})
}

// PreviewURL returns the address of a picture of a shared item: GET
// /skydrive/get_item_preview?type=…&url=…&suppress_redirects=true. See Preview.
//
// Errors: [ErrNotFound], [ErrParameterInvalid]. Seen in clients.
func (s *ItemsService) PreviewURL(ctx context.Context, sharedLink string, size ImageSize) (string, error) {
	return link(ctx, (*service)(s), previewRequest("Items.PreviewURL", sharedLink, size))
}

type previewParams struct {
	Type ImageSize `url:"type,omitempty"`
	URL  string    `url:"url"`
}

// previewRequest checks a link without repeating it in an error: who has the link has the item.
func previewRequest(op, sharedLink string, size ImageSize) request {
	r := request{op: op, path: urlPath{}.add("skydrive", "get_item_preview"), params: previewParams{size, sharedLink}}
	u, err := url.Parse(sharedLink)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		r.check(errors.New("the shared link is not a URL such as https://1drv.ms/…"))
	}
	r.check(oneOf("image size", size, "", ImageThumbnail, ImageSmall, ImageAlbum, ImageNormal))
	return r
}
