package liveconnect_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// These tell a process of this test binary to upload a file by a session and do nothing else.
const (
	uploaderAPI     = "LIVECONNECT_TEST_UPLOAD_API"
	uploaderStorage = "LIVECONNECT_TEST_UPLOAD_STORAGE"
	uploaderToken   = "LIVECONNECT_TEST_UPLOAD_TOKEN"
	uploaderState   = "LIVECONNECT_TEST_UPLOAD_STATE"

	uploadedSize     = 4 << 20
	uploadedFragment = 256 << 10
)

// TestUploadSessionAsAProcessOfItsOwn is what the other process runs: it begins a session and stores its state, or goes
// on with the one that was stored.
func TestUploadSessionAsAProcessOfItsOwn(t *testing.T) {
	if os.Getenv(uploaderAPI) == "" {
		return
	}
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(os.Getenv(uploaderAPI)),
		liveconnect.WithStorageURL(os.Getenv(uploaderStorage)),
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: os.Getenv(uploaderToken)})))
	require.NoError(t, err)
	defer client.CloseIdleConnections()

	var session *liveconnect.UploadSession
	var state liveconnect.SessionState
	content, err := os.ReadFile(os.Getenv(uploaderState))
	if err == nil {
		require.NoError(t, json.Unmarshal(content, &state))
		session, err = client.Uploads.ResumeSession(t.Context(), state)
		require.NoError(t, err)
	} else {
		require.ErrorIs(t, err, fs.ErrNotExist)
		session, err = client.Uploads.Session(t.Context(), liveconnect.Root, "large.bin", uploadedSize, nil)
		require.NoError(t, err)
		content, err = json.Marshal(session.State())
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(os.Getenv(uploaderState), content, 0o600))
	}
	_, err = session.Upload(t.Context(), livetest.Generated(uploadedSize, 7), &liveconnect.FragmentOptions{Size: uploadedFragment})
	require.NoError(t, err)
}

// TestUploadSessionOfAKilledProcess kills the process in the middle, several times, and starts it again.
func TestUploadSessionOfAKilledProcess(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	token, err := server.Account().Token()
	require.NoError(t, err)
	slow := server.Fault(livetest.Fault{Host: livetest.Storage, Packet: "Fragment", Do: livetest.SlowLink(4 << 20)})
	state := filepath.Join(t.TempDir(), "state.json")
	process := func() *exec.Cmd {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestUploadSessionAsAProcessOfItsOwn$", "-test.v")
		child.Env = append(os.Environ(), uploaderAPI+"="+server.APIURL, uploaderStorage+"="+server.StorageURL,
			uploaderToken+"="+token.AccessToken, uploaderState+"="+state)
		return child
	}
	fragments := 0
	for range 3 {
		child := process()
		require.NoError(t, child.Start())
		require.Eventually(t, func() bool { return len(received(server)) > fragments+2 }, 30*time.Second, time.Millisecond)
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
		fragments = len(received(server))
	}
	slow.Remove()
	out, err := process().CombinedOutput()
	require.NoError(t, err, string(out))

	var sent int64
	for _, n := range received(server) {
		sent += n
	}
	t.Logf("%d bytes in 4 processes, 3 of them killed; sent twice: %d bytes", uploadedSize, sent-uploadedSize)
	assert.Less(t, sent-uploadedSize, int64(4*2*uploadedFragment), "a fragment or two for each process")
	created := 0
	for _, request := range server.Requests() {
		if request.Endpoint == "bits.create" {
			created++
		}
	}
	assert.Equal(t, 1, created, "none of them started over")
	client := server.Client(t)
	for item, err := range client.Items.All(t.Context(), liveconnect.Root, nil) {
		require.NoError(t, err)
		if item.Info().Name == "large.bin" {
			want := make([]byte, uploadedSize)
			_, err := livetest.Generated(uploadedSize, 7).ReadAt(want, 0)
			require.NoError(t, err)
			assert.Equal(t, string(want), readAll(t, client, item.Info().ID))
			return
		}
	}
	t.Error("the file is not there")
}

// received is how many bytes of each fragment the server has had.
func received(server *livetest.Server) (bytes []int64) {
	for _, request := range server.Requests() {
		if request.Endpoint == "bits.fragment" {
			bytes = append(bytes, request.BytesIn)
		}
	}
	return bytes
}
