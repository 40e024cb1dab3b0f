package liveconnect_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

func TestSessionTargets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target, path string
		first        string // a request before the session is created
		want         string
	}{
		"a folder":           {bitsFolder, "", "", "/items/8C8CE076CA27823F!126/a%20b.avi"},
		"an album":           {"album.8c8ce076ca27823f.8C8CE076CA27823F!7", "", "", "/items/8C8CE076CA27823F!7/a%20b.avi"},
		"the root":           {liveconnect.Root, "", "/v5.0/me", "/users/0x8c8ce076ca27823f/LiveFolders/a%20b.avi"},
		"the root by its id": {"folder.8c8ce076ca27823f", "", "", "/users/0x8c8ce076ca27823f/LiveFolders/a%20b.avi"},
		"another's root":     {"00000000000000ab/skydrive", "", "", "/users/0x00000000000000ab/LiveFolders/a%20b.avi"},
		"a special folder":   {liveconnect.MyPhotos, "", "/v5.0/me/skydrive/my_photos", "/items/8C8CE076CA27823F!126/a%20b.avi"},
		"a path":             {liveconnect.Root, "Öl/2012 #1", "/v5.0/me", "/users/0x8c8ce076ca27823f/LiveFolders/%C3%96l/2012%20%231/a%20b.avi"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newBITSHost(t, nil)
			session, err := h.client(t).Uploads.Session(t.Context(), test.target, "a b.avi", 5, &liveconnect.SessionOptions{Path: test.path})
			require.NoError(t, err)
			all := h.asked("")
			if test.first != "" {
				assert.Equal(t, test.first, all[0].Path)
				all = all[1:]
			}
			require.Len(t, all, 1)
			assert.Equal(t, test.want, all[0].Path)
			assert.Equal(t, h.URL+test.want, session.State().URL)
		})
	}
}

// Microsoft's host is made of the user's id; another API means another storage host.
func TestStorageURL(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		opts []liveconnect.Option
		want string
	}{
		"Microsoft's":     {nil, "https://cid-8c8ce076ca27823f.users.storage.live.com"},
		"the emulator's":  {[]liveconnect.Option{liveconnect.WithBaseURL("http://127.0.0.1:8080/v5.0")}, "http://127.0.0.1:8080"},
		"of one's own":    {[]liveconnect.Option{liveconnect.WithStorageURL("https://storage.example.com/")}, "https://storage.example.com"},
		"for every user":  {[]liveconnect.Option{liveconnect.WithStorageURL("https://{uid}.storage.example.com")}, "https://8c8ce076ca27823f.storage.example.com"},
		"the same origin": {[]liveconnect.Option{liveconnect.WithBaseURL(liveconnect.DefaultBaseURL)}, "https://cid-8c8ce076ca27823f.users.storage.live.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen []string
			s := &script{steps: []func(*http.Request) (*http.Response, error){func(r *http.Request) (*http.Response, error) {
				seen = append(seen, r.URL.String(), r.Header.Get("Authorization"))
				return status(201, "BITS-Packet-Type", "ack", "bits-session-id", bitsSession)(r)
			}}}
			session, err := s.client(t, test.opts...).Uploads.Session(t.Context(), bitsFolder, "a", 5, nil)
			require.NoError(t, err)
			assert.Equal(t, []string{test.want + "/items/8C8CE076CA27823F!126/a", "Bearer TOKEN"}, seen)
			assert.Equal(t, bitsSession, session.State().SessionID)
			assert.False(t, session.State().Created.IsZero())
		})
	}
	for _, bad := range []string{
		"", "ftp://x", "http://storage.example.com", "https://storage.{uid}.example.com", "https://example.com/{uid}",
		"https://{uid}", "https://{uid}{uid}.example.com", "https://user@{uid}.example.com", "https://{uid}.example.com/x",
	} {
		_, err := liveconnect.NewClient(nil, liveconnect.WithStorageURL(bad))
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, bad)
		assert.ErrorContains(t, err, "storage URL")
	}
}

func TestSessionKeepsTheTokenFromOtherHosts(t *testing.T) {
	t.Parallel()
	h := newBITSHost(t, nil)
	state := h.session(t, 5).State()
	state.URL = "https://evil.example.com/items/a/b"
	_, err := h.client(t).Uploads.ResumeSession(t.Context(), state)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.ErrorContains(t, err, "evil.example.com")

	client, err := liveconnect.NewClient(nil, liveconnect.WithStorageOrigins("https://other.example.com"))
	require.NoError(t, err)
	_, err = client.Uploads.Session(t.Context(), bitsFolder, "a", 5, nil)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	assert.ErrorContains(t, err, "WithStorageOrigins")

	strange := newStub(t, answer(http.StatusOK, []byte(`{"id":"x.evil.example.com/"}`)))
	_, err = strange.client(t).Uploads.Session(t.Context(), liveconnect.Root, "a", 5, nil)
	require.ErrorContains(t, err, "letters and digits")
	assert.Len(t, strange.asked(), 1)
}
