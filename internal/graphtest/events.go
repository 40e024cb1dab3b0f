package graphtest

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

var eventProperties = []string{
	"subject", "body", "start", "end", "location", "isAllDay", "showAs", "sensitivity", "isReminderOn", "reminderMinutesBeforeStart", "recurrence",
}

// defaultReminder is that of new events, in minutes.
const defaultReminder = 15

// event is an event, or an occurrence of one that begins at another time, as Graph writes it.
func (c *call) event(e backend.Event, day time.Time) (object, error) {
	extra, _ := c.extras.events.get(e.ID)
	id := outlookID{kind: kindEvent, owner: c.user, calendar: e.Calendar, id: e.ID}
	o := object{
		"subject": e.Name, "createdDateTime": timestamp(e.Created), "lastModifiedDateTime": timestamp(e.Updated),
		"isAllDay": e.AllDay, "isCancelled": false, "isOrganizer": true, "isDraft": false, "hasAttachments": false, "categories": []string{},
		"importance": "normal", "responseRequested": true, "type": "singleInstance", "seriesMasterId": nil, "recurrence": nil,
		"isReminderOn": e.Reminder != nil, "reminderMinutesBeforeStart": extra.minutes,
		"showAs":                firstOf(extra.showAs, map[string]string{"free": "free", "tentative": "tentative", "out_of_office": "oof"}[e.Availability]),
		"sensitivity":           firstOf(extra.sensitivity, map[string]string{"private": "private"}[e.Visibility]),
		"originalStartTimeZone": firstOf(extra.zone, "UTC"), "originalEndTimeZone": firstOf(extra.zone, "UTC"), "attendees": []object{},
		"iCalUId": strings.ToUpper(e.ID), "webLink": "https://outlook.live.com/owa/?itemid=" + e.ID + "&exvsurl=1&path=/calendar/item",
		"location": location(e.Location), "locations": []object{}, "responseStatus": object{"response": "organizer", "time": "0001-01-01T00:00:00Z"},
		"organizer": object{"emailAddress": object{"name": e.From.Name, "address": c.addressOf(e.From.ID)}},
	}
	if o["showAs"] == "" {
		o["showAs"] = "busy"
	}
	if o["sensitivity"] == "" {
		o["sensitivity"] = "normal"
	}
	if e.Reminder != nil {
		o["reminderMinutesBeforeStart"] = *e.Reminder
	}
	if e.Location != "" {
		o["locations"] = []object{location(e.Location)}
	}
	if e.Recurrent {
		o["type"] = "seriesMaster"
		setIf(o, "recurrence", extra.shown, extra.shown != nil)
	}
	if !day.IsZero() {
		o["type"], o["seriesMasterId"], o["recurrence"] = "occurrence", c.outlookID(id), nil
		id.day = day
	}
	o["id"] = c.outlookID(id)
	c.eventBody(o, e, extra)
	if err := c.eventTimes(o, e, day); err != nil {
		return nil, err
	}
	tag := versionOf(e.Updated, object{"subject": e.Name, "extra": fmt.Sprint(extra.html, extra.shown)})
	o["changeKey"], o["@odata.etag"] = tag, `W/"`+tag+`"`
	return o, nil
}

func (c *call) addressOf(cid string) string {
	user, err := c.backend.User(c.ctx(), cid)
	if err != nil {
		return ""
	}
	return principalName(user)
}

func location(name string) object {
	if name == "" {
		return object{"displayName": "", "locationType": "default", "uniqueIdType": "unknown"}
	}
	return object{"displayName": name, "locationType": "default", "uniqueId": name, "uniqueIdType": "private"}
}

// maxPreview is how many characters of the body come with every event.
const maxPreview = 255

func (c *call) eventBody(o object, e backend.Event, extra eventExtra) {
	preview := []rune(e.Description)
	o["bodyPreview"] = string(preview[:min(len(preview), maxPreview)])
	if kind, _ := c.prefers("outlook.body-content-type"); kind == "text" {
		c.follows(`outlook.body-content-type="text"`)
		o["body"] = object{"contentType": "text", "content": e.Description}
		return
	}
	content := extra.html
	if content == "" {
		content = "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>" +
			strings.ReplaceAll(html.EscapeString(e.Description), "\n", "<br>\n") + "</body></html>"
	}
	o["body"] = object{"contentType": "html", "content": content}
}

// eventTimes writes start and end in the zone that the client prefers. Days have no zone: theirs begin at midnight in any.
func (c *call) eventTimes(o object, e backend.Event, day time.Time) error {
	name, preferred := c.prefers("outlook.timezone")
	if !preferred {
		name = "UTC"
	}
	in, err := zone(name)
	if err != nil {
		return err
	}
	if preferred {
		c.follows(fmt.Sprintf("outlook.timezone=%q", name))
	}
	start := e.Start
	if !day.IsZero() {
		start = day
	}
	end := start.Add(e.End.Sub(e.Start))
	if e.AllDay {
		o["start"], o["end"] = floating(start, name), floating(end, name)
		return nil
	}
	o["start"], o["end"] = zoned(start, name, in), zoned(end, name, in)
	return nil
}

