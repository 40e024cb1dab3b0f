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

// start is a server, and a client that is signed in to its account.
func start(t *testing.T, opts ...graphtest.Option) (*graphtest.Server, *tour.Client) {
	t.Helper()
	server := graphtest.NewServer(t, opts...)
	return server, tour.NewClient(t, server, server.Account())
}

func addFile(t *testing.T, account *graphtest.Account, path, content string) string {
	t.Helper()
	id, err := account.AddFile(path, []byte(content))
	require.NoError(t, err)
	return id
}

// refused is a call that Graph answers with an error.
func refused(t *testing.T, c *tour.Client, status int, code, method, path string, body any, headers ...string) tour.Reply {
	t.Helper()
	reply := c.Want(status, method, path, body, headers...)
	assert.Equal(t, code, reply.Code(), "%s %s: %s", method, path, reply.Body)
	return reply
}

func TestChildrenByPages(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	want := []string{}
	for i := range 7 {
		name := fmt.Sprintf("%c.txt", 'g'-i)
		addFile(t, server.Account(), "Many/"+name, strings.Repeat("x", i))
		want = append([]string{name}, want...)
	}
	walk := func(path string) (names []string, pages int) {
		for path != "" {
			list := c.Get(path)
			names = append(names, tour.Names(list)...)
			path = strings.TrimPrefix(tour.Text(list, "@odata.nextLink"), server.GraphURL)
			pages++
		}
		return names, pages
	}
	names, pages := walk("/me/drive/root:/Many:/children?$top=3")
	assert.Equal(t, want, names)
	assert.Equal(t, 3, pages)
	names, _ = walk("/me/drive/root:/Many:/children?$orderby=size%20desc&$top=2&$select=name")
	assert.Equal(t, want, names, "the largest came last")

	const many = "/me/drive/root:/Many:/children"
	next := strings.TrimPrefix(tour.Text(c.Get(many+"?$top=2"), "@odata.nextLink"), server.GraphURL)
	assert.NotContains(t, next, "$skip=")
	reply := refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, many+"?$skip=2", nil)
	assert.Contains(t, string(reply.Body), "Only URLs returned by the API can be used to page")
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, many+"?$skiptoken=forged", nil)
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, strings.Replace(next, "Many", "Documents", 1), nil)
	server.ExpirePages()
	refused(t, c, http.StatusGone, "resyncRequired", http.MethodGet, next, nil)
	next = strings.TrimPrefix(tour.Text(c.Get(many+"?$top=2"), "@odata.nextLink"), server.GraphURL)
	server.Advance(30 * time.Minute)
	c.Get(next)
	server.Advance(31 * time.Minute)
	assert.NotEqual(t, http.StatusOK, c.Do(http.MethodGet, next, nil).Status)
}

func TestDefaultPage(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	for i := range 201 {
		addFile(t, server.Account(), fmt.Sprintf("Many/%03d", i), "")
	}
	list := c.Get("/me/drive/root:/Many:/children")
	assert.Len(t, tour.Values(list), 200)
	rest := c.Get(strings.TrimPrefix(tour.Text(list, "@odata.nextLink"), server.GraphURL))
	assert.Equal(t, []string{"200"}, tour.Names(rest))
	assert.NotContains(t, rest, "@odata.nextLink")
}

