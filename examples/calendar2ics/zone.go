package main

import (
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/go-liveconnect/liveconnect"
)

// addZone writes down what the clocks of the zone show from the first event to the last, as RFC 5545 wants of a file
// with local times.
func addZone(c *ics.Calendar, events []*liveconnect.Event, zone *time.Location) {
	var first, last time.Time
	for _, e := range events {
		if e.StartTime.IsZero() || e.EndTime.IsZero() {
			continue
		}
		if start := e.StartTime.Time; first.IsZero() || start.Before(first) {
			first = start
		}
		if end := e.EndTime.Time; end.After(last) {
			last = end
		}
	}
	if zone == time.UTC || first.IsZero() {
		return
	}
	timezone := c.AddTimezone(zone.String())
	for t := first; ; {
		local := t.In(zone)
		begin, end := local.ZoneBounds()
		timezone.Components = append(timezone.Components, observance(local, begin))
		if end.IsZero() || end.After(last) {
			return
		}
		t = end
	}
}

// observance is a time in which the clocks keep their distance from UTC, since begin.
func observance(local, begin time.Time) ics.Component {
	_, offset := local.Zone()
	before := offset
	start := time.Date(1970, time.January, 1, 0, 0, 0, 0, time.UTC)
	if !begin.IsZero() {
		_, before = begin.Add(-time.Second).Zone()
		start = begin.UTC().Add(time.Duration(before) * time.Second) // as the clocks still showed it
	}
	name, _ := local.Zone()
	var base ics.ComponentBase
	base.SetProperty(ics.ComponentPropertyDtStart, start.Format("20060102T150405"))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), utcOffset(before))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), utcOffset(offset))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzname), name)
	if local.IsDST() {
		return &ics.Daylight{ComponentBase: base}
	}
	return &ics.Standard{ComponentBase: base}
}

// utcOffset is a number of seconds as in +0100.
func utcOffset(seconds int) string {
	return time.Unix(0, 0).In(time.FixedZone("", seconds)).Format("-0700")
}
