package memory

import (
	"cmp"
	"context"
	"slices"

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
		n.share(with)
		n.access = cmp.Or(access, word)
		s.markItem(n)
		return nil
	})
}

// SharedWith implements [backend.Drive]. What is shared with everyone is not listed: every user's Public folder
// would be in it.
func (s *Store) SharedWith(_ context.Context, user string) ([]backend.Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, err := s.account(user); err != nil {
		return nil, err
	}
	items := []backend.Item{}
	for _, a := range s.order {
		var found []*node
		for n := range a.shared {
			if n.shares[user] && a.user.ID != user {
				found = append(found, n)
			}
		}
		slices.SortFunc(found, byAge)
		items = append(items, s.snapshots(found)...)
	}
	return items, nil
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
		if n.shares[user] || n.shares[""] {
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
		if key, made := n.links[role]; made {
			return key, nil
		}
		if n.links == nil {
			n.links = map[string]string{}
		}
		key := "!" + s.newToken(15)
		n.links[role] = key
		s.links[key] = n
		if n.sharedWith() == justMe {
			n.access = withLink
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
