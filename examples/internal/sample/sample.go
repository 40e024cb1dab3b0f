// Package sample is an account that the examples show themselves on: albums with photos that it paints, documents,
// comments, tags, contacts and calendars. It is the same in every run, ids and times included.
package sample

import (
	"context"
	"errors"
	"time"

	"github.com/go-liveconnect/liveconnect/livetest"
)

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
