package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	badParameter = "request_parameter_invalid"
	missing      = "request_parameter_missing"
)

// An application is found by its client id too, and a logo can be uploaded wherever the reference has it.
func TestApplicationsByClientID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.json(http.MethodPost, "me/applications", `{"name":"x","uri":"http://www.contoso.com"}`)
	id, client := made.field("id").(string), made.field("client_id").(string)
	assert.Equal(t, w.get(id).body, w.get(client).body)
	assert.Equal(t, "applications.get", w.lastRequest().Route)
	assert.Equal(t, "New", w.json(http.MethodPut, strings.ToUpper(client), `{"name":"New"}`).field("name"))
	w.as(nunoID, allScopes).get(client).failed(http.StatusNotFound, "resource_not_found")
	w.as(robertoID, "wl.basic").get(client).failed(http.StatusForbidden, "request_token_unauthorized")
	assert.Equal(t, robertoID, w.get(robertoID).field("id"), "a user is still a user")
	w.get("0123456789abcdef").failed(http.StatusNotFound, "resource_not_found")

	logo := pngOf(t, 48, 48)
	put := func(method, path, body string, header ...string) {
		t.Helper()
		a := w.do(method, path, strings.NewReader(body), header...)
		require.Equal(t, http.StatusCreated, a.status, "%s %s: %s", method, path, a.body)
	}
	named, kind := form(t, "file", "logo.png", logo)
	nameless := strings.Replace(named, `; filename="logo.png"`, "", 1)
	for _, path := range []string{id + "/picture", id + "/picture/logo.png", client + "/picture", client + "/picture/a:b.gif", id + "/picture?overwrite=nonsense"} {
		put(http.MethodPut, path, logo)
		put(http.MethodPost, path, named, "Content-Type", kind)
		put(http.MethodPost, path, nameless, "Content-Type", kind)
	}
	where := w.get(client + "/picture?suppress_redirects=true").field("location").(string)
	put(http.MethodPut, where, logo)
	put(http.MethodPost, where, named, "Content-Type", kind)
	w.do(http.MethodPut, where, strings.NewReader("text")).failed(http.StatusBadRequest, badParameter)
	w.anonymous().do(http.MethodPut, where, strings.NewReader(logo)).failed(http.StatusUnauthorized, "request_token_missing")
	assert.Equal(t, http.StatusMethodNotAllowed, w.do(http.MethodDelete, where, nil).status)
	photo := w.put("me/skydrive", "a.png", logo)
	link := w.get(photo + "/content").header.Get("Location")
	assert.Equal(t, http.StatusMethodNotAllowed, w.do(http.MethodPut, link, strings.NewReader(logo)).status, "no other link takes any")
	assert.Equal(t, http.StatusNoContent, w.do(http.MethodDelete, client, nil).status)
}

func TestSubscriptionsAreCalendars(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, good := range []string{
		"ical.sharedcalendars.com/98754auv", "http://www.contoso.com/a.ics", "https://contoso.com/a?x=1", "webcal://contoso.com/a", "WEBCAL://127.0.0.1:8080/a",
	} {
		a := w.json(http.MethodPost, "me/calendars", `{"name":"c","subscription_location":"`+good+`"}`)
		require.Equal(t, http.StatusCreated, a.status, a.body)
		for _, bad := range []string{"nonsense", "ftp://contoso.com/a", "javascript:alert(1)", "http://", "two words.com", "mailto:a@contoso.com", "file:///etc/passwd", "http://%zz/"} {
			w.json(http.MethodPost, "me/calendars", `{"name":"c","subscription_location":"`+bad+`"}`).failed(http.StatusBadRequest, badParameter)
			w.json(http.MethodPut, a.field("id").(string), `{"subscription_location":"`+bad+`"}`).failed(http.StatusBadRequest, badParameter)
		}
	}
}

// What took a comment says so. What is private and has none is as it was recorded.
func TestCommentsAreEnabledWhereTheyAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{
		w.put("me/skydrive", "a.png", pngOf(t, 2, 2)), w.put("me/skydrive", "a.txt", "x"), w.mkdir("me/skydrive", "f"),
		w.get("me/skydrive/public_documents").field("id").(string), w.get("me/skydrive").field("id").(string),
	} {
		before := w.get(id)
		assert.Equal(t, before.object()["shared_with"].(map[string]any)["access"] != "Just me", before.field("comments_enabled"))
		taken := w.json(http.MethodPost, id+"/comments", `{"message":"m"}`).status == http.StatusCreated
		assert.Equal(t, taken, w.get(id).field("comments_enabled"), id)
	}
}

func TestEmailsOfContacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.json(http.MethodPost, "me/contacts", `{"first_name":"A","emails":{"preferred":"a@contoso.com","account":"b@contoso.com"}}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, map[string]any{"preferred": "a@contoso.com", "personal": nil, "business": nil, "other": nil}, a.field("emails"))
	assert.NotContains(t, keys(t, w.as(robertoID, "wl.basic").get(a.field("id").(string)).body), "emails")
}

func TestTagsHaveAPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	photo := w.put("me/skydrive", "a.png", pngOf(t, 2, 2))
	for _, body := range []string{`{"user":{"name":"R"}}`, `{"user":{"name":"R"},"x":1}`, `{"user":{"name":"R"},"y":1}`, `{"user":{"name":"R"},"x":null,"y":1}`} {
		w.json(http.MethodPost, photo+"/tags", body).failed(http.StatusBadRequest, missing)
	}
	a := w.json(http.MethodPost, photo+"/tags", `{"user":{"name":"R"},"x":0,"y":0}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, http.StatusOK, w.json(http.MethodPut, a.field("id").(string), `{"x":5}`).status, "a change may name one")
}

