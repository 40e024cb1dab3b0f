package graphtest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// driveItem is an item as Graph writes it, with what was asked for of it.
func (c *call) driveItem(item backend.Item) (object, error) {
	folder, err := c.pathOf(item)
	if err != nil {
		return nil, err
	}
	return c.driveItemIn(folder, item)
}

// driveItemIn is driveItem with the path of its folder, which the items of a list have in common.
func (c *call) driveItemIn(folder string, item backend.Item) (object, error) {
	o := c.facets(item)
	if item.ID != "" {
		o["parentReference"] = object{
			"driveId": c.driveIDInReference(item.Owner), "driveType": "personal",
			"id": c.itemID(backend.Ref{Owner: item.Owner, ID: item.Parent}), "path": folder,
			"name": lastName(folder),
		}
	} else {
		o["parentReference"] = object{"driveId": c.driveIDInReference(item.Owner), "driveType": "personal"}
	}
	for name, q := range c.expanded {
		expanded, err := c.expand(item, name, q)
		if err != nil {
			return nil, err
		}
		o[name] = expanded
	}
	return c.pick(o), nil
}

func (c *call) expand(item backend.Item, name string, q query) (any, error) {
	if name == "thumbnails" {
		return c.thumbnails(item, q.selected), nil
	}
	children, err := backend.All(c.backend.Children(c.ctx(), item.Ref, backend.Query{}))
	if !item.Kind.IsFolder() {
		return []object{}, nil
	}
	if err != nil {
		return nil, err
	}
	list := make([]object, len(children))
	nested := *c
	nested.query = q
	folder, err := c.pathOf(inFolder(item))
	for i, child := range children {
		if err == nil {
			list[i], err = nested.driveItemIn(folder, child)
		}
	}
	return list, err
}

// facets is what an item has, wherever it is.
func (c *call) facets(item backend.Item) object {
	user := object{"id": orOwner(item)}
	setIf(user, "displayName", item.From.Name, item.From.Name != "")
	by := object{"user": user}
	o := object{
		"id": c.itemID(item.Ref), "name": item.Name, "size": item.Size, "eTag": c.eTag(item), "cTag": c.cTag(item),
		"createdBy": by, "lastModifiedBy": by, "webUrl": c.webURL(item.Ref),
		"createdDateTime": timestamp(orTime(item.Created, item.Updated)), "lastModifiedDateTime": timestamp(item.Updated),
		"fileSystemInfo": c.fileSystemInfo(item),
	}
	if item.Description != "" {
		o["description"] = item.Description
	}
	if name, ok := c.extras.specials.get(item.ID); ok {
		o["specialFolder"] = object{"name": name}
	}
	if shared := sharedFacet(item); shared != nil {
		o["shared"] = shared
	}
	switch {
	case item.ID == "":
		o["root"], o["name"] = object{}, "root"
		fallthrough
	case item.Kind.IsFolder():
		o["folder"] = object{"childCount": item.Count}
	case item.Kind == backend.KindNotebook:
		o["package"] = object{"type": "oneNote"}
	default:
		o["file"] = c.fileFacet(item)
		o[downloadURL] = c.downloadURL(item.Ref)
		mediaFacets(o, item)
	}
	return o
}

func orOwner(item backend.Item) string {
	if item.From.ID != "" {
		return item.From.ID
	}
	return item.Owner
}

func orTime(t, fallback time.Time) time.Time {
	if t.IsZero() {
		return fallback
	}
	return t
}

func mediaFacets(o object, item backend.Item) {
	if item.Kind == backend.KindPhoto {
		o["image"] = object{"width": item.Width, "height": item.Height}
	}
	if p := item.Photo; p != nil {
		photo := object{}
		setIf(photo, "cameraMake", p.CameraMake, p.CameraMake != "")
		setIf(photo, "cameraModel", p.CameraModel, p.CameraModel != "")
		setIf(photo, "fNumber", p.FocalRatio, p.FocalRatio != 0)
		setIf(photo, "focalLength", p.FocalLength, p.FocalLength != 0)
		setIf(photo, "exposureNumerator", p.ExposureNumerator, p.ExposureNumerator != 0)
		setIf(photo, "exposureDenominator", p.ExposureDenominator, p.ExposureDenominator != 0)
		setIf(photo, "takenDateTime", timestamp(p.Taken), !p.Taken.IsZero())
		o["photo"] = photo
		if l := p.Location; l != nil {
			o["location"] = object{"latitude": l.Latitude, "longitude": l.Longitude, "altitude": l.Altitude}
		}
	}
	if v := item.Video; v != nil {
		o["video"] = object{"width": item.Width, "height": item.Height, "duration": v.Duration, "bitrate": v.Bitrate}
	}
	if a := item.Audio; a != nil {
		audio := object{"duration": a.Duration}
		setIf(audio, "title", a.Title, a.Title != "")
		setIf(audio, "artist", a.Artist, a.Artist != "")
		setIf(audio, "album", a.Album, a.Album != "")
		setIf(audio, "albumArtist", a.AlbumArtist, a.AlbumArtist != "")
		setIf(audio, "genre", a.Genre, a.Genre != "")
		o["audio"] = audio
	}
}

