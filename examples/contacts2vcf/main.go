// Contacts2vcf writes the contacts of an account into a vCard file, which address books of all kinds import.
//
// By default it runs on an emulator of Live Connect that it starts itself, with contacts of its own:
//
//	go run ./examples/contacts2vcf
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/dustin/go-humanize/english"
	"github.com/emersion/go-vcard"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/examples/internal/newfile"
	"github.com/go-liveconnect/liveconnect/examples/internal/sample"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const about = `contacts2vcf [-api URL -token TOKEN] [-o FILE]

Writes the contacts of an account into a file of vCards, version 4 (RFC 6350).`

func main() { command.Main("contacts2vcf", run) }

func run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := command.NewFlags("contacts2vcf", about)
	signIn := account.AddFlags(flags.FlagSet, liveconnect.ScopeBasic, liveconnect.ScopeContactsEmails, liveconnect.ScopeContactsBirthday)
	name := flags.String("o", "contacts.vcf", "`file` to write; an older one is replaced")
	if err := flags.ParseAll(args, stdout); err != nil {
		return err
	}
	signedIn, err := signIn.Open(ctx, func(ctx context.Context) (*livetest.Server, error) { return sample.Start(ctx, sample.Small(0)) })
	if err != nil {
		return err
	}
	defer signedIn.Close() //nolint:errcheck // the work is done

	count := 0
	err = newfile.Write(*name, 0o600, func(w io.Writer) error {
		cards := vcard.NewEncoder(w)
		for contact, err := range signedIn.Client.Contacts.All(ctx, liveconnect.Me, nil) {
			if err != nil {
				return err
			}
			if err := cards.Encode(card(contact)); err != nil {
				return err
			}
			count++
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s of %s written to %s\n", english.Plural(count, "contact", ""), signedIn.Where, *name)
	return nil
}
