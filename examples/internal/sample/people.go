package sample

import (
	"context"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// addContacts fills the address book: birthdays with and without a day, names of one word and of none.
func addContacts(account *livetest.Account) error {
	for _, contact := range []liveconnect.Contact{
		{
			FirstName: "Agnes", LastName: "Whitlock", Gender: "female", IsFavorite: true, BirthDay: 14, BirthMonth: 3,
			Emails: liveconnect.Emails{Preferred: "agnes@whitlock.example", Personal: "agnes@whitlock.example", Business: "a.whitlock@surveys.example"},
		},
		{
			FirstName: "Nuno", LastName: "Bento", Gender: "male", BirthDay: 29, BirthMonth: 2,
			Emails: liveconnect.Emails{Personal: "nuno@example.com"},
		},
		{FirstName: "春", LastName: "北川", BirthMonth: 11, Emails: liveconnect.Emails{Other: "haru@kitagawa.example"}},
		{FirstName: "Ødegård", BirthDay: 1, BirthMonth: 12},
		{Emails: liveconnect.Emails{Business: "boats@kayak.example"}},
	} {
		if _, err := account.AddContact(contact); err != nil {
			return err
		}
	}
	return nil
}

// addEvents fills the default calendar and one of a club.
func addEvents(ctx context.Context, client *liveconnect.Client, account *livetest.Account) error {
	club, err := client.Calendars.Create(ctx, liveconnect.Me, &liveconnect.NewCalendar{
		Name: "Kayak club", Description: liveconnect.Set("Trips, and who brings the boats."),
	})
	if err != nil {
		return err
	}
	for _, event := range events(club.ID) {
		if _, err := account.AddEvent(event); err != nil {
			return err
		}
	}
	return nil
}

// events lie around a change of the clocks, and begin at midnight of more than one place if they take whole days.
func events(club string) []liveconnect.Event {
	at := func(year int, month time.Month, day, hour, minute int) liveconnect.Time {
		return liveconnect.NewTime(time.Date(year, month, day, hour, minute, 0, 0, time.UTC))
	}
	anHour, aDay := 60, 24*60
	return []liveconnect.Event{
		{
			Name: "Dentist", Location: "Torggata 5, Oslo", StartTime: at(2014, time.September, 3, 7, 30), EndTime: at(2014, time.September, 3, 8, 0),
			ReminderTime: &anHour, Availability: liveconnect.AvailabilityBusy, Visibility: liveconnect.VisibilityPrivate,
		},
		{
			Name: "Choir", StartTime: at(2014, time.September, 2, 17, 0), EndTime: at(2014, time.September, 2, 19, 0),
			Description: "Bring: the blue folder; water, pencils.\nThe new hall is behind the church, up the stairs, " +
				"past the door with \\ on it – Grüße, Åse",
			IsRecurrent: true, Recurrence: "Occurs every week on Tuesday",
		},
		{
			Name: "Cabin weekend", StartTime: at(2014, time.September, 12, 0, 0), EndTime: at(2014, time.September, 15, 0, 0),
			IsAllDayEvent: true, ReminderTime: &aDay, Availability: liveconnect.AvailabilityOutOfOffice,
		},
		{ // entered in Seattle
			Name: "Labor Day", StartTime: at(2014, time.September, 1, 7, 0), EndTime: at(2014, time.September, 2, 7, 0), IsAllDayEvent: true,
		},
		{ // entered in Auckland
			Name: "Call Wiremu", StartTime: at(2014, time.September, 19, 12, 0), EndTime: at(2014, time.September, 20, 12, 0), IsAllDayEvent: true,
		},
		{
			CalendarID: club, Name: "Autumn trip", Location: "Drøbak", Availability: liveconnect.AvailabilityTentative,
			StartTime: at(2014, time.October, 25, 7, 0), EndTime: at(2014, time.October, 26, 15, 0),
		},
		{
			CalendarID: club, Name: "Annual meeting", Description: "Elections, accounts, cake.", Availability: liveconnect.AvailabilityBusy,
			StartTime: at(2015, time.January, 14, 18, 0), EndTime: at(2015, time.January, 14, 20, 30),
		},
	}
}
