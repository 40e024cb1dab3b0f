package graph_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/graph"
	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// world is an account of Graph with something of everything in it, and another account that shares with it.
type world struct {
	*testing.T
	server *graphtest.Server
	http   *http.Client
	graph  int // calls of Graph that the last call made

	album, folder, photo, video, audio, file, shared string
}

const api = "https://apis.live.net/v5.0/"

func newWorld(t *testing.T, opts ...graph.Option) *world {
	t.Helper()
	w := &world{T: t, server: graphtest.NewServer(t)}
	me := w.server.Account()
	opts = append([]graph.Option{graph.WithTransport(graph.HandlerTransport{Handler: w.server})}, opts...)
	w.http = graph.HTTPClient(oauth2.StaticTokenSource(me.Token()), opts...)
	w.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	add := func(kind string, cid string) func(id string, err error) string {
		return func(id string, err error) string {
			t.Helper()
			require.NoError(t, err)
			return kind + "." + cid + "." + id
		}
	}
	w.album = add("folder", me.ID)(me.AddFolder("Pictures/Album"))
	w.folder = add("folder", me.ID)(me.AddFolder("Folder"))
	w.photo = add("file", me.ID)(me.AddFile("Folder/photo.png", imagetest.PNG(60, 40)))
	w.video = add("file", me.ID)(me.AddFile("Folder/video.mp4", []byte("not much of a film")))
	w.audio = add("file", me.ID)(me.AddFile("Folder/audio.mp3", []byte("not much of a song")))
	w.file = add("file", me.ID)(me.AddFile("Folder/file.txt", []byte("hello world")))
	_, err := me.AddFile("Pictures/Album/cover.png", imagetest.PNG(60, 40))
	require.NoError(t, err)
	require.NoError(t, me.SetPhoto(imagetest.PNG(48, 48)))
	other, err := w.server.AddAccount("Nuno", "Bento")
	require.NoError(t, err)
	theirs, err := other.AddFile("Theirs/photo.png", imagetest.PNG(60, 40))
	require.NoError(t, err)
	require.NoError(t, other.Share(theirs, me))
	w.shared = "file." + other.ID + "." + theirs
	return w
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

// send makes a call of v5.0. A body that is neither text nor bytes is sent as JSON.
func (w *world) send(method, target string, body any, header ...string) reply {
	w.Helper()
	var content io.Reader
	kind := "application/octet-stream"
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	case url.Values:
		content, kind = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		text, err := json.Marshal(body)
		require.NoError(w, err)
		content, kind = bytes.NewReader(text), "application/json"
	}
	if !strings.Contains(target, "://") {
		target = api + target
	}
	req, err := http.NewRequestWithContext(w.Context(), method, target, content)
	require.NoError(w, err)
	if content != nil {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	before := len(w.server.Requests())
	resp, err := w.http.Do(req)
	require.NoError(w, err, "%s %s", method, target)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(w, err)
	w.graph = len(w.server.Requests()) - before
	return reply{resp.StatusCode, resp.Header, answer}
}

// object is the JSON of an answer that succeeded.
func (w *world) object(r reply) map[string]any {
	w.Helper()
	require.Less(w, r.status, 300, "%s", r.body)
	var o map[string]any
	require.NoError(w, json.Unmarshal(r.body, &o), "%s", r.body)
	return o
}

func (w *world) id(r reply) string {
	w.Helper()
	id, _ := w.object(r)["id"].(string)
	require.NotEmpty(w, id)
	return id
}

type fields = map[string]any

// form is a multipart body with a file in it.
func (w *world) form(target string) reply {
	return w.send("POST", target, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"form.txt\"\r\n\r\nhello\r\n--b--\r\n",
		"Content-Type", "multipart/form-data; boundary=b")
}

func (w *world) contact() string {
	return w.id(w.send("POST", "me/contacts", fields{"first_name": "Ida", "emails": fields{"preferred": "ida@example.com"}}))
}

func (w *world) calendar() string {
	return w.id(w.send("POST", "me/calendars", fields{"name": "Club"}))
}

func (w *world) event() string {
	return w.id(w.send("POST", "me/events", fields{"name": "Lunch", "description": "At noon", "start_time": "2026-06-01T12:00:00Z"}))
}

// bits sends a packet of an upload session.
func (w *world) bits(packet, session string, body any, header ...string) reply {
	_, item, _ := strings.Cut(strings.TrimPrefix(w.folder, "folder."), ".")
	target := "https://cid-" + w.server.Account().ID + ".users.storage.live.com/items/" + item + "/session.bin"
	return w.send("POST", target, body, append([]string{
		"X-Http-Method-Override", "BITS_POST", "BITS-Packet-Type", packet, "BITS-Session-Id", session,
		"BITS-Supported-Protocols", "{7df0354d-249b-430f-820d-3d2a9bef4931}",
	}, header...)...)
}

func (w *world) session() string {
	r := w.bits("Create-Session", "", nil)
	require.Equal(w, 201, r.status, "%s", r.body)
	return r.header.Get("BITS-Session-Id")
}

func (w *world) fragment(session string) reply {
	return w.bits("Fragment", session, "hello", "Content-Range", "bytes 0-4/5")
}

// item are the calls that all kinds of items have.
func itemCalls(name string, of func(*world) string) map[string]func(*world) reply {
	return map[string]func(*world) reply{
		name + ".get":    func(w *world) reply { return w.send("GET", of(w), nil) },
		name + ".update": func(w *world) reply { return w.send("PUT", of(w), fields{"name": "new.txt", "description": "changed"}) },
		name + ".delete": func(w *world) reply { return w.send("DELETE", of(w), nil) },
		name + ".move":   func(w *world) reply { return w.send("MOVE", of(w), fields{"destination": w.album}) },
		name + ".copy":   func(w *world) reply { return w.send("COPY", of(w), fields{"destination": w.album}) },
	}
}

const anID = "0123456789abcdef"

func calls() map[string]func(*world) reply {
	comment := "comment." + anID + "." + anID + "!105.123456789ABCDEF!7"
	tag := "tag." + anID + "." + anID + "!105.abcdefghijklmnopqrstuvwxyzA"
	all := map[string]func(*world) reply{
		"user.get":         func(w *world) reply { return w.send("GET", "me", nil) },
		"user.picture":     func(w *world) reply { return w.send("GET", "me/picture?type=small", nil) },
		"permissions.get":  func(w *world) reply { return w.send("GET", "me/permissions", nil) },
		"friends.list":     func(w *world) reply { return w.send("GET", "me/friends", nil) },
		"contacts.list":    func(w *world) reply { w.contact(); return w.send("GET", "me/contacts", nil) },
		"contacts.get":     func(w *world) reply { return w.send("GET", w.contact(), nil) },
		"contacts.create":  func(w *world) reply { return w.send("POST", "me/contacts", fields{"first_name": "Ida"}) },
		"contacts.update":  func(w *world) reply { return w.send("PUT", w.contact(), fields{"last_name": "Noddack"}) },
		"contacts.delete":  func(w *world) reply { return w.send("DELETE", w.contact(), nil) },
		"calendars.list":   func(w *world) reply { return w.send("GET", "me/calendars", nil) },
		"calendars.get":    func(w *world) reply { return w.send("GET", w.calendar(), nil) },
		"calendars.create": func(w *world) reply { return w.send("POST", "me/calendars", fields{"name": "Club"}) },
		"calendars.subscribe": func(w *world) reply {
			return w.send("POST", "me/calendars", fields{"name": "Feed", "subscription_location": "webcal://example.com/a.ics"})
		},
		"calendars.update": func(w *world) reply { return w.send("PUT", w.calendar(), fields{"name": "New"}) },
		"calendars.delete": func(w *world) reply { return w.send("DELETE", w.calendar(), nil) },
		"events.list_owner": func(w *world) reply {
			w.event()
			return w.send("GET", "me/events?start_time=2026-06-01T00:00:00Z&end_time=2026-06-02T00:00:00Z", nil)
		},
		"events.list_calendar": func(w *world) reply {
			calendar := w.calendar()
			w.send("POST", calendar+"/events", fields{"name": "Lunch", "description": "At noon", "start_time": "2026-06-01T12:00:00Z"})
			return w.send("GET", calendar+"/events?start_time=2026-06-01T00:00:00Z&end_time=2026-06-02T00:00:00Z", nil)
		},
		"events.get": func(w *world) reply { return w.send("GET", w.event(), nil) },
		"events.create_default": func(w *world) reply {
			return w.send("POST", "me/events", fields{"name": "Lunch", "description": "At noon", "start_time": "2026-06-01T12:00:00Z"})
		},
		"events.create_calendar": func(w *world) reply {
			return w.send("POST", w.calendar()+"/events", fields{"name": "Fair", "description": "All day", "start_time": "2026-06-01T09:00:00Z", "is_all_day_event": true})
		},
		"events.update": func(w *world) reply {
			return w.send("PUT", w.event(), fields{"name": "Dinner", "start_time": "2026-06-01T19:00:00Z"})
		},
		"events.delete":     func(w *world) reply { return w.send("DELETE", w.event(), nil) },
		"activities.share":  func(w *world) reply { return w.send("POST", "me/share", fields{"message": "hello"}) },
		"applications.list": func(w *world) reply { return w.send("GET", "me/applications", nil) },
		"applications.get":  func(w *world) reply { return w.send("GET", "application."+anID, nil) },
		"applications.create": func(w *world) reply {
			return w.send("POST", "me/applications", fields{"name": "App", "uri": "https://example.com"})
		},
		"applications.update": func(w *world) reply { return w.send("PUT", "application."+anID, fields{"name": "App"}) },
		"applications.delete": func(w *world) reply { return w.send("DELETE", "application."+anID, nil) },
		"applications.logo":   func(w *world) reply { return w.send("GET", "application."+anID+"/picture", nil) },
		"applications.logo_put": func(w *world) reply {
			return w.send("PUT", "application."+anID+"/picture", string(imagetest.PNG(48, 48)))
		},
		"applications.logo_post": func(w *world) reply { return w.form("application." + anID + "/picture") },
		"folders.root":           func(w *world) reply { return w.send("GET", "me/skydrive", nil) },
		"folders.special":        func(w *world) reply { return w.send("GET", "me/skydrive/my_documents", nil) },
		"folders.create": func(w *world) reply {
			return w.send("POST", "me/skydrive", fields{"name": "New", "description": "Mine"})
		},
		"folders.list": func(w *world) reply { return w.send("GET", "me/skydrive/folders", nil) },
		"items.list": func(w *world) reply {
			return w.send("GET", w.folder+"/files?filter=photos&limit=2&offset=0&sort_by=name&sort_order=descending", nil)
		},
		"items.get":       func(w *world) reply { return w.send("GET", w.photo, nil) },
		"items.shared":    func(w *world) reply { return w.send("GET", "me/skydrive/shared", nil) },
		"items.recent":    func(w *world) reply { return w.send("GET", "me/skydrive/recent_docs", nil) },
		"items.search":    func(w *world) reply { return w.send("GET", "me/skydrive/search?q=photo", nil) },
		"items.quota":     func(w *world) reply { return w.send("GET", "me/skydrive/quota", nil) },
		"items.read_link": func(w *world) reply { return w.send("GET", w.photo+"/shared_read_link", nil) },
		"items.edit_link": func(w *world) reply { return w.send("GET", w.photo+"/shared_edit_link", nil) },
		"items.embed":     func(w *world) reply { return w.send("GET", w.photo+"/embed", nil) },
		"items.preview": func(w *world) reply {
			link, _ := w.object(w.send("GET", w.photo+"/shared_read_link", nil))["link"].(string)
			return w.send("GET", "skydrive/get_item_preview?type=normal&url="+url.QueryEscape(link), nil)
		},
		"albums.list":    func(w *world) reply { return w.send("GET", "me/albums", nil) },
		"albums.create":  func(w *world) reply { return w.send("POST", "me/albums", fields{"name": "New"}) },
		"albums.cover":   func(w *world) reply { return w.send("GET", w.album+"/picture", nil) },
		"photos.list":    func(w *world) reply { return w.send("GET", w.folder+"/photos", nil) },
		"photos.picture": func(w *world) reply { return w.send("GET", w.photo+"/picture?type=thumbnail", nil) },
		"videos.list":    func(w *world) reply { return w.send("GET", w.folder+"/videos", nil) },
		"audio.list":     func(w *world) reply { return w.send("GET", w.folder+"/audio", nil) },
		"content.get":    func(w *world) reply { return w.send("GET", w.file+"/content?download=true", nil) },
		"content.range": func(w *world) reply {
			return w.send("GET", w.send("GET", w.file+"/content", nil).header.Get("Location"), nil, "Range", "bytes=1-3")
		},
		"content.url":           func(w *world) reply { return w.send("GET", w.file+"/content?suppress_redirects=true", nil) },
		"content.put_name":      func(w *world) reply { return w.send("PUT", w.folder+"/files/new.txt?overwrite=false", "hello") },
		"content.put_location":  func(w *world) reply { return w.send("PUT", w.upload(w.folder)+"located.txt", "hello") },
		"content.replace":       func(w *world) reply { return w.send("PUT", w.file+"/content", "other bytes") },
		"content.post":          func(w *world) reply { return w.form(w.folder + "/files") },
		"content.post_parent":   func(w *world) reply { return w.form(w.folder) },
		"content.post_location": func(w *world) reply { return w.form(w.upload(w.folder)) },
		"content.post_html": func(w *world) reply {
			return w.form(w.folder + "/files?state=abc&redirect_uri=" + url.QueryEscape("https://example.com/back"))
		},
		"bits.create":     func(w *world) reply { return w.bits("Create-Session", "", nil) },
		"bits.fragment":   func(w *world) reply { return w.fragment(w.session()) },
		"bits.close":      func(w *world) reply { s := w.session(); w.fragment(s); return w.bits("Close-Session", s, nil) },
		"bits.cancel":     func(w *world) reply { return w.bits("Cancel-Session", w.session(), nil) },
		"comments.list":   func(w *world) reply { return w.send("GET", w.photo+"/comments", nil) },
		"comments.get":    func(w *world) reply { return w.send("GET", comment, nil) },
		"comments.create": func(w *world) reply { return w.send("POST", w.photo+"/comments", fields{"message": "hello"}) },
		"comments.delete": func(w *world) reply { return w.send("DELETE", comment, nil) },
		"tags.list":       func(w *world) reply { return w.send("GET", w.photo+"/tags", nil) },
		"tags.get":        func(w *world) reply { return w.send("GET", tag, nil) },
		"tags.create": func(w *world) reply {
			return w.send("POST", w.photo+"/tags", fields{"user": fields{"name": "Ida"}, "x": 1, "y": 2})
		},
		"tags.update": func(w *world) reply { return w.send("PUT", tag, fields{"x": 3, "y": 4}) },
		"tags.delete": func(w *world) reply { return w.send("DELETE", tag, nil) },
		"oauth.authorize": func(w *world) reply {
			return w.send("GET", "https://login.live.com/oauth20_authorize.srf?client_id=a&response_type=code&scope=wl.basic&redirect_uri=https%3A%2F%2Fexample.com", nil)
		},
		"oauth.token_code": func(w *world) reply {
			return w.send("POST", "https://login.live.com/oauth20_token.srf", url.Values{"grant_type": {"authorization_code"}, "code": {"x"}, "client_id": {"a"}})
		},
		"oauth.token_refresh": func(w *world) reply {
			return w.send("POST", "https://login.live.com/oauth20_token.srf", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}, "client_id": {"a"}})
		},
		"oauth.logout": func(w *world) reply {
			return w.send("GET", "https://login.live.com/oauth20_logout.srf?client_id=a&redirect_uri=https%3A%2F%2Fexample.com", nil)
		},
	}
	for name, of := range map[string]func(*world) string{
		"folders": func(w *world) string { return w.folder }, "albums": func(w *world) string { return w.album },
		"photos": func(w *world) string { return w.photo }, "videos": func(w *world) string { return w.video },
		"audio": func(w *world) string { return w.audio }, "files": func(w *world) string { return w.file },
	} {
		for id, call := range itemCalls(name, of) {
			all[id] = call
		}
	}
	delete(all, "albums.move")
	delete(all, "albums.copy")
	return all
}

