// Package backend says what keeps the accounts and grants of the service: interfaces, types and errors. It imports
// nothing of this module, so that an implementation needs to know nothing of the protocol.
package backend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Backend is where the accounts live. The protocol layer turns HTTP into calls of a Backend and
// its answers into the service's JSON; it keeps no account data itself. The Backend knows nothing of HTTP, tokens,
// scopes or JSON.
//
// Every method is safe for concurrent use. A method that cannot find what it is asked for returns ErrNotFound;
// the other errors it may return are named with it. Values returned are copies: the caller may keep them.
type Backend interface {
	Users
	Drive
	Annotations
	Calendars
	People
	Applications
}

// Errors that a Backend returns. The protocol layer gives each its documented code, status and message.
var (
	ErrNotFound   = errors.New("not found")
	ErrQuota      = errors.New("the account's storage is full")
	ErrCopyFolder = errors.New("folders cannot be copied")
	ErrMoveInside = errors.New("a folder cannot be moved into itself")
	ErrRoot       = errors.New("the root folder cannot be changed")
	ErrNotFolder  = errors.New("the destination is not a folder")
	ErrNoContent  = errors.New("the item has no content of its own") // folders and notebooks
	ErrNoPicture  = errors.New("the item has no picture")
	ErrReadOnly   = errors.New("the calendar is read only") // the birthday calendar, subscriptions
	ErrDefault    = errors.New("the default calendar cannot be deleted")
)

// ExistsError says that a name is taken in the folder.
type ExistsError struct{ Name string }

func (e *ExistsError) Error() string { return fmt.Sprintf("an item named %q exists", e.Name) }

// Person names somebody, as in an object's "from". Both empty is written as two nulls.
type Person struct{ ID, Name string }

// Users are the accounts' profiles.
type Users interface {
	// AllUsers lists the accounts that can sign in, for the consent page to choose from. None is fine: the page then
	// asks for an id.
	AllUsers(ctx context.Context, page Page) (List[User], error)
	// UserByLogin finds the account that has this email address or login id, in whatever letter case.
	UserByLogin(ctx context.Context, name string) (User, error)
	// User returns the profile of the account with this cid (16 lower-case hex digits).
	User(ctx context.Context, id string) (User, error)
	// UserPicture returns the profile picture that fits the size best: 96, 180 or 360 pixels square. Accounts
	// without a picture have a default one.
	UserPicture(ctx context.Context, id string, pixels int) (Content, error)
}

// User is a profile. Empty strings and zero numbers are written as null where the documents allow null.
type User struct {
	ID                              string // the cid: 16 lower-case hex digits
	LoginID                         string // the 32 hex digits of a token answer's user_id
	Name, FirstName, LastName       string
	Gender                          string // "male", "female" or ""
	Locale                          string // "en_US"
	BirthDay, BirthMonth, BirthYear int
	Emails                          Emails
	Addresses                       Addresses
	Phones                          Phones
	Work                            []Work
	Updated                         time.Time
}

// Emails are the addresses of a user or contact.
type Emails struct{ Preferred, Account, Personal, Business, Other string }

// Addresses are a user's postal addresses.
type Addresses struct{ Personal, Business Address }

// Address is one postal address.
type Address struct{ Street, Street2, City, State, PostalCode, Region string }

// Phones are a user's phone numbers.
type Phones struct{ Personal, Business, Mobile string }

// Work is one entry of a user's or contact's work info.
type Work struct{ Employer, Position string }

// Ref names a drive item: the account that owns it, and its resource id there.
type Ref struct {
	Owner string // cid, lower case
	ID    string // "8C8CE076CA27823F!126" (upper case, no leading zeros); empty is the root folder
}

// Kind is the type of a drive item, as the service names it.
type Kind string

// The kinds of drive items.
const (
	KindFolder   Kind = "folder"
	KindAlbum    Kind = "album"
	KindFile     Kind = "file"
	KindPhoto    Kind = "photo"
	KindVideo    Kind = "video"
	KindAudio    Kind = "audio"
	KindNotebook Kind = "notebook"
)

// IsFolder reports whether items can be put into an item of this kind.
func (k Kind) IsFolder() bool { return k == KindFolder || k == KindAlbum }

