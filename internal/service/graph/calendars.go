package graph

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// plainUTC asks for times in UTC and descriptions without HTML.
var plainUTC = []string{immutable, `outlook.timezone="UTC"`, `outlook.body-content-type="text"`}

type calendarJSON struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	IsDefault bool        `json:"isDefaultCalendar"`
	CanEdit   bool        `json:"canEdit"`
	Owner     addressJSON `json:"owner"`
}

func (j calendarJSON) calendar(owner string) backend.Calendar {
	c := backend.Calendar{
		ID: j.ID, Owner: owner, From: backend.Person{ID: owner, Name: j.Owner.Name}, Name: j.Name, IsDefault: j.IsDefault, Permissions: "read",
	}
	if j.CanEdit {
		c.Permissions = "owner"
	}
	return c
}

// CalendarsOf implements [backend.Calendars]. The default one comes first.
func (b *Backend) calendarsOf(ctx context.Context, owner string) ([]backend.Calendar, error) {
	if _, err := b.own(ctx, owner); err != nil {
		return nil, err
	}
	all, err := list[calendarJSON](ctx, b, request{method: http.MethodGet, path: "/me/calendars", prefer: []string{immutable}, query: url.Values{"$top": {"100"}}}, 0)
	calendars := make([]backend.Calendar, len(all))
	for i, j := range all {
		calendars[i] = j.calendar(owner)
	}
	slices.SortStableFunc(calendars, func(a, b backend.Calendar) int { return cmp.Compare(rank(a), rank(b)) })
	return calendars, err
}

func rank(c backend.Calendar) int {
	if c.IsDefault {
		return 0
	}
	return 1
}

func calendarPath(id string) string { return "/me/calendars/" + url.PathEscape(id) }

// calendarCall is a call whose answer is a calendar of the caller's.
func (b *Backend) calendarCall(ctx context.Context, method, path string, body any) (backend.Calendar, error) {
	a, err := b.me(ctx)
	if err != nil {
		return backend.Calendar{}, err
	}
	var j calendarJSON
	if err := b.call(ctx, request{method: method, path: path, prefer: []string{immutable}, json: body}, &j); err != nil {
		return backend.Calendar{}, err
	}
	return j.calendar(a.cid), nil
}

// Calendar implements [backend.Calendars].
func (b *Backend) Calendar(ctx context.Context, id string) (backend.Calendar, error) {
	return b.calendarCall(ctx, http.MethodGet, calendarPath(id), nil)
}

// CalendarVisible implements [backend.Calendars].
func (b *Backend) CalendarVisible(ctx context.Context, id, _ string) (bool, error) {
	_, err := b.Calendar(ctx, id)
	return err == nil, err
}

// CreateCalendar implements [backend.Calendars]. Graph cannot subscribe to a calendar, and has no description of one.
func (b *Backend) CreateCalendar(ctx context.Context, c backend.Calendar) (backend.Calendar, error) {
	if c.Subscription != "" {
		return backend.Calendar{}, backend.ErrNoCounterpart
	}
	if c.Description != "" && b.opts.Strict {
		return backend.Calendar{}, noDescription()
	}
	return b.calendarCall(ctx, http.MethodPost, "/me/calendars", map[string]any{"name": c.Name})
}

func noDescription() error {
	return &backend.RemoteError{Failure: backend.FailedRequest, Detail: "calendars of Graph have no description"}
}

// UpdateCalendar implements [backend.Calendars].
func (b *Backend) UpdateCalendar(ctx context.Context, id string, change backend.CalendarChange) (backend.Calendar, error) {
	switch {
	case change.Subscription != nil:
		return backend.Calendar{}, backend.ErrNoCounterpart
	case change.Description != nil && *change.Description != "" && b.opts.Strict:
		return backend.Calendar{}, noDescription()
	case change.Name == nil:
		return b.Calendar(ctx, id)
	}
	return b.calendarCall(ctx, http.MethodPatch, calendarPath(id), map[string]any{"name": *change.Name})
}

