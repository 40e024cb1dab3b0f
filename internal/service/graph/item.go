package graph

import (
	"slices"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// itemJSON is a driveItem, as far as v5.0 has a place for it.
type itemJSON struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Size        int64     `json:"size"`
	Created     time.Time `json:"createdDateTime"`
	Modified    time.Time `json:"lastModifiedDateTime"`
	CTag        string    `json:"cTag"`
	DownloadURL string    `json:"@microsoft.graph.downloadUrl"`
	CreatedBy   struct {
		User struct {
			ID   string `json:"id"`
			Name string `json:"displayName"`
		} `json:"user"`
	} `json:"createdBy"`
	Parent *struct {
		DriveID string `json:"driveId"`
		ID      string `json:"id"`
	} `json:"parentReference"`
	FileSystem struct {
		Modified time.Time `json:"lastModifiedDateTime"`
	} `json:"fileSystemInfo"`
	Root   *struct{} `json:"root"`
	Folder *struct {
		ChildCount int `json:"childCount"`
	} `json:"folder"`
	Special struct {
		Name string `json:"name"`
	} `json:"specialFolder"`
	Package struct {
		Type string `json:"type"`
	} `json:"package"`
	Shared *struct {
		Scope string `json:"scope"`
	} `json:"shared"`
	File *struct {
		MimeType string `json:"mimeType"`
	} `json:"file"`
	Image *struct {
		Width  int `json:"width"`
		Height int `json:"height"`
	} `json:"image"`
	Photo    *photoJSON         `json:"photo"`
	Video    *videoJSON         `json:"video"`
	Audio    *audioJSON         `json:"audio"`
	Location *locationJSON      `json:"location"`
	Remote   *itemJSON          `json:"remoteItem"`
	Thumbs   []thumbnailSetJSON `json:"thumbnails"`
}

type photoJSON struct {
	Taken       time.Time `json:"takenDateTime"`
	Make        string    `json:"cameraMake"`
	Model       string    `json:"cameraModel"`
	FNumber     float64   `json:"fNumber"`
	FocalLength float64   `json:"focalLength"`
	Numerator   float64   `json:"exposureNumerator"`
	Denominator float64   `json:"exposureDenominator"`
}

type videoJSON struct {
	Width    int   `json:"width"`
	Height   int   `json:"height"`
	Duration int64 `json:"duration"`
	Bitrate  int64 `json:"bitrate"`
}

type audioJSON struct {
	Title       string `json:"title"`
	Artist      string `json:"artist"`
	Album       string `json:"album"`
	AlbumArtist string `json:"albumArtist"`
	Genre       string `json:"genre"`
	Duration    int64  `json:"duration"`
}

type locationJSON struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Altitude  float64 `json:"altitude"`
}

type thumbnailSetJSON struct {
	Small  *thumbnailJSON `json:"small"`
	Medium *thumbnailJSON `json:"medium"`
	Large  *thumbnailJSON `json:"large"`
}

type thumbnailJSON struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	URL    string `json:"url"`
}

// The boxes of v5.0 that thumbnails of Graph stand for.
const (
	boxSmall  = 100
	boxMedium = 176
	boxLarge  = 800
)

// item is a driveItem as v5.0 knows it. a is whose token it was read with.
func (b *Backend) item(j itemJSON, a account) (backend.Item, bool) {
	root := a.root
	if j.Remote != nil { // somebody else's: what counts is where it really is
		remote := *j.Remote
		if remote.Name == "" {
			remote.Name = j.Name
		}
		j = remote
	}
	owner, id := b.resourceID(j.ID)
	if owner == "" {
		return backend.Item{}, false
	}
	item := backend.Item{
		Ref: backend.Ref{Owner: owner, ID: id}, Kind: kindOf(j), Name: j.Name, Description: j.Description, Size: j.Size,
		From: backend.Person{Name: j.CreatedBy.User.Name}, Access: access(j), Embeddable: j.File != nil,
		Created: j.Created, Updated: j.Modified, ClientUpdated: j.FileSystem.Modified, Revision: j.CTag,
	}
	if cid, ok := padCID(j.CreatedBy.User.ID); ok {
		item.From.ID = cid
	}
	if item.ClientUpdated.IsZero() {
		item.ClientUpdated = item.Updated
	}
	if j.Parent != nil {
		b.learn(owner, j.Parent.DriveID, j.ID)
		if !sameID(j.Parent.ID, root) {
			_, item.Parent = b.resourceID(j.Parent.ID)
		}
	}
	if item.Kind == backend.KindFolder && j.Parent != nil && sameID(j.Parent.ID, a.photos) {
		item.Kind = backend.KindAlbum
	}
	if j.Folder != nil {
		item.Count = j.Folder.ChildCount
	}
	if j.Root != nil || sameID(j.ID, root) {
		item.ID, item.Parent, item.Name = "", "", b.opts.RootName
		item.From, item.Created = backend.Person{}, time.Time{}
	}
	addMedia(&item, j)
	if j.Folder == nil && item.Kind != backend.KindNotebook || len(j.Thumbs) > 0 {
		item.Direct = direct(item, j)
	}
	if item.Kind.IsFolder() && item.Direct == nil {
		item.Direct = &backend.Direct{}
	}
	return item, true
}