// Item is a file or folder of a drive.
type Item struct {
	Ref
	Kind        Kind
	Parent      string // resource id of the parent in the same drive; empty if the parent is the root
	Name        string
	Description string
	From        Person // who put it there; empty for the root
	Size        int64  // bytes; of a folder: everything below it
	Count       int    // of a folder: its direct children
	Comments    int
	Tags        int
	Access      string // who can see it: "Just me", "People I selected", "Everyone (public)", "People with a link" …

	CommentsEnabled, TagsEnabled, Embeddable bool

	Created       time.Time // zero for the root
	Updated       time.Time // of a folder: follows changes to its children
	ClientUpdated time.Time

	Revision string // changes whenever the content does

	Width, Height int        // photos and videos
	Photo         *PhotoInfo // photos only
	Video         *VideoInfo // videos only
	Audio         *AudioInfo // audio only

	Direct *Direct // of a Remote: where the bytes are
}

// PhotoInfo is what a photo's EXIF says. Absent numbers are zero, as the service writes them.
type PhotoInfo struct {
	Taken                                  time.Time // zero when unknown
	Location                               *Location // nil when unknown
	CameraMake, CameraModel                string
	FocalRatio, FocalLength                float64
	ExposureNumerator, ExposureDenominator float64
	Turned                                 bool // to be seen on its side: pictures of it have width and height exchanged
}

// Location is where a photo was taken: degrees, and metres above the sea.
type Location struct{ Latitude, Longitude, Altitude float64 }

// VideoInfo is what is known of a video.
type VideoInfo struct {
	Duration int64 // milliseconds
	Bitrate  int64 // bits per second
}

// AudioInfo is what is known of a sound file. The texts can be changed by ItemChange.
type AudioInfo struct {
	Title, Artist, Album, AlbumArtist, Genre string
	Duration                                 int64 // milliseconds
	Picture                                  bool  // it has a cover, which Picture opens
}

// ItemChange is a change of an item's properties; nil leaves a property alone.
type ItemChange struct {
	Name, Description                        *string
	Title, Artist, Album, AlbumArtist, Genre *string // audio only
}

// Overwrite says what an upload does when the name is taken.
type Overwrite int

// The three values of the overwrite parameter.
const (
	OverwriteReplace Overwrite = iota // replace the content, keep the id
	OverwriteFail                     // ExistsError
	OverwriteNewName                  // "name(1).ext", the first that is free
)

// WriteOptions belong to an upload.
type WriteOptions struct {
	By        string // cid of the uploader
	Overwrite Overwrite
	Downsize  bool // shrink photos that do not fit into 2048 × 2048 pixels
	// Length is how many bytes will come; zero when that is not known.
	Length int64
}

// Content is the bytes of a file or picture.
type Content struct {
	io.ReadSeekCloser
	Size     int64
	Type     string // media type
	Name     string
	Revision string
	Updated  time.Time
}

// PendingFile is a file that comes in pieces. It is used by one goroutine at a time.
type PendingFile interface {
	// Write adds the next bytes. More than were announced are ErrQuota.
	io.Writer
	// Commit puts the file into its folder. created is false when an existing item was replaced. After an error it may
	// be tried again. ErrNotFound, ExistsError, ErrNotFolder, ErrQuota.
	Commit(ctx context.Context) (item Item, created bool, err error)
	// Discard gives the file up.
	Discard()
}

