package liveconnect_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// at is a point in time from a text such as "2015-02-07 19:22:10", in UTC.
func at(text string) liveconnect.Time {
	parsed, err := time.Parse(time.DateTime, text)
	if err != nil {
		panic(err)
	}
	return liveconnect.NewTime(parsed)
}

func TestTimeReads(t *testing.T) {
	t.Parallel()
	instant := at("2015-02-07 19:22:10")
	fraction := liveconnect.Time{Time: instant.Add(123 * time.Millisecond)}
	for _, test := range []struct {
		json string
		want liveconnect.Time
	}{
		{`"2015-02-07T19:22:10+0000"`, instant},
		{`"2015-02-07T23:22:10+0400"`, instant},
		{`"2015-02-07T12:22:10-0700"`, instant},
		{`"2015-02-07T21:22:10+02:00"`, instant},
		{`"2015-02-07T12:22:10-07:00"`, instant},
		{`"2015-02-07T19:22:10Z"`, instant},
		{`"2015-02-07T19:22:10"`, instant},
		{`"2015-02-07T19:22:10.123Z"`, fraction},
		{`"2015-02-07T19:22:10.123+0000"`, fraction},
		{`"2015-02-07T21:22:10.123+02:00"`, fraction},
		{`"2015-02-07T19:22:10.123"`, fraction},
		{`"2015-02-07"`, at("2015-02-07 00:00:00")},
		{`"2015-02-07T19:22:10\u002b0000"`, instant},
		{`" 2015-02-07T19:22:10Z "`, instant},
		{`"1600-02-29T00:00:00Z"`, at("1600-02-29 00:00:00")},
		{`null`, liveconnect.Time{}},
		{`""`, liveconnect.Time{}},
		{`"  "`, liveconnect.Time{}},
	} {
		t.Run(test.json, func(t *testing.T) {
			t.Parallel()
			got := at("1999-01-01 00:00:00") // must be overwritten, also by null
			require.NoError(t, json.Unmarshal([]byte(test.json), &got))
			assert.Equal(t, test.want, liveconnect.Time{Time: got.UTC()})
		})
	}
}

