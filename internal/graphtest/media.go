package graphtest

import (
	"slices"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

func (c *call) downloadURL(ref backend.Ref) string {
	return c.origins.files + contentPath + c.seal(link{Kind: linkContent, Owner: ref.Owner, Item: ref.ID})
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

func (c *call) thumbnailURL(item backend.Item, box int) string {
	return c.origins.files + thumbnailPath + c.seal(link{Kind: linkThumbnail, Owner: item.Owner, Item: item.ID, Box: box})
}
