package api

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
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
		ID: "calendar." + cal.ID, Name: cal.Name, Description: wire.TextOrNull(cal.Description),
		CreatedTime: wire.TimeText(cal.Created), UpdatedTime: wire.TimeText(cal.Updated), From: personOf(cal.From),
		IsDefault: cal.IsDefault, SubscriptionLocation: wire.TextOrNull(cal.Subscription), Permissions: cal.Permissions,
	}
}

func listCalendars(c *call) (reply, error) {
	return listPage(c, func(page backend.Page) (backend.List[backend.Calendar], error) {
		return calendarsOf(c, c.owner(), page)
	}, showCalendar)
}

// calendarsOf lists an account's calendars. Those of others need wl.contacts_calendars, and only the shared ones
// come back.
func calendarsOf(c *call, owner string, page backend.Page) (backend.List[backend.Calendar], error) {
	if owner != c.grant.User {
		if err := c.grant.Require([]string{"wl.contacts_calendars"}); err != nil {
			return backend.List[backend.Calendar]{}, err
		}
	}
	return c.h.Accounts.CalendarsOf(c.Context(), owner, c.grant.User, page)
}

// readableCalendar finds a calendar that the caller may read.
func readableCalendar(c *call, id string) (backend.Calendar, error) {
	cal, err := c.h.Accounts.Calendar(c.Context(), id)
	if err != nil || cal.Owner == c.grant.User {
		return cal, err
	}
	visible, err := c.h.Accounts.CalendarVisible(c.Context(), id, c.grant.User)
	if err != nil {
		return backend.Calendar{}, err
	}
	if !visible {
		return backend.Calendar{}, backend.ErrNotFound
	}
	return cal, c.grant.Require([]string{"wl.contacts_calendars"})
}

// ownCalendar finds a calendar that the caller may change.
func ownCalendar(c *call, id string) (backend.Calendar, error) {
	cal, err := c.h.Accounts.Calendar(c.Context(), id)
	if err != nil || cal.Owner == c.grant.User {
		return cal, err
	}
	if visible, err := c.h.Accounts.CalendarVisible(c.Context(), id, c.grant.User); err != nil || !visible {
		return backend.Calendar{}, backend.ErrNotFound
	}
	return backend.Calendar{}, wire.Forbidden()
}

func getCalendar(c *call) (reply, error) {
	cal, err := readableCalendar(c, c.target.id)
	return reply{body: showCalendar(cal)}, err
}

// createCalendar makes a calendar, or subscribes to one when the body has a subscription_location.
func createCalendar(c *call) (reply, error) {
	name, _ := c.body.Text("name")
	if name == "" {
		return reply{}, wire.Missing("name", "name")
	}
	description, ok := c.body.Text("description")
	if !ok {
		// The reference calls it summary in one place, and clients send description.
		description, _ = c.body.Text("summary")
	}
	subscription, subscribes := c.body.Text("subscription_location")
	if subscribes {
		if subscription == "" {
			return reply{}, wire.Missing("subscription_location", "name", "subscription_location")
		}
		if err := checkSubscription(subscription); err != nil {
			return reply{}, err
		}
	}
	cal, err := c.h.Accounts.CreateCalendar(c.Context(), backend.Calendar{
		Owner: c.grant.User, Name: name, Description: description, Subscription: subscription,
	})
	return c.created("calendar."+cal.ID, showCalendar(cal)), err
}

// checkSubscription refuses what can be no address of an iCalendar on the web. The sample of the documents has no scheme.
// Whether there is a calendar is not looked after: the emulator calls nobody.
func checkSubscription(location string) error {
	if !strings.Contains(location, ":") {
		location = "webcal://" + location
	}
	u, err := url.Parse(location)
	if err == nil && slices.Contains([]string{"http", "https", "webcal", "webcals"}, strings.ToLower(u.Scheme)) && isHostName(u.Hostname()) {
		return nil
	}
	return wire.BadParameter("subscription_location", "the address of an iCal calendar, such as webcal://www.contoso.com/games.ics")
}

// isHostName reports whether a text could be the name or the number of a machine.
func isHostName(host string) bool {
	if net.ParseIP(host) != nil || strings.EqualFold(host, "localhost") {
		return true
	}
	return strings.Contains(strings.Trim(host, "."), ".") && !strings.ContainsFunc(host, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

func updateCalendar(c *call) (reply, error) {
	cal, err := ownCalendar(c, c.target.id)
	if err != nil {
		return reply{}, err
	}
	name := c.body.TextPtr("name")
	if name != nil && *name == "" {
		return reply{}, wire.BadParameter("name", "a text that isn't empty")
	}
	subscription := c.body.TextPtr("subscription_location")
	if subscription != nil && (*subscription == "" || cal.Subscription == "") {
		// Inferred: a calendar cannot begin or cease to follow another.
		return reply{}, wire.BadParameter("subscription_location", "the address of a calendar, for a calendar that follows one")
	}
	if subscription != nil {
		if err := checkSubscription(*subscription); err != nil {
			return reply{}, err
		}
	}
	cal, err = c.h.Accounts.UpdateCalendar(c.Context(), cal.ID, backend.CalendarChange{
		Name: name, Description: c.body.TextPtr("description"), Subscription: subscription,
	})
	return reply{body: showCalendar(cal)}, err
}

func deleteCalendar(c *call) (reply, error) {
	cal, err := ownCalendar(c, c.target.id)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.h.Accounts.DeleteCalendar(c.Context(), cal.ID)
}
