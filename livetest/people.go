package livetest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// AddContact puts a contact into the account's address book and returns its id. It takes what the API cannot write: a
// birthday. The id, the full name and the hashes of c are left to the service.
func (a *Account) AddContact(c liveconnect.Contact) (string, error) {
	made, err := a.server.store.CreateContact(background(), backend.Contact{
		Owner: a.ID, FirstName: c.FirstName, LastName: c.LastName, Gender: c.Gender, IsFriend: c.IsFriend,
		IsFavorite: c.IsFavorite, UserID: c.UserID, Emails: backend.Emails(c.Emails), BirthDay: c.BirthDay, BirthMonth: c.BirthMonth,
	})
	if err != nil {
		return "", fmt.Errorf("livetest: add contact %q: %w", c.FirstName+" "+c.LastName, err)
	}
	return "contact." + made.ID, nil
}

// AddEvent puts an event into a calendar of the account and returns its id. It takes what the API cannot write: a
// recurrence. The calendar is that of e.CalendarID, or the default one.
func (a *Account) AddEvent(e liveconnect.Event) (string, error) {
	calendar, err := a.calendar(e.CalendarID)
	if err == nil {
		var made backend.Event
		made, err = a.server.store.CreateEvent(background(), backend.Event{
			Calendar: calendar, From: backend.Person{ID: a.ID}, Name: e.Name, Description: e.Description, Location: e.Location,
			Start: e.StartTime.Time, End: e.EndTime.Time, AllDay: e.IsAllDayEvent, Recurrent: e.IsRecurrent, Recurrence: e.Recurrence,
			Reminder: e.ReminderTime, Availability: cmp.Or(string(e.Availability), "free"), Visibility: cmp.Or(string(e.Visibility), "public"),
		})
		if err == nil {
			return "event." + made.Calendar + "." + made.ID, nil
		}
	}
	return "", fmt.Errorf("livetest: add event %q: %w", e.Name, err)
}

// calendar is the store's id of a calendar.
func (a *Account) calendar(id string) (string, error) {
	if id != "" {
		return strings.TrimPrefix(id, "calendar."), nil
	}
	calendars, err := backend.All(a.server.store.CalendarsOf(background(), a.ID, a.ID, backend.Page{Limit: 1}))
	if err != nil {
		return "", err
	}
	return calendars[0].ID, nil // the default one comes first
}
