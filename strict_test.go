package liveconnect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// What is not a list does not pass for an empty one.
func TestWhatIsNotAList(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{}`, `{"foo":1}`, `{"data":null}`, `{"paging":{}}`} {
		client := newStub(t, answer(http.StatusOK, []byte(text))).client(t)
		for name, call := range map[string]func() error{
			"Items.List":    func() error { _, err := client.Items.List(t.Context(), liveconnect.Root, nil); return err },
			"Albums.List":   func() error { _, err := client.Albums.List(t.Context(), liveconnect.Me, nil); return err },
			"Comments.List": func() error { _, err := client.Comments.List(t.Context(), "file.a.A!1", nil); return err },
			"Photos.All": func() error {
				_, err := liveconnect.Collect(client.Photos.All(t.Context(), liveconnect.Root, nil))
				return err
			},
			"Items.Quota":     func() error { _, err := client.Items.Quota(t.Context(), liveconnect.Me); return err },
			"Permissions.Get": func() error { _, err := client.Permissions.Get(t.Context(), liveconnect.Me); return err },
		} {
			err := call()
			require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent, "%s of %s", name, text)
			assert.Equal(t, 1, strings.Count(err.Error(), "unexpected content"), err)
		}
	}
	client := newStub(t, answer(http.StatusOK, []byte(`{"data":[]}`))).client(t)
	page, err := client.Items.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	assert.Empty(t, page.Data)
}

// The documented collection of tags is one bare object.
func TestListThatIsOneBareObject(t *testing.T) {
	t.Parallel()
	const tag = `{"id":"tag.22688711f5410e6c.22688711f5410e6c!767.PRaXZrdHI1uYGQYi9CU0StrzHak","user":{"name":"Roberto","id":null},"x":43.9,"y":20.5}`
	client := newStub(t, answer(http.StatusOK, []byte(tag))).client(t)
	page, err := client.Tags.List(t.Context(), "file.a.A!1", nil)
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	assert.Equal(t, "Roberto", page.Data[0].User.Name)
	assert.InDelta(t, 43.9, *page.Data[0].X, 0)
	assert.Empty(t, page.Next)
}

func TestListsAreBoundedByTheirObjects(t *testing.T) {
	t.Parallel()
	many := "[" + strings.Repeat("{},", 3_000_000-1) + "{}]"
	client := newStub(t, answer(http.StatusOK, []byte(`{"data":`+many+`}`))).client(t)
	var err error
	peak := heapPeak(func() { _, err = client.Items.List(t.Context(), liveconnect.Root, nil) })
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
	require.ErrorContains(t, err, "WithMaxResponse")
	assert.Less(t, peak, uint64(200<<20))
}

func TestMaxResponseOfAnySize(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusOK, []byte(`{"id":"8c8ce076ca27823f"}`)))
	_, err := s.client(t, liveconnect.WithMaxResponse(math.MaxInt64)).Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	lies := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000000000000000")
		_, _ = io.WriteString(w, `{"id":`)
	})
	_, err = lies.client(t, liveconnect.WithMaxResponse(math.MaxInt64)).Users.Get(t.Context(), liveconnect.Me)
	require.Error(t, err)
}

func TestWholeNumbersInOtherForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"3.0": 3, "1.5e3": 1500, "1E2": 100, `"12"`: 12, `"12.0"`: 12, "-0.0": 0} {
		s := newStub(t, answer(http.StatusOK, fmt.Appendf(nil, `{"id":"file.a.A!1","type":"file","size":%s}`, text)))
		file, err := s.client(t).Files.Get(t.Context(), "file.a.A!1")
		require.NoError(t, err, text)
		assert.Equal(t, want, file.Size, text)
	}
	for _, text := range []string{"3.5", "1e400", "1e999999999", "9223372036854775808.0", `"x"`} {
		s := newStub(t, answer(http.StatusOK, fmt.Appendf(nil, `{"id":"file.a.A!1","type":"file","size":%s}`, text)))
		_, err := s.client(t).Files.Get(t.Context(), "file.a.A!1")
		require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent, text)
	}
}

// Ids that cannot belong are refused before anything is sent, and answers of another type are errors.
func TestObjectsOfAnotherKind(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusOK, []byte(`{"id":"x"}`)))
	c := s.client(t)
	ctx := t.Context()
	const file, folder, calendar, comment = "file.a.A!1", "folder.a.A!2", "calendar.0123", "comment.a.a!1.A!2"
	for name, err := range map[string]error{
		"Photos.Delete of a calendar":  c.Photos.Delete(ctx, calendar),
		"Files.Delete of an album":     c.Files.Delete(ctx, folder),
		"Albums.Delete of a file":      c.Albums.Delete(ctx, file),
		"Folders.Delete of a comment":  c.Folders.Delete(ctx, comment),
		"Calendars.Delete of a folder": c.Calendars.Delete(ctx, folder),
		"Comments.Delete of a file":    c.Comments.Delete(ctx, file),
		"Events.Delete of a contact":   c.Events.Delete(ctx, "contact.0123"),
		"Users.Get of a folder":        second(c.Users.Get(ctx, folder)),
		"Photos.Get of an album":       second(c.Photos.Get(ctx, "album.a.A!1")),
		"Photos.Get of the root":       second(c.Photos.Get(ctx, liveconnect.Root)),
		"Photos.List of a file":        second(c.Photos.List(ctx, file, nil)),
		"Files.Move into a file":       second(c.Files.Move(ctx, file, file)),
		"Uploads.Put into a calendar":  second(c.Uploads.Put(ctx, calendar, "a", strings.NewReader("x"), nil)),
		"Downloads.URL of a calendar":  second(c.Downloads.URL(ctx, calendar, nil)),
	} {
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, name)
	}
	assert.Empty(t, s.asked())

	for text, calls := range map[string]map[string]func(*liveconnect.Client) error{
		`{"id":"file.a.A!1","type":"file"}`: {
			"Photos.Get": func(c *liveconnect.Client) error { return second(c.Photos.Get(ctx, file)) },
			"Videos.Get": func(c *liveconnect.Client) error { return second(c.Videos.Get(ctx, file)) },
			"Audio.Get":  func(c *liveconnect.Client) error { return second(c.Audio.Get(ctx, file)) },
		},
		`{"id":"folder.a.A!2","type":"folder"}`: {
			"Albums.Get": func(c *liveconnect.Client) error { return second(c.Albums.Get(ctx, folder)) },
			"Files.Get":  func(c *liveconnect.Client) error { return second(c.Files.Get(ctx, file)) },
		},
	} {
		kind := text[strings.LastIndex(text, ":"):]
		client := newStub(t, answer(http.StatusOK, []byte(text))).client(t)
		for name, call := range calls {
			err := call(client)
			require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent, name)
			require.ErrorContains(t, err, strings.Trim(kind, ":{}"), name)
		}
	}
	client := newStub(t, answer(http.StatusOK, []byte(`{"id":"file.a.A!1","type":"photo"}`))).client(t)
	_, err := client.Files.Get(ctx, file)
	require.NoError(t, err, "a photo can be read as a file")
}

func second[T any](_ T, err error) error { return err }

func TestDoSendsBytesAsTheyAre(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body   any
		header http.Header
		sent   string
		kind   string
	}{
		"reader":    {strings.NewReader("raw"), nil, "raw", "application/octet-stream"},
		"buffer":    {bytes.NewBufferString("raw"), nil, "raw", "application/octet-stream"},
		"bytes":     {[]byte("raw"), nil, "raw", "application/octet-stream"},
		"its type":  {[]byte("raw"), http.Header{"content-type": {"image/png"}}, "raw", "image/png"},
		"raw JSON":  {json.RawMessage(`{"a":1}`), nil, `{"a":1}`, "application/json;charset=UTF-8"},
		"structure": {map[string]int{"a": 1}, nil, `{"a":1}`, "application/json;charset=UTF-8"},
	} {
		s := newStub(t, answer(http.StatusOK, []byte(`{}`)))
		err := s.client(t).Do(t.Context(), &liveconnect.Request{Method: "PUT", Path: "x", Body: test.body, Header: test.header}, nil)
		require.NoError(t, err, name)
		assert.Equal(t, test.sent, s.last(t).Body, name)
		assert.Equal(t, []string{test.kind}, s.last(t).Header.Values("Content-Type"), name)
	}
	s := newStub(t, answer(http.StatusOK, []byte(`{}`)))
	err := s.client(t).Do(t.Context(), &liveconnect.Request{Path: "x", Header: http.Header{"authorization": {"Bearer other"}}}, nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.Empty(t, s.asked())
}

func TestSecretDoesNotReadItsOwnMask(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(liveconnect.NewSecret("s3cret"))
	require.NoError(t, err)
	var secret liveconnect.Secret
	require.ErrorContains(t, json.Unmarshal(text, &secret), "Reveal")
	assert.Empty(t, secret.Reveal())
}

func TestNilArguments(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusOK, []byte(`{"id":"file.a.A!1","data":[]}`)))
	c := s.client(t)
	var none context.Context
	for name, err := range map[string]error{
		"Users.Get":      second(c.Users.Get(none, liveconnect.Me)),
		"Items.List":     second(c.Items.List(none, liveconnect.Root, nil)),
		"Items.All":      second(liveconnect.Collect(c.Items.All(none, liveconnect.Root, nil))),
		"Files.Delete":   c.Files.Delete(none, "file.a.A!1"),
		"Uploads.Put":    second(c.Uploads.Put(none, liveconnect.Root, "a", strings.NewReader("x"), nil)),
		"Uploads.Auto":   second(c.Uploads.Auto(none, liveconnect.Root, "a", strings.NewReader("x"), nil)),
		"Session":        second(c.Uploads.Session(none, "folder.a.A!1", "a", 3, nil)),
		"Downloads.Open": second(c.Downloads.Open(none, "file.a.A!1", nil)),
		"Downloads.To":   second(c.Downloads.To(none, "file.a.A!1", nopWriterAt{}, nil)),
		"Photos.Picture": second(c.Photos.Picture(none, "file.a.A!1", "")),
		"Do":             c.Do(none, &liveconnect.Request{Path: "x"}, nil),
	} {
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, name)
		require.ErrorContains(t, err, "context is nil", name)
	}
	var typed *bytes.Reader
	var function readerFunc
	for name, body := range map[string]io.Reader{"nil": nil, "pointer": typed, "function": function} {
		_, err := c.Uploads.Put(t.Context(), liveconnect.Root, "a", body, nil)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, name)
	}
	assert.Empty(t, s.asked())
	var missing *liveconnect.Download
	for name, d := range map[string]*liveconnect.Download{"zero": {}, "nil": missing} {
		_, err := d.Read(make([]byte, 1))
		require.ErrorIs(t, err, liveconnect.ErrNotInitialized, name)
		require.ErrorIs(t, d.Close(), liveconnect.ErrNotInitialized, name)
	}
}

type nopWriterAt struct{}

func (nopWriterAt) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }

// Whoever deletes what a list holds collects it first.
func TestCollectBeforeDeleting(t *testing.T) {
	t.Parallel()
	var items []string
	for i := range 25 {
		items = append(items, fmt.Sprintf("file.a.A!%d", i+1))
	}
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			items = slices.DeleteFunc(items, func(id string) bool { return strings.HasSuffix(r.URL.Path, "/"+id) })
			w.WriteHeader(http.StatusNoContent)
			return
		}
		var offset int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
		var data []string
		for _, id := range items[min(offset, len(items)):min(offset+5, len(items))] {
			data = append(data, `{"id":"`+id+`","type":"file"}`)
		}
		next := ""
		if offset+5 < len(items) {
			next = fmt.Sprintf(`"next":"/x/files?limit=5&offset=%d"`, offset+5)
		}
		fmt.Fprintf(w, `{"data":[%s],"paging":{%s}}`, strings.Join(data, ","), next)
	})
	client := s.client(t)
	all, err := liveconnect.Collect(client.Items.All(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 5}))
	require.NoError(t, err)
	for _, item := range all {
		require.NoError(t, client.Files.Delete(t.Context(), item.Info().ID))
	}
	assert.Empty(t, items)
}
