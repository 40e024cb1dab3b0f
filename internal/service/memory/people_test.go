package memory_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func TestContactNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	work := []backend.Work{{Position: "Clerk"}, {Employer: "Contoso"}}
	tests := []struct {
		contact backend.Contact
		want    string
	}{
		{backend.Contact{FirstName: "Ann", LastName: "Beebe", Emails: backend.Emails{Preferred: "x"}}, "Ann Beebe"},
		{backend.Contact{LastName: "Beebe", Work: work}, "Beebe"},
		{backend.Contact{Emails: backend.Emails{Preferred: "p", Personal: "q"}}, "p"},
		{backend.Contact{Emails: backend.Emails{Personal: "q", Business: "b", Other: "o"}}, "q"},
		{backend.Contact{Emails: backend.Emails{Business: "b", Other: "o"}, Work: work}, "b"},
		{backend.Contact{Emails: backend.Emails{Other: "o"}}, "o"},
		{backend.Contact{Work: work}, "Contoso"},
		{backend.Contact{}, ""},
	}
	for _, tt := range tests {
		tt.contact.Owner, tt.contact.Name = ann, "not yours to set"
		made, err := w.CreateContact(context.Background(), tt.contact)
		require.NoError(t, err)
		assert.Equal(t, tt.want, made.Name)
		assert.Regexp(t, `^[0-9a-f]{32}$`, made.ID)
	}
}

func TestContacts(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	var made []backend.Contact
	for _, name := range []string{"Carl", "anna", "Bert"} {
		c, err := w.CreateContact(ctx, backend.Contact{Owner: ann, FirstName: name, Work: []backend.Work{{Employer: "Contoso"}}})
		require.NoError(t, err)
		made = append(made, c)
	}
	list, err := backend.All(w.Contacts(ctx, ann, false, backend.Page{}))
	require.NoError(t, err)
	assert.Equal(t, []backend.Contact{made[1], made[2], made[0]}, list)
	list[0].Work[0].Employer = "somebody else's memory"

	change := made[1]
	change.FirstName, change.Owner = "Zoe", bob
	changed, err := w.UpdateContact(ctx, change)
	require.NoError(t, err)
	assert.Equal(t, [3]string{"Zoe", ann, "Contoso"}, [3]string{changed.Name, changed.Owner, changed.Work[0].Employer})
	require.NoError(t, w.DeleteContact(ctx, made[0].ID))
	list, err = backend.All(w.Contacts(ctx, ann, false, backend.Page{}))
	require.NoError(t, err)
	assert.Equal(t, []backend.Contact{made[2], changed}, list)
	_, err = w.Contact(ctx, made[0].ID)
	assert.ErrorIs(t, err, backend.ErrNotFound)
	assert.ErrorIs(t, w.DeleteContact(ctx, made[0].ID), backend.ErrNotFound)
	_, err = w.UpdateContact(ctx, made[0])
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestBefriend(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	known, err := w.CreateContact(ctx, backend.Contact{Owner: bob, FirstName: "Annie", UserID: ann})
	require.NoError(t, err)
	require.NoError(t, w.Befriend(ann, bob))
	list, err := backend.All(w.Contacts(ctx, ann, false, backend.Page{}))
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, [3]any{"Bob Kelly", bob, true}, [3]any{list[0].Name, list[0].UserID, list[0].IsFriend})
	list, err = backend.All(w.Contacts(ctx, bob, false, backend.Page{}))
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, [3]any{known.ID, "Annie", true}, [3]any{list[0].ID, list[0].Name, list[0].IsFriend})
	assert.ErrorIs(t, w.Befriend(ann, "1234567890abcdef"), backend.ErrNotFound)
}

func TestShareActivity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	activity, err := w.Share(context.Background(), ann, backend.Activity{Message: "Hello", Link: "https://example.com"})
	require.NoError(t, err)
	assert.Equal(t, backend.Person{ID: ann, Name: "Ann Beebe"}, activity.From)
	archived, err := w.Activities(ann)
	require.NoError(t, err)
	assert.Equal(t, []backend.Activity{activity}, archived)
	_, err = w.Share(context.Background(), "1234567890abcdef", activity)
	assert.ErrorIs(t, err, backend.ErrNotFound)
}
