package server_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

const bitsGUID = "{7df0354d-249b-430f-820d-3d2a9bef4931}"

// livePath is a path of Roberto's drive as the storage hosts had it.
func livePath(path string) string { return "users/0x" + robertoID + "/LiveFolders/" + path }

// bitsHeader is the header of a packet.
func bitsHeader(packet, session string, more ...string) []string {
	h := append([]string{"X-Http-Method-Override", "BITS_POST", "BITS-Packet-Type", packet}, more...)
	if session != "" {
		h = append(h, "BITS-Session-Id", session)
	}
	return h
}

// packet sends a packet without a body.
func (w *world) packet(path, packet, session string, more ...string) answer {
	w.t.Helper()
	return w.do(http.MethodPost, w.url+"/"+path, nil, bitsHeader(packet, session, more...)...)
}

// create opens a session.
func (w *world) create(path string) string {
	w.t.Helper()
	a := w.packet(path, "Create-Session", "", "BITS-Supported-Protocols", bitsGUID)
	require.Equal(w.t, http.StatusCreated, a.status, a.body)
	return a.header.Get("BITS-Session-Id")
}

// fragment sends bytes first to first+len(body)-1 of total, without a token.
func (w *world) fragment(path, session, body string, first, total int) answer {
	w.t.Helper()
	span := fmt.Sprintf("bytes %d-%d/%d", first, first+len(body)-1, total)
	return w.anonymous().do(http.MethodPost, w.url+"/"+path, strings.NewReader(body), bitsHeader("Fragment", session, "Content-Range", span)...)
}

// next is the byte that the server wants.
func (a answer) next() string { return a.header.Get("BITS-Received-Content-Range") }

func TestSessionUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("Documents/big%20file.bin")
	a := w.packet(path, "create-SESSION", "", "bits-supported-protocols", strings.ToUpper(bitsGUID))
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, []string{"Ack"}, a.header.Values("BITS-Packet-Type"))
	assert.Equal(t, bitsGUID, a.header.Get("BITS-Protocol"))
	session := a.header.Get("BITS-Session-Id")
	assert.Regexp(t, `^\{[0-9a-f-]{36}\}$`, session)
	assert.Equal(t, "bits.create", w.lastRequest().Route)

	a = w.fragment(path, session, "01234", 0, 12)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, "5", a.next())
	assert.Equal(t, "Ack", a.header.Get("BITS-Packet-Type"))
	assert.Equal(t, "bits.fragment", w.lastRequest().Route)
	assert.False(t, w.lastRequest().HadToken)
	assert.Equal(t, int64(5), w.lastRequest().BytesIn)
	assert.NotContains(t, w.get("me/skydrive/my_documents/files").names(), "big file.bin", "nothing shows before the end")
	assert.Equal(t, "12", w.fragment(path, session, "56789ab", 5, 12).next())

	a = w.packet(path, "Close-Session", session)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "bits.close", w.lastRequest().Route)
	assert.Regexp(t, `^8C8CE076CA27823F!\d+$`, a.header.Get("X-Resource-Id"))
	assert.Empty(t, a.header.Get("BITS-Session-Id"))
	assert.Empty(t, a.next())
	id := "file." + robertoID + "." + a.header.Get("X-Resource-Id")
	assert.Equal(t, "big file.bin", w.get(id).field("name"))
	assert.Equal(t, "0123456789ab", w.read(id))
	assert.Equal(t, http.StatusInternalServerError, w.packet(path, "Close-Session", session).status, "it is closed once")
}

// The header names, and the words in them, came in all letter cases.
func TestSessionHeadersInAnyCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	head := "POST /USERS/0X" + strings.ToUpper(robertoID) + "/livefolders/documents/x HTTP/1.1\r\nHost: h\r\nx-http-method-OVERRIDE: bits_post\r\n" +
		"bits-packet-type: CREATE-SESSION\r\nContent-Length: 0\r\nConnection: close\r\nauthorization: bearer " + w.token + "\r\n\r\n"
	got := w.raw(head)
	assert.Regexp(t, "^HTTP/1.1 201 ", got)
	for _, header := range []string{"BITS-Packet-Type: Ack", "BITS-Protocol: " + bitsGUID, "BITS-Session-Id: {"} {
		assert.Contains(t, got, header, "as the service wrote it")
	}
	assert.NotContains(t, got, "X-HTTP-Live-Server", "this is another host")
}

func TestSessionReplaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "Backup")
	id := w.put(folder, "A.txt", "old content")
	_, resource, _ := strings.Cut(strings.TrimPrefix(folder, "folder."), ".")
	for _, path := range []string{"items/" + resource + "/a.TXT", "items/" + strings.Replace(resource, "!", "%21", 1) + "/a.txt", livePath("backup/a.txt")} {
		session := w.create(path)
		require.Equal(t, http.StatusOK, w.fragment(path, session, path, 0, len(path)).status)
		a := w.packet(path, "Close-Session", session)
		assert.Equal(t, http.StatusOK, a.status, "replaced, not made")
		assert.Equal(t, id, "file."+robertoID+"."+a.header.Get("X-Resource-Id"))
		assert.Equal(t, path, w.read(id))
	}
	assert.Equal(t, []string{"A.txt"}, w.get(folder+"/files").names())
}

// A photo is kept as it is: sessions were for the files that programs kept in step.
func TestSessionDoesNotShrinkPhotos(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	photo, path := jpegOf(t, 2100, 10), livePath("Pictures/wide.jpg")
	session := w.create(path)
	require.Equal(t, http.StatusOK, w.fragment(path, session, photo, 0, len(photo)).status)
	a := w.packet(path, "Close-Session", session)
	id := "file." + robertoID + "." + a.header.Get("X-Resource-Id")
	assert.Equal(t, "photo", w.get(id).field("type"))
	assert.Equal(t, photo, w.read(id))
}

func TestSessionTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("me/skydrive", "file", "x")
	for path, status := range map[string]int{
		livePath("in root.txt"):                        http.StatusCreated,
		"users/0x" + robertoID[:15] + "/LiveFolders/x": http.StatusNotFound,
		"users/" + robertoID + "/LiveFolders/x":        http.StatusNotFound,
		"users/0x" + nunoID + "/LiveFolders/x":         http.StatusNotFound,
		"users/0xzz/LiveFolders/x":                     http.StatusNotFound,
		livePath("No such folder/x"):                   http.StatusNotFound,
		livePath("Documents/No/x"):                     http.StatusNotFound,
		livePath("file/x"):                             http.StatusNotFound,
		livePath("file/y/x"):                           http.StatusNotFound,
		livePath("Documents/a:b"):                      http.StatusBadRequest,
		livePath("Documents/.a"):                       http.StatusBadRequest,
		livePath("Documents/..%2fx"):                   http.StatusBadRequest,
		"items/8C8CE076CA27823F!101/x":                 http.StatusNotFound, // the root folder goes by path only
		"items/8C8CE076CA27823F/x":                     http.StatusNotFound,
		"items/8C8CE076CA27823F!999/x":                 http.StatusNotFound,
		"items/8C8CE076CA27823F!102/x":                 http.StatusCreated,
		"items/DE57F4126ED7E411!104/x":                 http.StatusNotFound,
		"items/DE57F4126ED7E411!103/x":                 http.StatusForbidden, // Nuno's public folder can be seen
		"items/" + strings.Repeat("8", 17) + "!103/x":  http.StatusNotFound,
		"items/!103/x":                                 http.StatusNotFound,
	} {
		a := w.packet(path, "Create-Session", "")
		assert.Equal(t, status, a.status, path)
		if status != http.StatusCreated {
			assert.Regexp(t, "^0x8", a.header.Get("BITS-Error-Code"), path)
			assert.NotEmpty(t, a.header.Get("BITS-Error-Context"), path)
		}
	}
	a := w.packet(livePath("x"), "Create-Session", "", "BITS-Supported-Protocols", "{00000000-249b-430f-820d-3d2a9bef4931}")
	assert.Equal(t, http.StatusBadRequest, a.status)
}

func TestSessionTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.txt")
	a := w.anonymous().packet(path, "Create-Session", "")
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Contains(t, a.header.Get("WWW-Authenticate"), `error="invalid_token"`)
	assert.Equal(t, http.StatusForbidden, w.as(robertoID, "wl.skydrive").packet(path, "Create-Session", "").status)

	session := w.create(path)
	expired := w.as(robertoID, allScopes)
	w.srv.ExpireToken(expired.token)
	a = expired.packet(path, "Create-Session", "")
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Contains(t, a.header.Get("WWW-Authenticate"), `error="expired_token"`)

	a = expired.do(http.MethodPost, w.url+"/"+path, strings.NewReader("x"), bitsHeader("Fragment", session, "Content-Range", "bytes 0-0/1")...)
	assert.Equal(t, http.StatusOK, a.status, "a fragment needs no token, and no good one")

	a = expired.packet(path, "Close-Session", session)
	assert.Equal(t, http.StatusInternalServerError, a.status)
	assert.Equal(t, `Bearer realm="OneDriveAPI", error="expired_token", error_description="Auth token expired. Try refreshing."`, a.header.Get("WWW-Authenticate"))
	assert.Empty(t, a.header.Get("X-ClientErrorCode"))
	assert.Equal(t, http.StatusUnauthorized, w.anonymous().packet(path, "Close-Session", session).status)

	for _, packet := range []string{"Close-Session", "Cancel-Session"} {
		a = w.as(nunoID, allScopes).packet(path, packet, session)
		assert.Equal(t, http.StatusInternalServerError, a.status)
		assert.Equal(t, "UploadSessionNotFound", a.header.Get("X-ClientErrorCode"))
		assert.Equal(t, "0x8020001F", a.header.Get("BITS-Error-Code"))
		assert.Empty(t, a.header.Get("WWW-Authenticate"))
	}
	refreshed := w.as(robertoID, allScopes)
	assert.Equal(t, http.StatusCreated, refreshed.packet(path, "Close-Session", session).status, "another token of the same user")
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.txt")
	gone := func(session string) {
		t.Helper()
		for _, a := range []answer{w.fragment(path, session, "a", 0, 1), w.packet(path, "Close-Session", session), w.packet(path, "Cancel-Session", session)} {
			assert.Equal(t, http.StatusInternalServerError, a.status)
			assert.Equal(t, "UploadSessionNotFound", a.header.Get("X-ClientErrorCode"))
		}
	}
	gone("")
	gone("{no-such-session}")

	session := w.create(path)
	require.Equal(t, http.StatusOK, w.fragment(path, session, "a", 0, 1).status)
	assert.Equal(t, http.StatusInternalServerError, w.fragment(livePath("b.txt"), session, "a", 0, 1).status, "of another file")
	a := w.packet(path, "Cancel-Session", session)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, "Ack", a.header.Get("BITS-Packet-Type"))
	assert.Equal(t, "bits.cancel", w.lastRequest().Route)
	gone(session)
	assert.NotContains(t, w.get("me/skydrive/files").names(), "a.txt")

	session = w.create(path)
	w.clock.move(23 * time.Hour)
	require.Equal(t, http.StatusOK, w.fragment(path, session, "a", 0, 2).status)
	w.clock.move(23 * time.Hour) // since the last packet
	require.Equal(t, http.StatusOK, w.fragment(path, session, "b", 1, 2).status)
	w.clock.move(24 * time.Hour)
	w.token = w.tokenFor(robertoID, allScopes)
	gone(session)
}

func TestOtherPackets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.txt")
	assert.Equal(t, http.StatusOK, w.anonymous().packet(path, "Ping", "").status)
	assert.Equal(t, http.StatusBadRequest, w.packet(path, "Dance", "").status)
	assert.Equal(t, http.StatusBadRequest, w.packet(path, "", "").status)
	assert.Equal(t, http.StatusMethodNotAllowed, w.do(http.MethodGet, w.url+"/"+path, nil, bitsHeader("Ping", "")...).status)
	assert.Equal(t, http.StatusMethodNotAllowed, w.do(http.MethodPost, w.url+"/"+path, nil, "BITS-Packet-Type", "Ping").status)
}

