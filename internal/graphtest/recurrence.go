package graphtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// recurrence is a series, as far as its pattern counts.
type recurrence struct {
	kind     string // of the pattern
	interval int
	days     []time.Weekday
	first    time.Weekday // of a week
	day      int          // of the month
	month    time.Month
	index    string // first … last

	start time.Time // first day, at midnight in the zone of the series
	end   time.Time // last day; zero: none
	count int       // 0: not numbered
}

// longestSeries bounds how far a series is followed.
const longestSeries = 100 * 366

func invalidSeries(format string, args ...any) error {
	return fail(http.StatusBadRequest, "ErrorInvalidRequest", "The recurrence is not valid: "+format, args...)
}

var weekdays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday,
}

// parseRecurrence reads a patternedRecurrence that the facts have checked, and gives it back as it is shown.
func parseRecurrence(o object, start time.Time) (r recurrence, shown object, err error) {
	pattern, bounds := inner(o, "pattern"), inner(o, "range")
	if pattern == nil || bounds == nil {
		return r, nil, invalidSeries("it needs a pattern and a range")
	}
	interval, _ := integer(pattern, "interval")
	day, _ := integer(pattern, "dayOfMonth")
	month, _ := integer(pattern, "month")
	r = recurrence{kind: text(pattern, "type"), interval: int(interval), day: int(day), month: time.Month(month), index: firstOf(text(pattern, "index"), "first")}
	firstDay := firstOf(text(pattern, "firstDayOfWeek"), "sunday")
	r.first = weekdays[firstDay]
	names := []string{}
	list, _ := pattern["daysOfWeek"].([]any)
	for _, name := range list {
		day, _ := name.(string)
		names = append(names, day)
		r.days = append(r.days, weekdays[day])
	}
	if err := r.check(); err != nil {
		return r, nil, err
	}
	rangeShown, err := r.bound(bounds, start)
	return r, object{
		"pattern": object{
			"type": r.kind, "interval": r.interval, "month": int(r.month), "dayOfMonth": r.day, "daysOfWeek": names,
			"firstDayOfWeek": firstDay, "index": r.index,
		},
		"range": rangeShown,
	}, err
}

// check refuses patterns without what their type needs.
func (r *recurrence) check() error {
	needsDays := r.kind == "weekly" || strings.HasPrefix(r.kind, "relative")
	needsDate := strings.HasPrefix(r.kind, "absolute")
	needsMonth := strings.HasSuffix(r.kind, "Yearly")
	switch {
	case r.kind == "":
		return invalidSeries("the pattern needs a type")
	case r.interval < 1:
		return invalidSeries("the interval is one at least")
	case needsDays && len(r.days) == 0:
		return invalidSeries("%s needs daysOfWeek", r.kind)
	case needsDate && (r.day < 1 || r.day > 31):
		return invalidSeries("%s needs dayOfMonth", r.kind)
	case needsMonth && (r.month < time.January || r.month > time.December):
		return invalidSeries("%s needs month", r.kind)
	}
	return nil
}

// bound reads the range.
func (r *recurrence) bound(bounds object, start time.Time) (shown object, err error) {
	location := start.Location()
	name := text(bounds, "recurrenceTimeZone")
	if name != "" {
		if location, err = zone(name); err != nil {
			return nil, err
		}
	}
	r.start, err = time.ParseInLocation(time.DateOnly, text(bounds, "startDate"), location)
	if err != nil {
		return nil, invalidSeries("the range needs a startDate")
	}
	shown = object{
		"type": text(bounds, "type"), "startDate": text(bounds, "startDate"), "endDate": "0001-01-01", "numberOfOccurrences": 0,
		"recurrenceTimeZone": firstOf(name, location.String()),
	}
	switch text(bounds, "type") {
	case "noEnd":
	case "endDate":
		if r.end, err = time.ParseInLocation(time.DateOnly, text(bounds, "endDate"), location); err != nil || r.end.Before(r.start) {
			return nil, invalidSeries("the range needs an endDate that is not before its startDate")
		}
		shown["endDate"] = text(bounds, "endDate")
	case "numbered":
		count, _ := integer(bounds, "numberOfOccurrences")
		if r.count = int(count); r.count < 1 {
			return nil, invalidSeries("the range needs numberOfOccurrences")
		}
		shown["numberOfOccurrences"] = r.count
	default:
		return nil, invalidSeries("the range needs a type")
	}
	return shown, nil
}

// each calls visit with each day of the series before a time, until that returns false.
func (r *recurrence) each(before time.Time, visit func(day time.Time) bool) {
	seen := 0
	for i := range longestSeries {
		day := r.start.AddDate(0, 0, i)
		if !day.Before(before) || !r.end.IsZero() && day.After(r.end) || r.count > 0 && seen == r.count {
			return
		}
		if r.hits(day, i) {
			seen++
			if !visit(day) {
				return
			}
		}
	}
}

// hits reports whether the series has this day, so many days after its first.
func (r *recurrence) hits(day time.Time, after int) bool {
	months := (day.Year()-r.start.Year())*12 + int(day.Month()-r.start.Month())
	years := day.Year() - r.start.Year()
	switch r.kind {
	case "daily":
		return after%r.interval == 0
	case "weekly":
		lead := (int(r.start.Weekday()) - int(r.first) + 7) % 7
		return (after+lead)/7%r.interval == 0 && slices.Contains(r.days, day.Weekday())
	case "absoluteMonthly":
		return months%r.interval == 0 && r.onDate(day)
	case "absoluteYearly":
		return years%r.interval == 0 && day.Month() == r.month && r.onDate(day)
	case "relativeMonthly":
		return months%r.interval == 0 && r.onIndex(day)
	case "relativeYearly":
		return years%r.interval == 0 && day.Month() == r.month && r.onIndex(day)
	}
	return false
}

func daysIn(month time.Time) int {
	return time.Date(month.Year(), month.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// onDate takes the last day of months that are too short.
func (r *recurrence) onDate(day time.Time) bool { return day.Day() == min(r.day, daysIn(day)) }

// onIndex reports whether the day is the first, second … of those weekdays in its month.
func (r *recurrence) onIndex(day time.Time) bool {
	if !slices.Contains(r.days, day.Weekday()) {
		return false
	}
	count := func(from, to int) (n int) {
		for d := from; d <= to; d++ {
			if slices.Contains(r.days, time.Date(day.Year(), day.Month(), d, 0, 0, 0, 0, time.UTC).Weekday()) {
				n++
			}
		}
		return n
	}
	if r.index == "last" {
		return count(day.Day()+1, daysIn(day)) == 0
	}
	return count(1, day.Day()) == slices.Index([]string{"first", "second", "third", "fourth"}, r.index)+1
}

// String says the pattern in words, as the events of Live Connect had them.
func (r *recurrence) String() string {
	unit := map[string]string{"daily": "day", "weekly": "week", "absoluteMonthly": "month", "relativeMonthly": "month", "absoluteYearly": "year", "relativeYearly": "year"}[r.kind]
	every := "every " + unit
	if r.interval > 1 {
		every = fmt.Sprintf("every %d %ss", r.interval, unit)
	}
	if r.kind != "weekly" {
		return "Occurs " + every
	}
	names := make([]string, len(r.days))
	for i, day := range r.days {
		names[i] = day.String()
	}
	return "Occurs " + every + " on " + strings.Join(names, ", ")
}
