package agenda_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/agenda"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	for page, err := range client.Calendars.Pages(t.Context(), liveconnect.Me, nil) {
		require.NoError(t, err)
		calendar := page.Data[0].ID
		at := func(year int, month time.Month) liveconnect.Time {
			return liveconnect.NewTime(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC))
		}
		for _, e := range []liveconnect.Event{
			{Name: "before", StartTime: at(2009, 11), EndTime: at(2009, 12)},
			{Name: "first", StartTime: at(2010, 2), EndTime: at(2010, 2)},
			{Name: "over new year", StartTime: at(2010, 12), EndTime: at(2013, 2)},
			{Name: "last", StartTime: at(2013, 6), EndTime: at(2013, 7)},
			{Name: "after", StartTime: at(2013, 9), EndTime: at(2013, 9)},
		} {
			_, err := server.Account().AddEvent(e)
			require.NoError(t, err)
		}
		var names []string
		for event, err := range agenda.Events(t.Context(), client, calendar, at(2010, 1).Time, at(2013, 8).Time) {
			require.NoError(t, err)
			names = append(names, event.Name)
		}
		assert.Equal(t, []string{"first", "over new year", "last"}, names)
		break
	}
	for event, err := range agenda.Events(t.Context(), client, "calendar."+strings.Repeat("0", 32), time.Now(), time.Now().AddDate(3, 0, 0)) {
		assert.Nil(t, event)
		require.ErrorIs(t, err, liveconnect.ErrNotFound)
	}
}
