package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"cmp"
	"net/http"
	"slices"
	"strings"
)

// showItem is an item as this caller sees it.
func (c *call) showItem(item backend.Item) any {
	switch item.Kind {
	case backend.KindFolder, backend.KindAlbum:
		return c.showFolder(item)
	case backend.KindPhoto:
		return c.showPhoto(item)
	case backend.KindVideo:
		return c.showVideo(item)
	case backend.KindAudio:
		return c.showAudio(item)
	}
	out := fileJSON{
		ID: itemID(item.Kind, item.Ref), From: personOf(item.From), Name: item.Name, Description: item.Description,
		ParentID: parentID(item), Size: item.Size,
		CommentsCount: item.Comments, CommentsEnabled: item.CommentsEnabled, IsEmbeddable: item.Embeddable,
		Link: itemLink(item), Type: item.Kind, SharedWith: c.sharedWith(item),
		CreatedTime: timeText(item.Created), UpdatedTime: timeText(item.Updated), ClientUpdated: timeText(item.ClientUpdated),
	}
	if item.Kind != backend.KindNotebook {
		out.UploadLocation, out.Source = c.uploadLocation(item), c.sourceURL(item)
	}
	return out
}

func (c *call) showFolder(item backend.Item) folderJSON {
	return folderJSON{
		ID: itemID(item.Kind, item.Ref), From: personOf(item.From), Name: item.Name, Description: item.Description,
		ParentID: parentID(item), Size: item.Size, UploadLocation: c.uploadLocation(item),
		CommentsCount: item.Comments, CommentsEnabled: item.CommentsEnabled, IsEmbeddable: item.Embeddable,
		Count: item.Count, Link: itemLink(item), Type: item.Kind, SharedWith: c.sharedWith(item),
		CreatedTime: timeText(item.Created), UpdatedTime: timeText(item.Updated), ClientUpdated: timeText(item.ClientUpdated),
	}
}

func (c *call) showPhoto(item backend.Item) photoJSON {
	var info backend.PhotoInfo
	if item.Photo != nil {
		info = *item.Photo
	}
	out := photoJSON{
		ID: itemID(item.Kind, item.Ref), From: personOf(item.From), Name: item.Name, Description: item.Description,
		ParentID: parentID(item), Size: item.Size,
		CommentsCount: item.Comments, CommentsEnabled: item.CommentsEnabled,
		TagsCount: item.Tags, TagsEnabled: item.TagsEnabled, IsEmbeddable: item.Embeddable,
		UploadLocation: c.uploadLocation(item), Images: c.images(item), Link: itemLink(item),
		WhenTaken: timeText(info.Taken), Height: item.Height, Width: item.Width, Type: item.Kind,
		CameraMake: textOrNull(info.CameraMake), CameraModel: textOrNull(info.CameraModel),
		FocalRatio: info.FocalRatio, FocalLength: info.FocalLength,
		ExposureNumerator: info.ExposureNumerator, ExposureDenominator: info.ExposureDenominator,
		SharedWith:  c.sharedWith(item),
		CreatedTime: timeText(item.Created), UpdatedTime: timeText(item.Updated), ClientUpdated: timeText(item.ClientUpdated),
	}
	// The documents keep the place of other people's photos to themselves.
	if info.Location != nil && item.Owner == c.user() {
		out.Location = &locationJSON{info.Location.Latitude, info.Location.Longitude, info.Location.Altitude}
	}
	for _, image := range out.Images { // the same strings, byte for byte
		switch image.Type {
		case "thumbnail":
			out.Picture = image.Source
		case "full":
			out.Source = image.Source
		}
	}
	return out
}

// images lists the sizes in the recorded order. full is the stored size, however large.
func (c *call) images(item backend.Item) []imageJSON {
	out := make([]imageJSON, 0, 4)
	for _, size := range []struct {
		name string
		box  int
	}{{"normal", boxNormal}, {"album", boxAlbum}, {"thumbnail", boxThumbnail}} {
		w, h := fit(item.Width, item.Height, size.box)
		if item.Photo != nil && item.Photo.Turned {
			w, h = h, w
		}
		out = append(out, imageJSON{Height: h, Width: w, Source: c.pictureURL(item, size.box), Type: size.name})
	}
	return append(out, imageJSON{Height: item.Height, Width: item.Width, Source: c.sourceURL(item), Type: "full"})
}

func (c *call) showVideo(item backend.Item) videoJSON {
	var info backend.VideoInfo
	if item.Video != nil {
		info = *item.Video
	}
	return videoJSON{
		ID: itemID(item.Kind, item.Ref), From: personOf(item.From), Name: item.Name, Description: item.Description,
		ParentID: parentID(item), Size: item.Size,
		CommentsCount: item.Comments, CommentsEnabled: item.CommentsEnabled,
		TagsCount: item.Tags, TagsEnabled: item.TagsEnabled, IsEmbeddable: item.Embeddable,
		Picture: c.pictureURL(item, boxThumbnail), Source: c.sourceURL(item), UploadLocation: c.uploadLocation(item),
		Link: itemLink(item), Height: item.Height, Width: item.Width, Duration: info.Duration, Bitrate: info.Bitrate,
		Type: item.Kind, SharedWith: c.sharedWith(item),
		CreatedTime: timeText(item.Created), UpdatedTime: timeText(item.Updated), ClientUpdated: timeText(item.ClientUpdated),
	}
}

