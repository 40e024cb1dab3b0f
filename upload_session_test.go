package liveconnect_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

// The requests are those of the documents, to the letter.
func TestSessionSendsWhatTheDocumentsAskFor(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	session, err := h.client(t, liveconnect.WithLocale("de-DE")).Uploads.Session(t.Context(), bitsFolder, "Überraschung #1.avi", 25, nil)
	require.NoError(t, err)
	file, err := session.Upload(t.Context(), strings.NewReader(bitsText(25)), &liveconnect.FragmentOptions{Size: 10})
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.UploadedFile{ID: bitsItem, Name: "film.avi", Source: "https://storage.example/1"}, file)
	assert.Equal(t, bitsText(25), h.uploaded())

	const path = "/items/8C8CE076CA27823F!126/%C3%9Cberraschung%20%231.avi"
	type packet struct{ kind, span, length, session, token, protocols string }
	var sent []packet
	all := h.asked("")
	for _, r := range all[:len(all)-1] {
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, path, r.Path)
		assert.Empty(t, r.Query, "the storage host knows none of the API's parameters")
		assert.Equal(t, "BITS_POST", r.Header.Get("X-Http-Method-Override"))
		assert.Empty(t, r.Header.Get("Content-Type"))
		sent = append(sent, packet{
			r.Header.Get("BITS-Packet-Type"), r.Header.Get("Content-Range"), r.Header.Get("Content-Length"),
			r.Header.Get("BITS-Session-Id"), r.Header.Get("Authorization"), r.Header.Get("BITS-Supported-Protocols"),
		})
	}
	assert.Equal(t, []packet{
		{"Create-Session", "", "0", "", "Bearer TOKEN", "{7df0354d-249b-430f-820d-3d2a9bef4931}"},
		{"Fragment", "bytes 0-9/25", "10", bitsSession, "", ""},
		{"Fragment", "bytes 10-19/25", "10", bitsSession, "", ""},
		{"Fragment", "bytes 20-24/25", "5", bitsSession, "", ""},
		{"Close-Session", "", "0", bitsSession, "Bearer TOKEN", ""},
	}, sent)
	last := all[len(all)-1]
	assert.Equal(t, "GET /v5.0/"+bitsItem, last.Method+" "+last.Path)
	assert.Equal(t, "locale=de-DE&pretty=false", last.Query.Encode())
}

func TestSessionArguments(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	uploads := h.client(t).Uploads
	for text, call := range map[string]func() (*liveconnect.UploadSession, error){
		"size -1": func() (*liveconnect.UploadSession, error) {
			return uploads.Session(t.Context(), bitsFolder, "a", -1, nil)
		},
		"10 GB": func() (*liveconnect.UploadSession, error) {
			return uploads.Session(t.Context(), bitsFolder, "a", 10<<30+1, nil)
		},
		`file name "a:"`: func() (*liveconnect.UploadSession, error) {
			return uploads.Session(t.Context(), bitsFolder, "a:", 1, nil)
		},
		"folder id is emp": func() (*liveconnect.UploadSession, error) { return uploads.Session(t.Context(), "", "a", 1, nil) },
		"folder name is emp": func() (*liveconnect.UploadSession, error) {
			return uploads.Session(t.Context(), liveconnect.Root, "a", 1, &liveconnect.SessionOptions{Path: "/a"})
		},
		`folder name ".."`: func() (*liveconnect.UploadSession, error) {
			return uploads.Session(t.Context(), liveconnect.Root, "a", 1, &liveconnect.SessionOptions{Path: "a/../b"})
		},
		"a path begins at the root": func() (*liveconnect.UploadSession, error) {
			return uploads.Session(t.Context(), bitsFolder, "a", 1, &liveconnect.SessionOptions{Path: "b"})
		},
		"the state of the session": func() (*liveconnect.UploadSession, error) {
			return uploads.ResumeSession(t.Context(), liveconnect.SessionState{})
		},
	} {
		_, err := call()
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, text)
		assert.ErrorContains(t, err, text)
	}
	assert.Empty(t, h.asked(""))

	session := h.session(t, 5)
	for text, call := range map[string]func() (*liveconnect.UploadedFile, error){
		"source is nil": func() (*liveconnect.UploadedFile, error) { return session.Upload(t.Context(), nil, nil) },
		"fragment size": func() (*liveconnect.UploadedFile, error) {
			return session.Upload(t.Context(), strings.NewReader("01234"), &liveconnect.FragmentOptions{Size: 60<<20 + 1})
		},
		"size -1": func() (*liveconnect.UploadedFile, error) {
			return session.Upload(t.Context(), strings.NewReader("01234"), &liveconnect.FragmentOptions{Size: -1})
		},
	} {
		_, err := call()
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, text)
		assert.ErrorContains(t, err, text)
	}

	var none *liveconnect.UploadSession
	for _, session := range []*liveconnect.UploadSession{none, {}} {
		_, err := session.Upload(t.Context(), strings.NewReader(""), nil)
		require.ErrorIs(t, err, liveconnect.ErrNotInitialized)
		require.ErrorIs(t, session.Cancel(t.Context()), liveconnect.ErrNotInitialized)
		assert.Zero(t, session.State())
	}
}

func TestSessionStates(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	good := h.session(t, 5).State()
	_, err := h.client(t).Uploads.ResumeSession(t.Context(), good)
	require.NoError(t, err)
	for text, change := range map[string]func(*liveconnect.SessionState){
		"url":         func(s *liveconnect.SessionState) { s.URL += "?a=b" },
		"url:":        func(s *liveconnect.SessionState) { s.URL = "items/a" },
		"session id":  func(s *liveconnect.SessionState) { s.SessionID = "a\r\nb" },
		"session id ": func(s *liveconnect.SessionState) { s.SessionID = "" },
		"6 bytes":     func(s *liveconnect.SessionState) { s.Received = 6 },
		"user id":     func(s *liveconnect.SessionState) { s.UserID = "a/b" },
		"folder id":   func(s *liveconnect.SessionState) { s.FolderID = "../x" },
		"folder name": func(s *liveconnect.SessionState) { s.Path = ".." },
		"file name":   func(s *liveconnect.SessionState) { s.Name = "a/b" },
		"item id":     func(s *liveconnect.SessionState) { s.ItemID = "a?b" },
	} {
		bad := good
		change(&bad)
		_, err := h.client(t).Uploads.ResumeSession(t.Context(), bad)
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, text)
		assert.ErrorContains(t, err, strings.TrimSpace(text))
	}
}

// A session outlives the client: another one goes on from the stored state, which may be as old as the session.
func TestSessionIsResumedFromItsState(t *testing.T) {
	t.Parallel()
	content := bitsText(95)
	ctx, cancel := context.WithCancel(t.Context())
	h := newBITSHost(t, func(h *bitsHost, _ http.ResponseWriter, r *http.Request, _ int) bool {
		if strings.HasPrefix(r.Header.Get("Content-Range"), "bytes 40-") && ctx.Err() == nil {
			defer cancel()
			cutAt(7)(h, r)
		}
		return false
	})
	session := h.session(t, 95)
	stored, err := json.Marshal(session.State())
	require.NoError(t, err)
	assert.NotContains(t, string(stored), "TOKEN")
	assert.Less(t, len(stored), 400)
	_, err = session.Upload(ctx, strings.NewReader(content), &liveconnect.FragmentOptions{Size: 10})
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "40 of 95 bytes have arrived")
	assert.EqualValues(t, 40, session.State().Received)
	before := len(h.asked("Fragment"))

	var state liveconnect.SessionState
	require.NoError(t, json.Unmarshal(stored, &state))
	assert.Zero(t, state.Received, "stored before the upload began")
	again, err := h.client(t).Uploads.ResumeSession(t.Context(), state)
	require.NoError(t, err)
	var last liveconnect.Progress
	file, err := again.Upload(t.Context(), strings.NewReader(content), &liveconnect.FragmentOptions{
		Size: 10, Progress: func(p liveconnect.Progress) { last = p },
	})
	require.NoError(t, err)
	assert.Equal(t, bitsItem, file.ID)
	assert.Equal(t, content, h.uploaded())
	assert.Equal(t, liveconnect.Progress{Done: 95, Total: 95, Attempt: 1, ResumedFrom: 47}, last)
	assert.Equal(t, []string{
		"bytes 0-0/95", "bytes 47-56/95", "bytes 57-66/95", "bytes 67-76/95", "bytes 77-86/95", "bytes 87-94/95",
	}, bitsRanges(h.asked("Fragment")[before:]))

	file, err = again.Upload(t.Context(), strings.NewReader(content), nil)
	require.NoError(t, err, "once more only looks")
	assert.Equal(t, bitsItem, file.ID)
	assert.Len(t, h.asked("Close-Session"), 1)
}

