package api

import (
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// listPart lists a window of a folder whose whole list would take a remote service long.
func listPart(c *call, remote backend.Remote, folder backend.Item, kind backend.Kind, w window) (reply, error) {
	filter, err := readFilter(c)
	if err != nil {
		return reply{}, err
	}
	by, descending, err := readOrder(c)
	if err != nil {
		return reply{}, err
	}
	items, more, err := remote.ChildrenPage(c.Context(), folder.Ref, backend.Part{
		Offset: w.offset, Limit: w.limit, By: by, Descending: descending,
		Choice: strings.Join([]string{c.grant.Scopes.String(), string(kind), strings.ToLower(c.Params().Get("filter"))}, "|"),
		Keep: func(i backend.Item) bool {
			return (kind == "" || i.Kind == kind) && (len(filter) == 0 || filter[i.Kind]) && c.grant.Lists(i)
		},
	})
	if err != nil {
		return reply{}, err
	}
	page := collection{Data: make([]any, 0, len(items))}
	for _, item := range items {
		page.Data = append(page.Data, showItem(c, item))
	}
	page.Paging.link(c, w, len(items), more)
	return reply{body: page}, nil
}

// readOrder reads what listPart can sort by.
func readOrder(c *call) (by string, descending bool, err error) {
	by = strings.ToLower(c.Params().Get("sort_by"))
	if by == "default" {
		by = ""
	}
	if !slices.Contains([]string{"", "name", "updated"}, by) {
		return "", false, wire.BadParameter("sort_by", "one of these: updated, name, size, default")
	}
	switch strings.ToLower(c.Params().Get("sort_order")) {
	case "", "ascending":
	case "descending":
		descending = true
	default:
		return "", false, wire.BadParameter("sort_order", "one of these: ascending, descending")
	}
	return by, descending, nil
}
