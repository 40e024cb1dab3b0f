package liveconnect_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// library answers a list of so many photos, page by page as the service does. link writes the next link.
func library(count int, link func(offset, limit int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		if limit == 0 {
			limit = count
		}
		data, paging := "", ""
		for i := offset; i < min(offset+limit, count); i++ {
			data += fmt.Sprintf(`,{"id":"file.1.1!%d","type":"photo"}`, i)
		}
		if offset+limit < count {
			paging = fmt.Sprintf(`"next":%q`, link(offset+limit, limit))
		}
		answer(200, fmt.Appendf(nil, `{"data":[%s],"paging":{%s}}`, data[min(1, len(data)):], paging))(w, r)
	}
}

// serviceLink is a next link as the service was recorded to write it.
func serviceLink(offset, limit int) string {
	return fmt.Sprintf("/me/skydrive/photos?offset=%d&limit=%d", offset, limit)
}

func numbers(t *testing.T, photos []*liveconnect.Photo) []string {
	t.Helper()
	list := make([]string, len(photos))
	for i, photo := range photos {
		list[i] = photo.ID[len("file.1.1!"):]
	}
	return list
}

func TestListGivesOnePage(t *testing.T) {
	t.Parallel()
	stub := newStub(t, library(5, serviceLink))
	page, err := stub.client(t).Photos.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 2, Offset: 1})
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, numbers(t, page.Data))
	assert.Equal(t, "/me/skydrive/photos?offset=3&limit=2", page.Next)
	assert.Len(t, stub.asked(), 1)
}

func TestPagesAndAll(t *testing.T) {
	t.Parallel()
	stub := newStub(t, library(5, serviceLink))
	client := stub.client(t)
	pages := client.Photos.Pages(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 2})
	all := client.Photos.All(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 2})
	assert.Empty(t, stub.asked(), "nothing is sent before the first turn")

	for round := range 2 { // the second round starts again from the beginning
		var sizes []int
		for page, err := range pages {
			require.NoError(t, err)
			sizes = append(sizes, len(page.Data))
		}
		assert.Equal(t, []int{2, 2, 1}, sizes)
		assert.Len(t, stub.asked(), 6*round+3)

		var photos []*liveconnect.Photo
		for photo, err := range all {
			require.NoError(t, err)
			photos = append(photos, photo)
		}
		assert.Equal(t, []string{"0", "1", "2", "3", "4"}, numbers(t, photos))
		assert.Len(t, stub.asked(), 6*round+6)
	}
	for _, sent := range stub.asked() {
		assert.Equal(t, "/v5.0/me/skydrive/photos", sent.Path)
		assert.Equal(t, "Bearer TOKEN", sent.Header.Get("Authorization"))
	}
}

func TestPagingBreaks(t *testing.T) {
	t.Parallel()
	stub := newStub(t, library(6, serviceLink))
	client := stub.client(t)
	for range client.Photos.Pages(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 2}) {
		break
	}
	assert.Len(t, stub.asked(), 1)
	seen := 0
	for range client.Photos.All(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 2}) {
		if seen++; seen == 3 {
			break
		}
	}
	assert.Len(t, stub.asked(), 3, "a break in the second page leaves the third alone")
}

func TestListOptionsAreCopied(t *testing.T) {
	t.Parallel()
	stub := newStub(t, library(4, serviceLink))
	opts := &liveconnect.ListOptions{Limit: 2, Filter: []liveconnect.Filter{liveconnect.FilterPhotos}}
	all := stub.client(t).Photos.All(t.Context(), liveconnect.Root, opts)
	opts.Limit, opts.Filter[0], opts.SortBy = -1, "changed", liveconnect.SortBySize
	for _, err := range all {
		require.NoError(t, err)
		opts.Offset = 99
	}
	for _, sent := range stub.asked() {
		assert.Equal(t, "2", sent.Query.Get("limit"))
		assert.Equal(t, "photos", sent.Query.Get("filter"))
		assert.False(t, sent.Query.Has("sort_by"))
	}
	assert.Equal(t, "2", stub.last(t).Query.Get("offset"))
}

