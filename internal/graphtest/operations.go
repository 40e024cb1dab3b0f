package graphtest

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/graphtest/facts"
)

// operation is a call that is played.
type operation struct {
	scopes []string // one of them is needed
	denied func() *failure
	rules  rules
	run    func(*call) (*answer, error)
}

// The scopes that calls need, the smallest first.
var (
	readFiles      = []string{"Files.Read", "Files.ReadWrite", "Files.Read.All", "Files.ReadWrite.All"}
	writeFiles     = []string{"Files.ReadWrite", "Files.ReadWrite.All"}
	readUser       = []string{"User.Read", "User.ReadWrite"}
	readContacts   = []string{"Contacts.Read", "Contacts.ReadWrite"}
	writeContacts  = []string{"Contacts.ReadWrite"}
	readCalendars  = []string{"Calendars.Read", "Calendars.ReadWrite", "Calendars.Read.Shared"}
	writeCalendars = []string{"Calendars.ReadWrite"}
)

// Options of whole kinds of lists.
var (
	itemListTakes    = []string{"$top", "$skiptoken", "$orderby", "$expand"}
	itemSearchTakes  = []string{"$top", "$skiptoken", "$expand", "$count"}
	outlookListTakes = []string{"$top", "$skip", "$orderby", "$filter", "$count"}
	contactOrders    = []string{"displayName", "givenName", "surname", "companyName", "jobTitle", "birthday", "createdDateTime", "lastModifiedDateTime"}
	eventOrders      = []string{"start/dateTime", "end/dateTime", "subject", "createdDateTime", "lastModifiedDateTime"}
)

// operations are all calls that are played, by method and shape.
var operations = func() map[string]operation {
	all := map[string]operation{}
	drives(all)
	people(all)
	calendars(all)
	return all
}()

func files(typ string, scopes, takes []string, run func(*call) (*answer, error)) operation {
	return operation{
		scopes: scopes, denied: denied, run: run,
		rules: rules{typ: typ, takes: takes, bare: true, orders: []string{"name", "size", "lastModifiedDateTime"}, expand: []string{"children", "thumbnails"}},
	}
}

func outlook(typ string, scopes, takes, orders []string, run func(*call) (*answer, error)) operation {
	return operation{scopes: scopes, denied: outlookDenied, run: run, rules: rules{typ: typ, takes: takes, orders: orders}}
}

func drives(all map[string]operation) {
	writes := []string{conflictBehavior}
	all["GET drive"] = files("drive", readFiles, nil, getDrive)
	all["GET me/drives"] = files("drive", readFiles, nil, listDrives)
	all["GET drive/recent"] = files("driveItem", readFiles, itemSearchTakes, recentItems)
	all["GET drive/sharedWithMe"] = files("driveItem", readFiles, append([]string{"allowexternal"}, itemSearchTakes...), sharedWithMe)
	all["GET drive/search"] = files("driveItem", readFiles, itemSearchTakes, searchItems)
	all["GET item/search"] = files("driveItem", readFiles, itemSearchTakes, searchItems)
	all["GET item"] = files("driveItem", readFiles, []string{"$expand"}, getItem)
	all["PATCH item"] = files("driveItem", writeFiles, writes, updateItem)
	all["DELETE item"] = files("driveItem", writeFiles, nil, deleteItem)
	all["GET item/children"] = files("driveItem", readFiles, itemListTakes, listChildren)
	all["POST item/children"] = files("driveItem", writeFiles, writes, createChild)
	all["GET item/content"] = files("driveItem", readFiles, []string{"format"}, getContent)
	all["PUT item/content"] = files("driveItem", writeFiles, writes, putContent)
	all["POST item/createUploadSession"] = files("uploadSession", writeFiles, writes, createUploadSession)
	all["POST item/copy"] = files("driveItem", writeFiles, writes, copyItem)
	all["POST item/createLink"] = files("permission", writeFiles, nil, createLink)
	all["GET item/thumbnails"] = files("thumbnailSet", readFiles, nil, listThumbnails)
	all["GET item/thumbnails/{}"] = files("thumbnailSet", readFiles, nil, oneThumbnail(thumbnailSet))
	all["GET item/thumbnails/{}/{}"] = files("thumbnail", readFiles, nil, oneThumbnail(thumbnailSize))
	all["GET item/thumbnails/{}/{}/content"] = files("thumbnail", readFiles, nil, oneThumbnail(thumbnailContent))
	all["GET share"] = files("sharedDriveItem", readFiles, nil, getShare)
}

