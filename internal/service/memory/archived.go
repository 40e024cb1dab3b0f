package memory

import (
	"io"
)

// drafted is content that is on its way into the Archive.
type drafted struct {
	draft Draft
	size  int64
}

func (d drafted) open() io.ReadSeekCloser {
	return nopCloser{io.NewSectionReader(d.draft, 0, d.size)}
}

func (d drafted) length() int64 { return d.size }

// contentFile is content that the Archive has.
type contentFile struct {
	archive Archive
	name    string
	size    int64
	uses    int // items that have it; guarded by Store.mu
}

// open needs the lock, for reading at least: without it the content may be removed meanwhile.
func (c *contentFile) open() io.ReadSeekCloser {
	file, err := c.archive.Open(c.name)
	if err != nil {
		return nopCloser{io.NewSectionReader(failing{err}, 0, c.size)}
	}
	return file
}

func (c *contentFile) length() int64 { return c.size }

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

// use gives an item its content. It needs the lock.
func (s *Store) use(n *node, c content) {
	s.disuse(n)
	n.content = c
	if file, ok := c.(*contentFile); ok {
		file.uses++
	}
}

// disuse takes an item's content away, which is removed if no other item has it. It needs the lock.
func (s *Store) disuse(n *node) {
	if file, ok := n.content.(*contentFile); ok {
		if file.uses--; file.uses == 0 {
			s.unused = append(s.unused, file.name)
		}
	}
	n.content = nil
}

// newSink makes a sink with so much room. It must be called without the lock.
func (s *Store) newSink(room int64) (sink, error) {
	made := sink{room: room, limit: s.contentLimit}
	if s.archive == nil {
		return made, nil
	}
	var err error
	made.draft, err = s.archive.Create()
	return made, err
}

// store makes an upload's content durable; no item has it yet. Bytes that are elsewhere are copied. It must be called
// without the lock.
func (s *Store) store(up *upload) error {
	if s.archive == nil {
		return nil
	}
	d, ok := up.content.(drafted)
	if !ok {
		draft, err := s.archive.Create()
		if err != nil {
			return err
		}
		up.drafts = append(up.drafts, draft)
		d = drafted{draft: draft, size: up.content.length()}
		if _, err := io.Copy(io.NewOffsetWriter(draft, 0), up.content.open()); err != nil {
			return err
		}
	}
	if err := d.draft.Seal(d.size); err != nil {
		return err
	}
	up.content = &contentFile{archive: s.archive, name: d.draft.Name(), size: d.size}
	return nil
}

// finish ends the drafts of an upload, and removes those that no item has got. It must be called without the lock.
func (s *Store) finish(up *upload) {
	taken := ""
	if file, ok := up.content.(*contentFile); ok && up.taken {
		taken = file.name
	}
	for _, draft := range up.drafts {
		_ = draft.Close()
		if draft.Name() != taken {
			s.archive.Remove(draft.Name())
		}
	}
}
