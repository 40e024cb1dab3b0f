package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// ItemType is the type of a drive item.
type ItemType string

// The types of drive items. Others are read as *[OtherItem].
const (
	TypeFile     ItemType = "file"
	TypeFolder   ItemType = "folder"
	TypeAlbum    ItemType = "album"
	TypePhoto    ItemType = "photo"
	TypeVideo    ItemType = "video"
	TypeAudio    ItemType = "audio"
	TypeNotebook ItemType = "notebook"
)

// Item is anything that a folder lists: one of *[File], *[Folder], *[Album], *[Photo], *[Video], *[Audio], *[Notebook],
// or *[OtherItem] for a type that this package does not know. Tell them apart with a type switch:
//
//	switch item := item.(type) {
//	case *liveconnect.Photo:
//		fmt.Println(item.Name, item.Width, item.Height)
//	default:
//		fmt.Println(item.Info().Name)
//	}
type Item interface {
	// Info returns what all items have.
	Info() *ItemInfo
	id() string
}

// ItemInfo is what all drive items have. All of it is read only; see the Update types for what can be changed.
type ItemInfo struct {
	ID              string     `json:"id"`
	From            Person     `json:"from"` // who put it there; empty for the root folder
	Name            string     `json:"name"`
	Description     string     `json:"description"`     // "" is also what the service wrote as null until 2012
	ParentID        string     `json:"parent_id"`       // the folder it is in; "" for the root folder
	Size            int64      `json:"size"`            // bytes; of a folder, everything below it
	UploadLocation  string     `json:"upload_location"` // where new content goes; only with wl.skydrive, never for notebooks
	CommentsCount   int        `json:"comments_count"`
	CommentsEnabled bool       `json:"comments_enabled"`
	IsEmbeddable    bool       `json:"is_embeddable"`
	Link            string     `json:"link"` // its page on the OneDrive web site
	Type            ItemType   `json:"type"`
	SharedWith      SharedWith `json:"shared_with"` // only with wl.skydrive
	CreatedTime     Time       `json:"created_time"`
	UpdatedTime     Time       `json:"updated_time"`
	// ClientUpdatedTime is when the client machine last updated the item; since 2014, and not in the first documents.
	ClientUpdatedTime Time `json:"client_updated_time"`
}

// Info returns i itself.
func (i *ItemInfo) Info() *ItemInfo { return i }

// ModTime is the time of modification that a file with the item's content gets on disk: ClientUpdatedTime, or else
// UpdatedTime.
func (i *ItemInfo) ModTime() time.Time {
	if i.ClientUpdatedTime.IsZero() {
		return i.UpdatedTime.Time
	}
	return i.ClientUpdatedTime.Time
}

func (i *ItemInfo) id() string { return i.ID }

// mustBe refuses an item of another type than these. Some answers do not tell the type.
func (i *ItemInfo) mustBe(types ...ItemType) error {
	if i.Type == "" || slices.Contains(types, i.Type) {
		return nil
	}
	return fmt.Errorf("%w: the item is of type %q", ErrUnexpectedContent, i.Type)
}

// CheckName returns an error that says why no file, folder or album can have a name, or nil. Calls that give names check
// them by themselves.
func CheckName(name string) error {
	if err := checkName("name", name); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalidArgument, err)
	}
	return nil
}

// ItemUpdate changes an item's properties; what is left out stays as it is.
type ItemUpdate struct {
	Name        Opt[string] `json:"name,omitzero"` // a file's name with its extension
	Description Opt[string] `json:"description,omitzero"`
}

func (u *ItemUpdate) validate() error {
	if u == nil || u.Name.IsZero() && u.Description.IsZero() {
		return errNoChange
	}
	return errors.Join(checkNewName("name", u.Name), checkText("description", u.Description.value, 0))
}

// The verbs of the service that net/http has no name for.
const (
	methodMove = "MOVE"
	methodCopy = "COPY"
)

// relocate makes MOVE or COPY of an item. The service wants a real id as the destination, so the name of a
// special folder is looked up first.
func relocate[T any](ctx context.Context, s *service, op, verb string, path urlPath, folderID string) (*T, error) {
	r := request{op: op, method: verb, path: path}
	destination := folderPath("destination folder id", folderID)
	if r.check(destination.err); strings.Contains(folderID, "/") && r.invalid() == nil {
		folder, err := get[ItemInfo](ctx, s, op, destination)
		if err != nil {
			return nil, err
		}
		folderID = folder.ID
	}
	r.setJSON(map[string]string{"destination": folderID})
	moved, err := object[T](ctx, s, r)
	if verb == methodMove && errors.Is(err, ErrOutcomeUnknown) && ctx.Err() == nil {
		if found, e := get[T](ctx, s, op, r.path); e == nil && any(found).(Item).Info().ParentID == folderID { //nolint:forcetypeassert // all that can be moved
			return found, nil
		}
	}
	return moved, err
}

// named finds an item in a list by its name, whatever the case of its letters; nil if there is none.
func named[T Item](list iter.Seq2[T, error], name string) (found T, err error) {
	for item, err := range list {
		if err != nil || strings.EqualFold(item.Info().Name, name) {
			return item, err
		}
	}
	return found, nil
}
