package sample

import (
	"context"
	"fmt"
	"runtime"
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

// addPhotos paints the photos, on all processors, puts them into the account, in order, and returns their ids.
func addPhotos(ctx context.Context, account *livetest.Account, photos Photos, clock *clock) ([]string, error) {
	trips := trips()
	for _, trip := range trips {
		if _, err := account.AddAlbum(trip.name); err != nil {
			return nil, err
		}
	}
	ids := make([]string, photos.Count)
	painted := make([]chan []byte, photos.Count)
	for i := range painted {
		painted[i] = make(chan []byte, 1)
	}
	var painters sync.WaitGroup
	defer painters.Wait()
	workers := runtime.NumCPU()
	for worker := range workers {
		painters.Go(func() {
			for i := worker; i < photos.Count && ctx.Err() == nil; i += workers {
				painted[i] <- trips[i%len(trips)].photo(i, photos.Width)
			}
			for i := worker; i < photos.Count; i += workers {
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
		err := ctx.Err()
		if err == nil {
			clock.advance(time.Minute)
			ids[i], err = account.AddFile(name, content)
		}
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}
