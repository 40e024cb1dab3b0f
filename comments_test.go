package liveconnect_test

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect"
)

const commentID = "comment.22688711f5410e6c.22688711f0410e6c!818.22688711F5410E6C!979"

func TestDocumentedComment(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "documented/comment_list.json").Comments.List(t.Context(), videoID, nil)
	got := one(t, page, err)
	assert.Equal(t, &liveconnect.Comment{
		ID:          commentID,
		From:        liveconnect.Person{ID: "8c8ce076ca27823f", Name: "Roberto Tamburello"},
		Message:     "A lighthouse built on some rocks.",
		CreatedTime: at("2011-04-21 23:21:28"),
	}, got)
	holdsAll(t, element(t, fixture(t, "documented/comment_list.json")), got)
}

func TestCommentsList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.PageOptions{Limit: 2}
	listing[*liveconnect.Comment]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Comment], error) {
			return c.Comments.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Comment], error] {
			return c.Comments.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Comment, error] {
			return c.Comments.All(ctx, id, opts)
		},
	}.check(t, "file.x.X!1", "/file.x.X!1/comments", `{"id":"c"}`, limitOf2())
}

func TestComments(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("é", 10_000)
	encoded, _ := json.Marshal(map[string]string{"message": longest})
	want := &liveconnect.Comment{ID: commentID, Message: "Nice"}
	comment := `{"id":"` + commentID + `","from":{"name":null,"id":null},"message":"Nice","created_time":null}`
	exchanges(t, []exchange{{
		name: "Get", answer: comment, method: "GET", path: "/" + commentID, want: want,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Comments.Get(ctx, commentID) },
	}, {
		name: "Create", status: http.StatusCreated, answer: comment, method: "POST", path: "/" + videoID + "/comments", want: want,
		body: `{"message":"Nice"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Comments.Create(ctx, videoID, "Nice")
		},
	}, {
		name: "Create the longest", status: http.StatusCreated, answer: comment, method: "POST", path: "/folder.x/comments",
		body: string(encoded),
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Comments.Create(ctx, "folder.x", longest)
		},
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + commentID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Comments.Delete(ctx, commentID))
		},
	}})
}

func TestCommentsRefuse(t *testing.T) {
	t.Parallel()
	create := func(itemID, message string) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Comments.Create(ctx, itemID, message)
			return err
		}
	}
	refused(t, badCalls{
		"Get: empty id":     func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Comments.Get(ctx, ""); return err },
		"Delete: empty id":  func(ctx context.Context, c *liveconnect.Client) error { return c.Comments.Delete(ctx, "") },
		"Create: empty id":  create("", "Nice"),
		"Create: empty":     create(videoID, ""),
		"Create: blank":     create(videoID, " \n"),
		"Create: too long":  create(videoID, strings.Repeat("é", 10_001)),
		"Create: not UTF-8": create(videoID, "\xff"),
		"List: bad offset": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Comments.List(ctx, videoID, &liveconnect.PageOptions{Offset: -1})
			return err
		},
		"List: bad limit": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Comments.List(ctx, videoID, &liveconnect.PageOptions{Limit: -1})
			return err
		},
	})
}
