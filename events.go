package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"
)

// Event is an entry of a calendar. All of it is read only; [EventUpdate] has what can be changed.
type Event struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	CreatedTime   Time   `json:"created_time"`
	UpdatedTime   Time   `json:"updated_time"`
	Description   string `json:"description"`
	CalendarID    string `json:"calendar_id"`
	From          Person `json:"from"` // who organizes it
	StartTime     Time   `json:"start_time"`
	EndTime       Time   `json:"end_time"`
	Location      string `json:"location"`
	IsAllDayEvent bool   `json:"is_all_day_event"`
	IsRecurrent   bool   `json:"is_recurrent"`
	Recurrence    string `json:"recurrence"` // in words, such as "Occurs every week on Tuesday"
	// ReminderTime is how many minutes before the start the reminder comes; nil when there is none.
	ReminderTime *int              `json:"reminder_time"`
	Availability EventAvailability `json:"availability"`
	Visibility   EventVisibility   `json:"visibility"`
}

// EventAvailability is how the user's time counts during an event.
type EventAvailability string

// The values of EventAvailability.
const (
	AvailabilityFree        EventAvailability = "free" // the default
	AvailabilityBusy        EventAvailability = "busy"
	AvailabilityTentative   EventAvailability = "tentative"
	AvailabilityOutOfOffice EventAvailability = "out_of_office"
)

func (a EventAvailability) validate() error {
	return oneOf("availability", a, "", AvailabilityFree, AvailabilityBusy, AvailabilityTentative, AvailabilityOutOfOffice)
}

// EventVisibility is whether others see an event of a calendar that they can see.
type EventVisibility string

// The values of EventVisibility.
const (
	VisibilityPublic  EventVisibility = "public" // the default
	VisibilityPrivate EventVisibility = "private"
)

func (v EventVisibility) validate() error {
	return oneOf("visibility", v, "", VisibilityPublic, VisibilityPrivate)
}

// The documented limits of an event's texts, in characters.
const (
	maxEventName        = 255
	maxEventDescription = 32_768
	maxEventLocation    = 1_000
)

// NewEvent is what [EventsService.Create] needs. The API cannot make recurring events.
type NewEvent struct {
	Name        string `json:"name"`        // required; up to 255 characters
	Description string `json:"description"` // required; up to 32,768 characters
	StartTime   Time   `json:"start_time"`  // required, see [NewTime]
	// EndTime is 30 minutes after StartTime when it is left out.
	EndTime       Time   `json:"end_time,omitzero"`
	Location      string `json:"location,omitempty"` // up to 1,000 characters
	IsAllDayEvent bool   `json:"is_all_day_event"`
	// ReminderTime is how many minutes before the start the reminder comes. Null is no reminder; left out, the service
	// chooses.
	ReminderTime Opt[int]          `json:"reminder_time,omitzero"`
	Availability EventAvailability `json:"availability,omitempty"`
	Visibility   EventVisibility   `json:"visibility,omitempty"`
}

func (e *NewEvent) validate() error {
	if e == nil {
		return errors.New("the event is nil")
	}
	if e.StartTime.IsZero() {
		return errors.New("start_time is zero")
	}
	return errors.Join(
		requireText("event name", e.Name, maxEventName),
		requireText("description", e.Description, maxEventDescription),
		checkText("location", e.Location, maxEventLocation),
		checkOrder(e.StartTime.Time, e.EndTime.Time),
		checkReminder(e.ReminderTime),
		e.Availability.validate(),
		e.Visibility.validate(),
	)
}

// EventUpdate changes an event's properties; what is left out stays as it is. The limits are those of [NewEvent].
type EventUpdate struct {
	Name          Opt[string]            `json:"name,omitzero"`
	Description   Opt[string]            `json:"description,omitzero"`
	StartTime     Opt[Time]              `json:"start_time,omitzero"`
	EndTime       Opt[Time]              `json:"end_time,omitzero"`
	Location      Opt[string]            `json:"location,omitzero"`
	IsAllDayEvent Opt[bool]              `json:"is_all_day_event,omitzero"`
	ReminderTime  Opt[int]               `json:"reminder_time,omitzero"` // Null is no reminder
	Availability  Opt[EventAvailability] `json:"availability,omitzero"`
	Visibility    Opt[EventVisibility]   `json:"visibility,omitzero"`
}

func (u *EventUpdate) validate() error {
	if u == nil || *u == (EventUpdate{}) {
		return errNoChange
	}
	if u.IsAllDayEvent.IsNull() {
		return errors.New("is_all_day_event cannot be null")
	}
	return errors.Join(
		requireValue("start_time", u.StartTime, u.StartTime.value.IsZero()),
		requireValue("end_time", u.EndTime, u.EndTime.value.IsZero()),
		requireValue("availability", u.Availability, u.Availability.value == ""),
		requireValue("visibility", u.Visibility, u.Visibility.value == ""),
		requireNewText("name", u.Name, maxEventName),
		requireNewText("description", u.Description, maxEventDescription),
		checkText("location", u.Location.value, maxEventLocation),
		checkOrder(u.StartTime.value.Time, u.EndTime.value.Time),
		checkReminder(u.ReminderTime),
		u.Availability.value.validate(),
		u.Visibility.value.validate(),
	)
}