// DeleteCalendar implements [backend.Calendars].
func (b *Backend) DeleteCalendar(ctx context.Context, id string) error {
	return b.call(ctx, request{method: http.MethodDelete, path: calendarPath(id)}, nil)
}

type zonedJSON struct {
	DateTime string `json:"dateTime"`
	Zone     string `json:"timeZone"`
}

const zonedLayout = "2006-01-02T15:04:05.9999999"

func zoned(t time.Time) zonedJSON {
	return zonedJSON{DateTime: t.UTC().Format("2006-01-02T15:04:05"), Zone: "UTC"}
}

func (z zonedJSON) time() time.Time {
	t, _ := time.Parse(zonedLayout, z.DateTime) // in UTC, as was asked for
	return t
}

type eventJSON struct {
	ID      string `json:"id"`
	Subject string `json:"subject"`
	Preview string `json:"bodyPreview"`
	Body    struct {
		Content string `json:"content"`
	} `json:"body"`
	Start    zonedJSON `json:"start"`
	End      zonedJSON `json:"end"`
	Location struct {
		Name string `json:"displayName"`
	} `json:"location"`
	AllDay      bool      `json:"isAllDay"`
	Type        string    `json:"type"`
	Reminds     bool      `json:"isReminderOn"`
	Reminder    int       `json:"reminderMinutesBeforeStart"`
	ShowAs      string    `json:"showAs"`
	Sensitivity string    `json:"sensitivity"`
	Created     time.Time `json:"createdDateTime"`
	Modified    time.Time `json:"lastModifiedDateTime"`
	Organizer   struct {
		Address addressJSON `json:"emailAddress"`
	} `json:"organizer"`
	Recurrence *struct {
		Pattern struct {
			Type string `json:"type"`
		} `json:"pattern"`
	} `json:"recurrence"`
}

var availabilities = map[string]string{"free": "free", "tentative": "tentative", "oof": "out_of_office"}

func (j eventJSON) event(calendar, owner string) backend.Event {
	e := backend.Event{
		ID: j.ID, Calendar: calendar, From: backend.Person{ID: owner, Name: j.Organizer.Address.Name}, Name: j.Subject,
		Description: j.Body.Content, Location: j.Location.Name, Start: j.Start.time(), End: j.End.time(), AllDay: j.AllDay,
		Recurrent: j.Type != "" && j.Type != "singleInstance", Availability: "busy", Visibility: "private",
		Created: j.Created, Updated: j.Modified,
	}
	if known, ok := availabilities[j.ShowAs]; ok {
		e.Availability = known
	}
	if j.Sensitivity == "normal" {
		e.Visibility = "public"
	}
	if j.Reminds {
		e.Reminder = &j.Reminder
	}
	if j.Recurrence != nil && j.Recurrence.Pattern.Type != "" {
		e.Recurrence = "Occurs " + recurrences[j.Recurrence.Pattern.Type]
	}
	return e
}

// recurrences are words for Graph's patterns.
var recurrences = map[string]string{
	"daily": "daily", "weekly": "weekly", "absoluteMonthly": "monthly", "relativeMonthly": "monthly", "absoluteYearly": "yearly", "relativeYearly": "yearly",
}

// Events implements [backend.Calendars].
func (b *Backend) events(ctx context.Context, calendars []string, from, to time.Time) ([]backend.Event, error) {
	a, err := b.me(ctx)
	if err != nil {
		return nil, err
	}
	events := []backend.Event{}
	for _, id := range calendars {
		found, err := list[eventJSON](ctx, b, request{
			method: http.MethodGet, path: calendarPath(id) + "/calendarView", prefer: plainUTC,
			query: url.Values{"startDateTime": {from.UTC().Format(time.RFC3339)}, "endDateTime": {to.UTC().Format(time.RFC3339)}, "$top": {fmt.Sprint(maxTop)}},
		}, 0)
		if err != nil {
			return nil, err
		}
		for _, j := range found {
			events = append(events, j.event(id, a.cid))
		}
	}
	slices.SortStableFunc(events, func(a, b backend.Event) int { return a.Start.Compare(b.Start) })
	return events, nil
}

