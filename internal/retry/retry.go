// Package retry holds the arithmetic of trying again: how long to wait, how often in all, and when everybody has to.
package retry

import (
	"context"
	"errors"
	"maps"
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

// maxHold is the longest that a server can keep everybody waiting.
const maxHold = time.Hour

// spacing is how far apart those go on who waited for the same host, so that it is not flooded at that moment.
const spacing = 25 * time.Millisecond

// maxHosts is how many hosts may be left alone at once.
const maxHosts = 64

// Pacers make all callers of a host wait when it has told one of them to. The zero value lets everybody pass.
type Pacers[Host comparable] struct {
	mu    sync.Mutex
	hosts map[Host]*pace
}

// pace is how long a host wants to be left alone.
type pace struct {
	until   time.Time
	waiting int
}

// Hold makes everybody wait for a host from now on, an hour at most. A shorter wait never replaces a longer one.
func (p *Pacers[Host]) Hold(host Host, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.hosts == nil {
		p.hosts = map[Host]*pace{}
	}
	if len(p.hosts) >= maxHosts {
		maps.DeleteFunc(p.hosts, func(_ Host, known *pace) bool { return !known.until.After(now) })
	}
	until := now.Add(min(d, maxHold))
	switch known := p.hosts[host]; {
	case known != nil:
		known.until = maxTime(known.until, until)
	case len(p.hosts) < maxHosts:
		p.hosts[host] = &pace{until: until}
	}
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Wait returns how long a caller has to wait for a host now: each a little longer than the one before.
func (p *Pacers[Host]) Wait(host Host) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.hosts[host]
	if known == nil {
		return 0
	}
	left := time.Until(known.until)
	if left <= 0 {
		delete(p.hosts, host)
		return 0
	}
	known.waiting++
	return left + time.Duration(known.waiting-1)*spacing
}
