package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// "Listing {"data":[…],"paging":{…}}: pyonedrive raises KeyError when paging is absent, and glues paging.next to
// https://apis.live.net/v5.0/, so next must be relative (/folder.x/files?offset=2&limit=2). lovattj takes the first query
// value of next as the offset."
func TestClientsNeedPaging(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "f")
	var want []string
	for i := range 5 {
		want = append(want, fmt.Sprintf("%d.txt", i))
		w.put(folder, want[i], "")
	}
	t.Run("paging is there when nothing follows", func(t *testing.T) {
		a := w.send("GET /v5.0/" + folder + "/files HTTP/1.1\n" + bearer + "\n")
		assert.Equal(t, []string{"data", "paging"}, keys(t, a.body))
		assert.Empty(t, a.paging())
	})
	t.Run("next is relative, with the offset first", func(t *testing.T) {
		a := w.send("GET /v5.0/" + folder + "/files?limit=2 HTTP/1.1\n" + bearer + "\n")
		next := a.paging()["next"].(string)
		assert.Equal(t, "/"+folder+"/files?offset=2&limit=2", next)
		_, query, _ := strings.Cut(next, "?")
		assert.Equal(t, "offset=2", strings.Split(query, "&")[0], "lovattj reads no other")
	})
	t.Run("next glued to the base leads through all pages", func(t *testing.T) {
		var got []string
		for next := "/" + folder + "/files?limit=2"; next != ""; {
			a := w.send("GET /v5.0/" + next + "&access_token={query}&limit=2 HTTP/1.1\nHost: {host}\n\n")
			got = append(got, a.names()...)
			next, _ = a.paging()["next"].(string)
		}
		assert.Equal(t, want, got)
	})
	t.Run("lists of every kind", func(t *testing.T) {
		for _, list := range []string{"me/skydrive/files", "me/albums", "me/contacts", "me/friends", "me/calendars", "me/skydrive/shared", "me/skydrive/search?q=txt"} {
			a := w.send("GET /v5.0/" + list + " HTTP/1.1\n" + bearer + "\n")
			assert.Equal(t, []string{"data", "paging"}, keys(t, a.body), list)
		}
	})
}

// "Every item has type, id, name, parent_id (null on the root, which libcmis' path search needs; the root's name must be
// SkyDrive for it), size, source on files (libcmis, Ruby's and PHP's clients), upload_location absolute (both Microsoft
// SDKs GET the item first and PUT to upload_location + / + escaped name), times as 2014-05-19T10:00:00+0000, count on
// folders (eusonlito lists only when count > 0)."
func TestClientsNeedItemFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "folder")
	w.put(folder, "inside.txt", "x")
	items := map[string]string{
		"root": "me/skydrive", "folder": folder, "file": w.put("me/skydrive", "a.txt", "a"), "photo": w.put("me/skydrive", "a.jpg", jpegOf(t, 8, 8)),
		"audio": w.put("me/skydrive", "a.mp3", "not a song"), "video": w.put("me/skydrive", "a.mp4", "not a film"),
		"album": w.json(http.MethodPost, "me/albums", `{"name":"A"}`).field("id").(string),
	}
	for kind, path := range items {
		t.Run(kind, func(t *testing.T) {
			a := w.send("GET /v5.0/" + path + " HTTP/1.1\n" + bearer + "\n")
			require.Equal(t, http.StatusOK, a.status, a.body)
			item := a.object()
			for _, name := range []string{"type", "id", "name", "parent_id", "size", "upload_location", "created_time", "updated_time"} {
				assert.Contains(t, item, name)
			}
			for _, name := range []string{"created_time", "updated_time", "client_updated_time"} {
				if kind != "root" || name != "created_time" {
					assert.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$`, item[name], name)
				}
			}
			upload := item["upload_location"].(string)
			switch kind {
			case "root", "folder", "album":
				assert.Contains(t, item, "count")
				assert.NotContains(t, item, "source")
				// Both Microsoft SDKs, with one slash more than there should be.
				a := w.do(http.MethodPut, upload+"/"+url.PathEscape("new in "+kind+".txt"), nil)
				assert.Equal(t, http.StatusCreated, a.status, a.body)
			default:
				assert.Equal(t, kind, item["type"])
				assert.Regexp(t, `^http://`, item["source"])
				a := w.do(http.MethodPut, upload, nil)
				assert.Equal(t, http.StatusOK, a.status, a.body)
			}
		})
	}
	t.Run("the root has no parent", func(t *testing.T) {
		a := w.send("GET /v5.0/me/skydrive HTTP/1.1\n" + bearer + "\n")
		assert.Contains(t, a.body, `"parent_id": null, `)
		assert.Equal(t, "SkyDrive", a.field("name"))
	})
	t.Run("parents lead to the root", func(t *testing.T) {
		parent := w.get(items["file"]).field("parent_id").(string)
		assert.Nil(t, w.get(parent).field("parent_id"))
	})
	t.Run("count", func(t *testing.T) {
		assert.InDelta(t, len(w.get(folder+"/files").data()), w.get(folder).field("count"), 0)
	})
}

// "Ids match ^(file|folder)\.[0-9a-f]{16}\.[0-9A-F]{16}!\d+$|^folder\.[0-9a-f]{16}$ or python-onedrive treats them as
// paths."
func TestClientsNeedIDsOfThisForm(t *testing.T) {
	t.Parallel()
	const form = `^(file|folder)\.[0-9a-f]{16}\.[0-9A-F]{16}!\d+$|^folder\.[0-9a-f]{16}$`
	w := newWorld(t)
	w.put(w.mkdir("me/skydrive", "one"), "in one.jpg", jpegOf(t, 8, 8))
	w.put("me/skydrive", "two", "2")
	w.json(http.MethodPost, "me/albums", `{"name":"A"}`)
	for _, list := range []string{"me/skydrive/files", "me/albums", "me/skydrive/search?q=one"} {
		t.Run(list, func(t *testing.T) {
			for _, item := range w.send("GET /v5.0/" + list + " HTTP/1.1\n" + bearer + "\n").data() {
				assert.Regexp(t, form, item["id"])
				assert.Regexp(t, form, item["parent_id"])
			}
		})
	}
	t.Run("root", func(t *testing.T) { assert.Regexp(t, form, w.get("me/skydrive").field("id")) })
	t.Run("answer to an upload", func(t *testing.T) {
		assert.Regexp(t, form, w.do(http.MethodPut, "me/skydrive/files/new", nil).field("id"))
	})
}
