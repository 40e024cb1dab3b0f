package graphtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// contactProperties are what can be set of a contact. The first are the backend's too; the others are kept beside it.
var contactProperties = []string{
	"givenName", "surname", "primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress", "emailAddresses", "companyName",
	"jobTitle", "birthday",
	"displayName", "middleName", "nickName", "title", "initials", "generation", "fileAs", "department", "profession", "officeLocation",
	"homePhones", "businessPhones", "mobilePhone", "imAddresses", "businessHomePage", "assistantName", "manager", "spouseName",
	"personalNotes", "children", "homeAddress", "businessAddress", "otherAddress", "categories",
}

// keptBeside reports whether a backend has no place for the property.
func keptBeside(name string) bool { return slices.Index(contactProperties, name) > 7 } // the year of a birthday is

// noBirthYear is the year of birthdays that have none, in Outlook.
const noBirthYear = 1604

func listContacts(c *call) (*answer, error) {
	contacts, err := backend.All(c.backend.Contacts(c.ctx(), c.user, false, backend.Page{}))
	if err != nil {
		return nil, err
	}
	list := make([]object, len(contacts))
	for i, contact := range contacts {
		list[i] = c.contact(contact)
	}
	return c.outlookPage("contacts", list)
}

// contact is a contact as Graph writes it.
func (c *call) contact(contact backend.Contact) object {
	o := object{
		"id":        c.outlookID(outlookID{kind: kindContact, owner: contact.Owner, id: contact.ID}),
		"givenName": nullable(contact.FirstName), "surname": nullable(contact.LastName), "displayName": contact.Name,
		"lastModifiedDateTime": timestamp(contact.Updated), "createdDateTime": timestamp(contact.Updated),
		"parentFolderId": c.outlookID(outlookID{kind: kindContact, owner: contact.Owner}),
		"companyName":    nil, "jobTitle": nil, "birthday": nil, "fileAs": contact.Name, "categories": []string{},
		"emailAddresses": []object{}, "homePhones": []string{}, "businessPhones": []string{}, "imAddresses": []string{}, "children": []string{},
		"mobilePhone": nil, "personalNotes": "", "homeAddress": object{}, "businessAddress": object{}, "otherAddress": object{},
	}
	if len(contact.Work) > 0 {
		o["companyName"], o["jobTitle"] = nullable(contact.Work[0].Employer), nullable(contact.Work[0].Position)
	}
	if contact.BirthDay != 0 {
		o["birthday"] = birthday(noBirthYear, contact.BirthMonth, contact.BirthDay)
	}
	c.addresses(o, contact)
	if beside, ok := c.extras.contacts.get(contact.ID); ok {
		maps.Copy(o, beside)
	}
	tag := versionOf(contact.Updated, o)
	o["changeKey"], o["@odata.etag"] = tag, `W/"`+tag+`"`
	return o
}

func birthday(year, month, day int) string {
	return fmt.Sprintf("%04d-%02d-%02dT11:59:00Z", year, month, day)
}

// addresses writes the same addresses twice: as the list, and as the three that v1.0 has now.
func (c *call) addresses(o object, contact backend.Contact) {
	list := []object{}
	e := contact.Emails
	for i, address := range []string{firstOf(e.Personal, e.Preferred), e.Business, e.Other} {
		if address == "" {
			continue
		}
		entry := object{"name": contact.Name, "address": address}
		o[[]string{"primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress"}[i]] = entry
		list = append(list, entry)
	}
	o["emailAddresses"] = list
}

func (c *call) findContact() (backend.Contact, error) {
	id, err := c.readOutlookID(kindContact, c.args[len(c.args)-1])
	if err != nil {
		return backend.Contact{}, err
	}
	contact, err := c.backend.Contact(c.ctx(), id.id)
	if err == nil && contact.Owner != c.user {
		err = backend.ErrNotFound
	}
	return contact, err
}

func getContact(c *call) (*answer, error) {
	contact, err := c.findContact()
	if err != nil {
		return nil, err
	}
	return c.entity(http.StatusOK, "contacts", c.contact(contact)), nil
}

