package graph

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxCached bounds what a cache keeps.
const maxCached = 2000

// cache keeps what can be asked for again, for a while. It is safe for concurrent use.
type cache[T any] struct {
	life time.Duration

	mu     sync.Mutex
	values map[[32]byte]cached[T]
}

type cached[T any] struct {
	value T
	until time.Time
}

// key hides what it is made of: tokens are among it.
func key(parts ...string) [32]byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return [32]byte(h.Sum(nil))
}

func (c *cache[T]) get(k [32]byte) (value T, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.values[k]
	if !ok || time.Now().After(found.until) {
		return value, false
	}
	return found.value, true
}

func (c *cache[T]) put(k [32]byte, value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if c.values == nil {
		c.values = map[[32]byte]cached[T]{}
	}
	if len(c.values) >= maxCached {
		for old, v := range c.values {
			if now.After(v.until) || len(c.values) >= maxCached {
				delete(c.values, old)
			}
		}
	}
	c.values[k] = cached[T]{value, now.Add(c.life)}
}
