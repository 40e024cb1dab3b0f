package graphtest

import (
	"sync"
	"time"
)

// eventExtra is what Graph keeps of an event and a backend does not.
type eventExtra struct {
	html        string
	zone        string // that the start was given in
	showAs      string
	sensitivity string
	minutes     int // of a reminder that is off
	series      *recurrence
	shown       object // the recurrence
}

// table is a map that is safe for concurrent use.
type table[V any] struct {
	mu   sync.Mutex
	rows map[string]V
}

func (t *table[V]) get(key string) (V, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok := t.rows[key]
	return v, ok
}

func (t *table[V]) put(key string, v V) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[string]V{}
	}
	t.rows[key] = v
}

func (t *table[V]) delete(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, key)
}

// extras is what Graph keeps of things and a backend does not. Ids are never given out twice, so what belongs to
// something that was deleted does no harm.
type extras struct {
	times    table[fileTimes]  // by id of the item
	specials table[string]     // names of special folders, by id of the item
	links    table[bool]       // keys that were given out
	hashes   table[object]     // by revision
	contacts table[object]     // properties by id
	events   table[eventExtra] // by id
}

// fileTimes is what a client says of a file's times on its own disk.
type fileTimes struct{ created, modified time.Time }