func (w *world) upload(item string) string {
	location, _ := w.object(w.send("GET", item, nil))["upload_location"].(string)
	require.NotEmpty(w, location)
	return location
}

type row struct{ id, success, graph string }

func readRows(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile("../testdata/endpoints.tsv")
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	reader := csv.NewReader(strings.NewReader(strings.Join(lines, "")))
	reader.Comma, reader.LazyQuotes = '\t', true
	records, err := reader.ReadAll()
	require.NoError(t, err)
	rows := make([]row, 0, len(records)-1)
	for _, r := range records[1:] {
		rows = append(rows, row{r[0], r[3], r[6]})
	}
	return rows
}

// outcome is what a row's call came to.
func outcome(t *testing.T, want row, r reply) string {
	t.Helper()
	success, err := strconv.Atoi(want.success[:3])
	require.NoError(t, err)
	if want.id == "user.picture" {
		success = http.StatusOK // the bytes themselves: Graph has no link to them
	}
	switch {
	case r.status != success && r.status >= 400:
		assert.Contains(t, []int{400, 404, 410}, r.status, "%s", r.body)
		return "refused"
	case r.status != success:
		return fmt.Sprintf("status %d", r.status)
	}
	var list struct {
		Data *[]any `json:"data"`
	}
	if json.Unmarshal(r.body, &list) == nil && list.Data != nil && len(*list.Data) == 0 {
		return "empty"
	}
	return "served"
}

