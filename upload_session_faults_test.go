package liveconnect_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// bitsFault answers a packet in place of the host, or lets it pass.
type bitsFault func(h *bitsHost, w http.ResponseWriter, r *http.Request, packet int) bool

// once makes a fault happen to the first packet of a type whose range begins as told.
func once(packet, span string, fault func(h *bitsHost, w http.ResponseWriter, r *http.Request)) bitsFault {
	done := false
	return func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
		if done || r.Header.Get("BITS-Packet-Type") != packet || !strings.HasPrefix(r.Header.Get("Content-Range"), span) {
			return false
		}
		done = true
		fault(h, w, r)
		return true
	}
}

func refusing(status int, headers ...string) func(*bitsHost, http.ResponseWriter, *http.Request) {
	return func(h *bitsHost, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		h.refuse(w, status, headers...)
	}
}

func breaking(kept int64) func(*bitsHost, http.ResponseWriter, *http.Request) {
	return func(h *bitsHost, _ http.ResponseWriter, r *http.Request) { cutAt(kept)(h, r) }
}

// losing carries a packet out, and loses the answer.
func losing(h *bitsHost, _ http.ResponseWriter, r *http.Request) {
	if r.Header.Get("BITS-Packet-Type") == "Fragment" {
		breaking(1<<20)(h, nil, r)
	}
	h.close(h.content.Bytes())
	panic(http.ErrAbortHandler)
}

func page(code int) func(*bitsHost, http.ResponseWriter, *http.Request) {
	return func(_ *bitsHost, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "<html>Sign in to the hotel's network")
	}
}

// A connection may break anywhere in any fragment: what the host has kept of it is not sent again.
func TestSessionConnectionCutInEachFragment(t *testing.T) {
	t.Parallel()
	content := bitsText(95)
	for first := 0; first < 95; first += 10 {
		for _, kept := range []int64{0, 1, 5, 9, 10} {
			t.Run(fmt.Sprintf("fragment at %d, %d kept", first, kept), func(t *testing.T) {
				t.Parallel()
				h := newBITSHost(t, once("Fragment", fmt.Sprintf("bytes %d-", first), breaking(kept)))
				var last liveconnect.Progress
				_, err := h.session(t, 95).Upload(t.Context(), strings.NewReader(content), &liveconnect.FragmentOptions{
					Size: 10, Progress: func(p liveconnect.Progress) {
						assert.GreaterOrEqual(t, p.Done, last.Done)
						last = p
					},
				})
				require.NoError(t, err)
				assert.Equal(t, content, h.uploaded())
				assert.Equal(t, int64(95), last.Done)
				assert.Equal(t, 2, last.Attempt)
				var again int64
				for _, r := range h.asked("Fragment") {
					n, _ := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64)
					again += n
				}
				assert.LessOrEqual(t, again-95, int64(11), "bytes sent twice")
			})
		}
	}
}

// However often a line breaks, an upload goes on as long as something arrives in between.
func TestSessionOnALineThatNeverHolds(t *testing.T) {
	t.Parallel()
	content := bitsText(300)
	h := newBITSHost(t, func(h *bitsHost, _ http.ResponseWriter, r *http.Request, _ int) bool {
		if r.ContentLength > 20 {
			cutAt(20)(h, r)
		}
		return false
	})
	_, err := h.session(t, 300).Upload(t.Context(), strings.NewReader(content), nil)
	require.NoError(t, err)
	assert.Equal(t, content, h.uploaded())
}

