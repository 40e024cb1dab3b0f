package memory

// AllRecords is the whole state as its records: what an Archive must have by now. The counters are not among them: ids
// that a change took and did not use need not be archived.
func (s *Store) AllRecords() (map[Key]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.pending
	defer func() { s.pending = before }()
	s.pending = pending{archive: before.archive, changed: map[Key]func() any{}}
	for _, a := range s.order {
		s.markAccount(a)
		if a.picture != nil {
			s.markUserPicture(a)
		}
		a.root.walk(s.markItem)
		for i := range a.activities {
			s.markActivity(a, i)
		}
		for _, app := range a.applications {
			s.markApplication(app)
			if app.logo != nil {
				s.markLogo(app)
			}
		}
		for _, c := range a.contacts {
			s.markContact(c)
		}
		for _, c := range a.calendars {
			s.markCalendar(c)
			for _, e := range c.events {
				s.markEvent(e)
			}
		}
	}
	records, err := encodeAll(s.changed)
	all := make(map[Key]string, len(records))
	for _, r := range records {
		all[r.Key] = string(r.Value)
	}
	return all, err
}
