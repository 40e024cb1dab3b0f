package disk_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// changes is every kind of change that there is, each on top of those before it.
type changes struct {
	*disk.Store
	folder, file, photo backend.Item
	comment             backend.Comment
	tag                 backend.Tag
	calendar            backend.Calendar
	event               backend.Event
	contact             backend.Contact
	application         backend.Application
}

func (c *changes) write(ctx context.Context, name string, content []byte, opts backend.WriteOptions) (backend.Item, error) {
	item, _, err := c.WriteFile(ctx, c.folder.Ref, name, bytes.NewReader(content), opts)
	return item, err
}

func (c *changes) drive(ctx context.Context) []func() error {
	opts := backend.WriteOptions{By: ann}
	return []func() (err error){
		func() (err error) {
			c.folder, err = c.CreateFolder(ctx, backend.Ref{Owner: ann}, backend.KindAlbum, "Älbum e", "a text", bob)
			return err
		},
		func() (err error) { c.file, err = c.write(ctx, "e.txt", []byte("hello"), opts); return err },
		func() (err error) { c.photo, err = c.write(ctx, "e.gif", image(), opts); return err },
		func() (err error) { _, err = c.write(ctx, "e.txt", []byte("replaced"), opts); return err },
		func() (err error) { _, err = c.write(ctx, "e.one", nil, opts); return err },
		func() (err error) {
			_, err = c.write(ctx, "e.txt", []byte("another"), backend.WriteOptions{Overwrite: backend.OverwriteNewName})
			return err
		},
		func() (err error) {
			_, err = c.ReplaceContent(ctx, c.file.Ref, strings.NewReader("new"), opts)
			return err
		},
		func() (err error) {
			file, err := c.BeginFile(ctx, c.folder.Ref, "pieces e", 6, opts)
			if err == nil {
				_, err = io.WriteString(file, "pieces")
			}
			if err == nil {
				_, _, err = file.Commit(ctx)
			}
			return err
		},
		func() (err error) {
			_, err = c.AddSection(c.folder.Ref, "section e", memory.Generated(100_000, 1), ann)
			return err
		},
		func() (err error) {
			name, text := "renamed e.txt", "a description"
			_, err = c.UpdateItem(ctx, c.file.Ref, backend.ItemChange{Name: &name, Description: &text})
			return err
		},
		func() (err error) { _, err = c.CopyItem(ctx, c.file.Ref, backend.Ref{Owner: ann}, ann); return err },
		func() (err error) { _, err = c.CopyItem(ctx, c.photo.Ref, backend.Ref{Owner: bob}, ann); return err },
		func() (err error) { _, err = c.MoveItem(ctx, c.photo.Ref, backend.Ref{Owner: ann}); return err },
		func() (err error) { _, err = c.Special(ctx, ann, "camera_roll"); return err },
		func() (err error) { c.comment, err = c.AddComment(ctx, c.file.Ref, bob, "a comment"); return err },
		func() (err error) { _, err = c.AddComment(ctx, c.file.Ref, ann, "another"); return err },
		func() (err error) { return c.DeleteComment(ctx, c.file.Ref, c.comment.ID) },
		func() (err error) {
			c.tag, err = c.AddTag(ctx, c.photo.Ref, backend.Tag{User: backend.Person{Name: "Carol"}, X: 0.1})
			return err
		},
		func() (err error) {
			c.tag.X, c.tag.User.ID = 99.9, bob
			_, err = c.UpdateTag(ctx, c.tag)
			return err
		},
		func() (err error) { return c.DeleteTag(ctx, c.photo.Ref, c.tag.ID) },
		func() (err error) { _, err = c.ShareLink(ctx, c.file.Ref, "edit"); return err },
		func() (err error) { return c.ShareItem(c.folder.Ref, bob, "People I selected") },
		func() (err error) { return c.ShareItem(c.photo.Ref, "", "") },
		func() (err error) { return c.DeleteItem(ctx, c.photo.Ref) },
		func() (err error) {
			special, err := c.Special(ctx, ann, "my_photos")
			if err != nil {
				return err
			}
			return c.DeleteItem(ctx, special.Ref)
		},
		func() (err error) { return c.DeleteItem(ctx, c.folder.Ref) },
	}
}

