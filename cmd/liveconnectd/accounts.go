package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
)

// accountsFile is what -accounts names.
type accountsFile struct {
	Clients  []clientJSON  `json:"clients"`
	Accounts []accountJSON `json:"accounts"`
}

// clientJSON is an application.
type clientJSON struct {
	ID           string   `json:"id"`
	Secret       string   `json:"secret"`
	Name         string   `json:"name"`
	RedirectURLs []string `json:"redirect_urls"`
}

// accountJSON is an account to be opened.
type accountJSON struct {
	ID         string        `json:"id"`
	LoginID    string        `json:"login_id"`
	Name       string        `json:"name"`
	FirstName  string        `json:"first_name"`
	LastName   string        `json:"last_name"`
	Gender     string        `json:"gender"`
	Locale     string        `json:"locale"`
	BirthDay   int           `json:"birth_day"`
	BirthMonth int           `json:"birth_month"`
	BirthYear  int           `json:"birth_year"`
	Emails     emailsJSON    `json:"emails"`
	Addresses  addressesJSON `json:"addresses"`
	Phones     phonesJSON    `json:"phones"`
	Work       []workJSON    `json:"work"`
	Quota      int64         `json:"quota"`   // bytes
	Friends    []string      `json:"friends"` // ids or addresses, as all that name an account
	Shares     []shareJSON   `json:"shares"`
	Files      []fileJSON    `json:"files"`

	// In a file only: names of a directory and of an image, seen from the file.
	Seed    string `json:"seed"`
	Picture string `json:"picture"`
}

type emailsJSON struct {
	Preferred string `json:"preferred"`
	Account   string `json:"account"`
	Personal  string `json:"personal"`
	Business  string `json:"business"`
	Other     string `json:"other"`
}

type addressesJSON struct {
	Personal addressJSON `json:"personal"`
	Business addressJSON `json:"business"`
}

type addressJSON struct {
	Street     string `json:"street"`
	Street2    string `json:"street_2"`
	City       string `json:"city"`
	State      string `json:"state"`
	PostalCode string `json:"postal_code"`
	Region     string `json:"region"`
}

type phonesJSON struct {
	Personal string `json:"personal"`
	Business string `json:"business"`
	Mobile   string `json:"mobile"`
}

type workJSON struct {
	Employer string `json:"employer"`
	Position string `json:"position"`
}

// shareJSON lets others see an item, and all below it.
type shareJSON struct {
	Path   string   `json:"path"`
	With   []string `json:"with"`   // nobody named: everyone
	Access string   `json:"access"` // the word for it; empty: the service's
}

// allScopes are those of a token unless others are asked for: everything, so that it works with any program.
func allScopes() []string {
	return []string{
		"wl.basic", "wl.signin", "wl.offline_access", "wl.birthday", "wl.calendars_update", "wl.contacts_birthday",
		"wl.contacts_create", "wl.contacts_update", "wl.contacts_calendars", "wl.contacts_photos", "wl.contacts_skydrive",
		"wl.contacts_emails", "wl.emails", "wl.events_create", "wl.phone_numbers", "wl.photos", "wl.postal_addresses",
		"wl.share", "wl.skydrive_update", "wl.work_profile", "wl.applications", "wl.applications_create",
	}
}

// readAccounts reads the file of -accounts. Without one there is Roberto, as in the service's documents.
func readAccounts(path string) (accountsFile, error) {
	var file accountsFile
	if path != "" {
		text, err := os.ReadFile(path) //nolint:gosec // the file that -accounts names
		if err != nil {
			return file, fmt.Errorf("-accounts: %w", err)
		}
		if err := readJSON(text, &file); err != nil {
			return file, fmt.Errorf("-accounts %s: %w; see -h for an example", path, err)
		}
	}
	if len(file.Accounts) == 0 {
		file.Accounts = []accountJSON{{
			FirstName: "Roberto", LastName: "Tamburello", Emails: emailsJSON{Account: "roberto@contoso.com"},
		}}
	}
	for i := range file.Accounts {
		a := &file.Accounts[i]
		for _, name := range []*string{&a.Seed, &a.Picture} {
			if *name != "" && !filepath.IsAbs(*name) {
				*name = filepath.Join(filepath.Dir(path), *name)
			}
		}
	}
	for i, c := range file.Clients {
		if c.ID == "" {
			return file, fmt.Errorf("-accounts %s: client %d has no id", path, i+1)
		}
	}
	return file, nil
}

func (f accountsFile) clients() []login.Client {
	clients := make([]login.Client, len(f.Clients))
	for i, c := range f.Clients {
		clients[i] = login.Client(c)
	}
	return clients
}

