package api

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// commentJSON has the order of the reference.
type commentJSON struct {
	ID          string     `json:"id"`
	From        personJSON `json:"from"`
	Message     string     `json:"message"`
	CreatedTime *string    `json:"created_time"`
}

// tagJSON has the order of the reference. Tags on videos have no place.
type tagJSON struct {
	ID          string     `json:"id"`
	User        personJSON `json:"user"`
	X           *float64   `json:"x,omitempty"`
	Y           *float64   `json:"y,omitempty"`
	CreatedTime *string    `json:"created_time"`
}

// maxComment is the documented number of characters.
const maxComment = 10000

func showComment(comment backend.Comment) any {
	return commentJSON{
		ID: commentID(comment), From: personOf(comment.From), Message: comment.Message,
		CreatedTime: wire.TimeText(comment.Created),
	}
}

func listComments(c *call) (reply, error) {
	item, err := annotated(c, "comments")
	if err != nil {
		return reply{}, err
	}
	return listPage(c, func(page backend.Page) (backend.List[backend.Comment], error) {
		return c.h.Accounts.ItemComments(c.Context(), item.Ref, page)
	}, showComment)
}

// annotated finds the item that comments or tags are on. Everybody who may see a shared item may see them.
func annotated(c *call, what string) (backend.Item, error) {
	item, err := readableItem(c)
	if err == nil && item.ID == "" {
		err = wire.NoSubPath(item.Kind, what)
	}
	return item, err
}

func createComment(c *call) (reply, error) {
	item, err := annotated(c, "comments")
	if err != nil {
		return reply{}, err
	}
	message, _ := c.body.Text("message")
	if message == "" {
		return reply{}, wire.Missing("message", "message")
	}
	if err := wire.CheckLength("message", message, maxComment); err != nil {
		return reply{}, err
	}
	comment, err := c.h.Accounts.AddComment(c.Context(), item.Ref, c.grant.User, message)
	return c.created(commentID(comment), showComment(comment)), err
}

func getComment(c *call) (reply, error) {
	if _, err := readableItem(c); err != nil {
		return reply{}, err
	}
	comment, err := c.h.Accounts.Comment(c.Context(), c.target.ref, c.target.id)
	return reply{body: showComment(comment)}, err
}

// deleteComment is for the owner of the item and for who wrote the comment.
func deleteComment(c *call) (reply, error) {
	item, err := readableItem(c)
	if err != nil {
		return reply{}, err
	}
	comment, err := c.h.Accounts.Comment(c.Context(), c.target.ref, c.target.id)
	if err != nil {
		return reply{}, err
	}
	if item.Owner != c.grant.User && comment.From.ID != c.grant.User {
		return reply{}, wire.Forbidden()
	}
	return reply{status: http.StatusNoContent}, c.h.Accounts.DeleteComment(c.Context(), c.target.ref, c.target.id)
}

func showTag(kind backend.Kind) func(backend.Tag) any {
	return func(tag backend.Tag) any {
		out := tagJSON{ID: tagID(tag), User: personOf(tag.User), CreatedTime: wire.TimeText(tag.Created)}
		if kind != backend.KindVideo {
			out.X, out.Y = &tag.X, &tag.Y
		}
		return out
	}
}

func listTags(c *call) (reply, error) {
	item, err := taggable(c)
	if err != nil {
		return reply{}, err
	}
	return listPage(c, func(page backend.Page) (backend.List[backend.Tag], error) {
		return c.h.Accounts.ItemTags(c.Context(), item.Ref, page)
	}, showTag(item.Kind))
}

// taggable finds the photo or video that tags are on: no other kind has any.
func taggable(c *call) (backend.Item, error) {
	item, err := annotated(c, "tags")
	if err == nil && item.Kind != backend.KindPhoto && item.Kind != backend.KindVideo {
		err = wire.NoSubPath(item.Kind, "tags")
	}
	return item, err
}

func createTag(c *call) (reply, error) {
	item, err := taggable(c)
	if err != nil {
		return reply{}, err
	}
	if item.Owner != c.grant.User {
		return reply{}, wire.Forbidden()
	}
	var tag backend.Tag
	if err := applyTag(&tag, c.body); err != nil {
		return reply{}, err
	}
	if tag.User == (backend.Person{}) {
		return reply{}, wire.Missing("user", "user")
	}
	for _, name := range []string{"x", "y"} {
		if _, present, _ := c.body.Number(name); !present && item.Kind == backend.KindPhoto {
			return reply{}, wire.Missing(name, "user", "x", "y")
		}
	}
	tag, err = c.h.Accounts.AddTag(c.Context(), item.Ref, tag)
	return c.created(tagID(tag), showTag(item.Kind)(tag)), err
}

func getTag(c *call) (reply, error) {
	item, err := readableItem(c)
	if err != nil {
		return reply{}, err
	}
	tag, err := c.h.Accounts.Tag(c.Context(), c.target.ref, c.target.id)
	return reply{body: showTag(item.Kind)(tag)}, err
}

func updateTag(c *call) (reply, error) {
	item, err := ownItem(c)
	if err != nil {
		return reply{}, err
	}
	tag, err := c.h.Accounts.Tag(c.Context(), c.target.ref, c.target.id)
	if err != nil {
		return reply{}, err
	}
	if err := applyTag(&tag, c.body); err != nil {
		return reply{}, err
	}
	tag, err = c.h.Accounts.UpdateTag(c.Context(), tag)
	return reply{body: showTag(item.Kind)(tag)}, err
}

func deleteTag(c *call) (reply, error) {
	if _, err := ownItem(c); err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.h.Accounts.DeleteTag(c.Context(), c.target.ref, c.target.id)
}

// applyTag sets what the body names. The place is in per cent of the picture.
func applyTag(tag *backend.Tag, body wire.Object) error {
	user := body.Object("user")
	if name := user.TextPtr("name"); name != nil {
		tag.User.Name = *name
	}
	if id := user.TextPtr("id"); id != nil {
		tag.User.ID = *id
	}
	for _, at := range []struct {
		name string
		to   *float64
	}{{"x", &tag.X}, {"y", &tag.Y}} {
		v, present, err := body.Number(at.name)
		if err != nil {
			return err
		}
		if present && (v < 0 || v > 100) {
			return wire.BadParameter(at.name, "a number from 0 to 100")
		}
		if present {
			*at.to = v
		}
	}
	return nil
}