func (c *changes) accounts(ctx context.Context) []func() error {
	minutes, name := 15, "another"
	return []func() (err error){
		func() (err error) { return c.SetQuota(ann, 12345) },
		func() (err error) { _, err = c.UpdateUser(backend.User{ID: ann, Name: "Ann B."}); return err },
		func() (err error) { return c.SetUserPicture(ann, image()) },
		func() (err error) { return c.Befriend(ann, bob) },
		func() (err error) { _, err = c.AddUser(backend.User{Name: "Carol"}); return err },
		func() (err error) {
			c.calendar, err = c.CreateCalendar(ctx, backend.Calendar{Owner: ann, Name: "a calendar"})
			return err
		},
		func() (err error) {
			_, err = c.UpdateCalendar(ctx, c.calendar.ID, backend.CalendarChange{Name: &name})
			return err
		},
		func() (err error) { return c.ShareCalendar(c.calendar.ID, bob) },
		func() (err error) {
			start := time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC)
			c.event, err = c.CreateEvent(ctx, backend.Event{Calendar: c.calendar.ID, Name: "an event", Start: start, End: start, Reminder: &minutes})
			return err
		},
		func() (err error) { _, err = c.CreateEvent(ctx, c.event); return err },
		func() (err error) { c.event.Location = "here"; _, err = c.UpdateEvent(ctx, c.event); return err },
		func() (err error) { return c.DeleteEvent(ctx, c.calendar.ID, c.event.ID) },
		func() (err error) { return c.DeleteCalendar(ctx, c.calendar.ID) },
		func() (err error) {
			c.contact, err = c.CreateContact(ctx, backend.Contact{Owner: ann, FirstName: "Dan", Work: []backend.Work{{Employer: "x"}}})
			return err
		},
		func() (err error) { c.contact.LastName = "D."; _, err = c.UpdateContact(ctx, c.contact); return err },
		func() (err error) { return c.DeleteContact(ctx, c.contact.ID) },
		func() (err error) { _, err = c.Share(ctx, ann, backend.Activity{Message: "<&>\u2028"}); return err },
		func() (err error) { _, err = c.Share(ctx, ann, backend.Activity{Message: "two"}); return err },
		func() (err error) {
			c.application, err = c.CreateApplication(ctx, backend.Application{Owner: ann, Name: "an application"})
			return err
		},
		func() (err error) { return c.SetLogo(ctx, c.application.ID, image()) },
		func() (err error) {
			c.application.URI = "x:"
			_, err = c.UpdateApplication(ctx, c.application)
			return err
		},
		func() (err error) { return c.DeleteApplication(ctx, c.application.ID) },
		func() (err error) {
			return c.SaveGrants([]backend.Grant{{
				Token: "EwA+/=", Client: "c", User: ann, Scopes: []string{"wl.basic"}, Redirect: "r",
				Expires: time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC),
			}, {Token: "C", Renews: true, User: bob}}, nil)
		},
		func() (err error) { return c.SaveGrants(nil, []string{"C", "unknown"}) },
		func() (err error) { return c.SetSetting("a setting", []string{"of the program"}) },
	}
}

// everything describes both accounts, and what else there is.
func everything(t *testing.T, s *disk.Store) []string {
	t.Helper()
	users, err := backend.All(s.AllUsers(context.Background(), backend.Page{}))
	require.NoError(t, err)
	all := []string{fmt.Sprint(len(users))}
	for _, owner := range []string{ann, bob} {
		lines, err := describe(s.Store, owner, true)
		require.NoError(t, err)
		all = append(append(all, owner), lines...)
	}
	grants, err := s.Grants()
	require.NoError(t, err)
	d := description{Store: s.Store, lines: all}
	d.say("grants", grants)
	var setting []string
	found, err := s.Setting("a setting", &setting)
	require.NoError(t, err)
	d.say("setting", []any{found, setting})
	return d.lines
}

// After each change the directory is copied as it is, without closing the store, and the copy opened.
func TestEveryChangeIsDurable(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	c := &changes{Store: s}
	before := everything(t, s)
	for i, change := range slices.Concat(c.drive(ctx), c.accounts(ctx)) {
		require.NoError(t, change(), i)
		want := everything(t, s)
		assert.NotEqual(t, before, want, "change %d can be seen", i)
		again, err := disk.Open(snapshot(t, dir), memory.Options{})
		require.NoError(t, err, i)
		require.Equal(t, want, everything(t, again), i)
		require.NoError(t, again.Close())
		before = want
	}
}

func TestLinksSurvive(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	folder, err := s.Special(ctx, ann, "my_documents")
	require.NoError(t, err)
	key, err := s.ShareLink(ctx, folder.Ref, "read")
	require.NoError(t, err)
	require.NoError(t, s.Close())

	s = open(t, dir, memory.Options{})
	item, err := s.ItemByLink(ctx, key)
	require.NoError(t, err)
	assert.Equal(t, folder.ID, item.ID)
	again, err := s.ShareLink(ctx, folder.Ref, "read")
	require.NoError(t, err)
	assert.Equal(t, key, again)
	other, err := s.ShareLink(ctx, folder.Ref, "edit")
	require.NoError(t, err)
	assert.NotEqual(t, key, other, "keys are not given out twice")
}

// Ids follow from a counter, which must go on where it was.
func TestIDsAreNeverGivenOutAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	seen := map[string]bool{}
	for range 40 {
		app, err := s.CreateApplication(ctx, backend.Application{Owner: ann})
		require.NoError(t, err)
		require.False(t, seen[app.ID])
		seen[app.ID] = true
		if len(seen) == 20 {
			require.NoError(t, s.Close())
			s = open(t, dir, memory.Options{})
		}
	}
}