func TestTimeRefuses(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{
		`"yesterday"`, `"2015-02-30T00:00:00Z"`, `"2015-02-07T25:00:00Z"`, `"2015-02-07T19:22:10+00000"`, `"19:22:10"`,
		`"2015"`, `"0"`, `"/Date(1423336930000)/"`, `1423336930`, `0`, `true`, `{}`, `[]`, `["2015-02-07"]`,
	} {
		t.Run(garbage, func(t *testing.T) {
			t.Parallel()
			got := at("1999-01-01 00:00:00")
			err := json.Unmarshal([]byte(garbage), &got)
			require.Error(t, err)
			assert.Contains(t, err.Error(), "time")
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

// The service's own form is read by code of this package, which must know the calendar as the time package does.
func TestTimeReadsDates(t *testing.T) {
	t.Parallel()
	two := []string{"00", "01", "02", "11", "12", "13", "23", "24", "28", "29", "30", "31", "32", "59", "60", "99", "1x", "-1", "+1", " 1"}
	for _, form := range []string{
		"%s00-02-29T23:59:59+0000", "19%s-02-29T23:59:59+0000", "2015-%s-30T00:00:00+0000", "2015-02-%sT00:00:00+0000",
		"2016-02-%sT00:00:00+0000", "2015-04-%sT00:00:00+0000", "2015-12-%sT00:00:00+0000", "2015-12-31T%s:00:00+0000", "2015-12-31T00:%s:00+0000",
		"2015-12-31T00:00:%s+0000", "2015-12-31T00:00:00+00%s",
	} {
		for _, digits := range two {
			text := fmt.Sprintf(form, digits)
			want, wantErr := time.Parse("2006-01-02T15:04:05-0700", text)
			var got liveconnect.Time
			err := got.UnmarshalText([]byte(text))
			require.Equal(t, wantErr == nil, err == nil, text)
			require.True(t, want.Equal(got.Time), "%s: %s", text, got)
		}
	}
}

func TestTimeWrites(t *testing.T) {
	t.Parallel()
	oslo := time.FixedZone("CET", 3600)
	for _, test := range []struct {
		name, json, text string
		time             liveconnect.Time
	}{
		{"UTC", `"2015-02-07T19:22:10+0000"`, "2015-02-07T19:22:10+0000", at("2015-02-07 19:22:10")},
		{
			"another zone", `"2015-02-07T19:22:10+01:00"`, "2015-02-07T19:22:10+01:00",
			liveconnect.Time{Time: time.Date(2015, 2, 7, 19, 22, 10, 0, oslo)},
		},
		{
			"a fraction", `"2015-02-07T19:22:10+0000"`, "2015-02-07T19:22:10+0000",
			liveconnect.Time{Time: time.Date(2015, 2, 7, 19, 22, 10, 999999999, time.UTC)},
		},
		{"the last second", `"9999-12-31T23:59:59+0000"`, "9999-12-31T23:59:59+0000", at("9999-12-31 23:59:59")},
		{"the epoch is a time", `"1970-01-01T00:00:00+0000"`, "1970-01-01T00:00:00+0000", liveconnect.NewTime(time.Unix(0, 0))},
		{"zero", `null`, "", liveconnect.Time{}},
		{"zero elsewhere", `null`, "", liveconnect.Time{Time: time.Time{}.In(oslo)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			encoded, err := json.Marshal(test.time)
			require.NoError(t, err)
			assert.Equal(t, test.json, string(encoded))
			assert.Equal(t, test.text, test.time.String())
			text, err := test.time.MarshalText()
			require.NoError(t, err)
			assert.Equal(t, test.text, string(text))
			appended, err := test.time.AppendText([]byte("on "))
			require.NoError(t, err)
			assert.Equal(t, "on "+test.text, string(appended))
		})
	}
}

func TestTimeOutOfRange(t *testing.T) {
	t.Parallel()
	for _, year := range []int{-1, 10000, 292277} {
		_, err := json.Marshal(liveconnect.Time{Time: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)})
		require.Error(t, err, "year %d", year)
	}
	// The year that counts is the one that would be written.
	lastNight := time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -2*3600))
	_, err := json.Marshal(liveconnect.Time{Time: lastNight})
	require.NoError(t, err)
	newYear := time.Date(10000, 1, 1, 1, 0, 0, 0, time.FixedZone("", 2*3600))
	_, err = json.Marshal(liveconnect.Time{Time: newYear})
	require.Error(t, err)
}

func TestNewTime(t *testing.T) {
	t.Parallel()
	local := time.Date(2015, 2, 7, 20, 22, 10, 5, time.FixedZone("CET", 3600))
	assert.Equal(t, at("2015-02-07 19:22:10"), liveconnect.NewTime(local))
	assert.True(t, liveconnect.NewTime(time.Time{}).IsZero())
}

func TestTimeOmitzero(t *testing.T) {
	t.Parallel()
	type body struct {
		Time liveconnect.Time `json:"time,omitzero"`
	}
	encoded, err := json.Marshal(body{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(encoded))
	encoded, err = json.Marshal(body{at("2015-02-07 19:22:10")})
	require.NoError(t, err)
	assert.Equal(t, `{"time":"2015-02-07T19:22:10+0000"}`, string(encoded))
}

func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2015-02-07T19:22:10+0000", "2015-02-07T19:22:10.123Z", "2015-02-07", "", "null", "9999-12-31T23:59:59-2359",
		"0000-01-01T00:00:00+0100", "0001-01-01T00:00:00Z", "\\u0030", "\"", "2015-02-07T19:22:10,5Z",
	} {
		f.Add(seed, int64(0), int64(0))
	}
	f.Add("", int64(1423336930), int64(123))
	f.Add("", int64(-62135596800), int64(0))
	f.Fuzz(func(t *testing.T, text string, seconds, nanoseconds int64) {
		roundTrip(t, liveconnect.NewTime(time.Unix(seconds, nanoseconds)))
		for _, form := range []string{text, `"` + text + `"`} {
			var read liveconnect.Time
			_ = read.UnmarshalJSON([]byte(form)) // must not panic, whatever it is given
			if json.Unmarshal([]byte(form), &read) == nil {
				roundTrip(t, liveconnect.NewTime(read.Time))
			}
		}
		var read liveconnect.Time
		_ = read.UnmarshalText([]byte(text))
	})
}

