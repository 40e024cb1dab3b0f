package graphtest_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
)

func TestIDs(t *testing.T) {
	t.Parallel()
	const padded, short = "00c4ab1e0ddba115", "c4ab1e0ddba115"
	for name, test := range map[string]struct {
		opts             []graphtest.AccountOption
		drive, reference string
		item, root       string
		refused          []string
	}{
		"old":         {nil, padded, padded, `^C4AB1E0DDBA115!\d+$`, "C4AB1E0DDBA115!101", []string{short}},
		"new":         {[]graphtest.AccountOption{graphtest.WithNewIDs()}, padded, padded, `^C4AB1E0DDBA115!s[0-9a-f]{32}$`, "C4AB1E0DDBA115!sea8cc6beffdb43d7976fbc7da445c639", []string{short}},
		"zeros":       {[]graphtest.AccountOption{graphtest.WithoutZeros()}, short, short, `^C4AB1E0DDBA115!\d+$`, "C4AB1E0DDBA115!101", []string{padded}},
		"mixed":       {[]graphtest.AccountOption{graphtest.WithMixedCase()}, padded, strings.ToUpper(padded), `^C4AB1E0DDBA115!\d+$`, "C4AB1E0DDBA115!101", []string{short}},
		"zeros mixed": {[]graphtest.AccountOption{graphtest.WithoutZeros(), graphtest.WithMixedCase()}, padded, strings.ToUpper(short), `^C4AB1E0DDBA115!\d+$`, "C4AB1E0DDBA115!101", []string{"0" + short}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, c := start(t, graphtest.WithAccount(append(test.opts, graphtest.WithCID(padded))...))
			id := addFile(t, server.Account(), "Documents/a.txt", "a")
			assert.Equal(t, test.drive, tour.Text(c.Get("/me/drive"), "id"))
			assert.Equal(t, test.root, tour.Text(c.Get("/me/drive/root"), "id"))
			assert.Regexp(t, test.item, id)
			item := c.Get("/drives/" + test.drive + "/items/" + id)
			parent, _ := item["parentReference"].(tour.Object)
			assert.Equal(t, test.reference, tour.Text(parent, "driveId"))
			assert.Regexp(t, test.item, tour.Text(parent, "id"))
			// Case does not count, whether of the drive or of the item.
			c.Get("/drives/" + strings.ToUpper(test.drive) + "/items/" + strings.ToLower(id))
			c.Get("/drives/" + test.reference + "/items/" + test.root + "/children")
			for _, drive := range test.refused {
				refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, "/drives/"+drive+"/root", nil)
			}
		})
	}
}

func TestIDsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	cid := strings.ToUpper(server.Account().ID)
	items := "/drives/" + server.Account().DriveID() + "/items/"
	for id, status := range map[string]int{
		cid + "!99999":                       http.StatusNotFound,
		cid + "!s" + strings.Repeat("a", 32): http.StatusNotFound, // the form of the other store
		"0123456789ABCDEF!101":               http.StatusNotFound, // of another drive
		cid:                                  http.StatusBadRequest,
		cid + "!":                            http.StatusBadRequest,
		cid + "!x12":                         http.StatusBadRequest,
		cid + ".102":                         http.StatusBadRequest,
		"file." + strings.ToLower(cid) + "." + cid + "!102": http.StatusBadRequest,
		"01NKDM7HMOJTVYMDOSXFDK2QJDXCDI3WUK":                http.StatusBadRequest,
	} {
		code := map[int]string{http.StatusNotFound: "itemNotFound", http.StatusBadRequest: "invalidRequest"}[status]
		refused(t, c, status, code, http.MethodGet, items+id, nil)
	}
	moved, _ := start(t, graphtest.WithAccount(graphtest.WithNewIDs()))
	c = tour.NewClient(t, moved, moved.Account())
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, "/me/drive/items/"+strings.ToUpper(moved.Account().ID)+"!102", nil)
}

