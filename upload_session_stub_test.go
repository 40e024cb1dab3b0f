package liveconnect_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

const (
	bitsUser    = "8c8ce076ca27823f"
	bitsFolder  = "folder.8c8ce076ca27823f.8C8CE076CA27823F!126"
	bitsItem    = "file.8c8ce076ca27823f.8C8CE076CA27823F!200"
	bitsSession = "{6F1C0A4E-5D1B-4B6C-9D0A-1F5E0C4B7A11}"
)

// bitsHost is a storage host and an API host in one, that does what the documents say unless it is told otherwise.
type bitsHost struct {
	*httptest.Server
	mu       sync.Mutex
	requests []asked
	content  bytes.Buffer // what has arrived of the session
	total    int64
	open     bool
	file     []byte // nil until the session was closed
	size     int64  // of the file, when it is to be told wrong
	discard  bool   // keep no content, only count it
	received int64

	// fault, if any, answers a packet in place of the host. It returns false to let the host answer.
	fault func(h *bitsHost, w http.ResponseWriter, r *http.Request, packet int) bool
	// silentAbout leaves these headers out of answers.
	silentAbout []string
}

func newBITSHost(t *testing.T, fault func(h *bitsHost, w http.ResponseWriter, r *http.Request, packet int) bool) *bitsHost {
	t.Helper()
	h := &bitsHost{fault: fault}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *bitsHost) client(t *testing.T, opts ...liveconnect.Option) *liveconnect.Client {
	t.Helper()
	opts = append([]liveconnect.Option{
		liveconnect.WithBaseURL(h.URL + "/v5.0"), liveconnect.WithStorageURL(h.URL),
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "TOKEN"})),
		liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}),
	}, opts...)
	client, err := liveconnect.NewClient(nil, opts...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// session begins an upload of size bytes with a client of its own.
func (h *bitsHost) session(t *testing.T, size int64) *liveconnect.UploadSession {
	t.Helper()
	session, err := h.client(t).Uploads.Session(t.Context(), bitsFolder, "film.avi", size, nil)
	require.NoError(t, err)
	return session
}

func (h *bitsHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	packet := r.Header.Get("BITS-Packet-Type")
	h.mu.Lock()
	n := len(h.requests)
	h.requests = append(h.requests, asked{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header.Clone()})
	h.mu.Unlock()
	if h.fault != nil && h.fault(h, w, r, n) {
		return
	}
	switch packet {
	case "":
		h.answerAPI(w, r)
	case "Create-Session":
		h.mu.Lock()
		h.open = true
		h.mu.Unlock()
		h.ack(w, http.StatusCreated, "BITS-Protocol", "{7df0354d-249b-430f-820d-3d2a9bef4931}", "BITS-Session-Id", bitsSession)
	case "Fragment":
		h.fragment(w, r)
	default:
		h.end(w, packet)
	}
}

func (h *bitsHost) answerAPI(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	size := h.size
	if size == 0 {
		size = max(int64(len(h.file)), h.received)
	}
	item := fmt.Sprintf(`{"id":%q,"name":"film.avi","type":"video","size":%d,"source":"https://storage.example/1","updated_time":"2099-01-01T00:00:00+0000"}`, bitsItem, size)
	switch {
	case strings.HasSuffix(r.URL.Path, "/me"):
		answer(http.StatusOK, []byte(`{"id":"`+bitsUser+`"}`))(w, r)
	case strings.HasSuffix(r.URL.Path, "/my_photos"):
		answer(http.StatusOK, []byte(`{"id":"`+bitsFolder+`"}`))(w, r)
	case strings.HasSuffix(r.URL.Path, "/files") && h.file == nil:
		answer(http.StatusOK, []byte(`{"data":[]}`))(w, r)
	case strings.HasSuffix(r.URL.Path, "/files"):
		answer(http.StatusOK, []byte(`{"data":[`+item+`]}`))(w, r)
	default:
		answer(http.StatusOK, []byte(item))(w, r)
	}
}

// fragment takes the next bytes, and keeps what came when the connection breaks.
func (h *bitsHost) fragment(w http.ResponseWriter, r *http.Request) {
	var first, last, total int64
	_, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &total)
	h.mu.Lock()
	known, next := h.open && r.Header.Get("BITS-Session-Id") == bitsSession, h.received
	h.mu.Unlock()
	switch {
	case !known:
		h.refuse(w, http.StatusInternalServerError, "X-ClientErrorCode", "UploadSessionNotFound")
		return
	case err != nil || last-first+1 != r.ContentLength:
		h.refuse(w, http.StatusBadRequest, "BITS-Error-Code", "0x80070057")
		return
	case first != next:
		_, _ = io.Copy(io.Discard, r.Body)
		h.refuse(w, http.StatusRequestedRangeNotSatisfiable, "BITS-Received-Content-Range", strconv.FormatInt(next, 10))
		return
	}
	if h.keep(r.Body, total) == nil {
		h.ack(w, http.StatusOK, "BITS-Session-Id", bitsSession, "BITS-Received-Content-Range", strconv.FormatInt(last+1, 10))
	}
}