func (c *call) showAudio(item backend.Item) audioJSON {
	var info backend.AudioInfo
	if item.Audio != nil {
		info = *item.Audio
	}
	var picture *string // null without a cover: a link that leads nowhere would be worse
	if info.Picture {
		url := c.pictureURL(item, boxAlbum)
		picture = &url
	}
	return audioJSON{
		ID: itemID(item.Kind, item.Ref), From: personOf(item.From), Name: item.Name, Description: item.Description,
		ParentID: parentID(item), Size: item.Size, UploadLocation: c.uploadLocation(item),
		CommentsCount: item.Comments, CommentsEnabled: item.CommentsEnabled, IsEmbeddable: item.Embeddable,
		Source: c.sourceURL(item), Link: itemLink(item), Type: item.Kind,
		Title: info.Title, Artist: info.Artist, Album: info.Album, AlbumArtist: info.AlbumArtist, Genre: info.Genre,
		Duration: info.Duration, Picture: picture, SharedWith: c.sharedWith(item),
		CreatedTime: timeText(item.Created), UpdatedTime: timeText(item.Updated), ClientUpdated: timeText(item.ClientUpdated),
	}
}

// parentID is null on the root; clients that walk upwards stop there.
func parentID(item backend.Item) *string {
	if item.ID == "" {
		return nil
	}
	id := itemID(backend.KindFolder, backend.Ref{Owner: item.Owner, ID: item.Parent})
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
func (c *call) uploadLocation(item backend.Item) *string {
	if !c.hasScope("wl.skydrive") {
		return nil
	}
	path := "/content/"
	if item.Kind.IsFolder() {
		path = "/files/"
	}
	u := c.apiURL(itemID(item.Kind, item.Ref) + path)
	return &u
}

func (c *call) sharedWith(item backend.Item) *sharedJSON {
	if !c.hasScope("wl.skydrive") {
		return nil
	}
	return &sharedJSON{c.accessWord(item.Access)}
}

// download tells whether links are to be ones that a browser saves.
func (c *call) download() bool { return c.params().flag("download", false) }

func (c *call) sourceURL(item backend.Item) string {
	return c.storageURL(link{kind: linkContent, ref: item.Ref, download: c.download()}, item.Name)
}

func (c *call) pictureURL(item backend.Item, box int) string {
	return c.storageURL(link{kind: linkPicture, ref: item.Ref, box: box, download: c.download()}, item.Name)
}

// made is the answer to what made (or moved) an item.
func (c *call) made(item backend.Item) reply {
	return reply{
		status: http.StatusCreated, body: c.showItem(item), location: c.apiURL(itemID(item.Kind, item.Ref) + "/"),
	}
}

// listItems answers a list of items: filtered, sorted, and cut to the window. What the token may not read for lack of
// a scope (files, to one that has only wl.photos) is left out; that is inferred.
func (c *call) listItems(items []backend.Item, w window) (reply, error) {
	filter, err := c.filter()
	if err != nil {
		return reply{}, err
	}
	items = slices.DeleteFunc(items, func(i backend.Item) bool {
		return len(filter) > 0 && !filter[i.Kind] || !c.scopes().hasAny(readScopes(i.Kind, i.Owner == c.user()))
	})
	if err := c.sort(items); err != nil {
		return reply{}, err
	}
	return windowPage(c, items, w, c.showItem), nil
}

// filter reads a list of kinds; nothing means all.
func (c *call) filter() (map[backend.Kind]bool, error) {
	kinds := map[string]backend.Kind{
		"albums": backend.KindAlbum, "audio": backend.KindAudio, "folders": backend.KindFolder, "photos": backend.KindPhoto, "videos": backend.KindVideo,
		"notebooks": backend.KindNotebook, // not in the documents; a client has it
	}
	wanted := map[backend.Kind]bool{}
	for name := range strings.SplitSeq(c.params().get("filter"), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
			continue
		}
		kind, ok := kinds[name]
		if !ok {
			return nil, errParameter("filter", "a list of these: albums, audio, folders, notebooks, photos, videos")
		}
		wanted[kind] = true
	}
	return wanted, nil
}

// sort orders a list by name, size or time; otherwise it stays in the container's own order.
func (c *call) sort(items []backend.Item) error {
	var by func(a, b backend.Item) int
	switch strings.ToLower(c.params().get("sort_by")) {
	case "", "default":
	case "name":
		by = func(a, b backend.Item) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) }
	case "size":
		by = func(a, b backend.Item) int { return cmp.Compare(a.Size, b.Size) }
	case "updated":
		by = func(a, b backend.Item) int { return a.Updated.Compare(b.Updated) }
	default:
		return errParameter("sort_by", "one of these: updated, name, size, default")
	}
	if by != nil {
		slices.SortStableFunc(items, by)
	}
	switch strings.ToLower(c.params().get("sort_order")) {
	case "", "ascending": // that ascending is the default is inferred
	case "descending":
		slices.Reverse(items)
	default:
		return errParameter("sort_order", "one of these: ascending, descending")
	}
	return nil
}