// TestSessionFaults goes through the errors of the documents, and through the ones that clients met.
func TestSessionFaults(t *testing.T) {
	t.Parallel()
	const challenge = `Bearer realm="OneDriveAPI", error="%s", error_description="Why."`
	lost := func(kept int64) bitsFault { return once("Fragment", "bytes 20-", breaking(kept)) }
	for name, test := range map[string]struct {
		fault  bitsFault
		silent []string
		want   error
		text   string // in the error; without want and text, the content arrives whole
	}{
		"503 in a fragment":                {once("Fragment", "bytes 20-", refusing(503)), nil, nil, ""},
		"500 in a fragment":                {once("Fragment", "bytes 20-", refusing(500)), nil, nil, ""},
		"throttled in a fragment":          {once("Fragment", "bytes 20-", refusing(420)), nil, nil, ""},
		"an HTML page with 503":            {once("Fragment", "bytes 20-", page(503)), nil, nil, ""},
		"an HTML page with 200":            {once("Fragment", "bytes 20-", page(200)), nil, liveconnect.ErrUnexpectedContent, "hotel"},
		"an answer that is no Ack":         {once("Fragment", "bytes 20-", func(_ *bitsHost, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }), nil, liveconnect.ErrUnexpectedContent, "Fragment packet"},
		"the host tells no position":       {nil, []string{"BITS-Received-Content-Range"}, nil, ""},
		"nor does it after a cut, whole":   {lost(10), []string{"BITS-Received-Content-Range"}, nil, ""},
		"nor does it after a cut, none":    {lost(0), []string{"BITS-Received-Content-Range"}, nil, ""},
		"nor does it after a cut, half":    {lost(5), []string{"BITS-Received-Content-Range"}, liveconnect.ErrRangeNotSatisfiable, "status 416"},
		"the host is ahead":                {once("Fragment", "bytes 20-", refusing(416, "BITS-Received-Content-Range", "95")), nil, liveconnect.ErrUnexpectedContent, "says to have 95 bytes, and was sent 30"},
		"wrong range is 400":               {once("Fragment", "bytes 20-", refusing(400, "BITS-Received-Content-Range", "20")), nil, nil, ""},
		"wrong range, and not which":       {once("Fragment", "bytes 20-", refusing(400, "BITS-Error", "x80070057")), nil, liveconnect.ErrBadRequest, "0x80070057"},
		"the host is beyond the end":       {once("Fragment", "bytes 20-", refusing(416, "BITS-Received-Content-Range", "96")), nil, liveconnect.ErrUnexpectedContent, "says to have 96 bytes, and was sent 30"},
		"the host stands still":            {stuck, nil, liveconnect.ErrUnexpectedContent, "keeps asking for byte 20"},
		"the host forgets the session":     {once("Fragment", "bytes 20-", refusing(500, "BITS-Error-Code", "0x8020001f")), nil, liveconnect.ErrSessionNotFound, "0x8020001F"},
		"and says so by its own name":      {once("Fragment", "bytes 20-", refusing(500, "X-ClientErrorCode", "UploadSessionNotFound", "BITS-Error-Code", "0x8020001f")), nil, liveconnect.ErrSessionNotFound, "UploadSessionNotFound: BITS error 0x8020001F"},
		"no error, says the protocol":      {once("Fragment", "bytes 20-", refusing(403, "BITS-Error-Code", "0x0")), nil, liveconnect.ErrForbidden, "Upload: 20 of 95 bytes"},
		"access denied":                    {once("Fragment", "bytes 20-", refusing(403, "BITS-Error-Code", "0x80070005")), nil, liveconnect.ErrForbidden, "0x80070005"},
		"no room":                          {once("Fragment", "bytes 20-", refusing(507, "BITS-Error-Code", "0x80070070")), nil, liveconnect.ErrQuotaExceeded, "20 of 95 bytes have arrived"},
		"a fragment is too large for ever": {always("Fragment", refusing(413)), nil, liveconnect.ErrTooLarge, ""},
		"the line is down":                 {always("Fragment", breaking(0)), nil, io.EOF, "0 of 95 bytes"},

		"create: 503":                   {once("Create-Session", "", refusing(503)), nil, nil, ""},
		"create: not found":             {once("Create-Session", "", refusing(404, "BITS-Error-Code", "0x80070003")), nil, liveconnect.ErrNotFound, "0x80070003"},
		"create: forbidden":             {once("Create-Session", "", refusing(403)), nil, liveconnect.ErrForbidden, ""},
		"create: not signed in":         {once("Create-Session", "", refusing(401, "WWW-Authenticate", fmt.Sprintf(challenge, "invalid_token"))), nil, liveconnect.ErrTokenInvalid, "invalid_token: Why."},
		"create: token expired":         {always("Create-Session", refusing(401, "WWW-Authenticate", fmt.Sprintf(challenge, "expired_token"))), nil, liveconnect.ErrTokenExpired, "wl.offline_access"},
		"create: uploads not enabled":   {once("Create-Session", "", refusing(501, "BITS-Error-Code", "2147942405")), nil, nil, "0x80070005"},
		"create: no session id":         {nil, []string{"BITS-Session-Id"}, liveconnect.ErrUnexpectedContent, "without an id"},
		"create: an HTML page":          {once("Create-Session", "", page(200)), nil, liveconnect.ErrUnexpectedContent, "hotel"},
		"close: 503":                    {once("Close-Session", "", refusing(503)), nil, nil, ""},
		"close: 501":                    {once("Close-Session", "", refusing(501)), nil, nil, "95 of 95 bytes have arrived"},
		"close: the answer is lost":     {once("Close-Session", "", losing), nil, nil, ""},
		"close: token expired for good": {always("Close-Session", refusing(500, "WWW-Authenticate", fmt.Sprintf(challenge, "expired_token"))), nil, liveconnect.ErrTokenExpired, ""},
		"close: another user's token":   {once("Close-Session", "", refusing(500, "X-ClientErrorCode", "UploadSessionNotFound")), nil, liveconnect.ErrSessionNotFound, ""},
		"close: something is missing":   {once("Close-Session", "", rewound(30)), nil, nil, ""},
		"close: the id is not told":     {nil, []string{"X-Resource-Id"}, nil, ""},
		"close: a strange id":           {once("Close-Session", "", func(h *bitsHost, w http.ResponseWriter, _ *http.Request) { h.ack(w, 200, "X-Resource-Id", "../me") }), nil, nil, "item id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newBITSHost(t, test.fault)
			h.silentAbout = test.silent
			session, err := h.client(t).Uploads.Session(t.Context(), bitsFolder, "film.avi", 95, nil)
			if err == nil {
				_, err = session.Upload(t.Context(), strings.NewReader(bitsText(95)), &liveconnect.FragmentOptions{Size: 10})
			}
			if test.want == nil && test.text == "" {
				require.NoError(t, err)
				assert.Equal(t, bitsText(95), h.uploaded())
				return
			}
			require.ErrorContains(t, err, test.text)
			assert.NotContains(t, err.Error(), "\n")
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
			}
		})
	}
}

