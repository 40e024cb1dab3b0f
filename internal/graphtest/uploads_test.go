package graphtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
)

const unit = 320 << 10

// upload is an upload session under test.
type upload struct {
	*tour.Client
	url string
}

func open(c *tour.Client, path, behavior string) upload {
	item := tour.Object{}
	if behavior != "" {
		item["@microsoft.graph.conflictBehavior"] = behavior
	}
	session := c.Want(http.StatusOK, http.MethodPost, "/me/drive/root:/"+path+":/createUploadSession", tour.Object{"item": item})
	return upload{c, session.Text("uploadUrl")}
}

// put sends the bytes from first up to end of a file of total bytes.
func (u upload) put(first, end, total int, headers ...string) tour.Reply {
	headers = append([]string{"Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, end-1, total)}, headers...)
	return u.Do(http.MethodPut, u.url, strings.Repeat("x", end-first), headers...)
}

func expected(t *testing.T, o tour.Object, ranges ...any) {
	t.Helper()
	assert.Equal(t, append([]any{}, ranges...), o["nextExpectedRanges"])
}

func TestUploadSession(t *testing.T) {
	t.Parallel()
	const total = 2*unit + 7
	server, c := start(t)
	u := open(c, "New/Folder/large.bin", "fail")
	assert.True(t, strings.HasPrefix(u.url, server.FilesURL))
	assert.Equal(t, http.StatusUnauthorized, u.put(0, unit, total, "Authorization", "Bearer x").Status)
	expected(t, c.Get(u.url), "0-")
	first := u.put(0, unit, total)
	assert.Equal(t, http.StatusAccepted, first.Status)
	expected(t, first.JSON, fmt.Sprint(unit, "-"))

	overlap := u.put(0, unit, total)
	assert.Equal(t, []any{http.StatusRequestedRangeNotSatisfiable, "invalidRange"}, []any{overlap.Status, overlap.Code()})
	expected(t, overlap.JSON, fmt.Sprint(unit, "-"))
	gap := u.put(2*unit, total, total)
	assert.Equal(t, []any{http.StatusRequestedRangeNotSatisfiable, "invalidRange"}, []any{gap.Status, gap.Code()})
	expected(t, c.Get(u.url), fmt.Sprint(unit, "-"))
	for name, bad := range map[string]tour.Reply{
		"not a unit":    u.put(unit, unit+5, total),
		"other total":   u.put(unit, 2*unit, total+1),
		"beyond":        u.Do(http.MethodPut, u.url, "x", "Content-Range", fmt.Sprintf("bytes %d-%d/%d", total, total, total)),
		"wrong length":  u.Do(http.MethodPut, u.url, "xy", "Content-Range", fmt.Sprintf("bytes %d-%d/%d", unit, unit+2, total)),
		"no range":      u.Do(http.MethodPut, u.url, "xy"),
		"unknown total": u.Do(http.MethodPut, u.url, "xy", "Content-Range", "bytes 0-1/*"),
	} {
		assert.Equal(t, []any{http.StatusBadRequest, "invalidRequest"}, []any{bad.Status, bad.Code()}, name)
	}
	assert.Equal(t, http.StatusAccepted, u.put(unit, 2*unit, total).Status)
	assert.Equal(t, http.StatusNotFound, c.Do(http.MethodGet, "/me/drive/root:/New/Folder/large.bin", nil).Status, "not before the end")
	last := u.put(2*unit, total, total)
	assert.Equal(t, http.StatusCreated, last.Status)
	assert.EqualValues(t, total, last.JSON["size"])
	assert.EqualValues(t, total, c.Get("/me/drive/root:/New/Folder/large.bin")["size"])

	again := u.put(2*unit, total, total)
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, again.Status)
	expected(t, again.JSON, "0-")
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, u.url, nil)
}

