package graphtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

const (
	defaultPage = 200  // items of a list of files
	largestPage = 1000 // of any list
)

// page answers with a part of a list of items. The next part is found with an opaque token, and nothing else.
func (c *call) page(where string, items []backend.Item, write func(backend.Item) (object, error)) (*answer, error) {
	offset := 0
	if c.token != "" {
		l, state := c.open(linkPage, c.token)
		switch {
		case state == linkExpired:
			return nil, fail(http.StatusGone, "resyncRequired", "The page token has expired; start from the beginning.")
		case state == linkForged, l.Query != c.r.URL.EscapedPath():
			return nil, invalid("The page token is not valid here.")
		}
		offset = l.Offset
	}
	top := defaultPage
	if c.top > 0 {
		top = min(c.top, largestPage)
	}
	first, last := min(offset, len(items)), min(offset+top, len(items))
	value := make([]object, 0, last-first)
	for _, item := range items[first:last] {
		o, err := write(item)
		if err != nil {
			return nil, err
		}
		value = append(value, o)
	}
	body := object{"@odata.context": c.context(where), "value": value}
	if c.count {
		body["@odata.count"] = len(items)
	}
	if last < len(items) {
		token := c.seal(link{Kind: linkPage, Owner: c.user, Offset: last, Query: c.r.URL.EscapedPath()})
		body["@odata.nextLink"] = c.linkTo("$skiptoken", token)
	}
	return ok(body), nil
}

// linkTo is the URL of this call with another value for one option.
func (c *call) linkTo(option, value string) string {
	kept := slices.DeleteFunc(strings.Split(c.r.URL.RawQuery, "&"), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		name, _ = url.QueryUnescape(name)
		return name == "" || name == option
	})
	kept = append(kept, option+"="+url.QueryEscape(value))
	return c.origins.graph + c.r.URL.EscapedPath() + "?" + strings.Join(kept, "&")
}
