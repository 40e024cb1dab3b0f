package retry_test

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/retry"
)

const almostOne = 1 - 1e-9

func TestBackoff(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		try         int
		base, limit time.Duration
		random      float64
		want        time.Duration
	}{
		{1, time.Second, time.Minute, 0, 0},
		{1, time.Second, time.Minute, 0.5, 500 * time.Millisecond},
		{2, time.Second, time.Minute, 0.5, time.Second},
		{3, time.Second, time.Minute, 0.5, 2 * time.Second},
		{7, time.Second, time.Minute, 0.5, 30 * time.Second},
		{60, time.Second, time.Minute, 0.5, 30 * time.Second},
		{5000, time.Second, time.Minute, 0.5, 30 * time.Second},
		{math.MaxInt, time.Second, time.Minute, 0.5, 30 * time.Second},
		{0, time.Second, time.Minute, 0.5, 500 * time.Millisecond},
		{-3, time.Second, time.Minute, 0.5, 500 * time.Millisecond},
		{1, time.Minute, time.Second, 0.5, 500 * time.Millisecond},
		{1, 0, time.Minute, 0.5, 0},
		{1, -1, time.Minute, 0.5, 0},
		{1, time.Second, 0, 0.5, 0},
		{1, time.Second, -1, 0.5, 0},
	} {
		assert.Equal(t, test.want, retry.Backoff(test.try, test.base, test.limit, test.random), "%+v", test)
	}
}

func FuzzBackoff(f *testing.F) {
	f.Add(1, int64(time.Second), int64(time.Minute), 0.5)
	f.Add(math.MaxInt, int64(math.MaxInt64), int64(math.MaxInt64), almostOne)
	f.Add(math.MinInt, int64(math.MinInt64), int64(1), 0.0)
	f.Fuzz(func(t *testing.T, try int, base, limit int64, random float64) {
		if !(random >= 0 && random < 1) {
			return
		}
		wait := retry.Backoff(try, time.Duration(base), time.Duration(limit), random)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, time.Duration(max(limit, 0)))
	})
}

func TestAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2015, 10, 21, 7, 28, 0, 0, time.UTC)
	const year = 365 * 24 * time.Hour
	for _, test := range []struct {
		header string
		want   time.Duration
		ok     bool
	}{
		{"", 0, false},
		{"   ", 0, false},
		{"0", 0, true},
		{"120", 2 * time.Minute, true},
		{" 120 ", 2 * time.Minute, true},
		{"18446744073709551615", year, true},
		{"9223372037", year, true}, // in nanoseconds, more than 63 bits
		{"-1", 0, false},
		{"1.5", 0, false},
		{"soon", 0, false},
		{"Wed, 21 Oct 2015 07:28:30 GMT", 30 * time.Second, true},
		{"Wednesday, 21-Oct-15 07:28:30 GMT", 30 * time.Second, true},
		{"Wed Oct 21 07:28:30 2015", 30 * time.Second, true},
		{"Wed, 21 Oct 2015 07:27:30 GMT", 0, true},
		{"Fri, 31 Dec 9999 23:59:59 GMT", year, true},
		{"Mon, 01 Jan 0001 00:00:00 GMT", 0, true},
	} {
		wait, ok := retry.After(test.header, now)
		assert.Equal(t, test.want, wait, test.header)
		assert.Equal(t, test.ok, ok, test.header)
	}
}

func FuzzAfter(f *testing.F) {
	for _, seed := range []string{"120", "99999999999999999999", "Wed, 21 Oct 2015 07:28:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "-1"} {
		f.Add(seed, int64(1445412480))
	}
	f.Fuzz(func(t *testing.T, header string, unix int64) {
		now := time.Unix(unix, 0)
		wait, ok := retry.After(header, now)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, 366*24*time.Hour)
		if !ok {
			require.Zero(t, wait)
		}
		if seconds, err := strconv.ParseUint(header, 10, 16); err == nil {
			require.Equal(t, time.Duration(seconds)*time.Second, wait)
		}
		if when, err := http.ParseTime(header); err == nil && when.Before(now) {
			require.Zero(t, wait)
		}
	})
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	assert.Equal(t, time.Duration(0), retry.Seconds(0))
	assert.Equal(t, 241*time.Second, retry.Seconds(241))
	assert.Equal(t, 365*24*time.Hour, retry.Seconds(math.MaxUint64))
}

func TestSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		require.NoError(t, retry.Sleep(t.Context(), 5*time.Second))
		assert.Equal(t, 5*time.Second, time.Since(started))

		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		require.ErrorIs(t, retry.Sleep(ctx, time.Hour), context.DeadlineExceeded)
		assert.Equal(t, 8*time.Second, time.Since(started), "the wait ends with the context")

		for _, none := range []time.Duration{0, -1} {
			require.NoError(t, retry.Sleep(t.Context(), none))
			require.ErrorIs(t, retry.Sleep(ctx, none), context.DeadlineExceeded, "no wait is no reason to go on")
		}
		assert.Equal(t, 8*time.Second, time.Since(started))
	})
}

func TestBudget(t *testing.T) {
	t.Parallel()
	b := retry.NewBudget(2, 0.5)
	assert.True(t, b.Take())
	assert.True(t, b.Take())
	assert.False(t, b.Take(), "the purse is empty")
	b.Success()
	assert.False(t, b.Take(), "half a retry is none")
	b.Success()
	assert.True(t, b.Take())
	for range 100 {
		b.Success()
	}
	assert.True(t, b.Take())
	assert.True(t, b.Take())
	assert.False(t, b.Take(), "no more than the purse holds")
}

func TestBudgetTogether(t *testing.T) {
	t.Parallel()
	b := retry.NewBudget(10, 0.5)
	var group sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 50 {
		group.Go(func() {
			if b.Take() {
				mu.Lock()
				defer mu.Unlock()
				taken++
			}
		})
	}
	group.Wait()
	assert.Equal(t, 10, taken)
}

func TestPacers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p retry.Pacers[string]
		assert.Zero(t, p.Wait("a"))
		p.Hold("a", 10*time.Second)
		assert.Equal(t, 10*time.Second, p.Wait("a"))
		assert.Zero(t, p.Wait("b"), "another host has a pace of its own")
		time.Sleep(4 * time.Second)
		p.Hold("a", time.Second)
		assert.Equal(t, 6*time.Second+25*time.Millisecond, p.Wait("a"), "a shorter wait does not replace a longer one, and nobody wakes with another")
		p.Hold("a", time.Minute)
		assert.Equal(t, time.Minute+50*time.Millisecond, p.Wait("a"))
		time.Sleep(time.Minute)
		assert.Zero(t, p.Wait("a"))
		p.Hold("a", -time.Hour)
		assert.Zero(t, p.Wait("a"))
		p.Hold("a", 365*24*time.Hour)
		assert.Equal(t, time.Hour, p.Wait("a"), "nobody is kept waiting for a year")
	})
}

func TestPacersAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p retry.Pacers[int]
		for host := range 1000 {
			p.Hold(host, time.Minute)
		}
		assert.Equal(t, time.Minute, p.Wait(63))
		assert.Zero(t, p.Wait(64), "no place for more")
		time.Sleep(time.Minute)
		p.Hold(64, time.Second)
		assert.Equal(t, time.Second, p.Wait(64), "those whose wait is over make room")
	})
}