func (a *accountJSON) user() backend.User {
	u := backend.User{
		ID: a.ID, LoginID: a.LoginID, Name: a.Name, FirstName: a.FirstName, LastName: a.LastName, Gender: a.Gender,
		Locale: a.Locale, BirthDay: a.BirthDay, BirthMonth: a.BirthMonth, BirthYear: a.BirthYear,
		Emails: backend.Emails(a.Emails), Phones: backend.Phones(a.Phones),
		Addresses: backend.Addresses{
			Personal: backend.Address(a.Addresses.Personal), Business: backend.Address(a.Addresses.Business),
		},
	}
	for _, w := range a.Work {
		u.Work = append(u.Work, backend.Work(w))
	}
	return u
}

// fill opens the accounts of the file and puts in what belongs there, unless the store has accounts already.
func (w *world) fill(ctx context.Context, file accountsFile, opts options, log *slog.Logger) error {
	if users, err := backend.All(w.store.AllUsers(ctx, backend.Page{Limit: 1})); err != nil || len(users) > 0 {
		return err
	}
	opened := make([]backend.User, len(file.Accounts))
	for i := range file.Accounts {
		var err error
		if opened[i], err = w.store.AddUser(file.Accounts[i].user()); err != nil {
			return fmt.Errorf("-accounts: account %d: %w", i+1, err)
		}
	}
	for i := range file.Accounts {
		if dir := file.Accounts[i].Seed; dir != "" {
			if err := w.seed(ctx, opened[i].ID, dir, log); err != nil {
				return fmt.Errorf("-accounts: seed of %s: %w", opened[i].Name, err)
			}
		}
	}
	for _, s := range opts.seeds {
		u := opened[0]
		if s.who != "" {
			var err error
			if u, err = w.user(ctx, s.who); err != nil {
				return fmt.Errorf("-seed: %w", err)
			}
		}
		if err := w.seed(ctx, u.ID, s.dir, log); err != nil {
			return fmt.Errorf("-seed: %w", err)
		}
	}
	for i := range file.Accounts {
		if err := w.furnish(ctx, opened[i].ID, &file.Accounts[i]); err != nil {
			return fmt.Errorf("-accounts: %s: %w", opened[i].Name, err)
		}
	}
	return nil
}

// furnish puts into an account what its description says: after all that it may name is there. The quota comes last,
// so that an account can be full from the start.
func (w *world) furnish(ctx context.Context, id string, a *accountJSON) error {
	for _, f := range a.Files {
		if _, err := w.addFile(ctx, id, f); err != nil {
			return err
		}
	}
	for _, who := range a.Friends {
		friend, err := w.user(ctx, who)
		if err == nil {
			err = w.store.Befriend(id, friend.ID)
		}
		if err != nil {
			return fmt.Errorf("friends: %w", err)
		}
	}
	for _, s := range a.Shares {
		if err := w.share(ctx, id, s); err != nil {
			return fmt.Errorf("shares: %w", err)
		}
	}
	if a.Picture != "" {
		picture, err := os.ReadFile(a.Picture)
		if err == nil {
			err = w.store.SetUserPicture(id, picture)
		}
		if err != nil {
			return fmt.Errorf("picture: %w", err)
		}
	}
	if a.Quota > 0 {
		return w.store.SetQuota(id, a.Quota)
	}
	return nil
}

func (w *world) share(ctx context.Context, owner string, s shareJSON) error {
	item, err := w.itemAt(ctx, owner, s.Path)
	if err != nil {
		return err
	}
	if len(s.With) == 0 {
		return w.store.ShareItem(item.Ref, "", s.Access)
	}
	for _, who := range s.With {
		u, err := w.user(ctx, who)
		if err != nil {
			return err
		}
		if err := w.store.ShareItem(item.Ref, u.ID, s.Access); err != nil {
			return err
		}
	}
	return nil
}

// user finds an account by its id or by one of its addresses.
func (w *world) user(ctx context.Context, who string) (backend.User, error) {
	u, err := w.store.User(ctx, strings.ToLower(who))
	if errors.Is(err, backend.ErrNotFound) {
		u, err = w.store.UserByLogin(ctx, who)
	}
	if !errors.Is(err, backend.ErrNotFound) {
		return u, err
	}
	const named = 20 // in the error
	users, err := w.store.AllUsers(ctx, backend.Page{Limit: named})
	if err != nil {
		return u, err
	}
	known := make([]string, len(users.Items))
	for i, u := range users.Items {
		known[i] = u.ID + " (" + u.Name + ")"
	}
	if users.More {
		known = append(known, "…")
	}
	return u, fmt.Errorf("%w: no account has the id or address %q; there are %s", errNoAccount, who, strings.Join(known, ", "))
}
