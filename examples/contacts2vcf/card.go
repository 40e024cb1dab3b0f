package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/emersion/go-vcard"

	"github.com/go-liveconnect/liveconnect"
)

// card is a contact as a vCard. The hashes of the addresses stay behind: they are made for one application, and mean
// nothing to an address book.
func card(c *liveconnect.Contact) vcard.Card {
	card := vcard.Card{}
	card.SetValue(vcard.FieldVersion, "4.0")
	card.Set(vcard.FieldUID, &vcard.Field{Value: c.ID, Params: vcard.Params{vcard.ParamValue: {"text"}}})
	card.SetValue(vcard.FieldFormattedName, oneLine(cmp.Or(c.Name, c.ID))) // must not be empty
	if c.FirstName != "" || c.LastName != "" {
		card.SetName(&vcard.Name{FamilyName: component(c.LastName), GivenName: component(c.FirstName)})
	}
	switch c.Gender {
	case "female":
		card.SetGender(vcard.SexFemale, "")
	case "male":
		card.SetGender(vcard.SexMale, "")
	}
	if date := birthday(c.BirthMonth, c.BirthDay); date != "" {
		card.SetValue(vcard.FieldBirthday, date)
	}
	addEmails(card, c.Emails)
	if c.IsFavorite {
		card.SetCategories([]string{"Favorites"})
	}
	if !c.UpdatedTime.IsZero() {
		card.SetRevision(c.UpdatedTime.Time)
	}
	return card
}

// birthday is a date without a year, as the service keeps it: RFC 6350 has forms for a day, a month, and both.
func birthday(month, day int) string {
	switch {
	case month < 0 || month > 12 || day < 0 || day > 31 || month == 0 && day == 0:
		return ""
	case day == 0:
		return fmt.Sprintf("--%02d", month)
	case month == 0:
		return fmt.Sprintf("---%02d", day)
	}
	return fmt.Sprintf("--%02d%02d", month, day)
}

// addEmails adds each address once. The preferred one is mostly one of the others again.
func addEmails(card vcard.Card, emails liveconnect.Emails) {
	fields := map[string]*vcard.Field{}
	add := func(address, param, value string) {
		if address == "" {
			return
		}
		field := fields[strings.ToLower(address)]
		if field == nil {
			field = &vcard.Field{Value: oneLine(address), Params: vcard.Params{}}
			fields[strings.ToLower(address)] = field
			card.Add(vcard.FieldEmail, field)
		}
		if param != "" {
			field.Params.Set(param, value)
		}
	}
	add(emails.Preferred, vcard.ParamPreferred, "1")
	add(emails.Personal, vcard.ParamType, vcard.TypeHome)
	add(emails.Business, vcard.ParamType, vcard.TypeWork)
	add(emails.Other, "", "")
	add(emails.Account, "", "")
}

// component is a part of a name. The library separates the parts with semicolons and has no way to write one within.
func component(s string) string { return strings.ReplaceAll(oneLine(s), ";", ",") }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
