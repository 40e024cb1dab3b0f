package memory_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// records is an Archive that only gives what it has.
type records map[memory.Key]string

var errReadOnly = errors.New("read only")

func (r records) Records() iter.Seq2[memory.Record, error] {
	return func(yield func(memory.Record, error) bool) {
		keys := slices.SortedFunc(maps.Keys(r), func(a, b memory.Key) int { return strings.Compare(a.Name, b.Name) })
		for _, key := range keys {
			if !yield(memory.Record{Key: key, Value: []byte(r[key])}, nil) {
				return
			}
		}
	}
}

func (records) Settle(map[string]bool) error { return nil }

func (records) Ready() error { return nil }

func (records) Append([]memory.Record, []string) func() error {
	return func() error { return errReadOnly }
}

func (records) Recover(_ error, restore func() error) error { return restore() }

func (records) Create() (memory.Draft, error) { return nil, errReadOnly }

func (records) Open(string, int64, string) (io.ReadSeekCloser, error) { return nil, errReadOnly }

func (records) Remove(...string) {}

// allKinds are the records of a store that has all kinds of them.
func allKinds(t *testing.T) records {
	t.Helper()
	ctx := context.Background()
	s, err := disk.Open(t.TempDir(), memory.Options{Now: func() time.Time { return time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC) }})
	require.NoError(t, err)
	defer s.Close()
	for _, u := range []backend.User{{ID: ann, Name: "Ann Beebe", Work: []backend.Work{{Employer: "Contoso"}}}, {ID: bob}} {
		_, err := s.AddUser(u)
		require.NoError(t, err)
	}
	picture, err := os.ReadFile("testdata/dot.gif")
	require.NoError(t, err)
	require.NoError(t, s.SetUserPicture(ann, picture))
	require.NoError(t, s.Befriend(ann, bob))
	root := backend.Ref{Owner: ann}
	folder, err := s.CreateFolder(ctx, root, backend.KindFolder, "folder", "", ann)
	require.NoError(t, err)
	file, _, err := s.WriteFile(ctx, folder.Ref, "file", strings.NewReader("content"), backend.WriteOptions{})
	require.NoError(t, err)
	_, err = s.AddComment(ctx, file.Ref, bob, "a comment")
	require.NoError(t, err)
	_, err = s.AddTag(ctx, file.Ref, backend.Tag{User: backend.Person{ID: bob}, X: 1.5})
	require.NoError(t, err)
	_, err = s.ShareLink(ctx, file.Ref, "read")
	require.NoError(t, err)
	require.NoError(t, s.ShareItem(file.Ref, bob, ""))
	calendars, err := backend.All(s.CalendarsOf(ctx, ann, ann, backend.Page{}))
	require.NoError(t, err)
	require.NoError(t, s.ShareCalendar(calendars[0].ID, bob))
	_, err = s.CreateEvent(ctx, backend.Event{Calendar: calendars[0].ID, Name: "event", Reminder: new(int)})
	require.NoError(t, err)
	_, err = s.Share(ctx, ann, backend.Activity{Message: "hello"})
	require.NoError(t, err)
	app, err := s.CreateApplication(ctx, backend.Application{Owner: ann, Name: "application"})
	require.NoError(t, err)
	require.NoError(t, s.SetLogo(ctx, app.ID, picture))
	all, err := s.AllRecords()
	require.NoError(t, err)
	for key, value := range all {
		if key.Bucket == "items" { // the content's name is made at random
			all[key] = strings.ReplaceAll(value, contentName(t, value), "content name")
		}
	}
	return all
}

func contentName(t *testing.T, record string) string {
	t.Helper()
	var in struct{ Content string }
	require.NoError(t, json.Unmarshal([]byte(record), &in))
	return cmp.Or(in.Content, "\x00")
}

// What is in the stores of users must be read for ever: this fails when a field of a record has got another name or
// another meaning, which needs a new format and a reader for the old one. New fields are fine. With UPDATE_FORMAT=yes
// the file is written.
func TestFormat(t *testing.T) {
	t.Parallel()
	const file = "testdata/format2.json"
	if os.Getenv("UPDATE_FORMAT") != "" {
		text, err := json.MarshalIndent(exported(allKinds(t)), "", "\t")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o600))
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var want map[string]any
	require.NoError(t, json.Unmarshal(text, &want))
	s, got := reopened(t, text)
	for name := range want {
		if name != "store counters" {
			assert.Equal(t, want[name], common(want[name], got[name]), name)
		}
	}
	assert.ErrorIs(t, s.SetQuota(ann, 1), errReadOnly, "what cannot be kept is an error")
	_, err = s.Item(context.Background(), backend.Ref{Owner: ann})
	assert.NoError(t, err, "and changes nothing")
}

// reopened makes a store of records, and gives them as it would write them.
func reopened(t *testing.T, text []byte) (*memory.Store, map[string]any) {
	t.Helper()
	s, err := memory.Open(memory.Options{}, imported(t, text))
	require.NoError(t, err)
	records, err := s.AllRecords()
	require.NoError(t, err)
	text, err = json.Marshal(exported(records))
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(text, &got))
	return s, got
}

