package api

import (
	"math"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// The order of the keys is that of the answers of 2015; an order is promised by nobody, but texts are compared.
// Pointers with omitempty are the fields that need wl.skydrive, or that some kinds do not have; pointers without it
// are written as null.

type personJSON struct {
	Name *string `json:"name"`
	ID   *string `json:"id"`
}

func personOf(p backend.Person) personJSON {
	return personJSON{Name: wire.TextOrNull(p.Name), ID: wire.TextOrNull(p.ID)}
}

type sharedJSON struct {
	Access string `json:"access"`
}

// itemHead is what every item begins with.
type itemHead struct {
	ID          string     `json:"id"`
	From        personJSON `json:"from"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	ParentID    *string    `json:"parent_id"`
	Size        int64      `json:"size"`
}

// plainHead is what items begin with that cannot be tagged.
type plainHead struct {
	itemHead
	UploadLocation  *string `json:"upload_location,omitempty"`
	CommentsCount   int     `json:"comments_count"`
	CommentsEnabled bool    `json:"comments_enabled"`
	IsEmbeddable    bool    `json:"is_embeddable"`
}

// pictureHead is what photos and videos begin with.
type pictureHead struct {
	itemHead
	CommentsCount   int     `json:"comments_count"`
	CommentsEnabled bool    `json:"comments_enabled"`
	TagsCount       int     `json:"tags_count"`
	TagsEnabled     bool    `json:"tags_enabled"`
	IsEmbeddable    bool    `json:"is_embeddable"`
	Picture         string  `json:"picture"`
	Source          string  `json:"source"`
	UploadLocation  *string `json:"upload_location,omitempty"`
}

// itemTail is what every item ends with.
type itemTail struct {
	SharedWith    *sharedJSON `json:"shared_with,omitempty"`
	CreatedTime   *string     `json:"created_time"`
	UpdatedTime   *string     `json:"updated_time"`
	ClientUpdated *string     `json:"client_updated_time"`
}

// folderJSON is a folder or an album.
type folderJSON struct {
	plainHead
	Count int          `json:"count"`
	Link  string       `json:"link"`
	Type  backend.Kind `json:"type"`
	itemTail
}

// fileJSON is a file of no special kind, or a notebook, which has neither source nor upload_location.
type fileJSON struct {
	plainHead
	Source string       `json:"source,omitempty"`
	Link   string       `json:"link"`
	Type   backend.Kind `json:"type"`
	itemTail
}

type photoJSON struct {
	pictureHead
	Images              []imageJSON   `json:"images"`
	Link                string        `json:"link"`
	WhenTaken           *string       `json:"when_taken"`
	Height              int           `json:"height"`
	Width               int           `json:"width"`
	Type                backend.Kind  `json:"type"`
	Location            *locationJSON `json:"location"`
	CameraMake          *string       `json:"camera_make"`
	CameraModel         *string       `json:"camera_model"`
	FocalRatio          float64       `json:"focal_ratio"`
	FocalLength         float64       `json:"focal_length"`
	ExposureNumerator   float64       `json:"exposure_numerator"`
	ExposureDenominator float64       `json:"exposure_denominator"`
	itemTail
}

type imageJSON struct {
	Height int    `json:"height"`
	Width  int    `json:"width"`
	Source string `json:"source"`
	Type   string `json:"type"`
}

type locationJSON struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Altitude  float64 `json:"altitude"`
}

// videoJSON has the documents' order: no video was ever recorded.
type videoJSON struct {
	pictureHead
	Link     string       `json:"link"`
	Height   int          `json:"height"`
	Width    int          `json:"width"`
	Duration int64        `json:"duration"`
	Bitrate  int64        `json:"bitrate"`
	Type     backend.Kind `json:"type"`
	itemTail
}

// audioJSON has the documents' order: no sound file was ever recorded.
type audioJSON struct {
	plainHead
	Source      string       `json:"source"`
	Link        string       `json:"link"`
	Type        backend.Kind `json:"type"`
	Title       string       `json:"title"`
	Artist      string       `json:"artist"`
	Album       string       `json:"album"`
	AlbumArtist string       `json:"album_artist"`
	Genre       string       `json:"genre"`
	Duration    int64        `json:"duration"`
	Picture     *string      `json:"picture"`
	itemTail
}

// uploadJSON is the answer to an upload: a stub, after which clients GET the item.
type uploadJSON struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Source string `json:"source"`
}

// The boxes into which images are fitted.
const (
	boxNormal    = 800
	boxAlbum     = 176
	boxThumbnail = 96
	boxSmall     = 96
)

// fit is the size of an image in a box: its shape kept, rounded to nearest, never enlarged.
func fit(width, height, box int) (w, h int) {
	longest := max(width, height)
	if box == 0 || longest <= box {
		return width, height
	}
	scale := float64(box) / float64(longest)
	return max(1, int(math.Round(float64(width)*scale))), max(1, int(math.Round(float64(height)*scale)))
}