// Drive is the accounts' OneDrive. Names are compared without regard to case. Who may do what is decided by the
// protocol layer, with Shared; the Drive itself does what it is told.
type Drive interface {
	Item(ctx context.Context, ref Ref) (Item, error)
	// Special returns one of my_documents, my_photos, camera_roll, public_documents, made when it is missing.
	Special(ctx context.Context, owner, name string) (Item, error)
	// Children lists a folder, by default in the order in which its items were made. ErrNotFolder.
	Children(ctx context.Context, folder Ref, query Query) (List[Item], error)
	// Child finds the item with this name in a folder. ErrNotFolder.
	Child(ctx context.Context, folder Ref, name string) (Item, error)
	// CreateFolder makes a folder or album. ExistsError, ErrNotFolder.
	CreateFolder(ctx context.Context, parent Ref, kind Kind, name, description, by string) (Item, error)
	// UpdateItem changes properties. ExistsError, ErrRoot.
	UpdateItem(ctx context.Context, ref Ref, change ItemChange) (Item, error)
	// DeleteItem removes an item and everything below it. ErrRoot.
	DeleteItem(ctx context.Context, ref Ref) error
	// MoveItem keeps the id. ExistsError, ErrNotFolder, ErrRoot, ErrMoveInside.
	MoveItem(ctx context.Context, ref, destination Ref) (Item, error)
	// CopyItem makes a new item with the same name and properties. ExistsError, ErrNotFolder, ErrCopyFolder.
	CopyItem(ctx context.Context, ref, destination Ref, by string) (Item, error)
	// WriteFile stores what content gives until io.EOF; any other error of content leaves the drive untouched and is
	// returned as it is. created is false when an existing item was replaced. ExistsError, ErrNotFolder, ErrQuota.
	WriteFile(ctx context.Context, folder Ref, name string, content io.Reader, opts WriteOptions) (item Item, created bool, err error)
	// ReplaceContent gives an existing file new bytes, with the same promise. ErrNoContent, ErrQuota.
	ReplaceContent(ctx context.Context, ref Ref, content io.Reader, opts WriteOptions) (Item, error)
	// BeginFile starts a file of so many bytes, which come in pieces. Nothing of it is seen in the drive before it is
	// committed. ErrNotFolder, ErrQuota.
	BeginFile(ctx context.Context, folder Ref, name string, size int64, opts WriteOptions) (PendingFile, error)
	// Content opens a file. ErrNoContent.
	Content(ctx context.Context, ref Ref) (Content, error)
	// Picture opens an image that fits into box × box pixels (0: the stored size), never enlarged. Of an album it is
	// the cover: its first photo. Of a sound it is the cover in its tags, of a video whatever stands for it. ErrNoPicture.
	Picture(ctx context.Context, ref Ref, box int) (Content, error)
	// Search finds the items whose name or description has every word of the text, in the order in which they were made.
	Search(ctx context.Context, owner, text string, page Page) (List[Item], error)
	// Recent lists the owner's files, by default the last changed first.
	Recent(ctx context.Context, owner string, query Query) (List[Item], error)
	// SharedWith lists what others (or one of them, if owner is not empty) have shared with this user: the shared items
	// themselves, not what is below them.
	SharedWith(ctx context.Context, user, owner string, query Query) (List[Item], error)
	// Shared reports whether the item, or a folder above it, is shared with the user (or with everyone).
	Shared(ctx context.Context, ref Ref, user string) (bool, error)
	// ShareLink makes (or finds) the item's link with this role, "read" or "edit", and returns its key. The item's
	// Access changes from "Just me" to "People with a link".
	ShareLink(ctx context.Context, ref Ref, role string) (key string, err error)
	// ItemByLink finds the item of a key that ShareLink gave.
	ItemByLink(ctx context.Context, key string) (Item, error)
	// Quota returns the account's storage in bytes.
	Quota(ctx context.Context, owner string) (total, available int64, err error)
}

// Comment is a remark on an item.
type Comment struct {
	ID      string // number part, unique within the item's owner: "979"
	Item    Ref
	From    Person
	Message string
	Created time.Time
}

// Tag marks a person on a photo or video.
type Tag struct {
	ID      string // 27 characters of [A-Za-z0-9_-]
	Item    Ref
	User    Person  // ID may be empty
	X, Y    float64 // per cent from the left and the top; not used on videos
	Created time.Time
}

// Annotations are the comments and tags on items. Comments and Tags on an item follow its life.
type Annotations interface {
	ItemComments(ctx context.Context, item Ref, page Page) (List[Comment], error)
	Comment(ctx context.Context, item Ref, id string) (Comment, error)
	AddComment(ctx context.Context, item Ref, by, message string) (Comment, error)
	DeleteComment(ctx context.Context, item Ref, id string) error

	ItemTags(ctx context.Context, item Ref, page Page) (List[Tag], error)
	Tag(ctx context.Context, item Ref, id string) (Tag, error)
	AddTag(ctx context.Context, item Ref, tag Tag) (Tag, error)
	// UpdateTag sets User, X and Y of the tag with tag's Item and ID.
	UpdateTag(ctx context.Context, tag Tag) (Tag, error)
	DeleteTag(ctx context.Context, item Ref, id string) error
}

// Calendar is a calendar of an account.
type Calendar struct {
	ID           string // 32 hex digits
	Owner        string // cid
	From         Person // empty for the birthday calendar
	Name         string
	Description  string // empty is written as null
	IsDefault    bool
	Subscription string // URL, empty for calendars of one's own
	Permissions  string // "owner", "read" …
	Created      time.Time
	Updated      time.Time
}

