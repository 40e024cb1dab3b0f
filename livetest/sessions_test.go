package livetest_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/livetest"
)

// sessionURL is where a file of the root folder is uploaded in a session.
func (c *caller) sessionURL(name string) string {
	return c.StorageURL + "/users/0x" + c.Account().ID + "/LiveFolders/" + name
}

// packet sends a packet for the file up.txt of the root folder and checks the status.
func (c *caller) packet(status int, packet, session string, more ...string) answer {
	c.t.Helper()
	header := append([]string{
		"X-Http-Method-Override", "BITS_POST", "BITS-Packet-Type", packet, "BITS-Session-Id", session,
		"Authorization", "Bearer " + c.token,
	}, more...)
	body := ""
	if packet == "Fragment" {
		body = text
		header = append(header, "Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(text)-1, len(text)))
	}
	a := c.do(http.MethodPost, c.sessionURL("up.txt"), body, header...)
	if a.err == nil && a.status != http.StatusTeapot {
		assert.Equal(c.t, status, a.status, a.body)
	}
	return a
}

func TestSession(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	session := c.packet(http.StatusCreated, "Create-Session", "").header.Get("BITS-Session-Id")
	c.packet(http.StatusOK, "Fragment", session)
	a := c.packet(http.StatusRequestedRangeNotSatisfiable, "Fragment", session)
	assert.Equal(t, "20", a.header.Get("BITS-Received-Content-Range"))

	// The recorded answer to a token that expires on the way, which is not that of the API.
	c.Fault(livetest.Fault{Packet: "Close-Session", Count: 1, Do: livetest.ExpiredToken()})
	a = c.packet(http.StatusInternalServerError, "Close-Session", session)
	assert.Contains(t, a.header.Get("WWW-Authenticate"), `error="expired_token"`)
	token, err := c.Account().Token()
	require.NoError(t, err)
	c.token = token.AccessToken
	id := "file." + c.Account().ID + "." + c.packet(http.StatusCreated, "Close-Session", session).header.Get("X-Resource-Id")
	size, sum, err := c.Account().Digest(id)
	require.NoError(t, err)
	assert.Equal(t, int64(len(text)), size)
	assert.Equal(t, sha256.Sum256([]byte(text)), sum)

	var endpoints []string
	for _, r := range c.Requests() {
		endpoints = append(endpoints, r.Endpoint)
	}
	assert.Equal(t, []string{"bits.create", "bits.fragment", "bits.fragment", "bits.close", "bits.close"}, endpoints)

	session = c.packet(http.StatusCreated, "Create-Session", "").header.Get("BITS-Session-Id")
	c.Advance(24 * time.Hour)
	a = c.packet(http.StatusInternalServerError, "Fragment", session)
	assert.Equal(t, "UploadSessionNotFound", a.header.Get("X-ClientErrorCode"))
}

// A fragment that was cut is kept as far as it came.
func TestSessionCut(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	session := c.packet(http.StatusCreated, "Create-Session", "").header.Get("BITS-Session-Id")
	c.Fault(livetest.Fault{Packet: "Fragment", Count: 1, Do: livetest.CutRequest(7, livetest.Reset)})
	require.Error(t, c.packet(0, "Fragment", session).err)
	a := c.packet(http.StatusRequestedRangeNotSatisfiable, "Fragment", session)
	assert.Equal(t, "7", a.header.Get("BITS-Received-Content-Range"))
}

func TestContent(t *testing.T) {
	t.Parallel()
	c := newCaller(t, livetest.WithContentLimit(10))
	a := c.do(http.MethodPut, "me/skydrive/files/long.txt", text)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	id, err := c.Account().AddFile("Documents/longer.txt", []byte(text+text))
	require.NoError(t, err)
	size, sum, err := c.Account().Digest(id)
	require.NoError(t, err)
	assert.Equal(t, int64(40), size)
	assert.Equal(t, sha256.Sum256([]byte(text+text)), sum)
	assert.Equal(t, http.StatusInternalServerError, c.get(c.get(id+"/content").header.Get("Location")).status)

	id, err = c.Account().AddGenerated("Documents/New/g.bin", 1000, 5)
	require.NoError(t, err)
	want, err := io.ReadAll(livetest.Generated(1000, 5))
	require.NoError(t, err)
	link := c.get(id + "/content").header.Get("Location")
	assert.Equal(t, string(want), c.get(link).body)
	a = c.get(link, "Range", "bytes=-10")
	assert.Equal(t, string(want[990:]), a.body)
	assert.Equal(t, "bytes 990-999/1000", a.header.Get("Content-Range"))
	again, err := c.Account().AddGenerated("Documents/New/g.bin", 1000, 6)
	require.NoError(t, err)
	assert.Equal(t, id, again)
	assert.NotEqual(t, string(want), c.get(link).body)

	_, err = c.Account().AddGenerated("Documents/longer.txt/x", 1000, 6)
	assert.Error(t, err)
	assert.Error(t, c.Account().ReplaceFile("file.x.Y!1", nil))
	_, _, err = c.Account().Digest("folder." + c.Account().ID)
	assert.Error(t, err)
}

// transferLarge takes a generated file down, and up by a session, and returns the most that was on the heap.
func transferLarge(tb testing.TB, size int64) (peak uint64) {
	tb.Helper()
	server := livetest.NewServer(tb, livetest.WithContentLimit(1<<20))
	id, err := server.Account().AddGenerated("Documents/g.bin", size, 1)
	require.NoError(tb, err)
	token, err := server.Account().Token()
	require.NoError(tb, err)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	send := func(method, url string, body io.Reader, length int64, header ...string) *http.Response {
		req, err := http.NewRequest(method, url, body)
		require.NoError(tb, err)
		req.ContentLength = length
		req.Header.Set("Authorization", "Bearer "+token.AccessToken)
		for ; len(header) > 0; header = header[2:] {
			req.Header.Set(header[0], header[1])
		}
		resp, err := client.Do(req)
		require.NoError(tb, err)
		require.Less(tb, resp.StatusCode, http.StatusBadRequest)
		return resp
	}
	m := &meter{peak: &peak}
	received := sha256.New()
	resp := send(http.MethodGet, server.APIURL+"/"+id+"/content", nil, 0)
	n, err := io.Copy(io.MultiWriter(received, m), resp.Body)
	require.NoError(tb, err)
	require.NoError(tb, resp.Body.Close())
	require.Equal(tb, size, n)

	url := server.StorageURL + "/users/0x" + server.Account().ID + "/LiveFolders/g.bin"
	packet := func(body io.Reader, length int64, name string, more ...string) http.Header {
		resp := send(http.MethodPost, url, body, length, append(more, "X-Http-Method-Override", "BITS_POST", "BITS-Packet-Type", name)...)
		require.NoError(tb, resp.Body.Close())
		return resp.Header
	}
	session := packet(nil, 0, "Create-Session").Get("BITS-Session-Id")
	const fragment = 10 << 20
	content := livetest.Generated(size, 2)
	sent := sha256.New()
	for at := int64(0); at < size; at += fragment {
		length := min(fragment, size-at)
		span := fmt.Sprintf("bytes %d-%d/%d", at, at+length-1, size)
		packet(io.TeeReader(io.LimitReader(content, length), io.MultiWriter(sent, m)), length, "Fragment", "BITS-Session-Id", session, "Content-Range", span)
	}
	resource := packet(nil, 0, "Close-Session", "BITS-Session-Id", session).Get("X-Resource-Id")
	require.Equal(tb, digestOf(tb, server, id), [32]byte(received.Sum(nil)))
	require.Equal(tb, digestOf(tb, server, "file."+server.Account().ID+"."+resource), [32]byte(sent.Sum(nil)))
	return peak
}

func digestOf(tb testing.TB, server *livetest.Server, id string) [32]byte {
	tb.Helper()
	_, sum, err := server.Account().Digest(id)
	require.NoError(tb, err)
	return sum
}

// meter looks at the heap every few megabytes.
type meter struct {
	passed int64
	peak   *uint64
}

func (m *meter) Write(p []byte) (int, error) {
	const step = 4 << 20
	if m.passed += int64(len(p)); m.passed >= step {
		m.passed -= step
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		*m.peak = max(*m.peak, stats.HeapAlloc)
	}
	return len(p), nil
}

// Neither way of a large file takes memory: not in the server, not in what is sent and received. This test runs alone,
// because others have a heap too.
func TestLargeTransfersTakeNoMemory(t *testing.T) {
	peak := transferLarge(t, 64<<20)
	assert.Less(t, peak, uint64(16<<20))
}

// The same with a size that nobody could keep.
func BenchmarkLargeTransfers(b *testing.B) {
	for b.Loop() {
		b.ReportMetric(float64(transferLarge(b, 5<<30))/(1<<20), "peak-MiB")
	}
	b.SetBytes(2 * 5 << 30)
}
