// Exportall puts everything that an account holds into one zip file: the files with what the service knows of them,
// comments, tags, contacts, calendars and the profile.
//
// By default it runs on an emulator of Live Connect that it starts itself, with an account of its own:
//
//	go run ./examples/exportall
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/examples/internal/newfile"
	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
	"github.com/go-liveconnect/liveconnect/examples/internal/sample"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const about = `exportall [-api URL -token TOKEN] [-o FILE]
       exportall -verify FILE

Puts everything that an account holds into one zip file, or checks such a file.`

func main() { command.Main("exportall", run) }

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := command.NewFlags("exportall", about)
	signIn := account.AddFlags(flags.FlagSet, liveconnect.ScopeSkyDrive, liveconnect.ScopePhotos, liveconnect.ScopeCalendars,
		liveconnect.ScopeBasic, liveconnect.ScopeContactsEmails, liveconnect.ScopeContactsBirthday)
	name := flags.String("o", "account.zip", "`file` to write; an older one is replaced when the new one is complete")
	check := flags.String("verify", "", "check this `file` instead: that all is there, and is what was downloaded")
	if err := flags.ParseAll(args, stdout); err != nil {
		return err
	}
	if *check != "" {
		found, err := verify(ctx, *check)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s is whole: %s\n", *check, found.summary())
		return nil
	}
	signedIn, err := signIn.Open(ctx, func(ctx context.Context) (*livetest.Server, error) { return sample.Start(ctx, sample.Small(16)) })
	if err != nil {
		return err
	}
	defer signedIn.Close() //nolint:errcheck // the work is done
	return export(ctx, signedIn.Client, *name, stdout)
}

// export writes the file, and then says what is in it.
func export(ctx context.Context, client *liveconnect.Client, name string, stdout io.Writer) error {
	root, err := client.Folders.Root(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	bar := progress.Start(stdout, root.Size)
	defer bar.End()
	e := &exporter{client: client, bar: bar}
	err = newfile.Write(name, 0o600, func(w io.Writer) error { return e.write(ctx, w) })
	bar.End()
	if err != nil {
		return fmt.Errorf("nothing was written: %w", err)
	}
	fmt.Fprintf(stdout, "%s: %s\n", name, e.manifest.summary())
	for _, missing := range e.manifest.Missing {
		fmt.Fprintf(stdout, "   missing  %s: %s\n", missing.Path, missing.Error)
	}
	if len(e.manifest.Missing) > 0 {
		return fmt.Errorf("%s could not be read; the rest is in %s", english.Plural(len(e.manifest.Missing), "item", ""), name)
	}
	return nil
}

// summary is a line about what a file holds.
func (m *manifest) summary() string {
	return fmt.Sprintf("%s (%s), %s, %s, %s, %s, %s, %s",
		english.Plural(m.Records["items"], "item", ""), humanize.Bytes(uint64(max(m.Bytes, 0))),
		english.Plural(m.Records["comments"], "comment", ""), english.Plural(m.Records["tags"], "tag", ""),
		english.Plural(m.Records["contacts"], "contact", ""), english.Plural(m.Records["calendars"], "calendar", ""),
		english.Plural(m.Records["events"], "event", ""), english.Plural(len(m.Files), "file", "")+" in all")
}
