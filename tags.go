package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
)

// Tag names a person in a photo or video.
type Tag struct {
	ID   string     `json:"id"`
	User TaggedUser `json:"user"`
	// X and Y are the middle of the tag, in percent from the left and the top edge of a photo: 0 to 100. Both are nil on
	// tags of videos.
	X           *float64 `json:"x"`
	Y           *float64 `json:"y"`
	CreatedTime Time     `json:"created_time"`
}

func (t *Tag) id() string { return t.ID }

// TaggedUser is the person that a tag names.
type TaggedUser struct {
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"` // "" for somebody without an account
}

func (u TaggedUser) validate() error {
	if u == (TaggedUser{}) {
		return errors.New("user has neither a name nor an id")
	}
	if u.ID != "" {
		if err := checkID("user id", u.ID); err != nil {
			return err
		}
	}
	return checkText("user name", u.Name, 0)
}

// NewTag is what [TagsService.Create] needs.
type NewTag struct {
	User TaggedUser `json:"user"` // a name, an id, or both
	// X and Y are the middle of the tag, see [Tag]: both for a photo, none for a video.
	X Opt[float64] `json:"x,omitzero"`
	Y Opt[float64] `json:"y,omitzero"`
}

func (t *NewTag) validate() error {
	if t == nil {
		return errors.New("the tag is nil")
	}
	if t.X.IsZero() != t.Y.IsZero() {
		return errors.New("x and y: want both or none")
	}
	return errors.Join(t.User.validate(), checkPercent("x", t.X), checkPercent("y", t.Y))
}

// TagUpdate changes a tag; what is left out stays as it is.
type TagUpdate struct {
	User Opt[TaggedUser] `json:"user,omitzero"`
	X    Opt[float64]    `json:"x,omitzero"` // percent, see [Tag]
	Y    Opt[float64]    `json:"y,omitzero"`
}

func (u *TagUpdate) validate() error {
	if u == nil || *u == (TagUpdate{}) {
		return errNoChange
	}
	var err error
	if user, ok := u.User.Get(); ok {
		err = user.validate()
	} else if u.User.IsNull() {
		err = errors.New("user cannot be null")
	}
	return errors.Join(err, checkPercent("x", u.X), checkPercent("y", u.Y))
}

func checkPercent(what string, percent Opt[float64]) error {
	if percent.IsNull() {
		return fmt.Errorf("%s cannot be null", what)
	}
	// Written so that it is false for NaN.
	if value, ok := percent.Get(); ok && !(value >= 0 && value <= 100) {
		return fmt.Errorf("%s is %v: want 0 to 100 percent", what, value)
	}
	return nil
}

// TagsService is for the tags of photos and videos: [Client.Tags].
type TagsService service

// List returns one page of the tags of a photo or video: GET /ITEM_ID/tags, scopes wl.photos and wl.skydrive
// (wl.contacts_photos and wl.contacts_skydrive for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Tag object".
func (s *TagsService) List(ctx context.Context, itemID string, opts *PageOptions) (*Page[*Tag], error) {
	return s.list("Tags.List", itemID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *TagsService) Pages(ctx context.Context, itemID string, opts *PageOptions) iter.Seq2[*Page[*Tag], error] {
	return s.list("Tags.Pages", itemID, opts).pages(ctx)
}

// All iterates over the tags of all pages of List.
func (s *TagsService) All(ctx context.Context, itemID string, opts *PageOptions) iter.Seq2[*Tag, error] {
	return s.list("Tags.All", itemID, opts).all(ctx)
}

func (s *TagsService) list(op, itemID string, opts *PageOptions) lister[Tag, *Tag] {
	return newLister[Tag]((*service)(s), op, objectPath("item id", itemID).add("tags"), opts)
}

// Get returns a tag: GET /TAG_ID, scopes wl.photos and wl.skydrive (wl.contacts_photos and wl.contacts_skydrive for what
// others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Tag object".
func (s *TagsService) Get(ctx context.Context, tagID string) (*Tag, error) {
	return get[Tag](ctx, (*service)(s), "Tags.Get", objectPath("tag id", tagID))
}

// Create tags a person in a photo or video: POST /ITEM_ID/tags, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. The developer guide (hh243641) names it; the body was seen in
// clients.
func (s *TagsService) Create(ctx context.Context, itemID string, tag *NewTag) (*Tag, error) {
	return send[Tag](ctx, (*service)(s), "Tags.Create", http.MethodPost, objectPath("item id", itemID).add("tags"), tag)
}

// Update changes whom a tag names, or where it is: PUT /TAG_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Seen in clients.
func (s *TagsService) Update(ctx context.Context, tagID string, change *TagUpdate) (*Tag, error) {
	return send[Tag](ctx, (*service)(s), "Tags.Update", http.MethodPut, objectPath("tag id", tagID), change)
}

// Delete removes a tag: DELETE /TAG_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. The developer guide (hh243641) names it; the call was seen in
// clients.
func (s *TagsService) Delete(ctx context.Context, tagID string) error {
	return remove(ctx, (*service)(s), "Tags.Delete", objectPath("tag id", tagID))
}
