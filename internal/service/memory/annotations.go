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
func (s *Store) ItemComments(_ context.Context, item backend.Ref) ([]backend.Comment, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(item)
	if err != nil {
		return nil, err
	}
	comments := make([]backend.Comment, len(n.comments))
	for i, c := range n.comments {
		comments[i] = s.commentNow(c)
	}
	return comments, nil
}

// Comment implements [backend.Annotations].
func (s *Store) Comment(_ context.Context, item backend.Ref, id string) (backend.Comment, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, i, err := s.findComment(item, id)
	if err != nil {
		return backend.Comment{}, err
	}
	return s.commentNow(n.comments[i]), nil
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
		c := &backend.Comment{
			ID: strconv.Itoa(n.owner.lastNumber), Item: n.ref(), From: backend.Person{ID: by},
			Message: message, Created: s.now(),
		}
		n.comments = append(n.comments, c)
		s.markAccount(n.owner)
		s.markItem(n)
		return s.commentNow(c), nil
	})
}

// DeleteComment implements [backend.Annotations].
func (s *Store) DeleteComment(_ context.Context, item backend.Ref, id string) error {
	return s.update(func() error {
		n, i, err := s.findComment(item, id)
		if err != nil {
			return err
		}
		n.comments = slices.Delete(n.comments, i, i+1)
		s.markItem(n)
		return nil
	})
}

func (s *Store) findComment(item backend.Ref, id string) (*node, int, error) {
	n, err := s.find(item)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(n.comments, func(c *backend.Comment) bool { return c.ID == id })
	if i < 0 {
		return nil, 0, backend.ErrNotFound
	}
	return n, i, nil
}

// commentNow is the comment with its author as they are called now.
func (s *Store) commentNow(c *backend.Comment) backend.Comment {
	now := *c
	now.From = s.person(c.From.ID)
	return now
}

// ItemTags implements [backend.Annotations]. The oldest tag comes first.
func (s *Store) ItemTags(_ context.Context, item backend.Ref) ([]backend.Tag, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.find(item)
	if err != nil {
		return nil, err
	}
	tags := make([]backend.Tag, len(n.tags))
	for i, t := range n.tags {
		tags[i] = s.tagNow(t)
	}
	return tags, nil
}

// Tag implements [backend.Annotations].
func (s *Store) Tag(_ context.Context, item backend.Ref, id string) (backend.Tag, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, i, err := s.findTag(item, id)
	if err != nil {
		return backend.Tag{}, err
	}
	return s.tagNow(n.tags[i]), nil
}

// AddTag implements [backend.Annotations]. It sets the tag's ID, Item and Created.
func (s *Store) AddTag(_ context.Context, item backend.Ref, tag backend.Tag) (backend.Tag, error) {
	return modify(s, func() (backend.Tag, error) {
		n, err := s.find(item)
		if err != nil {
			return backend.Tag{}, err
		}
		tag.ID, tag.Item, tag.Created = s.newToken(27), n.ref(), s.now()
		n.tags = append(n.tags, &tag)
		s.markItem(n)
		return s.tagNow(&tag), nil
	})
}

// UpdateTag implements [backend.Annotations].
func (s *Store) UpdateTag(_ context.Context, tag backend.Tag) (backend.Tag, error) {
	return modify(s, func() (backend.Tag, error) {
		n, i, err := s.findTag(tag.Item, tag.ID)
		if err != nil {
			return backend.Tag{}, err
		}
		t := n.tags[i]
		t.User, t.X, t.Y = tag.User, tag.X, tag.Y
		s.markItem(n)
		return s.tagNow(t), nil
	})
}

// DeleteTag implements [backend.Annotations].
func (s *Store) DeleteTag(_ context.Context, item backend.Ref, id string) error {
	return s.update(func() error {
		n, i, err := s.findTag(item, id)
		if err != nil {
			return err
		}
		n.tags = slices.Delete(n.tags, i, i+1)
		s.markItem(n)
		return nil
	})
}

func (s *Store) findTag(item backend.Ref, id string) (*node, int, error) {
	n, err := s.find(item)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(n.tags, func(t *backend.Tag) bool { return t.ID == id })
	if i < 0 {
		return nil, 0, backend.ErrNotFound
	}
	return n, i, nil
}

// tagNow is the tag with a name for its person, who may have been tagged by id alone.
func (s *Store) tagNow(t *backend.Tag) backend.Tag {
	now := *t
	now.User.Name = cmp.Or(t.User.Name, s.person(t.User.ID).Name)
	return now
}
