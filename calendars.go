package liveconnect

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// Calendar is a calendar of Outlook.com. All of it is read only; [CalendarUpdate] has what can be changed. What is in it
// is listed by [EventsService].
type Calendar struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	CreatedTime Time   `json:"created_time"`
	UpdatedTime Time   `json:"updated_time"`
	From        Person `json:"from"`       // the owner; empty for the birthday calendar
	IsDefault   bool   `json:"is_default"` // it gets the events that name no calendar
	// SubscriptionLocation is the public calendar that this one follows; "" when it follows none.
	SubscriptionLocation string             `json:"subscription_location"`
	Permissions          CalendarPermission `json:"permissions"` // what the signed-in user may do
}

func (c *Calendar) id() string { return c.ID }

// CalendarPermission is what a user may do with a calendar.
type CalendarPermission string

// The values of CalendarPermission.
const (
	CalendarFreeBusy       CalendarPermission = "free_busy"       // see when the owner is busy
	CalendarLimitedDetails CalendarPermission = "limited_details" // see that, and some of what
	CalendarRead           CalendarPermission = "read"
	CalendarReadWrite      CalendarPermission = "read_write"
	CalendarCoOwner        CalendarPermission = "co_owner"
	CalendarOwner          CalendarPermission = "owner"
)

// NewCalendar is what [CalendarsService.Create] needs.
type NewCalendar struct {
	Name        string      `json:"name"` // required
	Description Opt[string] `json:"description,omitzero"`
}

func (c *NewCalendar) validate() error {
	if c == nil {
		return errors.New("the calendar is nil")
	}
	return errors.Join(requireText("calendar name", c.Name, 0), checkText("description", c.Description.value, 0))
}

// CalendarSubscription is what [CalendarsService.Subscribe] needs.
type CalendarSubscription struct {
	Name                 string `json:"name"`                  // required
	SubscriptionLocation string `json:"subscription_location"` // required: the address of a public calendar in iCal form
}

func (c *CalendarSubscription) validate() error {
	if c == nil {
		return errors.New("the subscription is nil")
	}
	return errors.Join(
		requireText("calendar name", c.Name, 0),
		requireText("subscription_location", c.SubscriptionLocation, 0),
	)
}

// CalendarUpdate changes a calendar's properties; what is left out stays as it is.
type CalendarUpdate struct {
	Name                 Opt[string] `json:"name,omitzero"`
	Description          Opt[string] `json:"description,omitzero"`
	SubscriptionLocation Opt[string] `json:"subscription_location,omitzero"` // of a calendar that follows another
}

func (u *CalendarUpdate) validate() error {
	if u == nil || *u == (CalendarUpdate{}) {
		return errNoChange
	}
	return errors.Join(
		requireNewText("name", u.Name, 0),
		checkText("description", u.Description.value, 0),
		requireNewText("subscription_location", u.SubscriptionLocation, 0),
	)
}

// CalendarsService is for the calendars of Outlook.com: [Client.Calendars].
type CalendarsService service

// List returns one page of a user's calendars: GET /USER_ID/calendars, scope wl.calendars (wl.contacts_calendars for
// another user, of whom only the calendars shared with the signed-in user are listed). [Me] is the signed-in user.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Calendar object".
func (s *CalendarsService) List(ctx context.Context, userID string, opts *PageOptions) (*Page[*Calendar], error) {
	return s.list("Calendars.List", userID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *CalendarsService) Pages(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Page[*Calendar], error] {
	return s.list("Calendars.Pages", userID, opts).pages(ctx)
}

// All iterates over the calendars of all pages of List.
func (s *CalendarsService) All(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Calendar, error] {
	return s.list("Calendars.All", userID, opts).all(ctx)
}

func (s *CalendarsService) list(op, userID string, opts *PageOptions) lister[Calendar, *Calendar] {
	return newLister[Calendar]((*service)(s), op, objectPath("user id", userID).add("calendars"), opts)
}

// Get returns a calendar: GET /CALENDAR_ID, scope wl.calendars (wl.contacts_calendars for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Calendar object".
func (s *CalendarsService) Get(ctx context.Context, calendarID string) (*Calendar, error) {
	return get[Calendar](ctx, (*service)(s), "Calendars.Get", objectPath("calendar id", calendarID))
}

// Create makes a calendar: POST /USER_ID/calendars, scope wl.calendars_update. [Me] is the signed-in user.
//
// Errors: [ErrParameterMissing], [ErrForbidden]. Reference page "Calendar object". Its text sends the description as
// "summary", its table and clients as "description", which is what this call does.
func (s *CalendarsService) Create(ctx context.Context, userID string, calendar *NewCalendar) (*Calendar, error) {
	return send[Calendar](ctx, (*service)(s), "Calendars.Create", http.MethodPost, objectPath("user id", userID).add("calendars"), calendar)
}

// Subscribe makes a calendar that follows a public one: POST /USER_ID/calendars, scope wl.calendars_update. The service
// fetches the public calendar from time to time. [Me] is the signed-in user.
//
// Errors: [ErrParameterMissing], [ErrParameterInvalid], [ErrForbidden]. Reference page "Calendar object".
func (s *CalendarsService) Subscribe(ctx context.Context, userID string, subscription *CalendarSubscription) (*Calendar, error) {
	return send[Calendar](ctx, (*service)(s), "Calendars.Subscribe", http.MethodPost, objectPath("user id", userID).add("calendars"), subscription)
}

// Update changes a calendar's properties: PUT /CALENDAR_ID, scope wl.calendars_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Calendar object".
func (s *CalendarsService) Update(ctx context.Context, calendarID string, change *CalendarUpdate) (*Calendar, error) {
	return send[Calendar](ctx, (*service)(s), "Calendars.Update", http.MethodPut, objectPath("calendar id", calendarID), change)
}

// Delete removes a calendar with all its events: DELETE /CALENDAR_ID, scope wl.calendars_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Calendar object".
func (s *CalendarsService) Delete(ctx context.Context, calendarID string) error {
	return remove(ctx, (*service)(s), "Calendars.Delete", objectPath("calendar id", calendarID))
}
