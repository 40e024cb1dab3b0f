package server_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// The account of testdata/recorded.
const (
	inesID       = "a1b2c3d4e5f60718"
	inesCallback = "WL.Internal.jsonp.WLAPI_REQ_2_1333651200123"
)

// recorded is a file of testdata/recorded.
func recorded(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "recorded", name))
	require.NoError(t, err)
	return string(text)
}

// recordedWorld is an account in which everything is as in testdata/recorded, and the hosts are the service's own.
// Only ids and times are others.
func recordedWorld(t *testing.T) (w *world, names map[string]string) {
	t.Helper()
	w = newWorld(t, func(c *server.Config) {
		c.ExternalURL, c.StorageURL = "https://apis.live.net", "https://public-ch3301.files.1drv.com"
		c.Clients = []login.Client{{ID: clientID, RedirectURLs: []string{"http://www.contoso.com/"}}}
		c.Throttle = &server.Throttle{Writes: server.Rate{Burst: 40, PerSecond: 0.001}}
	})
	_, err := w.store.AddUser(backend.User{ID: inesID, Name: "Ines Halvorsen", FirstName: "Ines", LastName: "Halvorsen", Locale: "en_US"})
	require.NoError(t, err)
	friends := []backend.User{
		{ID: "3f0e9d8c7b6a5948", Name: "Tomás Arregui"},
		{ID: "51c2b3a4958677e0", Name: "Priya Nandakumar"},
		{ID: "0d1e2f3a4b5c6d7e", Name: "Jørgen Lie"},
		{ID: "77aa66bb55cc44dd", Name: "Mei-Lin Okafor"},
		{ID: "9b8a7c6d5e4f3021", Name: "佐藤 遥"},
		{ID: "1111111111111111", Name: "龍"}, // the last is on the next page
	}
	for _, friend := range friends {
		_, err := w.store.AddUser(friend)
		require.NoError(t, err)
		require.NoError(t, w.store.Befriend(inesID, friend.ID))
	}
	w.token = w.tokenFor(inesID, allScopes)

	documents := w.get("me/skydrive/my_documents").field("id").(string)
	names = map[string]string{"FOLDER": w.mkdir(documents, "Field notes"), "FILE": w.put(documents, "budget.txt", strings.Repeat("x", 42))}
	for i, name := range []string{"a.txt", "b.txt", "c.txt"} {
		w.put(names["FOLDER"], name, strings.Repeat("x", []int{40000, 8000, 213}[i]))
	}
	w.put("me/skydrive", "Book.one", "")
	names["NOTEBOOK"] = w.itemNamed("me/skydrive/files", "Book.one")
	w.share(names["FILE"])

	names["ALBUM"] = w.json(http.MethodPost, "me/albums", `{"name":"Lofoten in autumn"}`).field("id").(string)
	camera := &imagetest.Exif{
		Make: "Halden Optical", Model: "Meridian 35", Taken: "2014:09:20 16:05:41", FNumber: imagetest.Rational{Num: 22, Den: 1},
		Focal: imagetest.Rational{Num: 120, Den: 1}, Exposure: imagetest.Rational{Num: 1, Den: 180},
	}
	photo := w.putPhoto(names["ALBUM"], "skerries.jpg", imagetest.JPEG(2400, 1600, camera), 903117)
	w.json(http.MethodPut, photo, `{"description":"Low tide, looking west"}`)
	w.putPhoto(names["ALBUM"], "scan-021.jpg", imagetest.JPEG(2000, 2263, nil), 541902)
	return w, names
}

// putPhoto uploads a photo as it is, made longer by what decoders do not read.
func (w *world) putPhoto(album, name string, photo []byte, size int) string {
	w.t.Helper()
	require.LessOrEqual(w.t, len(photo), size)
	body := string(photo) + strings.Repeat("\x00", size-len(photo))
	a := w.do(http.MethodPut, album+"/files/"+name+"?downsize_photo_uploads=false", strings.NewReader(body))
	require.Equal(w.t, http.StatusCreated, a.status, a.body)
	return a.field("id").(string)
}

func (w *world) itemNamed(list, name string) string {
	w.t.Helper()
	for _, item := range w.get(list).data() {
		if item["name"] == name {
			return item["id"].(string)
		}
	}
	w.t.Fatalf("no %s in %s", name, list)
	return ""
}