// sharedFacet is nil for what nobody else can see.
func sharedFacet(item backend.Item) object {
	scope := "users"
	switch item.Access {
	case "", "Just me":
		return nil
	case "People with a link", "Everyone (public)", "Public":
		scope = "anonymous"
	}
	return object{"scope": scope, "owner": object{"user": object{"id": item.Owner}}}
}

// fileFacet opens the file for its media type, and for its hashes.
func (c *call) fileFacet(item backend.Item) object {
	facet := object{"mimeType": imaging.TypeByName(item.Name)}
	content, err := c.backend.Content(c.ctx(), item.Ref)
	if err != nil {
		return facet // not kept: its size and name are all there is
	}
	defer content.Close() //nolint:errcheck // it was only read
	facet["mimeType"] = content.Type
	if hashes := c.hashesOf(content); hashes != nil {
		facet["hashes"] = hashes
	}
	return facet
}

func (c *call) fileSystemInfo(item backend.Item) object {
	created, modified := orTime(item.Created, item.Updated), orTime(item.ClientUpdated, item.Updated)
	if times, ok := c.extras.times.get(item.ID); ok && item.ID != "" {
		created, modified = orTime(times.created, created), orTime(times.modified, modified)
	}
	return object{"createdDateTime": timestamp(created), "lastModifiedDateTime": timestamp(modified)}
}

// eTag changes with everything of the item, cTag with its content only. What they look like is nobody's business.
func (c *call) eTag(item backend.Item) string {
	times, _ := c.extras.times.get(item.ID)
	return c.tag("a", item, item.Name, item.Parent, item.Description, item.Revision, item.Access, item.Updated, times)
}

func (c *call) cTag(item backend.Item) string {
	if item.Kind.IsFolder() {
		return c.tag("ad", item, item.Updated, item.Count)
	}
	return c.tag("ay", item, item.Revision)
}

func (c *call) tag(prefix string, item backend.Item, of ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, of...))
	return prefix + base64.RawURLEncoding.EncodeToString(append([]byte(c.itemID(item.Ref)+"."), sum[:6]...))
}

func (c *call) webURL(ref backend.Ref) string {
	return "https://onedrive.live.com/redir?resid=" + url.QueryEscape(c.itemID(ref))
}

// pathOf is the path of the folder that an item lies in, as a parentReference gives it.
func (c *call) pathOf(item backend.Item) (string, error) {
	way := ""
	for parent := item.Parent; parent != ""; {
		folder, err := c.backend.Item(c.ctx(), backend.Ref{Owner: item.Owner, ID: parent})
		if err != nil {
			return "", driveFailure(err)
		}
		way = "/" + url.PathEscape(folder.Name) + way
		parent = folder.Parent
	}
	if item.Owner != c.user {
		return "/drives/" + c.driveIDInReference(item.Owner) + "/root:" + way, nil
	}
	return "/drive/root:" + way, nil
}

// inFolder stands for anything in a folder, where only its place counts.
func inFolder(folder backend.Item) backend.Item {
	return backend.Item{Ref: backend.Ref{Owner: folder.Owner}, Parent: folder.ID}
}

// lastName is the name of the folder at the end of a path; the root has none here.
func lastName(folder string) string {
	_, way, _ := strings.Cut(folder, "root:")
	if way == "" {
		return "root"
	}
	name, _ := url.PathUnescape(path.Base(way))
	return name
}

// checkMatch honours If-Match.
func (c *call) checkMatch(item backend.Item) error {
	want := c.r.Header.Get("If-Match")
	if want == "" || want == "*" || sameTag(want, c.eTag(item)) || sameTag(want, c.cTag(item)) {
		return nil
	}
	return fail(http.StatusPreconditionFailed, "resourceModified", "ETag does not match current item's value")
}

func sameTag(header, tag string) bool {
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(header), "W/"), `"`) == tag
}

// answerItem is the answer to most calls that change something.
func (c *call) answerItem(status int, item backend.Item) (*answer, error) {
	o, err := c.driveItem(item)
	if err != nil {
		return nil, err
	}
	o["@odata.context"] = c.context("drives('" + url.PathEscape(c.driveID(item.Owner)) + "')/items/$entity")
	return &answer{status: status, body: o}, nil
}

// setTimes keeps what a client says of a file's times.
func (c *call) setTimes(item backend.Item, info object) {
	if info == nil {
		return
	}
	times, _ := c.extras.times.get(item.ID)
	if t, ok := parseTimestamp(info, "createdDateTime"); ok {
		times.created = t
	}
	if t, ok := parseTimestamp(info, "lastModifiedDateTime"); ok {
		times.modified = t
	}
	c.extras.times.put(item.ID, times)
}
