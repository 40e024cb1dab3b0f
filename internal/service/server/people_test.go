package server_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

func TestUserFieldsByScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const public = "id name first_name last_name link gender locale updated_time"
	for scope, want := range map[string]string{
		"wl.skydrive":          public, // a client with nothing else asks who it is
		"wl.basic wl.emails":   "id name first_name last_name link gender emails locale updated_time",
		"wl.birthday":          "id name first_name last_name link birth_day birth_month birth_year gender locale updated_time",
		"wl.contacts_birthday": "id name first_name last_name link birth_day birth_month birth_year gender locale updated_time",
		"wl.work_profile":      "id name first_name last_name link work gender locale updated_time",
		"wl.postal_addresses":  "id name first_name last_name link gender addresses locale updated_time",
		"wl.phone_numbers":     "id name first_name last_name link gender phones locale updated_time",
	} {
		a := w.as(robertoID, scope).get("me")
		require.Equal(t, http.StatusOK, a.status, a.body)
		assert.Equal(t, want, strings.Join(keys(t, a.body), " "), scope)
	}
	a := w.as(robertoID, "wl.emails").get("me?pretty=false")
	assert.Contains(t, a.body, `"emails":{"preferred":"roberto@contoso.com","account":"roberto@contoso.com","personal":`)
	assert.Equal(t, public, strings.Join(keys(t, w.get(nunoID).body), " "), "of others only what is public")
	w.get("0000000000000001").failed(http.StatusNotFound, "resource_not_found")
}

func TestUserPicture(t *testing.T) {
	t.Parallel()
	w := newWorld(t).anonymous()
	a := w.get(robertoID + "/picture?type=small")
	require.Equal(t, http.StatusFound, a.status, a.body)
	a = w.do(http.MethodGet, a.header.Get("Location"), nil)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, 96, widthOf(t, a.body))
	assert.Regexp(t, "^http", w.get(robertoID+"/picture?suppress_redirects=True").field("location"))
	w.get(robertoID+"/picture?type=huge").failed(http.StatusBadRequest, "request_parameter_invalid")
	w.get("me/picture").failed(http.StatusUnauthorized, "request_token_missing")
	w.get("0000000000000001/picture").failed(http.StatusNotFound, "resource_not_found")
}

func TestContacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.do(http.MethodPost, "me/contacts", strings.NewReader("first_name=Henrik&last_name=Jensen&emails.personal=+Henrik%40Contoso.com&work.0.employer.name=Contoso"), "Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusCreated, a.status, a.body)
	id := a.field("id").(string)
	assert.Regexp(t, `^contact\.[0-9a-f]{32}$`, id)
	assert.Equal(t, w.url+"/v5.0/"+id+"/", a.header.Get("Location"))
	const base = "id first_name last_name name gender is_friend is_favorite user_id type email_hashes updated_time"
	assert.Equal(t, base, strings.Join(keys(t, w.as(robertoID, "wl.basic").get(id).body), " "))
	assert.Equal(t, base+" emails", strings.Join(keys(t, w.as(robertoID, "wl.basic wl.contacts_emails").get(id).body), " "))
	assert.Equal(t, base+" birth_day birth_month", strings.Join(keys(t, w.as(robertoID, "wl.basic wl.contacts_birthday").get(id).body), " "))
	sum := sha256.Sum256([]byte("henrik@contoso.com" + clientID))
	assert.Contains(t, w.get(id).field("email_hashes"), hex.EncodeToString(sum[:]))

	// JSONP: dotted names in the query.
	a = w.get("me/contacts?method=POST&emails.preferred=only%40mail.example&pretty=false")
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "only@mail.example", a.field("name"))

	message := w.json(http.MethodPost, "me/contacts", `{"gender":"male"}`).failed(http.StatusBadRequest, "request_parameter_missing")
	assert.True(t, strings.HasPrefix(message, "The request entity body is missing a required parameter. The request must include at least one of these parameters: 'first_name', "), message)

	assert.Equal(t, "Hans", w.json(http.MethodPut, id, `{"first_name":"Hans"}`).field("first_name"))
	message = w.as(robertoID, "wl.basic").json(http.MethodPut, id, `{}`).failed(http.StatusForbidden, "request_token_unauthorized")
	assert.Equal(t, "The provided access token does not have access to this resource. An access token with one of the following scopes is required: 'wl.contacts_update'.", message)
	assert.Len(t, w.get("me/contacts?limit=5000").data(), 2)
	assert.Equal(t, map[string]any{"next": "/me/contacts?offset=1&limit=1"}, w.get("me/contacts?limit=1").paging())
	w.as(nunoID, allScopes).get(id).failed(http.StatusNotFound, "resource_not_found")
	assert.Equal(t, http.StatusNoContent, w.do(http.MethodDelete, id, nil).status)
}

