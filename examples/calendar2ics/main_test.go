package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/readme"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestReadme(t *testing.T) { readme.Check(t, "calendar2ics", run) }

func at(year int, month time.Month, day, hour, minute int) liveconnect.Time {
	return liveconnect.NewTime(time.Date(year, month, day, hour, minute, 0, 0, time.UTC))
}

// exported adds the events to the default calendar, runs the program and returns what it has written of that calendar.
func exported(t *testing.T, events []liveconnect.Event, args ...string) (text string, written map[string]*ics.VEvent) {
	t.Helper()
	server := livetest.NewServer(t)
	for _, e := range events {
		_, err := server.Account().AddEvent(e)
		require.NoError(t, err)
	}
	token, err := server.Account().Token()
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, run(t.Context(), append(args, "-api", server.APIURL, "-token", token.AccessToken, "-dir", dir), io.Discard, io.Discard))
	content, err := os.ReadFile(filepath.Join(dir, "Roberto's calendar.ics"))
	require.NoError(t, err)
	calendar, err := ics.ParseCalendar(strings.NewReader(string(content)))
	require.NoError(t, err)
	written = map[string]*ics.VEvent{}
	for _, e := range calendar.Events() {
		written[e.GetProperty(ics.ComponentPropertySummary).Value] = e
	}
	require.Len(t, written, len(events))
	return string(content), written
}

func value(e *ics.VEvent, property ics.ComponentProperty) string {
	if p := e.GetProperty(property); p != nil {
		return p.Value
	}
	return ""
}

func TestTimes(t *testing.T) {
	t.Parallel()
	summer := liveconnect.Event{Name: "summer", StartTime: at(2014, 7, 1, 7, 0), EndTime: at(2014, 7, 1, 8, 30)}
	winter := liveconnect.Event{Name: "winter", StartTime: at(2014, 12, 1, 8, 0), EndTime: at(2014, 12, 1, 9, 30)}
	for _, test := range []struct {
		zone, summer, winter string
		observances          int
	}{
		{"UTC", "20140701T070000Z", "20141201T080000Z", 0},
		{"Europe/Oslo", "20140701T090000", "20141201T090000", 2},
		{"Asia/Kolkata", "20140701T123000", "20141201T133000", 1},
		{"America/St_Johns", "20140701T043000", "20141201T043000", 2},
	} {
		t.Run(test.zone, func(t *testing.T) {
			t.Parallel()
			text, written := exported(t, []liveconnect.Event{summer, winter}, "-zone", test.zone)
			assert.Equal(t, test.summer, value(written["summer"], ics.ComponentPropertyDtStart))
			assert.Equal(t, test.winter, value(written["winter"], ics.ComponentPropertyDtStart))
			assert.Equal(t, test.observances, strings.Count(text, "TZOFFSETTO:"))
			for name, want := range map[string]liveconnect.Event{"summer": summer, "winter": winter} {
				start, err := written[name].GetStartAt()
				require.NoError(t, err)
				end, err := written[name].GetEndAt()
				require.NoError(t, err)
				assert.True(t, start.Equal(want.StartTime.Time), "%s begins at %s", name, start)
				assert.True(t, end.Equal(want.EndTime.Time), "%s ends at %s", name, end)
			}
		})
	}
}

func TestZoneRules(t *testing.T) {
	t.Parallel()
	text, _ := exported(t, []liveconnect.Event{{Name: "year", StartTime: at(2014, 1, 15, 0, 0), EndTime: at(2014, 12, 15, 0, 0)}}, "-zone", "Europe/Oslo")
	rules := []string{
		"BEGIN:STANDARD", "DTSTART:20131027T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET", "END:STANDARD",
		"BEGIN:DAYLIGHT", "DTSTART:20140330T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "TZNAME:CEST", "END:DAYLIGHT",
		"BEGIN:STANDARD", "DTSTART:20141026T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET", "END:STANDARD",
	}
	assert.Contains(t, text, "TZID:Europe/Oslo\r\n"+strings.Join(rules, "\r\n")+"\r\nEND:VTIMEZONE\r\n")
}

func TestWholeDays(t *testing.T) {
	t.Parallel()
	_, written := exported(t, []liveconnect.Event{
		{Name: "UTC", StartTime: at(2014, 9, 1, 0, 0), EndTime: at(2014, 9, 2, 0, 0), IsAllDayEvent: true},
		{Name: "Seattle", StartTime: at(2014, 9, 1, 7, 0), EndTime: at(2014, 9, 3, 7, 0), IsAllDayEvent: true},
		{Name: "Oslo", StartTime: at(2014, 8, 31, 22, 0), EndTime: at(2014, 9, 1, 22, 0), IsAllDayEvent: true},
		{Name: "Tonga", StartTime: at(2014, 8, 31, 11, 0), EndTime: at(2014, 9, 1, 11, 0), IsAllDayEvent: true},
		{Name: "no length", StartTime: at(2014, 9, 1, 0, 0), EndTime: at(2014, 9, 1, 0, 0), IsAllDayEvent: true},
	}, "-zone", "Pacific/Tongatapu") // UTC+13
	for name, end := range map[string]string{"UTC": "20140902", "Seattle": "20140903", "Oslo": "20140902", "Tonga": "20140902", "no length": "20140902"} {
		assert.Equal(t, "20140901", value(written[name], ics.ComponentPropertyDtStart), name)
		assert.Equal(t, end, value(written[name], ics.ComponentPropertyDtEnd), name)
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	description := "one, two; three \\ four\r\n\"five\"\vsix " + strings.Repeat("ü", 200)
	text, written := exported(t, []liveconnect.Event{{
		Name: "a;b,c", Description: description, Location: "Drøbak, harbour", StartTime: at(2014, 9, 1, 7, 0), EndTime: at(2014, 9, 1, 7, 0),
		IsRecurrent: true, Recurrence: "Occurs every week on Tuesday", Availability: liveconnect.AvailabilityTentative, Visibility: liveconnect.VisibilityPrivate,
	}})
	event := written["a;b,c"]
	require.NotNil(t, event)
	assert.Equal(t, strings.NewReplacer("\r", "", "\v", "").Replace(description), value(event, ics.ComponentPropertyDescription))
	assert.Equal(t, "Drøbak, harbour", value(event, ics.ComponentPropertyLocation))
	assert.Equal(t, "Occurs every week on Tuesday", value(event, ics.ComponentPropertyComment))
	assert.Equal(t, "TENTATIVE", value(event, ics.ComponentPropertyStatus))
	assert.Equal(t, "PRIVATE", value(event, ics.ComponentPropertyClass))
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		assert.LessOrEqual(t, len(line), 75)
		assert.NotContains(t, line, "\n")
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for _, test := range [][2]string{
		{"Work", "Work.ics"},
		{"work", "work (2).ics"},
		{"../a/b", "_a_b.ics"},
		{"", "calendar.ics"},
		{"...", "calendar (2).ics"},
		{"8:00?", "8_00_.ics"},
	} {
		assert.Equal(t, test[1], fileName(test[0], taken))
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{
		"-zone Oslo":                            "want a name such as Europe/Oslo",
		"-zone Local":                           "want a name such as Europe/Oslo",
		"-from yesterday":                       "want a day such as",
		"-from 2014-01-02 -to 2014-01-02":       "after -from",
		"-dir x extra":                          `"extra"`,
		"-api http://127.0.0.1:1/v5.0 -to 2999": "want a day",
	} {
		assert.ErrorContains(t, run(t.Context(), strings.Fields(flags), io.Discard, io.Discard), want)
	}
}
