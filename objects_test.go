package liveconnect_test

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// exchange is a call of the library, the one request that it must send, and the answer to it.
type exchange struct {
	name   string
	status int    // 0 is 200
	answer string // a file of testdata, or JSON
	call   func(context.Context, *liveconnect.Client) (any, error)

	method string
	path   string // escaped, below the base URL
	query  url.Values
	body   string // JSON; "" for none
	want   any    // what the call returns; nil: not compared
}

func (e exchange) check(t *testing.T) {
	t.Helper()
	content := []byte(e.answer)
	if strings.HasSuffix(e.answer, ".json") {
		content = fixture(t, e.answer)
	}
	status := e.status
	if status == 0 {
		status = http.StatusOK
	}
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if status == http.StatusNoContent {
			w.WriteHeader(status)
			return
		}
		answer(status, content)(w, r)
	})
	got, err := e.call(t.Context(), s.client(t))
	require.NoError(t, err)
	if e.want != nil {
		assert.Equal(t, e.want, got)
	}
	requests := s.asked()
	require.Len(t, requests, 1, "one call, one request")
	sent := requests[0]
	assert.Equal(t, e.method, sent.Method)
	assert.Equal(t, "/v5.0"+e.path, sent.Path)
	assert.Equal(t, "Bearer TOKEN", sent.Header.Get("Authorization"))
	sent.Query.Del("pretty")
	if e.query == nil {
		e.query = url.Values{}
	}
	assert.Equal(t, e.query, sent.Query)
	if e.body == "" {
		assert.Empty(t, sent.Body)
		return
	}
	assert.JSONEq(t, e.body, sent.Body)
	assert.Equal(t, "application/json;charset=UTF-8", sent.Header.Get("Content-Type"))
}

func exchanges(t *testing.T, all []exchange) {
	t.Helper()
	for _, e := range all {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.check(t)
		})
	}
}

// nothing makes a call without a result fit for an exchange.
func nothing(err error) (any, error) { return nil, err }

// badCalls are calls by a name that says what is wrong with each.
type badCalls map[string]func(context.Context, *liveconnect.Client) error

// refused checks that calls fail before anything is sent.
func refused(t *testing.T, all badCalls) {
	t.Helper()
	for name, call := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t, answer(http.StatusOK, []byte(`{"id":"x"}`)))
			err := call(t.Context(), s.client(t))
			require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
			var failure *liveconnect.Error
			require.ErrorAs(t, err, &failure)
			assert.NotEmpty(t, failure.Op)
			assert.Empty(t, s.asked(), "a request was sent")
		})
	}
}

// listing is the three forms of a list call, with the id and options filled in.
type listing[T any] struct {
	list  func(context.Context, *liveconnect.Client, string) (*liveconnect.Page[T], error)
	pages func(context.Context, *liveconnect.Client, string) iter.Seq2[*liveconnect.Page[T], error]
	all   func(context.Context, *liveconnect.Client, string) iter.Seq2[T, error]
}

// check lists two pages in each form. The options must be Limit 2, and first is what they and the call send at first.
func (l listing[T]) check(t *testing.T, id, path, object string, first url.Values) {
	t.Helper()
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		content := `{"data":[` + object + `,` + object + `],"paging":{"next":"/elsewhere?offset=2&limit=2"}}`
		if r.URL.Query().Get("offset") == "2" {
			content = `{"data":[` + object + `],"paging":{"previous":"/elsewhere?offset=0&limit=2"}}`
		}
		answer(http.StatusOK, []byte(content))(w, r)
	})
	client := s.client(t)
	page, err := l.list(t.Context(), client, id)
	require.NoError(t, err)
	assert.Len(t, page.Data, 2)
	assert.Equal(t, "/elsewhere?offset=2&limit=2", page.Next)
	count := 0
	for page, err := range l.pages(t.Context(), client, id) {
		require.NoError(t, err)
		count += len(page.Data)
	}
	assert.Equal(t, 3, count)
	for _, err := range l.all(t.Context(), client, id) {
		require.NoError(t, err)
		count++
	}
	assert.Equal(t, 6, count)

	second := url.Values{}
	for key, values := range first {
		second[key] = values
	}
	second.Set("offset", "2")
	var sent []url.Values
	for _, r := range s.asked() {
		assert.Equal(t, http.MethodGet, r.Method)
		assert.Equal(t, "/v5.0"+path, r.Path)
		assert.Empty(t, r.Body)
		r.Query.Del("pretty")
		sent = append(sent, r.Query)
	}
	assert.Equal(t, []url.Values{first, first, second, first, second}, sent)

	for _, id := range []string{"", "a/b", "..", "a?b"} {
		before := len(s.asked())
		_, err := l.list(t.Context(), client, id)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
		for _, err := range l.pages(t.Context(), client, id) {
			require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
		}
		for _, err := range l.all(t.Context(), client, id) {
			require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
		}
		assert.Len(t, s.asked(), before, "a request was sent")
	}
}

// limitOf2 is what a list call with Limit 2 sends at first.
func limitOf2() url.Values { return url.Values{"limit": {"2"}} }

func ptr[T any](v T) *T { return &v }

func TestObjectWithoutID(t *testing.T) {
	t.Parallel()
	all := badCalls{
		"comment": func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Comments.Get(ctx, "x"); return err },
		"tag":     func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Tags.Get(ctx, "x"); return err },
		"calendar": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Calendars.Get(ctx, "x")
			return err
		},
		"contact": func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Contacts.Get(ctx, "x"); return err },
		"application": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Applications.Get(ctx, "x")
			return err
		},
		"video": func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Videos.Get(ctx, "x"); return err },
		"audio": func(ctx context.Context, c *liveconnect.Client) error { _, err := c.Audio.Get(ctx, "x"); return err },
	}
	for name, call := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t, answer(http.StatusOK, []byte(`{"name":"x"}`)))
			require.ErrorIs(t, call(t.Context(), s.client(t)), liveconnect.ErrUnexpectedContent)
		})
	}
}
