package graph

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// immutable asks Outlook for ids that stay.
const immutable = `IdType="ImmutableId"`

type userJSON struct {
	DisplayName string `json:"displayName"`
	GivenName   string `json:"givenName"`
	Surname     string `json:"surname"`
	Mail        string `json:"mail"`
	Principal   string `json:"userPrincipalName"`
	Language    string `json:"preferredLanguage"`
	Mobile      string `json:"mobilePhone"`
}

// AllUsers implements [backend.Users]: Graph shows nobody but the caller.
func (b *Backend) AllUsers(context.Context, backend.Page) (backend.List[backend.User], error) {
	return backend.List[backend.User]{}, nil
}

// UserByLogin implements [backend.Users]: nobody is known before he signs in at Microsoft.
func (b *Backend) UserByLogin(context.Context, string) (backend.User, error) {
	return backend.User{}, backend.ErrNotFound
}

// User implements [backend.Users].
func (b *Backend) User(ctx context.Context, id string) (backend.User, error) {
	a, err := b.own(ctx, id)
	if err != nil {
		return backend.User{}, err
	}
	var j userJSON
	if err := b.get(ctx, "/me", nil, &j); err != nil {
		return backend.User{}, err
	}
	address := cmp.Or(j.Mail, j.Principal)
	return backend.User{
		ID: a.cid, LoginID: strings.Repeat("0", 16) + a.cid, Name: j.DisplayName, FirstName: j.GivenName, LastName: j.Surname,
		Locale: strings.ReplaceAll(j.Language, "-", "_"), Emails: backend.Emails{Account: address, Preferred: address},
		Phones: backend.Phones{Mobile: j.Mobile},
	}, nil
}

// UserPicture implements [backend.Users]. Graph gives the picture in one size.
func (b *Backend) UserPicture(ctx context.Context, id string, _ int) (backend.Content, error) {
	if _, err := b.own(ctx, id); err != nil {
		return backend.Content{}, err
	}
	a, err := b.do(ctx, request{method: http.MethodGet, path: "/me/photo/$value"})
	if err != nil {
		return backend.Content{}, err
	}
	return backend.Content{
		ReadSeekCloser: memoryFile{bytes.NewReader(a.body)}, Size: int64(len(a.body)), Type: a.header.Get("Content-Type"), Name: "UserTile",
	}, nil
}

type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error { return nil }

type addressJSON struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
}

type contactJSON struct {
	ID          string        `json:"id"`
	DisplayName string        `json:"displayName"`
	GivenName   string        `json:"givenName"`
	Surname     string        `json:"surname"`
	Company     string        `json:"companyName"`
	JobTitle    string        `json:"jobTitle"`
	Birthday    string        `json:"birthday"`
	Modified    time.Time     `json:"lastModifiedDateTime"`
	Addresses   []addressJSON `json:"emailAddresses"`
	Primary     *addressJSON  `json:"primaryEmailAddress"`
	Secondary   *addressJSON  `json:"secondaryEmailAddress"`
	Tertiary    *addressJSON  `json:"tertiaryEmailAddress"`
}

func (j contactJSON) contact(owner string) backend.Contact {
	c := backend.Contact{
		ID: j.ID, Owner: owner, FirstName: j.GivenName, LastName: j.Surname, Name: j.DisplayName, Updated: j.Modified,
	}
	var addresses [3]string
	if j.Primary != nil || j.Secondary != nil || j.Tertiary != nil {
		for i, a := range []*addressJSON{j.Primary, j.Secondary, j.Tertiary} {
			if a != nil {
				addresses[i] = a.Address
			}
		}
	} else {
		for i, a := range j.Addresses[:min(3, len(j.Addresses))] {
			addresses[i] = a.Address
		}
	}
	c.Emails = backend.Emails{Preferred: addresses[0], Personal: addresses[0], Business: addresses[1], Other: addresses[2]}
	if j.Company != "" || j.JobTitle != "" {
		c.Work = []backend.Work{{Employer: j.Company, Position: j.JobTitle}}
	}
	if day, err := time.Parse(time.DateOnly, j.Birthday[:min(10, len(j.Birthday))]); err == nil {
		c.BirthDay, c.BirthMonth = day.Day(), int(day.Month())
	}
	return c
}

