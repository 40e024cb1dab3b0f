package graphtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	server, c := start(t, graphtest.WithAccount(graphtest.WithProfile(func(u *backend.User) {
		u.Emails.Account, u.Locale, u.Phones.Mobile = "rob@outlook.com", "de_AT", "123"
	})))
	me := c.Get("/me")
	assert.Equal(t, tour.Object{
		"@odata.context": server.GraphURL + "/$metadata#users/$entity", "id": server.Account().ID, "displayName": "Roberto Tamburello",
		"givenName": "Roberto", "surname": "Tamburello", "mail": "rob@outlook.com", "userPrincipalName": "rob@outlook.com",
		"preferredLanguage": "de-AT", "mobilePhone": "123", "businessPhones": []any{}, "jobTitle": nil, "officeLocation": nil,
	}, me)
	assert.Len(t, c.Get("/me?$select=city"), 3)
	assert.Equal(t, me["id"], c.Get("/users/rob@outlook.com")["id"])
	refused(t, c, http.StatusNotFound, "Request_ResourceNotFound", http.MethodGet, "/users/somebody@outlook.com", nil)
}

func TestContacts(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	for i := range 12 {
		c.Want(http.StatusCreated, http.MethodPost, "/me/contacts", tour.Object{"givenName": fmt.Sprintf("N%02d", i), "emailAddresses": []tour.Object{
			{"address": fmt.Sprintf("n%d@example.com", i), "name": "N"}, {"address": "b@example.com"},
		}})
	}
	list := c.Get("/me/contacts?$count=true&$orderby=displayName%20desc")
	assert.Len(t, tour.Values(list), 10, "the default page")
	assert.EqualValues(t, 12, list["@odata.count"])
	next := tour.Text(list, "@odata.nextLink")
	assert.Contains(t, next, "$skip=10", "Outlook pages by $skip")
	rest := tour.Values(c.Get(strings.TrimPrefix(next, server.GraphURL)))
	assert.Equal(t, "N00", tour.Text(rest[1], "displayName"))
	assert.Len(t, tour.Values(c.Get("/me/contacts?$filter=startswith(displayName,'N0')%20and%20givenName%20ne%20'N03'")), 9)
	found := tour.Values(c.Get("/me/contacts?$filter=emailAddresses/any(a:a/address%20eq%20'n3@example.com')"))
	require.Len(t, found, 1)
	assert.Equal(t, "n3@example.com", tour.Text(found[0]["primaryEmailAddress"].(tour.Object), "address"))
	assert.Equal(t, "b@example.com", tour.Text(found[0]["secondaryEmailAddress"].(tour.Object), "address"))

	one := "/me/contacts/" + url.PathEscape(tour.Text(found[0], "id"))
	c.Want(http.StatusOK, http.MethodPatch, one, tour.Object{"surname": "X", "birthday": "1974-07-22T00:00:00Z", "mobilePhone": "1", "homeAddress": tour.Object{"city": "Graz"}})
	changed := c.Want(http.StatusOK, http.MethodPatch, one, tour.Object{"companyName": "Contoso"}).JSON
	assert.Equal(t, []any{"N03", "X", "1974-07-22T11:59:00Z", "1", "Contoso", tour.Object{"city": "Graz"}},
		[]any{changed["givenName"], changed["surname"], changed["birthday"], changed["mobilePhone"], changed["companyName"], changed["homeAddress"]})
	kept, err := backend.All(server.Backend().Contacts(t.Context(), server.Account().ID, false, backend.Page{}))
	require.NoError(t, err)
	assert.Contains(t, fmt.Sprint(kept), "Contoso")

	for _, bad := range []tour.Object{
		{"naame": "x"},
		{"birthday": "1974-07-22"},
		{"businessPhones": "1"},
		{"emailAddresses": []tour.Object{{"type": "work"}}},
		{"emailAddresses": []tour.Object{{}, {}, {}, {}}},
		{"emailAddresses": []tour.Object{}, "primaryEmailAddress": tour.Object{}},
	} {
		refused(t, c, http.StatusBadRequest, "BadRequest", http.MethodPatch, one, bad)
	}
	c.Want(http.StatusNoContent, http.MethodDelete, one, nil)
	refused(t, c, http.StatusNotFound, "ErrorItemNotFound", http.MethodGet, one, nil)
	refused(t, c, http.StatusBadRequest, "ErrorInvalidIdMalformed", http.MethodGet, "/me/contacts/x", nil)
	refused(t, c, http.StatusBadRequest, "ErrorInvalidIdMalformed", http.MethodGet, "/me/events/"+url.PathEscape(tour.Text(found[0], "id")), nil)
}

