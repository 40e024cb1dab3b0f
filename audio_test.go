package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect"
)

const audioID = "file.a6b2a7e8f2515e5e.A6B2A7E8F2515E5E!144"

func TestDocumentedAudio(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "documented/audio_list.json").Audio.List(t.Context(), liveconnect.Root, nil)
	got := one(t, page, err)
	assert.Equal(t, &liveconnect.Audio{
		ItemInfo: liveconnect.ItemInfo{
			ID:             audioID,
			From:           liveconnect.Person{ID: "a6b2a7e8f2515e5e", Name: "Stig Struve-Christensen"},
			Name:           "SampleAudio.mp3",
			ParentID:       "folder.a6b2a7e8f2515e5e",
			Size:           8414449,
			UploadLocation: "https://apis.live.net/v5.0/file.a6b2a7e8f2515e5e.A6B2A7E8F2515E5E!144/content/",
			Link:           "https://skydrive.live.com/redir.aspx?cid=22688711f5410e6c&page=view&resid=22688711F5410E6C!582&parid=22688711F5410E6C!581",
			Type:           liveconnect.TypeAudio,
			SharedWith:     liveconnect.SharedWith{Access: liveconnect.AccessJustMe},
			CreatedTime:    at("2012-09-23 22:00:57"),
			UpdatedTime:    at("2012-09-03 22:00:57"),
		},
		Source:      "http://storage.live.com/s1p60U8Xs4UzIXTScrTioalE-ZaVFiDQBA15MS2BwcsuNjfG64Z2fw-DAjXnPuqC47YR40_xAoPD8aRGhtna9ZFZ9_oO4BTz4CWF973DTXMxc5U3TntcQ9qEA/SampleAudio.mp3:Binary",
		Title:       "My Sample Audio",
		Artist:      "My Favorite Artist",
		Album:       "My Favorite Album",
		AlbumArtist: "My Favorite Artist",
		Genre:       "Easy Listening",
		Duration:    225000,
		Picture:     "https://storage.live.com/items/A6B2A7E8F2515E5E!144:MobileReady/SampleAudio.mp3?psid=1&ck=0&ex=720",
	}, got)
	holdsAll(t, element(t, fixture(t, "documented/audio_list.json")), got)
}

func TestAudioList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.ListOptions{Limit: 2}
	l := listing[*liveconnect.Audio]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Audio], error) {
			return c.Audio.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Audio], error] {
			return c.Audio.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Audio, error] {
			return c.Audio.All(ctx, id, opts)
		},
	}
	l.check(t, "folder.x.X!1", "/folder.x.X!1/audio", `{"id":"a"}`, limitOf2())
	l.check(t, liveconnect.MyDocuments, "/me/skydrive/my_documents/audio", `{"id":"a"}`, limitOf2())
}

func TestAudio(t *testing.T) {
	t.Parallel()
	const audio = `{"id":"` + audioID + `","type":"audio"}`
	want := &liveconnect.Audio{ItemInfo: liveconnect.ItemInfo{ID: audioID, Type: liveconnect.TypeAudio}}
	update := func(change *liveconnect.AudioUpdate) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Audio.Update(ctx, audioID, change)
		}
	}
	exchanges(t, []exchange{{
		name: "Get", answer: audio, method: "GET", path: "/" + audioID, want: want,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Audio.Get(ctx, audioID) },
	}, {
		name: "Update as documented", answer: audio, method: "PUT", path: "/" + audioID, want: want,
		body: string(fixture(t, "documented/audio_update.json")),
		call: update(&liveconnect.AudioUpdate{
			Name: liveconnect.Set("SampleAudioChanged.wav"), Description: liveconnect.Set("Holiday Concert"),
		}),
	}, {
		name: "Update everything", answer: audio, method: "PUT", path: "/" + audioID,
		body: `{"name":"n.mp3","description":null,"title":"t","artist":"a","album":"l","album_artist":"b","genre":""}`,
		call: update(&liveconnect.AudioUpdate{
			Name: liveconnect.Set("n.mp3"), Description: liveconnect.Null[string](), Title: liveconnect.Set("t"),
			Artist: liveconnect.Set("a"), Album: liveconnect.Set("l"), AlbumArtist: liveconnect.Set("b"),
			Genre: liveconnect.Set(""),
		}),
	}, {
		name: "Update one", answer: audio, method: "PUT", path: "/" + audioID, body: `{"genre":"Jazz"}`,
		call: update(&liveconnect.AudioUpdate{Genre: liveconnect.Set("Jazz")}),
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + audioID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Audio.Delete(ctx, audioID))
		},
	}, {
		name: "Move", status: http.StatusCreated, answer: audio, method: "MOVE", path: "/" + audioID, want: want,
		body: `{"destination":"folder.x.X!9"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Audio.Move(ctx, audioID, "folder.x.X!9")
		},
	}, {
		name: "Copy", status: http.StatusCreated, answer: audio, method: "COPY", path: "/" + audioID, want: want,
		body: `{"destination":"folder.x.X!9"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Audio.Copy(ctx, audioID, "folder.x.X!9")
		},
	}})
}

func TestAudioRefuse(t *testing.T) {
	t.Parallel()
	update := func(change *liveconnect.AudioUpdate) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Audio.Update(ctx, audioID, change)
			return err
		}
	}
	refused(t, badCalls{
		"Get: empty id":       func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Audio.Get(ctx, ""); return err },
		"Update: nil":         update(nil),
		"Update: nothing":     update(&liveconnect.AudioUpdate{}),
		"Update: bad name":    update(&liveconnect.AudioUpdate{Name: liveconnect.Set("a/b.mp3")}),
		"Update: null name":   update(&liveconnect.AudioUpdate{Name: liveconnect.Null[string]()}),
		"Update: not UTF-8":   update(&liveconnect.AudioUpdate{Title: liveconnect.Set("\xff")}),
		"Update: not UTF-8 2": update(&liveconnect.AudioUpdate{Genre: liveconnect.Set("\xff")}),
		"Update: not UTF-8 3": update(&liveconnect.AudioUpdate{Description: liveconnect.Set("\xff")}),
		"Delete: empty id":    func(ctx context.Context, c *liveconnect.Client) error { return c.Audio.Delete(ctx, "") },
		"Move: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Audio.Move(ctx, "", "folder.x")
			return err
		},
		"Copy: empty destination": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Audio.Copy(ctx, audioID, "")
			return err
		},
	})
}
