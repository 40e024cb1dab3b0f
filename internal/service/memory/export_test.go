package memory

// AllRecords is the whole state as its records: what an Archive must have by now. The counters are not among them: ids
// that a change took and did not use need not be.
func (s *Store) AllRecords() (map[Key]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.pending
	defer func() { s.pending = before }()
	s.pending = pending{archive: before.archive, changed: map[Key]func() any{}}
	s.markAll()
	records, err := encodeAll(s.changed)
	all := make(map[Key]string, len(records))
	for _, r := range records {
		all[r.Key] = string(r.Value)
	}
	return all, err
}
