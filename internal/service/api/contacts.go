package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// contactJSON has the recorded order, with type, which the documents lack; then what needs a scope of its own.
type contactJSON struct {
	ID          string      `json:"id"`
	FirstName   *string     `json:"first_name"`
	LastName    *string     `json:"last_name"`
	Name        string      `json:"name"`
	Gender      *string     `json:"gender"`
	IsFriend    bool        `json:"is_friend"`
	IsFavorite  bool        `json:"is_favorite"`
	UserID      *string     `json:"user_id"`
	Type        string      `json:"type"`
	EmailHashes []string    `json:"email_hashes"`
	UpdatedTime *string     `json:"updated_time"`
	Emails      *emailsJSON `json:"emails,omitempty"`
	*birthDateJSON
}

// birthDateJSON is a contact's birthday: without the year.
type birthDateJSON struct {
	Day   *int `json:"birth_day"`
	Month *int `json:"birth_month"`
}

func showContact(c *call, contact backend.Contact) any {
	out := contactJSON{
		ID: "contact." + contact.ID, FirstName: wire.TextOrNull(contact.FirstName), LastName: wire.TextOrNull(contact.LastName),
		Name:   fullName(c, contact.Name, contact.FirstName, contact.LastName),
		Gender: wire.TextOrNull(contact.Gender), IsFriend: contact.IsFriend, IsFavorite: contact.IsFavorite, UserID: wire.TextOrNull(contact.UserID), Type: "contact",
		EmailHashes: emailHashes(c, contact.Emails), UpdatedTime: wire.TimeText(contact.Updated),
	}
	if c.grant.Scopes.Has("wl.contacts_emails") {
		out.Emails = showEmails(contact.Emails)
	}
	if c.grant.Scopes.Has("wl.contacts_birthday") {
		out.birthDateJSON = &birthDateJSON{wire.NumberOrNull(contact.BirthDay), wire.NumberOrNull(contact.BirthMonth)}
	}
	return out
}

// emailHashes lets an application find its own users among contacts without being told addresses: each is hashed
// together with the client id.
func emailHashes(c *call, e backend.Emails) []string {
	out := []string{}
	seen := map[string]bool{}
	for _, address := range []string{e.Preferred, e.Account, e.Personal, e.Business, e.Other} {
		if address = strings.TrimSpace(address); address == "" {
			continue
		}
		sum := sha256.Sum256([]byte(strings.ToLower(address + strings.TrimSpace(c.grant.Client))))
		if h := hex.EncodeToString(sum[:]); !seen[h] {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}

func listContacts(c *call) (reply, error) {
	contacts, err := c.h.Accounts.Contacts(c.Context(), c.owner())
	if err != nil {
		return reply{}, err
	}
	return listPage(c, contacts, func(contact backend.Contact) any { return showContact(c, contact) })
}

// friendJSON is a contact who is a friend: id is that of the friend's own account.
type friendJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func listFriends(c *call) (reply, error) {
	list := c.h.Accounts.Contacts
	if remote, ok := c.h.Accounts.(backend.Remote); ok {
		list = remote.Friends
	}
	contacts, err := list(c.Context(), c.owner())
	if err != nil {
		return reply{}, err
	}
	var friends []backend.Contact
	for _, contact := range contacts {
		if contact.IsFriend && contact.UserID != "" {
			friends = append(friends, contact)
		}
	}
	return listPage(c, friends, func(f backend.Contact) any { return friendJSON{f.UserID, fullName(c, f.Name, f.FirstName, f.LastName)} })
}

// ownContact finds the contact of the path in the caller's own address book.
func ownContact(c *call) (backend.Contact, error) {
	contact, err := c.h.Accounts.Contact(c.Context(), c.target.id)
	if err == nil && contact.Owner != c.grant.User {
		err = backend.ErrNotFound
	}
	return contact, err
}

func getContact(c *call) (reply, error) {
	contact, err := ownContact(c)
	return reply{body: showContact(c, contact)}, err
}

func createContact(c *call) (reply, error) {
	contact := backend.Contact{Owner: c.grant.User}
	if err := applyContact(&contact, c.body); err != nil {
		return reply{}, err
	}
	if contactIsEmpty(contact) {
		return reply{}, wire.MissingOneOf("first_name", "last_name", "emails.preferred", "emails.personal",
			"emails.business", "emails.other", "work.employer.name")
	}
	contact, err := c.h.Accounts.CreateContact(c.Context(), contact)
	return c.created("contact."+contact.ID, showContact(c, contact)), err
}

func contactIsEmpty(contact backend.Contact) bool {
	e := contact.Emails
	if contact.FirstName+contact.LastName+e.Preferred+e.Personal+e.Business+e.Other != "" {
		return false
	}
	for _, w := range contact.Work {
		if w.Employer != "" {
			return false
		}
	}
	return true
}

// updateContact is not in any document, only in Microsoft's own test server.
func updateContact(c *call) (reply, error) {
	contact, err := ownContact(c)
	if err != nil {
		return reply{}, err
	}
	if err := applyContact(&contact, c.body); err != nil {
		return reply{}, err
	}
	contact, err = c.h.Accounts.UpdateContact(c.Context(), contact)
	return reply{body: showContact(c, contact)}, err
}

func deleteContact(c *call) (reply, error) {
	contact, err := ownContact(c)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.h.Accounts.DeleteContact(c.Context(), contact.ID)
}

// applyContact sets what the body names.
func applyContact(contact *backend.Contact, body wire.Object) error {
	set := func(at *string, from wire.Object, name string) {
		if v := from.TextPtr(name); v != nil {
			*at = *v
		}
	}
	set(&contact.FirstName, body, "first_name")
	set(&contact.LastName, body, "last_name")
	if gender := body.TextPtr("gender"); gender != nil {
		contact.Gender = strings.ToLower(*gender)
		if contact.Gender != "" && contact.Gender != "male" && contact.Gender != "female" {
			return wire.BadParameter("gender", "one of these: male, female, null")
		}
	}
	contact.IsFavorite = body.Flag("is_favorite", contact.IsFavorite)
	emails := body.Object("emails")
	set(&contact.Emails.Preferred, emails, "preferred")
	set(&contact.Emails.Account, emails, "account")
	set(&contact.Emails.Personal, emails, "personal")
	set(&contact.Emails.Business, emails, "business")
	set(&contact.Emails.Other, emails, "other")
	if work := body.List("work"); work != nil {
		contact.Work = nil
		for _, w := range work {
			var entry backend.Work
			set(&entry.Employer, w.Object("employer"), "name")
			set(&entry.Position, w.Object("position"), "name")
			contact.Work = append(contact.Work, entry)
		}
	}
	return nil
}
