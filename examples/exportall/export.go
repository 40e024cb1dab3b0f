package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/agenda"
	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
	"github.com/go-liveconnect/liveconnect/tree"
)

// exporter puts an account into an archive.
type exporter struct {
	client   *liveconnect.Client
	bar      *progress.Bar
	archive  *archive
	manifest manifest
	lists    map[string]*bytes.Buffer // the lines of each list of records
	taken    map[string]bool          // names of files in the archive, in lower case
}

// lists are the files of records, in their order in the archive: JSON Lines.
var lists = []string{"items", "comments", "tags", "contacts", "friends", "calendars", "events"}

// write puts everything into the archive. Content goes straight through; records, of about 1 kB an item, are kept until
// their list is complete.
func (e *exporter) write(ctx context.Context, w io.Writer) error {
	e.archive = &archive{zip: zip.NewWriter(w)}
	e.manifest = manifest{Records: map[string]int{}, Missing: []missing{}}
	e.lists, e.taken = map[string]*bytes.Buffer{}, map[string]bool{}
	for _, name := range lists {
		e.lists[name] = new(bytes.Buffer)
	}
	for _, step := range []func(context.Context) error{e.profile, e.drive, e.people, e.calendars} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	now := time.Now()
	for _, name := range lists {
		if _, err := e.archive.add(name+".jsonl", now, e.lists[name]); err != nil {
			return err
		}
	}
	return e.archive.finish(&e.manifest, now)
}

// record adds a line to a list: what the service knows of an object, and more.
func (e *exporter) record(list string, object any, more map[string]any) error {
	line, err := json.Marshal(object)
	if err != nil {
		return err
	}
	fields := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return err
	}
	for _, link := range []string{"source", "picture", "upload_location", "images"} {
		delete(fields, link) // links that are good for an hour, some without any further sign-in
	}
	for name, value := range more {
		fields[name] = value
	}
	lines := json.NewEncoder(e.lists[list])
	lines.SetEscapeHTML(false)
	if err := lines.Encode(fields); err != nil {
		return err
	}
	e.manifest.Records[list]++
	return nil
}