func TestPagingErrors(t *testing.T) {
	t.Parallel()
	stub := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("offset") == "2" {
			answer(404, []byte(`{"error":{"code":"resource_not_found","message":"Gone."}}`))(w, r)
			return
		}
		library(6, serviceLink)(w, r)
	})
	var photos []*liveconnect.Photo
	var errs []error
	for photo, err := range stub.client(t).Photos.All(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 2}) {
		if err != nil {
			assert.Nil(t, photo)
			errs = append(errs, err)
			continue
		}
		photos = append(photos, photo)
	}
	assert.Equal(t, []string{"0", "1"}, numbers(t, photos), "what came before the error counts")
	require.Len(t, errs, 1, "an error comes once, and ends it")
	require.ErrorIs(t, errs[0], liveconnect.ErrNotFound)
	assert.Contains(t, errs[0].Error(), "Photos.All")
	assert.Len(t, stub.asked(), 2)
}

func TestPagingEndsWithContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stub := newStub(t, library(6, serviceLink))
	var last error
	turns := 0
	for _, err := range stub.client(t).Photos.Pages(ctx, liveconnect.Root, &liveconnect.ListOptions{Limit: 2}) {
		cancel()
		last = err
		turns++
	}
	require.ErrorIs(t, last, context.Canceled)
	assert.Equal(t, 2, turns)
}

func TestPagingLoop(t *testing.T) {
	t.Parallel()
	for name, link := range map[string]func(offset, limit int) string{
		"the same page":   func(int, int) string { return "/me/skydrive/photos?offset=0&limit=2" },
		"two pages":       func(offset, _ int) string { return fmt.Sprintf("/me/skydrive/photos?offset=%d&limit=2", offset%4) },
		"the second page": func(int, int) string { return "/me/skydrive/photos?offset=2&limit=2" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stub := newStub(t, library(100, link))
			var last error
			errorCount := 0
			for _, err := range stub.client(t).Photos.Pages(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 2}) {
				if last = err; err != nil {
					errorCount++
				}
			}
			require.ErrorIs(t, last, liveconnect.ErrPagingLoop)
			assert.Equal(t, 1, errorCount)
			assert.LessOrEqual(t, len(stub.asked()), 4)
			assert.Contains(t, last.Error(), "Photos.Pages")
		})
	}
}

// TestNextLinks checks what is taken over from a next link: its parameters, but for those that would change what the
// request is, sent to our own address.
func TestNextLinks(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.ListOptions{
		Limit: 2, Filter: []liveconnect.Filter{liveconnect.FilterPhotos, liveconnect.FilterVideos},
		SortBy: liveconnect.SortByName, SortOrder: liveconnect.Descending,
	}
	const kept = "filter=photos%2Cvideos&sort_by=name&sort_order=descending&pretty=false"
	for _, test := range []struct{ name, next, want string }{
		{"as recorded", "/me/skydrive/photos?offset=2&limit=2", kept + "&offset=2&limit=2"},
		{"without a limit", "/me/skydrive/photos?offset=2", kept + "&offset=2&limit=2"},
		{"with another limit", "/me/skydrive/photos?offset=2&limit=7", kept + "&offset=2&limit=7"},
		{"to another path", "/me/contacts?offset=2&limit=2", kept + "&offset=2&limit=2"},
		{"whole", "https://apis.live.net/v5.0/me/skydrive/photos?offset=2&limit=2", kept + "&offset=2&limit=2"},
		{"to another host", "https://elsewhere.example/x?offset=2&limit=2#y", kept + "&offset=2&limit=2"},
		{"with its own sorting", "/x?offset=2&limit=2&sort_by=size", "filter=photos%2Cvideos&sort_by=size&sort_order=descending&pretty=false&offset=2&limit=2"},
		{"with something new", "/x?offset=2&limit=2&cursor=a%2Bb", kept + "&offset=2&limit=2&cursor=a%2Bb"},
		{
			"with control parameters",
			"/x?offset=2&limit=2&access_token=STOLEN&method=DELETE&callback=f&pretty=true&suppress_response_codes=true" +
				"&suppress_redirects=true",
			kept + "&offset=2&limit=2",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			stub := newStub(t, func(w http.ResponseWriter, r *http.Request) {
				next := `""`
				if !r.URL.Query().Has("offset") {
					next = fmt.Sprintf("%q", test.next)
				}
				answer(200, fmt.Appendf(nil, `{"data":[{"id":"file.1.1!1"}],"paging":{"next":%s}}`, next))(w, r)
			})
			for _, err := range stub.client(t).Photos.All(t.Context(), liveconnect.Root, opts) {
				require.NoError(t, err)
			}
			want, err := url.ParseQuery(test.want)
			require.NoError(t, err)
			require.Len(t, stub.asked(), 2)
			assert.Equal(t, want, stub.last(t).Query)
			assert.Equal(t, "/v5.0/me/skydrive/photos", stub.last(t).Path)
			assert.Equal(t, http.MethodGet, stub.last(t).Method)
			assert.Equal(t, []string{"Bearer TOKEN"}, stub.last(t).Header.Values("Authorization"))
		})
	}
}

