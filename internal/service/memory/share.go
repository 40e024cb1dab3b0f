package memory

import (
	"cmp"
	"context"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// ShareItem shares an item, and all below it, with the user of that cid, or with everyone if with is empty. The item's
// access is then called what access says; if that is empty, "People I selected" or "Everyone (public)".
func (s *Store) ShareItem(ref backend.Ref, with, access string) error {
	return s.update(func() error {
		n, err := s.find(ref)
		if err != nil {
			return err
		}
		word := everyone
		if with != "" {
			if _, err := s.account(with); err != nil {
				return err
			}
			word = selected
		}
		s.share(n, with)
		n.edit().access = cmp.Or(access, word)
		s.markItem(n)
		return nil
	})
}

// share lets a user in; "" is everyone. It needs the lock.
func (s *state) share(n *node, with string) {
	d := n.edit()
	if d.shares[with] {
		return
	}
	s.unlist(n)
	if d.shares == nil {
		d.shares = map[string]bool{}
	}
	d.shares[with] = true
	s.list(n)
}

// SharedWith implements [backend.Drive]. What is shared with everyone is not listed: every user's Public folder
// would be in it.
func (s *Store) SharedWith(_ context.Context, user, owner string, query backend.Query) (backend.List[backend.Item], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, err := s.account(user); err != nil {
		return backend.List[backend.Item]{}, err
	}
	l := s.received[receiver{user, owner}]
	if l == nil {
		l = newListing()
	}
	return l.show(query, false, s.snapshot), nil
}

// Shared implements [backend.Drive]. The owner counts as one of those it is shared with.
func (s *Store) Shared(_ context.Context, ref backend.Ref, user string) (bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(ref)
	if err != nil {
		return false, err
	}
	if user == ref.Owner {
		return true, nil
	}
	for ; n != nil; n = n.parent {
		if shares := n.read().shares; shares[user] || shares[""] {
			return true, nil
		}
	}
	return false, nil
}

// ShareLink implements [backend.Drive]. Keys look like those in the service's links: "!" and 15 characters.
func (s *Store) ShareLink(_ context.Context, ref backend.Ref, role string) (string, error) {
	return modify(s, func() (string, error) {
		n, err := s.find(ref)
		if err != nil {
			return "", err
		}
		d := n.edit()
		if key, made := d.links[role]; made {
			return key, nil
		}
		if d.links == nil {
			d.links = map[string]string{}
		}
		key := "!" + newToken(15)
		d.links[role] = key
		s.links[key] = n
		if n.sharedWith() == justMe {
			d.access = withLink
		}
		s.markItem(n)
		return key, nil
	})
}

// ItemByLink implements [backend.Drive].
func (s *Store) ItemByLink(_ context.Context, key string) (backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := s.links[key]
	if n == nil {
		return backend.Item{}, backend.ErrNotFound
	}
	return s.snapshot(n), nil
}
