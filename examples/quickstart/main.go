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
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func main() {
	api := flag.String("api", "", "base URL of a Live Connect service; empty starts an emulator")
	token := flag.String("token", "", "access token for -api, with the scope wl.skydrive_update")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "usage: quickstart [-api URL -token TOKEN] [photo …]\n\n"+
			"Shows Live Connect at work: an album, photos up, a list, photos down.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *api, *token, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "\nquickstart:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context, api, token string, names []string) error {
	photos, err := load(names)
	if err != nil {
		return err
	}
	client, where, closeAll, err := connect(ctx, api, token)
	if err != nil {
		return err
	}
	defer closeAll()

	me, err := client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	fmt.Printf("Live Connect quickstart\n\n   Service    %s\n   Signed in  %s\n", where, me.Name)
	return tour(ctx, client, photos)
}

// connect signs in: to the service at api, or to an emulator of its own.
func connect(ctx context.Context, api, token string) (client *liveconnect.Client, where string, closeAll func(), err error) {
	if api != "" {
		source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
		client, err = liveconnect.NewClient(nil, liveconnect.WithBaseURL(api), liveconnect.WithTokenSource(source))
		return client, api, func() {}, err
	}
	server, err := livetest.Start()
	if err != nil {
		return nil, "", nil, err
	}
	closeAll = func() { _ = server.Close() }
	signedIn, err := server.Account().Token()
	if err == nil {
		conf := server.OAuthConfig(liveconnect.DesktopRedirectURL)
		client, err = liveconnect.NewClient(conf.Client(ctx, signedIn), liveconnect.WithBaseURL(server.APIURL))
	}
	if err != nil {
		closeAll()
		return nil, "", nil, err
	}
	return client, server.APIURL + " (an emulator, for this run only)", closeAll, nil
}

// tour shows one thing after the other, and deletes the album in the end, whatever happened.
func tour(ctx context.Context, client *liveconnect.Client, photos []photo) (err error) {
	step("An album")
	album, err := client.Albums.Create(ctx, liveconnect.Me, &liveconnect.NewAlbum{
		Name:        "Quickstart " + time.Now().Format("2006-01-02 15.04.05"),
		Description: liveconnect.Set("Made by the quickstart of go-liveconnect."),
	})
	if err != nil {
		return err
	}
	fmt.Printf("   made %q\n", album.Name)
	defer func() {
		// Ctrl-C ends ctx, but the album goes all the same.
		step("Tidy up")
		cleanUp, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if e := client.Albums.Delete(cleanUp, album.ID); e != nil {
			err = errors.Join(err, e)
			return
		}
		fmt.Printf("   deleted %q with all that was in it\n", album.Name)
		if err == nil {
			next()
		}
	}()

	step("Photos up")
	if err := uploadAll(ctx, client, album.ID, photos); err != nil {
		return err
	}
	step("A list, two photos a page")
	if err := list(ctx, client, album.ID); err != nil {
		return err
	}
	step("What OneDrive does to large photos")
	if err := showDownsizing(ctx, client, album.ID, photos); err != nil {
		return err
	}
	step("A photo down")
	if err := downloadAndCompare(ctx, client, album.ID, photos); err != nil {
		return err
	}
	step("The same name again")
	return overwrite(ctx, client, album.ID, photos[len(photos)-1])
}

func step(title string) { fmt.Printf("\n%s\n", title) }

func next() {
	step("What next")
	fmt.Println(`   your photos     go run ./examples/quickstart a.jpg b.jpg
   your programs   go run ./cmd/liveconnectd    runs the service for programs in any language
   your tests      go doc ./livetest            runs it inside a Go test
   your code       go doc .                     is the library's front page`)
}