// share shares one of Ines's files with Nuno, by the word of the recording.
func (w *world) share(id string) {
	w.t.Helper()
	_, local, _ := strings.Cut(strings.TrimPrefix(id, "file."), ".")
	require.NoError(w.t, w.store.ShareItem(backend.Ref{Owner: inesID, ID: local}, nunoID, "Shared"))
}

// masks are what may differ: ids, times, and the secret part of storage links.
var masks = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[0-9A-F]{16}!\d+`), "{ID}"},
	{regexp.MustCompile(`(parId=)(root|\{ID\})`), "${1}{ID}"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000`), "{TIME}"},
	{regexp.MustCompile(`/y2m[A-Za-z0-9_-]+/`), "/{LINK}/"},
	{regexp.MustCompile(`http://storage\.live\.com/s1p[A-Za-z0-9_-]+/memo\.txt:Binary,Default/memo\.txt`), "{SOURCE}"},
	{regexp.MustCompile(`https?://public-ch3301\.files\.1drv\.com/\{LINK\}/memo\.txt\?psid=1`), "{SOURCE}"},
	{regexp.MustCompile(`API\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "API.{ID}"},
	{regexp.MustCompile(`Date: [^\r]+`), "Date: {TIME}"},
}

func masked(text string) string {
	for _, mask := range masks {
		text = mask.pattern.ReplaceAllString(text, mask.instead)
	}
	return text
}

// sortedFriends puts the recorded friends, whose names were replaced, into the emulator's order.
func sortedFriends(text string) string {
	const first, last, between = "{\r         \"id\"", "\r      }\r   ]", "\r      }, {\r"
	from, to := strings.Index(text, first)+2, strings.Index(text, last)
	friends := strings.Split(text[from:to], between)
	slices.SortFunc(friends, func(a, b string) int {
		_, a, _ = strings.Cut(a, `"name"`)
		_, b, _ = strings.Cut(b, `"name"`)
		return strings.Compare(a, b)
	})
	return text[:from] + strings.Join(friends, between) + text[to:]
}

// A raw answer of each kind beside the recorded one: no difference but ids and times.
// go test -v -run TestRawForms prints them as od -c does.
func TestRawForms(t *testing.T) {
	t.Parallel()
	w, names := recordedWorld(t)
	expired := w.as(inesID, allScopes)
	w.srv.ExpireToken(expired.token)
	const json = "Content-Type: application/json\nContent-Length: {length}\n\n"
	get := func(path string) string { return "GET /v5.0/" + path + " HTTP/1.1\n" + bearer + "\n" }
	for _, test := range []struct {
		kind, file string
		token      string // none: that of Ines
		request    string
		status     int
	}{
		{"item, a folder", "folder.json", "", get(names["FOLDER"]), 200},
		{"item, a file", "file.json", "", get(names["FILE"]), 200},
		{"item, a user", "user_me.json", w.as(inesID, "wl.basic").token, get("me"), 200},
		{"list, photos", "photo_list.json", "", get(names["ALBUM"] + "/files"), 200},
		{"list, a page", "friend_list.json", "", get("me/friends?limit=5"), 200},
		{"upload", "upload.json", "", "PUT /v5.0/" + names["FOLDER"] + "/files/caf%C3%A9%20plan.txt HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nx", 201},
		{"error, no good token", "error_token_invalid.json", "nonsense", get("me"), 401},
		{"error, expired token", "error_token_expired.json", expired.token, get("me"), 401},
		{"error, method", "error_method.json", "", "POST /v5.0/me HTTP/1.1\n" + bearer + json + "{}", 405},
		{"error, path", "error_url_path.json", "", get("ME/SkyDrives"), 400},
		{"error, no such path of it", "error_url_resource.json", "", get(names["NOTEBOOK"] + "/content"), 400},
		{"error, parameter", "error_parameter_invalid.json", "", "MOVE /v5.0/" + names["FILE"] + " HTTP/1.1\n" + bearer + json + `{"destination":"nowhere"}`, 400},
		{"error, parameter missing", "error_parameter_missing_name.json", "", "POST /v5.0/me/skydrive HTTP/1.1\n" + bearer + json + "{}", 400},
		{"error, file name", "error_file_name.json", "", "PUT /v5.0/me/skydrive/files/what%3F.txt HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nx", 400},
		{"error, not found", "error_not_found.json", "", get("file." + inesID + "." + strings.ToUpper(inesID) + "!9999"), 404},
		{"error, exists", "error_already_exists.json", "", "POST /v5.0/me/skydrive/my_documents HTTP/1.1\n" + bearer + json + `{"name":"Field notes"}`, 409},
	} {
		t.Run(test.kind, func(t *testing.T) {
			here := w.withToken(w.token)
			if test.token != "" {
				here = w.withToken(test.token)
			}
			a := here.send(test.request)
			require.Equal(t, test.status, a.status, a.body)
			want := recorded(t, test.file)
			if test.file == "friend_list.json" {
				want = sortedFriends(want)
			}
			sameBytes(t, test.file, want, a.body)
		})
	}
	t.Run("error, throttled", func(t *testing.T) {
		want := recorded(t, "error_throttled.json")
		seconds := regexp.MustCompile(`Wait \d+ seconds`)
		for range 50 {
			a := w.json(http.MethodPost, "me/skydrive", "{}")
			if a.status != http.StatusBadRequest {
				require.Equal(t, 420, a.status, a.body)
				sameBytes(t, "error_throttled.json", seconds.ReplaceAllString(want, "Wait {TIME} seconds"), seconds.ReplaceAllString(a.body, "Wait {TIME} seconds"))
				return
			}
		}
		t.Fatal("never throttled")
	})
}

// The upload by JSONP of 2012, of which the whole answer was recorded: head and body. Two years later the service added
// the name, and moved its files to another host.
func TestRawFormOfJSONP(t *testing.T) {
	t.Parallel()
	w, names := recordedWorld(t)
	want := strings.ReplaceAll("HTTP/1.1 200 OK\n"+
		"Cache-Control: private, no-cache, no-store, must-revalidate\n"+
		"Content-Type: text/javascript; charset=UTF-8\n"+
		"Date: Thu, 05 Apr 2012 18:40:00 GMT\n"+
		"Location: https://apis.live.net/v5.0/file."+inesID+"."+strings.ToUpper(inesID)+"!132/\n"+
		"Server: Live-API/16.2.1383.402 Microsoft-HTTPAPI/2.0\n"+
		"Transfer-Encoding: chunked\n"+
		"X-Content-Type-Options: nosniff\n"+
		"X-HTTP-Live-Request-Id: API.96544311-acec-4e25-a802-6ca28dd56af1\n"+
		"X-HTTP-Live-Server: BAYMSG10.0936\n\n", "\n", "\r\n") +
		strings.Replace(recorded(t, "jsonp.js"), `"source"`, `"name":"memo.txt","source"`, 1)
	a := w.send("GET /v5.0/" + names["FOLDER"] + "/files/memo.txt?0=x&method=PUT&pretty=false&callback=" + inesCallback + "&access_token={query} HTTP/1.1\nHost: {host}\n\n")
	head, _, _ := strings.Cut(a.raw, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	assert.NotContains(t, head, "ETag")
	assert.NotContains(t, head, "Last-Modified")
	sameBytes(t, "head of 2012 and jsonp.js", want, sortedHead(lines)+a.body)
}

// The redirect to content: the status line that a client compares, and an absolute link. Its other headers are those of
// every answer.
func TestRawFormOfARedirect(t *testing.T) {
	t.Parallel()
	w, names := recordedWorld(t)
	want := strings.ReplaceAll("HTTP/1.1 302 Found\n"+
		"Cache-Control: private, no-cache, no-store, must-revalidate\n"+
		"Content-Length: 0\n"+
		"Date: Thu, 05 Apr 2012 18:40:00 GMT\n"+
		"Location: https://public-ch3301.files.1drv.com/y2m0nxHLsA_EJ6lfgkIakvYDOXrRLsYHxUOKFx1rcRtNr05rgLClT3mL66QKqRG/budget.txt?psid=1\n"+
		"Server: Live-API/16.2.1383.402 Microsoft-HTTPAPI/2.0\n"+
		"X-Content-Type-Options: nosniff\n"+
		"X-HTTP-Live-Request-Id: API.96544311-acec-4e25-a802-6ca28dd56af1\n"+
		"X-HTTP-Live-Server: BAYMSG10.0936\n\n", "\n", "\r\n")
	a := w.send("GET /v5.0/" + names["FILE"] + "/content HTTP/1.1\n" + bearer + "\n")
	head, _, _ := strings.Cut(a.raw, "\r\n\r\n")
	sameBytes(t, "302 as documented, with the head of 2012", want, sortedHead(strings.Split(head, "\r\n"))+a.body)
}
