// Quickstart makes an album on a OneDrive, puts photos into it, lists them, gets them back, and deletes what it made.
//
// By default it runs on an emulator of Live Connect that it starts itself, with five photos of its own:
//
//	go run ./examples/quickstart
//
// It takes photos of yours, and a service of yours, such as one that cmd/liveconnectd runs:
//
//	go run ./examples/quickstart -api URL -token TOKEN holiday.jpg beach.jpg
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const about = `quickstart [-api URL -token TOKEN] [photo …]

Shows Live Connect at work: an album, photos up, a list, photos down.`

func main() { command.Main("quickstart", run) }

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := command.NewFlags("quickstart", about)
	signIn := account.AddFlags(flags.FlagSet, liveconnect.ScopeSkyDriveUpdate)
	if err := flags.Parse(args, stdout); err != nil {
		return err
	}
	photos, err := load(flags.Args())
	if err != nil {
		return err
	}
	signedIn, err := signIn.Open(ctx, func(context.Context) (*livetest.Server, error) { return livetest.Start() })
	if err != nil {
		return err
	}
	defer signedIn.Close() //nolint:errcheck // the work is done

	me, err := signedIn.Client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Live Connect quickstart\n\n   Service    %s\n   Signed in  %s\n", signedIn.Where, me.Name)
	return (&tour{signedIn.Client, photos, stdout}).run(ctx)
}

// run shows one thing after the other, and deletes the album in the end, whatever happened.
func (t *tour) run(ctx context.Context) (err error) {
	client := t.client
	t.step("An album")
	album, err := client.Albums.Create(ctx, liveconnect.Me, &liveconnect.NewAlbum{
		Name:        "Quickstart " + time.Now().Format("2006-01-02 15.04.05"),
		Description: liveconnect.Set("Made by the quickstart of go-liveconnect."),
	})
	if err != nil {
		return err
	}
	t.printf("   made %q\n", album.Name)
	defer func() {
		// Ctrl-C ends ctx, but the album goes all the same.
		t.step("Tidy up")
		cleanUp, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if e := client.Albums.Delete(cleanUp, album.ID); e != nil {
			err = errors.Join(err, e)
			return
		}
		t.printf("   deleted %q with all that was in it\n", album.Name)
		if err == nil {
			t.next()
		}
	}()

	t.step("Photos up")
	if err := t.uploadAll(ctx, album.ID); err != nil {
		return err
	}
	t.step("A list, two photos a page")
	if err := t.list(ctx, album.ID); err != nil {
		return err
	}
	t.step("What OneDrive does to large photos")
	if err := t.showDownsizing(ctx, album.ID); err != nil {
		return err
	}
	t.step("A photo down")
	if err := t.downloadAndCompare(ctx, album.ID); err != nil {
		return err
	}
	t.step("The same name again")
	return t.overwrite(ctx, album.ID, t.photos[len(t.photos)-1])
}

func (t *tour) next() {
	t.step("What next")
	t.printf(`   your photos     go run ./examples/quickstart a.jpg b.jpg
   your programs   go run ./cmd/liveconnectd    runs the service for programs in any language
   your tests      go doc ./livetest            runs it inside a Go test
   your code       go doc .                     is the library's front page
`)
}
