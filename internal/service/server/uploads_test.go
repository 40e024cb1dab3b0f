package server_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// read follows the item's source, without a token.
func (w *world) read(id string) string {
	w.t.Helper()
	source := w.get(id).field("source").(string)
	anonymous := w.anonymous()
	a := anonymous.do(http.MethodGet, source, nil)
	require.Equal(w.t, http.StatusOK, a.status, a.body)
	return a.body
}

func TestPut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "f")
	a := w.do(http.MethodPut, folder+"/files/a%20b+c%23.txt", strings.NewReader("one"))
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, []string{"id", "name", "source"}, keys(t, a.body))
	assert.Equal(t, "a b+c#.txt", a.field("name"), "+ in a path is a plus")
	assert.Regexp(t, `^`+w.url+`/y2m[A-Za-z0-9_-]+/a%20b\+c%23\.txt\?psid=1$`, a.field("source"))
	id := a.field("id").(string)
	assert.Equal(t, w.url+"/v5.0/"+id+"/", a.header.Get("Location"))
	assert.Equal(t, "content.put_name", w.lastRequest().Route)
	assert.Equal(t, "one", w.read(id))

	// Official SDKs: upload_location, a slash, the name; overwrite in lower case.
	location := w.get(folder).field("upload_location").(string)
	assert.True(t, strings.HasSuffix(location, "/files/"), location)
	a = w.do(http.MethodPut, location+"/b.txt?overwrite=choosenewname", strings.NewReader("two"))
	assert.Equal(t, http.StatusCreated, a.status, a.body)

	// The file's own upload_location.
	location = w.get(id).field("upload_location").(string)
	a = w.do(http.MethodPut, location, strings.NewReader("three"))
	assert.Equal(t, http.StatusOK, a.status, a.body)
	assert.Equal(t, id, a.field("id"))
	assert.Equal(t, "three", w.read(id))
	assert.Equal(t, "content.replace", w.lastRequestOf("PUT").Route)

	a = w.do(http.MethodPut, folder+"/files/empty.txt", nil)
	assert.Equal(t, http.StatusCreated, a.status)
	assert.Empty(t, w.read(a.field("id").(string)))
	w.do(http.MethodPut, folder+"/content", strings.NewReader("x")).failed(http.StatusBadRequest, "request_url_invalid")
	w.do(http.MethodPut, id+"/files/x", strings.NewReader("x")).failed(http.StatusBadRequest, "request_url_invalid")
}

func (w *world) lastRequestOf(method string) server.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.log) - 1; i >= 0; i-- {
		if w.log[i].Method == method {
			return w.log[i]
		}
	}
	w.t.Fatalf("no %s in the log", method)
	return server.Request{}
}

func TestPutChunkedPackedAndExpect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.do(http.MethodPut, "me/skydrive/files/chunked.txt", io.MultiReader(strings.NewReader("chunked")))
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "chunked", w.read(a.field("id").(string)))

	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write([]byte("unpacked"))
	require.NoError(t, zip.Close())
	a = w.do(http.MethodPut, "me/skydrive/files/packed.txt", bytes.NewReader(packed.Bytes()), "Content-Encoding", "gzip")
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "unpacked", w.read(a.field("id").(string)))
	a = w.do(http.MethodPut, "me/skydrive/files/bad.txt", strings.NewReader("plain"), "Content-Encoding", "gzip")
	a.failed(http.StatusBadRequest, "request_parameter_invalid")

	w.http.Transport = &http.Transport{ExpectContinueTimeout: time.Minute}
	a = w.do(http.MethodPut, "me/skydrive/files/expect.txt", strings.NewReader("expected"), "Expect", "100-continue")
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "expected", w.read(a.field("id").(string)))
}

func TestOverwrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.put("me/skydrive", "foo.txt", "one")
	put := func(query, content string, header ...string) answer {
		return w.do(http.MethodPut, "me/skydrive/files/FOO.txt"+query, strings.NewReader(content), header...)
	}
	for _, query := range []string{"?overwrite=false", "?overwrite=False", "?overwrite=FALSE&overwrite=true"} {
		put(query, "x").failed(http.StatusConflict, "resource_already_exists")
	}
	put("", "x", "Overwrite", "false").failed(http.StatusConflict, "resource_already_exists")
	put("?overwrite=maybe", "x").failed(http.StatusBadRequest, "request_parameter_invalid")
	assert.Equal(t, "one", w.read(id))
	for i, query := range []string{"", "?overwrite=true", "?overwrite=True"} {
		a := put(query, strconv.Itoa(i))
		assert.Equal(t, http.StatusOK, a.status, a.body)
		assert.Equal(t, id, a.field("id"), "the id is kept")
		assert.Equal(t, strconv.Itoa(i), w.read(id))
	}
	for i, query := range []string{"?overwrite=ChooseNewName", "?overwrite=choosenewname"} {
		a := put(query, "new")
		assert.Equal(t, http.StatusCreated, a.status, a.body)
		assert.Regexp(t, fmt.Sprintf(`(?i)^foo\(%d\)\.txt$`, i+1), a.field("name"))
	}
}

func TestDownsize(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	big := jpegOf(t, 4096, 1024)
	size := func(query string) any {
		a := w.do(http.MethodPut, "me/skydrive/files/big.jpg"+query, strings.NewReader(big))
		return w.get(a.field("id").(string)).field("width")
	}
	assert.InDelta(t, 4096, size("?downsize_photo_uploads=False"), 0)
	assert.InDelta(t, 2048, size(""), 0)
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"a#b%c&d!e'f(g[h", "写真.jpg", "a b", "a+b", "no extension", "…", "x.y.z"} {
		a := w.do(http.MethodPut, "me/skydrive/files/"+url.PathEscape(name), strings.NewReader("x"))
		require.Equal(t, http.StatusCreated, a.status, a.body)
		assert.Equal(t, name, a.field("name"))
		assert.Equal(t, "x", w.read(a.field("id").(string)))
	}
	for _, name := range []string{".hidden", "end.", "..", ".", `a\b`, "a/b", "a:b", "a;b", "a*b", "a<b", "a>b", "a|b", "a?b", "a\x00b", "a\nb", " ", strings.Repeat("x", 256), "\xff"} {
		message := w.do(http.MethodPut, "me/skydrive/files/"+url.PathEscape(name), strings.NewReader("x")).failed(http.StatusBadRequest, "request_parameter_invalid")
		assert.Contains(t, message, "The operation couldn't be completed because the file name, '")
	}
	// Not unescaped twice, and never a path.
	a := w.do(http.MethodPut, "me/skydrive/files/%252F", strings.NewReader("x"))
	assert.Equal(t, "%2F", a.field("name"))
	w.do(http.MethodPut, "me/skydrive/files/..%2F..%2Fx", strings.NewReader("x")).failed(http.StatusBadRequest, "request_parameter_invalid")
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const limit = 100 << 20
	for name, body := range map[string]io.Reader{
		"by length": &zeros{limit + 1},
		"streaming": io.MultiReader(&zeros{limit + 1}),
	} {
		req, err := http.NewRequest(http.MethodPut, w.url+"/v5.0/me/skydrive/files/big.bin", body)
		require.NoError(t, err)
		if name == "by length" {
			req.ContentLength = limit + 1
			req.Header.Set("Expect", "100-continue")
		}
		req.Header.Set("Authorization", "bearer "+w.token)
		resp, err := (&http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}).Do(req)
		require.NoError(t, err, name)
		resp.Body.Close()
		assert.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode, name)
	}
	assert.NotContains(t, w.get("me/skydrive/files").names(), "big.bin")

	// Refused by its length alone: not a byte of it has come.
	got := w.raw("PUT /v5.0/me/skydrive/files/big.bin HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + w.token +
		"\r\nExpect: 100-continue\r\nContent-Length: " + strconv.Itoa(limit+1) + "\r\n\r\n")
	assert.True(t, strings.HasPrefix(got, "HTTP/1.1 413 "), got)
}

// zeros is so many zero bytes.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), z.left)
	clear(p[:n])
	z.left -= n
	return n, nil
}

// raw sends bytes and closes the writing side, as a connection that breaks in the middle of a body.
func (w *world) raw(text string) string {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(w.t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, text)
	require.NoError(w.t, err)
	require.NoError(w.t, conn.(*net.TCPConn).CloseWrite())
	got, _ := io.ReadAll(conn)
	return string(got)
}

func TestCutBodyChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.put("me/skydrive", "kept.txt", "kept")
	head := "Host: h\r\nAuthorization: Bearer " + w.token + "\r\n"
	part := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"kept.txt\"\r\n\r\n"
	for name, request := range map[string]string{
		"length":         "PUT /v5.0/me/skydrive/files/kept.txt HTTP/1.1\r\n" + head + "Content-Length: 100\r\n\r\nhalf",
		"chunked":        "PUT /v5.0/me/skydrive/files/kept.txt HTTP/1.1\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
		"content":        "PUT /v5.0/" + id + "/content HTTP/1.1\r\n" + head + "Content-Length: 100\r\n\r\nhalf",
		"multipart":      "POST /v5.0/me/skydrive/files HTTP/1.1\r\n" + head + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n" + part + "half",
		"no close":       "POST /v5.0/me/skydrive/files HTTP/1.1\r\n" + head + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: " + strconv.Itoa(len(part)+4) + "\r\n\r\n" + part + "half",
		"second part":    "POST /v5.0/me/skydrive/files HTTP/1.1\r\n" + head + "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(part+"one\r\n"+part+"two\r\n--b--\r\n") + "0\r\n\r\n",
		"new file":       "PUT /v5.0/me/skydrive/files/new.txt HTTP/1.1\r\n" + head + "Content-Length: 100\r\n\r\nhalf",
		"folder by json": "POST /v5.0/me/skydrive HTTP/1.1\r\n" + head + "Content-Length: 100\r\n\r\n{\"name\":\"new\"}",
	} {
		w.raw(request)
		assert.Equal(t, "kept", w.read(id), name)
		assert.NotContains(t, strings.Join(w.get("me/skydrive/files").names(), " "), "new", name)
	}
}

func chunk(text string) string {
	return strconv.FormatInt(int64(len(text)), 16) + "\r\n" + text + "\r\n"
}

// form makes a multipart body.
func form(t *testing.T, field, fileName, content string) (body, contentType string) {
	t.Helper()
	var buf bytes.Buffer
	m := multipart.NewWriter(&buf)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", `form-data; name="`+field+`"; filename="`+fileName+`"`)
	part, err := m.CreatePart(header)
	require.NoError(t, err)
	_, _ = part.Write([]byte(content))
	require.NoError(t, m.Close())
	return buf.String(), m.FormDataContentType()
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "f")
	album := w.json(http.MethodPost, "me/albums", `{"name":"A"}`).field("id").(string)
	for i, path := range []string{folder + "/files", folder + "/files/", folder, album + "/files/", "me/skydrive/files", "me/skydrive", "me/skydrive/my_documents/files"} {
		name := fmt.Sprintf("%d é.txt", i)
		body, kind := form(t, "file", name, "multi")
		a := w.do(http.MethodPost, path, strings.NewReader(body), "Content-Type", kind)
		require.Equal(t, http.StatusCreated, a.status, a.body)
		assert.Equal(t, name, a.field("name"))
		assert.Equal(t, "multi", w.read(a.field("id").(string)))
	}
	body, kind := form(t, "blob", "blob", "b")
	assert.Equal(t, http.StatusCreated, w.do(http.MethodPost, folder+"/files", strings.NewReader(body), "Content-Type", kind).status)
	body, kind = form(t, "file", "../x", "b")
	w.do(http.MethodPost, folder+"/files", strings.NewReader(body), "Content-Type", kind).failed(http.StatusBadRequest, "request_parameter_invalid")
	w.do(http.MethodPost, folder+"/files", strings.NewReader("x"), "Content-Type", "text/plain").failed(http.StatusUnsupportedMediaType, "request_parameter_invalid")
	w.do(http.MethodPost, folder+"/files", strings.NewReader("--b--\r\n"), "Content-Type", "multipart/form-data; boundary=b").failed(http.StatusBadRequest, "request_parameter_invalid")
}

func TestUploadPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *server.Config) {
		c.Clients = []login.Client{{ID: clientID, RedirectURLs: []string{"http://www.contoso.com/"}}}
	})
	const evil = `</script><script>alert("x")</script>`
	post := func(redirect string) answer {
		body, kind := form(t, "file", "MyNewFile.txt", "new")
		query := "?state=" + url.QueryEscape("My State&"+evil) + "&redirect_uri=" + url.QueryEscape(redirect) + "&overwrite=false"
		return w.do(http.MethodPost, "me/skydrive/files"+query, strings.NewReader(body), "Content-Type", kind)
	}
	a := post("http://www.contoso.com/callback.htm?q=" + url.QueryEscape(evil) + "&r=1")
	require.Equal(t, http.StatusOK, a.status, a.body)
	assert.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
	assert.Equal(t, 1, strings.Count(a.body, "<script"), a.body)
	result := uploadResult(t, a.body)
	assert.Equal(t, "MyNewFile.txt", result["name"])
	assert.Equal(t, "content.post_html", w.lastRequest().Route)

	result = uploadResult(t, post("http://www.contoso.com/callback.htm").body)
	assert.Equal(t, "resource_already_exists", result["error"].(map[string]any)["code"])
	for _, bad := range []string{"http://evil.example/", "javascript:alert(1)", "//www.contoso.com/", "http:///x"} {
		post(bad).failed(http.StatusBadRequest, "request_parameter_invalid")
	}
}

// uploadResult reads the page as a browser and the application's own page would.
func uploadResult(t *testing.T, page string) map[string]any {
	t.Helper()
	_, script, ok := strings.Cut(page, "window.location = ")
	require.True(t, ok, page)
	script, _, _ = strings.Cut(script, ";\n")
	var target string
	require.NoError(t, json.Unmarshal([]byte(script), &target), script)
	_, fragment, _ := strings.Cut(target, "#")
	values, err := url.ParseQuery(fragment)
	require.NoError(t, err)
	assert.Equal(t, `My State&</script><script>alert("x")</script>`, values.Get("state"))
	var result map[string]any
	require.NoError(t, json.Unmarshal([]byte(values.Get("result")), &result))
	return result
}

func TestContentLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.put("me/skydrive", "naïve \"x\".txt", "0123456789")
	a := w.get(id + "/content")
	require.Equal(t, http.StatusFound, a.status)
	link := a.header.Get("Location")
	assert.True(t, strings.HasPrefix(link, w.url+"/y2m"), link)
	assert.Equal(t, "content.get", w.lastRequest().Route)
	assert.Equal(t, http.StatusFound, w.get(id+"/content?suppress_redirects=false&suppress_response_codes=false").status)
	a = w.get(id + "/content?suppress_redirects=true&pretty=false")
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, `{"location":"`+link+`"}`, a.body)
	assert.Equal(t, "content.url", w.lastRequest().Route)

	anonymous := w.anonymous()
	a = anonymous.do(http.MethodGet, link, nil)
	assert.Equal(t, "0123456789", a.body)
	assert.Equal(t, "10", a.header.Get("Content-Length"))
	assert.Equal(t, "bytes", a.header.Get("Accept-Ranges"))
	assert.Equal(t, "*", a.header.Get("Access-Control-Allow-Origin"))
	for _, none := range []string{"ETag", "Last-Modified", "Content-Disposition", "X-HTTP-Live-Server"} {
		assert.Empty(t, a.header.Get(none), none)
	}
	a = anonymous.do(http.MethodHead, link, nil)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, "10", a.header.Get("Content-Length"))

	for asked, want := range map[string][2]string{
		"bytes=0-3": {"bytes 0-3/10", "0123"}, "bytes=-2": {"bytes 8-9/10", "89"}, "bytes=7-": {"bytes 7-9/10", "789"},
	} {
		a = anonymous.do(http.MethodGet, link, nil, "Range", asked)
		assert.Equal(t, http.StatusPartialContent, a.status)
		assert.Equal(t, want, [2]string{a.header.Get("Content-Range"), a.body})
	}
	a = anonymous.do(http.MethodGet, link, nil, "Range", "bytes=10-")
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, a.status)
	assert.Equal(t, "bytes */10", a.header.Get("Content-Range"))

	a = w.get(id + "/content?download=TRUE")
	a = anonymous.do(http.MethodGet, a.header.Get("Location"), nil)
	assert.Equal(t, `attachment; filename="na_ve _x_.txt"; filename*=UTF-8''na%C3%AFve%20%22x%22.txt`, a.header.Get("Content-Disposition"))

	assert.Equal(t, http.StatusForbidden, anonymous.do(http.MethodGet, strings.Replace(link, "/y2m", "/y2mA", 1), nil).status)
	assert.Equal(t, http.StatusForbidden, anonymous.do(http.MethodGet, w.url+"/y2m/x", nil).status)
	assert.Equal(t, http.StatusMethodNotAllowed, anonymous.do(http.MethodPut, link, nil).status)
	other := newWorld(t)
	assert.Equal(t, http.StatusForbidden, anonymous.do(http.MethodGet, strings.Replace(link, w.url, other.url, 1), nil).status, "a link of another server")
	w.clock.move(time.Hour)
	a = anonymous.do(http.MethodGet, link, nil)
	assert.Equal(t, http.StatusGone, a.status)
	assert.Less(t, len(a.body), 50)
}