func TestUploadSessionConflicts(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	id := addFile(t, server.Account(), "a.bin", "old")
	create := func(path string, item tour.Object) (string, string, any) {
		return http.MethodPost, "/me/drive/" + path + "/createUploadSession", tour.Object{"item": item}
	}
	method, path, body := create("root:/a.bin:", tour.Object{})
	refused(t, c, http.StatusConflict, "nameAlreadyExists", method, path, body) // fail is the default
	method, path, body = create("items/"+id, tour.Object{})
	assert.Contains(t, string(refused(t, c, http.StatusBadRequest, "invalidRequest", method, path, body).Body), "File name not provided in url")
	method, path, body = create("root:/b.bin:", tour.Object{"name": "c.bin"})
	refused(t, c, http.StatusBadRequest, "invalidRequest", method, path, body)
	method, path, body = create("root:/b.bin:", tour.Object{"naame": "c.bin"})
	refused(t, c, http.StatusBadRequest, "BadRequest", method, path, body)

	replaced := open(c, "a.bin", "replace").put(0, 3, 3)
	assert.Equal(t, []any{http.StatusOK, id}, []any{replaced.Status, replaced.Text("id")})
	renamed := open(c, "a.bin", "rename").put(0, 3, 3)
	assert.Equal(t, []any{http.StatusCreated, "a 1.bin"}, []any{renamed.Status, renamed.Text("name")})

	u := open(c, "b.bin", "fail")
	method, path, body = create("root:/B.bin:", tour.Object{})
	reply := refused(t, c, http.StatusConflict, "nameAlreadyExists", method, path, body)
	assert.Contains(t, string(reply.Body), "An upload session already exists")
	addFile(t, server.Account(), "b.bin", "was quicker")
	late := u.put(0, 3, 3)
	assert.Equal(t, []any{http.StatusConflict, "nameAlreadyExists"}, []any{late.Status, late.Code()})
	c.Want(http.StatusNoContent, http.MethodDelete, u.url, nil)
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, u.url, nil)
	assert.Equal(t, http.StatusNotFound, u.put(0, 3, 3).Status)
}

func TestUploadSessionIsLost(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	u := open(c, "a.bin", "replace")
	server.Advance(20 * time.Hour)
	c.Get(u.url)
	server.Advance(5 * time.Hour)
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, u.url, nil)
	c = tour.NewClient(t, server, server.Account())
	u = open(c, "a.bin", "replace")
	server.Fault(graphtest.Fault{Method: http.MethodPut, Count: 1, Do: graphtest.LostUploadSession()})
	lost := u.put(0, 3, 3)
	assert.Equal(t, []any{http.StatusNotFound, "itemNotFound"}, []any{lost.Status, lost.Code()})
	assert.Equal(t, http.StatusCreated, open(c, "a.bin", "replace").put(0, 3, 3).Status)
}

// A fragment can be taken in part, by a server that says so or because the line broke; the rest is asked for.
func TestUploadSessionTakesParts(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	const total = 4 * unit
	u := open(c, "a.bin", "replace")
	server.Fault(graphtest.Fault{Host: graphtest.Files, Method: http.MethodPut, Count: 1, Do: graphtest.AcceptPart(unit + 1000)})
	part := u.put(0, total, total)
	assert.Equal(t, http.StatusAccepted, part.Status)
	expected(t, part.JSON, fmt.Sprint(unit, "-"))
	server.Fault(graphtest.Fault{Host: graphtest.Files, Method: http.MethodPut, Count: 1, Do: graphtest.CutRequest(2*unit+5, graphtest.Close)})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, u.url, strings.NewReader(strings.Repeat("x", 3*unit)))
	require.NoError(t, err)
	r.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", unit, total-1, total))
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	resp, err := (&http.Client{Transport: transport}).Do(r)
	if err == nil {
		resp.Body.Close()
	}
	require.Error(t, err)
	expected(t, c.Get(u.url), fmt.Sprint(3*unit, "-"))
	assert.Equal(t, http.StatusCreated, u.put(3*unit, total, total).Status)
}

