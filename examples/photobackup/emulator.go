package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// trip is an album that the emulator has.
type trip struct {
	name                string
	start               time.Time
	latitude, longitude float64
	cameraMake, camera  string
	hue                 float64 // of the light, in degrees
	night               bool
}

// trips are the albums. One has photos that know nothing of themselves, as scans do.
func trips() []trip {
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 9, 12, 0, 0, time.UTC)
	}
	return []trip{
		{"Bergen & the fjords", day(2011, time.June, 18), 60.391, 5.322, "Canon", "Canon EOS 600D", 205, false},
		{"Lisbon", day(2011, time.October, 2), 38.722, -9.139, "NIKON CORPORATION", "NIKON D90", 28, false},
		{"Hokkaidō 北海道", day(2012, time.February, 9), 43.062, 141.354, "Panasonic", "DMC-GH2", 260, true},
		{"Patagonia", day(2012, time.December, 27), -49.331, -72.886, "SONY", "SLT-A77V", 190, false},
		{"Grandmother's album", time.Time{}, 0, 0, "", "", 40, false},
		{"Namib desert", day(2013, time.May, 11), -24.727, 15.288, "OLYMPUS", "E-M5", 16, false},
		{"Tromsø, polar night", day(2013, time.December, 5), 69.649, 18.955, "Canon", "Canon EOS 6D", 150, true},
		{"Summer at the lake", day(2014, time.July, 20), 47.652, 9.479, "Nokia", "Lumia 1020", 330, false},
	}
}

// emulate starts an emulator that has photos, and signs in.
func emulate(ctx context.Context, set settings) (*service, error) {
	if set.dir == "" {
		set.dir = filepath.Join(os.TempDir(), "photobackup")
	}
	clock := &clock{now: time.Date(2014, time.August, 31, 20, 0, 0, 0, time.UTC)}
	server, err := livetest.Start(livetest.WithClock(clock.read))
	if err != nil {
		return nil, err
	}
	s := &service{
		where: fmt.Sprintf("%s (an emulator, for this run only)", server.APIURL), dir: set.dir,
		close: func() { _ = server.Close() },
	}
	if err = seed(ctx, server.Account(), set.photos, clock); err == nil {
		s.client, err = server.Account().NewClient(liveconnect.WithLoginURL(server.LoginURL))
	}
	if err != nil {
		s.close()
		return nil, err
	}
	if set.speed > 0 {
		server.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.SlowLink(set.speed)})
	}
	return s, nil
}

// clock gives every run of the emulator the same times, so that a run can go on with what another one has left.
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

// seed paints the photos, on all processors, and puts them into the account, in order.
func seed(ctx context.Context, account *livetest.Account, photos int, clock *clock) error {
	trips := trips()
	for _, trip := range trips {
		if _, err := account.AddAlbum(trip.name); err != nil {
			return err
		}
	}
	painted := make([]chan []byte, photos)
	for i := range painted {
		painted[i] = make(chan []byte, 1)
	}
	var painters sync.WaitGroup
	defer painters.Wait()
	workers := runtime.NumCPU()
	for worker := range workers {
		painters.Go(func() {
			for i := worker; i < photos && ctx.Err() == nil; i += workers {
				painted[i] <- trips[i%len(trips)].photo(i)
			}
			for i := worker; i < photos; i += workers {
				select {
				case painted[i] <- nil: // nobody waits for one that was painted
				default:
				}
			}
		})
	}
	for i, photo := range painted {
		trip := trips[i%len(trips)]
		name := fmt.Sprintf("%s/IMG_%04d.jpg", trip.name, 1000+i/len(trips))
		if trip.start.IsZero() {
			name = fmt.Sprintf("%s/scan %d #%d.jpg", trip.name, 1950+i/len(trips)%30, i/len(trips)+1)
		}
		content := <-photo
		if err := ctx.Err(); err != nil {
			return err
		}
		clock.advance(time.Minute)
		if _, err := account.AddFile(name, content); err != nil {
			return err
		}
	}
	return nil
}
