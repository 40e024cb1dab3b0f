package graphtest

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func listThumbnails(c *call) (*answer, error) {
	item, err := c.find()
	if err != nil {
		return nil, err
	}
	return ok(object{"@odata.context": c.context("Collection(microsoft.graph.thumbnailSet)"), "value": c.thumbnails(item, c.selected)}), nil
}

// oneThumbnail answers for a set, a size of it, and that size's content.
func oneThumbnail(of func(*call, backend.Item, string) *answer) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) {
		item, err := c.find()
		if err != nil {
			return nil, err
		}
		if c.args[0] != "0" || item.Kind != backend.KindPhoto {
			return nil, notFound()
		}
		size := ""
		if len(c.args) > 1 {
			if size = c.args[1]; boxOf(size) == 0 {
				return nil, invalid("There is no thumbnail size %q.", size)
			}
		}
		return of(c, item, size), nil
	}
}

func thumbnailSet(c *call, item backend.Item, _ string) *answer {
	return ok(c.thumbnails(item, c.selected)[0])
}

func thumbnailSize(c *call, item backend.Item, size string) *answer {
	return ok(c.thumbnail(item, size))
}

func thumbnailContent(c *call, item backend.Item, size string) *answer {
	return redirect(http.StatusFound, c.thumbnailURL(item, boxOf(size)))
}
