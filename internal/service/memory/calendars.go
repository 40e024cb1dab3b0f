package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Permissions of a calendar. Of the six words that there are, these fit what can be done here.
const (
	permissionOwner = "owner"
	permissionRead  = "read"
)

// openCalendars makes the calendars that every account has. It needs the lock.
func (s *Store) openCalendars(a *account) {
	name := "Calendar"
	if a.user.FirstName != "" {
		name = a.user.FirstName + "'s calendar"
	}
	s.addCalendar(a, newCalendar(backend.Calendar{
		Name: name, IsDefault: true, Permissions: permissionOwner, From: backend.Person{ID: a.user.ID},
	}))
	// It stays empty: that the service derived it from the contacts is known, how its events looked is not.
	birthdays := newCalendar(backend.Calendar{
		Name: "Birthday calendar", Permissions: permissionRead,
		Description: "The birthdays of the people in your contacts, kept up to date for you.",
	})
	birthdays.birthdays = true
	s.addCalendar(a, birthdays)
}

// addCalendar gives the calendar its id and its times. It needs the lock.
func (s *Store) addCalendar(a *account, c *calendar) {
	c.ID, c.Owner = s.newID(32), a.user.ID
	c.made = s.issued
	c.Created = s.now()
	c.Updated = c.Created
	a.calendars = append(a.calendars, c)
	s.calendars[c.ID] = c
	s.markCalendar(c)
}

// ShareCalendar lets the user of that cid see a calendar.
func (s *Store) ShareCalendar(id, with string) error {
	return s.update(func() error {
		c, err := s.findCalendar(id)
		if err != nil {
			return err
		}
		if _, err := s.account(with); err != nil {
			return err
		}
		c.share(with)
		s.markCalendar(c)
		return nil
	})
}

func (c *calendar) share(with string) {
	if c.shares == nil {
		c.shares = map[string]bool{}
	}
	c.shares[with] = true
}

func (s *Store) findCalendar(id string) (*calendar, error) {
	if c := s.calendars[id]; c != nil {
		return c, nil
	}
	return nil, backend.ErrNotFound
}

// readOnly reports whether others write the calendar's events: the birthdays and subscriptions.
func (c *calendar) readOnly() bool { return c.birthdays || c.Subscription != "" }

func (c *calendar) visibleTo(viewer string) bool { return viewer == c.Owner || c.shares[viewer] }

// calendarNow is the calendar with its maker as they are called now.
func (s *Store) calendarNow(c *calendar) backend.Calendar {
	now := c.Calendar
	if c.From.ID != "" {
		now.From = s.person(c.From.ID)
	}
	return now
}

// CalendarsOf implements [backend.Calendars]. The default calendar comes first, which clients rely on. To others a
// shared calendar shows the permission to read.
func (s *Store) CalendarsOf(_ context.Context, owner, viewer string, page backend.Page) (backend.List[backend.Calendar], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(owner)
	if err != nil {
		return backend.List[backend.Calendar]{}, err
	}
	var visible []*calendar
	for _, c := range a.calendars {
		if c.visibleTo(viewer) {
			visible = append(visible, c)
		}
	}
	return cut(visible, page, func(c *calendar) backend.Calendar {
		now := s.calendarNow(c)
		if viewer != owner {
			now.Permissions = permissionRead
		}
		return now
	}), nil
}

// Calendar implements [backend.Calendars]. It shows the calendar as its owner sees it.
func (s *Store) Calendar(_ context.Context, id string) (backend.Calendar, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, err := s.findCalendar(id)
	if err != nil {
		return backend.Calendar{}, err
	}
	return s.calendarNow(c), nil
}

// CalendarVisible implements [backend.Calendars].
func (s *Store) CalendarVisible(_ context.Context, id, viewer string) (bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, err := s.findCalendar(id)
	if err != nil {
		return false, err
	}
	return c.visibleTo(viewer), nil
}

// CreateCalendar implements [backend.Calendars]. Of c it takes Owner, Name, Description and Subscription; a
// subscription can only be read.
func (s *Store) CreateCalendar(_ context.Context, c backend.Calendar) (backend.Calendar, error) {
	return modify(s, func() (backend.Calendar, error) {
		a, err := s.account(c.Owner)
		if err != nil {
			return backend.Calendar{}, err
		}
		made := newCalendar(backend.Calendar{
			Name: c.Name, Description: c.Description, Subscription: c.Subscription,
			From: backend.Person{ID: a.user.ID}, Permissions: permissionOwner,
		})
		if c.Subscription != "" {
			made.Permissions = permissionRead
		}
		s.addCalendar(a, made)
		return s.calendarNow(made), nil
	})
}

// UpdateCalendar implements [backend.Calendars]. The birthday calendar is ErrReadOnly.
func (s *Store) UpdateCalendar(_ context.Context, id string, change backend.CalendarChange) (backend.Calendar, error) {
	return modify(s, func() (backend.Calendar, error) {
		c, err := s.findCalendar(id)
		if err != nil {
			return backend.Calendar{}, err
		}
		if c.birthdays {
			return backend.Calendar{}, backend.ErrReadOnly
		}
		set(&c.Name, change.Name)
		set(&c.Description, change.Description)
		set(&c.Subscription, change.Subscription)
		c.Updated = s.now()
		s.markCalendar(c)
		return s.calendarNow(c), nil
	})
}

