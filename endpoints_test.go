package liveconnect_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// row is a line of testdata/endpoints.tsv.
type row struct {
	id, verb, path, success, scope string
}

func readRows(t *testing.T) []row {
	t.Helper()
	var lines []string
	for line := range strings.Lines(string(fixture(t, "endpoints.tsv"))) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	reader := csv.NewReader(strings.NewReader(strings.Join(lines, "")))
	reader.Comma, reader.LazyQuotes = '\t', true
	records, err := reader.ReadAll()
	require.NoError(t, err)
	var rows []row
	for _, r := range records[1:] {
		rows = append(rows, row{r[0], r[1], r[2], r[3], r[4]})
	}
	return rows
}

// isSession reports whether a row is of an upload session (BITS): they all have one path, and errors without JSON.
func (r row) isSession() bool { return strings.HasPrefix(r.id, "bits.") }

// TestEveryEndpoint makes every call of the table through the library, and looks at what the emulator got.
func TestEveryEndpoint(t *testing.T) {
	t.Parallel()
	calls := endpointCalls()
	wanted, done := 0, 0
	for _, r := range readRows(t) {
		wanted++
		call := calls[r.id]
		delete(calls, r.id)
		if !assert.NotNil(t, call, "no call for %s", r.id) {
			continue
		}
		if t.Run(r.id, func(t *testing.T) { r.check(t, call) }) {
			done++
		}
	}
	assert.Empty(t, calls, "calls without a row")
	fmt.Fprintf(&summary, "endpoints: %d of %d\n", done, wanted)
}

// check makes a row's call with all scopes, and once more without the scope it needs.
func (r row) check(t *testing.T, call endpointCall) {
	w := newWorld(t)
	w.server.ForgetRequests()
	err := call(w, w.full)
	if code, _ := strconv.Atoi(r.success[:3]); code < 400 {
		require.NoError(t, err)
	} else {
		require.ErrorIs(t, err, liveconnect.ErrBadRequest)
	}
	r.requireSeen(t, w.server.Requests())

	if r.scope == "" || r.id == "folders.copy" {
		return
	}
	weak := w.server.Account().ClientWith(t, []liveconnect.Scope{liveconnect.ScopeIMAP})
	err = call(w, weak)
	var refused *liveconnect.Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, 403, refused.StatusCode)
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
	if r.isSession() {
		assert.Equal(t, "0x80070005", refused.Code, "access denied, in a header")
		return
	}
	assert.Equal(t, "request_token_unauthorized", refused.Code)
	assert.Contains(t, refused.Message, r.scope)
}

// requireSeen wants every path and every parameter that the row names in the log.
func (r row) requireSeen(t *testing.T, requests []livetest.Request) {
	t.Helper()
	if r.isSession() {
		r.requirePacket(t, requests)
		return
	}
	target, note, _ := strings.Cut(strings.TrimPrefix(r.path, "login: "), " ")
	path, query, _ := strings.Cut(target, "?")
	for _, pattern := range pathPatterns(path) {
		seen := slices.ContainsFunc(requests, func(q livetest.Request) bool { return r.matches(q, pattern) })
		require.True(t, seen, "%s %s %s was not seen in\n%s", r.verb, pattern, r.success, join(requests))
	}
	for _, parameter := range strings.FieldsFunc(query, func(c rune) bool { return c == '&' }) {
		name, values, _ := strings.Cut(parameter, "=")
		for _, value := range strings.Split(values, "|") {
			seen := slices.ContainsFunc(requests, func(q livetest.Request) bool {
				return q.Query.Has(name) && (value == "" || q.Query.Get(name) == value)
			})
			require.True(t, seen, "the parameter %s=%s was not seen", name, value)
		}
	}
	if note == "(Range)" {
		require.True(t, slices.ContainsFunc(requests, func(q livetest.Request) bool {
			return q.Header.Get("Range") != "" && q.Status == 206
		}), "no range was served")
	}
}

func (r row) matches(q livetest.Request, pattern *regexp.Regexp) bool {
	success := r.success[:3]
	if r.id == "content.range" {
		success = "302" // the API redirects; the storage host answers 206
	}
	return q.Method == r.verb && fmt.Sprint(q.Status) == success && pattern.MatchString(strings.TrimPrefix(q.Path, "/v5.0"))
}

