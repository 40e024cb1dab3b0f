package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Befriend puts two users into each other's address books, as friends.
func (s *Store) Befriend(a, b string) error {
	return s.update(func() error {
		first, err := s.account(a)
		if err != nil {
			return err
		}
		second, err := s.account(b)
		if err != nil {
			return err
		}
		s.addFriend(first, second.user)
		s.addFriend(second, first.user)
		return nil
	})
}

// addFriend marks u's contact in the account as a friend, and makes one if there is none. It needs the lock.
func (s *Store) addFriend(a *account, u backend.User) {
	for c := range a.contacts.from(allClasses, 0, false) {
		if c.UserID == u.ID {
			a.contacts.remove(c)
			c.IsFriend, c.Updated = true, s.now()
			a.contacts.add(c)
			s.markContact(c)
			return
		}
	}
	s.addContact(a, backend.Contact{
		FirstName: u.FirstName, LastName: u.LastName, Gender: u.Gender, IsFriend: true, UserID: u.ID,
		Emails: u.Emails, Work: u.Work, BirthDay: u.BirthDay, BirthMonth: u.BirthMonth,
	})
}

// addContact gives the contact an id, a name and a time. It needs the lock.
func (s *Store) addContact(a *account, c backend.Contact) *contact {
	c = cloneContact(c)
	c.ID, c.Owner = s.newID(32), a.user.ID
	c.Name, c.Updated = contactName(c), s.now()
	made := &contact{Contact: c, made: s.issued}
	a.contacts.add(made)
	s.contacts[c.ID] = made
	s.markContact(made)
	return made
}

// contactName is what a contact is listed under.
func contactName(c backend.Contact) string {
	e := c.Emails
	name := cmp.Or(strings.TrimSpace(c.FirstName+" "+c.LastName), e.Preferred, e.Personal, e.Business, e.Other)
	for _, work := range c.Work {
		name = cmp.Or(name, work.Employer)
	}
	return name
}

func cloneContact(c backend.Contact) backend.Contact {
	c.Work = slices.Clone(c.Work)
	return c
}

// Contacts implements [backend.People].
func (s *Store) Contacts(_ context.Context, owner string, friends bool, page backend.Page) (backend.List[backend.Contact], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(owner)
	if err != nil {
		return backend.List[backend.Contact]{}, err
	}
	set := allClasses
	if friends {
		set = 1 << friend
	}
	show := func(c *contact) backend.Contact { return cloneContact(c.Contact) }
	return pageOf(a.contacts.from(set, page.Offset, false), page, a.contacts.count(set), show), nil
}

// friend is the class of contacts that are friends and have an account; all others are of class 0.
const friend = 1

// contactOrder is by name.
var contactOrder = ordering[*contact]{
	func(a, b *contact) int { return cmp.Or(compareFolded(a.Name, b.Name), cmp.Compare(a.made, b.made)) },
	func(c *contact) class {
		if c.IsFriend && c.UserID != "" {
			return friend
		}
		return 0
	},
}

// Contact implements [backend.People].
func (s *Store) Contact(_ context.Context, id string) (backend.Contact, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := s.contacts[id]
	if c == nil {
		return backend.Contact{}, backend.ErrNotFound
	}
	return cloneContact(c.Contact), nil
}

// CreateContact implements [backend.People].
func (s *Store) CreateContact(_ context.Context, c backend.Contact) (backend.Contact, error) {
	return modify(s, func() (backend.Contact, error) {
		a, err := s.account(c.Owner)
		if err != nil {
			return backend.Contact{}, err
		}
		return cloneContact(s.addContact(a, c).Contact), nil
	})
}

// UpdateContact implements [backend.People].
func (s *Store) UpdateContact(_ context.Context, c backend.Contact) (backend.Contact, error) {
	return modify(s, func() (backend.Contact, error) {
		old := s.contacts[c.ID]
		if old == nil {
			return backend.Contact{}, backend.ErrNotFound
		}
		c.Owner, c.Name, c.Updated = old.Owner, contactName(c), s.now()
		a := s.accounts[c.Owner]
		a.contacts.remove(old)
		old.Contact = cloneContact(c)
		a.contacts.add(old)
		s.markContact(old)
		return cloneContact(c), nil
	})
}

// DeleteContact implements [backend.People].
func (s *Store) DeleteContact(_ context.Context, id string) error {
	return s.update(func() error {
		c := s.contacts[id]
		if c == nil {
			return backend.ErrNotFound
		}
		delete(s.contacts, id)
		s.unmarkContact(c)
		a := s.accounts[c.Owner]
		a.contacts.remove(c)
		return nil
	})
}

// Share implements [backend.People].
func (s *Store) Share(_ context.Context, owner string, activity backend.Activity) (backend.Activity, error) {
	return modify(s, func() (backend.Activity, error) {
		a, err := s.account(owner)
		if err != nil {
			return backend.Activity{}, err
		}
		activity.From, activity.Created = s.person(owner), s.now()
		a.activities = append(a.activities, activity)
		s.markActivity(a, len(a.activities)-1)
		return activity, nil
	})
}

// Activities is what a user has shared, the oldest first.
func (s *Store) Activities(owner string) ([]backend.Activity, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(owner)
	if err != nil {
		return nil, err
	}
	return slices.Clone(a.activities), nil
}
