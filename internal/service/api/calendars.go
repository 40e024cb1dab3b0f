package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"net/http"
	"unicode/utf8"
)

// calendarJSON has the order of the reference.
type calendarJSON struct {
	ID                   string     `json:"id"`
	Name                 string     `json:"name"`
	Description          *string    `json:"description"`
	CreatedTime          *string    `json:"created_time"`
	UpdatedTime          *string    `json:"updated_time"`
	From                 personJSON `json:"from"`
	IsDefault            bool       `json:"is_default"`
	SubscriptionLocation *string    `json:"subscription_location"`
	Permissions          string     `json:"permissions"`
}

func showCalendar(cal backend.Calendar) any {
	return calendarJSON{
		ID: "calendar." + cal.ID, Name: cal.Name, Description: textOrNull(cal.Description),
		CreatedTime: timeText(cal.Created), UpdatedTime: timeText(cal.Updated), From: personOf(cal.From),
		IsDefault: cal.IsDefault, SubscriptionLocation: textOrNull(cal.Subscription), Permissions: cal.Permissions,
	}
}

func listCalendars(c *call) (reply, error) {
	calendars, err := c.calendarsOf(c.owner())
	if err != nil {
		return reply{}, err
	}
	return listPage(c, calendars, showCalendar)
}

// calendarsOf lists an account's calendars. Those of others need wl.contacts_calendars, and only the shared ones
// come back.
func (c *call) calendarsOf(owner string) ([]backend.Calendar, error) {
	if owner != c.user() {
		if err := c.require([]string{"wl.contacts_calendars"}); err != nil {
			return nil, err
		}
	}
	return backend.All(c.s.backend.CalendarsOf(c.ctx(), owner, c.user(), backend.Page{}))
}

// calendar finds a calendar that the caller may read.
func (c *call) calendar(id string) (backend.Calendar, error) {
	cal, err := c.s.backend.Calendar(c.ctx(), id)
	if err != nil || cal.Owner == c.user() {
		return cal, err
	}
	visible, err := c.s.backend.CalendarVisible(c.ctx(), id, c.user())
	if err != nil {
		return backend.Calendar{}, err
	}
	if !visible {
		return backend.Calendar{}, backend.ErrNotFound
	}
	return cal, c.require([]string{"wl.contacts_calendars"})
}

// ownCalendar finds a calendar that the caller may change.
func (c *call) ownCalendar(id string) (backend.Calendar, error) {
	cal, err := c.s.backend.Calendar(c.ctx(), id)
	if err != nil || cal.Owner == c.user() {
		return cal, err
	}
	if visible, err := c.s.backend.CalendarVisible(c.ctx(), id, c.user()); err != nil || !visible {
		return backend.Calendar{}, backend.ErrNotFound
	}
	return backend.Calendar{}, errForbidden()
}

func getCalendar(c *call) (reply, error) {
	cal, err := c.calendar(c.target.id)
	if err != nil {
		return reply{}, err
	}
	return reply{body: showCalendar(cal)}, nil
}

// createCalendar makes a calendar, or subscribes to one when the body has a subscription_location.
func createCalendar(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	name, _ := c.body.text("name")
	if name == "" {
		return reply{}, errMissing("name", "name")
	}
	description, ok := c.body.text("description")
	if !ok {
		// The reference calls it summary in one place, and clients send description.
		description, _ = c.body.text("summary")
	}
	subscription, subscribes := c.body.text("subscription_location")
	if subscribes {
		c.record.Route = "calendars.subscribe"
		if subscription == "" {
			return reply{}, errMissing("subscription_location", "name", "subscription_location")
		}
	}
	cal, err := c.s.backend.CreateCalendar(c.ctx(), backend.Calendar{
		Owner: c.user(), Name: name, Description: description, Subscription: subscription,
	})
	if err != nil {
		return reply{}, err
	}
	return reply{
		status: http.StatusCreated, body: showCalendar(cal), location: c.apiURL("calendar." + cal.ID + "/"),
	}, nil
}

func updateCalendar(c *call) (reply, error) {
	cal, err := c.ownCalendar(c.target.id)
	if err != nil {
		return reply{}, err
	}
	name := c.body.textPtr("name")
	if name != nil && *name == "" {
		return reply{}, errParameter("name", "a text that isn't empty")
	}
	subscription := c.body.textPtr("subscription_location")
	if subscription != nil && (*subscription == "" || cal.Subscription == "") {
		// Inferred: a calendar cannot begin or cease to follow another.
		return reply{}, errParameter("subscription_location", "the address of a calendar, for a calendar that follows one")
	}
	cal, err = c.s.backend.UpdateCalendar(c.ctx(), cal.ID, backend.CalendarChange{
		Name: name, Description: c.body.textPtr("description"), Subscription: subscription,
	})
	if err != nil {
		return reply{}, err
	}
	return reply{body: showCalendar(cal)}, nil
}

func deleteCalendar(c *call) (reply, error) {
	cal, err := c.ownCalendar(c.target.id)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.s.backend.DeleteCalendar(c.ctx(), cal.ID)
}

// checkLength refuses a text past the documented number of characters.
func checkLength(name, text string, most int) error {
	if utf8.RuneCountInString(text) > most {
		return &apiError{
			http.StatusBadRequest, codeParameterInvalid,
			"The value of the parameter '" + name + "' isn't valid. It is too long.",
		}
	}
	return nil
}
