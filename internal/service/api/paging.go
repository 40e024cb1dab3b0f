package api

import (
	"fmt"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// collection is every list on the wire.
type collection struct {
	Data   []any  `json:"data"`
	Paging paging `json:"paging"`
}

// paging holds paths without host, version and token. It is empty when the list has no other page.
type paging struct {
	Previous string `json:"previous,omitempty"`
	Next     string `json:"next,omitempty"`
}

// repeated are the parameters that the next page needs besides offset and limit. That next repeats them is inferred:
// only one next link was ever recorded, and its request had none.
var repeated = []string{"q", "filter", "sort_by", "sort_order", "start_time", "end_time", "download", "locale"}

// readPage reads offset and limit. Counting starts at 0, as every client does; one sentence of the documents says 1.
func readPage(c *call, defaultLimit int) (page backend.Page, err error) {
	if page.Offset, err = c.Params().Count("offset", 0, 0); err != nil {
		return page, err
	}
	page.Limit, err = c.Params().Count("limit", 1, defaultLimit)
	return page, err
}

// listPage answers the part of a list that was asked for.
func listPage[T any](c *call, list func(backend.Page) (backend.List[T], error), show func(T) any) (reply, error) {
	page, err := readPage(c, 0)
	if err != nil {
		return reply{}, err
	}
	found, err := list(page)
	return showPage(c, found, page, show), err
}

func showPage[T any](c *call, found backend.List[T], page backend.Page, show func(T) any) reply {
	out := collection{Data: make([]any, 0, len(found.Items))}
	for _, element := range found.Items {
		out.Data = append(out.Data, show(element))
	}
	from := page.Offset
	if found.Total >= 0 {
		from = min(from, found.Total)
	}
	if from > 0 {
		back := page.Limit
		if back == 0 || back > from {
			back = from
		}
		out.Paging.Previous = pagePath(c, from-back, back)
	}
	if found.More {
		out.Paging.Next = pagePath(c, from+len(found.Items), page.Limit)
	}
	return reply{body: out}
}

// pagePath writes the path of another page: offset first, for there is a client that takes the first number of the
// link, then limit.
func pagePath(c *call, offset, limit int) string {
	var b strings.Builder
	for _, segment := range c.path {
		b.WriteString("/" + wire.EscapeComponent(segment))
	}
	fmt.Fprintf(&b, "?offset=%d&limit=%d", offset, limit)
	for _, key := range repeated {
		if v := c.Params().Get(key); v != "" {
			b.WriteString("&" + key + "=" + wire.EscapeComponent(v))
		}
	}
	return b.String()
}
