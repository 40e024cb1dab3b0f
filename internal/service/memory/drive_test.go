package memory_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

func TestNewDrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := w.item(w.root)
	assert.Equal(t, backend.Item{
		Ref: w.root, Kind: backend.KindFolder, Name: "SkyDrive", Count: 3, Access: "Just me",
		Updated: root.Updated, ClientUpdated: root.Updated,
	}, root)
	assert.Equal(t, root, w.item(backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!101"}), "as links name the root")

	pictures, public, documents := w.special("my_photos"), w.special("public_documents"), w.special("my_documents")
	assert.Equal(t, []backend.Item{pictures, public, documents}, w.children(w.root))
	assert.Equal(t, []string{"Pictures", "Public", "Documents"}, names(w.children(w.root)))
	assert.Equal(t, backend.KindAlbum, pictures.Kind)
	assert.Equal(t, "8C8CE076CA27823F!102", pictures.ID)
	assert.Equal(t, [2]any{"Public", true}, [2]any{public.Access, public.CommentsEnabled})
	assert.Equal(t, backend.Item{
		Ref: backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!104"}, Kind: backend.KindFolder, Name: "Documents",
		From: backend.Person{ID: ann, Name: "Ann Beebe"}, Access: "Just me", Embeddable: true,
		Created: documents.Updated, Updated: documents.Updated, ClientUpdated: documents.Updated,
	}, documents)

	assert.Equal(t, "8C8CE076CA27823F!105", w.folder(w.root, "New").ID)
	assert.Equal(t, "BEE3874468EF5B6!105", w.folder(backend.Ref{Owner: bob}, "New").ID)
}

func TestSpecialFolders(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	roll := w.special("camera_roll")
	assert.Equal(t, [2]any{"SkyDrive camera roll", backend.KindAlbum}, [2]any{roll.Name, roll.Kind})
	assert.Equal(t, roll, w.special("camera_roll"), "made once")

	name := "Papers"
	_, err := w.UpdateItem(ctx, w.special("my_documents").Ref, backend.ItemChange{Name: &name})
	require.NoError(t, err)
	assert.Equal(t, "Papers", w.special("my_documents").Name, "found under its new name")

	public := w.special("public_documents")
	require.NoError(t, w.DeleteItem(ctx, public.Ref))
	own := w.folder(w.root, "public")
	assert.Equal(t, own.ID, w.special("public_documents").ID)
	assert.Equal(t, "Just me", w.special("public_documents").Access, "a private folder is not opened to all")

	_, err = w.Special(ctx, ann, "recycle_bin")
	assert.ErrorIs(t, err, backend.ErrNotFound)
	_, err = w.Special(ctx, "1234567890abcdef", "my_documents")
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestCountsSizesAndTimesAbove(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	a := w.folder(w.root, "a")
	b := w.folder(a.Ref, "b")
	check := func(what string, changed bool, sizeA, sizeB int64, countA, countB int) {
		t.Helper()
		nowA, nowB, root := w.item(a.Ref), w.item(b.Ref), w.item(w.root)
		assert.Equal(t, [5]any{sizeA, sizeB, countA, countB, sizeA}, [5]any{nowA.Size, nowB.Size, nowA.Count, nowB.Count, root.Size}, what)
		assert.Equal(t, changed, nowA.Updated.After(a.Updated), what)
		assert.False(t, root.Updated.Before(nowA.Updated), what)
		a, b = nowA, nowB
	}
	check("nothing yet", true, 0, 0, 1, 0)
	file := w.upload(b.Ref, "f.txt", strings.NewReader("12345"), backend.WriteOptions{By: ann})
	check("upload", true, 5, 5, 1, 1)
	assert.Equal(t, b.ID, file.Parent)
	w.upload(b.Ref, "f.txt", strings.NewReader("1234567"), backend.WriteOptions{By: ann})
	check("replace", true, 7, 7, 1, 1)
	copied, err := w.CopyItem(ctx, file.Ref, a.Ref, ann)
	require.NoError(t, err)
	check("copy", true, 14, 7, 2, 1)
	w.children(a.Ref)
	check("reading", false, 14, 7, 2, 1)
	require.NoError(t, w.DeleteItem(ctx, copied.Ref))
	check("delete", true, 7, 7, 1, 1)
	_, err = w.MoveItem(ctx, file.Ref, a.Ref)
	require.NoError(t, err)
	check("move", true, 7, 0, 2, 0)
	require.NoError(t, w.DeleteItem(ctx, a.Ref))
	root := w.item(w.root)
	assert.Equal(t, [2]any{int64(0), 3}, [2]any{root.Size, root.Count})
	_, err = w.Item(ctx, file.Ref)
	assert.ErrorIs(t, err, backend.ErrNotFound, "what was below is gone")
}

func TestNamesIgnoreCase(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	w.folder(w.root, "Straße Ω K")
	for _, name := range []string{"STRAßE ω K", "straẞe Ω k", "DOCUMENTS"} {
		_, err := w.CreateFolder(ctx, w.root, backend.KindFolder, name, "", ann)
		var exists *backend.ExistsError
		require.ErrorAs(t, err, &exists, name)
		assert.Equal(t, name, exists.Name)
	}
	documents := w.special("my_documents")
	for name, taken := range map[string]bool{"DOCUMENTS": false, "pictures": true} {
		_, err := w.UpdateItem(ctx, documents.Ref, backend.ItemChange{Name: &name})
		assert.Equal(t, taken, err != nil, name)
	}
	assert.Equal(t, "DOCUMENTS", w.item(documents.Ref).Name)
	name := "Papers"
	_, err := w.UpdateItem(ctx, documents.Ref, backend.ItemChange{Name: &name})
	require.NoError(t, err)
	w.folder(w.root, "documents") // the old name is free
}

func TestUpdateItem(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	song := w.upload(w.root, "a.mp3", strings.NewReader("no music"), backend.WriteOptions{})
	title, genre, none := "Für Elise", "Classical", ""
	changed, err := w.UpdateItem(ctx, song.Ref, backend.ItemChange{Description: &title, Title: &title, Genre: &genre, Artist: &none})
	require.NoError(t, err)
	assert.Equal(t, [2]string{"a.mp3", title}, [2]string{changed.Name, changed.Description})
	assert.Equal(t, &backend.AudioInfo{Title: title, Genre: genre}, changed.Audio)
	assert.Equal(t, song.Revision, changed.Revision)
	assert.True(t, changed.Updated.After(song.Updated))
	changed.Audio.Title = "somebody else's memory"
	assert.Equal(t, title, w.item(song.Ref).Audio.Title)

	_, err = w.UpdateItem(ctx, w.root, backend.ItemChange{Name: &title})
	assert.ErrorIs(t, err, backend.ErrRoot)
	_, err = w.UpdateItem(ctx, backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!999"}, backend.ItemChange{})
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestMoveAndCopyErrors(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	a := w.folder(w.root, "a")
	b := w.folder(a.Ref, "b")
	file := w.upload(a.Ref, "f.txt", strings.NewReader("x"), backend.WriteOptions{})
	w.upload(b.Ref, "F.TXT", strings.NewReader("x"), backend.WriteOptions{})
	missing := backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!999"}
	exists := new(*backend.ExistsError)
	tests := []struct {
		name             string
		copy             bool
		item, into       backend.Ref
		want             error
		exists, succeeds bool
	}{
		{name: "into itself", item: a.Ref, into: a.Ref, want: backend.ErrMoveInside},
		{name: "into its child", item: a.Ref, into: b.Ref, want: backend.ErrMoveInside},
		{name: "the root", item: w.root, into: b.Ref, want: backend.ErrRoot},
		{name: "into a file", item: b.Ref, into: file.Ref, want: backend.ErrNotFolder},
		{name: "a missing item", item: missing, into: a.Ref, want: backend.ErrNotFound},
		{name: "into a missing folder", item: a.Ref, into: missing, want: backend.ErrNotFound},
		{name: "into another's drive", item: file.Ref, into: backend.Ref{Owner: bob}, want: backend.ErrNotFolder},
		{name: "onto a taken name", item: file.Ref, into: b.Ref, exists: true},
		{name: "to where it is", item: file.Ref, into: a.Ref, succeeds: true},
		{name: "copy a folder", copy: true, item: a.Ref, into: w.root, want: backend.ErrCopyFolder},
		{name: "copy a missing item", copy: true, item: missing, into: w.root, want: backend.ErrNotFound},
		{name: "copy to where it is", copy: true, item: file.Ref, into: a.Ref, exists: true},
		{name: "copy into a file", copy: true, item: file.Ref, into: file.Ref, want: backend.ErrNotFolder},
		{name: "copy into another's drive", copy: true, item: file.Ref, into: backend.Ref{Owner: bob}, succeeds: true},
	}
	for _, tt := range tests {
		before := w.children(a.Ref)
		var err error
		if tt.copy {
			_, err = w.CopyItem(ctx, tt.item, tt.into, ann)
		} else {
			_, err = w.MoveItem(ctx, tt.item, tt.into)
		}
		switch {
		case tt.succeeds:
			assert.NoError(t, err, tt.name)
		case tt.exists:
			assert.ErrorAs(t, err, exists, tt.name)
		default:
			assert.ErrorIs(t, err, tt.want, tt.name)
		}
		assert.Equal(t, before, w.children(a.Ref), tt.name)
	}
	assert.ErrorIs(t, w.DeleteItem(ctx, w.root), backend.ErrRoot)
	assert.ErrorIs(t, w.DeleteItem(ctx, missing), backend.ErrNotFound)
	_, err := backend.All(w.Children(ctx, file.Ref, backend.Query{}))
	assert.ErrorIs(t, err, backend.ErrNotFolder)
	_, err = w.CreateFolder(ctx, file.Ref, backend.KindFolder, "x", "", ann)
	assert.ErrorIs(t, err, backend.ErrNotFolder)
}

func TestMoveKeepsTheIDAndTheOrder(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	a := w.folder(w.root, "a")
	early := w.upload(w.root, "early.txt", strings.NewReader("x"), backend.WriteOptions{})
	w.upload(a.Ref, "late.txt", strings.NewReader("x"), backend.WriteOptions{})
	moved, err := w.MoveItem(ctx, early.Ref, a.Ref)
	require.NoError(t, err)
	assert.Equal(t, [3]any{early.ID, a.ID, early.Created}, [3]any{moved.ID, moved.Parent, moved.Created})
	assert.Equal(t, []string{"early.txt", "late.txt"}, names(w.children(a.Ref)))
	back, err := w.MoveItem(ctx, early.Ref, w.root)
	require.NoError(t, err)
	assert.Empty(t, back.Parent)
}

func TestCopy(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	file := w.upload(w.root, "f.txt", strings.NewReader("old"), backend.WriteOptions{By: bob})
	_, err := w.AddComment(ctx, file.Ref, ann, "nice")
	require.NoError(t, err)
	copied, err := w.CopyItem(ctx, file.Ref, w.special("my_documents").Ref, ann)
	require.NoError(t, err)
	want := file
	want.Ref, want.Parent, want.From = copied.Ref, w.special("my_documents").ID, backend.Person{ID: ann, Name: "Ann Beebe"}
	want.Created, want.Updated = copied.Updated, copied.Updated
	assert.Equal(t, want, copied)
	assert.True(t, copied.Created.After(file.Created))

	_, err = w.ReplaceContent(ctx, file.Ref, strings.NewReader("new"), backend.WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, [2]string{"new", "old"}, [2]string{w.read(file.Ref), w.read(copied.Ref)})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	about := "Summer in Ödland"
	for _, name := range []string{"Holiday plan.txt", "plan.doc", "holiday.jpg"} {
		item := w.upload(w.special("my_documents").Ref, name, strings.NewReader("x"), backend.WriteOptions{})
		_, err := w.UpdateItem(ctx, item.Ref, backend.ItemChange{Description: &about})
		require.NoError(t, err)
		about = ""
	}
	w.folder(w.root, "Holiday")
	for query, want := range map[string][]string{
		"holiday":        {"Holiday plan.txt", "holiday.jpg", "Holiday"},
		"PLAN  holiday ": {"Holiday plan.txt"},
		"ödland plan":    {"Holiday plan.txt"},
		"SkyDrive":       {},
		"  ":             {},
	} {
		items, err := backend.All(w.Search(ctx, ann, query, backend.Page{}))
		require.NoError(t, err)
		assert.Equal(t, want, names(items), query)
	}
	_, err := backend.All(w.Search(ctx, "1234567890abcdef", "x", backend.Page{}))
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestRecent(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	var first backend.Item
	for i, name := range []string{"1.txt", "2.txt", "3.txt"} {
		item := w.upload(w.special("my_documents").Ref, name, strings.NewReader(strings.Repeat("x", i)), backend.WriteOptions{})
		if i == 0 {
			first = item
		}
	}
	_, err := w.ReplaceContent(ctx, first.Ref, strings.NewReader("again"), backend.WriteOptions{})
	require.NoError(t, err)
	items, err := backend.All(w.Recent(ctx, ann, backend.Query{}))
	require.NoError(t, err)
	assert.Equal(t, []string{"1.txt", "3.txt", "2.txt"}, names(items))
}

func TestRecentInOneInstant(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newStore(t, memory.Options{Now: func() time.Time { return time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC) }})
	_, err := s.AddUser(backend.User{ID: ann})
	require.NoError(t, err)
	for _, name := range []string{"1.txt", "2.txt", "3.txt", "1.txt"} {
		_, _, err := s.WriteFile(ctx, backend.Ref{Owner: ann}, name, strings.NewReader("x"), backend.WriteOptions{})
		require.NoError(t, err)
	}
	items, err := backend.All(s.Recent(ctx, ann, backend.Query{}))
	require.NoError(t, err)
	assert.Equal(t, []string{"1.txt", "3.txt", "2.txt"}, names(items))
}

func TestSharing(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	album := w.folder(w.root, "album")
	inner := w.folder(album.Ref, "inner")
	file := w.upload(inner.Ref, "f.txt", strings.NewReader("x"), backend.WriteOptions{})
	shared := func(ref backend.Ref, user string) bool {
		t.Helper()
		is, err := w.Shared(ctx, ref, user)
		require.NoError(t, err)
		return is
	}
	assert.Equal(t, [2]bool{false, true}, [2]bool{shared(file.Ref, bob), shared(file.Ref, ann)})
	assert.True(t, shared(w.special("public_documents").Ref, ""))

	require.NoError(t, w.ShareItem(album.Ref, bob, ""))
	assert.Equal(t, [2]bool{true, false}, [2]bool{shared(file.Ref, bob), shared(file.Ref, "")})
	assert.Equal(t, "People I selected", w.item(file.Ref).Access)
	assert.True(t, w.item(file.Ref).CommentsEnabled)
	later := w.upload(inner.Ref, "g.txt", strings.NewReader("x"), backend.WriteOptions{})
	assert.Equal(t, "People I selected", later.Access)

	items, err := backend.All(w.SharedWith(ctx, bob, "", backend.Query{}))
	require.NoError(t, err)
	assert.Equal(t, []string{"album"}, names(items), "neither what is below nor public folders")

	moved, err := w.MoveItem(ctx, file.Ref, w.root)
	require.NoError(t, err)
	assert.Equal(t, "Just me", moved.Access)
	require.NoError(t, w.ShareItem(moved.Ref, "", ""))
	assert.Equal(t, [2]any{true, "Everyone (public)"}, [2]any{shared(moved.Ref, ""), w.item(moved.Ref).Access})
	require.NoError(t, w.ShareItem(moved.Ref, bob, "Friends"))
	assert.Equal(t, "Friends", w.item(moved.Ref).Access)

	require.NoError(t, w.DeleteItem(ctx, album.Ref))
	items, err = backend.All(w.SharedWith(ctx, bob, "", backend.Query{}))
	require.NoError(t, err)
	assert.Equal(t, []string{"f.txt"}, names(items))
	assert.ErrorIs(t, w.ShareItem(moved.Ref, "1234567890abcdef", ""), backend.ErrNotFound)
}

func TestShareLink(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	folder := w.folder(w.root, "folder")
	file := w.upload(folder.Ref, "f.txt", strings.NewReader("x"), backend.WriteOptions{})
	read, err := w.ShareLink(ctx, file.Ref, "read")
	require.NoError(t, err)
	edit, err := w.ShareLink(ctx, file.Ref, "edit")
	require.NoError(t, err)
	again, err := w.ShareLink(ctx, file.Ref, "read")
	require.NoError(t, err)
	assert.Equal(t, read, again)
	assert.NotEqual(t, read, edit)
	assert.Equal(t, "People with a link", w.item(file.Ref).Access)
	assert.Equal(t, "Just me", w.item(folder.Ref).Access)
	found, err := w.ItemByLink(ctx, read)
	require.NoError(t, err)
	assert.Equal(t, w.item(file.Ref), found)

	require.NoError(t, w.ShareItem(folder.Ref, "", "Public"))
	other := w.upload(folder.Ref, "g.txt", strings.NewReader("x"), backend.WriteOptions{})
	_, err = w.ShareLink(ctx, other.Ref, "read")
	require.NoError(t, err)
	assert.Equal(t, "Public", w.item(other.Ref).Access, "only what was private is named after the link")

	require.NoError(t, w.DeleteItem(ctx, folder.Ref))
	_, err = w.ItemByLink(ctx, edit)
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestAnnotations(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	file := w.upload(w.root, "f.mov", strings.NewReader("x"), backend.WriteOptions{})
	first, err := w.AddComment(ctx, file.Ref, bob, "nice")
	require.NoError(t, err)
	assert.Equal(t, backend.Comment{ID: "106", Item: file.Ref, From: backend.Person{ID: bob, Name: "Bob Kelly"}, Message: "nice", Created: first.Created}, first)
	second, err := w.AddComment(ctx, file.Ref, ann, "thanks")
	require.NoError(t, err)
	require.NoError(t, w.DeleteComment(ctx, file.Ref, first.ID))
	comments, err := backend.All(w.ItemComments(ctx, file.Ref, backend.Page{}))
	require.NoError(t, err)
	assert.Equal(t, []backend.Comment{second}, comments)
	_, err = w.Comment(ctx, file.Ref, first.ID)
	assert.ErrorIs(t, err, backend.ErrNotFound)

	tag, err := w.AddTag(ctx, file.Ref, backend.Tag{User: backend.Person{ID: bob}, X: 43.9, Y: 55.2})
	require.NoError(t, err)
	assert.Regexp(t, `^[A-Za-z0-9_-]{27}$`, tag.ID)
	assert.Equal(t, "Bob Kelly", tag.User.Name)
	stranger, err := w.AddTag(ctx, file.Ref, backend.Tag{User: backend.Person{Name: "A stranger"}})
	require.NoError(t, err)
	stranger.X = 12
	changed, err := w.UpdateTag(ctx, stranger)
	require.NoError(t, err)
	assert.Equal(t, stranger, changed)
	tags, err := backend.All(w.ItemTags(ctx, file.Ref, backend.Page{}))
	require.NoError(t, err)
	assert.Equal(t, []backend.Tag{tag, stranger}, tags)
	now := w.item(file.Ref)
	assert.Equal(t, [3]any{1, 2, file.Updated}, [3]any{now.Comments, now.Tags, now.Updated})
	require.NoError(t, w.DeleteTag(ctx, file.Ref, tag.ID))
	_, err = w.Tag(ctx, file.Ref, tag.ID)
	assert.ErrorIs(t, err, backend.ErrNotFound)

	replaced, err := w.ReplaceContent(ctx, file.Ref, strings.NewReader("other"), backend.WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{replaced.Comments, replaced.Tags})
	require.NoError(t, w.DeleteItem(ctx, file.Ref))
	_, err = w.Comment(ctx, file.Ref, second.ID)
	assert.ErrorIs(t, err, backend.ErrNotFound)
	assert.Equal(t, "8C8CE076CA27823F!108", w.folder(w.root, "next").ID, "comments are counted with the items")
}

// Creating must not become slower as the folder fills.
func BenchmarkCreate(b *testing.B) {
	for _, count := range []int{100, 10_000} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			for b.Loop() {
				w := newWorld(b)
				for i := range count {
					w.upload(w.root, strconv.Itoa(i), strings.NewReader(""), backend.WriteOptions{})
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*count), "ns/item")
		})
	}
}
