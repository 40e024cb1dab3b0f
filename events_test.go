package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

const eventID = "event.611afb17fa9448f28cdb8277e8ffeb77.e9f015000d0249ce847c5306a25d7d75"

func TestDocumentedEvent(t *testing.T) {
	t.Parallel()
	got, err := serving(t, http.StatusOK, "documented/event.json").Events.Get(t.Context(), eventID)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Event{
		ID:           eventID,
		Name:         "Global Project Risk Management Meeting",
		Description:  "Generate and assess risks for the project",
		CalendarID:   "calendar.611afb17fa9448f28cdb8277e8ffeb77",
		From:         liveconnect.Person{ID: "de57f4126ed7e411", Name: "William Flash"},
		StartTime:    at("2011-04-20 01:00:00"),
		EndTime:      at("2011-04-20 02:00:00"),
		Location:     "Building 81, Room 9981, 123 Anywhere St., Redmond WA 19599",
		Availability: liveconnect.AvailabilityBusy,
		Visibility:   liveconnect.VisibilityPublic,
		CreatedTime:  at("2011-03-14 23:01:31"),
		UpdatedTime:  at("2011-04-19 20:23:03"),
	}, got)
	holdsAll(t, fixture(t, "documented/event.json"), got)
}

// A reminder at the start is not an event without one.
func TestEventFields(t *testing.T) {
	t.Parallel()
	const content = `{"data":[
		{"id":"e","is_all_day_event":true,"is_recurrent":true,"recurrence":"Occurs every week on Tuesday","reminder_time":0,
			"availability":"out_of_office","visibility":"private"},
		{"id":"f","reminder_time":15,"start_time":null,"location":null,"from":null},
		{"id":"g","reminder_time":null}, {"id":"h"}]}`
	page, err := newStub(t, answer(http.StatusOK, []byte(content))).client(t).Events.List(t.Context(), liveconnect.Me, nil)
	require.NoError(t, err)
	assert.Equal(t, []*liveconnect.Event{
		{
			ID: "e", IsAllDayEvent: true, IsRecurrent: true, Recurrence: "Occurs every week on Tuesday", ReminderTime: ptr(0),
			Availability: liveconnect.AvailabilityOutOfOffice, Visibility: liveconnect.VisibilityPrivate,
		},
		{ID: "f", ReminderTime: ptr(15)},
		{ID: "g"},
		{ID: "h"},
	}, page.Data)
}

func TestEventsList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.EventListOptions{
		Limit:     2,
		StartTime: time.Date(2014, 1, 1, 2, 0, 0, 5, time.FixedZone("", 2*60*60)),
		EndTime:   time.Date(2014, 8, 30, 0, 0, 0, 0, time.UTC),
	}
	l := listing[*liveconnect.Event]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Event], error) {
			return c.Events.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Event], error] {
			return c.Events.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Event, error] {
			return c.Events.All(ctx, id, opts)
		},
	}
	first := url.Values{"limit": {"2"}, "start_time": {"2014-01-01T00:00:00Z"}, "end_time": {"2014-08-30T00:00:00Z"}}
	l.check(t, liveconnect.Me, "/me/events", `{"id":"e"}`, first)
	l.check(t, calendarID, "/"+calendarID+"/events", `{"id":"e"}`, first)
}

