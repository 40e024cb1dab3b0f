package memory

import (
	"context"
	"crypto/sha256"
	"io"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// Content implements [backend.Drive].
func (s *Store) Content(_ context.Context, ref backend.Ref) (backend.Content, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.findFile(ref)
	if err != nil {
		return backend.Content{}, err
	}
	if _, ok := n.content.(*digest); ok {
		return backend.Content{}, errNotKept
	}
	return n.open(), nil
}

// open is the file's content as it is now, whatever happens to the file later.
func (n *node) open() backend.Content {
	c := backend.Content{
		ReadSeekCloser: n.content.open(), Size: n.content.length(), Type: n.mediaType,
		Name: n.item.Name, Revision: n.item.Revision, Updated: n.item.Updated,
	}
	if c.Type == "" {
		c.Type = imaging.TypeByName(c.Name)
	}
	return c
}

// Digest returns the size and the SHA-256 of a file, of those too whose content is not held.
func (s *Store) Digest(ref backend.Ref) (size int64, sum [sha256.Size]byte, err error) {
	s.mu.RLock()
	n, err := s.findFile(ref)
	if err != nil {
		s.mu.RUnlock()
		return 0, sum, err
	}
	c, opened := n.content, n.content.open()
	s.mu.RUnlock()
	defer opened.Close() //nolint:errcheck // it was only read
	if d, ok := c.(*digest); ok {
		return d.size, d.sum, nil
	}
	hash := sha256.New()
	size, err = io.Copy(hash, opened)
	return size, [sha256.Size]byte(hash.Sum(nil)), err
}

// findFile looks up an item that has content. It needs the lock, for reading at least.
func (s *Store) findFile(ref backend.Ref) (*node, error) {
	n, err := s.find(ref)
	if err == nil && (n.item.Kind.IsFolder() || n.item.Kind == backend.KindNotebook) {
		return nil, backend.ErrNoContent
	}
	return n, err
}
