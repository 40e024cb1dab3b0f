package liveconnect

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// Contact is an entry of a user's address book. All of it is read only; [ContactUpdate] has what can be changed.
type Contact struct {
	ID         string `json:"id"`
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name"`
	Name       string `json:"name"`   // the full name, in the order of the user's language
	Gender     string `json:"gender"` // "male", "female" or ""
	IsFriend   bool   `json:"is_friend"`
	IsFavorite bool   `json:"is_favorite"`
	// UserID is the contact's own account, for [UsersService.Get] and [UsersService.Picture]; "" without one.
	UserID string `json:"user_id"`
	Type   string `json:"type"` // "contact"; seen in responses, not documented
	// EmailHashes are the SHA-256 hashes of the email addresses, in hexadecimal: of the address followed by the
	// application's client id, both without blanks around them and in lower case.
	EmailHashes []string `json:"email_hashes"`
	UpdatedTime Time     `json:"updated_time"`
	Emails      Emails   `json:"emails"`      // wl.contacts_emails; seen in clients
	BirthDay    int      `json:"birth_day"`   // wl.contacts_birthday; 0 when not known
	BirthMonth  int      `json:"birth_month"` // wl.contacts_birthday; 0 when not known
}

func (c *Contact) id() string { return c.ID }

// NewContact is what [ContactsService.Create] needs: a first or last name, an email address, or an employer. A contact
// without names is shown by its address or company.
type NewContact struct {
	FirstName  string        `json:"first_name,omitempty"`
	LastName   string        `json:"last_name,omitempty"`
	Gender     string        `json:"gender,omitempty"` // "male" or "female"
	IsFavorite bool          `json:"is_favorite,omitempty"`
	Emails     ContactEmails `json:"emails,omitzero"`
	Work       []ContactWork `json:"work,omitempty"`
}

// ContactEmails are the email addresses of a [NewContact]. They cannot be changed afterwards.
type ContactEmails struct {
	Preferred string `json:"preferred,omitempty"`
	Personal  string `json:"personal,omitempty"`
	Business  string `json:"business,omitempty"`
	Other     string `json:"other,omitempty"`
}

// ContactWork is where a [NewContact] works. It cannot be read, nor changed afterwards.
type ContactWork struct {
	Employer Employer `json:"employer"`
}

func (c *NewContact) validate() error {
	if c == nil {
		return errors.New("the contact is nil")
	}
	texts := []string{c.FirstName, c.LastName, c.Emails.Preferred, c.Emails.Personal, c.Emails.Business, c.Emails.Other}
	for _, work := range c.Work {
		texts = append(texts, work.Employer.Name)
	}
	named := false
	for _, text := range texts {
		if err := checkText("contact", text, 0); err != nil {
			return err
		}
		named = named || text != ""
	}
	if !named {
		return errors.New("the contact needs a first_name, a last_name, one of its emails, or an employer's name")
	}
	return checkGender(c.Gender)
}

// ContactUpdate changes a contact's properties; what is left out stays as it is.
type ContactUpdate struct {
	FirstName  Opt[string] `json:"first_name,omitzero"`
	LastName   Opt[string] `json:"last_name,omitzero"`
	Gender     Opt[string] `json:"gender,omitzero"` // "male", "female" or Null
	IsFavorite Opt[bool]   `json:"is_favorite,omitzero"`
}

func (u *ContactUpdate) validate() error {
	if u == nil || *u == (ContactUpdate{}) {
		return errNoChange
	}
	if u.IsFavorite.IsNull() {
		return errors.New("is_favorite cannot be null")
	}
	if gender, ok := u.Gender.Get(); ok && gender == "" {
		return errors.New("gender is empty: use Null to remove it")
	}
	return errors.Join(
		checkText("first_name", u.FirstName.value, 0),
		checkText("last_name", u.LastName.value, 0),
		checkGender(u.Gender.value),
	)
}

func checkGender(gender string) error { return oneOf("gender", gender, "", "male", "female") }

// ContactsService is for the address books of users: [Client.Contacts].
type ContactsService service

// List returns one page of a user's contacts: GET /USER_ID/contacts, scope wl.basic, and wl.contacts_birthday or
// wl.contacts_emails for some fields. [Me] is the signed-in user.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Contact object".
func (s *ContactsService) List(ctx context.Context, userID string, opts *PageOptions) (*Page[*Contact], error) {
	return s.list("Contacts.List", userID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *ContactsService) Pages(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Page[*Contact], error] {
	return s.list("Contacts.Pages", userID, opts).pages(ctx)
}

// All iterates over the contacts of all pages of List.
func (s *ContactsService) All(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Contact, error] {
	return s.list("Contacts.All", userID, opts).all(ctx)
}

func (s *ContactsService) list(op, userID string, opts *PageOptions) lister[Contact, *Contact] {
	return newLister[Contact]((*service)(s), op, objectPath("user id", userID).add("contacts"), opts)
}

// Get returns a contact: GET /CONTACT_ID, scope wl.basic, and wl.contacts_birthday or wl.contacts_emails for some
// fields.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Contact object".
func (s *ContactsService) Get(ctx context.Context, contactID string) (*Contact, error) {
	return get[Contact](ctx, (*service)(s), "Contacts.Get", objectPath("contact id", contactID))
}

// Create adds a contact: POST /USER_ID/contacts, scope wl.contacts_create. [Me] is the signed-in user.
//
// Errors: [ErrParameterMissing], [ErrForbidden]. Reference page "Contact object".
func (s *ContactsService) Create(ctx context.Context, userID string, contact *NewContact) (*Contact, error) {
	return send[Contact](ctx, (*service)(s), "Contacts.Create", http.MethodPost, objectPath("user id", userID).add("contacts"), contact)
}

// Update changes a contact's properties: PUT /CONTACT_ID, scope wl.contacts_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Seen in clients: the tests of Microsoft's SDK for Windows have it, the
// documents do not.
func (s *ContactsService) Update(ctx context.Context, contactID string, change *ContactUpdate) (*Contact, error) {
	return send[Contact](ctx, (*service)(s), "Contacts.Update", http.MethodPut, objectPath("contact id", contactID), change)
}

// Delete removes a contact: DELETE /CONTACT_ID, scope wl.contacts_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Seen in clients, like Update.
func (s *ContactsService) Delete(ctx context.Context, contactID string) error {
	return remove(ctx, (*service)(s), "Contacts.Delete", objectPath("contact id", contactID))
}
