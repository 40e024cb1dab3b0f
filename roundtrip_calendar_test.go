package liveconnect_test

import (
	"time"

	"github.com/go-liveconnect/liveconnect"
)

func calendarTrips() []roundtrip {
	calendar := func(w *world) func(*liveconnect.Calendar, error) any {
		return then(w, func(id string) (*liveconnect.Calendar, error) { return w.full.Calendars.Get(w.Context(), id) },
			func(calendar *liveconnect.Calendar) string { return calendar.ID })
	}
	event := func(w *world) func(*liveconnect.Event, error) any {
		return then(w, func(id string) (*liveconnect.Event, error) { return w.full.Events.Get(w.Context(), id) },
			func(event *liveconnect.Event) string { return event.ID })
	}
	start := liveconnect.NewTime(time.Date(2012, time.May, 7, 0, 0, 0, 0, time.UTC))
	end := liveconnect.NewTime(start.AddDate(0, 0, 2))
	// No value is the one that an event has by itself.
	meeting := values{
		"name": "Review", "description": "risks", "start_time": "2012-05-07T00:00:00+0000", "end_time": "2012-05-09T00:00:00+0000",
		"location": "Building 81", "is_all_day_event": true, "reminder_time": 15.0, "availability": "out_of_office",
		"visibility": "private",
	}
	return []roundtrip{
		{"Calendar", "Calendars.Create", values{"name": "Summer", "description": "beaches"}, func(w *world) any {
			return calendar(w)(w.full.Calendars.Create(w.Context(), liveconnect.Me,
				&liveconnect.NewCalendar{Name: "Summer", Description: liveconnect.Set("beaches")}))
		}},
		{"Calendar", "Calendars.Subscribe", values{"name": "Soccer", "subscription_location": "http://ical.contoso.com/1"}, func(w *world) any {
			return calendar(w)(w.full.Calendars.Subscribe(w.Context(), liveconnect.Me,
				&liveconnect.CalendarSubscription{Name: "Soccer", SubscriptionLocation: "http://ical.contoso.com/1"}))
		}},
		{"Calendar", "Calendars.Update", values{
			"name": "Soccer", "description": "home matches", "subscription_location": "http://ical.contoso.com/2",
		}, func(w *world) any {
			made := must[*liveconnect.Calendar](w)(w.full.Calendars.Subscribe(w.Context(), liveconnect.Me,
				&liveconnect.CalendarSubscription{Name: "S", SubscriptionLocation: "http://ical.contoso.com/1"}))
			return calendar(w)(w.full.Calendars.Update(w.Context(), made.ID, &liveconnect.CalendarUpdate{
				Name: liveconnect.Set("Soccer"), Description: liveconnect.Set("home matches"),
				SubscriptionLocation: liveconnect.Set("http://ical.contoso.com/2"),
			}))
		}},
		{"Event", "Events.Create", meeting, func(w *world) any {
			return event(w)(w.full.Events.Create(w.Context(), liveconnect.Me, &liveconnect.NewEvent{
				Name: "Review", Description: "risks", StartTime: start, EndTime: end, Location: "Building 81",
				IsAllDayEvent: true, ReminderTime: liveconnect.Set(15), Availability: liveconnect.AvailabilityOutOfOffice,
				Visibility: liveconnect.VisibilityPrivate,
			}))
		}},
		{"Event", "Events.Update", meeting, func(w *world) any {
			made := must[*liveconnect.Event](w)(w.full.Events.Create(w.Context(), liveconnect.Me,
				&liveconnect.NewEvent{Name: "R", Description: "r", StartTime: liveconnect.NewTime(time.Now())}))
			return event(w)(w.full.Events.Update(w.Context(), made.ID, &liveconnect.EventUpdate{
				Name: liveconnect.Set("Review"), Description: liveconnect.Set("risks"), StartTime: liveconnect.Set(start),
				EndTime: liveconnect.Set(end), Location: liveconnect.Set("Building 81"), IsAllDayEvent: liveconnect.Set(true),
				ReminderTime: liveconnect.Set(15), Availability: liveconnect.Set(liveconnect.AvailabilityOutOfOffice),
				Visibility: liveconnect.Set(liveconnect.VisibilityPrivate),
			}))
		}},
		{"Event", "Events.Update, without a reminder", values{"reminder_time": nil, "location": ""}, func(w *world) any {
			made := must[*liveconnect.Event](w)(w.full.Events.Create(w.Context(), liveconnect.Me, &liveconnect.NewEvent{
				Name: "Review", Description: "risks", StartTime: start, Location: "Building 81", ReminderTime: liveconnect.Set(15),
			}))
			return event(w)(w.full.Events.Update(w.Context(), made.ID, &liveconnect.EventUpdate{
				ReminderTime: liveconnect.Null[int](), Location: liveconnect.Null[string](),
			}))
		}},
	}
}