// What an operation does not take is refused, so that no client believes that it worked.
func TestOptionsAreRefused(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	root := "/drives/" + server.Account().DriveID() + "/root"
	for path, code := range map[string]string{
		root + "?$top=3":                            "BadRequest",
		root + "?$filter=name%20eq%20'a'":           "BadRequest",
		root + "?$bogus=1":                          "BadRequest",
		root + "?bogus=1":                           "BadRequest",
		root + "?$select=naame":                     "BadRequest",
		root + "?$select=id&$select=name":           "BadRequest",
		root + "?$expand=kids":                      "BadRequest",
		root + "?$expand=children($select=naame)":   "BadRequest",
		root + "/children?$orderby=description":     "invalidRequest",
		root + "/children?$orderby=name%20down":     "BadRequest",
		root + "/children?$top=0":                   "BadRequest",
		root + "/children?$top=x":                   "BadRequest",
		root + "/children?$filter=folder%20ne%20x":  "BadRequest",
		root + "/search(q='a'b')":                   "BadRequest",
		root + "/search(q=a)":                       "BadRequest",
		root + "/search(q='')":                      "invalidRequest",
		root + "/kids":                              "BadRequest",
		"/me/kids":                                  "BadRequest",
		"/me/contacts?top=3":                        "BadRequest", // only files let the $ away
		"/me/contacts?$orderby=nickName":            "invalidRequest",
		"/me/contacts?$filter=displayName%20is%203": "BadRequest",
	} {
		refused(t, c, http.StatusBadRequest, code, http.MethodGet, path, nil)
	}
	c.Get(root + "?select=id,name")
	c.Get(root + "/children?top=1")
	assert.Equal(t, http.StatusBadRequest, c.Do(http.MethodGet, "/../beta/me", nil).Status)
	// What Graph has and is not played can be taken for nothing else.
	for _, path := range []string{root + "/delta", root + "/permissions", "/me/drive/bundles", "/me/contactFolders", "/me/photo", root + "?$expand=permissions"} {
		refused(t, c, http.StatusNotImplemented, "notSupported", http.MethodGet, path, nil)
	}
	refused(t, c, http.StatusMethodNotAllowed, "invalidRequest", http.MethodPut, "/me", nil)
}

func TestSelectAndExpand(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	id := addFile(t, server.Account(), "Documents/a.txt", "abc")
	item := c.Get("/me/drive/items/" + id + "?$select=name")
	assert.Equal(t, []any{"a.txt", id, nil}, []any{item["name"], item["id"], item["size"]})
	assert.NotContains(t, item, "@microsoft.graph.downloadUrl", "a $select loses it")
	assert.Contains(t, c.Get("/me/drive/items/"+id), "@microsoft.graph.downloadUrl")
	folder := c.Get("/me/drive/root:/Documents?$expand=children($select=id,name)&$select=name")
	assert.Equal(t, []any{map[string]any{"id": id, "name": "a.txt"}}, folder["children"])
	assert.Equal(t, map[string]any{"childCount": 1.0}, c.Get("/me/drive/root:/Documents")["folder"])
}

func TestPaths(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	account := server.Account()
	plain := addFile(t, account, "A/ü #%1 'q' [x]+&=.txt", "x")
	for _, path := range []string{
		"/me/drive/root:/A/%C3%BC%20%23%251%20'q'%20%5Bx%5D+&=.txt",
		"/drive/root:/a/%C3%9C%20%23%251%20'q'%20[x]%2B%26%3D.TXT:",
		"/drives/" + account.DriveID() + "/items/" + account.RootID() + ":/A/%C3%BC%20%23%251%20%27q%27%20%5Bx%5D+&=.txt",
		"/me/drive/items/root:/A/%C3%BC%20%23%251%20%27q%27%20%5Bx%5D+&=.txt:/",
	} {
		assert.Equal(t, plain, tour.Text(c.Get(path), "id"), path)
	}
	item := c.Get("/me/drive/items/" + plain)
	parent, _ := item["parentReference"].(tour.Object)
	assert.Equal(t, "/drive/root:/A", tour.Text(parent, "path"))
	assert.Equal(t, account.RootID(), tour.Text(c.Get("/me/drive/root:/"), "id"))
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, "/me/drive/root:/A/none", nil)
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, "/me/drive/root:/A/a:b:c", nil)
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, "/me/drive/root:/A/a%2Fb", nil)
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, "/me/drive/root:A", nil)
}

