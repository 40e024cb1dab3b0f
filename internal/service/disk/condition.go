package disk

import (
	"log/slog"
	"sync"
)

// condition is whether a store can be written.
type condition struct {
	mu      sync.Mutex
	trouble error // why it could not be written last; nil if it could
	ended   error // why it will never be
}

// fail notes that something could not be written.
func (c *condition) fail(log *slog.Logger, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trouble == nil {
		log.Error("the store cannot be written; it tries again", "err", err)
	}
	c.trouble = err
}

// end notes that nothing will be written any more.
func (c *condition) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended == nil {
		c.ended = err
	}
}

// ready returns why nothing can be written. When that was so last time, it tries.
func (c *condition) ready(log *slog.Logger, try func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil || c.trouble == nil {
		return c.ended
	}
	if c.trouble = try(); c.trouble == nil {
		log.Info("the store can be written again")
	}
	return c.trouble
}

// check tries whether something can be written now.
func (c *condition) check(log *slog.Logger, try func() error) error {
	if err := try(); err != nil {
		c.fail(log, err)
	}
	return c.ready(log, try)
}
