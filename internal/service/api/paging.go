package api

import (
	"fmt"
	"strings"

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

// window is the part of a list that a request asked for.
type window struct {
	offset int
	limit  int // 0: no limit
}

// readWindow reads offset and limit. Counting starts at 0, as every client does; one sentence of the documents says 1.
func readWindow(c *call, defaultLimit int) (window, error) {
	offset, err := c.Params().Count("offset", 0, 0)
	if err != nil {
		return window{}, err
	}
	limit, err := c.Params().Count("limit", 1, defaultLimit)
	return window{offset, limit}, err
}

// listPage answers a list: it cuts the window out of all and shows each element.
func listPage[T any](c *call, all []T, show func(T) any) (reply, error) {
	w, err := readWindow(c, 0)
	if err != nil {
		return reply{}, err
	}
	return windowPage(c, all, w, show), nil
}

func windowPage[T any](c *call, all []T, w window, show func(T) any) reply {
	from := min(w.offset, len(all))
	to := len(all)
	if w.limit > 0 {
		to = min(from+w.limit, len(all))
	}
	page := collection{Data: make([]any, 0, to-from)}
	for _, element := range all[from:to] {
		page.Data = append(page.Data, show(element))
	}
	page.Paging.link(c, window{from, w.limit}, to-from, to < len(all))
	return reply{body: page}
}

// link names the pages before and after a window in which so many were found.
func (p *paging) link(c *call, w window, found int, more bool) {
	if w.offset > 0 {
		back := w.limit
		if back == 0 || back > w.offset {
			back = w.offset
		}
		p.Previous = pagePath(c, w.offset-back, back)
	}
	if more {
		p.Next = pagePath(c, w.offset+found, w.limit)
	}
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