func TestEvents(t *testing.T) {
	t.Parallel()
	const event = `{"id":"e"}`
	create := func(ownerID string, event *liveconnect.NewEvent) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Events.Create(ctx, ownerID, event)
		}
	}
	update := func(change *liveconnect.EventUpdate) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Events.Update(ctx, eventID, change)
		}
	}
	pacific := time.FixedZone("", -7*60*60)
	start := liveconnect.NewTime(time.Date(2011, 4, 20, 1, 0, 0, 0, pacific))
	end := liveconnect.NewTime(time.Date(2011, 4, 20, 2, 0, 0, 0, pacific))
	exchanges(t, []exchange{{
		name: "List a window open at one side", answer: `{"data":[]}`, method: "GET", path: "/me/events",
		query: url.Values{"end_time": {"2014-08-30T00:00:00Z"}},
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Events.List(ctx, liveconnect.Me, &liveconnect.EventListOptions{EndTime: time.Date(2014, 8, 30, 0, 0, 0, 0, time.UTC)})
		},
	}, {
		name: "Create as documented", status: http.StatusCreated, answer: "documented/event_created.json", method: "POST", path: "/me/events",
		body: `{"name":"Global Project Risk Management Meeting","description":"Generate and assess risks for the project",
			"start_time":"2011-04-20T08:00:00+0000","end_time":"2011-04-20T09:00:00+0000",
			"location":"Building 81, Room 9981, 123 Anywhere St., Redmond WA 19599","is_all_day_event":false,
			"availability":"busy","visibility":"public"}`,
		call: create(liveconnect.Me, &liveconnect.NewEvent{
			Name: "Global Project Risk Management Meeting", Description: "Generate and assess risks for the project",
			StartTime: start, EndTime: end, Location: "Building 81, Room 9981, 123 Anywhere St., Redmond WA 19599",
			Availability: liveconnect.AvailabilityBusy, Visibility: liveconnect.VisibilityPublic,
		}),
		want: &liveconnect.Event{
			Name: "Global Project Risk Management Meeting", Description: "Generate and assess risks for the project",
			StartTime: at("2011-04-20 01:00:00"), EndTime: at("2011-04-20 02:00:00"),
			Location:     "Building 81, Room 9981, 123 Anywhere St., Redmond WA 19599",
			Availability: liveconnect.AvailabilityBusy, Visibility: liveconnect.VisibilityPublic,
			UpdatedTime: at("2011-04-19 20:23:03"),
		},
	}, {
		name: "Create with as little as possible", status: http.StatusCreated, answer: event, method: "POST", path: "/" + calendarID + "/events",
		body: `{"name":"n","description":"d","start_time":"2011-04-20T08:00:00+0000","is_all_day_event":false}`,
		call: create(calendarID, &liveconnect.NewEvent{Name: "n", Description: "d", StartTime: start}),
	}, {
		name: "Create for a day, at the limits", status: http.StatusCreated, answer: event, method: "POST", path: "/me/events",
		body: `{"name":"` + strings.Repeat("ü", 255) + `","description":"` + strings.Repeat("ü", 32_768) + `",
			"location":"` + strings.Repeat("ü", 1_000) + `","start_time":"2011-04-20T08:00:00+0000","is_all_day_event":true,
			"end_time":"2011-04-20T08:00:00+0000","reminder_time":0}`,
		call: create(liveconnect.Me, &liveconnect.NewEvent{
			Name: strings.Repeat("ü", 255), Description: strings.Repeat("ü", 32_768), Location: strings.Repeat("ü", 1_000),
			StartTime: start, EndTime: start, IsAllDayEvent: true, ReminderTime: liveconnect.Set(0),
		}),
	}, {
		name: "Create without reminder", status: http.StatusCreated, answer: event, method: "POST", path: "/me/events",
		body: `{"name":"n","description":"d","start_time":"2011-04-20T08:00:00+0000","is_all_day_event":false,"reminder_time":null}`,
		call: create(liveconnect.Me, &liveconnect.NewEvent{
			Name: "n", Description: "d", StartTime: start, ReminderTime: liveconnect.Null[int](),
		}),
	}, {
		name: "Update everything", answer: event, method: "PUT", path: "/" + eventID,
		body: `{"name":"n","description":"d","start_time":"2011-04-20T08:00:00+0000","end_time":"2011-04-20T09:00:00+0000",
			"location":"","is_all_day_event":false,"reminder_time":null,"availability":"tentative","visibility":"private"}`,
		call: update(&liveconnect.EventUpdate{
			Name: liveconnect.Set("n"), Description: liveconnect.Set("d"), StartTime: liveconnect.Set(start),
			EndTime: liveconnect.Set(end), Location: liveconnect.Set(""), IsAllDayEvent: liveconnect.Set(false),
			ReminderTime: liveconnect.Null[int](), Availability: liveconnect.Set(liveconnect.AvailabilityTentative),
			Visibility: liveconnect.Set(liveconnect.VisibilityPrivate),
		}),
		want: &liveconnect.Event{ID: "e"},
	}, {
		name: "Update one", answer: event, method: "PUT", path: "/" + eventID, body: `{"reminder_time":0}`,
		call: update(&liveconnect.EventUpdate{ReminderTime: liveconnect.Set(0)}),
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + eventID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Events.Delete(ctx, eventID))
		},
	}})
}

