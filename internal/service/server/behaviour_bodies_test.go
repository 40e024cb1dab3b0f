package server_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// "Folder create, rename, comment, move bodies as JSON or application/x-www-form-urlencoded (python-onedrive
// mkdir/rename/comment, all of ronyv89), with Content-Type: ” too (ronyv89 PUT). JSON with ;charset=UTF-8 or
// ;charset=utf-8, pretty-printed (libcmis)."
func TestClientsSendBodiesAsJSONOrForm(t *testing.T) {
	t.Parallel()
	for name, body := range bodyForms(`{"name":"new","description":"a d"}`, "name=new&description=a+d") {
		t.Run("create, "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.send("POST /v5.0/me/skydrive HTTP/1.1\n" + bearer + body)
			require.Equal(t, http.StatusCreated, a.status, a.body)
			assert.Equal(t, []any{"new", "a d"}, []any{a.field("name"), a.field("description")})
		})
		t.Run("rename, "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.send("PUT /v5.0/" + w.mkdir("me/skydrive", "old") + " HTTP/1.1\n" + bearer + body)
			require.Equal(t, http.StatusOK, a.status, a.body)
			assert.Equal(t, []any{"new", "a d"}, []any{a.field("name"), a.field("description")})
		})
	}
	for name, body := range bodyForms(`{"message":"well done, you"}`, "message=well+done%2C+you") {
		t.Run("comment, "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.send("POST /v5.0/" + w.put("me/skydrive", "p.jpg", jpegOf(t, 8, 8)) + "/comments HTTP/1.1\n" + bearer + body)
			require.Equal(t, http.StatusCreated, a.status, a.body)
			assert.Equal(t, "well done, you", a.field("message"))
		})
	}
	for name, body := range bodyForms(`{"destination":"me/skydrive/my_documents"}`, "destination=me%2Fskydrive%2Fmy_documents") {
		t.Run("move, "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.send("MOVE /v5.0/" + w.mkdir("me/skydrive", "f") + " HTTP/1.1\n" + bearer + body)
			require.Equal(t, http.StatusCreated, a.status, a.body)
			assert.Equal(t, w.get("me/skydrive/my_documents").field("id"), a.field("parent_id"))
		})
	}
	// The web library flattens what JSON nests.
	for name, body := range bodyForms(`{"first_name":"Ann","emails":{"personal":"a@example.com"}}`, "first_name=Ann&emails.personal=a%40example.com") {
		t.Run("contact with dotted keys, "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.send("POST /v5.0/me/contacts HTTP/1.1\n" + bearer + body)
			require.Equal(t, http.StatusCreated, a.status, a.body)
			assert.Contains(t, w.get(a.field("id").(string)).body, `"personal": "a@example.com"`)
		})
	}
}

// "Upload PUT: Transfer-Encoding: chunked without length (python-onedrive, eusonlito), Expect: 100-continue (curl, PHP,
// Mono, libcmis), Content-Type empty, missing, or a wrong application/json (eusonlito): never parse the body by its type
// on /files/NAME and /content."
func TestClientsSendUploadsByPut(t *testing.T) {
	t.Parallel()
	const body = `{"name":"this is the file"}` + "\r\n\x00\xff"
	for name, rest := range map[string]string{
		"chunked":               "Transfer-Encoding: chunked\n\n" + chunk(body[:7]) + chunk(body[7:]) + "0\r\n\r\n",
		"chunked with a type":   "Content-Type: application/json\nTransfer-Encoding: chunked\n\n" + chunk(body) + "0\r\n\r\n",
		"Content-Type empty":    "Content-Type: \nContent-Length: {length}\n\n" + body,
		"Content-Type missing":  "Content-Length: {length}\n\n" + body,
		"Content-Type JSON":     "Content-Type: application/json\nContent-Length: {length}\n\n" + body,
		"Content-Type form":     "Content-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n" + body,
		"Content-Type of parts": "Content-Type: multipart/form-data\nContent-Length: {length}\n\n" + body,
		"Content-Type nonsense": "Content-Type: ;;/\nContent-Length: {length}\n\n" + body,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.send("PUT /v5.0/me/skydrive/files/a.json HTTP/1.1\n" + bearer + rest)
			require.Equal(t, http.StatusCreated, a.status, a.body)
			id := a.field("id").(string)
			assert.Equal(t, body, w.read(id))
			b := w.put("me/skydrive", "b.json", "before")
			a = w.send("PUT /v5.0/" + b + "/content HTTP/1.1\n" + bearer + rest)
			require.Equal(t, http.StatusOK, a.status, a.body)
			assert.Equal(t, body, w.read(b))
			assert.Equal(t, "b.json", w.get(b).field("name"), "and no rename")
		})
	}
	t.Run("Expect: 100-continue", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, "PUT /v5.0/me/skydrive/files/a.bin HTTP/1.1\r\nHost: h\r\nAuthorization: bearer "+w.token+
			"\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
		require.NoError(t, err)
		const goOn = "HTTP/1.1 100 Continue\r\n\r\n"
		interim := make([]byte, len(goOn))
		_, err = io.ReadFull(conn, interim)
		require.NoError(t, err)
		require.Equal(t, goOn, string(interim), "before a byte of the body was sent")
		_, err = io.WriteString(conn, "body")
		require.NoError(t, err)
		a := w.receive(http.MethodPut, conn)
		require.Equal(t, http.StatusCreated, a.status, a.body)
		assert.Equal(t, "body", w.read(a.field("id").(string)))
	})
}

