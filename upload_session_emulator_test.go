package liveconnect_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// What goes wrong on the way to the emulator changes nothing of what arrives there.
func TestSessionOnTheEmulator(t *testing.T) {
	t.Parallel()
	content := bitsText(300_000)
	for name, test := range map[string]struct {
		fault livetest.Fault
		want  error // nil: the content arrives whole
	}{
		"nothing":                       {livetest.Fault{Count: 1, Do: livetest.Latency(0)}, nil},
		"cut in every second fragment":  {livetest.Fault{Packet: "Fragment", Count: 5, Do: livetest.CutRequest(20_000, livetest.Close)}, nil},
		"reset in every other fragment": {livetest.Fault{Packet: "Fragment", Skip: 1, Count: 2, Do: livetest.CutRequest(30_000, livetest.Reset)}, nil},
		"fragments dropped":             {livetest.Fault{Packet: "Fragment", Skip: 2, Count: 2, Do: livetest.Drop(livetest.Reset)}, nil},
		"503":                           {livetest.Fault{Packet: "Fragment", Skip: 1, Count: 2, Do: livetest.Error(503, "server_busy", "")}, nil},
		"an HTML page":                  {livetest.Fault{Packet: "Fragment", Skip: 1, Count: 1, Do: livetest.ErrorPage(502, "")}, nil},
		"a sign-in page":                {livetest.Fault{Packet: "Fragment", Skip: 1, Count: 1, Do: livetest.ErrorPage(200, "")}, liveconnect.ErrUnexpectedContent},
		"no storage host":               {livetest.Fault{Packet: "Fragment", Do: livetest.Error(503, "server_busy", "")}, liveconnect.ErrServerBusy},
		"busy at the end":               {livetest.Fault{Packet: "Close-Session", Count: 2, Do: livetest.Error(503, "server_busy", "")}, nil},
		"dropped at the end":            {livetest.Fault{Packet: "Close-Session", Count: 2, Do: livetest.Drop(livetest.Close)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := livetest.NewServer(t)
			server.Fault(test.fault)
			client := server.Client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}))
			session, err := client.Uploads.Session(t.Context(), liveconnect.Root, "film.avi", 300_000, &liveconnect.SessionOptions{Path: "Documents"})
			require.NoError(t, err)
			opts := &liveconnect.FragmentOptions{Size: 64 << 10}
			file, err := session.Upload(t.Context(), strings.NewReader(content), opts)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
				server.ClearFaults()
				stored, failure := json.Marshal(session.State())
				require.NoError(t, failure)
				var state liveconnect.SessionState
				require.NoError(t, json.Unmarshal(stored, &state))
				session, err = server.Client(t).Uploads.ResumeSession(t.Context(), state)
				require.NoError(t, err)
				file, err = session.Upload(t.Context(), strings.NewReader(content), opts)
				require.NoError(t, err, "another client goes on")
			}
			require.NoError(t, err)
			assert.Equal(t, "film.avi", file.Name)
			assert.Equal(t, content, readAll(t, client, file.ID))
		})
	}
}

// The hour of a token is over before the upload is.
func TestSessionOutlivesItsToken(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	conf := server.OAuthConfig(liveconnect.DesktopRedirectURL)
	token, err := server.Account().Token()
	require.NoError(t, err)
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server.APIURL), liveconnect.WithLoginURL(server.LoginURL),
		liveconnect.WithStorageURL(server.StorageURL), liveconnect.WithTokenSource(conf.TokenSource(t.Context(), token)))
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	session, err := client.Uploads.Session(t.Context(), liveconnect.MyPhotos, "film.avi", 20, nil)
	require.NoError(t, err)
	_, err = session.Upload(t.Context(), strings.NewReader(bitsText(20)), &liveconnect.FragmentOptions{
		Size: 8, Progress: func(liveconnect.Progress) { server.ExpireToken(token) },
	})
	require.NoError(t, err)

	// Without a new token it cannot be finished, and is not lost.
	token, err = server.Account().Token()
	require.NoError(t, err)
	poor, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server.APIURL), liveconnect.WithStorageURL(server.StorageURL),
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(token)))
	require.NoError(t, err)
	t.Cleanup(poor.CloseIdleConnections)
	session, err = poor.Uploads.Session(t.Context(), liveconnect.Root, "film.avi", 20, nil)
	require.NoError(t, err)
	server.ExpireToken(token)
	_, err = session.Upload(t.Context(), strings.NewReader(bitsText(20)), nil)
	require.ErrorIs(t, err, liveconnect.ErrTokenExpired)
	assert.ErrorContains(t, err, "20 of 20 bytes have arrived")
	session, err = client.Uploads.ResumeSession(t.Context(), session.State())
	require.NoError(t, err)
	file, err := session.Upload(t.Context(), strings.NewReader(bitsText(20)), nil)
	require.NoError(t, err)
	assert.Equal(t, bitsText(20), readAll(t, client, file.ID))
}

// A session overwrites, and one that is cancelled leaves the file as it was.
func TestSessionOverwrites(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	client := server.Client(t)
	before, err := client.Uploads.Put(t.Context(), liveconnect.Root, "film.avi", strings.NewReader("before"), nil)
	require.NoError(t, err)
	session, err := client.Uploads.Session(t.Context(), liveconnect.Root, "film.avi", 20, nil)
	require.NoError(t, err)
	require.NoError(t, session.Cancel(t.Context()))
	assert.Equal(t, "before", readAll(t, client, before.ID))

	session, err = client.Uploads.Session(t.Context(), liveconnect.Root, "film.avi", 20, nil)
	require.NoError(t, err)
	file, err := session.Upload(t.Context(), strings.NewReader(bitsText(20)), nil)
	require.NoError(t, err)
	assert.Equal(t, before.ID, file.ID)
	assert.Equal(t, bitsText(20), readAll(t, client, file.ID))

	_, err = client.Uploads.Session(t.Context(), liveconnect.Root, "film.avi", 20, &liveconnect.SessionOptions{Path: "Nowhere"})
	require.ErrorIs(t, err, liveconnect.ErrNotFound)

	session, err = client.Uploads.Session(t.Context(), liveconnect.Root, "empty.txt", 0, &liveconnect.SessionOptions{Path: "documents"})
	require.NoError(t, err)
	file, err = session.Upload(t.Context(), strings.NewReader(""), nil)
	require.NoError(t, err)
	found, err := client.Files.Get(t.Context(), file.ID)
	require.NoError(t, err)
	assert.Zero(t, found.Size)
	session, err = client.Uploads.Session(t.Context(), liveconnect.Root, "empty.txt", 0, &liveconnect.SessionOptions{Path: "Nowhere"})
	require.NoError(t, err)
	_, err = session.Upload(t.Context(), strings.NewReader(""), nil)
	require.ErrorIs(t, err, liveconnect.ErrNotFound)
}
