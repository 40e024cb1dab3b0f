package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect"
)

const videoID = "file.de57f4126ed7e411.DE57F4126ED7E411!135"

func TestDocumentedVideo(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "documented/video_list.json").Videos.List(t.Context(), "album.x", nil)
	got := one(t, page, err)
	assert.Equal(t, &liveconnect.Video{
		ItemInfo: liveconnect.ItemInfo{
			ID:              videoID,
			From:            liveconnect.Person{ID: "de57f4126ed7e411", Name: "Nuno Bento"},
			Name:            "Wildlife.wmv",
			ParentID:        "folder.de57f4126ed7e411.DE57F4126ED7E411!126",
			Size:            26246026,
			UploadLocation:  "https://apis.live.net/v5.0/file.de57f4126ed7e411.DE57F4126ED7E411!135/content/",
			CommentsEnabled: true,
			IsEmbeddable:    true,
			Link:            "https://skydrive.live.com/redir.aspx?cid=de57f4126ed7e411&page=view&resid=DE57F4126ED7E411!135&parid=DE57F4126ED7E411!126",
			Type:            liveconnect.TypeVideo,
			SharedWith:      liveconnect.SharedWith{Access: liveconnect.AccessEveryone},
			CreatedTime:     at("2011-08-23 23:41:18"),
			UpdatedTime:     at("2011-08-23 23:41:32"),
		},
		TagsEnabled: true,
		Picture:     "http://storage.live.com/s1pKk5vzd-gdPaJ5Q1MKN34itsyRlUkAYzD_zsr0Dg-5r4bH8Qo8XRgsunA0M-V4G-XPpu1spowx4xwfjCuDcWQVa7aWld2WCdfeWjBK_coPqaQqzoE26BJP3OZAITB5i_DRPK8jK3ZLilSbNJd-onrOA/Wildlife.wmv:Thumbnail",
		Source:      "http://storage.live.com/s1pKk5vzd-gdPaJ5Q1MKN34itsyRlUkAYzD_zsr0Dg-5r4bH8Qo8XRgsunA0M-V4G-XPpu1spowx4xwfjCuDcWQVa7aWld2WCdfeWjBK_coPqaQqzoE26BJP3OZAITB5i_DRPK8jK3ZLilSbNJd-onrOA/Wildlife.wmv:VideoMain",
		Height:      720,
		Width:       1280,
		Duration:    30093,
		Bitrate:     5942130,
	}, got)
	holdsAll(t, element(t, fixture(t, "documented/video_list.json")), got)
}

func TestVideosList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.ListOptions{Limit: 2, SortBy: liveconnect.SortByName}
	l := listing[*liveconnect.Video]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Video], error) {
			return c.Videos.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Video], error] {
			return c.Videos.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Video, error] {
			return c.Videos.All(ctx, id, opts)
		},
	}
	first := limitOf2()
	first.Set("sort_by", "name")
	l.check(t, "folder.x.X!1", "/folder.x.X!1/videos", `{"id":"v"}`, first)
	l.check(t, liveconnect.CameraRoll, "/me/skydrive/camera_roll/videos", `{"id":"v"}`, first)
}

func TestVideos(t *testing.T) {
	t.Parallel()
	const video = `{"id":"` + videoID + `","type":"video"}`
	want := &liveconnect.Video{ItemInfo: liveconnect.ItemInfo{ID: videoID, Type: liveconnect.TypeVideo}}
	exchanges(t, []exchange{{
		name: "Get", answer: video, method: "GET", path: "/" + videoID, want: want,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Videos.Get(ctx, videoID) },
	}, {
		name: "Update", answer: video, method: "PUT", path: "/" + videoID, want: want,
		body: string(fixture(t, "documented/video_update.json")),
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Videos.Update(ctx, videoID, &liveconnect.ItemUpdate{
				Name:        liveconnect.Set("triangle_formation.avi"),
				Description: liveconnect.Set("Sightings of UFOs in triangle formation."),
			})
		},
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + videoID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Videos.Delete(ctx, videoID))
		},
	}, {
		name: "Move", status: http.StatusCreated, answer: video, method: "MOVE", path: "/" + videoID, want: want,
		body: `{"destination":"folder.x.X!9"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Videos.Move(ctx, videoID, "folder.x.X!9")
		},
	}, {
		name: "Copy", status: http.StatusCreated, answer: video, method: "COPY", path: "/" + videoID, want: want,
		body: `{"destination":"folder.x.X!9"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Videos.Copy(ctx, videoID, "folder.x.X!9")
		},
	}})
}

func TestVideosRefuse(t *testing.T) {
	t.Parallel()
	refused(t, badCalls{
		"Get: empty id": func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Videos.Get(ctx, ""); return err },
		"Update: nil": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.Update(ctx, videoID, nil)
			return err
		},
		"Delete: empty id": func(ctx context.Context, c *liveconnect.Client) error { return c.Videos.Delete(ctx, "") },
		"Move: empty destination": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.Move(ctx, videoID, "")
			return err
		},
		"Copy: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.Copy(ctx, "", "folder.x")
			return err
		},
		"List: bad limit": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Videos.List(ctx, "folder.x", &liveconnect.ListOptions{Limit: -1})
			return err
		},
	})
}
