package graphtest

import (
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// CopyEnding is how the monitor of a copy says that it is done. Each has been seen or documented.
type CopyEnding int

// The ways in which a copy ends well.
const (
	CopyCompleted    CopyEnding = iota // 200 {"status": "completed", "resourceId": …}
	CopySeeOther                       // 303, a Location that ends in the new item, and the same body
	CopySeeOtherBare                   // 303 and the Location, without a body
	CopyWithoutID                      // 200 {"status": "completed"}: the client has to look for the item
)

// monitorLife is for how long a monitor answers after its copy has ended. The documents do not say it.
const monitorLife = time.Hour

// copies are the copies that have a monitor. They are safe for concurrent use.
type copies struct {
	mu       sync.Mutex
	monitors map[string]*copying
	ending   CopyEnding
	steps    int // how often a monitor says that the copy goes on
}

// copying is a copy. It is made at once; its monitor only tells so later, by count and not by time, so that tests do not
// have to wait.
type copying struct {
	result  backend.Item
	failure error
	left    int
	of      int
	expires time.Time
}

func (cs *copies) add(made *copying) string {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	made.left, made.of = cs.steps, cs.steps+1
	id := newUUID()
	put(&cs.monitors, id, made)
	return id
}