// sameID compares ids of Graph, whose CID comes in several forms.
func sameID(a, b string) bool {
	headA, tailA, _ := strings.Cut(a, "!")
	headB, tailB, found := strings.Cut(b, "!")
	cidA, _ := padCID(headA)
	cidB, _ := padCID(headB)
	return found && cidA == cidB && strings.EqualFold(tailA, tailB)
}

func kindOf(j itemJSON) backend.Kind {
	switch {
	case j.Special.Name == "photos":
		return backend.KindAlbum
	case j.Folder != nil, j.Root != nil:
		return backend.KindFolder
	case strings.EqualFold(j.Package.Type, "oneNote"):
		return backend.KindNotebook
	case j.Video != nil:
		return backend.KindVideo
	case j.Audio != nil:
		return backend.KindAudio
	case j.Photo != nil, j.Image != nil:
		return backend.KindPhoto
	}
	return backend.KindFile
}

func access(j itemJSON) string {
	switch {
	case j.Shared == nil:
		return "Just me"
	case j.Shared.Scope == "anonymous":
		return "People with a link"
	}
	return "People I selected"
}

func addMedia(item *backend.Item, j itemJSON) {
	if j.Image != nil {
		item.Width, item.Height = j.Image.Width, j.Image.Height
	}
	switch item.Kind {
	case backend.KindPhoto:
		item.Photo = &backend.PhotoInfo{}
		if p := j.Photo; p != nil {
			item.Photo = &backend.PhotoInfo{
				Taken: p.Taken, CameraMake: p.Make, CameraModel: p.Model, FocalRatio: p.FNumber, FocalLength: p.FocalLength,
				ExposureNumerator: p.Numerator, ExposureDenominator: p.Denominator,
			}
		}
		if l := j.Location; l != nil {
			item.Photo.Location = &backend.Location{Latitude: l.Latitude, Longitude: l.Longitude, Altitude: l.Altitude}
		}
	case backend.KindVideo:
		item.Width, item.Height = j.Video.Width, j.Video.Height
		item.Video = &backend.VideoInfo{Duration: j.Video.Duration, Bitrate: j.Video.Bitrate}
	case backend.KindAudio:
		a := j.Audio
		item.Audio = &backend.AudioInfo{
			Title: a.Title, Artist: a.Artist, Album: a.Album, AlbumArtist: a.AlbumArtist, Genre: a.Genre, Duration: a.Duration,
		}
	}
}

// direct are Graph's own links to an item's bytes and images.
func direct(item backend.Item, j itemJSON) *backend.Direct {
	d := &backend.Direct{Content: j.DownloadURL}
	for _, set := range j.Thumbs {
		for i, t := range []*thumbnailJSON{set.Small, set.Medium, set.Large} {
			if t != nil && t.URL != "" {
				d.Pictures = append(d.Pictures, backend.Picture{
					Box: []int{boxSmall, boxMedium, boxLarge}[i], Width: t.Width, Height: t.Height, URL: t.URL,
				})
			}
		}
		break //nolint:staticcheck // the first set is the item's own
	}
	if item.Kind == backend.KindPhoto && d.Content != "" {
		d.Pictures = append(d.Pictures, backend.Picture{Width: item.Width, Height: item.Height, URL: d.Content})
	}
	return d
}

// items are those of a list that v5.0 can name.
func (b *Backend) items(list []itemJSON, a account) []backend.Item {
	items := make([]backend.Item, 0, len(list))
	for _, j := range list {
		if item, ok := b.item(j, a); ok {
			items = append(items, item)
		}
	}
	return slices.Clip(items)
}
