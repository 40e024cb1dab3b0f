package api

import (
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// showItem is an item as this caller sees it.
func showItem(c *call, item backend.Item) any {
	switch item.Kind {
	case backend.KindFolder, backend.KindAlbum:
		return folderJSON{
			plainHead: plainHeadOf(c, item), Count: item.Count, Link: itemLink(item), Type: item.Kind,
			itemTail: tailOf(c, item),
		}
	case backend.KindPhoto:
		return showPhoto(c, item)
	case backend.KindVideo:
		return showVideo(c, item)
	case backend.KindAudio:
		return showAudio(c, item)
	}
	out := fileJSON{
		plainHead: plainHeadOf(c, item), Source: c.h.Links.File(c.Call, item), Link: itemLink(item), Type: item.Kind,
		itemTail: tailOf(c, item),
	}
	if item.Kind == backend.KindNotebook {
		out.UploadLocation, out.Source = nil, ""
	}
	return out
}

func headOf(item backend.Item) itemHead {
	return itemHead{
		ID: wire.ItemID(item), From: personOf(item.From), Name: item.Name, Description: item.Description,
		ParentID: parentID(item), Size: item.Size,
	}
}

func plainHeadOf(c *call, item backend.Item) plainHead {
	return plainHead{
		itemHead: headOf(item), UploadLocation: uploadLocation(c, item), CommentsCount: item.Comments,
		CommentsEnabled: commentsEnabled(item), IsEmbeddable: item.Embeddable,
	}
}

func pictureHeadOf(c *call, item backend.Item) pictureHead {
	return pictureHead{
		itemHead: headOf(item), CommentsCount: item.Comments, CommentsEnabled: commentsEnabled(item),
		TagsCount: item.Tags, TagsEnabled: item.TagsEnabled, IsEmbeddable: item.Embeddable,
		Picture: c.h.Links.Picture(c.Call, item, boxThumbnail), Source: c.h.Links.File(c.Call, item),
		UploadLocation: uploadLocation(c, item),
	}
}

// commentsEnabled is as it was recorded, false for what nobody else sees, until a comment is taken.
func commentsEnabled(item backend.Item) bool { return item.CommentsEnabled || item.Comments > 0 }

// tailOf has what needs wl.skydrive only with that scope.
func tailOf(c *call, item backend.Item) itemTail {
	tail := itemTail{
		CreatedTime: wire.TimeText(item.Created), UpdatedTime: wire.TimeText(item.Updated),
		ClientUpdated: wire.TimeText(item.ClientUpdated),
	}
	if c.grant.Scopes.Has("wl.skydrive") {
		tail.SharedWith = &sharedJSON{accessWord(c, item.Access)}
	}
	return tail
}

func showPhoto(c *call, item backend.Item) photoJSON {
	var info backend.PhotoInfo
	if item.Photo != nil {
		info = *item.Photo
	}
	out := photoJSON{
		pictureHead: pictureHeadOf(c, item), Link: itemLink(item), WhenTaken: wire.TimeText(info.Taken),
		Height: item.Height, Width: item.Width, Type: item.Kind,
		CameraMake: wire.TextOrNull(info.CameraMake), CameraModel: wire.TextOrNull(info.CameraModel),
		FocalRatio: info.FocalRatio, FocalLength: info.FocalLength,
		ExposureNumerator: info.ExposureNumerator, ExposureDenominator: info.ExposureDenominator,
		itemTail: tailOf(c, item),
	}
	out.Images = photoImages(c, item, out.Picture, out.Source)
	// The documents keep the place of other people's photos to themselves.
	if info.Location != nil && item.Owner == c.grant.User {
		out.Location = &locationJSON{info.Location.Latitude, info.Location.Longitude, info.Location.Altitude}
	}
	return out
}

// photoImages lists the sizes in the recorded order. full is the stored size, however large; it and the thumbnail have
// the same links as the photo, byte for byte.
func photoImages(c *call, item backend.Item, thumbnail, full string) []imageJSON {
	image := func(name string, box int, source string) imageJSON {
		if item.Direct != nil {
			picture, _ := item.Direct.Picture(box)
			return imageJSON{Height: picture.Height, Width: picture.Width, Source: picture.URL, Type: name}
		}
		w, h := fit(item.Width, item.Height, box)
		if box > 0 && item.Photo != nil && item.Photo.Turned {
			w, h = h, w
		}
		return imageJSON{Height: h, Width: w, Source: source, Type: name}
	}
	return []imageJSON{
		image("normal", boxNormal, c.h.Links.Picture(c.Call, item, boxNormal)),
		image("album", boxAlbum, c.h.Links.Picture(c.Call, item, boxAlbum)),
		image("thumbnail", boxThumbnail, thumbnail),
		image("full", 0, full),
	}
}

func showVideo(c *call, item backend.Item) videoJSON {
	var info backend.VideoInfo
	if item.Video != nil {
		info = *item.Video
	}
	return videoJSON{
		pictureHead: pictureHeadOf(c, item), Link: itemLink(item), Height: item.Height, Width: item.Width,
		Duration: info.Duration, Bitrate: info.Bitrate, Type: item.Kind, itemTail: tailOf(c, item),
	}
}

func showAudio(c *call, item backend.Item) audioJSON {
	var info backend.AudioInfo
	if item.Audio != nil {
		info = *item.Audio
	}
	var picture *string // null without a cover: a link that leads nowhere would be worse
	if info.Picture {
		url := c.h.Links.Picture(c.Call, item, boxAlbum)
		picture = &url
	}
	return audioJSON{
		plainHead: plainHeadOf(c, item), Source: c.h.Links.File(c.Call, item), Link: itemLink(item), Type: item.Kind,
		Title: info.Title, Artist: info.Artist, Album: info.Album, AlbumArtist: info.AlbumArtist, Genre: info.Genre,
		Duration: info.Duration, Picture: picture, itemTail: tailOf(c, item),
	}
}

// parentID is null on the root; clients that walk upwards stop there.
func parentID(item backend.Item) *string {
	if item.ID == "" {
		return nil
	}
	id := wire.ItemID(backend.Item{Ref: backend.Ref{Owner: item.Owner, ID: item.Parent}, Kind: backend.KindFolder})
	return &id
}

// itemLink is the item's page on the web. The root's is recorded with the host of 2014.
func itemLink(item backend.Item) string {
	if item.ID == "" {
		return "https://skydrive.live.com?cid=" + item.Owner
	}
	parent := item.Parent
	if parent == "" {
		parent = "root"
	}
	return "https://onedrive.live.com/redir.aspx?cid=" + item.Owner + "&page=browse&resid=" + item.ID + "&parId=" + parent
}

// uploadLocation always ends with a slash. It needs wl.skydrive.
func uploadLocation(c *call, item backend.Item) *string {
	if !c.grant.Scopes.Has("wl.skydrive") {
		return nil
	}
	path := "/content/"
	if item.Kind.IsFolder() {
		path = "/files/"
	}
	u := c.url(wire.ItemID(item) + path)
	return &u
}

// madeItem is the answer to what made (or moved) an item.
func madeItem(c *call, item backend.Item) reply {
	return c.created(wire.ItemID(item), showItem(c, item))
}

// listItems answers a list of items: those of a kind, or all kinds if that is empty, that are the caller's own or not.
func listItems(c *call, kind backend.Kind, own bool, list func(backend.Query) (backend.List[backend.Item], error)) (reply, error) {
	query, err := readQuery(c, 0)
	if err != nil {
		return reply{}, err
	}
	kinds := query.Kinds
	query.Kinds = slices.DeleteFunc(slices.Clone(allKinds), func(k backend.Kind) bool {
		return kind != "" && k != kind || len(kinds) > 0 && !slices.Contains(kinds, k) || !c.grant.Lists(k, own)
	})
	if len(query.Kinds) == 0 {
		return showItems(c, backend.List[backend.Item]{}, query.Page), nil
	}
	found, err := list(query)
	return showItems(c, found, query.Page), err
}

func showItems(c *call, found backend.List[backend.Item], page backend.Page) reply {
	return showPage(c, found, page, func(i backend.Item) any { return showItem(c, i) })
}

var allKinds = []backend.Kind{
	backend.KindFolder, backend.KindAlbum, backend.KindFile, backend.KindPhoto, backend.KindVideo, backend.KindAudio,
	backend.KindNotebook,
}

// readQuery reads which items are wanted, in which order.
func readQuery(c *call, defaultLimit int) (query backend.Query, err error) {
	if query.Page, err = readPage(c, defaultLimit); err != nil {
		return query, err
	}
	if query.Kinds, err = readFilter(c); err != nil {
		return query, err
	}
	switch strings.ToLower(c.Params().Get("sort_by")) {
	case "", "default":
	case "name":
		query.Order = backend.OrderName
	case "size":
		query.Order = backend.OrderSize
	case "updated":
		query.Order = backend.OrderUpdated
	default:
		return query, wire.BadParameter("sort_by", "one of these: updated, name, size, default")
	}
	switch strings.ToLower(c.Params().Get("sort_order")) {
	case "", "ascending": // that ascending is the default is inferred
	case "descending":
		query.Descending = true
	default:
		return query, wire.BadParameter("sort_order", "one of these: ascending, descending")
	}
	return query, nil
}

// filters are the words of the filter parameter.
var filters = map[string]backend.Kind{
	"albums": backend.KindAlbum, "audio": backend.KindAudio, "folders": backend.KindFolder, "photos": backend.KindPhoto,
	"videos": backend.KindVideo, "notebooks": backend.KindNotebook, // the last is not in the documents; a client has it
}

// readFilter reads a list of kinds; nothing means all.
func readFilter(c *call) ([]backend.Kind, error) {
	var wanted []backend.Kind
	for name := range strings.SplitSeq(c.Params().Get("filter"), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
			continue
		}
		kind, ok := filters[name]
		if !ok {
			return nil, wire.BadParameter("filter", "a list of these: albums, audio, folders, notebooks, photos, videos")
		}
		wanted = append(wanted, kind)
	}
	return wanted, nil
}
