package tour

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// Run makes every call, on the account that every server has and one more.
func Run(t testing.TB, server *graphtest.Server) {
	t.Helper()
	c := NewClient(t, server, server.Account())
	drives(t, c)
	uploads(c)
	shares(t, c)
	people(t, c)
	calendars(c)
}

func drives(t testing.TB, c *Client) {
	t.Helper()
	account := c.server.Account()
	photo, err := account.AddFile("Pictures/orbs.jpg", imagetest.JPEG(840, 420, &imagetest.Exif{Make: "Contoso"}))
	c.must(err)
	for _, name := range []string{"a.txt", "b.txt", "song.mp3", "notes.one"} {
		_, err := account.AddFile("Documents/"+name, []byte("content of "+name))
		c.must(err)
	}
	drive := "/drives/" + account.DriveID()
	c.Get("/me/drive")
	c.Get("/me/drives")
	c.Get(drive + "?$select=quota")
	c.Get(drive + "/root")
	c.Get("/me/drive/items/" + account.RootID() + "?$expand=children,thumbnails")
	c.Get(drive + "/special/photos")
	c.Get(drive + "/special/cameraroll/children")
	list := c.Get(drive + "/root:/Documents:/children?$top=2&$orderby=name")
	c.Get(Text(list, "@odata.nextLink")[len(c.server.GraphURL):])
	c.Get(drive + "/root:/Pictures:/children?$expand=thumbnails")
	c.Get(drive + "/root/search(q='a.txt')")
	c.Get("/me/drive/search(q='orbs')?$top=1")
	c.Get(drive + "/recent")
	item := drive + "/items/" + photo
	c.Get(item + "?$select=id,name,@microsoft.graph.downloadUrl")
	c.Get(item + "/thumbnails")
	c.Get(item + "/thumbnails?$select=c300x400,small")
	c.Get(item + "/thumbnails/0")
	c.Get(item + "/thumbnails/0/large")
	picture := c.Want(http.StatusFound, http.MethodGet, item+"/thumbnails/0/small/content", nil)
	c.Want(http.StatusOK, http.MethodGet, picture.Header.Get("Location"), nil)
	content := c.Want(http.StatusFound, http.MethodGet, item+"/content", nil)
	c.Want(http.StatusPartialContent, http.MethodGet, content.Header.Get("Location"), nil, "Range", "bytes=0-9")

	folder := c.Want(http.StatusCreated, http.MethodPost, drive+"/items/"+account.RootID()+"/children", Object{
		"name": "Tour", "folder": Object{}, "description": "A folder", "@microsoft.graph.conflictBehavior": "fail",
	})
	c.Want(http.StatusOK, http.MethodPatch, item, Object{"name": "moved.jpg", "parentReference": Object{"id": folder.Text("id")}})
	copied := c.Want(http.StatusAccepted, http.MethodPost, item+"/copy", Object{"name": "copy.jpg", "parentReference": Object{
		"driveId": account.DriveID(), "id": account.RootID(),
	}}, "Prefer", "respond-async")
	c.Want(http.StatusAccepted, http.MethodGet, copied.Header.Get("Location"), nil)
	c.Want(http.StatusOK, http.MethodGet, copied.Header.Get("Location"), nil)
	c.Want(http.StatusNoContent, http.MethodDelete, drive+"/items/"+folder.Text("id"), nil)
}

func uploads(c *Client) {
	made := c.Want(http.StatusCreated, http.MethodPut, "/me/drive/root:/Documents/new.txt:/content", "new")
	c.Want(http.StatusOK, http.MethodPut, "/me/drive/items/"+made.Text("id")+"/content", "newer")
	session := c.Want(http.StatusOK, http.MethodPost, "/me/drive/root:/Documents/large.bin:/createUploadSession", Object{"item": Object{
		"@microsoft.graph.conflictBehavior": "rename", "name": "large.bin", "fileSystemInfo": Object{"lastModifiedDateTime": "2012-05-05T10:11:12Z"},
	}}).Text("uploadUrl")
	const unit = 320 << 10
	content := strings.Repeat("x", unit+5)
	c.Want(http.StatusAccepted, http.MethodPut, session, content[:unit], "Content-Range", "bytes 0-327679/327685")
	c.Get(session)
	c.Want(http.StatusCreated, http.MethodPut, session, content[unit:], "Content-Range", "bytes 327680-327684/327685")
}

