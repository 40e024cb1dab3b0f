package api

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// eventJSON has the order of the reference.
type eventJSON struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Description  string     `json:"description"`
	CalendarID   string     `json:"calendar_id"`
	From         personJSON `json:"from"`
	StartTime    *string    `json:"start_time"`
	EndTime      *string    `json:"end_time"`
	Location     string     `json:"location"`
	IsAllDay     bool       `json:"is_all_day_event"`
	IsRecurrent  bool       `json:"is_recurrent"`
	Recurrence   *string    `json:"recurrence"`
	ReminderTime *int       `json:"reminder_time"`
	Availability string     `json:"availability"`
	Visibility   string     `json:"visibility"`
	CreatedTime  *string    `json:"created_time"`
	UpdatedTime  *string    `json:"updated_time"`
}

func showEvent(e backend.Event) any {
	return eventJSON{
		ID: eventID(e), Name: e.Name, Description: e.Description, CalendarID: "calendar." + e.Calendar,
		From: personOf(e.From), StartTime: wire.TimeText(e.Start), EndTime: wire.TimeText(e.End), Location: e.Location,
		IsAllDay: e.AllDay, IsRecurrent: e.Recurrent, Recurrence: wire.TextOrNull(e.Recurrence), ReminderTime: e.Reminder,
		Availability: e.Availability, Visibility: e.Visibility,
		CreatedTime: wire.TimeText(e.Created), UpdatedTime: wire.TimeText(e.Updated),
	}
}

func eventID(e backend.Event) string { return "event." + e.Calendar + "." + e.ID }

// eventsWindow is how far a list reaches when the request does not say.
const eventsWindow = 30 * 24 * time.Hour

// listEvents lists the events of one calendar, or of all those of a user.
func listEvents(c *call) (reply, error) {
	from, to, err := readEventsWindow(c)
	if err != nil {
		return reply{}, err
	}
	var ids []string
	if c.target.kind == targetCalendar {
		cal, err := readableCalendar(c, c.target.id)
		if err != nil {
			return reply{}, err
		}
		ids = []string{cal.ID}
	} else {
		calendars, err := backend.All(calendarsOf(c, c.owner(), backend.Page{}))
		if err != nil {
			return reply{}, err
		}
		for _, cal := range calendars {
			ids = append(ids, cal.ID)
		}
	}
	return listPage(c, func(page backend.Page) (backend.List[backend.Event], error) {
		return c.h.Accounts.Events(c.Context(), ids, from, to, page)
	}, showEvent)
}

// readEventsWindow reads start_time and end_time; a client sends both empty. That either may stand alone, and that there
// is no longest window, is inferred.
func readEventsWindow(c *call) (from, to time.Time, err error) {
	start, end := c.Params().Get("start_time"), c.Params().Get("end_time")
	from = c.h.Now()
	if start != "" {
		if from, err = parseTime("start_time", start); err != nil {
			return from, to, err
		}
	}
	to = from.Add(eventsWindow)
	if end != "" {
		if to, err = parseTime("end_time", end); err != nil {
			return from, to, err
		}
	}
	if to.Before(from) {
		return from, to, wire.BadParameter("end_time", "a time that isn't before start_time")
	}
	return from, to, nil
}

func getEvent(c *call) (reply, error) {
	if _, err := readableCalendar(c, c.target.parent); err != nil {
		return reply{}, err
	}
	e, err := c.h.Accounts.Event(c.Context(), c.target.parent, c.target.id)
	return reply{body: showEvent(e)}, err
}

// createEvent adds an event to the calendar of the path, or to the user's default one.
func createEvent(c *call) (reply, error) {
	cal, err := calendarForEvent(c)
	if err != nil {
		return reply{}, err
	}
	for _, required := range []string{"name", "description", "start_time"} {
		if v, _ := c.body.Text(required); v == "" {
			return reply{}, wire.Missing(required, "name", "description", "start_time")
		}
	}
	me, err := c.h.Accounts.User(c.Context(), c.grant.User)
	if err != nil {
		return reply{}, err
	}
	e := backend.Event{
		Calendar: cal.ID, From: backend.Person{ID: me.ID, Name: me.Name}, Availability: "free", Visibility: "public",
	}
	if err := applyEvent(&e, c.body); err != nil {
		return reply{}, err
	}
	e, err = c.h.Accounts.CreateEvent(c.Context(), e)
	return c.created(eventID(e), showEvent(e)), err
}

func calendarForEvent(c *call) (backend.Calendar, error) {
	if c.target.kind == targetCalendar {
		return ownCalendar(c, c.target.id)
	}
	calendars, err := backend.All(c.h.Accounts.CalendarsOf(c.Context(), c.grant.User, c.grant.User, backend.Page{}))
	if err != nil {
		return backend.Calendar{}, err
	}
	i := slices.IndexFunc(calendars, func(cal backend.Calendar) bool { return cal.IsDefault })
	if i < 0 {
		return backend.Calendar{}, backend.ErrNotFound
	}
	return calendars[i], nil
}

