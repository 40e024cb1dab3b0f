package liveconnect

import (
	"context"
	"iter"
	"net/http"
)

// Comment is what somebody said about an item of a drive. All of it is read only.
type Comment struct {
	ID          string `json:"id"`
	From        Person `json:"from"` // who said it
	Message     string `json:"message"`
	CreatedTime Time   `json:"created_time"`
}

func (c *Comment) id() string { return c.ID }

// newComment is the body that creates a comment.
type newComment struct {
	Message string `json:"message"`
}

func (c newComment) validate() error { return requireText("message", c.Message, 10_000) }

// CommentsService is for the comments on drive items: [Client.Comments].
type CommentsService service

// List returns one page of the comments on an item: GET /ITEM_ID/comments, scope wl.photos (wl.contacts_photos for what
// others share). The documents name photos, videos and audio; the service counts comments on every item.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Comment object".
func (s *CommentsService) List(ctx context.Context, itemID string, opts *PageOptions) (*Page[*Comment], error) {
	return s.list("Comments.List", itemID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *CommentsService) Pages(ctx context.Context, itemID string, opts *PageOptions) iter.Seq2[*Page[*Comment], error] {
	return s.list("Comments.Pages", itemID, opts).pages(ctx)
}

// All iterates over the comments of all pages of List.
func (s *CommentsService) All(ctx context.Context, itemID string, opts *PageOptions) iter.Seq2[*Comment, error] {
	return s.list("Comments.All", itemID, opts).all(ctx)
}

func (s *CommentsService) list(op, itemID string, opts *PageOptions) lister[Comment, *Comment] {
	return newLister[Comment]((*service)(s), op, itemPath(itemID).add("comments"), opts)
}

// Get returns a comment: GET /COMMENT_ID, scope wl.photos (wl.contacts_photos for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Comment object".
func (s *CommentsService) Get(ctx context.Context, commentID string) (*Comment, error) {
	return get[Comment](ctx, (*service)(s), "Comments.Get", objectPath("comment id", commentID))
}

// Create adds a comment of the signed-in user to an item: POST /ITEM_ID/comments, scope wl.skydrive_update. The message
// is limited to 10,000 characters.
//
// Errors: [ErrNotFound], [ErrForbidden]. The developer guide (hh243641) names it; the body was seen in
// clients.
func (s *CommentsService) Create(ctx context.Context, itemID, message string) (*Comment, error) {
	return send[Comment](ctx, (*service)(s), "Comments.Create", http.MethodPost, itemPath(itemID).add("comments"), newComment{message})
}

// Delete removes a comment: DELETE /COMMENT_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. The developer guide (hh243641) names it; the call was seen in
// clients.
func (s *CommentsService) Delete(ctx context.Context, commentID string) error {
	return remove(ctx, (*service)(s), "Comments.Delete", objectPath("comment id", commentID))
}
