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
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
	"github.com/go-liveconnect/liveconnect/examples/internal/sample"
	"github.com/go-liveconnect/liveconnect/livetest"
	"github.com/go-liveconnect/liveconnect/tree"
)

const about = `photobackup [-api URL -token TOKEN] [-dir DIR]

Mirrors all albums into a directory and makes a contact sheet of them. Run again, it brings only what is new.`

func main() { command.Main("photobackup", run) }

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := command.NewFlags("photobackup", about)
	signIn := account.AddFlags(flags.FlagSet, liveconnect.ScopeSkyDrive)
	dir := flags.String("dir", "", "`directory` for the photos (default \"photobackup\"; with the emulator, one of that name among the temporary files)")
	parallel := flags.Int("parallel", 6, "photos downloaded at once")
	photos := flags.Int("photos", 300, "photos that the emulator has")
	speed := flags.Int64("speed", 256<<10, "bytes a second that the emulator sends over each connection; 0 is as fast as it can")
	if err := flags.ParseAll(args, stdout); err != nil {
		return err
	}
	if *photos < 0 || *parallel < 1 || *speed < 0 {
		return command.Usage("-photos %d, -parallel %d, -speed %d: none may be negative, and -parallel is 1 or more", *photos, *parallel, *speed)
	}
	if *dir == "" {
		*dir = "photobackup"
		if signIn.API == "" {
			*dir = filepath.Join(os.TempDir(), "photobackup")
		}
	}
	signedIn, err := signIn.Open(ctx, func(ctx context.Context) (*livetest.Server, error) {
		server, err := sample.Start(ctx, sample.Small(*photos))
		if err == nil && *speed > 0 {
			server.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.SlowLink(*speed)})
		}
		return server, err
	})
	if err != nil {
		return err
	}
	defer signedIn.Close() //nolint:errcheck // the work is done
	return backup(ctx, signedIn, *dir, *parallel, stdout)
}

func backup(ctx context.Context, signedIn *account.Account, dir string, parallel int, stdout io.Writer) error {
	client := signedIn.Client
	me, err := client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	albums, bytes, err := survey(ctx, client)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Photos of %s\n\n   Service    %s\n   Albums     %d, with %s\n   Directory  %s\n\n",
		me.Name, signedIn.Where, albums, size(bytes), dir)

	started := time.Now()
	show := newDisplay(stdout, bytes)
	saved := &sheet{Owner: me.Name}
	result, err := tree.Download(ctx, client, liveconnect.Root, dir, &tree.Options{
		Concurrency: parallel,
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
	name, sheetErr := saved.write(dir)
	summary(stdout, result, time.Since(started), name)
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

func summary(w io.Writer, result tree.Result, took time.Duration, sheet string) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(count int, what string) {
		if count > 0 {
			fmt.Fprintf(table, "   %s\t %s\n", humanize.Comma(int64(count)), what)
		}
	}
	fmt.Fprintln(w)
	line(result.Done, fmt.Sprintf("saved, %s in %s", size(result.Bytes), progress.Took(took)))
	line(result.Skipped, "were there already")
	line(result.Interrupted, "left for the next run")
	line(result.Failed, "failed")
	_ = table.Flush() // to the terminal
	for _, f := range result.Failures {
		fmt.Fprintf(w, "      %s: %v\n", f.Path, f.Err)
	}
	if sheet != "" {
		fmt.Fprintf(w, "\n   Open %s in a browser to see them.\n", sheet)
	}
}

func size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }
