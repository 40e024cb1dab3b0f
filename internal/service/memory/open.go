package memory

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// ErrRecords says that an Archive's records are not what a Store wrote.
var ErrRecords = errors.New("the records do not fit together")

// Open makes a store with the accounts that the Archive has, and gives it every change from then on. Each method that
// changes something returns when the change is durable. Options.ContentLimit has no effect: all content is held.
//
// What is read is checked: if records are missing or do not fit together, Open fails with ErrRecords.
func Open(opts Options, archive Archive) (*Store, error) {
	s := newArchived(opts, archive)
	if err := s.restore(); err != nil {
		return nil, err
	}
	contents := map[string]bool{}
	for _, a := range s.order {
		for n := range a.files.orders[0].from(allClasses, 0, false) {
			if file, ok := n.content.(*contentFile); ok {
				contents[file.name] = true
			}
		}
	}
	return s, archive.Settle(contents)
}

func newArchived(opts Options, archive Archive) *Store {
	s := New(opts)
	s.pending = pending{archive: archive, changed: map[Key]func() any{}}
	s.restore = func() error {
		s.clear()
		restored, err := restore(archive.Records(), archive, nil)
		if err == nil {
			// What was given out must not be given out again, even if it came to nothing.
			restored.issued, restored.changes = max(restored.issued, s.issued), max(restored.changes, s.changes)
			s.state = restored
		}
		return err
	}
	return s
}

// Mend makes a store of those records that fit together, and writes all of it into an Archive that has nothing yet. If
// that is nil, it only reports.
func Mend(opts Options, records iter.Seq2[Record, error], archive Archive, mend Mending) (*Store, error) {
	s := newArchived(opts, archive)
	var err error
	if s.state, err = restore(records, archive, &mend); err != nil || archive == nil {
		return s, err
	}
	return s, s.Rewrite()
}

// Rewrite gives the Archive all records anew, in the form of today.
func (s *Store) Rewrite() error {
	return s.update(func() error {
		s.markAll()
		return nil
	})
}

// markAll marks all that there is as changed. It needs the lock.
func (s *Store) markAll() {
	for _, a := range s.order {
		s.markAccount(a)
		if a.picture != nil {
			s.markUserPicture(a)
		}
		a.root.walk(func(n *node) {
			s.markItem(n)
			for _, c := range n.read().comments {
				s.markComment(n, c)
			}
			for _, t := range n.read().tags {
				s.markTag(n, t)
			}
		})
		for i := range a.activities {
			s.markActivity(a, i)
		}
		for _, app := range a.applications {
			s.markApplication(app)
			if app.logo != nil {
				s.markLogo(app)
			}
		}
		for c := range a.contacts.from(allClasses, 0, false) {
			s.markContact(c)
		}
		for _, c := range a.calendars {
			s.markCalendar(c)
			for _, e := range c.byID {
				s.markEvent(e)
			}
		}
	}
}

// restore puts a state together from its records.
func restore(records iter.Seq2[Record, error], archive Archive, mend *Mending) (state, error) {
	r := &restoring{
		state: newState(), archive: archive, mend: mend, records: map[string][]Record{},
		contents: map[string]*contentFile{}, texts: map[string]string{}, parents: map[*node]uint32{},
		special: map[*account]map[string]uint32{},
	}
	for record, err := range records {
		if err != nil {
			return state{}, err
		}
		r.records[record.Bucket] = append(r.records[record.Bucket], record)
	}
	if err := r.restore(); err != nil {
		return state{}, fmt.Errorf("%w: %w", ErrRecords, err)
	}
	return r.state, nil
}

// beyond is a count that no store reaches.
const beyond = 1 << 48

// step reads the records of a bucket.
type step struct {
	bucket string
	read   func(Record) error
}

func (r *restoring) restore() error {
	err := r.take(
		step{bucketStore, r.counters},
		step{bucketAccounts, r.readAccount},
		step{bucketCalendars, r.readCalendar},
		step{bucketEvents, r.readEvent},
		step{bucketContacts, r.readContact},
		step{bucketActivities, r.readActivity},
		step{bucketApplications, r.readApplication},
	)
	if err == nil {
		err = r.readItems()
	}
	if err != nil {
		return err
	}
	r.sort()
	for _, a := range r.order {
		if err := r.finishDrive(a); err != nil {
			return fmt.Errorf("account %s: %w", a.user.ID, err)
		}
	}
	if len(r.records[bucketStore]) == 0 && len(r.order) > 0 && r.mend != nil {
		r.mend.Report(errors.New("the counters are missing: ids go on from a number that was never reached"))
		r.issued, r.changes = beyond, beyond
	}
	return r.take(step{bucketComments, r.readComment}, step{bucketTags, r.readTag})
}

func (r *restoring) take(steps ...step) error {
	for _, step := range steps {
		for _, record := range r.records[step.bucket] {
			if err := r.wrongRecord(record, step.read(record)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sort brings all that the records gave in no order into the order in which it was made.
func (r *restoring) sort() {
	slices.SortFunc(r.order, func(a, b *account) int { return cmp.Compare(a.made, b.made) })
	for _, a := range r.order {
		slices.SortFunc(a.calendars, func(a, b *calendar) int { return cmp.Compare(a.made, b.made) })
		slices.SortFunc(a.applications, func(a, b *application) int { return cmp.Compare(a.made, b.made) })
	}
}