// "Upload POST multipart to FOLDER_ID/files, ALBUM_ID/files/, part name file, filename possibly blob."
func TestClientsSendUploadsByPost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ path, head string }{
		"FOLDER_ID/files": {"FOLDER/files", `form-data; name="file"; filename="a b.txt"`},
		"ALBUM_ID/files/": {"ALBUM/files/", `form-data; name="file"; filename="a b.txt"`},
		"blob":            {"FOLDER/files", `form-data; name="file"; filename="blob"`},
		"unquoted":        {"FOLDER/files", `form-data; name=file; filename=blob`},
		"other part name": {"ALBUM/files/", `form-data; name="upload"; filename="a b.txt"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			album := w.json(http.MethodPost, "me/albums", `{"name":"A"}`).field("id").(string)
			path := strings.NewReplacer("FOLDER", w.mkdir("me/skydrive", "f"), "ALBUM", album).Replace(test.path)
			a := w.send("POST /v5.0/" + path + " HTTP/1.1\n" + bearer + "Content-Type: multipart/form-data; boundary=--A300x\nContent-Length: {length}\n\n" +
				"----A300x\r\nContent-Disposition: " + test.head + "\r\nContent-Type: application/octet-stream\r\n\r\nthe\r\nbytes\r\n----A300x--\r\n")
			require.Equal(t, http.StatusCreated, a.status, a.body)
			want := "a b.txt"
			if strings.Contains(test.head, "blob") {
				want = "blob"
			}
			assert.Equal(t, want, a.field("name"))
			assert.Equal(t, "the\r\nbytes", w.read(a.field("id").(string)))
		})
	}
}

// hello.js sends everything that it was given beside the file as fields of the form, before it or after it.
func TestClientsSendFieldsBesideAFile(t *testing.T) {
	t.Parallel()
	const (
		field = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na field\r\n"
		file  = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"blob\"\r\nContent-Type: image/png\r\n\r\nbytes\r\n"
	)
	for name, body := range map[string]string{"before": field + file, "after": file + field, "both": field + file + field} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			head := "POST /v5.0/me/skydrive/files HTTP/1.1\n" + bearer + "Content-Type: multipart/form-data; boundary=b\nContent-Length: {length}\n\n"
			a := w.send(head + body + "--b--\r\n")
			require.Equal(t, http.StatusCreated, a.status, a.body)
			assert.Equal(t, "blob", a.field("name"))
			assert.Equal(t, "bytes", w.read(a.field("id").(string)))
			w.send(head+body+file+"--b--\r\n").failed(http.StatusBadRequest, "request_parameter_invalid")
			w.send(head+field+"--b--\r\n").failed(http.StatusBadRequest, "request_parameter_invalid")
		})
	}
}

// "BITS on https://cid-{uid}.users.storage.live.com/items/{ID}/{name} and /users/0x{uid}/LiveFolders/{path}: POST with
// X-Http-Method-Override: BITS_POST, Create-Session, Fragment (chunked, Content-Range), Close-Session."
func TestClientsSendUploadSessions(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"by item": "/items/FOLDER/big%20file.bin", "by path": "/users/0x" + robertoID + "/LiveFolders/f/big%20file.bin",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			folder := w.mkdir("me/skydrive", "f")
			head := "POST " + strings.ReplaceAll(path, "FOLDER", strings.TrimPrefix(folder, "folder."+robertoID+".")) + " HTTP/1.1\n" +
				"Host: cid-" + robertoID + ".users.storage.live.com\nX-Http-Method-Override: BITS_POST\n"
			a := w.send(head + "Authorization: Bearer {token}\nBITS-Packet-Type: Create-Session\nBITS-Supported-Protocols: " + bitsGUID + "\nContent-Length: 0\n\n")
			require.Equal(t, http.StatusCreated, a.status, a.body)
			session := "BITS-Session-Id: " + a.header.Get("BITS-Session-Id") + "\nAuthorization: Bearer {token}\n"
			a = w.send(head + session + "BITS-Packet-Type: Fragment\nContent-Range: bytes 0-4/9\nContent-Length: {length}\n\n01234")
			require.Equal(t, http.StatusOK, a.status, a.body)
			assert.Equal(t, "5", a.next())
			a = w.send(head + session + "BITS-Packet-Type: Fragment\nContent-Range: bytes 5-8/9\nTransfer-Encoding: chunked\n\n" + chunk("56") + chunk("78") + "0\r\n\r\n")
			require.Equal(t, http.StatusOK, a.status, a.body)
			a = w.send(head + session + "BITS-Packet-Type: Close-Session\nContent-Length: 0\n\n")
			require.Equal(t, http.StatusCreated, a.status, a.body)
			id := "file." + robertoID + "." + a.header.Get("X-Resource-Id")
			assert.Equal(t, "big file.bin", w.get(id).field("name"))
			assert.Equal(t, "012345678", w.read(id))
		})
	}
}