// contactBody is a contact as Graph takes it.
func contactBody(c backend.Contact) map[string]any {
	var work backend.Work
	if len(c.Work) > 0 {
		work = c.Work[0]
	}
	name := cmp.Or(strings.TrimSpace(c.FirstName+" "+c.LastName), c.Emails.Preferred, c.Emails.Personal, c.Emails.Business, c.Emails.Other, work.Employer)
	body := map[string]any{
		"givenName": c.FirstName, "surname": c.LastName, "displayName": name, "companyName": work.Employer, "jobTitle": work.Position,
	}
	first := cmp.Or(c.Emails.Personal, c.Emails.Preferred)
	addresses := []string{first, c.Emails.Business, c.Emails.Other}
	if first == "" && c.Emails.Business+c.Emails.Other != "" || c.Emails.Business == "" && c.Emails.Other != "" {
		// A list would move the later ones up.
		for i, property := range []string{"primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress"} {
			body[property] = nil
			if addresses[i] != "" {
				body[property] = addressJSON{name, addresses[i]}
			}
		}
		return body
	}
	list := []addressJSON{}
	for _, address := range addresses {
		if address != "" {
			list = append(list, addressJSON{name, address})
		}
	}
	body["emailAddresses"] = list
	return body
}

// Contacts implements [backend.People].
func (b *Backend) contacts(ctx context.Context, owner string) ([]backend.Contact, error) {
	if _, err := b.own(ctx, owner); err != nil {
		return nil, err
	}
	all, err := list[contactJSON](ctx, b, request{
		method: http.MethodGet, path: "/me/contacts", prefer: []string{immutable},
		query: url.Values{"$top": {fmt.Sprint(maxTop)}, "$orderby": {"displayName"}},
	}, 0)
	contacts := make([]backend.Contact, len(all))
	for i, j := range all {
		contacts[i] = j.contact(owner)
	}
	return contacts, err
}

// contactCall is a call whose answer is a contact of the caller's.
func (b *Backend) contactCall(ctx context.Context, method, id string, body any) (backend.Contact, error) {
	a, err := b.me(ctx)
	if err != nil {
		return backend.Contact{}, err
	}
	path := "/me/contacts"
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	var j contactJSON
	if err := b.call(ctx, request{method: method, path: path, prefer: []string{immutable}, json: body}, &j); err != nil {
		return backend.Contact{}, err
	}
	return j.contact(a.cid), nil
}

// Contact implements [backend.People].
func (b *Backend) Contact(ctx context.Context, id string) (backend.Contact, error) {
	return b.contactCall(ctx, http.MethodGet, id, nil)
}

// CreateContact implements [backend.People].
func (b *Backend) CreateContact(ctx context.Context, c backend.Contact) (backend.Contact, error) {
	return b.contactCall(ctx, http.MethodPost, "", contactBody(c))
}

// UpdateContact implements [backend.People].
func (b *Backend) UpdateContact(ctx context.Context, c backend.Contact) (backend.Contact, error) {
	return b.contactCall(ctx, http.MethodPatch, c.ID, contactBody(c))
}

// DeleteContact implements [backend.People].
func (b *Backend) DeleteContact(ctx context.Context, id string) error {
	return b.call(ctx, request{method: http.MethodDelete, path: "/me/contacts/" + url.PathEscape(id)}, nil)
}

// Friends implements [backend.Remote]: there are none in Graph.
func (b *Backend) friends(ctx context.Context, owner string) ([]backend.Contact, error) {
	if _, err := b.own(ctx, owner); err != nil {
		return nil, err
	}
	return nil, b.empty()
}
