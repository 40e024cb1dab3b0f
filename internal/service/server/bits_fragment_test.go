package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A client learns where the server stands from whatever it sends.
func TestFragmentsOutOfStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.txt")
	session := w.create(path)
	outOfStep := func(a answer, next string) {
		t.Helper()
		assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, a.status)
		assert.Equal(t, next, a.next())
		assert.NotEmpty(t, a.header.Get("BITS-Error-Code"))
		assert.Equal(t, "0x5", a.header.Get("BITS-Error-Context"))
	}
	outOfStep(w.fragment(path, session, "678", 6, 9), "0")
	require.Equal(t, http.StatusOK, w.fragment(path, session, "012", 0, 9).status)
	outOfStep(w.fragment(path, session, "XXX", 0, 9), "3")   // again
	outOfStep(w.fragment(path, session, "XXXXX", 2, 9), "3") // overlapping
	outOfStep(w.fragment(path, session, "678", 6, 9), "3")   // too early
	outOfStep(w.packet(path, "Close-Session", session), "3")
	require.Equal(t, "9", w.fragment(path, session, "345678", 3, 9).next())
	outOfStep(w.fragment(path, session, "X", 8, 9), "9")
	a := w.packet(path, "Close-Session", session)
	require.Equal(t, http.StatusCreated, a.status)
	assert.Equal(t, "012345678", w.read("file."+robertoID+"."+a.header.Get("X-Resource-Id")))
}

func TestMalformedFragments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.txt")
	session := w.create(path)
	require.Equal(t, http.StatusOK, w.fragment(path, session, "012", 0, 9).status)
	send := func(body io.Reader, span string) answer {
		t.Helper()
		return w.do(http.MethodPost, w.url+"/"+path, body, bitsHeader("Fragment", session, "Content-Range", span)...)
	}
	for _, tt := range []struct {
		span, body string
		status     int
	}{
		{"bytes 3-5/9", "34", http.StatusBadRequest}, // the body is shorter than it says
		{"bytes 3-5/9", "3456", http.StatusBadRequest},
		{"bytes 3-5/10", "345", http.StatusBadRequest}, // of another file
		{"bytes 3-5/*", "345", http.StatusBadRequest},
		{"3-5/9", "345", http.StatusBadRequest},
		{"", "345", http.StatusBadRequest},
		{"bytes 3-9/9", "3456789", http.StatusBadRequest},
		{"bytes 0--1/0", "", http.StatusBadRequest},
		{"bytes 3-2/9", "", http.StatusBadRequest},
		{"bytes 0-0/9999999999999", "0", http.StatusRequestEntityTooLarge},
	} {
		a := send(strings.NewReader(tt.body), tt.span)
		assert.Equal(t, tt.status, a.status, tt.span)
		assert.Equal(t, "0x80070057", a.header.Get("BITS-Error-Code"), tt.span)
		assert.Equal(t, "0x5", a.header.Get("BITS-Error-Context"), tt.span)
	}
	a := send(strings.NewReader("x"), "bytes 3-62914563/99999999") // one byte more than 60 MB
	assert.Equal(t, http.StatusBadRequest, a.status, "the length comes first")
	a = send(io.MultiReader(strings.NewReader("x")), "bytes 3-62914563/99999999")
	assert.Equal(t, http.StatusRequestEntityTooLarge, a.status)

	// In chunks nobody knows the length before. What came is kept, and nothing that should not have come.
	assert.Equal(t, http.StatusBadRequest, send(io.MultiReader(strings.NewReader("34")), "bytes 3-5/9").status)
	assert.Equal(t, "5", w.fragment(path, session, "x", 0, 9).next())
	assert.Equal(t, http.StatusBadRequest, send(io.MultiReader(strings.NewReader("56789")), "bytes 5-6/9").status)
	assert.Equal(t, "5", w.fragment(path, session, "x", 0, 9).next())
	a = send(io.MultiReader(strings.NewReader("5678")), "bytes 5-8/9")
	assert.Equal(t, "9", a.next())
	a = w.packet(path, "Close-Session", session)
	assert.Equal(t, "012345678", w.read("file."+robertoID+"."+a.header.Get("X-Resource-Id")))
}

// brokenReader gives some bytes and then fails, so that the connection ends in the middle of the body.
type brokenReader struct{ left string }

func (r *brokenReader) Read(p []byte) (int, error) {
	if r.left == "" {
		return 0, io.ErrClosedPipe
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func TestFragmentCutShort(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.bin")
	content := strings.Repeat("0123456789abcdef", 1<<14)
	session := w.create(path)
	req, err := http.NewRequest(http.MethodPost, w.url+"/"+path, &brokenReader{content[:100_001]})
	require.NoError(t, err)
	req.ContentLength = int64(len(content))
	for h := bitsHeader("Fragment", session, "Content-Range", fmt.Sprintf("bytes 0-%d/%[2]d", len(content)-1, len(content))); len(h) > 0; h = h[2:] {
		req.Header.Set(h[0], h[1])
	}
	_, err = w.http.Do(req)
	require.Error(t, err)
	// The server may still be reading what arrived. It says each time where it stands.
	next := 0
	for {
		a := w.fragment(path, session, content[next:], next, len(content))
		if a.status == http.StatusOK {
			break
		}
		require.Equal(t, http.StatusRequestedRangeNotSatisfiable, a.status)
		stands, err := strconv.Atoi(a.next())
		require.NoError(t, err)
		require.GreaterOrEqual(t, stands, next)
		require.LessOrEqual(t, stands, 100_001)
		next = stands
	}
	a := w.packet(path, "Close-Session", session)
	require.Equal(t, http.StatusCreated, a.status)
	assert.True(t, content == w.read("file."+robertoID+"."+a.header.Get("X-Resource-Id")))
}

// A client that lost its connection comes back while the server still reads from the old one.
func TestFragmentTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.txt")
	session := w.create(path)
	r, stuck := io.Pipe()
	late := make(chan answer)
	go func() {
		late <- w.anonymous().do(http.MethodPost, w.url+"/"+path, r, bitsHeader("Fragment", session, "Content-Range", "bytes 0-8/9")...)
	}()
	_, err := stuck.Write([]byte("012"))
	require.NoError(t, err)
	for w.fragment(path, session, "X", 8, 9).next() != "3" { // until it has arrived
	}
	assert.Equal(t, "9", w.fragment(path, session, "345678", 3, 9).next())
	_, err = stuck.Write([]byte("XXX"))
	require.NoError(t, err)
	_ = stuck.Close()
	a := <-late
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, a.status)
	assert.Equal(t, "9", a.next())
	a = w.packet(path, "Close-Session", session)
	assert.Equal(t, "012345678", w.read("file."+robertoID+"."+a.header.Get("X-Resource-Id")))
}

func TestEmptyFileBySession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("empty")
	session := w.create(path)
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, w.packet(path, "Close-Session", session).status)
	a := w.packet(path, "Fragment", session, "Content-Range", "bytes 0-0/0")
	assert.Equal(t, http.StatusBadRequest, a.status)
	assert.NotContains(t, w.get("me/skydrive/files").names(), "empty")
}