// Items of another's drive are read by that drive's id, with the scope for all files, and cannot be written.
func TestOthersItems(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	other, err := server.AddAccount("Stephanie", "Bourne", graphtest.WithNewIDs(), graphtest.WithCID("00c4ab1e0ddba115"))
	require.NoError(t, err)
	shared, err := other.AddFolder("Trip")
	require.NoError(t, err)
	file := addFile(t, other, "Trip/map.txt", "a map")
	secret := addFile(t, other, "secret.txt", "secret")
	require.NoError(t, other.Share(shared, server.Account()))

	list := tour.Values(c.Get("/me/drive/sharedWithMe"))
	require.Len(t, list, 1)
	remote, _ := list[0]["remoteItem"].(tour.Object)
	parent, _ := remote["parentReference"].(tour.Object)
	assert.Equal(t, []string{shared, other.DriveID()}, []string{tour.Text(remote, "id"), tour.Text(parent, "driveId")})
	theirs := "/drives/" + other.DriveID() + "/items/"
	assert.Equal(t, []string{"map.txt"}, tour.Names(c.Get(theirs+shared+"/children")))
	c.Want(http.StatusFound, http.MethodGet, theirs+file+"/content", nil)
	refused(t, c, http.StatusForbidden, "accessDenied", http.MethodGet, theirs+secret, nil)
	refused(t, c, http.StatusForbidden, "accessDenied", http.MethodPut, theirs+file+"/content", "x")
	refused(t, c, http.StatusForbidden, "accessDenied", http.MethodPut, theirs+shared+":/new.txt:/content", "x")
	refused(t, c, http.StatusForbidden, "accessDenied", http.MethodDelete, theirs+file, nil)

	copied := c.Want(http.StatusAccepted, http.MethodPost, theirs+file+"/copy", tour.Object{"parentReference": tour.Object{
		"driveId": server.Account().DriveID(), "id": server.Account().RootID(),
	}})
	c.Want(http.StatusAccepted, http.MethodGet, copied.Header.Get("Location"), nil)
	c.Want(http.StatusOK, http.MethodGet, copied.Header.Get("Location"), nil)
	assert.Regexp(t, regexp.MustCompile(`!\d+$`), tour.Text(c.Get("/me/drive/root:/map.txt"), "id"))

	narrow := tour.NewClient(t, server, server.Account(), "Files.ReadWrite")
	narrow.Get("/me/drive/root")
	refused(t, narrow, http.StatusForbidden, "accessDenied", http.MethodGet, theirs+shared, nil)
}

func TestRetiredLists(t *testing.T) {
	t.Parallel()
	server, c := start(t, graphtest.WithAccount(graphtest.WithRetiredLists()))
	addFile(t, server.Account(), "a.txt", "a")
	assert.Empty(t, tour.Values(c.Get("/me/drive/recent")))
	assert.Empty(t, tour.Values(c.Get("/me/drive/sharedWithMe")))
	_, c = start(t)
	c.Want(http.StatusCreated, http.MethodPut, "/me/drive/root:/a.txt:/content", "a")
	assert.Equal(t, []string{"a.txt"}, tour.Names(c.Get("/me/drive/recent()")))
}

func TestSearch(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	for _, name := range []string{"A/it's 1.txt", "A/it's 2.txt", "B/it's 3.txt", "B/a:/b"} {
		addFile(t, server.Account(), strings.ReplaceAll(name, "a:/b", "other"), "x")
	}
	list := c.Get("/me/drive/root/search(q='it''s')?$top=2")
	assert.Equal(t, []string{"it's 1.txt", "it's 2.txt"}, tour.Names(list))
	list = c.Get(strings.TrimPrefix(tour.Text(list, "@odata.nextLink"), server.GraphURL))
	assert.Equal(t, []string{"it's 3.txt"}, tour.Names(list))
	assert.Equal(t, []string{"it's 3.txt"}, tour.Names(c.Get("/me/drive/root:/B:/search(q='it%27%27s')")))
	assert.Empty(t, tour.Names(c.Get("/me/drive/search(q='a:/b')")))
}