func join(requests []livetest.Request) string {
	var b strings.Builder
	for _, q := range requests {
		fmt.Fprintln(&b, q, q.Query.Encode())
	}
	return b.String()
}

// pathPatterns turns /OWNER/skydrive/shared|shared/files into one pattern for each alternative.
func pathPatterns(path string) []*regexp.Regexp {
	const (
		owner  = `(?:me|[0-9a-f]{16})`
		folder = `folder\.[0-9a-f]{16}(?:\.[0-9A-F]+!\d+)?`
		file   = `file\.[0-9a-f]{16}\.[0-9A-F]+!\d+`
		parent = `(?:` + folder + `|` + owner + `/skydrive(?:/(?:my_documents|my_photos|camera_roll|public_documents))?)`
	)
	names := strings.NewReplacer("UPLOAD_LOCATION/", folder+"/files/", "/UPLOAD_LOCATION", "/"+folder+"/files/?",
		"OWNER", owner, "PARENT", parent, "ITEM", "(?:"+file+"|"+parent+")", "NAME", "[^/]+",
		"FOLDER_ID", folder, "ALBUM_ID", folder, "FILE_ID", file, "PHOTO_ID", file, "VIDEO_ID", file, "AUDIO_ID", file,
		"CONTACT_ID", `contact\.[0-9a-f]{32}`, "CALENDAR_ID", `calendar\.[0-9a-f]{32}`,
		"EVENT_ID", `event\.[0-9a-f]{32}\.[0-9a-f]{32}`, "COMMENT_ID", `comment\.[^/]+`, "TAG_ID", `tag\.[^/]+`,
		"APPLICATION_ID", `application\.[0-9a-f]{16}`)
	alternatives := strings.Split(path, "|")
	base := alternatives[0][:strings.LastIndex(alternatives[0], "/")+1]
	var patterns []*regexp.Regexp
	for i, alternative := range alternatives {
		if i > 0 {
			alternative = base + alternative
		}
		patterns = append(patterns, regexp.MustCompile("^"+names.Replace(alternative)+"$"))
	}
	return patterns
}

// world is an account with something of everything in it, and another account that shares with it.
type world struct {
	*testing.T
	server *livetest.Server
	full   *liveconnect.Client // with all scopes
	other  *livetest.Account
	album  string
	folder string
	photo  string
	video  string
	audio  string
	file   string
	shared string // a photo of other's
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, server: livetest.NewServer(t)}
	w.full = w.server.Client(t)
	me := w.server.Account()
	add := func(id string, err error) string {
		t.Helper()
		require.NoError(t, err)
		return id
	}
	w.album = add(me.AddAlbum("Album"))
	w.folder = add(me.AddFolder("Folder"))
	w.photo = add(me.AddFile("Folder/photo.png", imagetest.PNG(60, 40)))
	w.video = add(me.AddFile("Folder/video.mp4", []byte("not much of a film")))
	w.audio = add(me.AddFile("Folder/audio.mp3", []byte("not much of a song")))
	w.file = add(me.AddFile("Folder/file.txt", []byte("hello world")))
	var err error
	w.other, err = w.server.AddAccount("Nuno", "Bento")
	require.NoError(t, err)
	require.NoError(t, me.Befriend(w.other))
	w.shared = add(w.other.AddFile("Theirs/photo.png", imagetest.PNG(60, 40)))
	require.NoError(t, w.other.Share(w.shared, me))
	return w
}

// must is for setting the scene of a call.
func must[T any](w *world) func(T, error) T {
	return func(v T, err error) T {
		w.Helper()
		require.NoError(w, err)
		return v
	}
}

// drain reads some content and closes it.
func drain(d *liveconnect.Download, err error) error {
	if err != nil {
		return err
	}
	content, err := io.ReadAll(d)
	if err == nil && len(content) == 0 {
		err = errors.New("no content came")
	}
	return errors.Join(err, d.Close())
}

func reader(text string) io.Reader { return bytes.NewReader([]byte(text)) }