// What a storage host says in its headers shows in the error, but for the token.
func TestSessionErrorsHideTheToken(t *testing.T) {
	t.Parallel()
	secret := newSecret()
	for name, headers := range map[string][]string{
		"X-ClientErrorCode": {"X-ClientErrorCode", "bad " + secret},
		"BITS-Error-Code":   {"BITS-Error-Code", secret},
		"WWW-Authenticate":  {"WWW-Authenticate", `Bearer error="bad", error_description="` + secret + `"`},
	} {
		h := newBITSHost(t, always("Close-Session", refusing(http.StatusBadRequest, headers...)))
		session, err := h.client(t, accessToken(secret)).Uploads.Session(t.Context(), bitsFolder, "film.avi", 5, nil)
		require.NoError(t, err)
		_, err = session.Upload(t.Context(), strings.NewReader("01234"), nil)
		require.ErrorIs(t, err, liveconnect.ErrBadRequest)
		assert.ErrorContains(t, err, "REDACTED", name)
		hides(t, secret, name, fmt.Sprintf("%v %+v %#v", err, session, session.State()))
	}
}

func always(packet string, fault func(h *bitsHost, w http.ResponseWriter, r *http.Request)) bitsFault {
	return func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.Header.Get("BITS-Packet-Type") != packet {
			return false
		}
		fault(h, w, r)
		return true
	}
}

// stuck never takes the bytes from 20 on.
func stuck(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
	if !strings.HasPrefix(r.Header.Get("Content-Range"), "bytes 20-") {
		return false
	}
	_, _ = io.Copy(io.Discard, r.Body)
	h.ack(w, http.StatusOK, "BITS-Received-Content-Range", "20")
	return true
}

// rewound loses what came behind a byte.
func rewound(to int) func(h *bitsHost, w http.ResponseWriter, r *http.Request) {
	return func(h *bitsHost, w http.ResponseWriter, _ *http.Request) {
		h.content.Truncate(to)
		h.received = int64(to)
		h.refuse(w, http.StatusRequestedRangeNotSatisfiable, "BITS-Received-Content-Range", strconv.Itoa(to))
	}
}