func createContact(c *call) (*answer, error) {
	body, err := readEntity(c.r, "contact", contactProperties...)
	if err != nil {
		return nil, err
	}
	contact := backend.Contact{Owner: c.user}
	if err := setContact(&contact, body); err != nil {
		return nil, err
	}
	made, err := c.backend.CreateContact(c.ctx(), contact)
	if err != nil {
		return nil, err
	}
	c.keepBeside(made.ID, body)
	return c.entity(http.StatusCreated, "contacts", c.contact(made)), nil
}

func updateContact(c *call) (*answer, error) {
	body, err := readEntity(c.r, "contact", contactProperties...)
	if err != nil {
		return nil, err
	}
	contact, err := c.findContact()
	if err != nil {
		return nil, err
	}
	if err := setContact(&contact, body); err != nil {
		return nil, err
	}
	if contact, err = c.backend.UpdateContact(c.ctx(), contact); err != nil {
		return nil, err
	}
	c.keepBeside(contact.ID, body)
	return c.entity(http.StatusOK, "contacts", c.contact(contact)), nil
}

func deleteContact(c *call) (*answer, error) {
	contact, err := c.findContact()
	if err != nil {
		return nil, err
	}
	if err := c.backend.DeleteContact(c.ctx(), contact.ID); err != nil {
		return nil, err
	}
	return noContent(), nil
}

// setContact changes what the backend has a place for.
func setContact(contact *backend.Contact, body object) error {
	set(&contact.FirstName, change(body, "givenName"))
	set(&contact.LastName, change(body, "surname"))
	if err := setAddresses(contact, body); err != nil {
		return err
	}
	if _, ok := body["birthday"]; ok {
		contact.BirthDay, contact.BirthMonth = 0, 0
		if day, ok := parseTimestamp(body, "birthday"); ok {
			contact.BirthDay, contact.BirthMonth = day.Day(), int(day.Month())
		}
	}
	work := backend.Work{}
	if len(contact.Work) > 0 {
		work = contact.Work[0]
	}
	set(&work.Employer, change(body, "companyName"))
	set(&work.Position, change(body, "jobTitle"))
	contact.Work = nil
	if work != (backend.Work{}) {
		contact.Work = []backend.Work{work}
	}
	return nil
}

// setAddresses takes either form of the addresses. What a client that sends both would get is not known.
func setAddresses(contact *backend.Contact, body object) error {
	list, hasList := body["emailAddresses"].([]any)
	_, first := body["primaryEmailAddress"]
	_, second := body["secondaryEmailAddress"]
	_, third := body["tertiaryEmailAddress"]
	e := &contact.Emails
	switch {
	case hasList && (first || second || third):
		return badRequest("Give emailAddresses, or primaryEmailAddress and its like, not both.")
	case hasList && len(list) > 3:
		return badRequest("A contact has three email addresses at most.")
	case hasList:
		addresses := [3]string{}
		for i, entry := range list {
			addresses[i] = text(entry.(object), "address") //nolint:forcetypeassert // the facts have checked it
		}
		e.Personal, e.Business, e.Other = addresses[0], addresses[1], addresses[2]
		e.Preferred = e.Personal
		return nil
	}
	if first {
		e.Personal = text(inner(body, "primaryEmailAddress"), "address")
		e.Preferred = e.Personal
	}
	if second {
		e.Business = text(inner(body, "secondaryEmailAddress"), "address")
	}
	if third {
		e.Other = text(inner(body, "tertiaryEmailAddress"), "address")
	}
	return nil
}

// keepBeside keeps what the backend has no place for.
func (c *call) keepBeside(id string, body object) {
	before, _ := c.extras.contacts.get(id)
	beside := maps.Clone(before)
	if beside == nil {
		beside = object{}
	}
	for name, value := range body {
		if keptBeside(name) {
			beside[name] = value
		}
	}
	if day, ok := parseTimestamp(body, "birthday"); ok {
		beside["birthday"] = birthday(day.Year(), int(day.Month()), day.Day())
	}
	c.extras.contacts.put(id, beside)
}