// The one recorded paging object.
func TestFriends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 6 {
		u, err := w.store.AddUser(backend.User{Name: fmt.Sprintf("Friend %d", i)})
		require.NoError(t, err)
		require.NoError(t, w.store.Befriend(robertoID, u.ID))
	}
	a := w.get("me/friends?limit=5")
	require.Len(t, a.data(), 5)
	assert.Len(t, a.data()[0], 2)
	assert.Contains(t, a.body, "{\r         \"id\": \"")
	assert.True(t, strings.HasSuffix(a.body, "\"paging\": {\r      \"next\": \"/me/friends?offset=5&limit=5\"\r   }\r}"), a.body)
	w.get(nunoID+"/friends").failed(http.StatusForbidden, "request_token_unauthorized")
}

func TestShare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.json(http.MethodPost, "me/share?pretty=false", `{"message":"hello"}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, `{"from":{"name":"Roberto Tamburello","id":"8c8ce076ca27823f"},"message":"hello","link":null,"description":null,"picture":null,"name":null,"source":null}`, a.body)
	long := strings.Repeat("é", 600)
	a = w.json(http.MethodPost, "me/share", `{"message":"`+long+`","link":"http://a/","name":"`+long+`"}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, strings.Repeat("é", 512), a.field("message"))
	assert.Equal(t, http.StatusCreated, w.json(http.MethodPost, "me/share", `{"message":"m","link":"l","source":"`+strings.Repeat("s", 487)+`"}`).status)
	for body, code := range map[string]string{
		`{}`:                           "request_parameter_missing",
		`{"link":"http://a/"}`:         "request_parameter_missing",
		`{"message":"m","source":"s"}`: "request_parameter_missing",
		`{"message":"m","name":"n"}`:   "request_parameter_invalid",
		`{"message":"m","link":"` + strings.Repeat("l", 513) + `"}`:              "request_parameter_invalid",
		`{"message":"m","link":"l","source":"` + strings.Repeat("s", 488) + `"}`: "request_parameter_invalid",
	} {
		w.json(http.MethodPost, "me/share", body).failed(http.StatusBadRequest, code)
	}
}