func bitsRanges(requests []asked) []string {
	var ranges []string
	for _, r := range requests {
		ranges = append(ranges, r.Header.Get("Content-Range"))
	}
	return ranges
}

func TestSessionIsCancelled(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	session := h.session(t, 5)
	require.NoError(t, session.Cancel(t.Context()))
	sent := h.asked("Cancel-Session")
	require.Len(t, sent, 1)
	assert.Equal(t, bitsSession, sent[0].Header.Get("BITS-Session-Id"))
	assert.Equal(t, "Bearer TOKEN", sent[0].Header.Get("Authorization"))
	require.NoError(t, session.Cancel(t.Context()), "it is gone, as was wanted")
	_, err := session.Upload(t.Context(), strings.NewReader("01234"), nil)
	require.ErrorIs(t, err, liveconnect.ErrSessionNotFound)
	assert.ErrorContains(t, err, "start again with Uploads.Session")
}

func TestSessionOfAnEmptyFile(t *testing.T) {
	t.Parallel()
	for target, path := range map[string]string{
		liveconnect.Root: "/v5.0/8c8ce076ca27823f/skydrive/files/film.avi", bitsFolder: "/v5.0/" + bitsFolder + "/files/film.avi",
	} {
		h := newBITSHost(t, nil)
		session, err := h.client(t).Uploads.Session(t.Context(), target, "film.avi", 0, nil)
		require.NoError(t, err)
		_, err = session.Upload(t.Context(), strings.NewReader("x"), nil)
		require.ErrorIs(t, err, liveconnect.ErrSourceLength)
		state := session.State()
		session, err = h.client(t).Uploads.ResumeSession(t.Context(), state)
		require.NoError(t, err)
		file, err := session.Upload(t.Context(), strings.NewReader(""), nil)
		require.NoError(t, err)
		assert.Equal(t, bitsItem, file.ID)
		require.NoError(t, session.Cancel(t.Context()))
		all := h.asked("")
		put := all[len(all)-2]
		assert.Equal(t, "PUT "+path, put.Method+" "+put.Path)
		assert.Equal(t, "0", put.Header.Get("Content-Length"))
		for _, r := range all {
			assert.Empty(t, r.Header.Get("BITS-Packet-Type"))
		}
	}
}

// failingAt is a source that fails behind a byte.
type failingAt struct {
	io.ReaderAt
	limit int64
	err   error
}

func (f failingAt) ReadAt(p []byte, offset int64) (int, error) {
	if offset == 94 { // the last byte is there, as far as one can tell
		return f.ReaderAt.ReadAt(p, offset)
	}
	if offset+int64(len(p)) > f.limit {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, offset)
}

