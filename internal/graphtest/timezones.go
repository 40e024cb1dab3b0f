package graphtest

import (
	"net/http"
	"time"
	_ "time/tzdata" // so that zones are known wherever a test runs
)

// windowsZones are time zones by the names that Outlook has for them, and has from Windows.
var windowsZones = map[string]string{
	"UTC": "UTC", "tzone://Microsoft/Utc": "UTC",
	"Dateline Standard Time": "Etc/GMT+12", "Hawaiian Standard Time": "Pacific/Honolulu", "Alaskan Standard Time": "America/Anchorage",
	"Pacific Standard Time": "America/Los_Angeles", "US Mountain Standard Time": "America/Phoenix", "Mountain Standard Time": "America/Denver",
	"Central Standard Time": "America/Chicago", "Central America Standard Time": "America/Guatemala", "Eastern Standard Time": "America/New_York",
	"US Eastern Standard Time": "America/Indianapolis", "Atlantic Standard Time": "America/Halifax", "Newfoundland Standard Time": "America/St_Johns",
	"E. South America Standard Time": "America/Sao_Paulo", "Argentina Standard Time": "America/Buenos_Aires", "Greenland Standard Time": "America/Godthab",
	"Azores Standard Time": "Atlantic/Azores", "GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik",
	"W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest", "Romance Standard Time": "Europe/Paris",
	"Central European Standard Time": "Europe/Warsaw", "GTB Standard Time": "Europe/Bucharest", "FLE Standard Time": "Europe/Kiev",
	"E. Europe Standard Time": "Europe/Chisinau", "Egypt Standard Time": "Africa/Cairo", "South Africa Standard Time": "Africa/Johannesburg",
	"Israel Standard Time": "Asia/Jerusalem", "Turkey Standard Time": "Europe/Istanbul", "Russian Standard Time": "Europe/Moscow",
	"Arabian Standard Time": "Asia/Dubai", "Iran Standard Time": "Asia/Tehran", "Pakistan Standard Time": "Asia/Karachi",
	"India Standard Time": "Asia/Calcutta", "Nepal Standard Time": "Asia/Katmandu", "Bangladesh Standard Time": "Asia/Dhaka",
	"SE Asia Standard Time": "Asia/Bangkok", "China Standard Time": "Asia/Shanghai", "Singapore Standard Time": "Asia/Singapore",
	"W. Australia Standard Time": "Australia/Perth", "Tokyo Standard Time": "Asia/Tokyo", "Korea Standard Time": "Asia/Seoul",
	"Cen. Australia Standard Time": "Australia/Adelaide", "AUS Eastern Standard Time": "Australia/Sydney", "New Zealand Standard Time": "Pacific/Auckland",
}

// zone finds a time zone by its Windows name or its name in the IANA database. None at all is UTC.
func zone(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	iana, windows := windowsZones[name]
	if !windows {
		iana = name
	}
	location, err := time.LoadLocation(iana)
	if err != nil || iana == "Local" {
		return nil, fail(http.StatusBadRequest, "TimeZoneNotSupportedException", "A valid TimeZone value must be specified. The following TimeZone value is not supported: '%s'.", name)
	}
	return location, nil
}

// The forms of a dateTime beside its timeZone: in that zone, or with an offset of its own.
const (
	zonedForm = "2006-01-02T15:04:05.0000000"
	readForm  = "2006-01-02T15:04:05"
	shortForm = "2006-01-02T15:04"
)

// parseZoned reads {"dateTime": …, "timeZone": …}.
func parseZoned(o object) (time.Time, string, error) {
	name := text(o, "timeZone")
	location, err := zone(name)
	if err != nil {
		return time.Time{}, "", err
	}
	t, ok := parseMoment(text(o, "dateTime"), location)
	if !ok {
		return t, "", fail(http.StatusBadRequest, "ErrorInvalidRequest", "%q is no dateTime.", text(o, "dateTime"))
	}
	return t, name, nil
}

// parseMoment reads a point in time; without an offset it is in the location. A fraction may follow the seconds.
func parseMoment(value string, location *time.Location) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, value); err == nil {
			return t, true
		}
	}
	for _, form := range []string{readForm, shortForm, time.DateOnly} {
		if t, err := time.ParseInLocation(form, value, location); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func zoned(t time.Time, name string, location *time.Location) object {
	return object{"dateTime": t.In(location).Format(zonedForm), "timeZone": name}
}

// floating is a day's bound, which is midnight in every zone.
func floating(t time.Time, name string) object {
	return object{"dateTime": t.UTC().Format(zonedForm), "timeZone": name}
}