func TestForbiddenNames(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	for _, name := range []string{
		"", "a:b", "a*b", "a?b", `a"b`, "a<b", "a>b", "a|b", "a/b", `a\b`, " a", "a ", "a.", ".", "..", "a\tb", "CON", "nul.txt", "com1", "LPT9.log",
		".lock", "Desktop.ini", "~$a.docx", "x_vti_y", strings.Repeat("x", 256),
	} {
		body := tour.Object{"name": name, "folder": tour.Object{}}
		refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodPost, "/me/drive/root/children", body)
	}
	for _, name := range []string{"#1", "100%", "~a", "com10", "a.b.c", "console", strings.Repeat("ü", 255)} {
		c.Want(http.StatusCreated, http.MethodPost, "/me/drive/root/children", tour.Object{"name": name, "folder": tour.Object{}})
	}
}

func TestConflicts(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	id := addFile(t, server.Account(), "a.txt", "old")
	const put = "/me/drive/root:/a.txt:/content"
	refused(t, c, http.StatusConflict, "nameAlreadyExists", http.MethodPut, put+"?@microsoft.graph.conflictBehavior=fail", "new")
	assert.Equal(t, "a 1.txt", c.Want(http.StatusCreated, http.MethodPut, put+"?%40microsoft.graph.conflictBehavior=rename", "new").Text("name"))
	assert.Equal(t, id, c.Want(http.StatusOK, http.MethodPut, put, "new").Text("id"), "replace is the default of a PUT")
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodPut, put+"?@microsoft.graph.conflictBehavior=maybe", "new")

	folder := func(behavior any) tour.Object {
		o := tour.Object{"name": "F", "folder": tour.Object{}}
		if behavior != nil {
			o["@microsoft.graph.conflictBehavior"] = behavior
		}
		return o
	}
	made := c.Want(http.StatusCreated, http.MethodPost, "/me/drive/root/children", folder("fail")).Text("id")
	refused(t, c, http.StatusConflict, "nameAlreadyExists", http.MethodPost, "/me/drive/root/children", folder("fail"))
	refused(t, c, http.StatusConflict, "nameAlreadyExists", http.MethodPost, "/me/drive/root/children", folder(nil))
	assert.Equal(t, "F 1", c.Want(http.StatusCreated, http.MethodPost, "/me/drive/root/children", folder("rename")).Text("name"))
	assert.Equal(t, made, c.Want(http.StatusOK, http.MethodPost, "/me/drive/root/children", folder("replace")).Text("id"))
	refused(t, c, http.StatusConflict, "nameAlreadyExists", http.MethodPut, "/me/drive/root:/F:/content", "a file in the place of a folder")

	b := addFile(t, server.Account(), "b.txt", "b")
	rename := tour.Object{"name": "a.txt"}
	refused(t, c, http.StatusConflict, "nameAlreadyExists", http.MethodPatch, "/me/drive/items/"+b, rename)
	rename["@microsoft.graph.conflictBehavior"] = "rename"
	assert.Equal(t, "a 2.txt", c.Want(http.StatusOK, http.MethodPatch, "/me/drive/items/"+b, rename).Text("name"))
	rename["@microsoft.graph.conflictBehavior"] = "replace"
	assert.Equal(t, "a.txt", c.Want(http.StatusOK, http.MethodPatch, "/me/drive/items/"+b, rename).Text("name"))
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, "/me/drive/items/"+id, nil)
}