func shares(t testing.TB, c *Client) {
	t.Helper()
	file := Text(c.Get("/me/drive/root:/Documents/a.txt"), "id")
	for _, kind := range []string{"view", "edit", "embed"} {
		c.Do(http.MethodPost, "/me/drive/items/"+file+"/createLink", Object{"type": kind, "scope": "anonymous"})
	}
	link := c.Want(http.StatusOK, http.MethodPost, "/me/drive/items/"+file+"/createLink", Object{"type": "view"}).JSON
	shared, _ := link["link"].(Object)
	encoded := "u!" + base64.RawURLEncoding.EncodeToString([]byte(Text(shared, "webUrl")))
	c.Get("/shares/" + encoded)
	c.Get("/shares/" + encoded + "/driveItem?$expand=children")

	other, err := c.server.AddAccount("Stephanie", "Bourne")
	c.must(err)
	theirs, err := other.AddFolder("Trip")
	c.must(err)
	_, err = other.AddFile("Trip/map.txt", []byte("a map"))
	c.must(err)
	c.must(other.Share(theirs, c.server.Account()))
	c.Get("/me/drive/sharedWithMe")
	c.Get("/drives/" + other.DriveID() + "/items/" + theirs + "/children")
}

func people(t testing.TB, c *Client) {
	t.Helper()
	c.must(c.server.Account().SetPhoto(imagetest.JPEG(500, 500, nil)))
	c.Get("/me")
	c.Get("/me?$select=id,birthday,displayName")
	c.Want(http.StatusOK, http.MethodGet, "/me/photo/$value", nil)
	c.Want(http.StatusOK, http.MethodGet, "/me/photos/48x48/$value", nil)
	contact := c.Want(http.StatusCreated, http.MethodPost, "/me/contacts", Object{
		"givenName": "Pavel", "surname": "Bansky", "birthday": "1974-07-22T00:00:00Z", "businessPhones": []string{"+1 732 555 0102"},
		"primaryEmailAddress": Object{"address": "pavelb@example.com", "name": "Pavel Bansky"}, "companyName": "Contoso",
	})
	one := "/me/contacts/" + url.PathEscape(contact.Text("id"))
	c.Get("/me/contacts?$top=5&$skip=0&$orderby=displayName&$count=true")
	c.Get(one)
	c.Want(http.StatusOK, http.MethodPatch, one, Object{"homePhones": []string{"1"}, "mobilePhone": nil})
	c.Want(http.StatusNoContent, http.MethodDelete, one, nil)
}

func calendars(c *Client) {
	prefer := []string{"Prefer", `outlook.timezone="Pacific Standard Time", outlook.body-content-type="text"`}
	made := c.Want(http.StatusCreated, http.MethodPost, "/me/calendars", Object{"name": "Volunteer"})
	c.Get("/me/calendars")
	window := "startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z"
	own := "/me/calendars/" + url.PathEscape(made.Text("id"))
	for _, calendar := range []string{"/me", "/me/calendar", own} {
		event := c.Want(http.StatusCreated, http.MethodPost, calendar+"/events", Object{
			"subject": "Family reunion", "body": Object{"contentType": "html", "content": "<p>Dear all</p>"},
			"start":    Object{"dateTime": "2026-11-26T09:00:00", "timeZone": "Pacific Standard Time"},
			"end":      Object{"dateTime": "2026-11-26T21:00:00", "timeZone": "Pacific Standard Time"},
			"location": Object{"displayName": "Home"}, "showAs": "oof", "sensitivity": "private",
			"recurrence": Object{
				"pattern": Object{"type": "weekly", "interval": 1, "daysOfWeek": []string{"thursday"}},
				"range":   Object{"type": "numbered", "startDate": "2026-11-26", "numberOfOccurrences": 3},
			},
		}, prefer...)
		one := calendar + "/events/" + url.PathEscape(event.Text("id"))
		c.Get(calendar+"/events?$top=3&$filter=subject%20eq%20'Family%20reunion'", prefer...)
		c.Get(one, prefer...)
		c.Get(one + "/instances?" + window)
		c.Want(http.StatusOK, http.MethodPatch, one, Object{"subject": "Reunion", "isReminderOn": false}, prefer...)
		c.Get(calendar+"/calendarView?"+window+"&$orderby=start/dateTime", prefer...)
		c.Want(http.StatusNoContent, http.MethodDelete, one, nil)
		if calendar != "/me" {
			c.Get(calendar)
			c.Want(http.StatusOK, http.MethodPatch, calendar, Object{"name": "Volunteers " + calendar[:12]})
		}
	}
	c.Want(http.StatusNoContent, http.MethodDelete, own, nil)
	c.Want(http.StatusBadRequest, http.MethodDelete, "/me/calendar", nil) // the default one
}
