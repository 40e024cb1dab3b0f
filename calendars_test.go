package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

const calendarID = "calendar.42d4dbc866f94c83849c88c6eb9985bc"

func TestDocumentedCalendar(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "documented/calendar_list.json").Calendars.List(t.Context(), liveconnect.Me, nil)
	got := one(t, page, err)
	assert.Equal(t, &liveconnect.Calendar{
		ID:          calendarID,
		Name:        "Birthday calendar",
		Description: "If you have birthdays listed for your contacts, they'll appear on this calendar. You can add more birthdays, but you can't add other types of events.",
		CreatedTime: at("2011-08-05 19:41:04"),
		UpdatedTime: at("2011-08-05 19:41:04"),
		Permissions: liveconnect.CalendarRead,
	}, got)
	holdsAll(t, element(t, fixture(t, "documented/calendar_list.json")), got)
}

func TestCalendarFields(t *testing.T) {
	t.Parallel()
	const content = `{"id":"c","name":"n","description":null,"created_time":null,"updated_time":"2012-01-02T03:04:05+0000",
		"from":{"name":"Ann","id":"8c8ce076ca27823f"},"is_default":true,"subscription_location":"ical.example.com/1",
		"permissions":"co_owner"}`
	got, err := newStub(t, answer(http.StatusOK, []byte(content))).client(t).Calendars.Get(t.Context(), "c")
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Calendar{
		ID: "c", Name: "n", UpdatedTime: at("2012-01-02 03:04:05"),
		From: liveconnect.Person{ID: "8c8ce076ca27823f", Name: "Ann"}, IsDefault: true,
		SubscriptionLocation: "ical.example.com/1", Permissions: liveconnect.CalendarCoOwner,
	}, got)
}

func TestCalendarsList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.PageOptions{Limit: 2}
	l := listing[*liveconnect.Calendar]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Calendar], error) {
			return c.Calendars.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Calendar], error] {
			return c.Calendars.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Calendar, error] {
			return c.Calendars.All(ctx, id, opts)
		},
	}
	l.check(t, liveconnect.Me, "/me/calendars", `{"id":"c"}`, limitOf2())
	l.check(t, "8c8ce076ca27823f", "/8c8ce076ca27823f/calendars", `{"id":"c"}`, limitOf2())
}

func TestCalendars(t *testing.T) {
	t.Parallel()
	const calendar = `{"id":"` + calendarID + `","description":null}`
	want := &liveconnect.Calendar{ID: calendarID}
	update := func(change *liveconnect.CalendarUpdate) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Calendars.Update(ctx, calendarID, change)
		}
	}
	exchanges(t, []exchange{{
		name: "Get", answer: calendar, method: "GET", path: "/" + calendarID, want: want,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Calendars.Get(ctx, calendarID) },
	}, {
		name: "Create", status: http.StatusCreated, answer: calendar, method: "POST", path: "/me/calendars", want: want,
		body: `{"name":"Summer Events","description":"Things we are doing this summer."}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Calendars.Create(ctx, liveconnect.Me, &liveconnect.NewCalendar{
				Name: "Summer Events", Description: liveconnect.Set("Things we are doing this summer."),
			})
		},
	}, {
		name: "Create by name", status: http.StatusCreated, answer: calendar, method: "POST", path: "/8c8ce076ca27823f/calendars",
		body: `{"name":"Summer Events"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Calendars.Create(ctx, "8c8ce076ca27823f", &liveconnect.NewCalendar{Name: "Summer Events"})
		},
	}, {
		name: "Subscribe", status: http.StatusCreated, answer: calendar, method: "POST", path: "/me/calendars", want: want,
		body: string(fixture(t, "documented/calendar_subscribe.json")),
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Calendars.Subscribe(ctx, liveconnect.Me, &liveconnect.CalendarSubscription{
				Name: "Soccer League", SubscriptionLocation: "ical.sharedcalendars.com/98754auv",
			})
		},
	}, {
		name: "Update", answer: calendar, method: "PUT", path: "/" + calendarID, want: want,
		body: string(fixture(t, "documented/calendar_update.json")),
		call: update(&liveconnect.CalendarUpdate{Name: liveconnect.Set("Fall Happenings")}),
	}, {
		name: "Update everything", answer: calendar, method: "PUT", path: "/" + calendarID,
		body: `{"name":"n","description":null,"subscription_location":"ical.example.com/2"}`,
		call: update(&liveconnect.CalendarUpdate{
			Name: liveconnect.Set("n"), Description: liveconnect.Null[string](),
			SubscriptionLocation: liveconnect.Set("ical.example.com/2"),
		}),
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + calendarID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Calendars.Delete(ctx, calendarID))
		},
	}})
}

func TestCalendarsRefuse(t *testing.T) {
	t.Parallel()
	create := func(userID string, calendar *liveconnect.NewCalendar) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Calendars.Create(ctx, userID, calendar)
			return err
		}
	}
	subscribe := func(userID string, subscription *liveconnect.CalendarSubscription) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Calendars.Subscribe(ctx, userID, subscription)
			return err
		}
	}
	update := func(calendarID string, change *liveconnect.CalendarUpdate) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Calendars.Update(ctx, calendarID, change)
			return err
		}
	}
	refused(t, badCalls{
		"Get: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Calendars.Get(ctx, "")
			return err
		},
		"Delete: empty id":       func(ctx context.Context, c *liveconnect.Client) error { return c.Calendars.Delete(ctx, "") },
		"Create: empty id":       create("", &liveconnect.NewCalendar{Name: "n"}),
		"Create: nil":            create(liveconnect.Me, nil),
		"Create: no name":        create(liveconnect.Me, &liveconnect.NewCalendar{}),
		"Create: not UTF-8":      create(liveconnect.Me, &liveconnect.NewCalendar{Name: "n", Description: liveconnect.Set("\xff")}),
		"Subscribe: empty id":    subscribe("", &liveconnect.CalendarSubscription{Name: "n", SubscriptionLocation: "l"}),
		"Subscribe: nil":         subscribe(liveconnect.Me, nil),
		"Subscribe: no name":     subscribe(liveconnect.Me, &liveconnect.CalendarSubscription{SubscriptionLocation: "l"}),
		"Subscribe: no location": subscribe(liveconnect.Me, &liveconnect.CalendarSubscription{Name: "n"}),
		"Update: empty id":       update("", &liveconnect.CalendarUpdate{Name: liveconnect.Set("n")}),
		"Update: nil":            update(calendarID, nil),
		"Update: nothing":        update(calendarID, &liveconnect.CalendarUpdate{}),
		"Update: not UTF-8":      update(calendarID, &liveconnect.CalendarUpdate{Description: liveconnect.Set("\xff")}),
		"Update: empty name":     update(calendarID, &liveconnect.CalendarUpdate{Name: liveconnect.Set("")}),
		"Update: null name":      update(calendarID, &liveconnect.CalendarUpdate{Name: liveconnect.Null[string]()}),
		"Update: null location":  update(calendarID, &liveconnect.CalendarUpdate{SubscriptionLocation: liveconnect.Null[string]()}),
	})
}
