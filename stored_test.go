package liveconnect_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// A time keeps its wall clock and its offset, on the way in and on the way out.
func TestTimesKeepTheirOffset(t *testing.T) {
	t.Parallel()
	for text, written := range map[string]string{
		`"2011-04-20T01:00:00-07:00"`: `"2011-04-20T01:00:00-07:00"`,
		`"2011-04-20T01:00:00-0700"`:  `"2011-04-20T01:00:00-07:00"`,
		`"2011-04-20T01:00:00+05:45"`: `"2011-04-20T01:00:00+05:45"`,
		`"2011-04-20T01:00:00+0000"`:  `"2011-04-20T01:00:00+0000"`,
		`"2011-04-20T01:00:00Z"`:      `"2011-04-20T01:00:00+0000"`,
		`"2011-04-20T01:00:00+00:00"`: `"2011-04-20T01:00:00+0000"`,
		`"2011-04-20T01:00:00"`:       `"2011-04-20T01:00:00+0000"`,
	} {
		var read liveconnect.Time
		require.NoError(t, json.Unmarshal([]byte(text), &read))
		assert.Equal(t, 1, read.Hour(), text)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		assert.Equal(t, written, string(again))
		assert.Equal(t, written, `"`+read.String()+`"`)
	}
	pacific := time.FixedZone("", -7*60*60)
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"event.0123"}`)))
	_, err := s.client(t).Events.Create(t.Context(), liveconnect.Me, &liveconnect.NewEvent{
		Name: "a", Description: "b", StartTime: liveconnect.Time{Time: time.Date(2011, 4, 20, 1, 0, 0, 0, pacific)},
	})
	require.NoError(t, err)
	assert.Contains(t, s.last(t).Body, `"start_time":"2011-04-20T01:00:00-07:00"`)
	old := liveconnect.Time{Time: time.Date(1890, 1, 1, 0, 0, 0, 0, time.FixedZone("LMT", -(7*3600+52*60+58)))}
	assert.Equal(t, "1890-01-01T07:52:58+0000", old.String(), "an offset with seconds cannot be written")
}

// What is stored as JSON can be read again: the changes of a queue, the pages of a list.
func TestStoredValues(t *testing.T) {
	t.Parallel()
	change := liveconnect.EventUpdate{
		Name: liveconnect.Set("new"), Location: liveconnect.Null[string](), ReminderTime: liveconnect.Set(0),
		StartTime: liveconnect.Set(liveconnect.NewTime(time.Date(2012, 1, 2, 3, 4, 5, 0, time.UTC))),
	}
	text, err := json.Marshal(change)
	require.NoError(t, err)
	var read liveconnect.EventUpdate
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, change, read)

	s := newStub(t, answer(http.StatusOK, []byte(`{"data":[{"id":"file.a.A!1","type":"photo","width":3},{"id":"folder.a.A!2","type":"folder","count":4},{"id":"x","type":"hologram","depth":5}],"paging":{"next":"/x?offset=3"}}`)))
	page, err := s.client(t).Items.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	text, err = json.Marshal(page)
	require.NoError(t, err)
	var again liveconnect.Page[liveconnect.Item]
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, page, &again)
	assert.IsType(t, &liveconnect.Photo{}, again.Data[0])
}
