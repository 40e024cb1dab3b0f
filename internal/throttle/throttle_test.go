package throttle_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/throttle"
)

func TestThrottle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := throttle.Throttle{Interval: time.Second}
		passed := 0
		for range 26 { // at 0, 100 ms … 2.5 s
			if throttle.Pass() {
				passed++
			}
			time.Sleep(100 * time.Millisecond)
		}
		assert.Equal(t, 3, passed, "at 0, 1 and 2 s")
	})
	var none throttle.Throttle
	for range 2 {
		assert.True(t, none.Pass())
	}
}