// DeleteCalendar implements [backend.Calendars]. A subscription can be deleted.
func (s *Store) DeleteCalendar(_ context.Context, id string) error {
	return s.update(func() error {
		c, err := s.findCalendar(id)
		switch {
		case err != nil:
			return err
		case c.birthdays:
			return backend.ErrReadOnly
		case c.IsDefault:
			return backend.ErrDefault
		}
		delete(s.calendars, id)
		s.unmarkCalendar(c)
		a := s.accounts[c.Owner]
		a.calendars = slices.DeleteFunc(a.calendars, func(other *calendar) bool { return other == c })
		return nil
	})
}

// Events implements [backend.Calendars]. A zero to is no bound. Of a recurrent event only the first occurrence is
// known, because its recurrence is a text to be shown.
func (s *Store) Events(_ context.Context, calendars []string, from, to time.Time, page backend.Page) (backend.List[backend.Event], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var events []*event
	for _, id := range calendars {
		c, err := s.findCalendar(id)
		if err != nil {
			return backend.List[backend.Event]{}, err
		}
		for e := range c.events.after(&event{Event: backend.Event{Start: from.Add(-c.longest)}}) {
			if !to.IsZero() && !e.Start.Before(to) {
				break
			}
			// An event without length that starts at from is in the window too.
			if e.End.After(from) || !e.Start.Before(from) {
				events = append(events, e)
			}
		}
	}
	slices.SortStableFunc(events, func(a, b *event) int { return a.Start.Compare(b.Start) })
	return cut(events, page, s.eventNow), nil
}

// eventNow is the event in memory of its own, with its maker as they are called now.
func (s *Store) eventNow(e *event) backend.Event {
	now := e.Event
	now.From = s.person(e.From.ID)
	now.Reminder = clone(e.Reminder)
	return now
}

// eventOrder is by the start.
var eventOrder = ordering[*event]{
	func(a, b *event) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.made, b.made)) },
	func(*event) class { return 0 },
}

// newCalendar makes the indexes of a calendar.
func newCalendar(c backend.Calendar) *calendar {
	return &calendar{Calendar: c, events: index[*event]{ordering: &eventOrder}, byID: map[string]*event{}}
}

// add puts an event into the calendar. Before its times change it must be taken out again.
func (c *calendar) add(e *event) {
	c.events.add(e)
	c.byID[e.ID] = e
	c.longest = max(c.longest, e.End.Sub(e.Start))
}

// findEvent finds an event and its calendar. It needs the lock, for reading at least.
func (s *Store) findEvent(calendar, id string) (*calendar, *event, error) {
	c, err := s.findCalendar(calendar)
	if err != nil {
		return nil, nil, err
	}
	if e := c.byID[id]; e != nil {
		return c, e, nil
	}
	return nil, nil, backend.ErrNotFound
}

// Event implements [backend.Calendars].
func (s *Store) Event(_ context.Context, calendar, id string) (backend.Event, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, e, err := s.findEvent(calendar, id)
	if err != nil {
		return backend.Event{}, err
	}
	return s.eventNow(e), nil
}

// CreateEvent implements [backend.Calendars]. An event without From is its calendar's owner's.
func (s *Store) CreateEvent(_ context.Context, e backend.Event) (backend.Event, error) {
	return modify(s, func() (backend.Event, error) {
		c, err := s.findCalendar(e.Calendar)
		if err != nil {
			return backend.Event{}, err
		}
		if c.readOnly() {
			return backend.Event{}, backend.ErrReadOnly
		}
		e.ID = s.newID(32)
		e.Created = s.now()
		e.Updated = e.Created
		e.Reminder = clone(e.Reminder)
		if e.From.ID == "" {
			e.From.ID = c.Owner
		}
		made := &event{Event: e, made: s.issued}
		c.add(made)
		s.markEvent(made)
		return s.eventNow(made), nil
	})
}

// UpdateEvent implements [backend.Calendars].
func (s *Store) UpdateEvent(_ context.Context, e backend.Event) (backend.Event, error) {
	return modify(s, func() (backend.Event, error) {
		c, old, err := s.findEvent(e.Calendar, e.ID)
		if err != nil {
			return backend.Event{}, err
		}
		if c.readOnly() {
			return backend.Event{}, backend.ErrReadOnly
		}
		e.From, e.Created, e.Updated = old.From, old.Created, s.now()
		e.Reminder = clone(e.Reminder)
		c.events.remove(old)
		old.Event = e
		c.add(old)
		s.markEvent(old)
		return s.eventNow(old), nil
	})
}

// DeleteEvent implements [backend.Calendars].
func (s *Store) DeleteEvent(_ context.Context, calendar, id string) error {
	return s.update(func() error {
		c, e, err := s.findEvent(calendar, id)
		if err != nil {
			return err
		}
		s.unmarkEvent(e)
		c.events.remove(e)
		delete(c.byID, id)
		return nil
	})
}
