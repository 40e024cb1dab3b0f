package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
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

func (c *call) showContact(contact backend.Contact) any {
	out := contactJSON{
		ID: "contact." + contact.ID, FirstName: textOrNull(contact.FirstName), LastName: textOrNull(contact.LastName),
		Name:   c.fullName(contact.Name, contact.FirstName, contact.LastName),
		Gender: textOrNull(contact.Gender), IsFriend: contact.IsFriend, IsFavorite: contact.IsFavorite, UserID: textOrNull(contact.UserID), Type: "contact",
		EmailHashes: c.emailHashes(contact.Emails), UpdatedTime: timeText(contact.Updated),
	}
	if c.hasScope("wl.contacts_emails") {
		out.Emails = showEmails(contact.Emails)
	}
	if c.hasScope("wl.contacts_birthday") {
		out.birthDateJSON = &birthDateJSON{numberOrNull(contact.BirthDay), numberOrNull(contact.BirthMonth)}
	}
	return out
}

// emailHashes lets an application find its own users among contacts without being told addresses: each is hashed
// together with the client id.
func (c *call) emailHashes(e backend.Emails) []string {
	out := []string{}
	seen := map[string]bool{}
	for _, address := range []string{e.Preferred, e.Account, e.Personal, e.Business, e.Other} {
		if address = strings.TrimSpace(address); address == "" {
			continue
		}
		sum := sha256.Sum256([]byte(strings.ToLower(address + strings.TrimSpace(c.grant.client))))
		if h := hex.EncodeToString(sum[:]); !seen[h] {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}

func listContacts(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	contacts, err := backend.All(c.s.backend.Contacts(c.ctx(), c.owner(), false, backend.Page{}))
	if err != nil {
		return reply{}, err
	}
	return listPage(c, contacts, c.showContact)
}

// friendJSON is a contact who is a friend: id is that of the friend's own account.
type friendJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func listFriends(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	contacts, err := backend.All(c.s.backend.Contacts(c.ctx(), c.owner(), false, backend.Page{}))
	if err != nil {
		return reply{}, err
	}
	var friends []backend.Contact
	for _, contact := range contacts {
		if contact.IsFriend && contact.UserID != "" {
			friends = append(friends, contact)
		}
	}
	return listPage(c, friends, func(f backend.Contact) any { return friendJSON{f.UserID, c.fullName(f.Name, f.FirstName, f.LastName)} })
}

// contact finds the contact of the path in the caller's own address book.
func (c *call) contact() (backend.Contact, error) {
	contact, err := c.s.backend.Contact(c.ctx(), c.target.id)
	if err == nil && contact.Owner != c.user() {
		err = backend.ErrNotFound
	}
	return contact, err
}

func getContact(c *call) (reply, error) {
	contact, err := c.contact()
	if err != nil {
		return reply{}, err
	}
	return reply{body: c.showContact(contact)}, nil
}

func createContact(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	contact := backend.Contact{Owner: c.user()}
	if err := applyContact(&contact, c.body); err != nil {
		return reply{}, err
	}
	if contactIsEmpty(contact) {
		return reply{}, errMissingOneOf("first_name", "last_name", "emails.preferred", "emails.personal",
			"emails.business", "emails.other", "work.employer.name")
	}
	contact, err := c.s.backend.CreateContact(c.ctx(), contact)
	if err != nil {
		return reply{}, err
	}
	return reply{
		status: http.StatusCreated, body: c.showContact(contact), location: c.apiURL("contact." + contact.ID + "/"),
	}, nil
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
	contact, err := c.contact()
	if err != nil {
		return reply{}, err
	}
	if err := applyContact(&contact, c.body); err != nil {
		return reply{}, err
	}
	if contact, err = c.s.backend.UpdateContact(c.ctx(), contact); err != nil {
		return reply{}, err
	}
	return reply{body: c.showContact(contact)}, nil
}

func deleteContact(c *call) (reply, error) {
	contact, err := c.contact()
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.s.backend.DeleteContact(c.ctx(), contact.ID)
}

// applyContact sets what the body names.
func applyContact(contact *backend.Contact, body object) error {
	set := func(at *string, from object, name string) {
		if v := from.textPtr(name); v != nil {
			*at = *v
		}
	}
	set(&contact.FirstName, body, "first_name")
	set(&contact.LastName, body, "last_name")
	if gender := body.textPtr("gender"); gender != nil {
		contact.Gender = strings.ToLower(*gender)
		if contact.Gender != "" && contact.Gender != "male" && contact.Gender != "female" {
			return errParameter("gender", "one of these: male, female, null")
		}
	}
	contact.IsFavorite = body.flag("is_favorite", contact.IsFavorite)
	emails := body.object("emails")
	set(&contact.Emails.Preferred, emails, "preferred")
	set(&contact.Emails.Account, emails, "account")
	set(&contact.Emails.Personal, emails, "personal")
	set(&contact.Emails.Business, emails, "business")
	set(&contact.Emails.Other, emails, "other")
	if work := body.list("work"); work != nil {
		contact.Work = nil
		for _, w := range work {
			var entry backend.Work
			set(&entry.Employer, w.object("employer"), "name")
			set(&entry.Position, w.object("position"), "name")
			contact.Work = append(contact.Work, entry)
		}
	}
	return nil
}
