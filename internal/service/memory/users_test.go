package memory_test

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

func TestAddUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, err := w.User(context.Background(), ann)
	require.NoError(t, err)
	assert.Equal(t, "Ann Beebe", u.Name)
	assert.Equal(t, "en_US", u.Locale)
	assert.Equal(t, backend.Emails{Preferred: "ann@example.com", Account: "ann@example.com"}, u.Emails)
	assert.Regexp(t, `^[0-9a-f]{32}$`, u.LoginID)
	assert.False(t, u.Updated.IsZero())

	u, err = w.User(context.Background(), bob)
	require.NoError(t, err)
	assert.Equal(t, [2]string{"Bob", "Kelly"}, [2]string{u.FirstName, u.LastName})
	assert.Zero(t, u.Emails)

	for name, refused := range map[string]backend.User{
		"taken":          {ID: ann},
		"taken in caps":  {ID: strings.ToUpper(ann)},
		"no hex digits":  {ID: "8c8ce076ca27823g"},
		"too short":      {ID: "8c8c"},
		"taken login id": {LoginID: u.LoginID},
	} {
		_, err := w.AddUser(refused)
		assert.Error(t, err, name)
	}
	all, err := backend.All(w.AllUsers(context.Background(), backend.Page{}))
	require.NoError(t, err)
	assert.Len(t, all, 2)
	_, err = w.User(context.Background(), "1234567890abcdef")
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestIDsAreTheSameInEveryRun(t *testing.T) {
	t.Parallel()
	run := func() []backend.User {
		s := memory.New(memory.Options{})
		for range 50 {
			_, err := s.AddUser(backend.User{})
			require.NoError(t, err)
		}
		users, err := backend.All(s.AllUsers(context.Background(), backend.Page{}))
		require.NoError(t, err)
		return users
	}
	first, second := run(), run()
	seen := map[string]bool{}
	for i, u := range first {
		assert.Regexp(t, `^[1-9a-f][0-9a-f]{15}$`, u.ID)
		assert.Equal(t, [2]string{u.ID, u.LoginID}, [2]string{second[i].ID, second[i].LoginID})
		seen[u.ID], seen[u.LoginID] = true, true
	}
	assert.Len(t, seen, 100)
}

func TestUpdateUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.special("my_documents")
	assert.Equal(t, backend.Person{ID: ann, Name: "Ann Beebe"}, before.From)
	u, err := w.User(context.Background(), ann)
	require.NoError(t, err)
	u.Name, u.FirstName, u.Work = "Ann Kelly", "", []backend.Work{{Employer: "Contoso"}}
	changed, err := w.UpdateUser(u)
	require.NoError(t, err)
	assert.True(t, changed.Updated.After(u.Updated))
	changed.Work[0].Employer = "somebody else's memory"
	now, err := w.User(context.Background(), ann)
	require.NoError(t, err)
	assert.Equal(t, "Contoso", now.Work[0].Employer)
	assert.Equal(t, "Ann Kelly", w.special("my_documents").From.Name, "items show the name of today")
	_, err = w.UpdateUser(backend.User{ID: "1234567890abcdef"})
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestUserPicture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	size := func(pixels int) (int, int, string) {
		c, err := w.UserPicture(context.Background(), ann, pixels)
		require.NoError(t, err)
		config, format, err := image.DecodeConfig(c)
		require.NoError(t, err)
		assert.Equal(t, "image/"+format, c.Type)
		return config.Width, config.Height, c.Revision
	}
	_, _, portrait := size(96)
	require.ErrorIs(t, w.SetUserPicture(ann, []byte("no picture")), backend.ErrNoPicture)
	require.NoError(t, w.SetUserPicture(ann, imagetest.JPEG(400, 300, nil)))
	for _, pixels := range []int{96, 180, 360} {
		width, height, revision := size(pixels)
		assert.Equal(t, [2]int{pixels, pixels}, [2]int{width, height})
		assert.NotEqual(t, portrait, revision)
	}
	_, err := w.UserPicture(context.Background(), "1234567890abcdef", 96)
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestApplications(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	made, err := w.CreateApplication(ctx, backend.Application{Owner: ann, Name: "Photos", URI: "https://example.com"})
	require.NoError(t, err)
	assert.Regexp(t, `^[0-9a-f]{16}$`, made.ID)
	assert.Len(t, made.Secret, 32)

	_, err = w.Logo(ctx, made.ID)
	assert.ErrorIs(t, err, backend.ErrNoPicture)
	assert.ErrorIs(t, w.SetLogo(ctx, made.ID, []byte("x")), backend.ErrNoPicture)
	logo := imagetest.PNG(48, 48)
	require.NoError(t, w.SetLogo(ctx, made.ID, logo))
	c, err := w.Logo(ctx, made.ID)
	require.NoError(t, err)
	var stored bytes.Buffer
	_, err = stored.ReadFrom(c)
	require.NoError(t, err)
	assert.Equal(t, logo, stored.Bytes())
	assert.Equal(t, "image/png", c.Type)

	changed, err := w.UpdateApplication(ctx, backend.Application{ID: made.ID, Name: "Pictures", Secret: "not yours to set"})
	require.NoError(t, err)
	assert.Equal(t, [3]string{"Pictures", "", made.Secret}, [3]string{changed.Name, changed.URI, changed.Secret})
	assert.True(t, changed.HasLogo)
	list, err := backend.All(w.ApplicationsOf(ctx, ann, backend.Page{}))
	require.NoError(t, err)
	assert.Equal(t, []backend.Application{changed}, list)
	require.NoError(t, w.DeleteApplication(ctx, made.ID))
	_, err = w.Application(ctx, made.ID)
	assert.ErrorIs(t, err, backend.ErrNotFound)
	list, err = backend.All(w.ApplicationsOf(ctx, ann, backend.Page{}))
	require.NoError(t, err)
	assert.Empty(t, list)
}