var (
	htmlBreak = regexp.MustCompile(`(?i)<(br|/p|/div)\s*/?>`)
	htmlHead  = regexp.MustCompile(`(?is)<head.*?</head>`)
	htmlTag   = regexp.MustCompile(`<[^>]*>`)
)

// plain is the text of an HTML body.
func plain(content string) string {
	content = htmlBreak.ReplaceAllString(htmlHead.ReplaceAllString(content, ""), "\n")
	return strings.TrimSpace(html.UnescapeString(htmlTag.ReplaceAllString(content, "")))
}

// setEvent changes an event as a body says.
func setEvent(e *backend.Event, extra *eventExtra, body object) error {
	set(&e.Name, change(body, "subject"))
	if content := inner(body, "body"); content != nil {
		e.Description, extra.html = text(content, "content"), ""
		if text(content, "contentType") == "html" {
			e.Description, extra.html = plain(text(content, "content")), text(content, "content")
		}
	}
	if place, ok := body["location"]; ok {
		where, _ := place.(object)
		if err := onlyThese(where, []string{"displayName"}); err != nil {
			return err
		}
		e.Location = text(where, "displayName")
	}
	if err := setEventTimes(e, extra, body); err != nil {
		return err
	}
	setShown(e, extra, body)
	setReminder(e, extra, body)
	return setSeries(e, extra, body)
}

// setShown keeps Graph's word, and the one of the backend that comes nearest.
func setShown(e *backend.Event, extra *eventExtra, body object) {
	if word := text(body, "showAs"); word != "" {
		extra.showAs = word
		e.Availability = firstOf(map[string]string{"free": "free", "tentative": "tentative", "oof": "out_of_office"}[word], "busy")
	}
	if word := text(body, "sensitivity"); word != "" {
		extra.sensitivity = word
		e.Visibility = firstOf(map[string]string{"normal": "public"}[word], "private")
	}
}

func setReminder(e *backend.Event, extra *eventExtra, body object) {
	on, given := body["isReminderOn"].(bool)
	if !given {
		on = e.Reminder != nil
	}
	minutes := extra.minutes
	if e.Reminder != nil {
		minutes = *e.Reminder
	}
	if n, ok := integer(body, "reminderMinutesBeforeStart"); ok {
		minutes = int(n)
	}
	extra.minutes, e.Reminder = minutes, nil
	if on {
		e.Reminder = &minutes
	}
}

func setSeries(e *backend.Event, extra *eventExtra, body object) error {
	given, there := body["recurrence"]
	if !there {
		return nil
	}
	extra.series, extra.shown = nil, nil
	e.Recurrent, e.Recurrence = false, ""
	if given == nil {
		return nil
	}
	location, err := zone(extra.zone)
	if err != nil {
		return err
	}
	series, shown, err := parseRecurrence(given.(object), e.Start.In(location)) //nolint:forcetypeassert // the facts have checked it
	if err != nil {
		return err
	}
	extra.series, extra.shown = &series, shown
	e.Recurrent, e.Recurrence = true, series.String()
	return nil
}

func setEventTimes(e *backend.Event, extra *eventExtra, body object) error {
	if allDay, ok := body["isAllDay"].(bool); ok {
		e.AllDay = allDay
	}
	for _, bound := range []struct {
		name string
		at   *time.Time
	}{{"start", &e.Start}, {"end", &e.End}} {
		given := inner(body, bound.name)
		if given == nil {
			continue
		}
		t, name, err := parseZoned(given)
		if err != nil {
			return err
		}
		if bound.name == "start" {
			extra.zone = name
		}
		if e.AllDay { // the day, whatever the zone
			if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 {
				return eventRule("The Event.%s property for an all-day event needs to be set to midnight.", strings.ToUpper(bound.name[:1])+bound.name[1:])
			}
			t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
		}
		*bound.at = t.UTC()
	}
	switch {
	case e.End.Before(e.Start):
		return eventRule("The end of an event is not before its start.")
	case e.AllDay && (e.Start != e.Start.Truncate(24*time.Hour) || e.End != e.End.Truncate(24*time.Hour)):
		return eventRule("The Event.Start property for an all-day event needs to be set to midnight.")
	case e.AllDay && e.End.Sub(e.Start) < 24*time.Hour:
		return eventRule("The duration of an event marked as All day must be at least 24 hours.")
	}
	return nil
}

func eventRule(format string, args ...any) error {
	return fail(http.StatusBadRequest, "ErrorPropertyValidationFailure", format, args...)
}