// Only the content of files that are there takes room, and what nobody has asked for stays.
func TestContentIsRemoved(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	contents := func() int {
		files, err := os.ReadDir(filepath.Join(dir, "content"))
		require.NoError(t, err)
		return len(files)
	}
	root := backend.Ref{Owner: ann}
	file, _, err := s.WriteFile(ctx, root, "a", strings.NewReader("one"), backend.WriteOptions{})
	require.NoError(t, err)
	folder, err := s.CreateFolder(ctx, root, backend.KindFolder, "f", "", ann)
	require.NoError(t, err)
	copied, err := s.CopyItem(ctx, file.Ref, folder.Ref, ann)
	require.NoError(t, err)
	assert.Equal(t, 1, contents(), "a copy shares the content")
	reader, err := s.Content(ctx, file.Ref)
	require.NoError(t, err)
	_, err = s.ReplaceContent(ctx, file.Ref, strings.NewReader("two"), backend.WriteOptions{})
	require.NoError(t, err)
	assert.Equal(t, 2, contents(), "the copy has the old content")
	require.NoError(t, s.DeleteItem(ctx, copied.Ref))
	assert.Equal(t, 1, contents())
	b, err := io.ReadAll(reader)
	require.NoError(t, err)
	assert.Equal(t, "one", string(b), "whoever reads it reads on")
	require.NoError(t, reader.Close())

	_, _, err = s.WriteFile(ctx, root, "a", strings.NewReader("x"), backend.WriteOptions{Overwrite: backend.OverwriteFail})
	assert.Error(t, err)
	_, _, err = s.WriteFile(ctx, root, "b", io.MultiReader(strings.NewReader("x"), failing{}), backend.WriteOptions{})
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	pending, err := s.BeginFile(ctx, root, "c", 10, backend.WriteOptions{})
	require.NoError(t, err)
	pending.Discard()
	assert.Equal(t, 1, contents(), "what came to nothing is gone")

	_, err = s.BeginFile(ctx, root, "c", 10, backend.WriteOptions{})
	require.NoError(t, err)
	foreign := filepath.Join(dir, "content", "README")
	require.NoError(t, os.WriteFile(foreign, nil, 0o600))
	require.NoError(t, s.Close())
	open(t, dir, memory.Options{})
	assert.Equal(t, 2, contents(), "an upload that was under way is gone after a restart")
	assert.FileExists(t, foreign)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A file takes no memory, neither on its way in nor on its way out.
func TestLargeFile(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	const size = 64 << 20
	file, _, err := s.WriteFile(ctx, backend.Ref{Owner: ann}, "large", memory.Generated(size, 1), backend.WriteOptions{})
	require.NoError(t, err)
	c, err := s.Content(ctx, file.Ref)
	require.NoError(t, err)
	contents, err := filepath.Glob(filepath.Join(dir, "content", "*"))
	require.NoError(t, err)
	require.Len(t, contents, 1)
	info, err := os.Stat(contents[0])
	require.NoError(t, err)
	assert.Equal(t, int64(size), info.Size())
	_, err = c.Seek(size-5, io.SeekStart)
	require.NoError(t, err)
	got, err := io.ReadAll(c)
	require.NoError(t, err)
	want := make([]byte, 5)
	_, err = memory.Generated(size, 1).ReadAt(want, size-5)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	require.NoError(t, c.Close())
}

func TestErase(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t)
	foreign := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(foreign, nil, 0o600))
	require.NoError(t, s.Erase())
	users, err := backend.All(open(t, dir, memory.Options{}).AllUsers(context.Background(), backend.Page{}))
	require.NoError(t, err)
	assert.Empty(t, users)
	assert.FileExists(t, foreign)
}

// What is deleted makes the database smaller: in use when there is much of it, at the next start otherwise.
func TestDatabaseShrinks(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, database))
		require.NoError(t, err)
		return info.Size()
	}
	folder, err := s.CreateFolder(ctx, backend.Ref{Owner: ann}, backend.KindFolder, "large", "", ann)
	require.NoError(t, err)
	description := strings.Repeat("long ", 10_000)
	for i := range 100 {
		_, err := s.CreateFolder(ctx, folder.Ref, backend.KindFolder, fmt.Sprint(i), description, ann)
		require.NoError(t, err)
	}
	full := size()
	require.Greater(t, full, int64(4<<20))
	require.NoError(t, s.DeleteItem(ctx, folder.Ref))
	want := everything(t, s)
	require.NoError(t, s.Close())
	s = open(t, dir, memory.Options{})
	assert.Less(t, size(), full/4)
	assert.Equal(t, want, everything(t, s))
	_, err = s.CreateFolder(ctx, backend.Ref{Owner: ann}, backend.KindFolder, "next", "", ann)
	require.NoError(t, err)
}
