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