// roundTrip checks that a time of the service's resolution is read as it was written.
func roundTrip(t *testing.T, want liveconnect.Time) {
	t.Helper()
	encoded, err := json.Marshal(want)
	if year := want.Year(); year < 0 || year > 9999 {
		require.Error(t, err)
		return
	}
	require.NoError(t, err)
	var got liveconnect.Time
	require.NoError(t, json.Unmarshal(encoded, &got))
	require.Equal(t, want, got)
	require.NoError(t, got.UnmarshalText([]byte(want.String())))
	require.Equal(t, want, got)
}

func TestOpt(t *testing.T) {
	t.Parallel()
	type body struct {
		String liveconnect.Opt[string]           `json:"string,omitzero"`
		Int    liveconnect.Opt[int]              `json:"int,omitzero"`
		Bool   liveconnect.Opt[bool]             `json:"bool,omitzero"`
		Time   liveconnect.Opt[liveconnect.Time] `json:"time,omitzero"`
	}
	for _, test := range []struct {
		name string
		body body
		want string
	}{
		{"absent", body{}, `{}`},
		{
			"null",
			body{liveconnect.Null[string](), liveconnect.Null[int](), liveconnect.Null[bool](), liveconnect.Null[liveconnect.Time]()},
			`{"string":null,"int":null,"bool":null,"time":null}`,
		},
		{
			"zero values are sent",
			body{liveconnect.Set(""), liveconnect.Set(0), liveconnect.Set(false), liveconnect.Set(liveconnect.Time{})},
			`{"string":"","int":0,"bool":false,"time":null}`,
		},
		{
			"values",
			body{liveconnect.Set("a"), liveconnect.Set(-7), liveconnect.Set(true), liveconnect.Set(at("2015-02-07 19:22:10"))},
			`{"string":"a","int":-7,"bool":true,"time":"2015-02-07T19:22:10+0000"}`,
		},
		{"one of them", body{Bool: liveconnect.Set(false)}, `{"bool":false}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			encoded, err := json.Marshal(test.body)
			require.NoError(t, err)
			assert.Equal(t, test.want, string(encoded))
		})
	}
}

func TestOptStates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		opt          liveconnect.Opt[int]
		set          bool
		value        int
		absent, null bool
		text         string
	}{
		{"absent", liveconnect.Opt[int]{}, false, 0, true, false, ""},
		{"null", liveconnect.Null[int](), false, 0, false, true, "null"},
		{"zero", liveconnect.Set(0), true, 0, false, false, "0"},
		{"value", liveconnect.Set(3), true, 3, false, false, "3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			value, set := test.opt.Get()
			assert.Equal(t, test.set, set)
			assert.Equal(t, test.value, value)
			assert.Equal(t, test.absent, test.opt.IsZero())
			assert.Equal(t, test.null, test.opt.IsNull())
			assert.Equal(t, test.text, test.opt.String())

			query := url.Values{}
			err := test.opt.EncodeValues("key", &query)
			assert.Equal(t, test.null, err != nil, "null cannot be a query parameter")
			assert.Equal(t, test.set, query.Has("key"))
			if test.set {
				assert.Equal(t, test.text, query.Get("key"))
			}
		})
	}
}
