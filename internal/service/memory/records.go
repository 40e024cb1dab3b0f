package memory

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// The kinds of records. Their names, and the JSON of the types below, are in the stores of users: what changes them
// needs a new format, and a way to read the old one.
const (
	bucketStore        = "store"        // one record: the counters
	bucketAccounts     = "accounts"     // by cid
	bucketPictures     = "pictures"     // profile pictures as they came, by cid
	bucketItems        = "items"        // by cid and number
	bucketComments     = "comments"     // by cid and numbers of the item and the comment
	bucketTags         = "tags"         // by cid, number of the item and id of the tag
	bucketCalendars    = "calendars"    // by id
	bucketEvents       = "events"       // by calendar and id
	bucketContacts     = "contacts"     // by id
	bucketActivities   = "activities"   // by cid and place in the feed
	bucketApplications = "applications" // by id
	bucketLogos        = "logos"        // logos as they came, by id of the application

	countersName = "counters"
)

type countersRecord struct {
	Issued  uint64 `json:"issued"`
	Changes uint64 `json:"changes"`
}

type accountRecord struct {
	User       backend.User      `json:"user"`
	Made       int               `json:"made"` // in this order
	Quota      int64             `json:"quota"`
	LastNumber uint32            `json:"last_number"`
	Special    map[string]uint32 `json:"special"` // numbers
	Picture    *pictureRecord    `json:"picture"`
}

type pictureRecord struct {
	Type     string    `json:"type"`
	Revision string    `json:"revision"`
	Updated  time.Time `json:"updated"`
}

type itemRecord struct {
	Item      itemFields        `json:"item"`
	Parent    uint32            `json:"parent,omitzero"` // number; 0 for the root
	Changed   uint64            `json:"changed"`
	Content   string            `json:"content,omitzero"` // name, of as many bytes as the item has
	Seal      []byte            `json:"seal,omitzero"`    // of the content; format 1 had none
	MediaType string            `json:"media_type,omitzero"`
	Access    string            `json:"access,omitzero"`
	Shares    []string          `json:"shares,omitzero"`
	Links     map[string]string `json:"links,omitzero"`

	// Format 1 had these here; they have records of their own now.
	Comments []backend.Comment `json:"comments,omitzero"`
	Tags     []backend.Tag     `json:"tags,omitzero"`
}

// itemFields are those of a backend.Item that are the item's own.
type itemFields struct {
	Kind          backend.Kind
	Name          string
	Description   string             `json:",omitzero"`
	From          backend.Person     // without a name
	Size          int64              `json:",omitzero"`
	Created       time.Time          `json:",omitzero"`
	Updated       time.Time          `json:",omitzero"`
	ClientUpdated time.Time          `json:",omitzero"`
	Revision      string             `json:",omitzero"`
	Width         int                `json:",omitzero"`
	Height        int                `json:",omitzero"`
	Photo         *backend.PhotoInfo `json:",omitzero"`
	Video         *backend.VideoInfo `json:",omitzero"`
	Audio         *backend.AudioInfo `json:",omitzero"`

	formatOne
}

// formatOne are the other fields of a backend.Item, which format 1 wrote without anything in them.
type formatOne struct {
	Owner           string `json:",omitzero"`
	ID              string `json:",omitzero"`
	Parent          string `json:",omitzero"`
	Access          string `json:",omitzero"`
	Count           int    `json:",omitzero"`
	Comments        int    `json:",omitzero"`
	Tags            int    `json:",omitzero"`
	CommentsEnabled bool   `json:",omitzero"`
	TagsEnabled     bool   `json:",omitzero"`
	Embeddable      bool   `json:",omitzero"`
}

type commentRecord struct {
	By      string    `json:"by"`
	Message string    `json:"message"`
	Created time.Time `json:"created"`
}

type tagRecord struct {
	User    backend.Person `json:"user"`
	X       float64        `json:"x"`
	Y       float64        `json:"y"`
	Created time.Time      `json:"created"`
	Made    uint64         `json:"made"`
}

type calendarRecord struct {
	Calendar  backend.Calendar `json:"calendar"`
	Made      uint64           `json:"made"`
	Birthdays bool             `json:"birthdays"`
	Shares    []string         `json:"shares"`
}

type eventRecord struct {
	Event backend.Event `json:"event"`
	Made  uint64        `json:"made"`
}

type contactRecord struct {
	Contact backend.Contact `json:"contact"`
	Made    uint64          `json:"made"`
}

type applicationRecord struct {
	Application backend.Application `json:"application"`
	Made        uint64              `json:"made"`
	Logo        *pictureRecord      `json:"logo"`
}

// All below need the lock.

func (a *account) record() accountRecord {
	r := accountRecord{
		User: a.user, Made: a.made, Quota: a.quota, LastNumber: a.lastNumber,
		Special: make(map[string]uint32, len(a.special)), Picture: a.picture.record(),
	}
	for name, n := range a.special {
		r.Special[name] = n.number
	}
	return r
}

func (p *pictureFile) record() *pictureRecord {
	if p == nil {
		return nil
	}
	return &pictureRecord{Type: p.mediaType, Revision: p.revision, Updated: p.updated}
}

func (p *pictureFile) bytes() []byte {
	b, _ := io.ReadAll(p.content.reader()) // in memory: it does not fail
	return b
}

func (n *node) recordName() string { return fmt.Sprintf("%s/%010d", n.owner.user.ID, n.number) }

func (c *comment) recordName(n *node) string {
	return fmt.Sprintf("%s/%010d", n.recordName(), c.number)
}

func (t *tag) recordName(n *node) string { return n.recordName() + "/" + t.ID }

func (n *node) record() itemRecord {
	item, d := n.own(), n.read()
	r := itemRecord{
		Item: itemFields{
			Kind: item.Kind, Name: item.Name, Description: item.Description, From: item.From, Size: item.Size,
			Created: item.Created, Updated: item.Updated, ClientUpdated: item.ClientUpdated, Revision: item.Revision,
			Width: item.Width, Height: item.Height, Photo: item.Photo, Video: item.Video, Audio: item.Audio,
		},
		Changed: n.changed, MediaType: n.mediaType, Access: d.access,
		Shares: slices.Sorted(maps.Keys(d.shares)), Links: d.links,
	}
	if n.parent != nil {
		r.Parent = n.parent.number
	}
	if file, ok := n.content.(*contentFile); ok {
		r.Content, r.Seal = file.name, []byte(file.seal)
	}
	return r
}

func eventName(e *event) string { return e.Calendar + "/" + e.ID }