func updateEvent(c *call) (reply, error) {
	if _, err := ownCalendar(c, c.target.parent); err != nil {
		return reply{}, err
	}
	e, err := c.h.Accounts.Event(c.Context(), c.target.parent, c.target.id)
	if err != nil {
		return reply{}, err
	}
	if err := applyEvent(&e, c.body); err != nil {
		return reply{}, err
	}
	e, err = c.h.Accounts.UpdateEvent(c.Context(), e)
	return reply{body: showEvent(e)}, err
}

// deleteEvent removes an event; of a recurring one, every occurrence.
func deleteEvent(c *call) (reply, error) {
	if _, err := ownCalendar(c, c.target.parent); err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.h.Accounts.DeleteEvent(c.Context(), c.target.parent, c.target.id)
}

// applyEvent sets what the body names, within the documented limits. What it does not name stays.
func applyEvent(e *backend.Event, body wire.Object) error {
	texts := []struct {
		name  string
		at    *string
		most  int
		empty bool // may be emptied
	}{
		{"name", &e.Name, 255, false},
		{"description", &e.Description, 32768, true},
		{"location", &e.Location, 1000, true},
	}
	for _, t := range texts {
		v := body.TextPtr(t.name)
		if v == nil {
			continue
		}
		if *v == "" && !t.empty {
			return wire.BadParameter(t.name, "a text that isn't empty")
		}
		if err := wire.CheckLength(t.name, *v, t.most); err != nil {
			return err
		}
		*t.at = *v
	}
	choices := []struct {
		name    string
		at      *string
		allowed []string
	}{
		{"availability", &e.Availability, []string{"free", "busy", "tentative", "out_of_office"}},
		{"visibility", &e.Visibility, []string{"public", "private"}},
	}
	for _, choice := range choices {
		v, _ := body.Text(choice.name)
		if v = strings.ToLower(v); v == "" {
			continue
		}
		if !slices.Contains(choice.allowed, v) {
			return wire.BadParameter(choice.name, "one of these: "+strings.Join(choice.allowed, ", "))
		}
		*choice.at = v
	}
	if err := applyReminder(e, body); err != nil {
		return err
	}
	return applyTimes(e, body)
}

// applyReminder reads minutes before the start; null is no reminder.
func applyReminder(e *backend.Event, body wire.Object) error {
	if _, named := body["reminder_time"]; !named {
		return nil
	}
	minutes, present, err := body.Number("reminder_time")
	if err != nil || minutes < 0 || minutes != math.Trunc(minutes) || minutes > math.MaxInt32 {
		return wire.BadParameter("reminder_time", "a number of minutes")
	}
	e.Reminder = nil
	if present {
		n := int(minutes)
		e.Reminder = &n
	}
	return nil
}

// The length of an event without an end: documented, and for a whole day inferred.
const (
	defaultLength = 30 * time.Minute
	wholeDay      = 24 * time.Hour
)

func applyTimes(e *backend.Event, body wire.Object) error {
	start, _ := body.Text("start_time")
	end, _ := body.Text("end_time")
	e.AllDay = body.Flag("is_all_day_event", e.AllDay)
	length := e.End.Sub(e.Start)
	if e.Start.IsZero() {
		length = defaultLength
		if e.AllDay {
			length = wholeDay
		}
	}
	var err error
	if start != "" {
		if e.Start, err = parseTime("start_time", start); err != nil {
			return err
		}
		e.End = e.Start.Add(length) // a moved event keeps its length
	}
	if end != "" {
		if e.End, err = parseTime("end_time", end); err != nil {
			return err
		}
	}
	if e.End.Year() > lastYear { // that of an event without an end, or that was moved
		return wire.BadParameter("start_time", "a time whose event ends before the year 10000")
	}
	if e.End.Before(e.Start) {
		return wire.BadParameter("end_time", "a time that isn't before start_time")
	}
	return nil
}

// lastYear is the last that ISO 8601 can write in four digits.
const lastYear = 9999

// parseTime reads the forms of ISO 8601 that clients were seen to send: with Z, with an offset with and without a
// colon, with a fraction, and, inferred, a bare date.
func parseTime(name, text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if len(text) > 11 && strings.Contains(text[10:], " ") {
		// A plus sign that nobody escaped in a query.
		text = text[:10] + strings.Replace(text[10:], " ", "+", 1)
	}
	for _, layout := range []string{
		time.RFC3339, wire.TimeLayout, "2006-01-02T15:04:05-07", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04-0700", "2006-01-02",
	} {
		t, err := time.Parse(layout, text)
		// In UTC the last hours of 9999 may be in the year 10000, which no text form here has; the first moment of the
		// year 1 is no time at all to Go.
		if t = t.UTC(); err == nil && t.Year() > 0 && t.Year() <= lastYear && !t.IsZero() {
			return t.Truncate(time.Second), nil
		}
	}
	return time.Time{}, wire.BadParameter(name, "a time in ISO 8601 format")
}
