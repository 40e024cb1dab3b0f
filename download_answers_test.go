package liveconnect_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// cutBody gives a text, and then the connection breaks.
func cutBody(text string) io.ReadCloser {
	return io.NopCloser(io.MultiReader(strings.NewReader(text), &brokenReader{}))
}

type brokenReader struct{}

func (*brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// halves answers the request for the item, the one for the content, and the one for the rest.
type halves struct {
	first, second map[string]string // headers that are added; "" takes one away
	length        int64             // of the second answer, if it is not 4
	part          liveconnect.Range // of the first request
	item          string
	want          error
	answers       int
}

func (h *halves) answer(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/content") {
		return says(http.StatusOK, h.item)(r)
	}
	resp := &http.Response{StatusCode: http.StatusOK, Request: r, ContentLength: 8, Body: cutBody("half"), Header: http.Header{
		"Date": {time.Now().UTC().Format(http.TimeFormat)},
	}}
	added := h.first
	if h.answers++; h.answers > 1 {
		added = h.second
		resp.StatusCode, resp.ContentLength, resp.Body = http.StatusPartialContent, 4, io.NopCloser(strings.NewReader("full"))
		if h.length != 0 {
			resp.ContentLength = h.length
		}
		resp.Header.Set("Content-Range", "bytes 4-7/8")
	} else if h.part.Length > 0 {
		resp.StatusCode, resp.ContentLength = http.StatusPartialContent, h.part.Length
		resp.Header.Set("Content-Range", fmt.Sprintf("bytes 0-%d/8", h.part.Length-1))
	}
	for name, value := range added {
		resp.Header.Del(name)
		if value != "" {
			resp.Header.Set(name, value)
		}
	}
	return resp, nil
}

// TestAnswersThatDoNotContinueADownload gives the first half of "halffull", breaks off, and answers the request for the
// rest in a way that must not be taken for it.
func TestAnswersThatDoNotContinueADownload(t *testing.T) {
	t.Parallel()
	const item = `{"id":"file.a.A!1","size":8,"updated_time":"1999-02-07T19:22:10+0000"}`
	for name, test := range map[string]halves{
		"good":                  {},
		"good, Last-Modified":   {first: header("Last-Modified", "x"), second: header("Last-Modified", "x")},
		"other Last-Modified":   {first: header("Last-Modified", "x"), second: header("Last-Modified", "y"), want: liveconnect.ErrContentChanged},
		"no Last-Modified":      {first: header("Last-Modified", "x"), want: liveconnect.ErrContentChanged},
		"encoded":               {second: header("Content-Encoding", "gzip"), want: liveconnect.ErrUnexpectedContent},
		"encoded as identity":   {second: header("Content-Encoding", "identity")},
		"length against range":  {length: 3, want: liveconnect.ErrContentChanged},
		"no Content-Range":      {second: header("Content-Range", ""), want: liveconnect.ErrContentChanged},
		"bad Content-Range":     {second: header("Content-Range", "bytes 4-7"), want: liveconnect.ErrContentChanged},
		"more than asked for":   {part: liveconnect.Range{Length: 6}, want: liveconnect.ErrContentChanged},
		"no Date at the start":  {first: header("Date", ""), want: liveconnect.ErrContentChanged},
		"item without a time":   {item: `{"id":"file.a.A!1","size":8}`, want: liveconnect.ErrContentChanged},
		"item of another size":  {item: strings.Replace(item, "8", "9", 1), want: liveconnect.ErrContentChanged},
		"item of a later time":  {item: strings.Replace(item, "1999", "2001", 1), want: liveconnect.ErrContentChanged},
		"item of the same time": {item: strings.Replace(item, "1999-02-07T19:22:10", "2000-01-01T00:00:00", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // the clock of a bubble begins in 2000
				if test.item == "" {
					test.item = item
				}
				s := &script{steps: []func(*http.Request) (*http.Response, error){test.answer}}
				got, err := allOf(s.client(t).Downloads.Open(t.Context(), itemID, &liveconnect.DownloadOptions{Range: test.part}))
				if test.want == nil {
					require.NoError(t, err)
					assert.Equal(t, "halffull", got)
					return
				}
				require.ErrorIs(t, err, test.want)
				assert.Equal(t, "half", got)
			})
		})
	}
}

func header(name, value string) map[string]string { return map[string]string{name: value} }

// An answer whose length is not announced is the content only if it ends where the item does.
func TestDownloadOfAnAnswerWithoutLength(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content string
		want    error
	}{
		"as long as the item": {digits(10_000), nil},
		"longer":              {digits(10_001), liveconnect.ErrContentChanged},
		"shorter":             {digits(9_999), liveconnect.ErrContentChanged},
		"empty":               {"", liveconnect.ErrContentChanged},
	} {
		for way, fetch := range waysDown {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				host := &storage{content: digits(10_000), moods: []mood{{endless: true, ignoreRange: true, content: test.content, empty: test.content == ""}}}
				got, err := fetch(t, host.drive(t).client(t), host)
				want := test.want
				if way == "ReaderAt" { // asks for ranges that end before the content does
					want = liveconnect.ErrContentChanged
				}
				if want != nil {
					require.ErrorIs(t, err, want)
					return
				}
				require.NoError(t, err)
				assert.True(t, host.content == got)
			})
		}
	}
}
