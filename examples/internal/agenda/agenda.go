// Package agenda lists events over a long time.
package agenda

import (
	"context"
	"iter"
	"time"

	"github.com/go-liveconnect/liveconnect"
)

// Events iterates over the events of a calendar from one time to another. The service lists what lies in a window, and
// nobody knows its longest one, so this asks year by year, and gives an event that lies in two of them once.
func Events(ctx context.Context, client *liveconnect.Client, calendarID string, from, to time.Time) iter.Seq2[*liveconnect.Event, error] {
	return func(yield func(*liveconnect.Event, error) bool) {
		seen := map[string]bool{}
		for start := from; start.Before(to); start = start.AddDate(1, 0, 0) {
			end := start.AddDate(1, 0, 0)
			if end.After(to) {
				end = to
			}
			for event, err := range client.Events.All(ctx, calendarID, &liveconnect.EventListOptions{StartTime: start, EndTime: end}) {
				if err != nil {
					yield(nil, err)
					return
				}
				if !seen[event.ID] && !yield(event, nil) {
					return
				}
				seen[event.ID] = true
			}
		}
	}
}
