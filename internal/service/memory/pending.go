package memory

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// pending is what a change leaves for the Archive. It is guarded by Store.mu.
type pending struct {
	archive Archive            // nil: what is in memory is all there is
	changed map[Key]func() any // the records that the current change touched; nil functions for those that are gone
	unused  []string           // content that nothing refers to any more
}

// mark notes that a record has changed. Its value is asked for at the end of the change: bytes, or something to be
// written as JSON. It needs the lock.
func (p *pending) mark(bucket, name string, value func() any) {
	if p.archive != nil {
		p.changed[Key{bucket, name}] = value
	}
}

// handOver gives what has changed to the Archive. It needs the lock.
func (p *pending) handOver(counters countersRecord) (saved func() error) {
	if p.archive == nil || len(p.changed) == 0 {
		return nil
	}
	p.mark(bucketStore, countersName, func() any { return counters })
	change, err := encodeAll(p.changed)
	unused := p.unused
	p.clear()
	if err != nil {
		return func() error { return err }
	}
	return p.archive.Append(change, unused)
}

// clear forgets what has changed.
func (p *pending) clear() {
	clear(p.changed)
	p.unused = nil
}

func encodeAll(changed map[Key]func() any) ([]Record, error) {
	change := make([]Record, 0, len(changed))
	for key, value := range changed {
		record := Record{Key: key}
		if value != nil {
			var err error
			if record.Value, err = encode(value()); err != nil {
				return nil, fmt.Errorf("memory: %s %s cannot be written: %w", key.Bucket, key.Name, err)
			}
		}
		change = append(change, record)
	}
	return change, nil
}

func encode(value any) ([]byte, error) {
	if raw, ok := value.([]byte); ok {
		return raw, nil
	}
	return json.Marshal(value)
}

// use gives an item its content. It needs the lock.
func (p *pending) use(n *node, c content) {
	p.disuse(n)
	n.content = c
	if file, ok := c.(*contentFile); ok {
		file.uses++
	}
}

// disuse takes an item's content away, which is removed if no other item has it. It needs the lock.
func (p *pending) disuse(n *node) {
	if file, ok := n.content.(*contentFile); ok {
		if file.uses--; file.uses == 0 {
			p.unused = append(p.unused, file.name)
		}
	}
	n.content = nil
}

func (p *pending) markAccount(a *account) {
	p.mark(bucketAccounts, a.user.ID, func() any { return a.record() })
}

func (p *pending) markUserPicture(a *account) {
	p.mark(bucketPictures, a.user.ID, func() any { return a.picture.bytes() })
	p.markAccount(a)
}

// markItem is for items that were made or changed, unmarkItem for those that were deleted.
func (p *pending) markItem(n *node) {
	if p.archive != nil {
		p.mark(bucketItems, n.recordName(), func() any { return n.record() })
	}
}

func (p *pending) unmarkItem(n *node) {
	if p.archive == nil {
		return
	}
	p.mark(bucketItems, n.recordName(), nil)
	for _, c := range n.read().comments {
		p.unmarkComment(n, c)
	}
	for _, t := range n.read().tags {
		p.unmarkTag(n, t)
	}
}

func (p *pending) markComment(n *node, c *comment) {
	p.mark(bucketComments, c.recordName(n), func() any { return commentRecord{By: c.by, Message: c.message, Created: c.created} })
}

func (p *pending) unmarkComment(n *node, c *comment) { p.mark(bucketComments, c.recordName(n), nil) }

func (p *pending) markTag(n *node, t *tag) {
	p.mark(bucketTags, t.recordName(n), func() any {
		return tagRecord{User: t.User, X: t.X, Y: t.Y, Created: t.Created, Made: t.made}
	})
}

func (p *pending) unmarkTag(n *node, t *tag) { p.mark(bucketTags, t.recordName(n), nil) }

func (p *pending) markCalendar(c *calendar) {
	p.mark(bucketCalendars, c.ID, func() any {
		return calendarRecord{Calendar: c.Calendar, Made: c.made, Birthdays: c.birthdays, Shares: slices.Sorted(maps.Keys(c.shares))}
	})
}

func (p *pending) unmarkCalendar(c *calendar) {
	p.mark(bucketCalendars, c.ID, nil)
	for _, e := range c.byID {
		p.unmarkEvent(e)
	}
}

func (p *pending) markEvent(e *event) {
	p.mark(bucketEvents, eventName(e), func() any { return eventRecord{Event: e.Event, Made: e.made} })
}

func (p *pending) unmarkEvent(e *event) { p.mark(bucketEvents, eventName(e), nil) }

func (p *pending) markContact(c *contact) {
	p.mark(bucketContacts, c.ID, func() any { return contactRecord{Contact: c.Contact, Made: c.made} })
}

func (p *pending) unmarkContact(c *contact) { p.mark(bucketContacts, c.ID, nil) }

func (p *pending) markActivity(a *account, i int) {
	p.mark(bucketActivities, fmt.Sprintf("%s/%010d", a.user.ID, i), func() any { return a.activities[i] })
}

func (p *pending) markApplication(app *application) {
	p.mark(bucketApplications, app.ID, func() any {
		return applicationRecord{Application: app.Application, Made: app.made, Logo: app.logo.record()}
	})
}

func (p *pending) unmarkApplication(app *application) {
	p.mark(bucketApplications, app.ID, nil)
	if app.logo != nil {
		p.mark(bucketLogos, app.ID, nil)
	}
}

func (p *pending) markLogo(app *application) {
	p.mark(bucketLogos, app.ID, func() any { return app.logo.bytes() })
	p.markApplication(app)
}
