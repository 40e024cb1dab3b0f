package server_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

func throttled(reads, writes server.Rate) func(*server.Config) {
	return func(cfg *server.Config) { cfg.Throttle = &server.Throttle{Reads: reads, Writes: writes} }
}

func (a answer) wait() int {
	a.t.Helper()
	message := a.failed(420, "request_throttled")
	seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
	assert.NoError(a.t, err)
	assert.Equal(a.t, "The request wasn't made because the same type of request was repeated too many times. Wait "+
		strconv.Itoa(seconds)+" seconds and try again.", message)
	return seconds
}

func TestThrottleTellsAWaitThatGrowsAndEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, throttled(server.Rate{Burst: 3, PerSecond: 1}, server.Rate{}))
	for range 3 {
		assert.Equal(t, http.StatusOK, w.get("me").status)
	}
	first := w.get("me").wait()
	second := w.get("me").wait()
	third := w.get("me/skydrive/quota").wait()
	assert.Greater(t, second, first)
	assert.Greater(t, third, second)

	w.clock.move(time.Duration(third)*time.Second - time.Millisecond)
	last := w.get("me").wait()
	assert.Less(t, last, third, "most of the wait is over")
	w.clock.move(time.Duration(last) * time.Second)
	assert.Equal(t, http.StatusOK, w.get("me").status, "whoever waits as told is let through")
}

func TestThrottleWaitHasAnEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, throttled(server.Rate{Burst: 1, PerSecond: 1}, server.Rate{}))
	w.get("me")
	longest := 0
	for range 400 {
		longest = max(longest, w.get("me").wait())
	}
	assert.Equal(t, 600, longest)
}

func TestThrottleHasTwoBucketsPerUserAndApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t, throttled(server.Rate{Burst: 2, PerSecond: 0.1}, server.Rate{Burst: 1, PerSecond: 0.1}))
	w.mkdir("me/skydrive", "one")
	w.json(http.MethodPost, "me/skydrive", `{"name":"two"}`).wait()
	assert.Equal(t, http.StatusOK, w.get("me").status, "reads have a bucket of their own")
	assert.Equal(t, []string{"Pictures", "Public", "Documents", "one"}, w.get("me/skydrive/files").names(),
		"what was refused was not carried out")
	w.get("me").wait()

	assert.Equal(t, http.StatusOK, w.as(nunoID, allScopes).get("me").status, "another user")
	other, err := w.srv.IssueToken("000000004c00aaaa", robertoID, []string{"wl.basic"})
	assert.NoError(t, err)
	app := w.anonymous()
	app.token = other.AccessToken
	assert.Equal(t, http.StatusOK, app.get("me").status, "another application")
	assert.Equal(t, http.StatusFound, w.anonymous().get(robertoID+"/picture").status, "without a token there is nobody to count")
}

func TestThrottledBySuppressedCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, throttled(server.Rate{Burst: 1, PerSecond: 1}, server.Rate{}))
	w.get("me")
	a := w.get("me?suppress_response_codes=true")
	assert.Equal(t, "request_throttled", a.field("error").(map[string]any)["code"])
	assert.Equal(t, http.StatusOK, a.status)
	assert.NotEmpty(t, a.header.Get("Retry-After"))
}

func TestThrottleCountsRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, throttled(server.Rate{Burst: 10, PerSecond: 0.001}, server.Rate{}))
	var through atomic.Int64
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			req, _ := http.NewRequest(http.MethodGet, w.url+"/v5.0/me", nil)
			req.Header.Set("Authorization", "Bearer "+w.token)
			resp, err := w.http.Do(req)
			if assert.NoError(t, err) {
				_ = resp.Body.Close()
				if resp.StatusCode == http.StatusOK {
					through.Add(1)
				}
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 10, through.Load())
}

func TestNoThrottleUnlessAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 300 {
		assert.Equal(t, http.StatusOK, w.get("me").status)
	}
}

func TestLinksOfAProxiedHTTPSRequestAreHTTPS(t *testing.T) {
	t.Parallel()
	// Some clients ask a proxy for https without a tunnel: GET https://apis.live.net/… in the request line.
	w := newWorld(t)
	r, err := http.NewRequest(http.MethodGet, "https://apis.live.net/v5.0/me/skydrive", nil)
	assert.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+w.token)
	rec := httptest.NewRecorder()
	w.srv.ServeHTTP(rec, r)
	assert.Contains(t, rec.Body.String(), `"upload_location": "https://apis.live.net/v5.0/folder.`)
}
