package memory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

var cidPattern = regexp.MustCompile(`^[0-9a-f]{16}$`)

// AddUser opens an account with its default folders and calendars. What u leaves empty is filled in: ids, the name
// from its parts or the parts from the name, the locale, and the email addresses of the account if there are any.
func (s *Store) AddUser(u backend.User) (backend.User, error) {
	return modify(s, func() (backend.User, error) {
		u.ID = strings.ToLower(u.ID)
		if u.ID == "" {
			u.ID = s.newUserID()
		}
		if !cidPattern.MatchString(u.ID) {
			return backend.User{}, fmt.Errorf("a user's id is 16 hex digits, not %q", u.ID)
		}
		if s.accounts[u.ID] != nil {
			return backend.User{}, fmt.Errorf("the user id %s is taken", u.ID)
		}
		if u.LoginID == "" {
			u.LoginID = s.newID(32)
		}
		if slices.ContainsFunc(s.logins[fold(u.LoginID)], func(a *account) bool { return a.user.LoginID == u.LoginID }) {
			return backend.User{}, fmt.Errorf("the login id %s is taken", u.LoginID)
		}
		u = completeUser(u)
		if u.Updated.IsZero() {
			u.Updated = s.now()
		}
		a := &account{user: cloneUser(u), quota: s.quota}
		if last := len(s.order) - 1; last >= 0 {
			a.made = s.order[last].made + 1
		}
		s.addAccount(a)
		s.openDrive(a)
		s.openCalendars(a)
		s.markAccount(a)
		return cloneUser(u), nil
	})
}

// newUserID is an id that no account has. It begins with no zero, since the upper-case form drops leading zeros and
// would be shorter. It needs the lock.
func (s *Store) newUserID() string {
	for {
		if id := s.newID(16); id[0] != '0' && s.accounts[id] == nil {
			return id
		}
	}
}

// completeUser fills what follows from the rest of a profile.
func completeUser(u backend.User) backend.User {
	if u.Name == "" {
		u.Name = strings.TrimSpace(u.FirstName + " " + u.LastName)
	} else if u.FirstName == "" && u.LastName == "" {
		u.FirstName, u.LastName, _ = strings.Cut(u.Name, " ")
	}
	u.Locale = cmp.Or(u.Locale, "en_US")
	e := &u.Emails
	e.Account = cmp.Or(e.Account, e.Preferred, e.Personal, e.Business, e.Other)
	e.Preferred = cmp.Or(e.Preferred, e.Account)
	return u
}

func cloneUser(u backend.User) backend.User {
	u.Work = slices.Clone(u.Work)
	return u
}

// UpdateUser replaces the profile of the account u.ID. The ids stay.
func (s *Store) UpdateUser(u backend.User) (backend.User, error) {
	return modify(s, func() (backend.User, error) {
		a, err := s.account(u.ID)
		if err != nil {
			return backend.User{}, err
		}
		u = completeUser(u)
		u.LoginID, u.Updated = a.user.LoginID, s.now()
		s.dropLogins(a)
		a.user = cloneUser(u)
		s.addLogins(a)
		s.markAccount(a)
		return cloneUser(u), nil
	})
}

// AllUsers implements [backend.Users]: the profiles in the order in which the accounts were added.
func (s *Store) AllUsers(_ context.Context, page backend.Page) (backend.List[backend.User], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return cut(s.order, page, func(a *account) backend.User { return cloneUser(a.user) }), nil
}

// UserByLogin implements [backend.Users]. Of several accounts with the address it is the first.
func (s *Store) UserByLogin(_ context.Context, name string) (backend.User, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	with := s.logins[fold(name)]
	if len(with) == 0 {
		return backend.User{}, backend.ErrNotFound
	}
	first := slices.MinFunc(with, func(a, b *account) int { return a.made - b.made })
	return cloneUser(first.user), nil
}

// addAccount makes an account known.
func (s *state) addAccount(a *account) {
	s.accounts[a.user.ID] = a
	s.order = append(s.order, a)
	s.addLogins(a)
}

func (s *state) addLogins(a *account) {
	for _, name := range a.logins() {
		s.logins[name] = append(s.logins[name], a)
	}
}

func (s *state) dropLogins(a *account) {
	for _, name := range a.logins() {
		s.logins[name] = slices.DeleteFunc(s.logins[name], func(other *account) bool { return other == a })
	}
}

// logins are what an account is found by.
func (a *account) logins() []string {
	e := a.user.Emails
	all := []string{fold(a.user.LoginID), fold(e.Account), fold(e.Preferred), fold(e.Personal), fold(e.Business)}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(name string) bool { return name == "" })
}

// SetQuota sets the storage of an account in bytes. It may be less than what is used.
func (s *Store) SetQuota(owner string, bytes int64) error {
	return s.update(func() error {
		a, err := s.account(owner)
		if err != nil {
			return err
		}
		a.quota = bytes
		s.markAccount(a)
		return nil
	})
}

// User implements [backend.Users].
func (s *Store) User(_ context.Context, id string) (backend.User, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(id)
	if err != nil {
		return backend.User{}, err
	}
	return cloneUser(a.user), nil
}

// SetUserPicture gives an account a profile picture. Bytes that are no image are ErrNoPicture.
func (s *Store) SetUserPicture(id string, picture []byte) error {
	img, err := s.newPictureFile(picture)
	if err != nil {
		return err
	}
	return s.update(func() error {
		a, err := s.account(id)
		if err != nil {
			return err
		}
		a.picture = img
		s.markUserPicture(a)
		return nil
	})
}

// UserPicture implements [backend.Users]. The picture has exactly the size asked for: of one that is not square
// the middle is taken.
func (s *Store) UserPicture(_ context.Context, id string, pixels int) (backend.Content, error) {
	if pixels < 1 || pixels > 2048 {
		return backend.Content{}, errors.New("a profile picture has 1 to 2048 pixels")
	}
	s.mu.RLock()
	a, err := s.account(id)
	if err != nil {
		s.mu.RUnlock()
		return backend.Content{}, err
	}
	img := a.picture
	if img == nil {
		img = &pictureFile{revision: "portrait", updated: a.user.Updated}
	}
	s.mu.RUnlock()

	p, err := s.scaled.get(pictureKey{img.revision, pixels}, func() (imaging.Picture, error) {
		if img.content == nil {
			return portrait(pixels)
		}
		defer s.budget.Take(img.content.reader())()
		return imaging.Square(img.content.reader(), pixels)
	})
	if err != nil {
		return backend.Content{}, err
	}
	return pictureContent(p, "UserPicture", img.revision, img.updated), nil
}
