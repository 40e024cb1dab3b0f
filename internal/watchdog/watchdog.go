// Package watchdog cancels work that stands still.
package watchdog

import (
	"context"
	"sync"
	"time"
)

// Dog cancels a context when something that was expected does not happen in time. Its methods may be called from
// several goroutines at once.
type Dog struct {
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	timer *time.Timer
	cause error
	due   time.Time
}

// New makes a dog that sleeps until Expect.
func New(cancel context.CancelCauseFunc) *Dog { return &Dog{cancel: cancel} }

// Expect cancels the context with cause unless Expect or Rest is called again within limit. No limit (zero or less) is
// the same as Rest.
func (d *Dog) Expect(limit time.Duration, cause error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cause, d.due = cause, time.Now().Add(limit)
	switch {
	case limit <= 0:
		d.cause = nil
		d.stop()
	case d.timer == nil:
		d.timer = time.AfterFunc(limit, d.fire)
	default:
		d.timer.Reset(limit)
	}
}

// Rest expects nothing for the time being.
func (d *Dog) Rest() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cause = nil
	d.stop()
}

func (d *Dog) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

func (d *Dog) fire() {
	d.mu.Lock()
	defer d.mu.Unlock()
	// The timer may have run out just before Expect or Rest stopped it.
	if d.cause != nil && !time.Now().Before(d.due) {
		d.cancel(d.cause)
	}
}
