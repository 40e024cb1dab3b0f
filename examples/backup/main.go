// Backup copies a whole OneDrive into a directory: all files, with checksums, a record of what there is, and a contact
// sheet of the photos, index.html, which opens in any browser.
//
// By default it runs on an emulator of Live Connect that it starts itself, with 300 photos of its own:
//
//	go run ./examples/backup
//
// It takes a service of yours, such as one that cmd/liveconnectd runs, and a directory to keep the files in:
//
//	go run ./examples/backup -api URL -token TOKEN -dir DIR
//
// Ctrl-C ends it at any time. Run again, it goes on where it stood, brings only what is new, and says what has changed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/examples/internal/sample"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const about = `backup [-api URL -token TOKEN] [-dir DIR] [-dry-run]
       backup -verify [-dir DIR]

Copies a whole OneDrive into a directory, with checksums and a contact sheet of the photos. Run again, it brings only
what is new, and says what has changed. Nothing is ever deleted.`

func main() { command.Main("backup", run) }

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := command.NewFlags("backup", about)
	signIn := account.AddFlags(flags.FlagSet, liveconnect.ScopeSkyDrive)
	dir := flags.String("dir", "", "`directory` of the backup (default \"backup\"; with the emulator, one of that name among the temporary files)")
	parallel := flags.Int("parallel", 6, "files downloaded at once")
	dry := flags.Bool("dry-run", false, "say what would be downloaded, and write nothing")
	check := flags.Bool("verify", false, "compare the files of the backup with their checksums; asks no service")
	photos := flags.Int("photos", 300, "photos that the emulator has")
	speed := flags.Int64("speed", 256<<10, "bytes a second that the emulator sends over each connection; 0 is as fast as it can")
	if err := flags.ParseAll(args, stdout); err != nil {
		return err
	}
	if *photos < 0 || *parallel < 1 || *speed < 0 {
		return command.Usage("-photos %d, -parallel %d, -speed %d: none may be negative, and -parallel is 1 or more", *photos, *parallel, *speed)
	}
	if *dry && *check {
		return command.Usage("-dry-run and -verify: want one of them")
	}
	if *dir == "" {
		*dir = "backup"
		if signIn.API == "" {
			*dir = filepath.Join(os.TempDir(), "backup")
		}
	}
	if *check {
		return verify(ctx, *dir, stdout)
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

	b := &backup{client: signedIn.Client, dir: *dir, parallel: *parallel, out: stdout}
	if b.last, err = loadRecord(*dir); err != nil {
		return err
	}
	me, err := b.client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	if b.last.Owner != "" && b.last.Owner != me.ID {
		return fmt.Errorf("%s is a backup of %s: choose another -dir for %s", *dir, b.last.Name, me.Name)
	}
	root, err := b.client.Folders.Root(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	b.owner, b.size = me, root.Size
	fmt.Fprintf(stdout, "OneDrive of %s\n\n   Service    %s\n   Directory  %s\n   Last run   %s\n", me.Name, signedIn.Where, *dir, b.last.when())
	if *dry {
		return b.plan(ctx)
	}
	err = b.run(ctx)
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(stdout, "\nRun the same command again, and it goes on from here.")
	}
	return err
}
