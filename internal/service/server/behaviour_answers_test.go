package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// "201 for create folder, COPY and MOVE with the full object (onedrive-d raises on anything else; lovattj for mkdir), 200
// or 201 for PUT content with {id,name,source}, 200 + full object for a metadata PUT, 204 for DELETE (200 and empty with
// suppress_response_codes)."
func TestClientsNeedTheirStatusCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const typed = "Content-Type: application/json\nContent-Length: {length}\n\n"
	from, to := w.mkdir("me/skydrive", "from"), w.mkdir("me/skydrive", "to")
	file := w.put(from, "a.txt", "a")
	folderKeys, fileKeys := keys(t, w.get(from).body), keys(t, w.get(file).body)
	stub := []string{"id", "name", "source"}
	for _, test := range []struct {
		name, request, line string
		keys                []string
	}{
		{"create folder", "POST /v5.0/me/skydrive HTTP/1.1\n" + bearer + typed + `{"name":"new"}`, "HTTP/1.1 201 Created", folderKeys},
		{"COPY", "COPY /v5.0/" + file + " HTTP/1.1\n" + bearer + typed + `{"destination":"` + to + `"}`, "HTTP/1.1 201 Created", fileKeys},
		{"MOVE", "MOVE /v5.0/" + file + " HTTP/1.1\n" + bearer + typed + `{"destination":"me/skydrive"}`, "HTTP/1.1 201 Created", fileKeys},
		{"PUT new content", "PUT /v5.0/me/skydrive/files/b.txt HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nb", "HTTP/1.1 201 Created", stub},
		{"PUT over content", "PUT /v5.0/me/skydrive/files/b.txt HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nc", "HTTP/1.1 200 OK", stub},
		{"PUT content", "PUT /v5.0/" + file + "/content HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nc", "HTTP/1.1 200 OK", stub},
		{"PUT metadata", "PUT /v5.0/" + file + " HTTP/1.1\n" + bearer + typed + `{"name":"c.txt"}`, "HTTP/1.1 200 OK", fileKeys},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := w.send(test.request)
			require.Equal(t, test.line, a.line, a.body)
			assert.Equal(t, test.keys, keys(t, a.body))
			if a.status == http.StatusCreated {
				assert.Equal(t, w.url+"/v5.0/"+a.field("id").(string)+"/", a.header.Get("Location"))
			}
		})
	}
	t.Run("DELETE", func(t *testing.T) {
		a := w.send("DELETE /v5.0/" + file + " HTTP/1.1\n" + bearer + "\n")
		assert.Equal(t, "HTTP/1.1 204 No Content", a.line)
		assert.Empty(t, a.body)
	})
	t.Run("DELETE, codes suppressed", func(t *testing.T) {
		a := w.send("DELETE /v5.0/" + to + "?suppress_response_codes=true HTTP/1.1\n" + bearer + "\n")
		assert.Equal(t, "HTTP/1.1 200 OK", a.line)
		assert.Empty(t, a.body)
	})
}

// "Errors {"error":{"code","message"}}; onedrive-d and python-onedrive need HTTP 401 + request_token_expired to refresh
// and retry (one also takes a WWW-Authenticate with invalid_token/expired_token on the storage host). With
// suppress_response_codes: 200 and the same body (both Microsoft SDKs read only the body)."
func TestClientsNeedErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.as(robertoID, allScopes)
	w.srv.ExpireToken(old.token)
	expired := old.send("GET /v5.0/me HTTP/1.1\n" + bearer + "\n")
	t.Run("401 and request_token_expired", func(t *testing.T) {
		assert.Equal(t, "HTTP/1.1 401 Unauthorized", expired.line)
		assert.Equal(t, []string{"error"}, keys(t, expired.body))
		expired.failed(http.StatusUnauthorized, "request_token_expired")
		assert.Equal(t, []string{"code", "message"}, keys(t, expired.body[strings.Index(expired.body[1:], "{")+1:]))
	})
	t.Run("refresh and retry", func(t *testing.T) {
		assert.Equal(t, "HTTP/1.1 200 OK", w.send("GET /v5.0/me HTTP/1.1\n"+bearer+"\n").line)
	})
	t.Run("codes suppressed", func(t *testing.T) {
		for _, value := range []string{"true", "True", "TRUE"} {
			a := old.send("GET /v5.0/me?suppress_response_codes=" + value + " HTTP/1.1\n" + bearer + "\n")
			assert.Equal(t, "HTTP/1.1 200 OK", a.line)
			assert.Equal(t, expired.body, a.body)
		}
		assert.Equal(t, expired.line, old.send("GET /v5.0/me?suppress_response_codes=false HTTP/1.1\n"+bearer+"\n").line)
	})
	for name, test := range map[string]struct{ token, want string }{
		"expired token on the storage host": {old.token, `error="expired_token"`}, "invalid token on the storage host": {"nonsense", `error="invalid_token"`},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.send("POST /users/0x" + robertoID + "/LiveFolders/x HTTP/1.1\nHost: {host}\nAuthorization: Bearer " + test.token +
				"\nX-Http-Method-Override: BITS_POST\nBITS-Packet-Type: Create-Session\nContent-Length: 0\n\n")
			assert.Equal(t, "HTTP/1.1 401 Unauthorized", a.line)
			assert.Contains(t, a.header.Get("WWW-Authenticate"), test.want)
		})
	}
}