// eventCall is a call whose answer is an event.
func (b *Backend) eventCall(ctx context.Context, method, path, calendar string, body any) (backend.Event, error) {
	a, err := b.me(ctx)
	if err != nil {
		return backend.Event{}, err
	}
	var j eventJSON
	if err := b.call(ctx, request{method: method, path: path, prefer: plainUTC, json: body}, &j); err != nil {
		return backend.Event{}, err
	}
	return j.event(calendar, a.cid), nil
}

func eventPath(id string) string { return "/me/events/" + url.PathEscape(id) }

// Event implements [backend.Calendars].
func (b *Backend) Event(ctx context.Context, calendar, id string) (backend.Event, error) {
	return b.eventCall(ctx, http.MethodGet, eventPath(id), calendar, nil)
}

// CreateEvent implements [backend.Calendars].
func (b *Backend) CreateEvent(ctx context.Context, e backend.Event) (backend.Event, error) {
	return b.eventCall(ctx, http.MethodPost, calendarPath(e.Calendar)+"/events", e.Calendar, eventBody(e, nil))
}

// UpdateEvent implements [backend.Calendars]. Only what is new is sent: a description may have been read without its HTML.
func (b *Backend) UpdateEvent(ctx context.Context, e backend.Event) (backend.Event, error) {
	old, err := b.Event(ctx, e.Calendar, e.ID)
	if err != nil {
		return backend.Event{}, err
	}
	body := eventBody(e, &old)
	if len(body) == 0 {
		return old, nil
	}
	return b.eventCall(ctx, http.MethodPatch, eventPath(e.ID), e.Calendar, body)
}

// DeleteEvent implements [backend.Calendars].
func (b *Backend) DeleteEvent(ctx context.Context, _, id string) error {
	return b.call(ctx, request{method: http.MethodDelete, path: eventPath(id)}, nil)
}

// eventBody is what an event has that the old one has not.
func eventBody(e backend.Event, old *backend.Event) map[string]any {
	body := map[string]any{}
	set := func(changed bool, name string, value any) {
		if old == nil || changed {
			body[name] = value
		}
	}
	before := backend.Event{}
	if old != nil {
		before = *old
	}
	set(e.Name != before.Name, "subject", e.Name)
	set(e.Description != before.Description, "body", map[string]string{"contentType": "text", "content": e.Description})
	set(e.Location != before.Location, "location", map[string]string{"displayName": e.Location})
	if old == nil || e.AllDay != before.AllDay || !e.Start.Equal(before.Start) || !e.End.Equal(before.End) {
		start, end := e.Start, e.End
		if e.AllDay { // from midnight to midnight
			start = start.UTC().Truncate(24 * time.Hour)
			if end = end.UTC().Add(24*time.Hour - 1).Truncate(24 * time.Hour); !end.After(start) {
				end = start.Add(24 * time.Hour)
			}
		}
		body["start"], body["end"], body["isAllDay"] = zoned(start), zoned(end), e.AllDay
	}
	set(e.Availability != before.Availability, "showAs", map[string]string{
		"free": "free", "busy": "busy", "tentative": "tentative", "out_of_office": "oof",
	}[e.Availability])
	sensitivity := "normal"
	if e.Visibility == "private" {
		sensitivity = "private"
	}
	set(e.Visibility != before.Visibility, "sensitivity", sensitivity)
	set((e.Reminder == nil) != (before.Reminder == nil), "isReminderOn", e.Reminder != nil)
	if e.Reminder != nil && (before.Reminder == nil || *e.Reminder != *before.Reminder) {
		body["reminderMinutesBeforeStart"] = *e.Reminder
	}
	return body
}