func TestImmutableIDs(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	made := c.Want(http.StatusCreated, http.MethodPost, "/me/contacts", tour.Object{"givenName": "A"}).Text("id")
	reply := c.Want(http.StatusOK, http.MethodGet, "/me/contacts/"+url.PathEscape(made), nil, "Prefer", `IdType="ImmutableId"`)
	stable := reply.Text("id")
	assert.NotEqual(t, made, stable)
	assert.Equal(t, `IdType="ImmutableId"`, reply.Header.Get("Preference-Applied"))
	assert.Equal(t, "A", tour.Text(c.Get("/me/contacts/"+url.PathEscape(stable)), "givenName"))
	for _, id := range []string{made, stable} {
		assert.Regexp(t, `^AA[A-Za-z0-9_-]{117}=$`, id)
	}
	other, err := server.AddAccount("Stephanie", "Bourne")
	require.NoError(t, err)
	refused(t, tour.NewClient(t, server, other), http.StatusNotFound, "ErrorItemNotFound", http.MethodGet, "/me/contacts/"+url.PathEscape(made), nil)
}

// at is a start or an end.
func at(when, zone string) tour.Object { return tour.Object{"dateTime": when, "timeZone": zone} }

func TestEventsInZones(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	made := c.Want(http.StatusCreated, http.MethodPost, "/me/events", tour.Object{
		"subject": "S", "start": at("2026-07-01T09:00:00", "Pacific Standard Time"), "end": at("2026-07-01T10:30:00.0000000", "America/Los_Angeles"),
		"body": tour.Object{"contentType": "text", "content": "a < b\nc"},
	}).JSON
	assert.Equal(t, at("2026-07-01T16:00:00.0000000", "UTC"), made["start"])
	assert.Equal(t, at("2026-07-01T17:30:00.0000000", "UTC"), made["end"])
	assert.Equal(t, []any{true, 15.0, "busy", "normal", "singleInstance", "Pacific Standard Time"},
		[]any{made["isReminderOn"], made["reminderMinutesBeforeStart"], made["showAs"], made["sensitivity"], made["type"], made["originalStartTimeZone"]})
	assert.Contains(t, tour.Text(made["body"].(tour.Object), "content"), "a &lt; b<br>")
	one := "/me/events/" + url.PathEscape(tour.Text(made, "id"))
	reply := c.Want(http.StatusOK, http.MethodGet, one, nil, "Prefer", `outlook.timezone="W. Europe Standard Time", outlook.body-content-type="text"`)
	assert.Equal(t, at("2026-07-01T18:00:00.0000000", "W. Europe Standard Time"), reply.JSON["start"])
	assert.Equal(t, tour.Object{"contentType": "text", "content": "a < b\nc"}, reply.JSON["body"])
	assert.Contains(t, reply.Header.Get("Preference-Applied"), `outlook.timezone="W. Europe Standard Time"`)
	refused(t, c, http.StatusBadRequest, "TimeZoneNotSupportedException", http.MethodGet, one, nil, "Prefer", `outlook.timezone="Nowhere"`)
	refused(t, c, http.StatusBadRequest, "TimeZoneNotSupportedException", http.MethodPatch, one, tour.Object{"start": at("2026-07-01T09:00:00", "Nowhere")})

	c.Want(http.StatusOK, http.MethodPatch, one, tour.Object{"showAs": "oof", "sensitivity": "confidential", "isReminderOn": false, "body": tour.Object{"contentType": "html", "content": "<p>Dear <b>all</b></p>"}})
	changed := c.Get(one)
	assert.Equal(t, []any{"oof", "confidential", false, "Dear all"}, []any{changed["showAs"], changed["sensitivity"], changed["isReminderOn"], changed["bodyPreview"]})
	calendars, err := backend.All(server.Backend().CalendarsOf(t.Context(), server.Account().ID, server.Account().ID, backend.Page{}))
	require.NoError(t, err)
	events, err := backend.All(server.Backend().Events(t.Context(), []string{calendars[0].ID}, parse(t, "2026-01-01"), parse(t, "2027-01-01"), backend.Page{}))
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, []any{"out_of_office", "private", (*int)(nil), "Dear all"}, []any{events[0].Availability, events[0].Visibility, events[0].Reminder, events[0].Description})
}