func TestUselessNextLinks(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"/me/skydrive/photos", "?", "?access_token=x", "%zz", "http://[bad/?offset=2"} {
		stub := newStub(t, answer(200, fmt.Appendf(nil, `{"data":[{"id":"file.1.1!1"}],"paging":{"next":%q}}`, next)))
		var errs []error
		turns := 0
		for _, err := range stub.client(t).Photos.Pages(t.Context(), liveconnect.Root, nil) {
			turns++
			errs = append(errs, err)
		}
		require.Equal(t, 2, turns, next)
		require.ErrorIs(t, errors.Join(errs...), liveconnect.ErrUnexpectedContent, next)
		assert.Len(t, stub.asked(), 1, next)
	}
}

func TestListOptionsEncoding(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string]*liveconnect.ListOptions{
		"":              nil,
		"&":             {},
		"limit=1":       {Limit: 1},
		"offset=20":     {Offset: 20},
		"filter=albums": {Filter: []liveconnect.Filter{liveconnect.FilterAlbums}},
		"filter=folders%2Caudio%2Cvideos%2Cphotos%2Calbums%2Cnotebooks": {Filter: []liveconnect.Filter{
			liveconnect.FilterFolders, liveconnect.FilterAudio, liveconnect.FilterVideos, liveconnect.FilterPhotos,
			liveconnect.FilterAlbums, liveconnect.FilterNotebooks,
		}},
		"sort_by=default":       {SortBy: liveconnect.SortByDefault},
		"sort_by=name":          {SortBy: liveconnect.SortByName},
		"sort_by=updated":       {SortBy: liveconnect.SortByUpdated},
		"sort_by=size":          {SortBy: liveconnect.SortBySize},
		"sort_order=ascending":  {SortOrder: liveconnect.Ascending},
		"sort_order=descending": {SortOrder: liveconnect.Descending},
		"download=true":         {Download: true},
		"limit=5&offset=10&filter=photos&sort_by=size&sort_order=descending&download=true": {
			Limit: 5, Offset: 10, Filter: []liveconnect.Filter{liveconnect.FilterPhotos}, SortBy: liveconnect.SortBySize,
			SortOrder: liveconnect.Descending, Download: true,
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			stub := newStub(t, answer(200, []byte(`{"data":[]}`)))
			_, err := stub.client(t).Items.List(t.Context(), liveconnect.Root, opts)
			require.NoError(t, err)
			query, err := url.ParseQuery(want)
			require.NoError(t, err)
			query.Set("pretty", "false")
			assert.Equal(t, query, stub.last(t).Query)
			assert.Equal(t, "/v5.0/me/skydrive/files", stub.last(t).Path)
		})
	}
}