func (h *bitsHost) keep(body io.Reader, total int64) error {
	piece := make([]byte, 32<<10)
	for {
		n, err := body.Read(piece)
		h.mu.Lock()
		h.total = total
		h.received += int64(n)
		if !h.discard {
			h.content.Write(piece[:n])
		}
		h.mu.Unlock()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (h *bitsHost) end(w http.ResponseWriter, packet string) {
	h.mu.Lock()
	known, complete, next := h.open, h.total > 0 && h.received == h.total, h.received
	h.mu.Unlock()
	switch {
	case !known:
		h.refuse(w, http.StatusInternalServerError, "BITS-Error-Code", "0x8020001F")
	case packet == "Cancel-Session":
		h.close(nil)
		h.ack(w, http.StatusOK)
	case !complete:
		h.refuse(w, http.StatusRequestedRangeNotSatisfiable, "BITS-Received-Content-Range", strconv.FormatInt(next, 10))
	default:
		h.close(h.content.Bytes())
		h.ack(w, http.StatusCreated, "X-Resource-Id", "8C8CE076CA27823F!200")
	}
}

func (h *bitsHost) close(file []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open, h.file = false, file
}

func (h *bitsHost) ack(w http.ResponseWriter, status int, headers ...string) {
	w.Header().Set("BITS-Packet-Type", "Ack")
	for i := 0; i < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	for _, name := range h.silentAbout {
		w.Header().Del(name)
	}
	w.WriteHeader(status)
}

func (h *bitsHost) refuse(w http.ResponseWriter, status int, headers ...string) {
	h.ack(w, status, append(headers, "BITS-Error-Context", "0x5")...)
}

// asked returns the requests so far whose packets have this type; "" is all.
func (h *bitsHost) asked(packet string) []asked {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []asked
	for _, r := range h.requests {
		if packet == "" || r.Header.Get("BITS-Packet-Type") == packet {
			found = append(found, r)
		}
	}
	return found
}

// uploaded returns the file, and the number of bytes that were sent for it.
func (h *bitsHost) uploaded() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return string(h.file)
}

// cutAt breaks the connection after n bytes of the body have been kept.
func cutAt(n int64) func(h *bitsHost, r *http.Request) {
	return func(h *bitsHost, r *http.Request) {
		var total int64
		_, _ = fmt.Sscanf(r.Header.Get("Content-Range")[strings.Index(r.Header.Get("Content-Range"), "/")+1:], "%d", &total)
		_ = h.keep(io.LimitReader(r.Body, n), total)
		panic(http.ErrAbortHandler)
	}
}

// bitsText is a content of n bytes in which no part is like another.
func bitsText(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%07d ", i)
	}
	return b.String()[:n]
}