func TestCopies(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	account := server.Account()
	id := addFile(t, account, "A/a.txt", "content")
	copying := func(item string, body tour.Object, headers ...string) string {
		return c.Want(http.StatusAccepted, http.MethodPost, "/me/drive/items/"+item+"/copy", body, headers...).Header.Get("Location")
	}
	for i, ending := range []graphtest.CopyEnding{graphtest.CopyCompleted, graphtest.CopySeeOther, graphtest.CopySeeOtherBare, graphtest.CopyWithoutID} {
		server.SetCopies(ending, 2)
		name := fmt.Sprintf("copy %d.txt", i)
		monitor := copying(id, tour.Object{"name": name}, "Prefer", "respond-async")
		refused(t, c, http.StatusUnauthorized, "unauthenticated", http.MethodGet, monitor, nil, "Authorization", "Bearer x")
		for range 2 {
			going := c.Want(http.StatusAccepted, http.MethodGet, monitor, nil)
			assert.Equal(t, "inProgress", going.Text("status"))
		}
		made := tour.Text(c.Get("/me/drive/root:/A/"+strings.ReplaceAll(name, " ", "%20")), "id")
		end := c.Do(http.MethodGet, monitor, nil)
		switch ending {
		case graphtest.CopyCompleted:
			assert.Equal(t, []any{http.StatusOK, "completed", made}, []any{end.Status, end.Text("status"), end.Text("resourceId")})
		case graphtest.CopySeeOther:
			assert.Equal(t, []any{http.StatusSeeOther, "completed", made}, []any{end.Status, end.Text("status"), end.Text("resourceId")})
			assert.True(t, strings.HasSuffix(end.Header.Get("Location"), "/items/"+made))
		case graphtest.CopySeeOtherBare:
			assert.Equal(t, []any{http.StatusSeeOther, 0}, []any{end.Status, len(end.Body)})
			assert.True(t, strings.HasSuffix(end.Header.Get("Location"), "/items/"+made))
		case graphtest.CopyWithoutID:
			assert.Equal(t, []any{http.StatusOK, "completed", ""}, []any{end.Status, end.Text("status"), end.Text("resourceId")})
		}
	}
	server.SetCopies(graphtest.CopyCompleted, 0)
	// The behavior does not count for personal accounts: a name that is taken ends the copy.
	monitor := c.Want(http.StatusAccepted, http.MethodPost, "/me/drive/items/"+id+"/copy?@microsoft.graph.conflictBehavior=rename", tour.Object{}).Header.Get("Location")
	failed := c.Get(monitor)
	assert.Equal(t, "failed", tour.Text(failed, "status"))
	assert.Equal(t, "nameAlreadyExists", tour.Text(failed["error"].(tour.Object), "code"))

	folder := tour.Text(c.Get("/me/drive/root:/A"), "id")
	assert.Equal(t, "completed", tour.Text(c.Get(copying(folder, tour.Object{"name": "B"})), "status"))
	assert.Len(t, tour.Values(c.Get("/me/drive/root:/B:/children")), 5)
	assert.Equal(t, "failed", tour.Text(c.Get(copying(folder, tour.Object{"parentReference": tour.Object{"id": folder}})), "status"))
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodPost, "/me/drive/items/"+id+"/copy", tour.Object{"parentReference": tour.Object{"id": "root"}})
	refused(t, c, http.StatusBadRequest, "BadRequest", http.MethodPost, "/me/drive/items/"+id+"/copy", tour.Object{"destination": "x"})
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodPost, "/me/drive/items/"+id+"/copy", tour.Object{"parentReference": tour.Object{"id": id}})

	monitor = copying(id, tour.Object{"name": "z.txt"})
	server.LoseMonitors()
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, monitor, nil)
	c.Get("/me/drive/root:/A/z.txt")
}