func TestNoContentOfFolders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	message := w.get(w.mkdir("me/skydrive", "f")+"/content").failed(http.StatusBadRequest, "request_url_invalid")
	assert.Equal(t, "Resource type 'folder' doesn't support the path 'content'.", message)
	note := w.put("me/skydrive", "n.one", "x")
	if w.get(note).field("type") == "notebook" {
		message = w.get(note+"/content").failed(http.StatusBadRequest, "request_url_invalid")
		assert.Equal(t, "Resource type 'notebook' doesn't support the path 'content'.", message)
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	album := w.json(http.MethodPost, "me/albums", `{"name":"A"}`).field("id").(string)
	w.get(album+"/picture").failed(http.StatusNotFound, "resource_not_found")
	id := w.put(album, "p.png", pngOf(t, 1000, 500))
	for query, want := range map[string]string{"": "800", "?type=normal": "800", "?type=album": "176", "?type=thumbnail": "96", "?type=small": "96", "?type=full": "1000"} {
		a := w.get(id + "/picture" + query)
		require.Equal(t, http.StatusFound, a.status, a.body)
		a = w.do(http.MethodGet, a.header.Get("Location"), nil)
		require.Equal(t, http.StatusOK, a.status)
		assert.Regexp(t, "^image/", a.header.Get("Content-Type"))
		assert.Equal(t, want, strconv.Itoa(widthOf(t, a.body)), query)
	}
	w.get(id+"/picture?type=huge").failed(http.StatusBadRequest, "request_parameter_invalid")
	assert.Equal(t, http.StatusFound, w.get(album+"/picture").status)
	assert.Equal(t, "albums.cover", w.lastRequest().Route)
	w.get(w.put(album, "t.txt", "x")+"/picture").failed(http.StatusBadRequest, "request_url_invalid")
}

// An absolute URI in the request line, as through a proxy: links name that host.
func TestProxyRequestLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET http://apis.live.net/v5.0/me/skydrive?pretty=false HTTP/1.1\r\nHost: ignored\r\nAuthorization: bearer "+w.token+"\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	assert.Equal(t, "200 OK", resp.Status)
	assert.Contains(t, string(body), `"upload_location":"http://apis.live.net/v5.0/folder.8c8ce076ca27823f/files/"`)
}

func TestExternalAndStorageURL(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *server.Config) {
		c.ExternalURL, c.StorageURL = "https://live.example.com/", "https://storage.example.com"
	})
	a := w.get(w.put("me/skydrive", "a.txt", "a"))
	assert.Regexp(t, `^https://live\.example\.com/v5\.0/file\.`, a.field("upload_location"))
	assert.Regexp(t, `^https://storage\.example\.com/y2m`, a.field("source"))
	a = w.get(a.field("id").(string) + "?return_ssl_resources=False")
	assert.Regexp(t, `^http://storage\.example\.com/y2m`, a.field("source"))
	for _, bad := range []string{"live.example.com", "ftp://x", "http://x/path", "http://x?y", "http://%zz"} {
		_, err := server.New(server.Config{Backend: w.store, ExternalURL: bad})
		assert.Error(t, err, bad)
	}
	_, err := server.New(server.Config{})
	assert.Error(t, err)
}
