package memory

import (
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// account is everything that one user owns.
type account struct {
	user    backend.User
	made    int          // accounts are listed in this order
	picture *pictureFile // nil: the default one
	quota   int64

	prefix     string // "8C8CE076CA27823F!", with which the resource ids begin
	root       *node
	items      map[string]*node // by resource id; without the root
	lastNumber int
	special    map[string]*node
	shared     map[*node]bool // items with shares of their own

	calendars    []*calendar
	contacts     []*contact
	activities   []backend.Activity
	applications []*application
}

// node is a file or folder in an account's tree.
type node struct {
	// item holds what is the node's own. What depends on its place and its company (Ref, Parent, Count, Comments,
	// Tags, Access, what is enabled, and the name in From) is filled in by Store.snapshot.
	item    backend.Item
	owner   *account
	number  int
	parent  *node // nil for the root, and for what was deleted
	changed uint64

	// Folders only.
	children []*node          // by number
	names    map[string]*node // by folded name

	// Files only.
	content   content
	mediaType string // what the bytes show; empty if they show nothing

	access   string            // empty: as the folder above
	shares   map[string]bool   // cids; "" is everyone
	links    map[string]string // keys by role
	comments []*backend.Comment
	tags     []*backend.Tag
}

// calendar is a calendar with its events.
type calendar struct {
	backend.Calendar
	made      uint64 // an account's calendars are listed in this order
	birthdays bool
	shares    map[string]bool // cids
	events    []*event
}

// event is an event of a calendar.
type event struct {
	backend.Event
	made uint64 // events that start together are listed in this order
}

// contact is an entry of an address book.
type contact struct {
	backend.Contact
	made uint64 // contacts of one name are listed in this order
}

// application is a registered client id with its logo.
type application struct {
	backend.Application
	made uint64 // an account's applications are listed in this order
	logo *pictureFile
}

// pictureFile is a picture that is in no drive: of a user, or of an application.
type pictureFile struct {
	content   *blob
	mediaType string
	revision  string
	updated   time.Time
}