// CalendarChange is a change of a calendar's properties; nil leaves a property alone.
type CalendarChange struct {
	Name, Description *string
	Subscription      *string // only of a calendar that has one
}

// Event is an entry of a calendar.
type Event struct {
	ID           string // 32 hex digits
	Calendar     string // id of its calendar
	From         Person
	Name         string
	Description  string
	Location     string
	Start, End   time.Time
	AllDay       bool
	Recurrent    bool
	Recurrence   string // "Occurs every week on Tuesday"; empty is written as null
	Reminder     *int   // minutes before the start; nil is no reminder
	Availability string // free, busy, tentative, out_of_office
	Visibility   string // public, private
	Created      time.Time
	Updated      time.Time
}

// Calendars are the accounts' calendars. Every account has a default one ("<first name>'s calendar"), and a birthday
// calendar that is read only. Checks of lengths and required values are the protocol layer's.
type Calendars interface {
	// CalendarsOf lists the calendars of owner that viewer may see: all of one's own, of others' the shared ones.
	CalendarsOf(ctx context.Context, owner, viewer string, page Page) (List[Calendar], error)
	Calendar(ctx context.Context, id string) (Calendar, error)
	CalendarVisible(ctx context.Context, id, viewer string) (bool, error)
	CreateCalendar(ctx context.Context, c Calendar) (Calendar, error)
	// UpdateCalendar sets what is not nil. ErrReadOnly.
	UpdateCalendar(ctx context.Context, id string, change CalendarChange) (Calendar, error)
	// DeleteCalendar removes a calendar and its events. ErrReadOnly, ErrDefault.
	DeleteCalendar(ctx context.Context, id string) error

	// Events lists the events of the calendars that overlap [from, to), by start time.
	Events(ctx context.Context, calendars []string, from, to time.Time, page Page) (List[Event], error)
	Event(ctx context.Context, calendar, id string) (Event, error)
	// CreateEvent adds e to e.Calendar. ErrReadOnly.
	CreateEvent(ctx context.Context, e Event) (Event, error)
	// UpdateEvent replaces all but ID, Calendar, From and Created. ErrReadOnly.
	UpdateEvent(ctx context.Context, e Event) (Event, error)
	DeleteEvent(ctx context.Context, calendar, id string) error
}

// Contact is an entry of an account's address book.
type Contact struct {
	ID                   string // 32 hex digits
	Owner                string // cid
	FirstName, LastName  string
	Name                 string // made by the backend: the full name, or the first email address, or the employer
	Gender               string
	IsFriend, IsFavorite bool
	UserID               string // cid of the contact's own account, or empty
	Emails               Emails
	Work                 []Work
	BirthDay, BirthMonth int
	Updated              time.Time
}

// People are the accounts' contacts.
type People interface {
	// Contacts lists by name: all of them, or those that are friends and have an account of their own.
	Contacts(ctx context.Context, owner string, friends bool, page Page) (List[Contact], error)
	Contact(ctx context.Context, id string) (Contact, error)
	CreateContact(ctx context.Context, c Contact) (Contact, error)
	// UpdateContact replaces all but ID and Owner.
	UpdateContact(ctx context.Context, c Contact) (Contact, error)
	DeleteContact(ctx context.Context, id string) error

	// Share adds to the user's activity feed, which is kept and never sent anywhere.
	Share(ctx context.Context, owner string, a Activity) (Activity, error)
}

// Activity is an entry of a user's activity feed.
type Activity struct {
	From                                              Person
	Message, Link, Description, Picture, Name, Source string
	Created                                           time.Time
}

// Application is a client id that an account registered through the API.
type Application struct {
	ID             string // the client id: 16 hex digits
	Owner          string // cid
	Name           string
	Secret         string // made by the backend
	URI            string
	TermsOfService string
	Privacy        string
	HasLogo        bool
	Created        time.Time
	Updated        time.Time
}

// Applications are the client ids that accounts registered.
type Applications interface {
	ApplicationsOf(ctx context.Context, owner string, page Page) (List[Application], error)
	Application(ctx context.Context, id string) (Application, error)
	CreateApplication(ctx context.Context, a Application) (Application, error)
	// UpdateApplication sets Name, URI, TermsOfService and Privacy.
	UpdateApplication(ctx context.Context, a Application) (Application, error)
	DeleteApplication(ctx context.Context, id string) error
	Logo(ctx context.Context, id string) (Content, error) // ErrNoPicture
	SetLogo(ctx context.Context, id string, image []byte) error
}