func TestEventRules(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	day := tour.Object{"subject": "D", "isAllDay": true, "start": at("2026-07-01T00:00:00", "Pacific Standard Time"), "end": at("2026-07-02T00:00:00", "Pacific Standard Time")}
	made := c.Want(http.StatusCreated, http.MethodPost, "/me/events", day, "Prefer", `outlook.timezone="Tokyo Standard Time"`).JSON
	assert.Equal(t, []any{at("2026-07-01T00:00:00.0000000", "Tokyo Standard Time"), at("2026-07-02T00:00:00.0000000", "Tokyo Standard Time")}, []any{made["start"], made["end"]})
	rule := "ErrorPropertyValidationFailure"
	post := func(status int, code string, change tour.Object) {
		t.Helper()
		body := tour.Object{"subject": "S", "start": at("2026-07-01T09:00:00", "UTC"), "end": at("2026-07-01T10:00:00", "UTC")}
		for name, value := range change {
			if body[name] = value; value == "absent" {
				delete(body, name)
			}
		}
		refused(t, c, status, code, http.MethodPost, "/me/events", body)
	}
	post(http.StatusBadRequest, rule, tour.Object{"isAllDay": true})
	post(http.StatusBadRequest, rule, tour.Object{"isAllDay": true, "start": at("2026-07-01T00:00:00", "UTC"), "end": at("2026-07-01T00:00:00", "UTC")})
	post(http.StatusBadRequest, rule, tour.Object{"end": at("2026-07-01T08:00:00", "UTC")})
	post(http.StatusBadRequest, "ErrorInvalidRequest", tour.Object{"end": "absent"})
	post(http.StatusBadRequest, "ErrorInvalidRequest", tour.Object{"start": at("tomorrow", "UTC")})
	post(http.StatusBadRequest, "BadRequest", tour.Object{"showAs": "out_of_office"})
	post(http.StatusBadRequest, "BadRequest", tour.Object{"body": "text"})
	post(http.StatusNotImplemented, "notSupported", tour.Object{"attendees": []string{}})
	one := "/me/events/" + url.PathEscape(tour.Text(made, "id"))
	refused(t, c, http.StatusBadRequest, rule, http.MethodPatch, one, tour.Object{"end": at("2026-07-01T12:00:00", "UTC")})
}