// requireValue refuses a change to null, or to a value that is empty; leaving it out is fine.
func requireValue[T any](what string, change Opt[T], empty bool) error {
	if !change.IsZero() && empty {
		return fmt.Errorf("%s cannot be null or empty", what)
	}
	return nil
}

// checkOrder refuses an end before the start; either may be open.
func checkOrder(start, end time.Time) error {
	if !start.IsZero() && !end.IsZero() && end.Before(start) {
		return errors.New("end_time is before start_time")
	}
	return nil
}

func checkReminder(minutes Opt[int]) error {
	if minutes.value < 0 {
		return fmt.Errorf("reminder_time of %d minutes is below zero", minutes.value)
	}
	return nil
}

// EventListOptions choose what a list of events holds. nil is what begins in the next 30 days, in the service's own
// order.
type EventListOptions struct {
	// StartTime and EndTime are the window that events must lie in. A zero one is left to the service, whose window is 30
	// days from now on. (Seen in clients; the longest window is not known.)
	StartTime time.Time `url:"start_time,omitempty"`
	EndTime   time.Time `url:"end_time,omitempty"`
	// Limit is the number of events of a page. 0 leaves it to the service.
	Limit int `url:"limit,omitempty"`
	// Offset is the number of events to skip.
	Offset int `url:"offset,omitempty"`
	// From is a page's Next or Previous link, from where the list goes on. All other fields must be zero then: the link
	// has what the list was begun with.
	From string `url:"-"`
}

func (o *EventListOptions) validate() error {
	if o == nil {
		return nil
	}
	return errors.Join(
		checkFrom(o.From, *o == EventListOptions{From: o.From}), checkPage(o.Limit, o.Offset), checkOrder(o.StartTime, o.EndTime),
	)
}

func (o *EventListOptions) from() string {
	if o == nil {
		return ""
	}
	return o.From
}

func (o *EventListOptions) params() any {
	if o == nil {
		return nil
	}
	own := *o
	own.StartTime, own.EndTime = o.StartTime.UTC(), o.EndTime.UTC()
	return own
}

// EventsService is for the entries of calendars: [Client.Events].
type EventsService service

// List returns one page of the events of a calendar, or of all calendars of a user: GET /CALENDAR_ID/events or GET
// /USER_ID/events, scope wl.calendars (wl.contacts_calendars for what others share). [Me] is the signed-in user. Without
// a window in opts, these are the events of the next 30 days.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Event object"; the window was seen in clients.
func (s *EventsService) List(ctx context.Context, ownerID string, opts *EventListOptions) (*Page[*Event], error) {
	return s.list("Events.List", ownerID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *EventsService) Pages(ctx context.Context, ownerID string, opts *EventListOptions) iter.Seq2[*Page[*Event], error] {
	return s.list("Events.Pages", ownerID, opts).pages(ctx)
}

// All iterates over the events of all pages of List.
func (s *EventsService) All(ctx context.Context, ownerID string, opts *EventListOptions) iter.Seq2[*Event, error] {
	return s.list("Events.All", ownerID, opts).all(ctx)
}

func (s *EventsService) list(op, ownerID string, opts *EventListOptions) lister[Event, *Event] {
	return newLister[Event]((*service)(s), op, objectPath("calendar or user id", ownerID).add("events"), opts)
}

// Get returns an event: GET /EVENT_ID, scope wl.calendars (wl.contacts_calendars for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Event object".
func (s *EventsService) Get(ctx context.Context, eventID string) (*Event, error) {
	return get[Event](ctx, (*service)(s), "Events.Get", objectPath("event id", eventID))
}

// Create adds an event to a calendar: POST /CALENDAR_ID/events, scope wl.calendars_update; or to the default calendar of
// a user: POST /USER_ID/events, scope wl.events_create. [Me] is the signed-in user.
//
// Times are sent in UTC, so an event of a whole day is best given as midnight UTC of that day. The documented answer
// leaves ID, CalendarID, From and CreatedTime out: look for the event in List if ID is empty.
//
// Errors: [ErrParameterMissing], [ErrParameterInvalid], [ErrNotFound], [ErrForbidden]. Reference page "Event object".
func (s *EventsService) Create(ctx context.Context, ownerID string, event *NewEvent) (*Event, error) {
	return send[Event](ctx, (*service)(s), "Events.Create", http.MethodPost, objectPath("calendar or user id", ownerID).add("events"), event)
}

// Update changes an event's properties: PUT /EVENT_ID, scope wl.calendars_update. The API cannot change recurring
// events.
//
// Errors: [ErrNotFound], [ErrParameterInvalid], [ErrForbidden]. Reference page "Interacting with calendars".
func (s *EventsService) Update(ctx context.Context, eventID string, change *EventUpdate) (*Event, error) {
	return send[Event](ctx, (*service)(s), "Events.Update", http.MethodPut, objectPath("event id", eventID), change)
}

// Delete removes an event, of a recurring one every occurrence: DELETE /EVENT_ID, scope wl.calendars_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Event object".
func (s *EventsService) Delete(ctx context.Context, eventID string) error {
	return remove(ctx, (*service)(s), "Events.Delete", objectPath("event id", eventID))
}
