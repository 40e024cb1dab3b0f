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
	User       backend.User   `json:"user"`
	Made       int            `json:"made"` // in this order
	Quota      int64          `json:"quota"`
	LastNumber int            `json:"last_number"`
	Special    map[string]int `json:"special"` // numbers
	Picture    *pictureRecord `json:"picture"`
}

type pictureRecord struct {
	Type     string    `json:"type"`
	Revision string    `json:"revision"`
	Updated  time.Time `json:"updated"`
}

type itemRecord struct {
	Item      backend.Item      `json:"item"`
	Parent    int               `json:"parent"` // number; 0 for the root
	Changed   uint64            `json:"changed"`
	Content   string            `json:"content"` // name, of as many bytes as the item has
	MediaType string            `json:"media_type"`
	Access    string            `json:"access"`
	Shares    []string          `json:"shares"`
	Links     map[string]string `json:"links"`
	Comments  []backend.Comment `json:"comments"`
	Tags      []backend.Tag     `json:"tags"`
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
		Special: make(map[string]int, len(a.special)), Picture: a.picture.record(),
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
	b, _ := io.ReadAll(p.content.open()) // in memory: it does not fail
	return b
}

func (n *node) recordName() string { return fmt.Sprintf("%s/%010d", n.owner.user.ID, n.number) }

func (n *node) record() itemRecord {
	r := itemRecord{
		Item: own(n.item), Changed: n.changed, MediaType: n.mediaType, Access: n.access,
		Shares: slices.Sorted(maps.Keys(n.shares)), Links: n.links,
	}
	if n.parent != nil {
		r.Parent = n.parent.number
	}
	if file, ok := n.content.(*contentFile); ok {
		r.Content = file.name
	}
	for _, c := range n.comments {
		r.Comments = append(r.Comments, *c)
	}
	for _, t := range n.tags {
		r.Tags = append(r.Tags, *t)
	}
	return r
}

// own is what of an item is its own: without all that Store.snapshot fills in.
func own(item backend.Item) backend.Item {
	item.Ref, item.Parent, item.Embeddable = backend.Ref{}, "", false
	item.From.Name = ""
	item.Count, item.Comments, item.Tags = 0, 0, 0
	item.Access, item.CommentsEnabled, item.TagsEnabled = "", false, false
	item.Photo, item.Video, item.Audio = clonePhoto(item.Photo), clone(item.Video), clone(item.Audio)
	return item
}

func eventName(e *event) string { return e.Calendar + "/" + e.ID }
