// Photobackup mirrors all albums of a OneDrive into a directory, and makes a contact sheet of them: index.html, which
// opens in any browser.
//
// By default it runs on an emulator of Live Connect that it starts itself, with 300 photos of its own:
//
//	go run ./examples/photobackup
//
// It takes a service of yours, such as one that cmd/liveconnectd runs, and a directory to keep the photos in:
//
//	go run ./examples/photobackup -api URL -token TOKEN -dir DIR
//
// Ctrl-C ends it at any time. Run again, it goes on where it stood, and brings only what is new.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"golang.org/x/oauth2"
	"golang.org/x/term"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/tree"
)

// settings are what the command line says.
type settings struct {
	api, token, dir string
	parallel        int
	photos          int
	speed           int64
}

func main() {
	var set settings
	flag.StringVar(&set.api, "api", "", "base URL of a Live Connect service; empty starts an emulator")
	flag.StringVar(&set.token, "token", "", "access token for -api, with the scope wl.skydrive")
	flag.StringVar(&set.dir, "dir", "", "directory for the photos (default \"photobackup\"; with the emulator, one of that name among the temporary files)")
	flag.IntVar(&set.parallel, "parallel", 6, "photos downloaded at once")
	flag.IntVar(&set.photos, "photos", 300, "photos that the emulator has")
	flag.Int64Var(&set.speed, "speed", 256<<10, "bytes a second that the emulator sends over each connection; 0 is as fast as it can")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "usage: photobackup [-api URL -token TOKEN] [-dir DIR]\n\n"+
			"Mirrors all albums into a directory and makes a contact sheet of them.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 0 || set.photos < 0 || set.parallel < 1 || set.speed < 0 {
		flag.Usage()
		os.Exit(2)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, set)
	stop()
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "\nStopped. Run the same command again, and it goes on from here.")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "\nphotobackup:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, set settings) error {
	service, err := connect(ctx, set)
	if err != nil {
		return err
	}
	defer service.close()
	client := service.client
	me, err := client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	albums, bytes, err := survey(ctx, client)
	if err != nil {
		return err
	}
	fmt.Printf("Photos of %s\n\n   Service    %s\n   Albums     %d, with %s\n   Directory  %s\n\n",
		me.Name, service.where, albums, size(bytes), service.dir)

	started := time.Now()
	show := newDisplay(term.IsTerminal(int(os.Stdout.Fd())), bytes)
	saved := &sheet{Owner: me.Name}
	result, err := tree.Download(ctx, client, liveconnect.Root, service.dir, &tree.Options{
		Concurrency: set.parallel,
		Replace:     true, // the directory is a copy: what has changed on the service changes here
		Select:      inAlbum,
		Report: func(f tree.File) {
			show.report(f)
			saved.add(f)
		},
	})
	show.close()
	if err != nil && result.Done+result.Skipped == 0 {
		return err
	}
	// The sheet shows what is there, also when the backup is not complete.
	name, sheetErr := saved.write(service.dir)
	summary(result, time.Since(started), name)
	return errors.Join(err, sheetErr)
}

// survey counts the albums, and the bytes that are in them.
func survey(ctx context.Context, client *liveconnect.Client) (albums int, bytes int64, err error) {
	for album, err := range client.Albums.All(ctx, liveconnect.Me, nil) {
		if err != nil {
			return 0, 0, err
		}
		albums++
		bytes += album.Size
	}
	return albums, bytes, nil
}

// inAlbum selects the albums, which all lie at the root of a drive, and everything in them.
func inAlbum(e tree.Entry) bool {
	_, album := e.Item.(*liveconnect.Album)
	return album || e.Depth > 0
}

func summary(result tree.Result, took time.Duration, sheet string) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(count int, what string) {
		if count > 0 {
			fmt.Fprintf(table, "   %s\t %s\n", humanize.Comma(int64(count)), what)
		}
	}
	fmt.Println()
	line(result.Done, fmt.Sprintf("saved, %s in %s", size(result.Bytes), took.Round(time.Second/10)))
	line(result.Skipped, "were there already")
	line(result.Interrupted, "left for the next run")
	line(result.Failed, "failed")
	_ = table.Flush() // to the terminal
	for _, f := range result.Failures {
		fmt.Printf("      %s: %v\n", f.Path, f.Err)
	}
	if sheet != "" {
		fmt.Printf("\n   Open %s in a browser to see them.\n", sheet)
	}
}

func size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }

// service is where the photos are.
type service struct {
	client *liveconnect.Client
	where  string
	dir    string // where they go
	close  func()
}

// connect signs in: to the service of the command line, or to an emulator of its own.
func connect(ctx context.Context, set settings) (*service, error) {
	if set.api == "" {
		return emulate(ctx, set)
	}
	if set.dir == "" {
		set.dir = "photobackup"
	}
	dir, err := filepath.Abs(set.dir)
	if err != nil {
		return nil, err
	}
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: set.token})
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(set.api), liveconnect.WithTokenSource(source))
	return &service{client: client, where: set.api, dir: dir, close: func() {}}, err
}
