package memory

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// Content implements [backend.Drive]. It begins to read, so that content that is damaged is an error, and not the
// beginning of an answer.
func (s *Store) Content(_ context.Context, ref backend.Ref) (backend.Content, error) {
	c, err := s.open(ref)
	if err != nil {
		return backend.Content{}, err
	}
	if _, err := c.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
		return backend.Content{}, errors.Join(err, c.Close())
	}
	_, err = c.Seek(0, io.SeekStart)
	return c, err
}

func (s *Store) open(ref backend.Ref) (backend.Content, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n, err := s.findFile(ref)
	if err != nil {
		return backend.Content{}, err
	}
	return n.open()
}

// open is the file's content as it is now, whatever happens to the file later.
func (n *node) open() (backend.Content, error) {
	c := backend.Content{
		Size: n.content.length(), Type: n.mediaType, Name: n.name, Revision: n.revision.String(), Updated: n.updated.time(),
	}
	if c.Type == "" {
		c.Type = imaging.TypeByName(c.Name)
	}
	var err error
	c.ReadSeekCloser, err = n.content.open()
	return c, err
}

// Digest returns the size and the SHA-256 of a file, of those too whose content is not held.
func (s *Store) Digest(ref backend.Ref) (size int64, sum [sha256.Size]byte, err error) {
	s.mu.RLock()
	n, err := s.findFile(ref)
	if err != nil {
		s.mu.RUnlock()
		return 0, sum, err
	}
	if d, ok := n.content.(*digest); ok {
		s.mu.RUnlock()
		return d.size, d.sum, nil
	}
	opened, err := n.content.open()
	s.mu.RUnlock()
	if err != nil {
		return 0, sum, err
	}
	defer opened.Close() //nolint:errcheck // it was only read
	hash := sha256.New()
	size, err = io.Copy(hash, opened)
	return size, [sha256.Size]byte(hash.Sum(nil)), err
}

// findFile looks up an item that has content. It needs the lock, for reading at least.
func (s *state) findFile(ref backend.Ref) (*node, error) {
	n, err := s.find(ref)
	if err == nil && (n.isFolder() || kinds[n.kind] == backend.KindNotebook) {
		return nil, backend.ErrNoContent
	}
	return n, err
}