func TestCalendarView(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	event := func(subject, start, end string) {
		c.Want(http.StatusCreated, http.MethodPost, "/me/events", tour.Object{"subject": subject, "start": at(start, "UTC"), "end": at(end, "UTC")})
	}
	event("before", "2026-06-30T22:00:00", "2026-07-01T00:00:00")
	event("into", "2026-06-30T23:00:00", "2026-07-01T01:00:00")
	event("later", "2026-07-01T20:00:00", "2026-07-01T21:00:00")
	event("inside", "2026-07-01T10:00:00", "2026-07-01T11:00:00")
	event("after", "2026-07-02T00:00:00", "2026-07-02T01:00:00")
	subjects := func(path string) []string {
		t.Helper()
		var found []string
		for _, e := range tour.Values(c.Get(path)) {
			found = append(found, tour.Text(e, "subject"))
		}
		return found
	}
	const window = "startDateTime=2026-07-01T00:00:00Z&endDateTime=2026-07-02T00:00:00Z"
	assert.Equal(t, []string{"into", "inside", "later"}, subjects("/me/calendarView?"+window))
	assert.Equal(t, []string{"into", "inside", "later"}, subjects("/me/calendar/calendarView?startdatetime=2026-06-30T17:00:00-07:00&ENDDATETIME=2026-07-02T00:00:00"))
	assert.Equal(t, []string{"later", "inside"}, subjects("/me/calendarView?"+window+"&$orderby=subject%20desc&$top=2"+"&$filter=subject%20ne%20'into'"))
	assert.Len(t, subjects("/me/events"), 5)
	for _, bad := range []string{"", "?startDateTime=2026-07-01T00:00:00Z", "?startDateTime=x&endDateTime=y", "?startDateTime=2026-07-02T00:00:00Z&endDateTime=2026-07-01T00:00:00Z"} {
		refused(t, c, http.StatusBadRequest, "ErrorInvalidParameter", http.MethodGet, "/me/calendarView"+bad, nil)
	}
	refused(t, c, http.StatusBadRequest, "ErrorInvalidRequest", http.MethodGet, "/me/calendarView?startDateTime=2000-01-01T00:00:00Z&endDateTime=2026-07-01T00:00:00Z", nil)
}

