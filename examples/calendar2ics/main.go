// Calendar2ics writes the calendars of an account into iCalendar files, which calendars of all kinds import.
//
// By default it runs on an emulator of Live Connect that it starts itself, with events of its own:
//
//	go run ./examples/calendar2ics -zone Europe/Oslo
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // for systems that have no table of time zones

	ics "github.com/arran4/golang-ical"
	"github.com/dustin/go-humanize/english"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/agenda"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/examples/internal/newfile"
	"github.com/go-liveconnect/liveconnect/examples/internal/sample"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const about = `calendar2ics [-api URL -token TOKEN] [-zone ZONE] [-dir DIR]

Writes each calendar of an account into an iCalendar file (RFC 5545).`

func main() { command.Main("calendar2ics", run) }

// settings are what the command line says.
type settings struct {
	zone     *time.Location
	dir      string
	from, to time.Time
}

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	set := settings{zone: time.UTC}
	now := time.Now().UTC()
	flags := command.NewFlags("calendar2ics", about)
	signIn := account.AddFlags(flags.FlagSet, liveconnect.ScopeCalendars)
	flags.StringVar(&set.dir, "dir", ".", "`directory` for the files; older ones of the same calendars are replaced")
	zone := flags.String("zone", "UTC", "time `zone` to write the events in, such as Europe/Oslo")
	from := flags.String("from", "2005-01-01", "first `day` of the events")
	to := flags.String("to", now.AddDate(2, 0, 0).Format(time.DateOnly), "`day` after the last")
	err := flags.ParseAll(args, stdout)
	if err != nil {
		return err
	}
	if set.zone, err = time.LoadLocation(*zone); err != nil || set.zone == time.Local {
		return command.Usage("-zone %s: want a name such as Europe/Oslo", *zone) // files need a name that holds everywhere
	}
	if set.from, err = time.ParseInLocation(time.DateOnly, *from, set.zone); err != nil {
		return command.Usage("-from %s: want a day such as 2014-08-31", *from)
	}
	if set.to, err = time.ParseInLocation(time.DateOnly, *to, set.zone); err != nil || !set.to.After(set.from) {
		return command.Usage("-to %s: want a day such as 2014-08-31, after -from", *to)
	}
	signedIn, err := signIn.Open(ctx, func(ctx context.Context) (*livetest.Server, error) { return sample.Start(ctx, sample.Small(0)) })
	if err != nil {
		return err
	}
	defer signedIn.Close() //nolint:errcheck // the work is done
	return export(ctx, signedIn.Client, set, stdout)
}

// export writes a file for each calendar.
func export(ctx context.Context, client *liveconnect.Client, set settings, stdout io.Writer) error {
	if err := os.MkdirAll(set.dir, 0o700); err != nil {
		return err
	}
	taken := map[string]bool{}
	recurrent := 0
	for calendar, err := range client.Calendars.All(ctx, liveconnect.Me, nil) {
		if err != nil {
			return err
		}
		var events []*liveconnect.Event
		for event, err := range agenda.Events(ctx, client, calendar.ID, set.from, set.to) {
			if err != nil {
				return err
			}
			events = append(events, event)
			if event.IsRecurrent {
				recurrent++
			}
		}
		if len(events) == 0 {
			fmt.Fprintf(stdout, "%s: no events, no file\n", calendar.Name)
			continue
		}
		name := filepath.Join(set.dir, fileName(calendar.Name, taken))
		err := newfile.Write(name, 0o600, func(w io.Writer) error {
			return icalendar(calendar, events, set.zone).SerializeTo(w, ics.WithNewLineWindows) // that is what RFC 5545 wants
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s: %s\n", name, english.Plural(len(events), "event", ""))
	}
	if recurrent > 0 {
		fmt.Fprintf(stdout, "\n%s written once: how events come again, the service says in words only. They are the comment.\n",
			english.Plural(recurrent, "recurring event was", "recurring events were"))
	}
	return nil
}

// fileName makes a name for a file of the name of a calendar, another one for each.
func fileName(calendar string, taken map[string]bool) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, calendar), " .")
	if name == "" {
		name = "calendar"
	}
	unique := name
	for i := 2; taken[strings.ToLower(unique)]; i++ {
		unique = fmt.Sprintf("%s (%d)", name, i)
	}
	taken[strings.ToLower(unique)] = true
	return unique + ".ics"
}