func TestSessionSources(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk error")
	content := bitsText(95)
	for name, test := range map[string]struct {
		source io.ReaderAt
		want   error
	}{
		"shorter":               {strings.NewReader(content[:94]), liveconnect.ErrSourceLength},
		"far shorter":           {strings.NewReader(""), liveconnect.ErrSourceLength},
		"longer":                {strings.NewReader(content + "x"), liveconnect.ErrSourceLength},
		"fails":                 {failingAt{strings.NewReader(content), 45, broken}, broken},
		"fails at its end":      {failingAt{strings.NewReader(content), 93, broken}, broken},
		"is cut off on the way": {failingAt{strings.NewReader(content), 45, io.EOF}, liveconnect.ErrSourceLength},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newBITSHost(t, nil)
			session := h.session(t, 95)
			_, err := session.Upload(t.Context(), test.source, &liveconnect.FragmentOptions{Size: 10})
			require.ErrorIs(t, err, test.want)
			assert.Empty(t, h.asked("Close-Session"), "nothing that looks complete")

			_, err = session.Upload(t.Context(), strings.NewReader(content), nil)
			require.NoError(t, err, "the session is as good as before")
			assert.Equal(t, content, h.uploaded())
		})
	}
}

// growing is a source to which something is added while it is read.
type growing struct {
	*strings.Reader
	reads atomic.Int32
}

func (g *growing) ReadAt(p []byte, offset int64) (int, error) {
	if g.reads.Add(1) > 5 {
		return g.Reader.ReadAt(p, offset)
	}
	return io.NewSectionReader(g.Reader, 0, 95).ReadAt(p, offset)
}

func TestSessionOfAFileThatGrows(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	_, err := h.session(t, 95).Upload(t.Context(), &growing{Reader: strings.NewReader(bitsText(96))}, &liveconnect.FragmentOptions{Size: 10})
	require.ErrorIs(t, err, liveconnect.ErrSourceLength)
	assert.Empty(t, h.asked("Close-Session"))
}

func TestSessionComparesTheSize(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	h.size = 94
	_, err := h.session(t, 95).Upload(t.Context(), strings.NewReader(bitsText(95)), nil)
	require.ErrorIs(t, err, liveconnect.ErrSizeMismatch)
	assert.ErrorContains(t, err, "the service has 94 bytes, the source 95")
}

// The token is asked for when the session is closed, and once more if it has just expired.
func TestSessionClosesWithAFreshToken(t *testing.T) {
	t.Parallel()
	var given atomic.Int32
	source := bitsTokens(func() *oauth2.Token {
		return &oauth2.Token{AccessToken: []string{"", "FIRST", "SECOND"}[given.Add(1)]}
	})
	h := newBITSHost(t, func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.Header.Get("Authorization") != "Bearer FIRST" || r.Header.Get("BITS-Packet-Type") != "Close-Session" {
			return false
		}
		h.refuse(w, http.StatusInternalServerError, "WWW-Authenticate",
			`Bearer realm="OneDriveAPI", error="expired_token", error_description="Auth token expired. Try refreshing."`)
		return true
	})
	client := h.client(t, liveconnect.WithTokenSource(oauth2.ReuseTokenSource(nil, source)))
	session, err := client.Uploads.Session(t.Context(), bitsFolder, "film.avi", 5, nil)
	require.NoError(t, err)
	_, err = session.Upload(t.Context(), strings.NewReader("01234"), nil)
	require.NoError(t, err)
	assert.Equal(t, "01234", h.uploaded())
	closes := h.asked("Close-Session")
	require.Len(t, closes, 2)
	assert.Equal(t, "Bearer SECOND", closes[1].Header.Get("Authorization"))
}

type bitsTokens func() *oauth2.Token

func (f bitsTokens) Token() (*oauth2.Token, error) { return f(), nil }

func TestSessionIsUploadedOnceAtATime(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	session := h.session(t, 95)
	var inside error
	_, err := session.Upload(t.Context(), strings.NewReader(bitsText(95)), &liveconnect.FragmentOptions{
		Progress: func(liveconnect.Progress) {
			if inside == nil {
				_, inside = session.Upload(t.Context(), strings.NewReader(bitsText(95)), nil)
			}
			_ = session.State() // may be called here, to store it
		},
	})
	require.NoError(t, err)
	require.ErrorIs(t, inside, liveconnect.ErrInvalidArgument)
	assert.ErrorContains(t, inside, "already")
}