func TestRecurrence(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	for name, test := range map[string]struct {
		start         string
		pattern, span tour.Object
		want          string // days from 2026-01-01 to 2026-04-30
	}{
		"daily":    {"2026-01-30", tour.Object{"type": "daily", "interval": 2}, tour.Object{"type": "numbered", "numberOfOccurrences": 3}, "01-30 02-01 02-03"},
		"weekly":   {"2026-01-05", tour.Object{"type": "weekly", "interval": 2, "daysOfWeek": []string{"monday", "friday"}, "firstDayOfWeek": "monday"}, tour.Object{"type": "endDate", "endDate": "2026-02-06"}, "01-05 01-09 01-19 01-23 02-02 02-06"},
		"sundays":  {"2026-01-04", tour.Object{"type": "weekly", "interval": 2, "daysOfWeek": []string{"sunday", "monday"}, "firstDayOfWeek": "sunday"}, tour.Object{"type": "numbered", "numberOfOccurrences": 4}, "01-04 01-05 01-18 01-19"},
		"midweek":  {"2026-01-09", tour.Object{"type": "weekly", "interval": 2, "daysOfWeek": []string{"monday", "friday"}, "firstDayOfWeek": "monday"}, tour.Object{"type": "numbered", "numberOfOccurrences": 3}, "01-09 01-19 01-23"},
		"monthly":  {"2026-01-31", tour.Object{"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31}, tour.Object{"type": "noEnd"}, "01-31 02-28 03-31 04-30"},
		"last":     {"2026-01-30", tour.Object{"type": "relativeMonthly", "interval": 1, "daysOfWeek": []string{"friday"}, "index": "last"}, tour.Object{"type": "noEnd"}, "01-30 02-27 03-27 04-24"},
		"second":   {"2026-02-10", tour.Object{"type": "relativeMonthly", "interval": 2, "daysOfWeek": []string{"tuesday"}, "index": "second"}, tour.Object{"type": "noEnd"}, "02-10 04-14"},
		"yearly":   {"2024-02-29", tour.Object{"type": "absoluteYearly", "interval": 1, "month": 2, "dayOfMonth": 29}, tour.Object{"type": "noEnd"}, "02-28"},
		"relative": {"2025-03-02", tour.Object{"type": "relativeYearly", "interval": 1, "month": 3, "daysOfWeek": []string{"sunday"}, "index": "first"}, tour.Object{"type": "noEnd"}, "03-01"},
	} {
		test.span["startDate"] = test.start
		zone := "Pacific Standard Time" // whose summer begins on 8 March
		made := c.Want(http.StatusCreated, http.MethodPost, "/me/events", tour.Object{
			"subject": name, "start": at(test.start+"T20:00:00", zone), "end": at(test.start+"T21:00:00", zone),
			"recurrence": tour.Object{"pattern": test.pattern, "range": test.span},
		}).JSON
		assert.Equal(t, "seriesMaster", tour.Text(made, "type"))
		one := "/me/events/" + url.PathEscape(tour.Text(made, "id"))
		list := tour.Values(c.Get(one+"/instances?startDateTime=2026-01-01T08:00:00Z&endDateTime=2026-05-01T07:00:00Z&$top=50", "Prefer", fmt.Sprintf("outlook.timezone=%q", zone)))
		var days []string
		for _, o := range list {
			when := tour.Text(o["start"].(tour.Object), "dateTime")
			assert.True(t, strings.HasSuffix(when, "T20:00:00.0000000"), "at eight, in winter and in summer: %s", when)
			days = append(days, when[5:10])
			assert.Equal(t, []any{"occurrence", made["id"]}, []any{o["type"], o["seriesMasterId"]})
		}
		assert.Equal(t, test.want, strings.Join(days, " "), name)
		occurrence := "/me/events/" + url.PathEscape(tour.Text(list[len(list)-1], "id"))
		assert.Equal(t, list[len(list)-1]["id"], c.Get(occurrence)["id"])
		refused(t, c, http.StatusNotImplemented, "notSupported", http.MethodPatch, occurrence, tour.Object{"subject": "x"})
	}
	for name, bad := range map[string]tour.Object{
		"no range":   {"pattern": tour.Object{"type": "daily", "interval": 1}},
		"interval":   {"pattern": tour.Object{"type": "daily"}, "range": tour.Object{"type": "noEnd", "startDate": "2026-01-01"}},
		"no days":    {"pattern": tour.Object{"type": "weekly", "interval": 1}, "range": tour.Object{"type": "noEnd", "startDate": "2026-01-01"}},
		"no count":   {"pattern": tour.Object{"type": "daily", "interval": 1}, "range": tour.Object{"type": "numbered", "startDate": "2026-01-01"}},
		"ends early": {"pattern": tour.Object{"type": "daily", "interval": 1}, "range": tour.Object{"type": "endDate", "startDate": "2026-01-01", "endDate": "2025-01-01"}},
	} {
		reply := c.Want(http.StatusBadRequest, http.MethodPost, "/me/events", tour.Object{"start": at("2026-01-01T20:00:00", "UTC"), "end": at("2026-01-01T21:00:00", "UTC"), "recurrence": bad})
		assert.Equal(t, "ErrorInvalidRequest", reply.Code(), name)
	}
}

func TestCalendars(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	list := tour.Values(c.Get("/me/calendars"))
	require.Len(t, list, 2)
	assert.Equal(t, []any{true, true, false}, []any{list[0]["isDefaultCalendar"], list[0]["canEdit"], list[1]["canEdit"]})
	made := c.Want(http.StatusCreated, http.MethodPost, "/me/calendars", tour.Object{"name": "Work"}).JSON
	refused(t, c, http.StatusConflict, "ErrorFolderExists", http.MethodPost, "/me/calendars", tour.Object{"name": "Work"})
	refused(t, c, http.StatusBadRequest, "ErrorInvalidRequest", http.MethodPost, "/me/calendars", tour.Object{})
	refused(t, c, http.StatusBadRequest, "BadRequest", http.MethodPost, "/me/calendars", tour.Object{"name": "x", "description": "y"})
	birthdays := "/me/calendars/" + url.PathEscape(tour.Text(list[1], "id"))
	refused(t, c, http.StatusForbidden, "ErrorAccessDenied", http.MethodPost, birthdays+"/events", tour.Object{"start": at("2026-01-01T20:00:00", "UTC"), "end": at("2026-01-01T21:00:00", "UTC")})
	refused(t, c, http.StatusForbidden, "ErrorAccessDenied", http.MethodPatch, birthdays, tour.Object{"name": "x"})
	refused(t, c, http.StatusBadRequest, "ErrorInvalidRequest", http.MethodDelete, "/me/calendar", nil)
	c.Want(http.StatusNoContent, http.MethodDelete, "/me/calendars/"+url.PathEscape(tour.Text(made, "id")), nil)
}