func TestSessionQuota(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := livePath("a.bin")
	a := w.do(http.MethodPost, w.url+"/"+path, strings.NewReader("x"), bitsHeader("Fragment", w.create(path), "Content-Range", "bytes 0-0/10737418240")...)
	assert.Equal(t, http.StatusOK, a.status, "10 GiB of 25")

	small := memory.New(memory.Options{Quota: 10})
	_, err := small.AddUser(backend.User{ID: robertoID})
	require.NoError(t, err)
	w.srv, err = server.New(server.Config{Backend: small, Now: w.clock.Now})
	require.NoError(t, err)
	ts := httptest.NewServer(w.srv)
	t.Cleanup(ts.Close)
	w.url, w.token = ts.URL, w.tokenFor(robertoID, allScopes)
	session := w.create(path)
	a = w.fragment(path, session, "01234567890", 0, 11)
	assert.Equal(t, http.StatusInsufficientStorage, a.status, "known from the first fragment on")
	require.Equal(t, http.StatusOK, w.fragment(path, session, "0123456", 0, 7).status)
	w.put("me/skydrive", "other", "01234")
	assert.Equal(t, http.StatusInsufficientStorage, w.packet(path, "Close-Session", session).status, "somebody was faster")
	w.do(http.MethodDelete, w.get("me/skydrive/files").data()[3]["id"].(string), nil)
	assert.Equal(t, http.StatusCreated, w.packet(path, "Close-Session", session).status, "the session was still there")
}

// A folder of that name, or a folder that has gone, is found out at the end.
func TestSessionCannotBeClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "F")
	path := livePath("F/name")
	session := w.create(path)
	require.Equal(t, http.StatusOK, w.fragment(path, session, "a", 0, 1).status)
	taken := w.mkdir(folder, "name")
	assert.Equal(t, http.StatusConflict, w.packet(path, "Close-Session", session).status)
	w.do(http.MethodDelete, taken, nil)
	w.do(http.MethodDelete, folder, nil)
	assert.Equal(t, http.StatusNotFound, w.packet(path, "Close-Session", session).status)
}

// pieces is a drive that sees the pieces of files as they come.
type pieces struct {
	*memory.Store
	pending   backend.PendingFile
	discarded int
}

func (e *pieces) BeginFile(ctx context.Context, folder backend.Ref, name string, size int64, opts backend.WriteOptions) (backend.PendingFile, error) {
	var err error
	e.pending, err = e.Store.BeginFile(ctx, folder, name, size, opts)
	return e, err
}

func (e *pieces) Write(p []byte) (int, error) { return e.pending.Write(bytes.ToUpper(p)) }
func (e *pieces) Discard()                    { e.discarded++ }
func (e *pieces) Commit(ctx context.Context) (backend.Item, bool, error) {
	return e.pending.Commit(ctx)
}

// The protocol hands every piece to the backend as it comes.
func TestSessionStreams(t *testing.T) {
	t.Parallel()
	var backend *pieces
	w := newWorld(t, func(c *server.Config) {
		backend = &pieces{Store: c.Backend.(*memory.Store)}
		c.Backend = backend
	})
	path := livePath("a.txt")
	session := w.create(path)
	require.Equal(t, http.StatusOK, w.fragment(path, session, "abc", 0, 3).status)
	a := w.packet(path, "Close-Session", session)
	assert.Equal(t, "ABC", w.read("file."+robertoID+"."+a.header.Get("X-Resource-Id")))

	// It is told of files that will not come.
	session = w.create(path)
	require.Equal(t, http.StatusOK, w.fragment(path, session, "abc", 0, 6).status)
	require.Equal(t, http.StatusOK, w.packet(path, "Cancel-Session", session).status)
	assert.Equal(t, 1, backend.discarded)
	session = w.create(path)
	require.Equal(t, http.StatusOK, w.fragment(path, session, "abc", 0, 6).status)
	w.clock.move(24 * time.Hour)
	w.token = w.tokenFor(robertoID, allScopes)
	w.create(path)
	assert.Equal(t, 2, backend.discarded)
}
