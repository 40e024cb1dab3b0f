package memory

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// ErrRecords says that an Archive's records are not what a Store wrote.
var ErrRecords = errors.New("the records do not fit together")

// Open makes a store with the accounts that the Archive has, and gives it every change from then on. Each method that
// changes something returns when the change is durable. Options.ContentLimit has no effect: all content is held.
//
// What is read is checked: if records are missing or do not fit together, Open fails with ErrRecords.
func Open(opts Options, archive Archive) (*Store, error) {
	s := New(opts)
	r := restoring{
		Store: s, records: map[string][]Record{}, contents: map[string]*contentFile{},
		parents: map[*node]int{}, special: map[*account]map[string]int{},
	}
	for record, err := range archive.Records() {
		if err != nil {
			return nil, err
		}
		r.records[record.Bucket] = append(r.records[record.Bucket], record)
	}
	s.pending = pending{archive: archive, changed: map[Key]func() any{}}
	if err := r.restore(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecords, err)
	}
	sizes := make(map[string]int64, len(r.contents))
	for name, k := range r.contents {
		sizes[name] = k.size
	}
	if err := archive.Settle(sizes); err != nil {
		return nil, err
	}
	return s, nil
}

func (r *restoring) restore() error {
	steps := []struct {
		bucket string
		read   func(Record) error
	}{
		{bucketStore, r.counters},
		{bucketAccounts, r.readAccount},
		{bucketItems, r.readItem},
		{bucketCalendars, r.readCalendar},
		{bucketEvents, r.readEvent},
		{bucketContacts, r.readContact},
		{bucketActivities, r.readActivity},
		{bucketApplications, r.readApplication},
	}
	for _, step := range steps {
		for _, record := range r.records[step.bucket] {
			if err := step.read(record); err != nil {
				return fmt.Errorf("record %s %s: %w", record.Bucket, record.Name, err)
			}
		}
	}
	r.sort()
	for _, a := range r.order {
		if err := r.finishDrive(a); err != nil {
			return fmt.Errorf("account %s: %w", a.user.ID, err)
		}
	}
	return nil
}

// sort brings all that the records gave in no order into the order in which it was made.
func (r *restoring) sort() {
	slices.SortFunc(r.order, func(a, b *account) int { return cmp.Compare(a.made, b.made) })
	for _, c := range r.calendars {
		slices.SortFunc(c.events, func(a, b *event) int { return cmp.Compare(a.made, b.made) })
	}
	for _, a := range r.order {
		slices.SortFunc(a.calendars, func(a, b *calendar) int { return cmp.Compare(a.made, b.made) })
		slices.SortFunc(a.contacts, func(a, b *contact) int { return cmp.Compare(a.made, b.made) })
		slices.SortFunc(a.applications, func(a, b *application) int { return cmp.Compare(a.made, b.made) })
	}
}
