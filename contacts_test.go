package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

const contactID = "contact.b4466224b2ca42798c3d4ea90c75aa56"

func TestDocumentedContact(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "documented/contact_list.json").Contacts.List(t.Context(), liveconnect.Me, nil)
	got := one(t, page, err)
	assert.Equal(t, &liveconnect.Contact{
		ID: contactID, FirstName: "Henrik", LastName: "Jensen", Name: "Henrik Jensen",
		EmailHashes: []string{
			"9ecdb19f4eb8e04304c5d1280368c42e85b6e4fe39f08b0c837ec592b905a620",
			"fc05492f50da6488aa14dcf221d395bcb29a4e43b43b250d60c68df4f831cad3",
		},
		UpdatedTime: at("2011-04-22 00:11:13"), BirthDay: 29, BirthMonth: 3,
	}, got)
	holdsAll(t, element(t, fixture(t, "documented/contact_list.json")), got)
}

func TestRecordedContacts(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "recorded/contact_list.json").Contacts.List(t.Context(), liveconnect.Me, nil)
	require.NoError(t, err)
	assert.Equal(t, []*liveconnect.Contact{{
		ID: "contact.5a6b7c8d000000000000000000000000", FirstName: "Tomás", LastName: "Arregui", Name: "Tomás Arregui",
		IsFriend: true, UserID: "3f0e9d8c7b6a5948", Type: "contact",
		EmailHashes: []string{
			"c9affe7f758723c3eb9fe8b143520c7d3c73fa7cacdbf1a76b34e18624cc6ecf",
			"ff968276a085edb7dccf9f0414ae367925aa9cc7a97ebdb538010016f5e00293",
		},
		UpdatedTime: at("2011-11-30 12:00:41"),
	}, {
		ID: "contact.5a6b7c8e000000000000000000000000", FirstName: "Agnes", LastName: "Whitlock", Name: "Agnes Whitlock",
		IsFavorite: true, Type: "contact",
		EmailHashes: []string{"37742e00d990d888da9804734e2d3260f45d3c0c401d4fdabdd89759581ff3c5"},
		UpdatedTime: at("2011-12-02 07:18:26"),
	}}, page.Data)
}

func TestContactFields(t *testing.T) {
	t.Parallel()
	const content = `{"id":"c","first_name":null,"last_name":null,"gender":"female","email_hashes":null,"birth_day":null,
		"emails":{"preferred":"p@example.com","account":null,"personal":"q@example.com","business":null,"other":"o@example.com"}}`
	got, err := newStub(t, answer(http.StatusOK, []byte(content))).client(t).Contacts.Get(t.Context(), "c")
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Contact{
		ID: "c", Gender: "female",
		Emails: liveconnect.Emails{Preferred: "p@example.com", Personal: "q@example.com", Other: "o@example.com"},
	}, got)
}

func TestContactsList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.PageOptions{Limit: 2}
	l := listing[*liveconnect.Contact]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Contact], error) {
			return c.Contacts.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Contact], error] {
			return c.Contacts.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Contact, error] {
			return c.Contacts.All(ctx, id, opts)
		},
	}
	l.check(t, liveconnect.Me, "/me/contacts", `{"id":"c"}`, limitOf2())
	l.check(t, "8c8ce076ca27823f", "/8c8ce076ca27823f/contacts", `{"id":"c"}`, limitOf2())
}

