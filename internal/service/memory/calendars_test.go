package memory_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func TestCalendars(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	of := func(owner, viewer string) []backend.Calendar {
		t.Helper()
		list, err := backend.All(w.CalendarsOf(ctx, owner, viewer, backend.Page{}))
		require.NoError(t, err)
		return list
	}
	own := of(ann, ann)
	require.Len(t, own, 2)
	me := backend.Person{ID: ann, Name: "Ann Beebe"}
	assert.Equal(t, backend.Calendar{
		ID: own[0].ID, Owner: ann, From: me, Name: "Ann's calendar", IsDefault: true, Permissions: "owner",
		Created: own[0].Created, Updated: own[0].Created,
	}, own[0])
	assert.Regexp(t, `^[0-9a-f]{32}$`, own[0].ID)
	birthdays := own[1]
	assert.Equal(t, [3]any{"Birthday calendar", "read", backend.Person{}}, [3]any{birthdays.Name, birthdays.Permissions, birthdays.From})
	assert.NotEmpty(t, birthdays.Description)

	made, err := w.CreateCalendar(ctx, backend.Calendar{Owner: ann, Name: "Work", IsDefault: true})
	require.NoError(t, err)
	assert.Equal(t, [3]any{"owner", false, me}, [3]any{made.Permissions, made.IsDefault, made.From})
	feed, err := w.CreateCalendar(ctx, backend.Calendar{Owner: ann, Name: "Feed", Subscription: "https://example.com/a.ics"})
	require.NoError(t, err)
	assert.Equal(t, "read", feed.Permissions)
	assert.Equal(t, []backend.Calendar{own[0], birthdays, made, feed}, of(ann, ann))

	name, description := "Play", "not work"
	changed, err := w.UpdateCalendar(ctx, made.ID, backend.CalendarChange{Name: &name})
	require.NoError(t, err)
	assert.Equal(t, [2]string{"Play", ""}, [2]string{changed.Name, changed.Description})
	assert.True(t, changed.Updated.After(made.Updated))
	_, err = w.UpdateCalendar(ctx, birthdays.ID, backend.CalendarChange{Description: &description})
	assert.ErrorIs(t, err, backend.ErrReadOnly)

	assert.Empty(t, of(ann, bob))
	require.NoError(t, w.ShareCalendar(made.ID, bob))
	seen := of(ann, bob)
	require.Len(t, seen, 1)
	assert.Equal(t, [2]string{made.ID, "read"}, [2]string{seen[0].ID, seen[0].Permissions})
	for id, want := range map[string]bool{made.ID: true, own[0].ID: false} {
		visible, err := w.CalendarVisible(ctx, id, bob)
		require.NoError(t, err)
		assert.Equal(t, want, visible)
	}

	assert.ErrorIs(t, w.DeleteCalendar(ctx, own[0].ID), backend.ErrDefault)
	assert.ErrorIs(t, w.DeleteCalendar(ctx, birthdays.ID), backend.ErrReadOnly)
	require.NoError(t, w.DeleteCalendar(ctx, feed.ID))
	require.NoError(t, w.DeleteCalendar(ctx, made.ID))
	assert.Equal(t, own, of(ann, ann))
	_, err = w.Calendar(ctx, made.ID)
	assert.ErrorIs(t, err, backend.ErrNotFound)
}

func TestEvents(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	calendars, err := backend.All(w.CalendarsOf(ctx, ann, ann, backend.Page{}))
	require.NoError(t, err)
	id, birthdays := calendars[0].ID, calendars[1].ID
	hour := func(h int) time.Time { return time.Date(2013, 6, 1, h, 0, 0, 0, time.UTC) }
	reminder := 15
	add := func(name string, from, to int) backend.Event {
		t.Helper()
		e, err := w.CreateEvent(ctx, backend.Event{Calendar: id, Name: name, Start: hour(from), End: hour(to), Reminder: &reminder})
		require.NoError(t, err)
		return e
	}
	late := add("late", 12, 14)
	early := add("early", 8, 10)
	instant := add("instant", 10, 10)
	assert.Equal(t, backend.Person{ID: ann, Name: "Ann Beebe"}, early.From)
	assert.Regexp(t, `^[0-9a-f]{32}$`, early.ID)

	for _, tt := range []struct {
		from, to int
		want     []backend.Event
	}{
		{0, 24, []backend.Event{early, instant, late}},
		{9, 10, []backend.Event{early}},
		{10, 12, []backend.Event{instant}},
		{13, 15, []backend.Event{late}},
		{14, 24, []backend.Event{}},
		{0, 8, []backend.Event{}},
	} {
		events, err := backend.All(w.Events(ctx, []string{id, birthdays}, hour(tt.from), hour(tt.to), backend.Page{}))
		require.NoError(t, err)
		assert.Equal(t, tt.want, events, "%d to %d", tt.from, tt.to)
	}
	events, err := backend.All(w.Events(ctx, []string{id}, time.Time{}, time.Time{}, backend.Page{}))
	require.NoError(t, err)
	assert.Len(t, events, 3)

	*early.Reminder = 99
	now, err := w.Event(ctx, id, early.ID)
	require.NoError(t, err)
	assert.Equal(t, 15, *now.Reminder, "what is returned is a copy")

	change := backend.Event{ID: early.ID, Calendar: id, Name: "earlier", Start: hour(7), End: hour(8), From: backend.Person{ID: bob}}
	changed, err := w.UpdateEvent(ctx, change)
	require.NoError(t, err)
	change.From, change.Created, change.Updated = early.From, early.Created, changed.Updated
	assert.Equal(t, change, changed)
	assert.True(t, changed.Updated.After(early.Updated))

	_, err = w.CreateEvent(ctx, backend.Event{Calendar: birthdays})
	assert.ErrorIs(t, err, backend.ErrReadOnly)
	require.NoError(t, w.DeleteEvent(ctx, id, early.ID))
	_, err = w.Event(ctx, id, early.ID)
	assert.ErrorIs(t, err, backend.ErrNotFound)
	_, err = w.UpdateEvent(ctx, change)
	assert.ErrorIs(t, err, backend.ErrNotFound)
	_, err = backend.All(w.Events(ctx, []string{"no calendar"}, hour(0), hour(1), backend.Page{}))
	assert.ErrorIs(t, err, backend.ErrNotFound)
}