func TestCalendars(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.get("me/calendars")
	assert.Equal(t, true, a.data()[0]["is_default"], "clients take the first for the default one")
	a = w.json(http.MethodPost, "me/calendars", `{"name":"Summer","description":"Things"}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "id name description created_time updated_time from is_default subscription_location permissions", strings.Join(keys(t, a.body), " "))
	id := a.field("id").(string)
	assert.Regexp(t, `^calendar\.[0-9a-f]{32}$`, id)
	assert.Nil(t, a.field("subscription_location"))
	assert.Equal(t, "Fall", w.json(http.MethodPut, id, `{"name":"Fall"}`).field("name"))
	assert.Equal(t, "Things", w.get(id).field("description"))
	assert.Equal(t, "x", w.json(http.MethodPost, "me/calendars", `{"name":"S","summary":"x"}`).field("description"))
	assert.Equal(t, "ical.example/x", w.json(http.MethodPost, "me/calendars", `{"name":"S","subscription_location":"ical.example/x"}`).field("subscription_location"))
	assert.Equal(t, "calendars.subscribe", w.lastRequest().Route)
	w.json(http.MethodPost, "me/calendars", `{}`).failed(http.StatusBadRequest, "request_parameter_missing")
	w.as(nunoID, allScopes).get(id).failed(http.StatusNotFound, "resource_not_found")
	w.as(robertoID, "wl.calendars").json(http.MethodPut, id, `{}`).failed(http.StatusForbidden, "request_token_unauthorized")
	assert.Equal(t, http.StatusNoContent, w.do(http.MethodDelete, id, nil).status)
	for _, c := range w.get("me/calendars").data() {
		if c["is_default"] == true || c["name"] == "Birthday calendar" {
			w.do(http.MethodDelete, c["id"].(string), nil).failed(http.StatusForbidden, "request_token_unauthorized")
		}
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.json(http.MethodPost, "me/events", `{"name":"Meeting","description":"Risks","start_time":"2014-05-20T01:00:00-07:00"}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "id name description calendar_id from start_time end_time location is_all_day_event is_recurrent recurrence "+
		"reminder_time availability visibility created_time updated_time", strings.Join(keys(t, a.body), " "))
	id := a.field("id").(string)
	assert.Regexp(t, `^event\.[0-9a-f]{32}\.[0-9a-f]{32}$`, id)
	assert.Equal(t, w.url+"/v5.0/"+id+"/", a.header.Get("Location"))
	assert.Equal(t, "2014-05-20T08:00:00+0000", a.field("start_time"))
	assert.Equal(t, "2014-05-20T08:30:00+0000", a.field("end_time"), "half an hour unless told")
	assert.Equal(t, "free", a.field("availability"))
	assert.Equal(t, "public", a.field("visibility"))
	assert.Contains(t, a.body, `"reminder_time": null`)
	assert.Equal(t, w.get("me/calendars").data()[0]["id"], a.field("calendar_id"))
	calendar := a.field("calendar_id").(string)

	a = w.json(http.MethodPut, id, `{"reminder_time":15,"availability":"busy","start_time":"2014-05-21T08:00:00Z"}`)
	assert.Equal(t, http.StatusOK, a.status)
	assert.InDelta(t, 15, a.field("reminder_time"), 0)
	assert.Equal(t, "2014-05-21T08:30:00+0000", a.field("end_time"))
	assert.Nil(t, w.json(http.MethodPut, id, `{"reminder_time":null}`).field("reminder_time"))
	a = w.json(http.MethodPost, calendar+"/events", `{"name":"Day","description":"d","start_time":"2014-06-30","is_all_day_event":true}`)
	assert.Equal(t, "2014-07-01T00:00:00+0000", a.field("end_time"))

	assert.Equal(t, []string{"Meeting"}, w.get("me/events").names(), "the next 30 days")
	assert.Equal(t, []string{"Meeting"}, w.get("me/events?start_time=&end_time=").names())
	assert.Equal(t, []string{"Meeting", "Day"}, w.get(calendar+"/events?start_time=2014-01-01T00:00:00Z&end_time=2014-08-30T00:00:00Z").names())
	assert.Equal(t, []string{"Day"}, w.get("me/events?start_time=2014-06-01T00:00:00+0200&end_time=2014-08-30T00:00:00%2B02:00").names())
	assert.Equal(t, []string{}, w.get("me/events?end_time=2014-05-20T00:00:00Z").names())
	assert.Equal(t, "/me/events?offset=1&limit=1&start_time=2014-01-01&end_time=2014-12-31", w.get("me/events?start_time=2014-01-01&end_time=2014-12-31&limit=1").paging()["next"])
	w.get("me/events?start_time=yesterday").failed(http.StatusBadRequest, "request_parameter_invalid")

	valid := `"name":"n","description":"d","start_time":"2014-05-20T01:00:00Z"`
	for body, code := range map[string]string{
		`{"description":"d","start_time":"2014-05-20T01:00:00Z"}`:            "request_parameter_missing",
		`{"name":"n","start_time":"2014-05-20T01:00:00Z"}`:                   "request_parameter_missing",
		`{"name":"n","description":"d"}`:                                     "request_parameter_missing",
		`{` + valid + `,"name":"` + strings.Repeat("n", 256) + `"}`:          "request_parameter_invalid",
		`{` + valid + `,"description":"` + strings.Repeat("n", 32769) + `"}`: "request_parameter_invalid",
		`{` + valid + `,"location":"` + strings.Repeat("n", 1001) + `"}`:     "request_parameter_invalid",
		`{` + valid + `,"availability":"asleep"}`:                            "request_parameter_invalid",
		`{` + valid + `,"visibility":"secret"}`:                              "request_parameter_invalid",
		`{` + valid + `,"reminder_time":"soon"}`:                             "request_parameter_invalid",
		`{` + valid + `,"end_time":"2014-05-20T00:00:00Z"}`:                  "request_parameter_invalid",
		`{` + valid + `,"start_time":"noon"}`:                                "request_parameter_invalid",
	} {
		w.json(http.MethodPost, "me/events", body).failed(http.StatusBadRequest, code)
	}
	assert.Equal(t, http.StatusNoContent, w.do(http.MethodDelete, id, nil).status)
	w.get(id).failed(http.StatusNotFound, "resource_not_found")
	assert.Equal(t, http.StatusCreated, w.as(robertoID, "wl.events_create").json(http.MethodPost, "me/events", `{`+valid+`}`).status)
	w.as(robertoID, "wl.events_create").json(http.MethodPost, calendar+"/events", `{`+valid+`}`).failed(http.StatusForbidden, "request_token_unauthorized")
}

