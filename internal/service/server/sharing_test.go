package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A token without the scope is told so, whoever's drive it asks about.
func TestListsOfOthersNeedTheScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, scopes := range []string{"wl.basic", "wl.skydrive", "wl.photos"} {
		other := w.as(nunoID, scopes)
		for _, list := range []string{"/skydrive/files", "/skydrive/photos", "/skydrive/folders", "/albums"} {
			message := other.get(robertoID+list).failed(http.StatusForbidden, "request_token_unauthorized")
			if list != "/albums" || scopes != "wl.basic" {
				assert.Contains(t, message, "wl.contacts_", list)
			}
		}
	}
	w.as(robertoID, "wl.basic").get("me/skydrive/files").failed(http.StatusForbidden, "request_token_unauthorized")
	assert.Empty(t, w.as(nunoID, "wl.contacts_photos").get(robertoID+"/albums").data())
	assert.Empty(t, w.as(nunoID, "wl.contacts_skydrive").get(robertoID+"/skydrive/files").data())
}

// Special folders of others are found by their names, if they are shared; nobody makes them by asking.
func TestSpecialFoldersOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	public := w.get("me/skydrive/public_documents").field("id").(string)
	file := w.put(public, "all.txt", "x")
	other := w.as(nunoID, "wl.contacts_skydrive")
	assert.Equal(t, public, other.get(public).field("id"), "by id")
	assert.Equal(t, public, other.get(robertoID+"/skydrive/public_documents").field("id"))
	assert.Equal(t, []string{"all.txt"}, other.get(robertoID+"/skydrive/PUBLIC_DOCUMENTS/files").names())
	assert.Equal(t, file, other.get(file).field("id"))
	for _, private := range []string{"my_documents", "my_photos", "camera_roll"} {
		other.get(robertoID+"/skydrive/"+private).failed(http.StatusNotFound, "resource_not_found")
		other.get(robertoID+"/skydrive/"+private+"/files").failed(http.StatusNotFound, "resource_not_found")
	}
	assert.NotContains(t, strings.Join(w.get("me/skydrive/files").names(), " "), "camera roll")
	w.as(nunoID, "wl.basic").get(robertoID+"/skydrive/public_documents").failed(http.StatusForbidden, "request_token_unauthorized")
	other.do(http.MethodPut, robertoID+"/skydrive/public_documents/files/a.txt", strings.NewReader("x")).failed(http.StatusForbidden, "request_token_unauthorized")
}

// What is listed as an album is one, and what is one is listed.
func TestAlbumsThatMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "years")
	made := w.json(http.MethodPost, "me/albums", `{"name":"Summer"}`)
	require.Equal(t, http.StatusCreated, made.status, made.body)
	album := made.field("id").(string)
	assert.Contains(t, w.get("me/albums").names(), "Summer")
	photo := w.put(album, "a.png", pngOf(t, 2, 2))
	move := func(to string) answer { return w.json("MOVE", album, `{"destination":"`+to+`"}`) }
	moved := move(folder)
	require.Equal(t, http.StatusCreated, moved.status, moved.body)
	assert.Equal(t, "folder", moved.field("type"))
	assert.Equal(t, album, moved.field("id"))
	assert.NotContains(t, w.get("me/albums").names(), "Summer")
	assert.Equal(t, []string{"Summer"}, w.get(folder+"/folders").names())
	assert.Empty(t, w.get(folder+"/albums").names())
	assert.Equal(t, []string{"a.png"}, w.get(album+"/photos").names())
	assert.Equal(t, album, w.get(photo).field("parent_id"))
}

// MOVE and COPY never replace anything, whatever overwrite says, and in whichever place it stands.
func TestMoveAndCopyDoNotOverwrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "to")
	taken, file := w.put(folder, "a.txt", "old"), w.put("me/skydrive", "a.txt", "new")
	free := w.put("me/skydrive", "b.txt", "free")
	for _, method := range []string{"MOVE", "COPY"} {
		for _, overwrite := range []string{"", "?overwrite=true", "?overwrite=false", "?overwrite=ChooseNewName", "?overwrite=nonsense"} {
			w.json(method, file+overwrite, `{"destination":"`+folder+`"}`).failed(http.StatusConflict, "resource_already_exists")
		}
		a := w.do(method, file, strings.NewReader(`{"destination":"`+folder+`","overwrite":true}`), "Content-Type", "application/json", "Overwrite", "T")
		a.failed(http.StatusConflict, "resource_already_exists")
	}
	assert.Equal(t, []string{"a.txt"}, w.get(folder+"/files").names())
	assert.InDelta(t, 3, w.get(taken).field("size"), 0)
	assert.Equal(t, http.StatusCreated, w.json("COPY", free+"?overwrite=nonsense", `{"destination":"`+folder+`"}`).status)
}