// "Status line text: lovattj compares HTTP/1.1 200 OK and HTTP/1.1 302 Found literally."
func TestClientsNeedTheStatusLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.put("me/skydrive", "a.txt", "a")
	for request, line := range map[string]string{
		"GET /v5.0/me":                              "HTTP/1.1 200 OK",
		"GET /v5.0/" + file + "/content":            "HTTP/1.1 302 Found",
		"GET /v5.0/me/nothing":                      "HTTP/1.1 400 Bad Request",
		"GET /v5.0/file." + robertoID + ".ABC!9999": "HTTP/1.1 400 Bad Request",
		"DELETE /v5.0/me":                           "HTTP/1.1 405 Method Not Allowed",
	} {
		t.Run(request, func(t *testing.T) {
			assert.Equal(t, line, w.send(request+" HTTP/1.1\n"+bearer+"\n").line)
		})
	}
}

// "/content 302 with an absolute Location usable without the token (Mono and browsers drop Authorization, requests keeps
// it on the same host); Range honoured there with 206 + Content-Range, which onedrive-d parses on every block;
// suppress_redirects=true → 200 {"location"}."
func TestClientsNeedContentByRedirect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.put("me/skydrive", "a b.bin", "0123456789")
	a := w.send("GET /v5.0/" + file + "/content HTTP/1.1\n" + bearer + "\n")
	require.Equal(t, "HTTP/1.1 302 Found", a.line)
	require.True(t, strings.HasPrefix(a.header.Get("Location"), w.url+"/"), "absolute, on this host and port")
	path := strings.TrimPrefix(a.header.Get("Location"), w.url)
	for name, head := range map[string]string{
		"without the token": "Host: {host}\n", "with the token": bearer, "with an old token": "Host: {host}\nAuthorization: bearer old\n",
	} {
		t.Run(name, func(t *testing.T) {
			a := w.send("GET " + path + " HTTP/1.1\n" + head + "\n")
			assert.Equal(t, "HTTP/1.1 200 OK", a.line)
			assert.Equal(t, "0123456789", a.body)
		})
	}
	for asked, want := range map[string][3]string{
		"bytes=0-3":  {"HTTP/1.1 206 Partial Content", "bytes 0-3/10", "0123"},
		"bytes=4-99": {"HTTP/1.1 206 Partial Content", "bytes 4-9/10", "456789"},
		"bytes=-1":   {"HTTP/1.1 206 Partial Content", "bytes 9-9/10", "9"},
	} {
		t.Run("Range: "+asked, func(t *testing.T) {
			a := w.send("GET " + path + " HTTP/1.1\nHost: {host}\nRange: " + asked + "\n\n")
			assert.Equal(t, want, [3]string{a.line, a.header.Get("Content-Range"), a.body})
		})
	}
	t.Run("Range: nothing there", func(t *testing.T) {
		a := w.send("GET " + path + " HTTP/1.1\nHost: {host}\nRange: bytes=10-\n\n")
		assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, a.status)
		assert.Equal(t, "bytes */10", a.header.Get("Content-Range"))
	})
	t.Run("redirects suppressed", func(t *testing.T) {
		a := w.send("GET /v5.0/" + file + "/content?suppress_redirects=true HTTP/1.1\n" + bearer + "\n")
		assert.Equal(t, "HTTP/1.1 200 OK", a.line)
		assert.Equal(t, []string{"location"}, keys(t, a.body))
		assert.Equal(t, "0123456789", w.anonymous().do(http.MethodGet, a.field("location").(string), nil).body)
		assert.Equal(t, http.StatusFound, w.send("GET /v5.0/"+file+"/content?suppress_redirects=false HTTP/1.1\n"+bearer+"\n").status)
	})
}

// "Emulator must put its own host and port into upload_location, source, Location": those that the client asked for.
func TestClientsNeedLinksToTheHostTheyAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.put("me/skydrive", "a.jpg", jpegOf(t, 8, 8))
	for _, host := range []string{"apis.live.net", "localhost:9", "[::1]:8080", "emulator.test:80"} {
		t.Run(host, func(t *testing.T) {
			head := "Host: " + host + "\nAuthorization: Bearer {token}\n"
			a := w.send("GET /v5.0/" + file + " HTTP/1.1\n" + head + "\n")
			require.Equal(t, http.StatusOK, a.status, a.body)
			for _, name := range []string{"source", "picture", "upload_location"} {
				assert.True(t, strings.HasPrefix(a.field(name).(string), "http://"+host+"/"), "%s: %v", name, a.field(name))
			}
			a = w.send("GET /v5.0/" + file + "/content HTTP/1.1\n" + head + "\n")
			assert.True(t, strings.HasPrefix(a.header.Get("Location"), "http://"+host+"/"), a.header.Get("Location"))
			a = w.send("PUT /v5.0/me/skydrive/files/b.txt?overwrite=ChooseNewName HTTP/1.1\n" + head + "Content-Length: {length}\n\nb")
			assert.True(t, strings.HasPrefix(a.header.Get("Location"), "http://"+host+"/v5.0/file."), a.header.Get("Location"))
		})
	}
}
