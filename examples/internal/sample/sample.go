// Package sample is an account that the examples show themselves on: albums with photos that it paints, documents,
// comments, tags, contacts and calendars. It is the same in every run, ids and times included.
package sample

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/livetest"
)

// Photos are those that the account has.
type Photos struct {
	Count int
	Width int // pixels
}

// Small are so many photos that are quickly painted.
func Small(count int) Photos { return Photos{count, 600} }

// Start starts an emulator whose account has the photos, and all the rest.
func Start(ctx context.Context, photos Photos) (*livetest.Server, error) {
	clock := &clock{now: time.Date(2014, time.August, 30, 20, 0, 0, 0, time.UTC)}
	server, err := livetest.Start(livetest.WithClock(clock.read))
	if err != nil {
		return nil, err
	}
	if err := fill(ctx, server.Account(), photos, clock); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	server.ForgetRequests()
	return server, nil
}

func fill(ctx context.Context, account *livetest.Account, photos Photos, clock *clock) error {
	client, err := account.NewClient()
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	// Photos come last, so that all else is the same whatever their number.
	if err := addDocuments(account); err != nil {
		return err
	}
	if err := addContacts(account); err != nil {
		return err
	}
	if err := addEvents(ctx, client, account); err != nil {
		return err
	}
	ids, err := addPhotos(ctx, account, photos, clock)
	if err != nil {
		return err
	}
	return addWords(ctx, client, ids)
}

// clock gives every run the same times, so that a run can go on with what another one has left.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
