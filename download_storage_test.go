package liveconnect_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

const (
	itemUpdated  = "2015-02-07T19:22:10+0000" // before anything here happens
	itemReplaced = "2099-01-01T00:00:00+0000" // after
)

// storage serves one file, each answer as the next of moods says; the last mood is for ever.
type storage struct {
	content string
	moods   []mood
	mu      sync.Mutex
	ranges  []string
	sent    int64  // bytes of content
	item    string // the answer to GET of the item, where it is not the usual one
	updated string // of the item
	links   int    // how many storage links there were
	dead    int    // how many of them have expired
	url     string // of the storage host
	release chan struct{}
}

// mood is how a storage host answers.
type mood struct {
	cut         int    // bytes after which the connection breaks; 0 is never, -1 at once
	reset       bool   // it breaks with a reset
	stall       bool   // it does not break, but stands still
	slow        int    // so many bytes, and then everything else a little at a time
	ignoreRange bool   // 200 with the whole
	shift       int    // begins so many bytes after what was asked
	content     string // other content than before
	empty       bool   // no content
	status      int    // this status, and no content
	page        bool   // 200 with an HTML page
	endless     bool   // no Content-Length
	total       string // Content-Range says this total
	etag        string
	updated     string // before the answer, the item changes
	expire      bool   // after the answer, all links so far are dead
}

func (s *storage) next(r *http.Request) mood {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.moods[min(len(s.ranges), len(s.moods)-1)]
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	if number, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/link/")); err == nil && number <= s.dead {
		return mood{status: http.StatusGone}
	}
	if m.updated != "" {
		s.updated = m.updated
	}
	if m.expire {
		s.dead = s.links
	}
	return m
}

func (s *storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := s.next(r)
	content := s.content
	if m.content != "" || m.empty {
		content = m.content
	}
	if m.etag != "" {
		w.Header().Set("ETag", m.etag)
	}
	switch {
	case m.status != 0:
		w.WriteHeader(m.status)
		return
	case m.page:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<html><title>Please sign in to the hotel's network</title></html>")
		return
	}
	first, end, code := 0, len(content), http.StatusOK
	if asked, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok && !m.ignoreRange {
		from, last, _ := strings.Cut(asked, "-")
		first, _ = strconv.Atoi(from)
		first += m.shift
		if n, err := strconv.Atoi(last); err == nil {
			end = min(n+1, end)
		}
		code = http.StatusPartialContent
		total := fmt.Sprint(len(content))
		if m.total != "" {
			total = m.total
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%s", first, end-1, total))
	}
	s.send(w, r, m, code, content[first:max(end, first)])
}

func (s *storage) send(w http.ResponseWriter, r *http.Request, m mood, code int, part string) {
	if !m.endless {
		w.Header().Set("Content-Length", fmt.Sprint(len(part)))
	}
	w.WriteHeader(code)
	_ = http.NewResponseController(w).Flush()
	if m.slow > 0 {
		s.trickle(w, r, part, m.slow)
		return
	}
	whole := m.cut == 0 || m.cut >= len(part)
	if !whole {
		part = part[:max(m.cut, 0)]
	}
	n, _ := io.WriteString(w, part)
	s.mu.Lock()
	s.sent += int64(n)
	s.mu.Unlock()
	if whole {
		return
	}
	_ = http.NewResponseController(w).Flush()
	if m.stall {
		select {
		case <-r.Context().Done():
		case <-s.release:
		}
	}
	if m.reset {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// trickle sends a little every few milliseconds until the client is gone.
func (s *storage) trickle(w http.ResponseWriter, r *http.Request, part string, at int) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for step := at; part != ""; step = 4 << 10 {
		n, err := io.WriteString(w, part[:min(step, len(part))])
		s.mu.Lock()
		s.sent += int64(n)
		s.mu.Unlock()
		part = part[n:]
		_ = http.NewResponseController(w).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// itemID is what every drive here has.
const itemID = "file.a.A!1"

// drive starts the storage host, and an API whose only item it has. The storage host dislikes tokens.
func (s *storage) drive(t *testing.T) *stub {
	t.Helper()
	s.updated, s.release = itemUpdated, make(chan struct{})
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the storage host got the token")
		}
		s.ServeHTTP(w, r)
	}))
	files.Config.ErrorLog = nil
	s.url = files.URL
	t.Cleanup(files.Close)
	t.Cleanup(func() { close(s.release) })
	return newStub(t, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if strings.HasSuffix(r.URL.Path, "/content") || strings.HasSuffix(r.URL.Path, "/picture") {
			s.links++
			http.Redirect(w, r, fmt.Sprintf("%s/link/%d", files.URL, s.links), http.StatusFound)
			return
		}
		text := s.item
		if text == "" {
			text = fmt.Sprintf(`{"id":%q,"name":"a.txt","type":"file","size":%d,"updated_time":%q,"client_updated_time":"2012-05-05T10:00:00+0000"}`,
				itemID, len(s.content), s.updated)
		}
		answer(http.StatusOK, []byte(text))(w, r)
	})
}

// known is the item as a program may have it from a list.
func (s *storage) known(t *testing.T) *liveconnect.ItemInfo {
	t.Helper()
	item := &liveconnect.ItemInfo{ID: itemID, Size: int64(len(s.content))}
	require.NoError(t, json.Unmarshal([]byte(strconv.Quote(itemUpdated)), &item.UpdatedTime))
	return item
}

// asks counts the requests to the API, by the end of their path.
func (s *stub) asks(suffix string) int {
	n := 0
	for _, r := range s.asked() {
		if strings.HasSuffix(r.Path, suffix) {
			n++
		}
	}
	return n
}

// renewed gives a new token whenever it is asked.
type renewed struct {
	mu sync.Mutex
	n  int
}

func (s *renewed) Token() (*oauth2.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return &oauth2.Token{AccessToken: fmt.Sprint("TOKEN", s.n), Expiry: time.Now().Add(time.Hour)}, nil
}

// digits are n bytes that are all over different from those of letters.
func digits(n int) string { return mixed(n, "0123456789") }

func letters(n int) string { return mixed(n, "abcdefghij") }

// mixed is a text in which no two places nearby look alike.
func mixed(n int, alphabet string) string {
	b := make([]byte, n)
	state := uint32(1)
	for i := range b {
		state = state*1664525 + 1013904223
		b[i] = alphabet[(state>>16)%uint32(len(alphabet))]
	}
	return string(b)
}