// An older file of the same name does not pass for the one whose upload was lost.
func TestSessionDoesNotTakeAnOlderFileForItsOwn(t *testing.T) {
	t.Parallel()
	for name, item := range map[string]string{
		"older": `{"id":"file.x","name":"film.avi","size":5,"updated_time":"2001-01-01T00:00:00+0000"}`,
		"other": `{"id":"file.x","name":"film.avi","size":6,"updated_time":"2099-01-01T00:00:00+0000"}`,
	} {
		h := newBITSHost(t, func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
			switch {
			case r.Header.Get("BITS-Packet-Type") == "Close-Session":
				h.refuse(w, http.StatusInternalServerError, "X-ClientErrorCode", "UploadSessionNotFound")
			case strings.HasSuffix(r.URL.Path, "/files"):
				answer(http.StatusOK, []byte(`{"data":[`+item+`]}`))(w, r)
			default:
				return false
			}
			return true
		})
		_, err := h.session(t, 5).Upload(t.Context(), strings.NewReader("01234"), nil)
		require.ErrorIs(t, err, liveconnect.ErrSessionNotFound, name)
	}
}

// A fragment that is too large is sent in smaller pieces.
func TestSessionTakesSmallerFragments(t *testing.T) {
	t.Parallel()
	content := bitsText(1 << 20)
	h := newBITSHost(t, func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.ContentLength <= 200<<10 {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body)
		h.refuse(w, http.StatusRequestEntityTooLarge, "BITS-Error-Code", "0x80200020")
		return true
	})
	_, err := h.session(t, 1<<20).Upload(t.Context(), strings.NewReader(content), &liveconnect.FragmentOptions{Size: 512 << 10})
	require.NoError(t, err)
	assert.Equal(t, content, h.uploaded())
	assert.Equal(t, "bytes 0-131071/1048576", bitsRanges(h.asked("Fragment"))[2])
}

// Nothing that the host does makes a file of other bytes: it arrives whole, or there is an error.
func TestSessionOnABadLine(t *testing.T) {
	t.Parallel()
	const runs = 300
	content := bitsText(20_000)
	whole := 0
	for seed := range uint64(runs) {
		dice := rand.New(rand.NewPCG(seed, 4))
		h := newBITSHost(t, func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
			if r.Header.Get("BITS-Packet-Type") == "" {
				return false
			}
			h.mu.Lock()
			what, kept := dice.IntN(12), dice.Int64N(3000)
			h.mu.Unlock()
			var first int64
			_, _ = fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-", &first)
			switch {
			case what == 0 && r.ContentLength > 0 && first == h.received:
				cutAt(kept)(h, r)
			case what == 1:
				panic(http.ErrAbortHandler)
			case what == 2:
				refusing(http.StatusServiceUnavailable)(h, w, r)
				return true
			}
			return false
		})
		session, err := h.client(t).Uploads.Session(t.Context(), bitsFolder, "film.avi", int64(len(content)), nil)
		if err == nil {
			_, err = session.Upload(t.Context(), strings.NewReader(content), &liveconnect.FragmentOptions{Size: 2000})
		}
		if err == nil {
			whole++
			require.Equal(t, content, h.uploaded(), "seed %d", seed)
		}
		h.Close()
	}
	t.Logf("%d of %d uploads arrived whole, 0 were corrupted", whole, runs)
	assert.Greater(t, whole, runs/2)
}

// Waits are the policy's and the server's, and end with the context.
func TestSessionWaits(t *testing.T) {
	t.Parallel()
	ack := func(header ...string) func(*http.Request) (*http.Response, error) {
		return status(200, append([]string{"BITS-Packet-Type", "Ack", "BITS-Session-Id", bitsSession}, header...)...)
	}
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){
			ack(), sent(status(503, "Retry-After", "7")), ack(), ack(), ack("X-Resource-Id", "A!1"), says(200, `{"id":"file.a.A!1","size":5}`),
		}}
		session, err := s.client(t).Uploads.Session(t.Context(), bitsFolder, "a", 5, nil)
		require.NoError(t, err)
		_, err = session.Upload(t.Context(), strings.NewReader("01234"), nil)
		require.NoError(t, err)
		require.Len(t, s.times, 6)
		assert.Equal(t, 7*time.Second, s.times[2].Sub(s.times[1]))
	})
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){ack(), sent(status(503, "Retry-After", "3600"))}}
		session, err := s.client(t).Uploads.Session(t.Context(), bitsFolder, "a", 5, nil)
		require.NoError(t, err)
		_, err = session.Upload(t.Context(), strings.NewReader("01234"), nil)
		var failure *liveconnect.Error
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, time.Hour, failure.RetryAfter)
		assert.Len(t, s.times, 2)
	})
}
