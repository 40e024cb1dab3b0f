package server

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Throttle limits how often an application may call for a user. The service counted "per app and per user"; a member
// of its team spoke of two buckets, reads and writes, and of about one write per second. Its figures were never
// published. The zero value of a Rate is no limit.
type Throttle struct {
	Reads  Rate
	Writes Rate
}

// Rate is that of a bucket: so many requests at once, and so many per second in the long run.
type Rate struct {
	Burst     int
	PerSecond float64
}

// DefaultThrottle is the plausible thing: ordinary clients do not meet it, a loop does.
func DefaultThrottle() Throttle {
	return Throttle{Reads: Rate{Burst: 100, PerSecond: 10}, Writes: Rate{Burst: 20, PerSecond: 1}}
}

// What is told to wait. The wait grows with each call made during it (recorded); by how much is not known.
const (
	firstWait   = 10 * time.Second
	waitGrowth  = 2 * time.Second
	longestWait = 10 * time.Minute
)

// throttler keeps the buckets. It is safe for concurrent use.
type throttler struct {
	rules Throttle
	now   func() time.Time

	mu      sync.Mutex
	buckets map[bucketKey]*bucket
}

type bucketKey struct {
	client, user string
	writes       bool
}

// bucket is the requests that may still be made, and the wait if there are none.
type bucket struct {
	tokens  float64
	counted time.Time // when tokens was true
	until   time.Time // end of the wait
}

// newThrottler makes one by some rules; nil is no limit.
func newThrottler(rules *Throttle, now func() time.Time) *throttler {
	if rules == nil {
		rules = &Throttle{}
	}
	return &throttler{rules: *rules, now: now, buckets: map[bucketKey]*bucket{}}
}

// take lets a request through, or returns how long to wait.
func (t *throttler) take(key bucketKey) (wait time.Duration) {
	rate := t.rules.Reads
	if key.writes {
		rate = t.rules.Writes
	}
	if rate.Burst <= 0 || rate.PerSecond <= 0 {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	b := t.buckets[key]
	if b == nil {
		b = &bucket{tokens: float64(rate.Burst), counted: now}
		t.buckets[key] = b
	}
	if now.Before(b.until) {
		b.until = b.until.Add(waitGrowth)
		if longest := now.Add(longestWait); b.until.After(longest) {
			b.until = longest
		}
		return b.until.Sub(now)
	}
	if passed := now.Sub(b.counted); passed > 0 {
		b.tokens = math.Min(float64(rate.Burst), b.tokens+passed.Seconds()*rate.PerSecond)
	}
	b.counted = now
	if b.tokens < 1 {
		// At the end of the wait at least one call must succeed, or the wait would be a lie.
		b.until = now.Add(max(firstWait, time.Duration((1-b.tokens)/rate.PerSecond*float64(time.Second))))
		return b.until.Sub(now)
	}
	b.tokens--
	return 0
}

// admit refuses a request of somebody who makes too many. Nothing of it has been carried out then.
func (t *throttler) admit(c *wire.Call, g login.Grant) error {
	if g.Anonymous() {
		return nil
	}
	wait := t.take(bucketKey{client: g.Client, user: g.User, writes: c.Method != http.MethodGet && c.Method != http.MethodHead})
	if wait <= 0 {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	c.W.Header().Set("Retry-After", strconv.Itoa(seconds))
	return errThrottled(seconds)
}

// statusThrottled is the documented status, which net/http has no name for.
const statusThrottled = 420

// errThrottled has the recorded message.
func errThrottled(seconds int) *wire.Error {
	return wire.NewError(statusThrottled, "request_throttled",
		"The request wasn't made because the same type of request was repeated too many times. "+
			"Wait %d seconds and try again.", seconds)
}
