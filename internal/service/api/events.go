package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"math"
	"net/http"
	"slices"
	"strings"
	"time"
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
		From: personOf(e.From), StartTime: timeText(e.Start), EndTime: timeText(e.End), Location: e.Location,
		IsAllDay: e.AllDay, IsRecurrent: e.Recurrent, Recurrence: textOrNull(e.Recurrence), ReminderTime: e.Reminder,
		Availability: e.Availability, Visibility: e.Visibility,
		CreatedTime: timeText(e.Created), UpdatedTime: timeText(e.Updated),
	}
}

func eventID(e backend.Event) string { return "event." + e.Calendar + "." + e.ID }

// eventsWindow is how far a list reaches when the request does not say.
const eventsWindow = 30 * 24 * time.Hour

// listEvents lists the events of one calendar, or of all those of a user.
func listEvents(c *call) (reply, error) {
	from, to, err := c.eventsWindow()
	if err != nil {
		return reply{}, err
	}
	var ids []string
	if c.target.kind == targetCalendar {
		cal, err := c.calendar(c.target.id)
		if err != nil {
			return reply{}, err
		}
		ids = []string{cal.ID}
	} else {
		calendars, err := c.calendarsOf(c.owner())
		if err != nil {
			return reply{}, err
		}
		for _, cal := range calendars {
			ids = append(ids, cal.ID)
		}
	}
	events, err := backend.All(c.s.backend.Events(c.ctx(), ids, from, to, backend.Page{}))
	if err != nil {
		return reply{}, err
	}
	return listPage(c, events, showEvent)
}

// eventsWindow reads start_time and end_time; a client sends both empty. That either may stand alone, and that there
// is no longest window, is inferred.
func (c *call) eventsWindow() (from, to time.Time, err error) {
	start, end := c.params().get("start_time"), c.params().get("end_time")
	from = c.s.now()
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
		return from, to, errParameter("end_time", "a time that isn't before start_time")
	}
	return from, to, nil
}

func getEvent(c *call) (reply, error) {
	if _, err := c.calendar(c.target.parent); err != nil {
		return reply{}, err
	}
	e, err := c.s.backend.Event(c.ctx(), c.target.parent, c.target.id)
	if err != nil {
		return reply{}, err
	}
	return reply{body: showEvent(e)}, nil
}

// createEvent adds an event to the calendar of the path, or to the user's default one.
func createEvent(c *call) (reply, error) {
	cal, err := c.calendarForEvent()
	if err != nil {
		return reply{}, err
	}
	for _, required := range []string{"name", "description", "start_time"} {
		if v, _ := c.body.text(required); v == "" {
			return reply{}, errMissing(required, "name", "description", "start_time")
		}
	}
	me, err := c.s.backend.User(c.ctx(), c.user())
	if err != nil {
		return reply{}, err
	}
	e := backend.Event{
		Calendar: cal.ID, From: backend.Person{ID: me.ID, Name: me.Name}, Availability: "free", Visibility: "public",
	}
	if err := c.applyEvent(&e, c.body); err != nil {
		return reply{}, err
	}
	if e, err = c.s.backend.CreateEvent(c.ctx(), e); err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusCreated, body: showEvent(e), location: c.apiURL(eventID(e) + "/")}, nil
}

func (c *call) calendarForEvent() (backend.Calendar, error) {
	if c.target.kind == targetCalendar {
		return c.ownCalendar(c.target.id)
	}
	if err := c.ownOnly(); err != nil {
		return backend.Calendar{}, err
	}
	calendars, err := backend.All(c.s.backend.CalendarsOf(c.ctx(), c.user(), c.user(), backend.Page{}))
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
	if _, err := c.ownCalendar(c.target.parent); err != nil {
		return reply{}, err
	}
	e, err := c.s.backend.Event(c.ctx(), c.target.parent, c.target.id)
	if err != nil {
		return reply{}, err
	}
	if err := c.applyEvent(&e, c.body); err != nil {
		return reply{}, err
	}
	if e, err = c.s.backend.UpdateEvent(c.ctx(), e); err != nil {
		return reply{}, err
	}
	return reply{body: showEvent(e)}, nil
}

// deleteEvent removes an event; of a recurring one, every occurrence.
func deleteEvent(c *call) (reply, error) {
	if _, err := c.ownCalendar(c.target.parent); err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.s.backend.DeleteEvent(c.ctx(), c.target.parent, c.target.id)
}

// applyEvent sets what the body names, within the documented limits. What it does not name stays.
func (c *call) applyEvent(e *backend.Event, body object) error {
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
		v := body.textPtr(t.name)
		if v == nil {
			continue
		}
		if *v == "" && !t.empty {
			return errParameter(t.name, "a text that isn't empty")
		}
		if err := checkLength(t.name, *v, t.most); err != nil {
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
		v, _ := body.text(choice.name)
		if v = strings.ToLower(v); v == "" {
			continue
		}
		if !slices.Contains(choice.allowed, v) {
			return errParameter(choice.name, "one of these: "+strings.Join(choice.allowed, ", "))
		}
		*choice.at = v
	}
	if err := applyReminder(e, body); err != nil {
		return err
	}
	return applyTimes(e, body)
}

// applyReminder reads minutes before the start; null is no reminder.
func applyReminder(e *backend.Event, body object) error {
	if _, named := body["reminder_time"]; !named {
		return nil
	}
	minutes, present, err := body.number("reminder_time")
	if err != nil || minutes < 0 || minutes != math.Trunc(minutes) || minutes > math.MaxInt32 {
		return errParameter("reminder_time", "a number of minutes")
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

func applyTimes(e *backend.Event, body object) error {
	start, _ := body.text("start_time")
	end, _ := body.text("end_time")
	e.AllDay = body.flag("is_all_day_event", e.AllDay)
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
	if e.End.Before(e.Start) {
		return errParameter("end_time", "a time that isn't before start_time")
	}
	return nil
}

// parseTime reads the forms of ISO 8601 that clients were seen to send: with Z, with an offset with and without a
// colon, with a fraction, and, inferred, a bare date.
func parseTime(name, text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if len(text) > 11 && strings.Contains(text[10:], " ") {
		// A plus sign that nobody escaped in a query.
		text = text[:10] + strings.Replace(text[10:], " ", "+", 1)
	}
	for _, layout := range []string{
		time.RFC3339, timeLayout, "2006-01-02T15:04:05-07", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04-0700", "2006-01-02",
	} {
		t, err := time.Parse(layout, text)
		// In UTC the last hours of 9999 may be in the year 10000, which no text form here has.
		if t = t.UTC(); err == nil && t.Year() > 0 && t.Year() <= 9999 {
			return t.Truncate(time.Second), nil
		}
	}
	return time.Time{}, errParameter(name, "a time in ISO 8601 format")
}
