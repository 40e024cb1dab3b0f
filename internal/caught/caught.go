// Package caught carries a panic from the goroutine on which a caller's code ran to the caller's own: an unhandled panic
// of any goroutine ends the whole process.
package caught

import (
	"errors"
	"fmt"
)

// ErrExited says that the code ended its goroutine with runtime.Goexit, as the FailNow method of a test does.
var ErrExited = errors.New("the function called runtime.Goexit")

// Panic is a panic that was caught. It is an error for those who wait for code that is somebody else's.
type Panic struct{ value any }

// Error implements error.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// Resume panics again, with the same value; a nil Panic does nothing.
func (p *Panic) Resume() {
	if p != nil {
		panic(p.value)
	}
}

// From makes an error of what recover returned in a function that did not come to its end: a *Panic, or ErrExited where
// it is nil.
func From(recovered any) error {
	if recovered == nil {
		return ErrExited
	}
	return &Panic{recovered}
}