func TestContacts(t *testing.T) {
	t.Parallel()
	const contact = `{"id":"` + contactID + `"}`
	want := &liveconnect.Contact{ID: contactID}
	create := func(contact *liveconnect.NewContact) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Contacts.Create(ctx, liveconnect.Me, contact)
		}
	}
	update := func(change *liveconnect.ContactUpdate) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Contacts.Update(ctx, contactID, change)
		}
	}
	acme := []liveconnect.ContactWork{{Employer: liveconnect.Employer{Name: "Acme"}}}
	exchanges(t, []exchange{{
		name: "Get", answer: contact, method: "GET", path: "/" + contactID, want: want,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Contacts.Get(ctx, contactID) },
	}, {
		name: "Create with everything", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts", want: want,
		body: `{"first_name":"Ann","last_name":"Lee","gender":"female","is_favorite":true,
			"emails":{"preferred":"p@example.com","personal":"q@example.com","business":"b@example.com","other":"o@example.com"},
			"work":[{"employer":{"name":"Acme"}}]}`,
		call: create(&liveconnect.NewContact{
			FirstName: "Ann", LastName: "Lee", Gender: "female", IsFavorite: true,
			Emails: liveconnect.ContactEmails{
				Preferred: "p@example.com", Personal: "q@example.com", Business: "b@example.com", Other: "o@example.com",
			},
			Work: acme,
		}),
	}, {
		name: "Create by first name", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts",
		body: `{"first_name":"Ann"}`, call: create(&liveconnect.NewContact{FirstName: "Ann"}),
	}, {
		name: "Create by last name", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts",
		body: `{"last_name":"Lee"}`, call: create(&liveconnect.NewContact{LastName: "Lee"}),
	}, {
		name: "Create by preferred", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts",
		body: `{"emails":{"preferred":"a@example.com"}}`,
		call: create(&liveconnect.NewContact{Emails: liveconnect.ContactEmails{Preferred: "a@example.com"}}),
	}, {
		name: "Create by personal", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts",
		body: `{"emails":{"personal":"a@example.com"}}`,
		call: create(&liveconnect.NewContact{Emails: liveconnect.ContactEmails{Personal: "a@example.com"}}),
	}, {
		name: "Create by business", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts",
		body: `{"emails":{"business":"a@example.com"}}`,
		call: create(&liveconnect.NewContact{Emails: liveconnect.ContactEmails{Business: "a@example.com"}}),
	}, {
		name: "Create by other", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts",
		body: `{"emails":{"other":"a@example.com"}}`,
		call: create(&liveconnect.NewContact{Emails: liveconnect.ContactEmails{Other: "a@example.com"}}),
	}, {
		name: "Create by employer", status: http.StatusCreated, answer: contact, method: "POST", path: "/me/contacts",
		body: `{"work":[{"employer":{"name":"Acme"}}]}`, call: create(&liveconnect.NewContact{Work: acme}),
	}, {
		name: "Update everything", answer: contact, method: "PUT", path: "/" + contactID, want: want,
		body: `{"first_name":"Ann","last_name":null,"gender":null,"is_favorite":false}`,
		call: update(&liveconnect.ContactUpdate{
			FirstName: liveconnect.Set("Ann"), LastName: liveconnect.Null[string](), Gender: liveconnect.Null[string](),
			IsFavorite: liveconnect.Set(false),
		}),
	}, {
		name: "Update one", answer: contact, method: "PUT", path: "/" + contactID, body: `{"gender":"male"}`,
		call: update(&liveconnect.ContactUpdate{Gender: liveconnect.Set("male")}),
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + contactID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Contacts.Delete(ctx, contactID))
		},
	}})
}

func TestContactsRefuse(t *testing.T) {
	t.Parallel()
	create := func(userID string, contact *liveconnect.NewContact) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Contacts.Create(ctx, userID, contact)
			return err
		}
	}
	update := func(contactID string, change *liveconnect.ContactUpdate) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Contacts.Update(ctx, contactID, change)
			return err
		}
	}
	refused(t, badCalls{
		"Get: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Contacts.Get(ctx, "")
			return err
		},
		"Delete: empty id":      func(ctx context.Context, c *liveconnect.Client) error { return c.Contacts.Delete(ctx, "") },
		"Create: empty id":      create("", &liveconnect.NewContact{FirstName: "Ann"}),
		"Create: nil":           create(liveconnect.Me, nil),
		"Create: nothing":       create(liveconnect.Me, &liveconnect.NewContact{}),
		"Create: not enough":    create(liveconnect.Me, &liveconnect.NewContact{Gender: "male", IsFavorite: true}),
		"Create: no employer":   create(liveconnect.Me, &liveconnect.NewContact{Work: make([]liveconnect.ContactWork, 1)}),
		"Create: bad gender":    create(liveconnect.Me, &liveconnect.NewContact{FirstName: "Ann", Gender: "F"}),
		"Create: not UTF-8":     create(liveconnect.Me, &liveconnect.NewContact{FirstName: "\xff"}),
		"Update: empty id":      update("", &liveconnect.ContactUpdate{FirstName: liveconnect.Set("Ann")}),
		"Update: nil":           update(contactID, nil),
		"Update: nothing":       update(contactID, &liveconnect.ContactUpdate{}),
		"Update: gender":        update(contactID, &liveconnect.ContactUpdate{Gender: liveconnect.Set("F")}),
		"Update: empty gender":  update(contactID, &liveconnect.ContactUpdate{Gender: liveconnect.Set("")}),
		"Update: null favorite": update(contactID, &liveconnect.ContactUpdate{IsFavorite: liveconnect.Null[bool]()}),
		"Update: not UTF-8":     update(contactID, &liveconnect.ContactUpdate{LastName: liveconnect.Set("\xff")}),
	})
}
