package graphtest

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

const shortLinks = "https://1drv.ms/u/s!"

// createLink makes a sharing link, or finds the one that there is.
func createLink(c *call) (*answer, error) {
	body, err := readParameters(c.r, "driveItem", "createLink", "type", "scope")
	if err != nil {
		return nil, err
	}
	role, ok := map[string]string{"view": "read", "embed": "read", "edit": "edit"}[text(body, "type")]
	if !ok {
		return nil, invalid("The type of a link is view, edit or embed, not %q.", text(body, "type"))
	}
	if scope := text(body, "scope"); scope != "" && scope != "anonymous" {
		return nil, invalid("Links of a personal account have the scope anonymous, not %q.", scope)
	}
	item, err := c.findOwn()
	if err != nil {
		return nil, err
	}
	key, err := c.backend.ShareLink(c.ctx(), item.Ref, role)
	if err != nil {
		return nil, err
	}
	status := http.StatusCreated
	if _, known := c.extras.links.get(key); known {
		status = http.StatusOK
	}
	c.extras.links.put(key, true)
	return &answer{status: status, body: c.permission(item, text(body, "type"), role, key)}, nil
}

func (c *call) permission(item backend.Item, kind, role, key string) object {
	shared := object{"type": kind, "scope": "anonymous", "webUrl": shortLinks + strings.TrimPrefix(key, "!"), "preventsDownload": false}
	if kind == "embed" {
		address := "https://onedrive.live.com/embed?resid=" + url.QueryEscape(c.itemID(item.Ref)) + "&authkey=" + url.QueryEscape(key)
		shared["webUrl"] = address
		shared["webHtml"] = fmt.Sprintf(`<iframe src="%s" width="98" height="120" frameborder="0" scrolling="no"></iframe>`, html.EscapeString(address))
	}
	role = map[string]string{"read": "read", "edit": "write"}[role]
	return object{
		"@odata.context": c.context("permission"), "id": base64.RawURLEncoding.EncodeToString([]byte(key)),
		"roles": []string{role}, "shareId": "s" + key, "hasPassword": false, "link": shared,
	}
}

// sharedItem finds what a share id (s!…) or an encoded sharing URL (u!…) stands for.
func (c *call) sharedItem() (backend.Item, error) {
	if key, ok := strings.CutPrefix(c.share, "s!"); ok {
		return c.byKey("!" + key)
	}
	encoded, ok := strings.CutPrefix(c.share, "u!")
	address, err := base64.RawURLEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return backend.Item{}, invalid("The sharing token is malformed.")
	}
	if key, ok := strings.CutPrefix(string(address), shortLinks); ok {
		key, _, _ = strings.Cut(key, "?")
		return c.byKey("!" + key)
	}
	u, err := url.Parse(string(address))
	if err != nil || u.Host != "onedrive.live.com" {
		return backend.Item{}, invalid("The URL is no sharing URL.")
	}
	if key := u.Query().Get("authkey"); key != "" {
		return c.byKey(key)
	}
	return c.byWebURL(u.Query().Get("resid"))
}

func (c *call) byKey(key string) (backend.Item, error) {
	item, err := c.backend.ItemByLink(c.ctx(), key)
	return item, driveFailure(err)
}

// byWebURL is for the address of an item: it shares nothing, and so serves who can see the item anyway.
func (c *call) byWebURL(id string) (backend.Item, error) {
	cid, _, _ := strings.Cut(strings.ToLower(id), "!")
	owner := strings.Repeat("0", max(0, 16-len(cid))) + cid
	ref, err := c.itemRef(owner, id)
	if err != nil {
		return backend.Item{}, err
	}
	item, err := c.backend.Item(c.ctx(), ref)
	if err != nil {
		return item, driveFailure(err)
	}
	if shared, err := c.backend.Shared(c.ctx(), ref, c.user); err != nil || !shared {
		return item, denied()
	}
	return item, nil
}

// getShare answers with the share itself, which is little more than the item's name.
func getShare(c *call) (*answer, error) {
	item, err := c.sharedItem()
	if err != nil {
		return nil, err
	}
	return ok(c.pick(object{
		"@odata.context": c.context("shares/$entity"), "id": c.share, "name": item.Name,
		"owner": object{"user": object{"id": item.Owner, "displayName": item.From.Name}}, "webUrl": c.webURL(item.Ref),
	})), nil
}
