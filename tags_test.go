package liveconnect_test

import (
	"context"
	"iter"
	"math"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

const tagID = "tag.22688711f5410e6c.22688711f5410e6c!767.PRaXZrdHI1uYGQYi9CU0StrzHak"

func TestDocumentedTag(t *testing.T) {
	t.Parallel()
	got, err := serving(t, http.StatusOK, "documented/tag.json").Tags.Get(t.Context(), tagID)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Tag{
		ID:          tagID,
		User:        liveconnect.TaggedUser{ID: "8c8ce076ca27823f", Name: "Roberto Tamburello"},
		X:           ptr(43.8986),
		Y:           ptr(54.4138),
		CreatedTime: at("2011-04-22 01:17:00"),
	}, got)
	holdsAll(t, fixture(t, "documented/tag.json"), got)
}

// A tag in the corner is not a tag of a video.
func TestTagPosition(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content string
		want    *float64
	}{
		"of a video": {`{"id":"t","user":{"name":"Ann","id":null}}`, nil},
		"null":       {`{"id":"t","user":{"name":"Ann","id":null},"x":null,"y":null}`, nil},
		"corner":     {`{"id":"t","user":{"name":"Ann","id":null},"x":0,"y":0}`, ptr(0.0)},
		"as text":    {`{"id":"t","user":{"name":"Ann","id":null},"x":"12.5","y":"12.5"}`, ptr(12.5)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := newStub(t, answer(http.StatusOK, []byte(test.content))).client(t).Tags.Get(t.Context(), "t")
			require.NoError(t, err)
			assert.Equal(t, test.want, got.X)
			assert.Equal(t, test.want, got.Y)
			assert.Equal(t, liveconnect.TaggedUser{Name: "Ann"}, got.User)
		})
	}
}

func TestTagsList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.PageOptions{Limit: 2}
	listing[*liveconnect.Tag]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Tag], error) {
			return c.Tags.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Tag], error] {
			return c.Tags.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Tag, error] {
			return c.Tags.All(ctx, id, opts)
		},
	}.check(t, "file.x.X!1", "/file.x.X!1/tags", `{"id":"t"}`, limitOf2())
}

func TestTags(t *testing.T) {
	t.Parallel()
	create := func(tag *liveconnect.NewTag) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Tags.Create(ctx, "file.x.X!1", tag)
		}
	}
	update := func(change *liveconnect.TagUpdate) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Tags.Update(ctx, tagID, change)
		}
	}
	roberto := liveconnect.TaggedUser{ID: "8c8ce076ca27823f", Name: "Roberto Tamburello"}
	const tag = "documented/tag.json"
	exchanges(t, []exchange{{
		name: "Create", status: http.StatusCreated, answer: tag, method: "POST", path: "/file.x.X!1/tags",
		body: `{"user":{"name":"Roberto Tamburello","id":"8c8ce076ca27823f"},"x":43.8986,"y":54.4138}`,
		call: create(&liveconnect.NewTag{User: roberto, X: liveconnect.Set(43.8986), Y: liveconnect.Set(54.4138)}),
	}, {
		name: "Create in the corners", status: http.StatusCreated, answer: tag, method: "POST", path: "/file.x.X!1/tags",
		body: `{"user":{"name":"Ann"},"x":0,"y":100}`,
		call: create(&liveconnect.NewTag{
			User: liveconnect.TaggedUser{Name: "Ann"}, X: liveconnect.Set(0.0), Y: liveconnect.Set(100.0),
		}),
	}, {
		name: "Create on a video", status: http.StatusCreated, answer: tag, method: "POST", path: "/file.x.X!1/tags",
		body: `{"user":{"id":"8c8ce076ca27823f"}}`,
		call: create(&liveconnect.NewTag{User: liveconnect.TaggedUser{ID: "8c8ce076ca27823f"}}),
	}, {
		name: "Update", answer: tag, method: "PUT", path: "/" + tagID,
		body: `{"user":{"name":"Roberto Tamburello","id":"8c8ce076ca27823f"},"x":1,"y":2.5}`,
		call: update(&liveconnect.TagUpdate{
			User: liveconnect.Set(roberto), X: liveconnect.Set(1.0), Y: liveconnect.Set(2.5),
		}),
	}, {
		name: "Update one", answer: tag, method: "PUT", path: "/" + tagID, body: `{"x":0}`,
		call: update(&liveconnect.TagUpdate{X: liveconnect.Set(0.0)}),
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + tagID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Tags.Delete(ctx, tagID))
		},
	}})
}

func TestTagsRefuse(t *testing.T) {
	t.Parallel()
	ann := liveconnect.TaggedUser{Name: "Ann"}
	create := func(itemID string, tag *liveconnect.NewTag) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Tags.Create(ctx, itemID, tag)
			return err
		}
	}
	update := func(tagID string, change *liveconnect.TagUpdate) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Tags.Update(ctx, tagID, change)
			return err
		}
	}
	at := func(x, y float64) *liveconnect.NewTag {
		return &liveconnect.NewTag{User: ann, X: liveconnect.Set(x), Y: liveconnect.Set(y)}
	}
	refused(t, badCalls{
		"Get: empty id":       func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Tags.Get(ctx, ""); return err },
		"Delete: empty id":    func(ctx context.Context, c *liveconnect.Client) error { return c.Tags.Delete(ctx, "") },
		"Create: empty id":    create("", at(1, 1)),
		"Create: nil":         create("file.x", nil),
		"Create: nobody":      create("file.x", &liveconnect.NewTag{X: liveconnect.Set(1.0), Y: liveconnect.Set(1.0)}),
		"Create: bad user id": create("file.x", &liveconnect.NewTag{User: liveconnect.TaggedUser{ID: "a/b"}}),
		"Create: x below":     create("file.x", at(-0.1, 1)),
		"Create: x above":     create("file.x", at(100.1, 1)),
		"Create: y below":     create("file.x", at(1, -0.1)),
		"Create: y above":     create("file.x", at(1, 100.1)),
		"Create: y NaN":       create("file.x", at(1, math.NaN())),
		"Create: x alone":     create("file.x", &liveconnect.NewTag{User: ann, X: liveconnect.Set(1.0)}),
		"Create: null": create("file.x", &liveconnect.NewTag{
			User: ann, X: liveconnect.Null[float64](), Y: liveconnect.Null[float64](),
		}),
		"Update: empty id":  update("", &liveconnect.TagUpdate{X: liveconnect.Set(1.0)}),
		"Update: nil":       update(tagID, nil),
		"Update: nothing":   update(tagID, &liveconnect.TagUpdate{}),
		"Update: x above":   update(tagID, &liveconnect.TagUpdate{X: liveconnect.Set(101.0)}),
		"Update: y null":    update(tagID, &liveconnect.TagUpdate{Y: liveconnect.Null[float64]()}),
		"Update: nobody":    update(tagID, &liveconnect.TagUpdate{User: liveconnect.Set(liveconnect.TaggedUser{})}),
		"Update: null user": update(tagID, &liveconnect.TagUpdate{User: liveconnect.Null[liveconnect.TaggedUser]()}),
	})
}
