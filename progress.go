package liveconnect

import (
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/throttle"
)

// Progress tells how far a transfer has come.
type Progress struct {
	Done        int64 // bytes that have arrived, those of an earlier run included; it never goes back
	Total       int64 // bytes in all; -1 when that is not known
	Attempt     int   // 1, and one more for each time the transfer had to go on after a fault
	ResumedFrom int64 // where this attempt began
}

// progressInterval is the shortest time between two reports but the last.
const progressInterval = 100 * time.Millisecond

// meter reports progress, at most ten times a second and once at the end. A nil meter reports nothing. It is safe for
// concurrent use, and report is never called twice at once.
type meter struct {
	report func(Progress)

	mu   sync.Mutex
	at   int64 // bytes of the current attempt's stream
	now  Progress
	pace throttle.Throttle
}

func newMeter(report func(Progress), total int64) *meter {
	if report == nil {
		return nil
	}
	return &meter{
		report: report, now: Progress{Total: total, Attempt: 1}, pace: throttle.Throttle{Interval: progressInterval},
	}
}

// expect sets how many bytes there will be in all.
func (m *meter) expect(total int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Total = total
}

// add notes that n more bytes have arrived. A stream that was rewound counts only what is new.
func (m *meter) add(n int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at += n
	m.now.Done = max(m.now.Done, m.at)
	if m.pace.Pass() {
		m.report(m.now)
	}
}

// resume notes that the transfer goes on from an offset, after a fault if again is set.
func (m *meter) resume(offset int64, again bool) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = offset
	m.now.Done = max(m.now.Done, offset)
	m.now.ResumedFrom = offset
	if again {
		m.now.Attempt++
	}
}

// again notes that the transfer, or one part of it, goes on from an offset after a fault.
func (m *meter) again(offset int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.ResumedFrom = offset
	m.now.Attempt++
}

// finish makes the last report.
func (m *meter) finish() {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report(m.now)
}
