package liveconnect_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// writable are the structures that the page "REST reference" (edition of May 2013) marks RW, object by object. All
// others are read only. Friend, Permissions and User have none.
var writable = map[string][]string{
	"Activity":    {"message", "link", "description", "picture", "name", "source"},
	"Album":       {"name", "description"},
	"Application": {"name", "uri", "terms_of_service_link", "privacy_link"},
	"Audio":       {"name", "description", "title", "artist", "album", "album_artist", "genre"},
	"Calendar":    {"name", "description", "subscription_location"},
	"Comment":     {"message"},
	"Contact":     {"first_name", "last_name", "gender", "is_favorite"},
	"Event": {
		"name", "description", "start_time", "end_time", "location", "is_all_day_event", "reminder_time", "availability",
		"visibility",
	},
	"File":   {"name", "description"},
	"Folder": {"name", "description"},
	"Photo":  {"name", "description"},
	"Tag":    {"user", "x", "y"},
	"Video":  {"name", "description"},
}

// Structures of other objects that the page lets a request carry besides.
var writableInside = map[string][]string{
	"Contact, on create":        {"emails", "work"},
	"Contact, emails":           {"preferred", "personal", "business", "other"},
	"Contact, work":             {"employer"},
	"Contact, employer of work": {"name"},
	"Tag, user":                 {"name", "id"},
}

// bodies are the types of all requests that have a JSON body, with the structures that they may write.
func bodies() map[reflect.Type][]string {
	calendar := writable["Calendar"]
	return map[reflect.Type][]string{
		reflect.TypeFor[liveconnect.NewActivity]():          writable["Activity"],
		reflect.TypeFor[liveconnect.NewAlbum]():             writable["Album"],
		reflect.TypeFor[liveconnect.NewApplication]():       writable["Application"],
		reflect.TypeFor[liveconnect.ApplicationUpdate]():    writable["Application"],
		reflect.TypeFor[liveconnect.AudioUpdate]():          writable["Audio"],
		reflect.TypeFor[liveconnect.NewCalendar]():          {calendar[0], calendar[1]},
		reflect.TypeFor[liveconnect.CalendarSubscription](): {calendar[0], calendar[2]},
		reflect.TypeFor[liveconnect.CalendarUpdate]():       calendar,
		reflect.TypeFor[liveconnect.NewContact]():           slices.Concat(writable["Contact"], writableInside["Contact, on create"]),
		reflect.TypeFor[liveconnect.ContactUpdate]():        writable["Contact"],
		reflect.TypeFor[liveconnect.NewEvent]():             writable["Event"],
		reflect.TypeFor[liveconnect.EventUpdate]():          writable["Event"],
		reflect.TypeFor[liveconnect.NewFolder]():            writable["Folder"],
		reflect.TypeFor[liveconnect.ItemUpdate]():           writable["File"], // albums, folders, photos and videos have the same
		reflect.TypeFor[liveconnect.NewTag]():               writable["Tag"],
		reflect.TypeFor[liveconnect.TagUpdate]():            writable["Tag"],
	}
}

// What the documents call read only cannot be written: there is no field for it.
func TestOnlyWritableStructuresCanBeWritten(t *testing.T) {
	t.Parallel()
	for body, structures := range bodies() {
		assert.ElementsMatch(t, structures, jsonNames(body), body.Name())
	}
	for body, structures := range map[reflect.Type]string{
		reflect.TypeFor[liveconnect.ContactEmails](): "Contact, emails",
		reflect.TypeFor[liveconnect.ContactWork]():   "Contact, work",
		reflect.TypeFor[liveconnect.Employer]():      "Contact, employer of work",
		reflect.TypeFor[liveconnect.TaggedUser]():    "Tag, user",
	} {
		assert.ElementsMatch(t, writableInside[structures], jsonNames(body), body.Name())
	}
	for _, same := range []string{"Album", "Folder", "Photo", "Video"} {
		assert.Equal(t, writable["File"], writable[same], same)
	}
}

// The table above has every body that any call of the library can send.
func TestEveryBodyIsInTheTable(t *testing.T) {
	t.Parallel()
	known, found := bodies(), 0
	for _, method := range clientMethods() {
		for i := range method.Type.NumIn() {
			argument := method.Type.In(i)
			if argument.Kind() != reflect.Pointer || argument.Elem().Kind() != reflect.Struct || i == 0 {
				continue
			}
			if body := argument.Elem(); len(jsonNames(body)) > 0 {
				assert.Contains(t, known, body, "an argument of %s", method.Name)
				found++
			}
		}
	}
	assert.Greater(t, found, len(known)-1)
}

// A comment and a destination have no type of their own: their bodies are looked at on the wire.
func TestBodiesWithoutAType(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id": "file.a.A!1"}`)))
	client := s.client(t)
	_, err := client.Comments.Create(t.Context(), "file.a.A!1", "Rocks.")
	require.NoError(t, err)
	assert.JSONEq(t, `{"message": "Rocks."}`, s.last(t).Body)
	_, err = client.Files.Move(t.Context(), "file.a.A!1", "folder.a.A!2")
	require.NoError(t, err)
	assert.JSONEq(t, `{"destination": "folder.a.A!2"}`, s.last(t).Body)
}

// jsonNames are the names that a struct has in JSON.
func jsonNames(of reflect.Type) (names []string) {
	for _, field := range reflect.VisibleFields(of) {
		if tag, ok := field.Tag.Lookup("json"); ok && tag != "-" {
			name, _, _ := strings.Cut(tag, ",")
			names = append(names, name)
		}
	}
	return names
}

// clientMethods are the exported methods of all services: "Albums.Create" and so on.
func clientMethods() (methods []reflect.Method) {
	client := reflect.TypeFor[liveconnect.Client]()
	for _, service := range reflect.VisibleFields(client) {
		if !service.IsExported() {
			continue
		}
		for i := range service.Type.NumMethod() {
			method := service.Type.Method(i)
			method.Name = service.Name + "." + method.Name
			methods = append(methods, method)
		}
	}
	return methods
}
