package graphtest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// namedSizes are the longest sides of the sizes that every set has (documented for OneDrive).
var namedSizes = map[string]int{"small": 96, "medium": 176, "large": 800}

var customSizeForm = regexp.MustCompile(`^c(\d{1,4})x(\d{1,4})$`)

// customSize is the box of a size such as c2048x2048, 0 if it is none. Cropped ones are not played: the backend scales
// into squares.
func customSize(name string) int {
	m := customSizeForm.FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	width, _ := strconv.Atoi(m[1])
	height, _ := strconv.Atoi(m[2])
	return min(width, height)
}

// thumbnails are the sets of an item: one for a photo, none for anything else.
func (c *call) thumbnails(item backend.Item, selected []string) []object {
	if item.Kind != backend.KindPhoto {
		return []object{}
	}
	set := object{"id": "0"}
	names := []string{"small", "medium", "large"}
	if selected != nil {
		names = slices.DeleteFunc(slices.Clone(selected), func(name string) bool { return name == "id" || name == "source" })
	}
	for _, name := range names {
		set[name] = c.thumbnail(item, name)
	}
	return []object{set}
}

func (c *call) thumbnail(item backend.Item, name string) object {
	box := boxOf(name)
	width, height := imaging.Fit(item.Width, item.Height, box)
	return object{"width": width, "height": height, "url": c.thumbnailURL(item, box)}
}

func boxOf(name string) int {
	if box, ok := namedSizes[name]; ok {
		return box
	}
	return customSize(name)
}

func (c *call) thumbnailURL(item backend.Item, box int) string {
	return c.origins.files + thumbnailPath + c.seal(link{Kind: linkThumbnail, Owner: item.Owner, Item: item.ID, Box: box})
}

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