func TestEventsRefuse(t *testing.T) {
	t.Parallel()
	start := at("2011-04-20 08:00:00")
	create := func(ownerID string, change func(*liveconnect.NewEvent)) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			event := &liveconnect.NewEvent{Name: "n", Description: "d", StartTime: start}
			change(event)
			_, err := c.Events.Create(ctx, ownerID, event)
			return err
		}
	}
	update := func(eventID string, change *liveconnect.EventUpdate) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Events.Update(ctx, eventID, change)
			return err
		}
	}
	list := func(opts *liveconnect.EventListOptions) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Events.List(ctx, liveconnect.Me, opts)
			return err
		}
	}
	me := liveconnect.Me
	refused(t, badCalls{
		"List: window":     list(&liveconnect.EventListOptions{StartTime: start.Time, EndTime: start.Add(-1)}),
		"List: limit":      list(&liveconnect.EventListOptions{Limit: -1}),
		"List: offset":     list(&liveconnect.EventListOptions{Offset: -1}),
		"Get: empty id":    func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Events.Get(ctx, ""); return err },
		"Delete: empty id": func(ctx context.Context, c *liveconnect.Client) error { return c.Events.Delete(ctx, "") },
		"Create: nil": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Events.Create(ctx, me, nil)
			return err
		},
		"Create: empty id":      create("", func(*liveconnect.NewEvent) {}),
		"Create: no name":       create(me, func(e *liveconnect.NewEvent) { e.Name = "" }),
		"Create: long name":     create(me, func(e *liveconnect.NewEvent) { e.Name = strings.Repeat("n", 256) }),
		"Create: no text":       create(me, func(e *liveconnect.NewEvent) { e.Description = "" }),
		"Create: long text":     create(me, func(e *liveconnect.NewEvent) { e.Description = strings.Repeat("n", 32_769) }),
		"Create: long location": create(me, func(e *liveconnect.NewEvent) { e.Location = strings.Repeat("n", 1_001) }),
		"Create: no start":      create(me, func(e *liveconnect.NewEvent) { e.StartTime = liveconnect.Time{} }),
		"Create: end":           create(me, func(e *liveconnect.NewEvent) { e.EndTime = liveconnect.Time{Time: start.Add(-1)} }),
		"Create: reminder":      create(me, func(e *liveconnect.NewEvent) { e.ReminderTime = liveconnect.Set(-1) }),
		"Create: availability":  create(me, func(e *liveconnect.NewEvent) { e.Availability = "Busy" }),
		"Create: visibility":    create(me, func(e *liveconnect.NewEvent) { e.Visibility = "secret" }),
		"Update: empty id":      update("", &liveconnect.EventUpdate{Name: liveconnect.Set("n")}),
		"Update: nil":           update(eventID, nil),
		"Update: nothing":       update(eventID, &liveconnect.EventUpdate{}),
		"Update: long name":     update(eventID, &liveconnect.EventUpdate{Name: liveconnect.Set(strings.Repeat("n", 256))}),
		"Update: null text":     update(eventID, &liveconnect.EventUpdate{Description: liveconnect.Null[string]()}),
		"Update: long text":     update(eventID, &liveconnect.EventUpdate{Description: liveconnect.Set(strings.Repeat("n", 32_769))}),
		"Update: long location": update(eventID, &liveconnect.EventUpdate{Location: liveconnect.Set(strings.Repeat("n", 1_001))}),
		"Update: null start":    update(eventID, &liveconnect.EventUpdate{StartTime: liveconnect.Null[liveconnect.Time]()}),
		"Update: zero start":    update(eventID, &liveconnect.EventUpdate{StartTime: liveconnect.Set(liveconnect.Time{})}),
		"Update: null end":      update(eventID, &liveconnect.EventUpdate{EndTime: liveconnect.Null[liveconnect.Time]()}),
		"Update: null all-day":  update(eventID, &liveconnect.EventUpdate{IsAllDayEvent: liveconnect.Null[bool]()}),
		"Update: reminder":      update(eventID, &liveconnect.EventUpdate{ReminderTime: liveconnect.Set(-5)}),
		"Update: end": update(eventID, &liveconnect.EventUpdate{
			StartTime: liveconnect.Set(start), EndTime: liveconnect.Set(liveconnect.Time{Time: start.Add(-time.Minute)}),
		}),
		"Update: availability": update(eventID, &liveconnect.EventUpdate{
			Availability: liveconnect.Set(liveconnect.EventAvailability("away")),
		}),
		"Update: empty availability": update(eventID, &liveconnect.EventUpdate{
			Availability: liveconnect.Set(liveconnect.EventAvailability("")),
		}),
		"Update: null visibility": update(eventID, &liveconnect.EventUpdate{
			Visibility: liveconnect.Null[liveconnect.EventVisibility](),
		}),
		"Update: visibility": update(eventID, &liveconnect.EventUpdate{
			Visibility: liveconnect.Set(liveconnect.EventVisibility("secret")),
		}),
	})
}
