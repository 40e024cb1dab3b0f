package memory

import (
	"context"
	"io"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// WriteFile implements [backend.Drive]. A folder is never overwritten: its name counts as taken.
func (s *Store) WriteFile(_ context.Context, folder backend.Ref, name string, content io.Reader, opts backend.WriteOptions) (item backend.Item, created bool, err error) {
	room, err := s.room(folder, name, opts.Overwrite)
	if err != nil {
		return backend.Item{}, false, err
	}
	up, err := s.receive(content, name, room, opts.Downsize)
	defer s.finish(&up)
	if err != nil {
		return backend.Item{}, false, err
	}
	return s.put(folder, name, &up, opts)
}

// put stores what came in. It must be called without the lock.
func (s *Store) put(folder backend.Ref, name string, up *upload, opts backend.WriteOptions) (item backend.Item, created bool, err error) {
	if err := s.store(up); err != nil {
		return backend.Item{}, false, err
	}
	item, err = modify(s, func() (backend.Item, error) {
		parent, err := s.findFolder(folder)
		if err != nil {
			return backend.Item{}, err
		}
		if old := parent.child(name); old != nil && opts.Overwrite != backend.OverwriteNewName {
			if opts.Overwrite == backend.OverwriteFail || old.isFolder() {
				return backend.Item{}, &backend.ExistsError{Name: name}
			}
			return s.replace(old, up)
		}
		if up.content.length() > parent.owner.available() {
			return backend.Item{}, backend.ErrQuota
		}
		n := s.newNode(parent.owner, up.kind, parent.freeName(name), opts.By)
		s.fill(n, up)
		n.size = up.content.length()
		s.attach(n, parent)
		created = true
		return s.snapshot(n), nil
	})
	up.taken = up.taken && err == nil // the change may have come to nothing
	return item, created && err == nil, err
}

// ReplaceContent implements [backend.Drive].
func (s *Store) ReplaceContent(_ context.Context, ref backend.Ref, content io.Reader, opts backend.WriteOptions) (backend.Item, error) {
	s.mu.RLock()
	n, err := s.findFile(ref)
	if err != nil {
		s.mu.RUnlock()
		return backend.Item{}, err
	}
	name, room := n.name, n.owner.available()+n.size
	s.mu.RUnlock()

	up, err := s.receive(content, name, room, opts.Downsize)
	defer s.finish(&up)
	if err != nil {
		return backend.Item{}, err
	}
	if err := s.store(&up); err != nil {
		return backend.Item{}, err
	}
	item, err := modify(s, func() (backend.Item, error) {
		// The file may be gone by now.
		if n, err = s.findFile(ref); err != nil {
			return backend.Item{}, err
		}
		return s.replace(n, &up)
	})
	up.taken = up.taken && err == nil
	return item, err
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
	up := p.store.inspect(p.content(p.store.archive), p.name, p.opts.Downsize)
	if p.draft != nil {
		up.drafts = []Draft{p.draft}
	}
	item, created, err = p.store.put(p.folder, p.name, &up, p.opts)
	p.done = err == nil
	if !p.done && p.draft != nil {
		up.drafts = up.drafts[1:] // it may be committed again
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
