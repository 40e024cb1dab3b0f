package memory

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// content is the bytes of a file. They never change, so that readers need no lock and copies of a file can share them.
type content interface {
	open() io.ReadSeekCloser // a reader of its own
	length() int64
}

// section is content that lies elsewhere.
type section struct{ *io.SectionReader }

func (s section) open() io.ReadSeekCloser {
	return nopCloser{io.NewSectionReader(s.SectionReader, 0, s.Size())}
}

func (s section) length() int64 { return s.Size() }

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// digest is content of which only the size and the hash are there.
type digest struct {
	size int64
	sum  [sha256.Size]byte
}

var errNotKept = errors.New("the file's content was not kept")

func (d *digest) open() io.ReadSeekCloser {
	return nopCloser{io.NewSectionReader(unreadable{}, 0, d.size)}
}

func (d *digest) length() int64 { return d.size }

type unreadable struct{}

func (unreadable) ReadAt([]byte, int64) (int, error) { return 0, errNotKept }

// sink takes in the bytes of a file. Past its limit it keeps only their hash.
type sink struct {
	blob  blob
	room  int64     // more is ErrQuota
	limit int64     // zero: none
	hash  hash.Hash // nil below the limit
	draft Draft     // takes the bytes, if there is an Archive; nil otherwise
}

// Write adds all of p or, when there is no room for it, nothing.
func (s *sink) Write(p []byte) (int, error) {
	if int64(len(p)) > s.room-s.blob.size {
		return 0, backend.ErrQuota
	}
	if s.draft != nil {
		if _, err := s.draft.WriteAt(p, s.blob.size); err != nil {
			return 0, err
		}
		s.blob.size += int64(len(p))
		return len(p), nil
	}
	s.blob.size += int64(len(p))
	if s.hash == nil && s.limit > 0 && s.blob.size > s.limit {
		s.hash = sha256.New()
		for _, chunk := range s.blob.chunks {
			s.hash.Write(chunk)
		}
		s.blob.chunks = nil
	}
	if s.hash != nil {
		return s.hash.Write(p)
	}
	s.blob.append(p)
	return len(p), nil
}

// content is what came in so far. More may follow: it does not show in what was returned.
func (s *sink) content() content {
	if s.draft != nil {
		return drafted{draft: s.draft, size: s.blob.size}
	}
	if s.hash != nil {
		return &digest{size: s.blob.size, sum: [sha256.Size]byte(s.hash.Sum(nil))}
	}
	return s.blob.clone()
}

// pendingFile implements [backend.PendingFile].
type pendingFile struct {
	sink

	store  *Store
	folder backend.Ref
	name   string
	opts   backend.WriteOptions
	done   bool // the draft's content is a file's now
}

// BeginFile implements [backend.Drive].
func (s *Store) BeginFile(_ context.Context, folder backend.Ref, name string, size int64, opts backend.WriteOptions) (backend.PendingFile, error) {
	room, err := s.room(folder, name, opts.Overwrite)
	if err != nil {
		return nil, err
	}
	if size > room {
		return nil, backend.ErrQuota
	}
	s.mu.RLock()
	_, err = s.findFolder(folder)
	s.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	received, err := s.newSink(size)
	if err != nil {
		return nil, err
	}
	return &pendingFile{sink: received, store: s, folder: folder, name: name, opts: opts}, nil
}

// Commit implements [backend.PendingFile].
func (p *pendingFile) Commit(context.Context) (item backend.Item, created bool, err error) {
	up := p.store.inspect(p.content(), p.name, p.opts.Downsize)
	item, created, err = p.store.put(p.folder, p.name, &up, p.opts)
	if up.taken && p.draft != nil {
		up.drafts, p.done = append(up.drafts, p.draft), true
	}
	p.store.finish(&up)
	return item, created, err
}

// Discard implements [backend.PendingFile].
func (p *pendingFile) Discard() {
	if p.draft != nil && !p.done {
		p.store.finish(&upload{drafts: []Draft{p.draft}})
	}
	p.sink = sink{}
}

// AddSection puts a file into a folder whose bytes stay where they are, and are read whenever somebody asks for them.
// It replaces a file of that name.
func (s *Store) AddSection(folder backend.Ref, name string, bytes *io.SectionReader, by string) (backend.Item, error) {
	up := s.inspect(section{bytes}, name, false)
	defer s.finish(&up)
	item, _, err := s.put(folder, name, &up, backend.WriteOptions{By: by, Overwrite: backend.OverwriteReplace})
	return item, err
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
