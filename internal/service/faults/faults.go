// Package faults makes an HTTP server misbehave on purpose: it cuts, stalls, slows, replaces or falsifies answers, and
// breaks connections. It stands in front of any http.Handler.
package faults

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
)

// Rule says which requests something goes wrong with, how often, and what.
type Rule struct {
	// Match tells which requests are meant; nil means all.
	Match func(*http.Request) bool
	// Skip leaves so many of them alone first.
	Skip int
	// Count is how many are hit then; zero is no limit.
	Count int
	// Probability is that of a hit for each of them, by a generator that starts from Seed. Zero, and one, hit all.
	Probability float64
	Seed        uint64
	// Do is what goes wrong.
	Do Effect
}

// Effect is something that goes wrong. It stands between the network and the handler, as any middleware does. fault is
// what it is the effect of.
type Effect func(fault *Fault, next http.Handler) http.Handler

// Set is the faults of a server. The zero value has none. It is safe for concurrent use.
type Set struct {
	mu     sync.Mutex
	faults []*Fault
}

// Fault is a rule at work.
type Fault struct {
	set      *Set
	rule     Rule
	released chan struct{}
	release  func()

	// Guarded by set.mu.
	random *rand.Rand
	seen   int
	hits   int
}

// Add puts a rule to work, behind those that were there before.
func (s *Set) Add(rule Rule) *Fault {
	f := &Fault{set: s, rule: rule, released: make(chan struct{})}
	f.release = sync.OnceFunc(func() { close(f.released) })
	f.random = rand.New(rand.NewPCG(rule.Seed, 0)) //nolint:gosec // has to give the same numbers in every run
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	return f
}

// Clear removes all faults.
func (s *Set) Clear() {
	s.mu.Lock()
	faults := s.faults
	s.faults = nil
	s.mu.Unlock()
	for _, f := range faults {
		f.release()
	}
}

// Hits is how many requests the fault has met so far.
func (f *Fault) Hits() int {
	f.set.mu.Lock()
	defer f.set.mu.Unlock()
	return f.hits
}

// Release ends the waiting of the requests that the fault holds up, and of all that it would hold up from now on.
func (f *Fault) Release() { f.release() }

// Remove takes the fault out of the set, and releases the requests that it holds up.
func (f *Fault) Remove() {
	f.set.mu.Lock()
	f.set.faults = slices.DeleteFunc(f.set.faults, func(other *Fault) bool { return other == f })
	f.set.mu.Unlock()
	f.release()
}

// hit decides about a request. It needs set.mu.
func (f *Fault) hit(r *http.Request) bool {
	if f.rule.Match != nil && !f.rule.Match(r) {
		return false
	}
	f.seen++
	switch p := f.rule.Probability; {
	case f.seen <= f.rule.Skip, f.rule.Count > 0 && f.hits >= f.rule.Count:
		return false
	case p > 0 && p < 1 && f.random.Float64() >= p:
		return false
	}
	f.hits++
	return true
}

// Handler is next with the faults in front of it. Where several meet the same request, the one that was added first
// stands nearest to the network.
func (s *Set) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler := next
		for _, f := range slices.Backward(s.hits(r)) {
			handler = f.rule.Do(f, handler)
		}
		// A copy: net/http looks at its own request to find out whether a client still waits for "100 Continue". What an
		// effect does to the body must not be seen there.
		handler.ServeHTTP(w, r.WithContext(r.Context()))
	})
}

func (s *Set) hits(r *http.Request) []*Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hits []*Fault
	for _, f := range s.faults {
		if f.hit(r) {
			hits = append(hits, f)
		}
	}
	return hits
}