// The forms of a time that clients were seen to send.
func TestTimesOnInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for text, want := range map[string]string{
		"2014-05-20T01:00:00-07:00":    "2014-05-20T08:00:00+0000",
		"2014-05-20T01:00:00+0400":     "2014-05-19T21:00:00+0000",
		"2014-05-20T01:00:00Z":         "2014-05-20T01:00:00+0000",
		"2014-05-20T01:00:00.000-0000": "2014-05-20T01:00:00+0000",
		"2014-05-20T01:00:00+02:00":    "2014-05-19T23:00:00+0000",
		"2014-05-20T01:00:00.1234567Z": "2014-05-20T01:00:00+0000",
	} {
		form := url.Values{"name": {"n"}, "description": {"d"}, "start_time": {text}}
		a := w.do(http.MethodPost, "me/events", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
		require.Equal(t, http.StatusCreated, a.status, a.body)
		assert.Equal(t, want, a.field("start_time"), text)
	}
}

func TestApplications(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.json(http.MethodPost, "me/applications", `{"name":"Pilot","uri":"http://www.contoso.com","terms_of_service_link":"http://www.contoso.com/tos"}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	assert.Equal(t, "id name client_id client_secret uris terms_of_service_link privacy_link picture upload_location created_time updated_time", strings.Join(keys(t, a.body), " "))
	id := a.field("id").(string)
	assert.Equal(t, "application."+a.field("client_id").(string), id)
	assert.Equal(t, []any{map[string]any{"uri": "http://www.contoso.com", "type": "web"}}, a.field("uris"))
	assert.Nil(t, a.field("picture"))
	assert.Nil(t, a.field("privacy_link"))
	assert.Equal(t, w.url+"/v5.0/"+id+"/picture", a.field("upload_location"))
	assert.Equal(t, "New", w.json(http.MethodPut, id, `{"name":"New"}`).field("name"))
	assert.Len(t, w.get("me/applications").data(), 1)
	w.json(http.MethodPost, "me/applications", `{"name":"x"}`).failed(http.StatusBadRequest, "request_parameter_missing")
	w.json(http.MethodPost, "me/applications", `{"name":"x","uri":"not a url"}`).failed(http.StatusBadRequest, "request_parameter_invalid")

	w.get(id+"/picture").failed(http.StatusNotFound, "resource_not_found")
	logo := pngOf(t, 48, 48)
	for _, bad := range []string{pngOf(t, 47, 48), jpegOf(t, 48, 48), "text", ""} {
		w.do(http.MethodPut, id+"/picture", strings.NewReader(bad)).failed(http.StatusBadRequest, "request_parameter_invalid")
	}
	assert.Equal(t, http.StatusCreated, w.do(http.MethodPut, id+"/picture", strings.NewReader(logo)).status)
	body, kind := form(t, "file", "x/../logo.png", logo)
	assert.Equal(t, http.StatusCreated, w.do(http.MethodPost, id+"/picture", strings.NewReader(body), "Content-Type", kind).status)
	a = w.get(id + "/picture")
	require.Equal(t, http.StatusFound, a.status, a.body)
	a = w.do(http.MethodGet, a.header.Get("Location"), nil)
	assert.Equal(t, logo, a.body)
	assert.Equal(t, "image/png", a.header.Get("Content-Type"))
	assert.NotNil(t, w.get(id).field("picture"))
	w.as(nunoID, allScopes).get(id).failed(http.StatusNotFound, "resource_not_found")
	assert.Equal(t, http.StatusNoContent, w.do(http.MethodDelete, id, nil).status)
}

// shared makes a folder of Nuno's with a photo and a file in it, shared with Roberto.
func shared(t *testing.T, w *world) (folder, photo, file string) {
	t.Helper()
	nuno := w.as(nunoID, allScopes)
	folder = nuno.mkdir("me/skydrive", "Maui")
	photo = nuno.put(folder, "m.jpg", jpegOf(t, 20, 20))
	file = nuno.put(folder, "m.txt", "text")
	_, resource, _ := strings.Cut(strings.TrimPrefix(folder, "folder."), ".")
	require.NoError(t, w.store.ShareItem(backend.Ref{Owner: nunoID, ID: resource}, robertoID, "People I selected"))
	return folder, photo, file
}

func TestOthersItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder, photo, file := shared(t, w)
	private := w.as(nunoID, allScopes).put("me/skydrive", "private.txt", "x")
	for _, id := range []string{folder, photo, file} {
		assert.Equal(t, http.StatusOK, w.get(id).status)
	}
	w.get(private).failed(http.StatusNotFound, "resource_not_found")
	w.get("folder."+nunoID).failed(http.StatusNotFound, "resource_not_found")
	w.get(nunoID+"/skydrive/my_documents").failed(http.StatusNotFound, "resource_not_found")
	w.get(nunoID+"/skydrive/quota").failed(http.StatusForbidden, "request_token_unauthorized")
	w.get(nunoID+"/permissions").failed(http.StatusForbidden, "request_token_unauthorized")
	assert.Equal(t, []string{"m.jpg", "m.txt"}, w.get(folder+"/files").names())
	assert.Equal(t, []string{"Maui"}, w.get("me/skydrive/shared").names())
	assert.Equal(t, []string{"Maui"}, w.get("me/skydrive/shared/files?filter=folders").names())
	assert.Equal(t, []string{"Maui"}, w.get(nunoID+"/skydrive/files").names())
	assert.Empty(t, w.get(nunoID+"/albums").names())
	for _, path := range []string{"albums", "photos", "videos"} {
		assert.Empty(t, w.get("me/skydrive/shared/"+path).names())
	}
	photos := w.as(robertoID, "wl.contacts_photos")
	assert.Equal(t, []string{"m.jpg"}, photos.get(folder+"/files").names(), "files need another scope")
	message := photos.get(file).failed(http.StatusForbidden, "request_token_unauthorized")
	assert.True(t, strings.HasSuffix(message, ": 'wl.contacts_skydrive'."), message)
	w.as(robertoID, "wl.skydrive_update").get(photo).failed(http.StatusForbidden, "request_token_unauthorized")

	// What one may see, one may comment; not change.
	assert.Equal(t, http.StatusCreated, w.json(http.MethodPost, photo+"/comments", `{"message":"nice"}`).status)
	w.do(http.MethodDelete, photo, nil).failed(http.StatusForbidden, "request_token_unauthorized")
	w.json(http.MethodPut, photo, `{"name":"x.jpg"}`).failed(http.StatusForbidden, "request_token_unauthorized")
	w.do(http.MethodPut, folder+"/files/x.txt", strings.NewReader("x")).failed(http.StatusForbidden, "request_token_unauthorized")
	w.do(http.MethodDelete, private, nil).failed(http.StatusNotFound, "resource_not_found")
	w.json("MOVE", w.put("me/skydrive", "a.txt", ""), `{"destination":"`+folder+`"}`).failed(http.StatusNotFound, "resource_not_found")
}

func TestScopes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, photo := w.put("me/skydrive", "a.txt", "x"), w.put("me/skydrive", "a.jpg", jpegOf(t, 9, 9))
	for _, test := range []struct {
		scope, method, path string
		status              int
	}{
		{"wl.skydrive", "GET", file, 200},
		{"wl.skydrive_update", "GET", file, 200},
		{"wl.contacts_skydrive", "GET", file, 200},
		{"wl.photos", "GET", file, 403},
		{"wl.photos", "GET", photo, 200},
		{"wl.contacts_photos", "GET", photo, 200},
		{"wl.basic", "GET", photo, 403},
		{"wl.photos", "GET", "me/albums", 200},
		{"wl.skydrive", "DELETE", file, 403},
		{"wl.skydrive", "GET", file + "/shared_read_link", 403},
		{"wl.skydrive", "GET", "me/skydrive/quota", 200},
		{"wl.photos", "GET", "me/skydrive/quota", 403},
		{"wl.skydrive", "GET", "me/skydrive/shared", 403},
		{"wl.skydrive", "GET", "me/contacts", 403},
		{"wl.calendars_update", "GET", "me/calendars", 200},
		{"wl.contacts_calendars", "GET", "me/calendars", 200},
		{"wl.basic", "GET", "me/calendars", 403},
		{"wl.applications_create", "GET", "me/applications", 200},
		{"wl.imap", "GET", "me/permissions", 200},
		{"wl.basic", "POST", "me/share", 403},
	} {
		a := w.as(robertoID, test.scope).do(test.method, test.path, nil)
		assert.Equal(t, test.status, a.status, "%+v: %s", test, a.body)
	}
	a := w.as(robertoID, "wl.photos").get(photo)
	for _, hidden := range []string{"upload_location", "shared_with"} {
		assert.NotContains(t, a.object(), hidden)
	}
	message := w.as(robertoID, "wl.photos").get(file).failed(http.StatusForbidden, "request_token_unauthorized")
	assert.Equal(t, "The provided access token does not have access to this resource. An access token with one of the following scopes is required: 'wl.skydrive'.", message)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token
	w.token = ""
	w.get("me").failed(http.StatusUnauthorized, "request_token_missing")
	assert.False(t, w.lastRequest().HadToken)
	assert.Equal(t, http.StatusOK, w.get("me?access_token="+url.QueryEscape(token)).status)
	assert.True(t, w.lastRequest().HadToken)
	assert.NotContains(t, w.lastRequest().Query, "access_token")
	assert.False(t, w.lastRequest().RawPlus)
	assert.Equal(t, http.StatusOK, w.get("me?access_token="+token).status, "an unescaped plus")
	assert.True(t, w.lastRequest().RawPlus)
	w.get("me?access_token="+token+"+").failed(http.StatusUnauthorized, "request_token_invalid")
	for _, scheme := range []string{"bearer", "Bearer", "BEARER"} {
		assert.Equal(t, http.StatusOK, w.do(http.MethodGet, "me", nil, "Authorization", scheme+" "+token).status)
	}
	assert.Empty(t, w.lastRequest().Header.Get("Authorization"))
	w.do(http.MethodGet, "me", nil, "Authorization", "Basic eDp5").failed(http.StatusUnauthorized, "request_token_missing")
	form := url.Values{"access_token": {token}, "name": {"by form"}, "pretty": {"false"}}
	a := w.do(http.MethodPost, "me/skydrive?ts=1&method=POST", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	assert.Equal(t, http.StatusCreated, a.status, a.body)
	assert.NotContains(t, a.body, "\r", "parameters too come in the form")

	w.token = token
	w.clock.move(time.Hour - time.Second)
	assert.Equal(t, http.StatusOK, w.get("me").status)
	w.clock.move(time.Second)
	message := w.get("me").failed(http.StatusUnauthorized, "request_token_expired")
	assert.Equal(t, "The access token that was provided has expired.", message)
	w.token = w.tokenFor(robertoID, "wl.basic")
	w.srv.ExpireToken(w.token)
	w.get("me").failed(http.StatusUnauthorized, "request_token_expired")

	_, err := w.srv.IssueToken(clientID, "0000000000000001", nil)
	assert.ErrorIs(t, err, backend.ErrNotFound)
	issued, err := w.srv.IssueToken(clientID, robertoID, []string{"wl.basic"})
	require.NoError(t, err)
	assert.Empty(t, issued.RefreshToken)
	assert.Equal(t, time.Hour, issued.ExpiresIn)
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.put("me/skydrive", "a b.txt", "12345")
	r := w.lastRequest()
	assert.Equal(t, "/v5.0/me/skydrive/files/a b.txt", r.Path)
	assert.Equal(t, robertoID, r.User)
	assert.Equal(t, http.StatusCreated, r.Status)
	assert.EqualValues(t, 5, r.BytesIn)
	assert.NotZero(t, r.BytesOut)
	a := w.get(id + "9?x=1")
	r = w.lastRequest()
	assert.Equal(t, "resource_not_found", r.Code)
	assert.Equal(t, a.header.Get("X-HTTP-Live-Request-Id"), r.RequestID)
	assert.Equal(t, "1", r.Query.Get("x"))
	assert.Equal(t, [2]string{"GET", "GET"}, [2]string{r.Sent, r.Method})
	w.get(id + "/content")
	assert.Equal(t, "content.get", w.lastRequest().Route)
	w.json(http.MethodPost, id+"?method=put", `{"description":"d"}`)
	r = w.lastRequest()
	assert.Equal(t, [2]string{"POST", "PUT"}, [2]string{r.Sent, r.Method})
}

func TestPanic(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *server.Config) { c.Backend = broken{c.Backend} })
	message := w.get("me/contacts").failed(http.StatusInternalServerError, "server_internal_error")
	assert.Equal(t, "An unexpected processing error occurred. Please contact Microsoft.", message)
}

// broken is a backend with a bug in it.
type broken struct{ backend.Backend }

func (broken) Contacts(context.Context, string, bool, backend.Page) (backend.List[backend.Contact], error) {
	panic("a bug")
}
