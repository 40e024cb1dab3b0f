package server_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

const (
	robertoID = "8c8ce076ca27823f"
	nunoID    = "de57f4126ed7e411"
	clientID  = "000000004c043705"

	allScopes = "wl.basic wl.signin wl.offline_access wl.birthday wl.calendars_update wl.contacts_birthday " +
		"wl.contacts_calendars wl.contacts_create wl.contacts_emails wl.contacts_photos wl.contacts_skydrive " +
		"wl.contacts_update wl.emails wl.events_create wl.phone_numbers wl.photos wl.postal_addresses wl.share " +
		"wl.skydrive wl.skydrive_update wl.work_profile wl.applications wl.applications_create"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// world is a server with two accounts, and Roberto signed in.
type world struct {
	t     *testing.T
	store *memory.Store
	srv   *server.Server
	url   string
	clock *clock
	token string
	http  *http.Client

	mu  sync.Mutex
	log []server.Request
}

func newWorld(t *testing.T, configure ...func(*server.Config)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: time.Date(2014, 5, 19, 10, 0, 0, 0, time.UTC)}}
	w.store = memory.New(memory.Options{Now: w.clock.Now})
	for _, u := range []backend.User{
		{
			ID: robertoID, LoginID: "0123456789abcdef0123456789abcdef", Name: "Roberto Tamburello",
			FirstName: "Roberto", LastName: "Tamburello", Locale: "en_US",
			Emails: backend.Emails{Preferred: "roberto@contoso.com", Account: "roberto@contoso.com"},
		},
		{ID: nunoID, LoginID: "fedcba9876543210fedcba9876543210", Name: "Nuno Bento", FirstName: "Nuno", LastName: "Bento", Locale: "pt_PT"},
	} {
		_, err := w.store.AddUser(u)
		require.NoError(t, err)
	}
	cfg := server.Config{
		Backend: w.store, Now: w.clock.Now,
		OnRequest: func(r server.Request) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.log = append(w.log, r)
		},
	}
	for _, f := range configure {
		f(&cfg)
	}
	var err error
	w.srv, err = server.New(cfg)
	require.NoError(t, err)
	ts := httptest.NewServer(w.srv)
	t.Cleanup(ts.Close)
	w.url = ts.URL
	w.http = ts.Client()
	w.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	w.token = w.tokenFor(robertoID, allScopes)
	return w
}

func (w *world) tokenFor(user, scopes string) string {
	w.t.Helper()
	token, err := w.srv.IssueToken(clientID, user, strings.Fields(scopes))
	require.NoError(w.t, err)
	return token.AccessToken
}

// as is the same world seen with another token.
func (w *world) as(user, scopes string) *world {
	return &world{t: w.t, store: w.store, srv: w.srv, url: w.url, clock: w.clock, http: w.http, token: w.tokenFor(user, scopes)}
}

// withToken is the same world seen with a token of whatever kind.
func (w *world) withToken(token string) *world {
	return &world{t: w.t, store: w.store, srv: w.srv, url: w.url, clock: w.clock, http: w.http, token: token}
}

// anonymous is the same world seen without a token.
func (w *world) anonymous() *world {
	return &world{t: w.t, store: w.store, srv: w.srv, url: w.url, clock: w.clock, http: w.http}
}

// lastRequest is the newest entry of the log.
func (w *world) lastRequest() server.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NotEmpty(w.t, w.log)
	return w.log[len(w.log)-1]
}

// answer is a response, read to its end.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
	chunks []string
}

// do sends a request: path is below /v5.0/, or a whole URL.
func (w *world) do(method, path string, body io.Reader, header ...string) answer {
	w.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = w.url + "/v5.0/" + path
	}
	req, err := http.NewRequest(method, path, body)
	require.NoError(w.t, err)
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := w.http.Do(req)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return answer{t: w.t, status: resp.StatusCode, header: resp.Header, body: string(raw), chunks: resp.TransferEncoding}
}

func (w *world) get(path string) answer { w.t.Helper(); return w.do(http.MethodGet, path, nil) }

func (w *world) json(method, path, body string) answer {
	w.t.Helper()
	return w.do(method, path, strings.NewReader(body), "Content-Type", "application/json")
}

// put uploads a file and returns the id.
func (w *world) put(folder, name, content string) string {
	w.t.Helper()
	a := w.do(http.MethodPut, folder+"/files/"+url.PathEscape(name), strings.NewReader(content))
	require.Equal(w.t, http.StatusCreated, a.status, a.body)
	return a.field("id").(string)
}

// mkdir makes a folder and returns the id.
func (w *world) mkdir(parent, name string) string {
	w.t.Helper()
	a := w.json(http.MethodPost, parent, `{"name":"`+name+`"}`)
	require.Equal(w.t, http.StatusCreated, a.status, a.body)
	return a.field("id").(string)
}

func (a answer) object() map[string]any {
	a.t.Helper()
	var out map[string]any
	require.NoError(a.t, json.Unmarshal([]byte(a.body), &out), a.body)
	return out
}

func (a answer) field(name string) any { a.t.Helper(); return a.object()[name] }

// data is the list of a collection.
func (a answer) data() []map[string]any {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, a.body)
	var out struct{ Data []map[string]any }
	require.NoError(a.t, json.Unmarshal([]byte(a.body), &out), a.body)
	return out.Data
}

func (a answer) names() []string {
	a.t.Helper()
	out := []string{}
	for _, e := range a.data() {
		out = append(out, e["name"].(string))
	}
	return out
}

func (a answer) paging() map[string]any {
	a.t.Helper()
	p, ok := a.field("paging").(map[string]any)
	require.True(a.t, ok, "no paging: %s", a.body)
	return p
}

func (a answer) failed(status int, code string) string {
	a.t.Helper()
	require.Equal(a.t, status, a.status, a.body)
	e, ok := a.field("error").(map[string]any)
	require.True(a.t, ok, a.body)
	require.Equal(a.t, code, e["code"], a.body)
	return e["message"].(string)
}

// keys lists the keys of an object of the text, in the order of the text.
func keys(t *testing.T, text string) []string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	_, err := dec.Token()
	require.NoError(t, err)
	var out []string
	for dec.More() {
		key, err := dec.Token()
		require.NoError(t, err)
		out = append(out, key.(string))
		var skip any
		require.NoError(t, dec.Decode(&skip))
	}
	return out
}

func jpegOf(t *testing.T, width, height int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	m.Set(0, 0, color.RGBA{200, 10, 10, 255})
	var buf bytes.Buffer
	require.NoError(t, jpeg.Encode(&buf, m, nil))
	return buf.String()
}

func pngOf(t *testing.T, width, height int) string {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, png.Encode(&buf, image.NewRGBA(image.Rect(0, 0, width, height))))
	return buf.String()
}

func widthOf(t *testing.T, picture string) int {
	t.Helper()
	cfg, _, err := image.DecodeConfig(strings.NewReader(picture))
	require.NoError(t, err)
	return cfg.Width
}
