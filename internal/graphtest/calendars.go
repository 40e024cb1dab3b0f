package graphtest

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func (c *call) calendar(calendar backend.Calendar) object {
	address := object{"name": calendar.From.Name, "address": ""}
	if user, err := c.backend.User(c.ctx(), calendar.Owner); err == nil {
		address = object{"name": user.Name, "address": principalName(user)}
	}
	canEdit := calendar.Permissions == "owner"
	o := object{
		"id":   c.outlookID(outlookID{kind: kindCalendar, owner: calendar.Owner, id: calendar.ID}),
		"name": calendar.Name, "color": "auto", "hexColor": "", "isDefaultCalendar": calendar.IsDefault, "canEdit": canEdit,
		"canShare": canEdit, "canViewPrivateItems": true, "isRemovable": canEdit && !calendar.IsDefault, "isTallyingResponses": calendar.IsDefault,
		"allowedOnlineMeetingProviders": []string{}, "defaultOnlineMeetingProvider": "unknown", "owner": address,
	}
	o["changeKey"] = versionOf(calendar.Updated, o)
	return o
}

func listCalendars(c *call) (*answer, error) {
	calendars, err := backend.All(c.backend.CalendarsOf(c.ctx(), c.user, c.user, backend.Page{}))
	if err != nil {
		return nil, err
	}
	list := make([]object, len(calendars))
	for i, calendar := range calendars {
		list[i] = c.calendar(calendar)
	}
	return c.outlookPage("calendars", list)
}

// findCalendar finds the calendar that a path names; me/calendar and me/events are of the default one.
func (c *call) findCalendar(id string) (backend.Calendar, error) {
	if id == "" {
		calendars, err := backend.All(c.backend.CalendarsOf(c.ctx(), c.user, c.user, backend.Page{}))
		for _, calendar := range calendars {
			if calendar.IsDefault {
				return calendar, nil
			}
		}
		if err == nil {
			err = backend.ErrNotFound
		}
		return backend.Calendar{}, err
	}
	named, err := c.readOutlookID(kindCalendar, id)
	if err != nil {
		return backend.Calendar{}, err
	}
	calendar, err := c.backend.Calendar(c.ctx(), named.id)
	if err == nil && calendar.Owner != c.user {
		err = backend.ErrNotFound
	}
	return calendar, err
}

// calendarArg is the id of a calendar in the path, if there is one.
func (c *call) calendarArg() string {
	if len(c.args) > 0 {
		return c.args[0]
	}
	return ""
}

func getCalendar(c *call) (*answer, error) {
	calendar, err := c.findCalendar(c.calendarArg())
	if err != nil {
		return nil, err
	}
	return c.entity(http.StatusOK, "calendars", c.calendar(calendar)), nil
}

func createCalendar(c *call) (*answer, error) {
	body, err := readEntity(c.r, "calendar", "name")
	if err != nil {
		return nil, err
	}
	if text(body, "name") == "" {
		return nil, fail(http.StatusBadRequest, "ErrorInvalidRequest", "A calendar needs a name.")
	}
	calendars, err := backend.All(c.backend.CalendarsOf(c.ctx(), c.user, c.user, backend.Page{}))
	if err != nil {
		return nil, err
	}
	for _, other := range calendars {
		if other.Name == text(body, "name") {
			return nil, fail(http.StatusConflict, "ErrorFolderExists", "A folder with the specified name already exists.")
		}
	}
	calendar, err := c.backend.CreateCalendar(c.ctx(), backend.Calendar{Owner: c.user, Name: text(body, "name")})
	if err != nil {
		return nil, err
	}
	return c.entity(http.StatusCreated, "calendars", c.calendar(calendar)), nil
}

func updateCalendar(c *call) (*answer, error) {
	body, err := readEntity(c.r, "calendar", "name")
	if err != nil {
		return nil, err
	}
	calendar, err := c.findCalendar(c.calendarArg())
	if err != nil {
		return nil, err
	}
	calendar, err = c.backend.UpdateCalendar(c.ctx(), calendar.ID, backend.CalendarChange{Name: change(body, "name")})
	if err != nil {
		return nil, err
	}
	return c.entity(http.StatusOK, "calendars", c.calendar(calendar)), nil
}

func deleteCalendar(c *call) (*answer, error) {
	calendar, err := c.findCalendar(c.calendarArg())
	if err != nil {
		return nil, err
	}
	if err := c.backend.DeleteCalendar(c.ctx(), calendar.ID); err != nil {
		return nil, err
	}
	return noContent(), nil
}
