package disk_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// description is all that can be learnt of an account through the methods of a Backend, line by line.
type description struct {
	*memory.Store
	owner string
	exact bool // with the ids and times, which follow from what happened in other accounts meanwhile
	lines []string
	err   error
}

// describe describes an account.
func describe(s *memory.Store, owner string, exact bool) ([]string, error) {
	ctx, d := context.Background(), &description{Store: s, owner: owner, exact: exact}
	d.user(ctx)
	root, err := s.Item(ctx, backend.Ref{Owner: owner})
	d.fail(err)
	d.item(ctx, "", root)
	for _, list := range []func() ([]backend.Item, error){
		func() ([]backend.Item, error) { return backend.All(s.Search(ctx, owner, "e", backend.Page{})) },
		func() ([]backend.Item, error) { return backend.All(s.Recent(ctx, owner, backend.Query{})) },
		func() ([]backend.Item, error) { return backend.All(s.SharedWith(ctx, owner, "", backend.Query{})) },
	} {
		items, err := list()
		d.fail(err)
		for _, item := range items {
			if exact || item.Owner == owner {
				d.say("listed", item.Ref)
			}
		}
	}
	d.calendars(ctx)
	d.people(ctx)
	return d.lines, d.err
}

func (d *description) fail(err error) { d.err = errors.Join(d.err, err) }

func (d *description) say(what string, v any) {
	text, err := json.Marshal(v)
	d.fail(err)
	d.lines = append(d.lines, what+" "+string(text))
}

// blank clears ids and times that are not to be compared.
func (d *description) blank(ids []*string, times ...*time.Time) {
	if d.exact {
		return
	}
	for _, id := range ids {
		*id = ""
	}
	for _, t := range times {
		*t = time.Time{}
	}
}

func (d *description) content(what string, c backend.Content, err error) {
	if err != nil {
		d.say(what, err.Error())
		return
	}
	hash := sha256.New()
	n, err := io.Copy(hash, c)
	d.fail(err)
	d.fail(c.Close())
	if n != c.Size {
		d.fail(fmt.Errorf("%s: %d bytes of %d", what, n, c.Size))
	}
	d.blank([]*string{&c.Revision}, &c.Updated)
	d.say(what, []any{c.Size, hash.Sum(nil), c.Type, c.Name, c.Revision, c.Updated})
}

func (d *description) user(ctx context.Context) {
	u, err := d.User(ctx, d.owner)
	d.fail(err)
	d.blank(nil, &u.Updated)
	d.say("user", u)
	total, available, err := d.Quota(ctx, d.owner)
	d.fail(err)
	d.say("quota", []int64{total, available})
	picture, err := d.UserPicture(ctx, d.owner, 96)
	d.content("picture", picture, err)
}

func (d *description) item(ctx context.Context, folder string, item backend.Item) {
	name := path.Join(folder, item.Name)
	ref := item.Ref
	d.blank([]*string{&item.Revision}, &item.Created, &item.Updated, &item.ClientUpdated)
	d.say(name, item)
	comments, err := backend.All(d.ItemComments(ctx, ref, backend.Page{}))
	d.fail(err)
	for _, c := range comments {
		d.blank(nil, &c.Created)
		d.say(name+": comment", c)
	}
	tags, err := backend.All(d.ItemTags(ctx, ref, backend.Page{}))
	d.fail(err)
	for _, tag := range tags {
		d.blank([]*string{&tag.ID}, &tag.Created)
		d.say(name+": tag", tag)
	}
	for _, viewer := range []string{ann, bob} {
		shared, err := d.Shared(ctx, ref, viewer)
		d.fail(err)
		d.say(name+": shared with "+viewer, shared)
	}
	if !item.Kind.IsFolder() {
		content, err := d.Content(ctx, ref)
		d.content(name+": content", content, err)
		picture, err := d.Picture(ctx, ref, 96)
		d.content(name+": picture", picture, err)
		return
	}
	children, err := backend.All(d.Children(ctx, ref, backend.Query{}))
	d.fail(err)
	size := int64(0)
	for _, child := range children {
		size += child.Size
		d.item(ctx, name, child)
	}
	if size != item.Size || len(children) != item.Count {
		d.fail(fmt.Errorf("%s says %d bytes in %d items, and has %d in %d", name, item.Size, item.Count, size, len(children)))
	}
}

func (d *description) calendars(ctx context.Context) {
	for _, viewer := range []string{ann, bob} {
		calendars, err := backend.All(d.CalendarsOf(ctx, d.owner, viewer, backend.Page{}))
		d.fail(err)
		for _, c := range calendars {
			id := c.ID
			d.blank([]*string{&c.ID}, &c.Created, &c.Updated)
			d.say("calendar for "+viewer, c)
			events, err := backend.All(d.Events(ctx, []string{id}, time.Time{}, time.Time{}, backend.Page{}))
			d.fail(err)
			for _, e := range events {
				d.blank([]*string{&e.ID, &e.Calendar}, &e.Created, &e.Updated)
				d.say("event", e)
			}
		}
	}
}

func (d *description) people(ctx context.Context) {
	contacts, err := backend.All(d.Contacts(ctx, d.owner, false, backend.Page{}))
	d.fail(err)
	for _, c := range contacts {
		d.blank([]*string{&c.ID}, &c.Updated)
		d.say("contact", c)
	}
	activities, err := d.Activities(d.owner)
	d.fail(err)
	for _, a := range activities {
		d.blank(nil, &a.Created)
		d.say("activity", a)
	}
	applications, err := backend.All(d.ApplicationsOf(ctx, d.owner, backend.Page{}))
	d.fail(err)
	for _, app := range applications {
		logo, err := d.Logo(ctx, app.ID)
		d.content("logo", logo, err)
		d.blank([]*string{&app.ID, &app.Secret}, &app.Created, &app.Updated)
		d.say("application", app)
	}
}