// Every call of the table comes to what its column says, over a Graph.
func TestEveryEndpointOverGraph(t *testing.T) {
	t.Parallel()
	all := calls()
	counts := map[string]int{}
	var table strings.Builder
	table.WriteString("| row | over Graph | calls |\n|---|---|---|\n")
	for _, want := range readRows(t) {
		call := all[want.id]
		delete(all, want.id)
		if !assert.NotNil(t, call, "no call for %s", want.id) {
			continue
		}
		t.Run(want.id, func(t *testing.T) {
			w := newWorld(t)
			w.send("GET", "me", nil) // whose token it is is asked once
			r := call(w)
			assert.Equal(t, cmp.Or(want.graph, "nothing"), outcome(t, want, r), "%d %s", r.status, r.body)
			counts[want.graph]++
			fmt.Fprintf(&table, "| `%s` | %s | %d |\n", want.id, want.graph, w.graph)
		})
	}
	assert.Empty(t, all, "calls without a row")
	checkTable(t, table.String())
	fmt.Printf("endpoints over Graph: %d served, %d empty by design, %d refused by design\n", counts["served"], counts["empty"], counts["refused"])
}

var update = flag.Bool("update", false, "rewrite the table in docs/graph.md")

const (
	tableBegin = "<!-- table:begin (made by: go test ./graph -run TestEveryEndpointOverGraph -update) -->\n"
	tableEnd   = "<!-- table:end -->\n"
)

// checkTable wants docs/graph.md to have the table.
func checkTable(t *testing.T, table string) {
	t.Helper()
	text, err := os.ReadFile("../docs/graph.md")
	require.NoError(t, err)
	before, rest, begun := strings.Cut(string(text), tableBegin)
	old, after, ended := strings.Cut(rest, tableEnd)
	require.True(t, begun && ended, "docs/graph.md lacks the lines %s and %s", tableBegin, tableEnd)
	if *update {
		require.NoError(t, os.WriteFile("../docs/graph.md", []byte(before+tableBegin+table+tableEnd+after), 0o644))
		return
	}
	assert.Equal(t, table, old, "docs/graph.md is stale; run: go test ./graph -run TestEveryEndpointOverGraph -update")
}
