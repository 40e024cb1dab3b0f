package livetest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestAddContact(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	id, err := server.Account().AddContact(liveconnect.Contact{
		FirstName: "Nuno", LastName: "Bento", BirthDay: 29, BirthMonth: 2, Emails: liveconnect.Emails{Personal: "nuno@example.com"},
	})
	require.NoError(t, err)
	contact, err := server.Client(t).Contacts.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, "Nuno Bento", contact.Name)
	assert.Equal(t, [2]int{29, 2}, [2]int{contact.BirthDay, contact.BirthMonth})
	assert.Equal(t, "nuno@example.com", contact.Emails.Personal)
	assert.Len(t, contact.EmailHashes, 1)
}

func TestAddEvent(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	start := time.Date(2014, time.May, 20, 16, 0, 0, 0, time.UTC)
	want := liveconnect.Event{
		Name: "Choir", StartTime: liveconnect.NewTime(start), EndTime: liveconnect.NewTime(start.Add(time.Hour)),
		IsRecurrent: true, Recurrence: "Occurs every week on Tuesday",
	}
	id, err := server.Account().AddEvent(want)
	require.NoError(t, err)
	event, err := client.Events.Get(t.Context(), id)
	require.NoError(t, err)
	assert.True(t, event.IsRecurrent)
	assert.Equal(t, want.Recurrence, event.Recurrence)
	assert.True(t, start.Equal(event.StartTime.Time))
	assert.Equal(t, liveconnect.AvailabilityFree, event.Availability)

	club, err := client.Calendars.Create(t.Context(), liveconnect.Me, &liveconnect.NewCalendar{Name: "Club"})
	require.NoError(t, err)
	want.CalendarID = club.ID
	id, err = server.Account().AddEvent(want)
	require.NoError(t, err)
	event, err = client.Events.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, club.ID, event.CalendarID)

	want.CalendarID = "calendar.of.nobody"
	_, err = server.Account().AddEvent(want)
	assert.ErrorContains(t, err, `add event "Choir"`)
}
