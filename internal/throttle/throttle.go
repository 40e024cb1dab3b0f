// Package throttle lets through some of many events.
package throttle

import "time"

// Throttle lets through at most one event in an interval, the first at once. The zero value lets through every one.
type Throttle struct {
	Interval time.Duration

	last time.Time
}

// Pass reports whether an event may pass now.
func (t *Throttle) Pass() bool {
	now := time.Now()
	if !t.last.IsZero() && now.Sub(t.last) < t.Interval {
		return false
	}
	t.last = now
	return true
}
