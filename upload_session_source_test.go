package liveconnect_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// A session goes on with the source that it was begun with, or not at all.
func TestSessionWithAnotherSource(t *testing.T) {
	t.Parallel()
	content := bitsText(95)
	changed := strings.Replace(content, content[90:92], "##", 1)
	for name, early := range map[string]bool{"state of a broken upload": false, "state before the upload": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken := true
			h := newBITSHost(t, func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
				if broken && strings.HasPrefix(r.Header.Get("Content-Range"), "bytes 40-") {
					h.refuse(w, http.StatusForbidden)
					return true
				}
				return false
			})
			client := h.client(t)
			opts := &liveconnect.SessionOptions{}
			if early {
				opts.Source = strings.NewReader(content)
			}
			session, err := client.Uploads.Session(t.Context(), bitsFolder, "film.avi", 95, opts)
			require.NoError(t, err)
			state := session.State()
			_, err = session.Upload(t.Context(), strings.NewReader(content), &liveconnect.FragmentOptions{Size: 10})
			require.ErrorIs(t, err, liveconnect.ErrForbidden)
			if !early {
				state = session.State()
			}
			stored, err := json.Marshal(state)
			require.NoError(t, err)
			broken = false
			resume := func(source string) error {
				var state liveconnect.SessionState
				require.NoError(t, json.Unmarshal(stored, &state))
				session, err := client.Uploads.ResumeSession(t.Context(), state)
				require.NoError(t, err)
				_, err = session.Upload(t.Context(), strings.NewReader(source), &liveconnect.FragmentOptions{Size: 10})
				return err
			}
			sent := len(h.asked("Fragment"))
			require.ErrorIs(t, resume(changed), liveconnect.ErrSourceChanged)
			assert.Len(t, h.asked("Fragment"), sent, "nothing more was sent")
			require.NoError(t, resume(content))
			assert.Equal(t, content, h.uploaded())
		})
	}
}

// A host that takes a byte of each fragment does not make us send for ever.
func TestSessionAcknowledgedByteByByte(t *testing.T) {
	t.Parallel()
	var sent int64
	h := newBITSHost(t, func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.Header.Get("BITS-Packet-Type") != "Fragment" {
			return false
		}
		n, _ := io.Copy(io.Discard, r.Body)
		sent += n
		var first int64
		_, _ = fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-", &first)
		h.ack(w, http.StatusOK, "BITS-Received-Content-Range", strconv.FormatInt(first+1, 10))
		return true
	})
	const size = 300_000
	_, err := h.session(t, size).Upload(t.Context(), strings.NewReader(strings.Repeat("x", size)), nil)
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
	require.ErrorContains(t, err, "next to nothing")
	assert.Less(t, sent, int64(20*size))
}

// Auto begins anew, once, when the host has forgotten the session: the source can be read again.
func TestAutoBeginsAnew(t *testing.T) {
	t.Parallel()
	for forgets, want := range map[int]error{1: nil, 2: liveconnect.ErrSessionNotFound} {
		left := forgets
		h := newBITSHost(t, func(h *bitsHost, w http.ResponseWriter, r *http.Request, _ int) bool {
			if left == 0 || !strings.HasPrefix(r.Header.Get("Content-Range"), "bytes 10485760-") {
				return false
			}
			left--
			h.mu.Lock()
			h.received, h.total = 0, 0
			h.content.Reset()
			h.mu.Unlock()
			h.refuse(w, http.StatusInternalServerError, "X-ClientErrorCode", "UploadSessionNotFound")
			return true
		})
		h.discard = true
		source := io.NewSectionReader(&bitsGenerated{size: liveconnect.MaxPutSize + 1}, 0, liveconnect.MaxPutSize+1)
		_, err := h.client(t).Uploads.Auto(t.Context(), bitsFolder, "film.avi", source, nil)
		require.ErrorIs(t, err, want)
		assert.Zero(t, left)
	}
}
