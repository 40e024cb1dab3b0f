package watchdog_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/watchdog"
)

var errStill = errors.New("stands still")

// watch runs a test with a dog and the context that it guards.
func watch(t *testing.T, run func(t *testing.T, dog *watchdog.Dog, ctx context.Context)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		run(t, watchdog.New(cancel), ctx)
	})
}

// pass lets time go by, and all that is due then happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestDogBites(t *testing.T) {
	t.Parallel()
	watch(t, func(t *testing.T, dog *watchdog.Dog, ctx context.Context) {
		dog.Expect(10*time.Second, errStill)
		pass(10*time.Second - 1)
		assert.NoError(t, ctx.Err())
		pass(1)
		assert.Equal(t, errStill, context.Cause(ctx))
	})
}

func TestDogIsCalmed(t *testing.T) {
	t.Parallel()
	watch(t, func(t *testing.T, dog *watchdog.Dog, ctx context.Context) {
		for range 5 { // each thing that happens starts the time anew
			dog.Expect(10*time.Second, errStill)
			pass(9 * time.Second)
		}
		assert.NoError(t, ctx.Err())
		dog.Rest()
		pass(time.Hour)
		assert.NoError(t, ctx.Err(), "nothing was expected")

		other := errors.New("another cause")
		dog.Expect(time.Second, errStill)
		dog.Expect(time.Minute, other)
		pass(time.Minute)
		assert.Equal(t, other, context.Cause(ctx), "the last expectation counts")
	})
}

func TestDogWithoutLimit(t *testing.T) {
	t.Parallel()
	for _, none := range []time.Duration{0, -1} {
		watch(t, func(t *testing.T, dog *watchdog.Dog, ctx context.Context) {
			dog.Expect(none, errStill)
			pass(time.Hour)
			assert.NoError(t, ctx.Err())
			dog.Expect(time.Second, errStill)
			dog.Expect(none, errStill)
			pass(time.Hour)
			assert.NoError(t, ctx.Err(), "no limit is a rest")
		})
	}
}

func TestDogSleepsAtFirst(t *testing.T) {
	t.Parallel()
	watch(t, func(t *testing.T, dog *watchdog.Dog, ctx context.Context) {
		pass(time.Hour)
		dog.Rest()
		assert.NoError(t, ctx.Err())
	})
}

// TestDogInTheSameInstant has something happen just when the time is over: either that came too late, or the time starts
// anew, but what was expected next is not missed at once.
func TestDogInTheSameInstant(t *testing.T) {
	t.Parallel()
	for range 200 {
		watch(t, func(t *testing.T, dog *watchdog.Dog, ctx context.Context) {
			next := errors.New("not due yet")
			dog.Expect(time.Second, errStill)
			var group sync.WaitGroup
			for range 8 {
				group.Go(func() {
					time.Sleep(time.Second)
					dog.Expect(time.Minute, next)
				})
			}
			group.Wait()
			synctest.Wait()
			if cause := context.Cause(ctx); cause != nil {
				assert.Equal(t, errStill, cause)
				return
			}
			pass(time.Minute)
			assert.Equal(t, next, context.Cause(ctx))
		})
	}
}

// TestDogAtTheLastMoment has a rest and the time-out happen in the same instant, from several goroutines.
func TestDogAtTheLastMoment(t *testing.T) {
	t.Parallel()
	watch(t, func(t *testing.T, dog *watchdog.Dog, ctx context.Context) {
		for range 100 {
			dog.Expect(time.Second, errStill)
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					time.Sleep(time.Second - 1)
					dog.Expect(time.Second, errStill)
					dog.Rest()
				})
			}
			group.Wait()
			pass(time.Minute)
		}
		assert.NoError(t, ctx.Err())
	})
}
