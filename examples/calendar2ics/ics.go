package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"github.com/go-liveconnect/liveconnect"
)

// icalendar is a calendar with its events, whose times are those of the zone.
func icalendar(calendar *liveconnect.Calendar, events []*liveconnect.Event, zone *time.Location) *ics.Calendar {
	c := ics.NewCalendar()
	c.SetProductId("-//go-liveconnect//calendar2ics//EN")
	c.SetName(text(calendar.Name))
	if calendar.Description != "" {
		c.SetXWRCalDesc(text(calendar.Description))
	}
	addZone(c, events, zone)
	for _, event := range events {
		addEvent(c, event, zone)
	}
	return c
}

func addEvent(c *ics.Calendar, e *liveconnect.Event, zone *time.Location) {
	v := c.AddEvent(e.ID)
	v.SetDtStampTime(e.UpdatedTime.Time) // in a file that is not sent as a message, when the event was last changed
	if !e.CreatedTime.IsZero() {
		v.SetCreatedTime(e.CreatedTime.Time)
	}
	if e.IsAllDayEvent {
		first, after := days(e, zone)
		v.SetAllDayStartAt(first)
		v.SetAllDayEndAt(after)
	} else {
		setTime(v, ics.ComponentPropertyDtStart, e.StartTime.Time, zone)
		setTime(v, ics.ComponentPropertyDtEnd, e.EndTime.Time, zone)
	}
	v.SetSummary(text(e.Name))
	if e.Description != "" {
		v.SetDescription(text(e.Description))
	}
	if e.Location != "" {
		v.SetLocation(text(e.Location))
	}
	if e.From.Name != "" {
		v.AddProperty(ics.ComponentPropertyContact, text(e.From.Name)) // an ORGANIZER needs an address, which is not known
	}
	if e.Recurrence != "" {
		v.AddComment(text(e.Recurrence))
	}
	setAvailability(v, e.Availability)
	if e.Visibility == liveconnect.VisibilityPrivate {
		v.SetClass(ics.ClassificationPrivate)
	}
	if e.ReminderTime != nil {
		alarm := v.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetDescription(text(e.Name))
		alarm.SetTrigger(fmt.Sprintf("-PT%dM", *e.ReminderTime))
	}
}

// setAvailability writes what iCalendar knows of it, and in Outlook's own property the rest.
func setAvailability(v *ics.VEvent, a liveconnect.EventAvailability) {
	const outlook = ics.ComponentProperty("X-MICROSOFT-CDO-BUSYSTATUS")
	v.SetTimeTransparency(ics.TransparencyOpaque)
	switch a {
	case liveconnect.AvailabilityTentative:
		v.SetStatus(ics.ObjectStatusTentative)
		v.SetProperty(outlook, "TENTATIVE")
	case liveconnect.AvailabilityOutOfOffice:
		v.SetProperty(outlook, "OOF")
	case liveconnect.AvailabilityBusy:
		v.SetProperty(outlook, "BUSY")
	default:
		v.SetTimeTransparency(ics.TransparencyTransparent)
		v.SetProperty(outlook, "FREE")
	}
}

func setTime(v *ics.VEvent, property ics.ComponentProperty, t time.Time, zone *time.Location) {
	switch {
	case t.IsZero():
	case zone == time.UTC:
		v.SetProperty(property, t.UTC().Format("20060102T150405Z"))
	default:
		v.SetProperty(property, t.In(zone).Format("20060102T150405"), ics.WithTZID(zone.String()))
	}
}

// days are the first day of an event of whole days, and the day after the last.
func days(e *liveconnect.Event, zone *time.Location) (first, after time.Time) {
	first, after = day(e.StartTime.Time, zone), day(e.EndTime.Time, zone)
	if !after.After(first) {
		after = first.AddDate(0, 0, 1)
	}
	return first, after
}

// day is the day that begins at a time. Whole days begin at midnight of the place where the event was entered, and the
// service does not tell which that was: it is the zone if it fits, else that whose midnight is nearest.
func day(t time.Time, zone *time.Location) time.Time {
	if local := t.In(zone); local.Hour() == 0 && local.Minute() == 0 {
		return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	}
	return t.UTC().Round(24 * time.Hour)
}

// text leaves out what no text of iCalendar may hold.
func text(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}
