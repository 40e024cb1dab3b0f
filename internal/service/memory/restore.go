package memory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// restoring is a state that is being put together from its records. Nobody else has it yet: nothing takes the lock.
type restoring struct {
	state
	archive  Archive
	mend     *Mending                       // nil: what does not fit together is an error
	records  map[string][]Record            // by bucket
	contents map[string]*contentFile        // by name
	texts    map[string]string              // that many items have
	parents  map[*node]uint32               // numbers
	special  map[*account]map[string]uint32 // numbers
}

// Mending says what to do about records that do not fit together.
type Mending struct {
	// Content returns what is wrong with content that an item has; nil if nothing is.
	Content func(name string, size int64, seal string) error
	// Report is told what is left out, or changed.
	Report func(error)
}

// wrong reports what is wrong. It returns it if that is not mended.
func (r *restoring) wrong(err error) error {
	if err == nil || r.mend == nil {
		return err
	}
	r.mend.Report(err)
	return nil
}

// decode is strict: a record that this program would keep only in part must not be read.
func decode(record Record, into any) error {
	d := json.NewDecoder(bytes.NewReader(record.Value))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is more than one value")
	}
	return nil
}

func (r *restoring) counters(record Record) error {
	var c countersRecord
	err := decode(record, &c)
	r.issued, r.changes = c.Issued, c.Changes
	return err
}

func (r *restoring) readAccount(record Record) error {
	var in accountRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	if in.User.ID != record.Name {
		return fmt.Errorf("it is the account %q", in.User.ID)
	}
	a := &account{user: in.User, made: in.Made, quota: in.Quota, lastNumber: in.LastNumber}
	a.index()
	r.special[a] = in.Special
	var err error
	a.picture, err = r.picture(in.Picture, bucketPictures, record.Name)
	r.addAccount(a)
	return r.wrong(err)
}

// picture puts a picture together from its facts, which another record has, and its bytes.
func (r *restoring) picture(facts *pictureRecord, bucket, name string) (*pictureFile, error) {
	if facts == nil {
		return nil, nil //nolint:nilnil // no picture is fine
	}
	records := r.records[bucket]
	i, found := slices.BinarySearchFunc(records, name, func(record Record, name string) int {
		return strings.Compare(record.Name, name)
	})
	if !found {
		return nil, errors.New("its picture is missing")
	}
	return &pictureFile{
		content: newBlob(records[i].Value), mediaType: facts.Type, revision: facts.Revision, updated: facts.Updated,
	}, nil
}

// ownerOf finds the account that a record's name begins with, and gives the number behind it, and the rest.
func (r *restoring) ownerOf(record Record) (a *account, number uint32, rest string, err error) {
	id, text, _ := strings.Cut(record.Name, "/")
	text, rest, _ = strings.Cut(text, "/")
	if a, err = r.account(id); err != nil {
		return nil, 0, "", errors.New("its account is missing")
	}
	n, err := strconv.ParseUint(text, 10, 32)
	return a, uint32(n), rest, err
}

func (r *restoring) readCalendar(record Record) error {
	var in calendarRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	a, err := r.account(in.Calendar.Owner)
	if err != nil {
		return errors.New("its account is missing")
	}
	c := newCalendar(in.Calendar)
	c.made, c.birthdays = in.Made, in.Birthdays
	for _, cid := range in.Shares {
		c.share(cid)
	}
	a.calendars = append(a.calendars, c)
	r.calendars[c.ID] = c
	return nil
}

func (r *restoring) readEvent(record Record) error {
	var in eventRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	c := r.calendars[in.Event.Calendar]
	if c == nil {
		return errors.New("its calendar is missing")
	}
	c.add(&event{Event: in.Event, made: in.Made})
	return nil
}

func (r *restoring) readContact(record Record) error {
	var in contactRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	a, err := r.account(in.Contact.Owner)
	if err != nil {
		return errors.New("its account is missing")
	}
	c := &contact{Contact: in.Contact, made: in.Made}
	a.contacts.add(c)
	r.contacts[c.ID] = c
	return nil
}

// readActivity relies on the order of the records' names.
func (r *restoring) readActivity(record Record) error {
	a, place, _, err := r.ownerOf(record)
	if err != nil {
		return err
	}
	if int(place) != len(a.activities) {
		if err := r.wrong(errors.New("the one before it is missing")); err != nil {
			return err
		}
	}
	var in backend.Activity
	if err := decode(record, &in); err != nil {
		return err
	}
	a.activities = append(a.activities, in)
	return nil
}

func (r *restoring) readApplication(record Record) error {
	var in applicationRecord
	if err := decode(record, &in); err != nil {
		return err
	}
	a, err := r.account(in.Application.Owner)
	if err != nil {
		return errors.New("its account is missing")
	}
	app := &application{Application: in.Application, made: in.Made}
	app.logo, err = r.picture(in.Logo, bucketLogos, record.Name)
	app.HasLogo = app.logo != nil
	a.applications = append(a.applications, app)
	r.applications[app.ID] = app
	return r.wrong(err)
}

// wrongRecord reports what is wrong with a record, if anything is.
func (r *restoring) wrongRecord(record Record, err error) error {
	if err == nil {
		return nil
	}
	return r.wrong(fmt.Errorf("record %s %s: %w", record.Bucket, record.Name, err))
}