// A parameter that is none of its words is refused, as overwrite is.
func TestBadParametersAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "f")
	file := w.put(folder, "a.txt", "x")
	body, kind := form(t, "file", "b.txt", "x")
	for _, bad := range []string{"downsize_photo_uploads=no", "downsize_photo_uploads=1", "overwrite=no"} {
		w.do(http.MethodPut, folder+"/files/b.txt?"+bad, strings.NewReader("x")).failed(http.StatusBadRequest, badParameter)
		w.do(http.MethodPost, folder+"/files?"+bad, strings.NewReader(body), "Content-Type", kind).failed(http.StatusBadRequest, badParameter)
		if !strings.HasPrefix(bad, "overwrite") {
			w.do(http.MethodPut, file+"/content?"+bad, strings.NewReader("y")).failed(http.StatusBadRequest, badParameter)
		}
	}
	assert.Equal(t, []string{"a.txt"}, w.get(folder+"/files").names())
	for _, method := range []string{"PATCH", "HEAD", "nonsense", "G ET"} {
		w.get(folder+"?method="+strings.ReplaceAll(method, " ", "%20")).failed(http.StatusBadRequest, badParameter)
		w.json(http.MethodPost, folder+"?method="+strings.ReplaceAll(method, " ", "%20"), `{"name":"x"}`).failed(http.StatusBadRequest, badParameter)
	}
	for _, good := range []string{"downsize_photo_uploads=False", "downsize_photo_uploads=", "overwrite=True"} {
		assert.Less(t, w.do(http.MethodPut, folder+"/files/a.txt?"+good, strings.NewReader("x")).status, 300, good)
	}
	assert.Equal(t, http.StatusOK, w.get(folder+"?method=get").status)
	assert.Equal(t, http.StatusOK, w.get(folder+"?method=").status)
}

func TestRenamesKeepAnExtension(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, plain, folder := w.put("me/skydrive", "a.txt", "x"), w.put("me/skydrive", "LICENSE", "x"), w.mkdir("me/skydrive", "v1.0")
	w.json(http.MethodPut, file, `{"name":"b"}`).failed(http.StatusBadRequest, badParameter)
	assert.Equal(t, "b.doc", w.json(http.MethodPut, file, `{"name":"b.doc"}`).field("name"))
	assert.Equal(t, "b.doc", w.json(http.MethodPut, file, `{"description":"d"}`).field("name"))
	assert.Equal(t, "COPYING", w.json(http.MethodPut, plain, `{"name":"COPYING"}`).field("name"))
	assert.Equal(t, "v2", w.json(http.MethodPut, folder, `{"name":"v2"}`).field("name"))
}

func TestWholeDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.json(http.MethodPost, "me/events", `{"name":"n","description":"d","start_time":"2014-06-01T00:00:00+0000","is_all_day_event":true}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "2014-06-02T00:00:00+0000", a.field("end_time"))
}

// No time leads out of the years that its text form has.
func TestYearsAtTheEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	event := func(times string) answer {
		return w.json(http.MethodPost, "me/events", `{"name":"n","description":"d",`+times+`}`)
	}
	for _, bad := range []string{
		`"start_time":"0001-01-01T00:00:00Z"`, `"start_time":"0000-12-31T00:00:00Z"`, `"start_time":"9999-12-31T23:59:59Z"`,
		`"start_time":"9999-12-31T12:00:00Z","is_all_day_event":true`, `"start_time":"9999-12-31T23:59:59-0100"`,
		`"start_time":"2014-01-01T00:00:00Z","end_time":"9999-12-31T23:59:59-0100"`, `"start_time":"10000-01-01T00:00:00Z"`,
	} {
		event(bad).failed(http.StatusBadRequest, badParameter)
	}
	a := event(`"start_time":"9999-12-31T12:00:00Z"`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "9999-12-31T12:30:00+0000", a.field("end_time"))
	w.json(http.MethodPut, a.field("id").(string), `{"start_time":"9999-12-31T23:45:00Z"}`).failed(http.StatusBadRequest, badParameter)
	a = event(`"start_time":"0001-01-02T00:00:00Z"`)
	assert.Equal(t, "0001-01-02T00:00:00+0000", a.field("start_time"))

	for _, now := range []time.Time{time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)} {
		w := newWorld(t)
		w.clock.set(now)
		w.token = w.tokenFor(robertoID, allScopes)
		id := w.put("me/skydrive", "a.txt", "x")
		a := w.get(id)
		require.Equal(t, http.StatusOK, a.status, a.body)
		assert.Equal(t, now.Format("2006-01-02T15:04:05+0000"), a.field("updated_time"))
		assert.Equal(t, "x", w.do(http.MethodGet, w.get(id+"/content").header.Get("Location"), nil).body)
	}
}