// profile writes what the service says of the user.
func (e *exporter) profile(ctx context.Context) error {
	me, err := e.client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	quota, err := e.client.Items.Quota(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	e.manifest.Owner, e.manifest.Name = me.ID, me.Name
	content, err := json.MarshalIndent(map[string]any{"user": me, "quota": quota}, "", "  ")
	if err != nil {
		return err
	}
	if _, err := e.archive.add("profile.json", time.Now(), bytes.NewReader(content)); err != nil {
		return err
	}
	picture, err := e.client.Users.Picture(ctx, liveconnect.Me, liveconnect.UserPictureLarge)
	if errors.Is(err, liveconnect.ErrNotFound) {
		return nil // not everybody has one
	}
	if err != nil {
		return err
	}
	defer picture.Close() //nolint:errcheck // it was read, or failed
	_, err = e.archive.add("profile.jpg", time.Now(), picture)
	return err
}

// drive writes all items.
func (e *exporter) drive(ctx context.Context) error {
	for entry, err := range tree.Walk(ctx, e.client, liveconnect.Root, &tree.WalkOptions{StopOnError: true}) {
		if err != nil {
			return err
		}
		if err := e.item(ctx, entry); err != nil {
			return fmt.Errorf("%s: %w", entry.Path, err)
		}
	}
	return nil
}

// item writes an item: its content, its record, and what people said of it.
func (e *exporter) item(ctx context.Context, entry tree.Entry) error {
	info := entry.Item.Info()
	more := map[string]any{"path": entry.Path}
	if !entry.IsFolder() && info.Type != liveconnect.TypeNotebook { // notebooks have no content that this API gives
		content, err := e.content(ctx, entry)
		if err != nil {
			return err
		}
		if content != nil {
			more["file"], more["sha256"] = content.Name, content.SHA256
		}
	}
	if err := e.record("items", entry.Item, more); err != nil {
		return err
	}
	of := map[string]any{"item_id": info.ID}
	if info.CommentsCount > 0 {
		if err := records(e, "comments", e.client.Comments.All(ctx, info.ID, nil), of); err != nil {
			return err
		}
	}
	if tagged(entry.Item) {
		return records(e, "tags", e.client.Tags.All(ctx, info.ID, nil), of)
	}
	return nil
}

// content copies an item's content into the archive. An item that cannot be opened is noted as missing, and nil; when a
// copy breaks off half-way, the archive is spoilt.
func (e *exporter) content(ctx context.Context, entry tree.Entry) (*file, error) {
	info := entry.Item.Info()
	before := e.manifest.Bytes
	download, err := e.client.Downloads.Open(ctx, info.ID, &liveconnect.DownloadOptions{
		Item: info, Progress: func(p liveconnect.Progress) { e.bar.Show(info.Name, before+p.Done) },
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, liveconnect.ErrNotFound), errors.Is(err, liveconnect.ErrForbidden), errors.Is(err, liveconnect.ErrURLInvalid):
		e.manifest.Missing = append(e.manifest.Missing, missing{info.ID, entry.Path, err.Error()})
		return nil, nil //nolint:nilnil // no content, and no reason to stop
	case err != nil:
		return nil, err
	}
	defer download.Close() //nolint:errcheck // it was read, or failed
	added, err := e.archive.add(e.nameFor(entry.Path), info.UpdatedTime.Time, download)
	e.manifest.Bytes += added.Size
	return &added, err
}

// nameFor is where the content of an item goes: its path, made fit for the systems that unpack archives, and unlike all
// others where upper and lower case are the same.
func (e *exporter) nameFor(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segment = strings.Map(func(r rune) rune {
			if r < ' ' || strings.ContainsRune(`\:*?"<>|`, r) {
				return '_'
			}
			return r
		}, segment)
		if strings.Trim(segment, ".") == "" { // "." and ".." lead elsewhere
			segment = "_" + segment
		}
		segments[i] = segment
	}
	name := "files/" + strings.Join(segments, "/")
	unique := name
	for i := 2; e.taken[strings.ToLower(unique)]; i++ {
		dot := strings.LastIndex(name, ".")
		if dot < strings.LastIndex(name, "/") {
			dot = len(name)
		}
		unique = fmt.Sprintf("%s (%d)%s", name[:dot], i, name[dot:])
	}
	e.taken[strings.ToLower(unique)] = true
	return unique
}

func tagged(item liveconnect.Item) bool {
	switch item := item.(type) {
	case *liveconnect.Photo:
		return item.TagsCount > 0
	case *liveconnect.Video:
		return item.TagsCount > 0
	}
	return false
}

// people writes the address book and the friends.
func (e *exporter) people(ctx context.Context) error {
	if err := records(e, "contacts", e.client.Contacts.All(ctx, liveconnect.Me, nil), nil); err != nil {
		return err
	}
	return records(e, "friends", e.client.Friends.All(ctx, liveconnect.Me, nil), nil)
}

// calendars writes the calendars and what is in them, from before there was the service until twenty years from now.
func (e *exporter) calendars(ctx context.Context) error {
	from, to := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC), time.Now().AddDate(20, 0, 0)
	for calendar, err := range e.client.Calendars.All(ctx, liveconnect.Me, nil) {
		if err != nil {
			return err
		}
		if err := e.record("calendars", calendar, nil); err != nil {
			return err
		}
		if err := records(e, "events", agenda.Events(ctx, e.client, calendar.ID, from, to), nil); err != nil {
			return err
		}
	}
	return nil
}

// records adds a whole list.
func records[T any](e *exporter, list string, all iter.Seq2[T, error], more map[string]any) error {
	for object, err := range all {
		if err != nil {
			return err
		}
		if err := e.record(list, object, more); err != nil {
			return err
		}
	}
	return nil
}
