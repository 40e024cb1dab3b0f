package graphtest

import (
	"net/http"
	"sort"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// findEvent finds the event that a path ends with, and the occurrence that is meant, if one is.
func (c *call) findEvent() (backend.Event, time.Time, error) {
	id, err := c.readOutlookID(kindEvent, c.args[len(c.args)-1])
	if err != nil {
		return backend.Event{}, time.Time{}, err
	}
	calendar, err := c.backend.Calendar(c.ctx(), id.calendar)
	if err == nil && calendar.Owner != c.user {
		err = backend.ErrNotFound
	}
	if err != nil {
		return backend.Event{}, time.Time{}, err
	}
	if len(c.args) > 1 { // calendars/ID/events/ID
		if within, err := c.findCalendar(c.args[0]); err != nil || within.ID != calendar.ID {
			return backend.Event{}, time.Time{}, backend.ErrNotFound
		}
	}
	e, err := c.backend.Event(c.ctx(), id.calendar, id.id)
	return e, id.day, err
}

func getEvent(c *call) (*answer, error) {
	e, day, err := c.findEvent()
	if err != nil {
		return nil, err
	}
	o, err := c.event(e, day)
	if err != nil {
		return nil, err
	}
	return c.entity(http.StatusOK, "events", o), nil
}

// listEvents lists single events and the masters of series.
func listEvents(c *call) (*answer, error) {
	calendar, err := c.findCalendar(c.calendarArg())
	if err != nil {
		return nil, err
	}
	events, err := backend.All(c.backend.Events(c.ctx(), []string{calendar.ID}, time.Time{}, time.Time{}, backend.Page{}))
	if err != nil {
		return nil, err
	}
	list := make([]object, len(events))
	for i, e := range events {
		if list[i], err = c.event(e, time.Time{}); err != nil {
			return nil, err
		}
	}
	return c.outlookPage("events", list)
}

// longestView is the documented bound of a window, in days.
const longestView = 1825

// window reads the bounds of a view.
func (c *call) window() (from, to time.Time, err error) {
	var ok [2]bool
	from, ok[0] = parseMoment(c.custom["startdatetime"], time.UTC)
	to, ok[1] = parseMoment(c.custom["enddatetime"], time.UTC)
	switch {
	case !ok[0] || !ok[1]:
		err = fail(http.StatusBadRequest, "ErrorInvalidParameter", "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.")
	case to.Before(from):
		err = fail(http.StatusBadRequest, "ErrorInvalidParameter", "The value of the parameter 'EndDateTime' is before that of 'StartDateTime'.")
	case to.Sub(from) > longestView*24*time.Hour:
		err = fail(http.StatusBadRequest, "ErrorInvalidRequest", "The range between the start and end dates is greater than the allowed range. Maximum number of days: %d.", longestView)
	}
	return from, to, err
}

// occurrence is an event at one of its times.
type occurrence struct {
	event backend.Event
	day   time.Time // zero: the event itself
	start time.Time
}

// within gives the times of an event that overlap a window.
func (c *call) within(e backend.Event, from, to time.Time) []occurrence {
	length := e.End.Sub(e.Start)
	overlaps := func(start time.Time) bool {
		return start.Before(to) && (start.Add(length).After(from) || !start.Before(from))
	}
	extra, _ := c.extras.events.get(e.ID)
	if extra.series == nil {
		if overlaps(e.Start) {
			return []occurrence{{event: e, start: e.Start}}
		}
		return nil
	}
	var found []occurrence
	extra.series.each(to.AddDate(0, 0, 1), func(day time.Time) bool {
		at := e.Start.In(day.Location())
		if e.AllDay {
			day, at = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC), e.Start.UTC()
		}
		start := time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), day.Location()).UTC()
		if overlaps(start) {
			found = append(found, occurrence{event: e, day: start, start: start})
		}
		return true
	})
	return found
}

func (c *call) view(events []backend.Event) (*answer, error) {
	from, to, err := c.window()
	if err != nil {
		return nil, err
	}
	var all []occurrence
	for _, e := range events {
		all = append(all, c.within(e, from, to)...)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].start.Before(all[j].start) })
	list := make([]object, len(all))
	for i, at := range all {
		if list[i], err = c.event(at.event, at.day); err != nil {
			return nil, err
		}
	}
	return c.outlookPage("calendarView", list)
}

func calendarView(c *call) (*answer, error) {
	calendar, err := c.findCalendar(c.calendarArg())
	if err != nil {
		return nil, err
	}
	// From the beginning: what recurs may have begun long before the window.
	events, err := backend.All(c.backend.Events(c.ctx(), []string{calendar.ID}, time.Time{}, time.Time{}, backend.Page{}))
	if err != nil {
		return nil, err
	}
	return c.view(events)
}

func eventInstances(c *call) (*answer, error) {
	e, _, err := c.findEvent()
	if err != nil {
		return nil, err
	}
	return c.view([]backend.Event{e})
}

func createEvent(c *call) (*answer, error) {
	body, err := readEntity(c.r, "event", eventProperties...)
	if err != nil {
		return nil, err
	}
	for _, bound := range []string{"start", "end"} {
		if inner(body, bound) == nil {
			return nil, fail(http.StatusBadRequest, "ErrorInvalidRequest", "An event needs a %s.", bound)
		}
	}
	calendar, err := c.findCalendar(c.calendarArg())
	if err != nil {
		return nil, err
	}
	minutes := defaultReminder
	e := backend.Event{Calendar: calendar.ID, Availability: "busy", Visibility: "public", Reminder: &minutes}
	extra := eventExtra{minutes: minutes}
	if err := setEvent(&e, &extra, body); err != nil {
		return nil, err
	}
	if e, err = c.backend.CreateEvent(c.ctx(), e); err != nil {
		return nil, err
	}
	c.extras.events.put(e.ID, extra)
	o, err := c.event(e, time.Time{})
	if err != nil {
		return nil, err
	}
	return c.entity(http.StatusCreated, "events", o), nil
}

// changeable finds an event that is to be changed. Of a series only the whole can be.
func (c *call) changeable() (backend.Event, error) {
	e, day, err := c.findEvent()
	if err == nil && !day.IsZero() {
		err = unplayed("changes of single occurrences")
	}
	return e, err
}

func updateEvent(c *call) (*answer, error) {
	body, err := readEntity(c.r, "event", eventProperties...)
	if err != nil {
		return nil, err
	}
	e, err := c.changeable()
	if err != nil {
		return nil, err
	}
	extra, known := c.extras.events.get(e.ID)
	if !known { // it was not made through Graph
		extra.minutes = defaultReminder
	}
	if err := setEvent(&e, &extra, body); err != nil {
		return nil, err
	}
	if e, err = c.backend.UpdateEvent(c.ctx(), e); err != nil {
		return nil, err
	}
	c.extras.events.put(e.ID, extra)
	o, err := c.event(e, time.Time{})
	if err != nil {
		return nil, err
	}
	return c.entity(http.StatusOK, "events", o), nil
}

func deleteEvent(c *call) (*answer, error) {
	e, err := c.changeable()
	if err != nil {
		return nil, err
	}
	if err := c.backend.DeleteEvent(c.ctx(), e.Calendar, e.ID); err != nil {
		return nil, err
	}
	return noContent(), nil
}
