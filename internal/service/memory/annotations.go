package memory

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Comments and tags do not change an item's Updated: clients take that for a change of the content.

// ItemComments implements [backend.Annotations]. The oldest comment comes first.
func (s *Store) ItemComments(_ context.Context, item backend.Ref, page backend.Page) (backend.List[backend.Comment], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(item)
	if err != nil {
		return backend.List[backend.Comment]{}, err
	}
	return cut(n.read().comments, page, func(c *comment) backend.Comment { return s.commentNow(n, c) }), nil
}

// Comment implements [backend.Annotations].
func (s *Store) Comment(_ context.Context, item backend.Ref, id string) (backend.Comment, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, i, err := s.findComment(item, id)
	if err != nil {
		return backend.Comment{}, err
	}
	return s.commentNow(n, n.details.comments[i]), nil
}

// AddComment implements [backend.Annotations].
func (s *Store) AddComment(_ context.Context, item backend.Ref, by, message string) (backend.Comment, error) {
	return modify(s, func() (backend.Comment, error) {
		n, err := s.find(item)
		if err != nil {
			return backend.Comment{}, err
		}
		// The documents' sample ids show that comments are counted along with the items.
		n.owner.lastNumber++
		c := &comment{number: n.owner.lastNumber, by: s.known(by), message: message, created: s.now()}
		d := n.edit()
		d.comments = append(d.comments, c)
		s.markAccount(n.owner)
		s.markComment(n, c)
		return s.commentNow(n, c), nil
	})
}

// DeleteComment implements [backend.Annotations].
func (s *Store) DeleteComment(_ context.Context, item backend.Ref, id string) error {
	return s.update(func() error {
		n, i, err := s.findComment(item, id)
		if err != nil {
			return err
		}
		d := n.details
		s.unmarkComment(n, d.comments[i])
		d.comments = slices.Delete(d.comments, i, i+1)
		return nil
	})
}

func (s *state) findComment(item backend.Ref, id string) (*node, int, error) {
	n, err := s.find(item)
	if err != nil {
		return nil, 0, err
	}
	number, err := strconv.ParseUint(id, 10, 32)
	i, found := slices.BinarySearchFunc(n.read().comments, uint32(number), func(c *comment, number uint32) int {
		return cmp.Compare(c.number, number)
	})
	if err != nil || !found || n.details.comments[i].id() != id {
		return nil, 0, backend.ErrNotFound
	}
	return n, i, nil
}

// commentNow is the comment with its author as they are called now.
func (s *state) commentNow(n *node, c *comment) backend.Comment {
	return backend.Comment{ID: c.id(), Item: n.ref(), From: s.person(c.by), Message: c.message, Created: c.created}
}

func (c *comment) id() string { return strconv.Itoa(int(c.number)) }

// ItemTags implements [backend.Annotations]. The oldest tag comes first.
func (s *Store) ItemTags(_ context.Context, item backend.Ref, page backend.Page) (backend.List[backend.Tag], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(item)
	if err != nil {
		return backend.List[backend.Tag]{}, err
	}
	return cut(n.read().tags, page, func(t *tag) backend.Tag { return s.tagNow(n, t) }), nil
}

// Tag implements [backend.Annotations].
func (s *Store) Tag(_ context.Context, item backend.Ref, id string) (backend.Tag, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, i, err := s.findTag(item, id)
	if err != nil {
		return backend.Tag{}, err
	}
	return s.tagNow(n, n.details.tags[i]), nil
}

// AddTag implements [backend.Annotations]. It sets the tag's ID, Item and Created.
func (s *Store) AddTag(_ context.Context, item backend.Ref, added backend.Tag) (backend.Tag, error) {
	return modify(s, func() (backend.Tag, error) {
		n, err := s.find(item)
		if err != nil {
			return backend.Tag{}, err
		}
		s.issued++
		added.ID, added.Created = newToken(27), s.now()
		t := &tag{Tag: added, made: s.issued}
		d := n.edit()
		d.tags = append(d.tags, t)
		s.markTag(n, t)
		return s.tagNow(n, t), nil
	})
}

// UpdateTag implements [backend.Annotations].
func (s *Store) UpdateTag(_ context.Context, change backend.Tag) (backend.Tag, error) {
	return modify(s, func() (backend.Tag, error) {
		n, i, err := s.findTag(change.Item, change.ID)
		if err != nil {
			return backend.Tag{}, err
		}
		t := n.details.tags[i]
		t.User, t.X, t.Y = change.User, change.X, change.Y
		s.markTag(n, t)
		return s.tagNow(n, t), nil
	})
}

// DeleteTag implements [backend.Annotations].
func (s *Store) DeleteTag(_ context.Context, item backend.Ref, id string) error {
	return s.update(func() error {
		n, i, err := s.findTag(item, id)
		if err != nil {
			return err
		}
		d := n.details
		s.unmarkTag(n, d.tags[i])
		d.tags = slices.Delete(d.tags, i, i+1)
		return nil
	})
}

func (s *state) findTag(item backend.Ref, id string) (*node, int, error) {
	n, err := s.find(item)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(n.read().tags, func(t *tag) bool { return t.ID == id })
	if i < 0 {
		return nil, 0, backend.ErrNotFound
	}
	return n, i, nil
}

// tagNow is the tag with a name for its person, who may have been tagged by id alone.
func (s *state) tagNow(n *node, t *tag) backend.Tag {
	now := t.Tag
	now.Item = n.ref()
	now.User.Name = cmp.Or(t.User.Name, s.person(t.User.ID).Name)
	return now
}