// Format 1 wrote fields without anything in them, and comments and tags with their item.
func TestFormat1(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	text, err := os.ReadFile("testdata/format1.json")
	require.NoError(t, err)
	var want map[string]any
	require.NoError(t, json.Unmarshal(text, &want))
	s, got := reopened(t, text)
	for name, record := range want {
		if fields, ok := record.(map[string]any); ok && strings.HasPrefix(name, "items ") {
			delete(fields, "comments")
			delete(fields, "tags")
			want[name] = withoutEmpty(fields)
			got[name] = withoutEmpty(got[name])
		}
		if name != "store counters" {
			assert.Equal(t, want[name], common(want[name], got[name]), name)
		}
	}
	file, err := s.Child(ctx, backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!105"}, "FILE")
	require.NoError(t, err)
	comments, err := s.ItemComments(ctx, file.Ref, backend.Page{})
	require.NoError(t, err)
	require.Len(t, comments.Items, 1)
	assert.Equal(t, "a comment", comments.Items[0].Message)
	tags, err := s.ItemTags(ctx, file.Ref, backend.Page{})
	require.NoError(t, err)
	require.Len(t, tags.Items, 1)
	assert.Equal(t, [2]any{bob, 1.5}, [2]any{tags.Items[0].User.ID, tags.Items[0].X})
	assert.Len(t, got, len(want)+2)
}

// withoutEmpty is a value without fields that have nothing in them.
func withoutEmpty(v any) any {
	fields, ok := v.(map[string]any)
	if !ok {
		return v
	}
	full := map[string]any{}
	for name, field := range fields {
		switch field {
		case nil, "", 0.0, false, "0001-01-01T00:00:00Z":
		default:
			full[name] = withoutEmpty(field)
		}
	}
	return full
}

// exported are records as they are written into a file: JSON as it is, pictures in Base64.
func exported(r records) map[string]any {
	out := map[string]any{"store counters": json.RawMessage(`{"issued":100,"changes":100}`)}
	for key, value := range r {
		name := key.Bucket + " " + key.Name
		if json.Valid([]byte(value)) {
			out[name] = json.RawMessage(value)
		} else {
			out[name] = []byte(value)
		}
	}
	return out
}

func imported(t *testing.T, text []byte) records {
	t.Helper()
	var in map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &in))
	r := records{}
	for name, value := range in {
		bucket, name, _ := strings.Cut(name, " ")
		var picture []byte
		if json.Unmarshal(value, &picture) == nil {
			value = picture
		}
		r[memory.Key{Bucket: bucket, Name: name}] = string(value)
	}
	return r
}

// common is b without what a does not have.
func common(a, b any) any {
	switch a := a.(type) {
	case map[string]any:
		b, _ := b.(map[string]any)
		both := map[string]any{}
		for key := range a {
			if value, ok := b[key]; ok {
				both[key] = common(a[key], value)
			}
		}
		return both
	case []any:
		b, _ := b.([]any)
		both := make([]any, len(b))
		for i := range b {
			if both[i] = b[i]; i < len(a) {
				both[i] = common(a[i], b[i])
			}
		}
		return both
	}
	return b
}

// Records that do not fit together are refused, whatever keeps them.
func TestRecordsThatDoNotFit(t *testing.T) {
	t.Parallel()
	all := allKinds(t)
	drop := func(bucket string) func(records) {
		return func(r records) {
			maps.DeleteFunc(r, func(key memory.Key, _ string) bool { return key.Bucket == bucket })
		}
	}
	change := func(bucket, name, old, now string) func(records) {
		return func(r records) {
			for key, value := range r {
				if key.Bucket == bucket && strings.Contains(key.Name, name) {
					r[key] = strings.Replace(value, old, now, 1)
				}
			}
		}
	}
	for why, damage := range map[string]func(records){
		"its account is missing":            drop("accounts"),
		"its root folder is missing":        drop("items"),
		"its calendar is missing":           drop("calendars"),
		"its picture is missing":            drop("pictures"),
		"its folder 999 is missing":         change("items", "105", `"parent":101`, `"parent":999`),
		"its folder 106 is missing":         change("items", "105", `"parent":101`, `"parent":106`),
		"another item is named":             change("items", ann+"/0000000102", "Pictures", "folder"),
		"the folder has 7 bytes":            change("items", "106", `"Size":7`, `"Size":8`),
		"its content is not named":          change("items", "106", `"content":"content name"`, `"content":""`),
		"the last number is 104":            change("accounts", ann, `"last_number":107`, `"last_number":104`),
		"the folder my_documents is":        change("accounts", ann, `"my_documents":104`, `"my_documents":999`),
		`unknown field "news"`:              change("items", "106", `{"item"`, `{"news":1,"item"`),
		"there is more than one value":      change("contacts", "", `{`, `{} {`),
		"it is the account \"" + bob + "\"": change("accounts", ann, ann, bob),
	} {
		r := maps.Clone(all)
		damage(r)
		_, err := memory.Open(memory.Options{}, r)
		require.ErrorIs(t, err, memory.ErrRecords, why)
		assert.Contains(t, err.Error(), why)
	}
	_, err := memory.Open(memory.Options{}, all)
	assert.NoError(t, err)
}
