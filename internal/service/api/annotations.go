package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"net/http"
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
		CreatedTime: timeText(comment.Created),
	}
}

func listComments(c *call) (reply, error) {
	item, err := c.annotated("comments")
	if err != nil {
		return reply{}, err
	}
	comments, err := backend.All(c.s.backend.ItemComments(c.ctx(), item.Ref, backend.Page{}))
	if err != nil {
		return reply{}, err
	}
	return listPage(c, comments, showComment)
}

// annotated finds the item that comments or tags are on. Everybody who may see a shared item may see them.
func (c *call) annotated(what string) (backend.Item, error) {
	item, err := c.readableItem()
	if err == nil && item.ID == "" {
		err = errNoSubPath(item.Kind, what)
	}
	return item, err
}

func createComment(c *call) (reply, error) {
	item, err := c.annotated("comments")
	if err != nil {
		return reply{}, err
	}
	message, _ := c.body.text("message")
	if message == "" {
		return reply{}, errMissing("message", "message")
	}
	if err := checkLength("message", message, maxComment); err != nil {
		return reply{}, err
	}
	comment, err := c.s.backend.AddComment(c.ctx(), item.Ref, c.user(), message)
	if err != nil {
		return reply{}, err
	}
	return reply{
		status: http.StatusCreated, body: showComment(comment), location: c.apiURL(commentID(comment) + "/"),
	}, nil
}

func getComment(c *call) (reply, error) {
	if _, err := c.readableItem(); err != nil {
		return reply{}, err
	}
	comment, err := c.s.backend.Comment(c.ctx(), c.target.ref, c.target.id)
	if err != nil {
		return reply{}, err
	}
	return reply{body: showComment(comment)}, nil
}

// deleteComment is for the owner of the item and for who wrote the comment.
func deleteComment(c *call) (reply, error) {
	item, err := c.readableItem()
	if err != nil {
		return reply{}, err
	}
	comment, err := c.s.backend.Comment(c.ctx(), c.target.ref, c.target.id)
	if err != nil {
		return reply{}, err
	}
	if item.Owner != c.user() && comment.From.ID != c.user() {
		return reply{}, errForbidden()
	}
	return reply{status: http.StatusNoContent}, c.s.backend.DeleteComment(c.ctx(), c.target.ref, c.target.id)
}

func showTag(kind backend.Kind) func(backend.Tag) any {
	return func(tag backend.Tag) any {
		out := tagJSON{ID: tagID(tag), User: personOf(tag.User), CreatedTime: timeText(tag.Created)}
		if kind != backend.KindVideo {
			out.X, out.Y = &tag.X, &tag.Y
		}
		return out
	}
}

func listTags(c *call) (reply, error) {
	item, err := c.taggable()
	if err != nil {
		return reply{}, err
	}
	tags, err := backend.All(c.s.backend.ItemTags(c.ctx(), item.Ref, backend.Page{}))
	if err != nil {
		return reply{}, err
	}
	return listPage(c, tags, showTag(item.Kind))
}

// taggable finds the photo or video that tags are on: no other kind has any.
func (c *call) taggable() (backend.Item, error) {
	item, err := c.annotated("tags")
	if err == nil && item.Kind != backend.KindPhoto && item.Kind != backend.KindVideo {
		err = errNoSubPath(item.Kind, "tags")
	}
	return item, err
}

func createTag(c *call) (reply, error) {
	item, err := c.taggable()
	if err != nil {
		return reply{}, err
	}
	if item.Owner != c.user() {
		return reply{}, errForbidden()
	}
	var tag backend.Tag
	if err := applyTag(&tag, c.body); err != nil {
		return reply{}, err
	}
	if tag.User == (backend.Person{}) {
		return reply{}, errMissing("user", "user")
	}
	if tag, err = c.s.backend.AddTag(c.ctx(), item.Ref, tag); err != nil {
		return reply{}, err
	}
	return reply{
		status: http.StatusCreated, body: showTag(item.Kind)(tag), location: c.apiURL(tagID(tag) + "/"),
	}, nil
}

func getTag(c *call) (reply, error) {
	item, err := c.readableItem()
	if err != nil {
		return reply{}, err
	}
	tag, err := c.s.backend.Tag(c.ctx(), c.target.ref, c.target.id)
	if err != nil {
		return reply{}, err
	}
	return reply{body: showTag(item.Kind)(tag)}, nil
}

func updateTag(c *call) (reply, error) {
	item, err := c.ownItem()
	if err != nil {
		return reply{}, err
	}
	tag, err := c.s.backend.Tag(c.ctx(), c.target.ref, c.target.id)
	if err != nil {
		return reply{}, err
	}
	if err := applyTag(&tag, c.body); err != nil {
		return reply{}, err
	}
	if tag, err = c.s.backend.UpdateTag(c.ctx(), tag); err != nil {
		return reply{}, err
	}
	return reply{body: showTag(item.Kind)(tag)}, nil
}

func deleteTag(c *call) (reply, error) {
	if _, err := c.ownItem(); err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.s.backend.DeleteTag(c.ctx(), c.target.ref, c.target.id)
}

// applyTag sets what the body names. The place is in per cent of the picture.
func applyTag(tag *backend.Tag, body object) error {
	user := body.object("user")
	if name := user.textPtr("name"); name != nil {
		tag.User.Name = *name
	}
	if id := user.textPtr("id"); id != nil {
		tag.User.ID = *id
	}
	for _, at := range []struct {
		name string
		to   *float64
	}{{"x", &tag.X}, {"y", &tag.Y}} {
		v, present, err := body.number(at.name)
		if err != nil {
			return err
		}
		if present && (v < 0 || v > 100) {
			return errParameter(at.name, "a number from 0 to 100")
		}
		if present {
			*at.to = v
		}
	}
	return nil
}