func TestMove(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	account := server.Account()
	a := addFile(t, account, "From/a.txt", "a")
	addFile(t, account, "To/a.txt", "other")
	addFile(t, account, "From/b.txt", "other")
	to, from := tour.Text(c.Get("/me/drive/root:/To"), "id"), tour.Text(c.Get("/me/drive/root:/From"), "id")
	move := func(parent tour.Object, name string) tour.Object {
		o := tour.Object{"parentReference": parent}
		if name != "" {
			o["name"] = name
		}
		return o
	}
	refused(t, c, http.StatusConflict, "nameAlreadyExists", http.MethodPatch, "/me/drive/items/"+a, move(tour.Object{"id": to}, ""))
	// The name is taken there, and the new one is taken here: it goes all the same.
	moved := c.Want(http.StatusOK, http.MethodPatch, "/me/drive/items/"+a, move(tour.Object{"id": to, "driveId": account.DriveID()}, "b.txt"))
	assert.Equal(t, []string{a, "b.txt"}, []string{moved.Text("id"), moved.Text("name")})
	assert.Equal(t, []string{"a.txt", "b.txt"}, tour.Names(c.Get("/me/drive/root:/To:/children")))
	c.Want(http.StatusOK, http.MethodPatch, "/me/drive/items/"+a, move(tour.Object{"id": account.RootID()}, ""))
	c.Want(http.StatusOK, http.MethodPatch, "/me/drive/items/"+a, move(tour.Object{"path": "/drive/root:/From"}, "c.txt"))
	assert.Equal(t, []string{"b.txt", "c.txt"}, tour.Names(c.Get("/me/drive/root:/From:/children")))

	bad := "invalidRequest"
	refused(t, c, http.StatusBadRequest, bad, http.MethodPatch, "/me/drive/items/"+a, move(tour.Object{"id": "root"}, ""))
	refused(t, c, http.StatusBadRequest, bad, http.MethodPatch, "/me/drive/items/"+from, move(tour.Object{"id": from}, ""))
	refused(t, c, http.StatusBadRequest, bad, http.MethodPatch, "/me/drive/items/"+from, move(tour.Object{"id": a}, ""))
	refused(t, c, http.StatusBadRequest, bad, http.MethodPatch, "/me/drive/root", tour.Object{"name": "x"})
	refused(t, c, http.StatusBadRequest, bad, http.MethodDelete, "/me/drive/root", nil)
	refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodPatch, "/me/drive/items/"+a, move(tour.Object{"driveId": "0123456789abcdef", "id": to}, ""))
	assert.Equal(t, "C.TXT", c.Want(http.StatusOK, http.MethodPatch, "/me/drive/items/"+a, tour.Object{"name": "C.TXT"}).Text("name"))
}

func TestBodiesAreRefused(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	id := addFile(t, server.Account(), "a.txt", "a")
	for _, body := range []tour.Object{
		{"naame": "b"}, {"name": 3}, {"parentReference": "x"}, {"parentReference": tour.Object{"folder": "x"}}, {"fileSystemInfo": tour.Object{"lastModifiedDateTime": "yesterday"}},
	} {
		refused(t, c, http.StatusBadRequest, "BadRequest", http.MethodPatch, "/me/drive/items/"+id, body)
	}
	refused(t, c, http.StatusNotImplemented, "notSupported", http.MethodPatch, "/me/drive/items/"+id, tour.Object{"size": 3})
	refused(t, c, http.StatusUnsupportedMediaType, "BadRequest", http.MethodPatch, "/me/drive/items/"+id, `{"name": "b"}`)
	refused(t, c, http.StatusBadRequest, "BadRequest", http.MethodPatch, "/me/drive/items/"+id, []string{})
	refused(t, c, http.StatusBadRequest, "BadRequest", http.MethodPatch, "/me/drive/items/"+id, "{", "Content-Type", "application/json")
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodPost, "/me/drive/root/children", tour.Object{"name": "x"})
}

