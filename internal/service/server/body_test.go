package server_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// sendAll sends all of a request, and only then looks for the answer: as Python's http.client and Java's
// HttpURLConnection do.
func (w *world) sendAll(head string, body io.Reader) (*http.Response, string) {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(w.t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n")
	require.NoError(w.t, err)
	_, err = io.Copy(conn, body)
	require.NoError(w.t, err, "broken pipe")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(w.t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return resp, string(text)
}

func TestRefusalsOfUploadsArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const size = 8 << 20
	bearer := "\nAuthorization: Bearer " + w.token
	file := w.put("me/skydrive", "a.txt", "x")
	for name, test := range map[string]struct {
		line   string
		status int
		size   int
	}{
		"token":     {"PUT /v5.0/me/skydrive/files/b.txt HTTP/1.1\nAuthorization: Bearer x", http.StatusUnauthorized, size},
		"no token":  {"PUT /v5.0/me/skydrive/files/b.txt HTTP/1.1", http.StatusUnauthorized, size},
		"path":      {"PUT /v5.0/me/nowhere HTTP/1.1" + bearer, http.StatusBadRequest, size},
		"folder":    {"PUT /v5.0/folder.8c8ce076ca27823f.8C8CE076CA27823F!99999/files/b.txt HTTP/1.1" + bearer, http.StatusNotFound, size},
		"name":      {"PUT /v5.0/me/skydrive/files/b%3F.txt HTTP/1.1" + bearer, http.StatusBadRequest, size},
		"overwrite": {"PUT /v5.0/me/skydrive/files/a.txt?overwrite=false HTTP/1.1" + bearer, http.StatusConflict, size},
		"method":    {"PUT /v5.0/me/skydrive/files HTTP/1.1" + bearer, http.StatusMethodNotAllowed, size},
		"content":   {"PUT /v5.0/folder.8c8ce076ca27823f.8C8CE076CA27823F!102/content HTTP/1.1" + bearer, http.StatusBadRequest, size},
		"form":      {"POST /v5.0/me/skydrive/files HTTP/1.1\nContent-Type: text/plain" + bearer, http.StatusUnsupportedMediaType, size},
		"fields":    {"POST /v5.0/me/skydrive HTTP/1.1" + bearer, http.StatusRequestEntityTooLarge, size},
		"too large": {"PUT /v5.0/me/skydrive/files/b.txt HTTP/1.1" + bearer, http.StatusRequestEntityTooLarge, 101 << 20},
		"sign-in":   {"POST /oauth20_token.srf HTTP/1.1", http.StatusBadRequest, size},
		"link":      {"PUT /y2mx/a HTTP/1.1", http.StatusMethodNotAllowed, size},
		"session":   {"POST /items/8C8CE076CA27823F!101/b.txt HTTP/1.1\nX-Http-Method-Override: BITS_POST\nBITS-Packet-Type: Fragment" + bearer, http.StatusInternalServerError, size},
	} {
		for _, chunked := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", chunked"}[chunked], func(t *testing.T) {
				t.Parallel()
				var body io.Reader = &zeros{test.size}
				head := test.line + "\nHost: h\n"
				if chunked {
					body = io.MultiReader(strings.NewReader(strconv.FormatInt(int64(test.size), 16)+"\r\n"), body, strings.NewReader("\r\n0\r\n\r\n"))
					head += "Transfer-Encoding: chunked"
				} else {
					head += "Content-Length: " + strconv.Itoa(test.size)
				}
				in := &world{t: t, url: w.url}
				resp, text := in.sendAll(head, body)
				assert.Equal(t, test.status, resp.StatusCode, text)
				assert.NotEmpty(t, text)
				assert.Equal(t, name != "overwrite", resp.Close, "the rest is nobody's next request; overwrite is looked at last")
			})
		}
	}
	assert.InDelta(t, 1, w.get(file).field("size"), 0)
}

// A refused small body leaves the connection for the next request.
func TestSmallRefusalsKeepTheConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	in := bufio.NewReader(conn)
	for range 2 {
		_, err = io.WriteString(conn, "PUT /v5.0/me/skydrive/files/b.txt HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n"+strings.Repeat("x", 1000))
		require.NoError(t, err)
		resp, err := http.ReadResponse(in, nil)
		require.NoError(t, err)
		assert.Equal(t, http.StatusUnauthorized, resp.StatusCode)
		assert.Equal(t, []string{"chunked"}, resp.TransferEncoding)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
	}
}

// Who asked whether to send at all gets the refusal at once.
func TestRefusalsBeforeTheBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	resp, _ := w.sendAll("PUT /v5.0/me/skydrive/files/b.txt HTTP/1.1\nHost: h\nExpect: 100-continue\nContent-Length: 99999999", strings.NewReader(""))
	assert.Equal(t, http.StatusUnauthorized, resp.StatusCode)
}

// A body that stops is not waited for, whether it was to be kept or to be refused, and changes nothing.
func TestSilentBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *server.Config) { c.BodyPause = 50 * time.Millisecond })
	bearer := "\nAuthorization: Bearer " + w.token
	for head, status := range map[string]int{
		"PUT /v5.0/me/skydrive/files/a.txt HTTP/1.1" + bearer + "\nContent-Length: 100":                                       http.StatusRequestTimeout,
		"PUT /v5.0/me/skydrive/files/a.txt HTTP/1.1" + bearer + "\nTransfer-Encoding: chunked":                                http.StatusRequestTimeout,
		"POST /v5.0/me/skydrive HTTP/1.1" + bearer + "\nContent-Length: 100":                                                  http.StatusRequestTimeout,
		"PUT /v5.0/me/skydrive/files/a.txt HTTP/1.1\nContent-Length: 100":                                                     http.StatusUnauthorized,
		"PUT /v5.0/me/skydrive/files/a.txt HTTP/1.1\nContent-Length: 99999999":                                                http.StatusUnauthorized,
		"POST /v5.0/me/skydrive/files HTTP/1.1\nContent-Type: multipart/form-data; boundary=b\nContent-Length: 9999" + bearer: http.StatusRequestTimeout,
		"POST /oauth20_token.srf HTTP/1.1\nContent-Length: 100":                                                               http.StatusBadRequest,
	} {
		begun := time.Now()
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\nHost: h\r\n\r\n2\r\n--")
		require.NoError(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, head)
		assert.Equal(t, status, resp.StatusCode, head)
		_, _ = io.Copy(io.Discard, resp.Body)
		_, err = conn.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF, "the connection ends: %s", head)
		assert.Less(t, time.Since(begun), 10*time.Second)
		require.NoError(t, conn.Close())
	}
	assert.NotContains(t, w.get("me/skydrive/files").names(), "a.txt")
}

func TestMalformedChunks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, line := range []string{
		"PUT /v5.0/me/skydrive/files/a.txt", "POST /v5.0/me/skydrive", "POST /oauth20_token.srf", "PUT /v5.0/me/skydrive/files/a.txt?overwrite=false",
	} {
		for _, body := range []string{"zz\r\nabc\r\n0\r\n\r\n", "3\r\nabcXX0\r\n\r\n", "-1\r\na\r\n", "fffffffffffffffff\r\na\r\n", strings.Repeat("1", 5000) + "\r\n"} {
			resp, text := w.sendAll(line+" HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\nAuthorization: Bearer "+w.token, strings.NewReader(body))
			assert.Equal(t, http.StatusBadRequest, resp.StatusCode, "%s %q: %s", line, body, text)
		}
	}
	assert.NotContains(t, w.get("me/skydrive/files").names(), "a.txt")
}
