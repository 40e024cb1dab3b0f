package memory

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// state is all accounts and what leads to what they have.
type state struct {
	issued       uint64 // ids made so far
	changes      uint64 // changes of items so far
	accounts     map[string]*account
	order        []*account
	logins       map[string][]*account // by login id and email address, folded
	received     map[receiver]*listing // what is shared with somebody
	links        map[string]*node
	calendars    map[string]*calendar
	contacts     map[string]*contact
	applications map[string]*application
}

func newState() state {
	return state{
		accounts:     map[string]*account{},
		logins:       map[string][]*account{},
		received:     map[receiver]*listing{},
		links:        map[string]*node{},
		calendars:    map[string]*calendar{},
		contacts:     map[string]*contact{},
		applications: map[string]*application{},
	}
}

// receiver is somebody with whom items of an owner are shared, or of all owners if that is empty.
type receiver struct{ user, owner string }

// account is everything that one user owns.
type account struct {
	user    backend.User
	made    int          // accounts are listed in this order
	picture *pictureFile // nil: the default one
	quota   int64

	prefix     string // "8C8CE076CA27823F!", with which the resource ids begin
	root       *node
	items      map[uint32]*node // by number; without the root
	files      *listing
	words      words // of the items
	lastNumber uint32
	special    map[string]*node

	calendars    []*calendar
	contacts     index[*contact]
	activities   []backend.Activity
	applications []*application
}

// node is a file or folder in an account's tree. There are a million of them: what few have is in its details.
type node struct {
	owner    *account
	parent   *node    // nil for the root, and for what was deleted
	children *listing // of a folder
	content  content  // of a file
	details  *details // nil: none

	name          string
	by            string // cid of who put it there
	mediaType     string // what the bytes of a file show; empty if they show nothing
	revision      revision
	number        uint32
	kind          class // place in kinds
	size          int64 // of a folder: of everything below it
	changed       uint64
	created       moment
	updated       moment
	clientUpdated moment
}

// details are what an item may have besides.
type details struct {
	description   string
	width, height int
	photo         *backend.PhotoInfo
	video         *backend.VideoInfo
	audio         *backend.AudioInfo

	access   string            // empty: as the folder above
	shares   map[string]bool   // cids; "" is everyone
	links    map[string]string // keys by role
	comments []*comment
	tags     []*tag
}

// comment is a remark on an item. Comments are numbered along with the items.
type comment struct {
	number      uint32
	by, message string
	created     time.Time
}

// tag marks a person on an item.
type tag struct {
	backend.Tag

	made uint64 // an item's tags are listed in this order
}

// calendar is a calendar with its events.
type calendar struct {
	backend.Calendar

	made      uint64 // an account's calendars are listed in this order
	birthdays bool
	shares    map[string]bool // cids
	events    index[*event]
	byID      map[string]*event
	longest   time.Duration // no event has been longer
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

// revision is 16 hex digits; zero is none.
type revision uint64

func revisionOf(text string) revision {
	r, _ := strconv.ParseUint(text, 16, 64)
	return revision(r)
}

func (r revision) String() string {
	if r == 0 {
		return ""
	}
	return fmt.Sprintf("%016x", uint64(r))
}

// moment is a time.Time in two thirds of its memory. The zero moment is the zero time.
type moment struct {
	seconds     int64 // since the year 1
	nanoseconds int32
}

const secondsBefore1970 = 62135596800

func momentOf(t time.Time) moment {
	return moment{t.Unix() + secondsBefore1970, int32(t.Nanosecond())} //nolint:gosec // below a billion
}

func (m moment) time() time.Time {
	return time.Unix(m.seconds-secondsBefore1970, int64(m.nanoseconds)).UTC()
}

// listing is items in every order that can be asked for: those of a folder, the files of an account, or what is shared
// with somebody.
type listing struct {
	orders [backend.OrderSize + 1]index[*node]
	taken  map[string]int // up to which number those made of a name are taken, since something was removed last
}

// kinds gives each kind of item its class in a listing.
var kinds = []backend.Kind{
	backend.KindFolder, backend.KindAlbum, backend.KindFile, backend.KindPhoto, backend.KindVideo, backend.KindAudio,
	backend.KindNotebook,
}

// classOf is the class of a kind.
func classOf(kind backend.Kind) class {
	return class(max(0, slices.Index(kinds, kind))) //nolint:gosec // there are seven
}