func TestTagsAndTimes(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	id := addFile(t, server.Account(), "a.txt", "a")
	item := "/me/drive/items/" + id
	before := c.Get(item)
	c.Want(http.StatusNotModified, http.MethodGet, item, nil, "If-None-Match", tour.Text(before, "eTag"))
	after := c.Want(http.StatusOK, http.MethodPatch, item, tour.Object{"description": "d", "fileSystemInfo": tour.Object{
		"lastModifiedDateTime": "2012-05-05T10:11:12.5Z",
	}}, "If-Match", `"`+tour.Text(before, "eTag")+`"`).JSON
	assert.NotEqual(t, before["eTag"], after["eTag"])
	assert.Equal(t, before["cTag"], after["cTag"], "the content is the same")
	info, _ := c.Get(item)["fileSystemInfo"].(tour.Object)
	assert.Equal(t, "2012-05-05T10:11:12.5Z", tour.Text(info, "lastModifiedDateTime"))
	assert.Equal(t, "d", tour.Text(c.Get(item), "description"))
	for _, method := range []string{http.MethodPatch, http.MethodDelete} {
		body := any(nil)
		if method == http.MethodPatch {
			body = tour.Object{"name": "b.txt"}
		}
		refused(t, c, http.StatusPreconditionFailed, "resourceModified", method, item, body, "If-Match", tour.Text(before, "eTag"))
	}
	refused(t, c, http.StatusPreconditionFailed, "resourceModified", http.MethodPut, item+"/content", "b", "If-Match", tour.Text(before, "eTag"))
	refused(t, c, http.StatusPreconditionFailed, "resourceModified", http.MethodPut, "/me/drive/root:/a.txt:/content", "b", "If-Match", tour.Text(before, "eTag"))
	replaced := c.Want(http.StatusOK, http.MethodPut, item+"/content", "b", "If-Match", tour.Text(after, "cTag")).JSON
	assert.NotEqual(t, before["cTag"], replaced["cTag"])
	info, _ = replaced["fileSystemInfo"].(tour.Object)
	assert.NotEqual(t, "2012-05-05T10:11:12.5Z", tour.Text(info, "lastModifiedDateTime"), "other content, other time")
	c.Want(http.StatusNoContent, http.MethodDelete, item, nil, "If-Match", "*")
}

func TestSpecialFoldersAndQuota(t *testing.T) {
	t.Parallel()
	server, c := start(t, graphtest.WithQuota(100))
	photos := c.Get("/me/drive/special/photos")
	assert.Equal(t, "Pictures", tour.Text(photos, "name"))
	assert.Equal(t, map[string]any{"name": "photos"}, photos["specialFolder"])
	c.Get("/me/drive/special/documents")
	c.Get("/me/drive/special/cameraroll")
	for _, name := range []string{"public", "public_documents", "Photos"} {
		refused(t, c, http.StatusNotFound, "itemNotFound", http.MethodGet, "/me/drive/special/"+name, nil)
	}
	c.Want(http.StatusCreated, http.MethodPut, "/me/drive/special/documents:/New/a.txt:/content", strings.Repeat("x", 95))
	quota, _ := c.Get("/me/drive")["quota"].(tour.Object)
	assert.Equal(t, tour.Object{"total": 100.0, "remaining": 5.0, "used": 95.0, "deleted": 0.0, "state": "nearing"}, quota)
	refused(t, c, http.StatusInsufficientStorage, "quotaLimitReached", http.MethodPut, "/me/drive/root:/b.txt:/content", "123456")
	refused(t, c, http.StatusInsufficientStorage, "quotaLimitReached", http.MethodPost, "/me/drive/root:/b.txt:/createUploadSession",
		tour.Object{"item": tour.Object{"fileSize": 6}})
	_ = server
}

func TestBrokenDriveAndVault(t *testing.T) {
	t.Parallel()
	server, c := start(t, graphtest.WithAccount(graphtest.WithBrokenDrive(), graphtest.WithVault()))
	broken := tour.Text(c.Get("/me/drive"), "id")
	assert.True(t, strings.HasPrefix(broken, "b!"))
	for _, path := range []string{"/me/drive/root", "/drives/" + broken, "/drives/" + broken + "/root/children"} {
		reply := refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, path, nil)
		assert.Contains(t, string(reply.Body), "ObjectHandle is Invalid")
	}
	drives := tour.Values(c.Get("/me/drives"))
	require.Len(t, drives, 2)
	good := "/drives/" + tour.Text(drives[1], "id")
	assert.Equal(t, server.Account().DriveID(), tour.Text(drives[1], "id"))
	assert.Contains(t, tour.Names(c.Get(good+"/root/children")), "Personal Vault")
	refused(t, c, http.StatusBadRequest, "invalidRequest", http.MethodGet, good+"/root:/Personal%20Vault:/children", nil)
}
