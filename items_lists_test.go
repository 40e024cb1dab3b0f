package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

func TestRecordedSearch(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "recorded/search_list.json").Items.Search(t.Context(), liveconnect.Me, "budget", nil)
	require.NoError(t, err)
	require.Len(t, page.Data, 2)
	first, second := page.Data[0].(*liveconnect.File), page.Data[1].(*liveconnect.File)
	assert.Equal(t, "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!147", first.ID)
	assert.Equal(t, "budget.txt", first.Name)
	assert.EqualValues(t, 42, first.Size)
	assert.Equal(t, at("2014-07-01 13:02:40"), first.ClientUpdatedTime)
	assert.Equal(t, "budget-old.txt", second.Name)
}

func TestItemsSearch(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.ListOptions{Limit: 2, Filter: []liveconnect.Filter{liveconnect.FilterPhotos, liveconnect.FilterVideos}}
	l := listing[liveconnect.Item]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[liveconnect.Item], error) {
			return c.Items.Search(ctx, id, "a & b", opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[liveconnect.Item], error] {
			return c.Items.SearchPages(ctx, id, "a & b", opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[liveconnect.Item, error] {
			return c.Items.SearchAll(ctx, id, "a & b", opts)
		},
	}
	first := limitOf2()
	first.Set("q", "a & b")
	first.Set("filter", "photos,videos")
	l.check(t, liveconnect.Me, "/me/skydrive/search", `{"id":"i","type":"photo"}`, first)
	l.check(t, "8c8ce076ca27823f", "/8c8ce076ca27823f/skydrive/search", `{"id":"i","type":"file"}`, first)
}

func TestItemsShared(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.ListOptions{Limit: 2}
	for kind, path := range map[liveconnect.SharedKind]string{
		liveconnect.SharedItems: "shared", liveconnect.SharedFiles: "shared/files", liveconnect.SharedAlbums: "shared/albums",
		liveconnect.SharedPhotos: "shared/photos", liveconnect.SharedVideos: "shared/videos",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			listing[liveconnect.Item]{
				func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[liveconnect.Item], error) {
					return c.Items.Shared(ctx, id, kind, opts)
				},
				func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[liveconnect.Item], error] {
					return c.Items.SharedPages(ctx, id, kind, opts)
				},
				func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[liveconnect.Item, error] {
					return c.Items.SharedAll(ctx, id, kind, opts)
				},
			}.check(t, liveconnect.Me, "/me/skydrive/"+path, `{"id":"i","type":"album"}`, limitOf2())
		})
	}
}

func TestItemsRecent(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.ListOptions{Limit: 2}
	listing[liveconnect.Item]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[liveconnect.Item], error) {
			return c.Items.Recent(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[liveconnect.Item], error] {
			return c.Items.RecentPages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[liveconnect.Item, error] {
			return c.Items.RecentAll(ctx, id, opts)
		},
	}.check(t, liveconnect.Me, "/me/skydrive/recent_docs", `{"id":"i","type":"file"}`, limitOf2())
}

func TestItemsListsWithoutOptions(t *testing.T) {
	t.Parallel()
	exchanges(t, []exchange{{
		name: "Search", answer: `{"data":[]}`, method: "GET", path: "/me/skydrive/search", query: url.Values{"q": {"ü"}},
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Items.Search(ctx, liveconnect.Me, "ü", nil)
		},
	}, {
		name: "Shared", answer: "recorded/item_list_2016.json", method: "GET", path: "/me/skydrive/shared",
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Items.Shared(ctx, liveconnect.Me, liveconnect.SharedItems, nil)
		},
	}, {
		name: "Recent", answer: `{"data":[]}`, method: "GET", path: "/8c8ce076ca27823f/skydrive/recent_docs",
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Items.Recent(ctx, "8c8ce076ca27823f", nil)
		},
	}, {
		name: "Quota", answer: "documented/quota.json", method: "GET", path: "/me/skydrive/quota",
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Items.Quota(ctx, liveconnect.Me)
		},
		want: &liveconnect.Quota{Total: 26_843_545_600, Available: 22_019_571_712},
	}})
}

func TestItemsListsRefuse(t *testing.T) {
	t.Parallel()
	refused(t, badCalls{
		"Search: nothing": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.Search(ctx, liveconnect.Me, " ", nil)
			return err
		},
		"Search: not UTF-8": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.Search(ctx, liveconnect.Me, "\xff", nil)
			return err
		},
		"Search: limit": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.Search(ctx, liveconnect.Me, "x", &liveconnect.ListOptions{Limit: -1})
			return err
		},
		"Shared: kind": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.Shared(ctx, liveconnect.Me, "../files", nil)
			return err
		},
		"Quota: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.Quota(ctx, "")
			return err
		},
		"Recent: sort": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Items.Recent(ctx, liveconnect.Me, &liveconnect.ListOptions{SortBy: "color"})
			return err
		},
	})
}
