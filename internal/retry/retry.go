// Package retry holds the arithmetic of trying again: how long to wait, how often in all, and when everybody has to.
package retry

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// farFuture bounds waits named by a server, so that no sum of a time and a wait overflows.
const farFuture = 365 * 24 * time.Hour

// Backoff is the wait before the try after the given one (1 is the first): "full jitter", a random part of base
// doubled with each try, at most limit. random is in [0, 1).
func Backoff(try int, base, limit time.Duration, random float64) time.Duration {
	if base <= 0 || limit <= 0 {
		return 0
	}
	ceiling := float64(base) * math.Pow(2, float64(max(try, 1)-1))
	return time.Duration(random * min(ceiling, float64(limit)))
}

// After reads a Retry-After header: seconds, or any form of HTTP date. ok is false when there is none that makes sense.
func After(header string, now time.Time) (wait time.Duration, ok bool) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, false
	}
	seconds, err := strconv.ParseUint(header, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // then it is the largest number there is
		return Seconds(seconds), true
	}
	when, err := http.ParseTime(header)
	if err != nil {
		return 0, false
	}
	return min(max(when.Sub(now), 0), farFuture), true
}

// Seconds makes a duration of a number of seconds that a server named, however large.
func Seconds(n uint64) time.Duration {
	return time.Duration(min(n, uint64(farFuture/time.Second))) * time.Second
}

// Sleep waits, or returns the context's error as soon as it ends.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Budget limits how many retries all callers together may make: each takes one from a purse, each success puts a part
// back. In an outage the purse is soon empty, and the load on the server stays what the callers ask for. The zero value
// is not ready: use NewBudget.
type Budget struct {
	mu     sync.Mutex
	left   float64
	size   float64
	refund float64
}

// NewBudget makes a full purse of the given size; a success puts refund back.
func NewBudget(size, refund float64) *Budget {
	return &Budget{left: size, size: size, refund: refund}
}

// Take takes one retry out, or says that there is none.
func (b *Budget) Take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// Success puts a part of a retry back.
func (b *Budget) Success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.left+b.refund, b.size)
}

// Pacer makes all callers wait when a server has told one of them to. The zero value lets everybody pass.
type Pacer struct {
	mu    sync.Mutex
	until time.Time
}

// Hold makes everybody wait from now on. A shorter wait never replaces a longer one.
func (p *Pacer) Hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.until) {
		p.until = until
	}
}

// Remaining tells how long a caller has to wait now.
func (p *Pacer) Remaining() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until.IsZero() {
		return 0
	}
	return max(time.Until(p.until), 0)
}