func people(all map[string]operation) {
	refused := func() *failure {
		return fail(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
	user := operation{scopes: readUser, denied: refused, rules: rules{typ: "user"}, run: getUser}
	all["GET me"] = user
	photo := operation{scopes: readUser, denied: refused, rules: rules{typ: "profilePhoto"}, run: getPhoto}
	all["GET me/photo/$value"] = photo
	all["GET me/photos/{}/$value"] = photo
	all["GET me/contacts"] = outlook("contact", readContacts, outlookListTakes, contactOrders, listContacts)
	all["POST me/contacts"] = outlook("contact", writeContacts, nil, nil, createContact)
	all["GET me/contacts/{}"] = outlook("contact", readContacts, nil, nil, getContact)
	all["PATCH me/contacts/{}"] = outlook("contact", writeContacts, nil, nil, updateContact)
	all["DELETE me/contacts/{}"] = outlook("contact", writeContacts, nil, nil, deleteContact)
}

func calendars(all map[string]operation) {
	window := append([]string{"startdatetime", "enddatetime"}, outlookListTakes...)
	all["GET me/calendars"] = outlook("calendar", readCalendars, outlookListTakes, []string{"name"}, listCalendars)
	all["POST me/calendars"] = outlook("calendar", writeCalendars, nil, nil, createCalendar)
	for _, calendar := range []string{"me/calendar", "me/calendars/{}"} {
		all["GET "+calendar] = outlook("calendar", readCalendars, nil, nil, getCalendar)
		all["PATCH "+calendar] = outlook("calendar", writeCalendars, nil, nil, updateCalendar)
		all["DELETE "+calendar] = outlook("calendar", writeCalendars, nil, nil, deleteCalendar)
	}
	for _, parent := range []string{"me", "me/calendar", "me/calendars/{}"} {
		all["GET "+parent+"/events"] = outlook("event", readCalendars, outlookListTakes, eventOrders, listEvents)
		all["POST "+parent+"/events"] = outlook("event", writeCalendars, nil, nil, createEvent)
		all["GET "+parent+"/calendarView"] = outlook("event", readCalendars, window, eventOrders, calendarView)
		all["GET "+parent+"/events/{}"] = outlook("event", readCalendars, nil, nil, getEvent)
		all["PATCH "+parent+"/events/{}"] = outlook("event", writeCalendars, nil, nil, updateEvent)
		all["DELETE "+parent+"/events/{}"] = outlook("event", writeCalendars, nil, nil, deleteEvent)
		all["GET "+parent+"/events/{}/instances"] = outlook("event", readCalendars, window, eventOrders, eventInstances)
	}
}

// unknown is the answer to a call that is not played: Graph's own where Graph has no such thing either.
func (c *call) unknown(path string) error {
	problems := facts.CheckRequest(c.r.Method, "/"+path, nil)
	if len(problems) > 0 {
		segment := path[strings.LastIndex(path, "/")+1:]
		return badRequest("Resource not found for the segment '%s'.", segment)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if _, played := operations[method+" "+c.shape]; played {
			return fail(http.StatusMethodNotAllowed, codeInvalidRequest, "The method %s is not allowed here.", c.r.Method)
		}
	}
	return unplayed("%s %s", c.r.Method, c.shape)
}

// Operations lists every call of Graph that is played, as [Request.Operation] names it.
func Operations() []string { return slices.Sorted(maps.Keys(operations)) }
