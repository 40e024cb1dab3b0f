package liveconnect_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// publicCall is a method of a service with arguments that it accepts.
type publicCall struct {
	name string // such as "Photos.Get"
	fn   reflect.Value
	args []reflect.Value
}

// publicCalls finds the methods of the services named; nil is all services.
func publicCalls(t *testing.T, client *liveconnect.Client, services ...string) []publicCall {
	t.Helper()
	var found []publicCall
	for field, value := range reflect.ValueOf(client).Elem().Fields() {
		if !field.IsExported() || services != nil && !slices.Contains(services, field.Name) {
			continue
		}
		for method, fn := range value.Methods() {
			call := publicCall{name: field.Name + "." + method.Name, fn: fn}
			for i := range fn.Type().NumIn() {
				arg := goodArgument(t, fn.Type().In(i))
				if text, ok := call.text(i); ok {
					arg = reflect.ValueOf(text)
				}
				call.args = append(call.args, arg)
			}
			found = append(found, call)
		}
	}
	require.NotEmpty(t, found)
	return found
}

// text is a good value for an argument that is a string, but not an id.
func (c publicCall) text(i int) (text string, ok bool) {
	text, ok = map[string]string{
		"Uploads.Put 2": "a.jpg", "Uploads.PutTo 1": liveconnect.DefaultBaseURL + "/folder.1.1!1/files/", "Uploads.PutTo 2": "a.jpg",
		"Uploads.Post 1": "me", "Uploads.Post 2": "a.jpg", "Uploads.Auto 2": "a.jpg", "Uploads.Session 2": "a.jpg",
		"Downloads.File 2": os.DevNull + "/nothing",
		"Items.Search 2":   "text", "Items.SearchPages 2": "text", "Items.SearchAll 2": "text",
		"Items.Preview 1": "https://1drv.ms/x", "Items.PreviewURL 1": "https://1drv.ms/x", "Items.ByPath 2": "a.jpg", "Comments.Create 2": "text",
	}[fmt.Sprint(c.name, " ", i)]
	return text, ok
}

// goodArgument makes a value that no call refuses. The text is a folder's name, an id and a file name in one.
func goodArgument(t *testing.T, kind reflect.Type) reflect.Value {
	t.Helper()
	for _, value := range []any{
		t.Context(), "my_photos", io.NewOffsetWriter((*os.File)(nil), 0), strings.NewReader("GIF89a0\x000\x00\x00\x00\x00;"),
		&liveconnect.NewFolder{Name: "new"}, &liveconnect.NewAlbum{Name: "new"},
		&liveconnect.ItemUpdate{Name: liveconnect.Set("new.jpg")}, &liveconnect.Request{Path: "me"},
		&liveconnect.AudioUpdate{Title: liveconnect.Set("new")},
		&liveconnect.NewActivity{Message: "new", Link: "https://app.example/"},
		&liveconnect.NewApplication{Name: "new", URI: "https://app.example/"},
		&liveconnect.ApplicationUpdate{Name: liveconnect.Set("new")},
		&liveconnect.NewCalendar{Name: "new"}, &liveconnect.CalendarUpdate{Name: liveconnect.Set("new")},
		&liveconnect.CalendarSubscription{Name: "new", SubscriptionLocation: "https://h.example/c.ics"},
		&liveconnect.NewContact{FirstName: "new"}, &liveconnect.ContactUpdate{FirstName: liveconnect.Set("new")},
		&liveconnect.NewEvent{Name: "new", Description: "new", StartTime: at("2015-02-07 19:22:10")},
		&liveconnect.EventUpdate{Name: liveconnect.Set("new")},
		int64(1),
		liveconnect.SessionState{
			URL: liveconnect.DefaultBaseURL, SessionID: "{1}", UserID: "1", FolderID: "folder.1.1!1", Name: "a.jpg", Size: 1,
		},
		&liveconnect.NewTag{User: liveconnect.TaggedUser{Name: "new"}}, &liveconnect.TagUpdate{X: liveconnect.Set(1.0)},
	} {
		if v := reflect.ValueOf(value); v.Type() == kind || kind.Kind() == reflect.Interface && kind.NumMethod() > 0 && v.Type().Implements(kind) {
			return v
		}
	}
	return reflect.Zero(kind)
}

// with replaces an argument.
func (c publicCall) with(i int, value any) publicCall {
	c.args = append([]reflect.Value(nil), c.args...)
	if value == nil {
		c.args[i] = reflect.Zero(c.fn.Type().In(i))
	} else {
		c.args[i] = reflect.ValueOf(value)
	}
	return c
}

// arguments are the positions of the arguments of a type.
func (c publicCall) arguments(of any) []int {
	var positions []int
	for i := range c.fn.Type().NumIn() {
		if c.fn.Type().In(i) == reflect.TypeOf(of) {
			positions = append(positions, i)
		}
	}
	return positions
}

// errors makes the call and returns its error; of an iterator, one for each turn.
func (c publicCall) errors() []error {
	results := c.fn.Call(c.args)
	last := results[len(results)-1]
	var errs []error
	if last.Kind() == reflect.Func {
		for _, err := range last.Seq2() {
			errs = append(errs, asError(err))
		}
		return errs
	}
	return append(errs, asError(last))
}

func asError(v reflect.Value) error {
	err, _ := v.Interface().(error)
	return err
}

// refused checks that a call fails once, says why, and sends nothing.
func refusedCall(t *testing.T, stub *stub, call publicCall, text string) {
	t.Helper()
	errs := call.errors()
	require.Len(t, errs, 1, call.name)
	require.ErrorIs(t, errs[0], liveconnect.ErrInvalidArgument, "%s %s", call.name, text)
	var failure *liveconnect.Error
	require.ErrorAs(t, errs[0], &failure, call.name)
	require.Equal(t, call.name, failure.Op)
	assert.Contains(t, errs[0].Error(), call.name)
	assert.Contains(t, errs[0].Error(), text, call.name)
	assert.NotContains(t, errs[0].Error(), "\n", call.name)
	assert.Empty(t, failure.Method, "nothing was sent")
	require.Empty(t, stub.asked(), "%s sent a request", call.name)
}

// silent is a stub, mostly one that nothing may be asked of, and its client.
func silent(t *testing.T) (*stub, *liveconnect.Client) {
	t.Helper()
	s := newStub(t, answer(200, []byte(`{"id":"file.1.1!1"}`)))
	return s, s.client(t)
}

// TestGoodArguments proves that each of the calls here is refused for its bad argument, and for nothing else.
func TestGoodArguments(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	for _, call := range publicCalls(t, client) {
		if call.name == "Uploads.PutTo" {
			call = call.with(1, stub.URL+"/v5.0/folder.1.1!1/files/")
		}
		if call.name == "Downloads.File" {
			call = call.with(2, filepath.Join(t.TempDir(), "a"))
		}
		if call.name == "Uploads.ResumeSession" {
			continue // sends nothing, see TestSessionStates
		}
		before := len(stub.asked())
		for _, err := range call.errors() {
			require.NotErrorIs(t, err, liveconnect.ErrInvalidArgument, call.name)
		}
		require.Greater(t, len(stub.asked()), before, "%s sent nothing", call.name)
	}
}

// badIDs are refused wherever an id stands, with a text that shows them.
var badIDs = map[string]string{
	"":                                "empty",
	"a/b":                             `"a/b"`,
	"/":                               `"/"`,
	"a?b":                             `"a?b"`,
	"a#b":                             `"a#b"`,
	"a%2fb":                           `"a%2fb"`,
	"..":                              `".."`,
	".":                               `"."`,
	"a..b":                            `"a..b"`,
	`a\b`:                             `a\\b`,
	"a\nb":                            `a\nb`,
	"a\x00b":                          `a\x00b`,
	"a\x7fb":                          `a\x7fb`,
	"a\u0085b":                        `a\u0085b`,
	"a\xffb":                          "UTF-8",
	strings.Repeat("a", 513):          "512",
	"me/skydrive/my_photos/../x":      "me/skydrive/my_photos/../x",
	"me/skydrive/nothing":             "me/skydrive/nothing",
	"a/b/skydrive":                    "a/b",
	"/skydrive":                       "id",
	"../skydrive/my_photos":           `..`,
	"me/skydrive/my_photos?x=y":       "my_photos?x=y",
	"https://elsewhere.example/file.": "elsewhere.example",
}

func TestBadIDs(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	for _, call := range publicCalls(t, client) {
		for _, i := range call.arguments("") {
			if _, text := call.text(i); text {
				continue
			}
			for id, text := range badIDs {
				if call.name == "Folders.Special" && i == 2 {
					text = "special folders"
				}
				refusedCall(t, stub, call.with(i, id), text)
			}
		}
	}
}

// badNames are what the service refuses as the name of a file, folder or album.
var badNames = map[string]string{
	"": "empty", `a\b`: `a\\b`, "a/b": "a/b", "a:b": "a:b", "a;b": "a;b", "a*b": "a*b", "a<b": "a<b", "a>b": "a>b", "a|b": "a|b",
	"a?b": "a?b", `a"b`: `a\"b`, ".a": `".a"`, "a.": `"a."`, ".": `"."`, "..": `".."`, "../a": "../a", "a\tb": `a\tb`,
	"a\x00": `a\x00`, "a\xff": "UTF-8",
}

func TestBadNames(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	for _, call := range publicCalls(t, client) {
		for name, text := range badNames {
			switch call.name {
			case "Uploads.Put", "Uploads.Post", "Uploads.Auto", "Uploads.Session":
				refusedCall(t, stub, call.with(2, name), text)
			}
			for _, i := range call.arguments(&liveconnect.NewFolder{}) {
				refusedCall(t, stub, call.with(i, &liveconnect.NewFolder{Name: name}), text)
			}
			for _, i := range call.arguments(&liveconnect.NewAlbum{}) {
				refusedCall(t, stub, call.with(i, &liveconnect.NewAlbum{Name: name}), text)
			}
			for _, i := range call.arguments(&liveconnect.ItemUpdate{}) {
				refusedCall(t, stub, call.with(i, &liveconnect.ItemUpdate{Name: liveconnect.Set(name)}), text)
			}
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	updates := 0
	for _, call := range publicCalls(t, client) {
		for _, i := range append(call.arguments(&liveconnect.NewFolder{}), call.arguments(&liveconnect.NewAlbum{})...) {
			refusedCall(t, stub, call.with(i, nil), "nil")
		}
		for _, i := range call.arguments(&liveconnect.ItemUpdate{}) {
			updates++
			refusedCall(t, stub, call.with(i, nil), "changes nothing")
			refusedCall(t, stub, call.with(i, &liveconnect.ItemUpdate{}), "changes nothing")
			refusedCall(t, stub, call.with(i, &liveconnect.ItemUpdate{Name: liveconnect.Null[string]()}), "null")
		}
		if call.name != "Uploads.Put" && call.name != "Uploads.Auto" {
			continue
		}
		for _, body := range []io.Reader{nil, (*bytes.Buffer)(nil), (*bytes.Reader)(nil), (*os.File)(nil), (*strings.Reader)(nil)} {
			if body == nil || reflect.TypeOf(body).Implements(call.fn.Type().In(3)) {
				refusedCall(t, stub, call.with(3, body), "body is nil")
			}
		}
		for text, opts := range map[string]*liveconnect.UploadOptions{
			`"maybe"`:                {Overwrite: "maybe"},
			`"True"`:                 {Overwrite: "True"},
			"size -1":                {Size: -1},
			"downsize_photo_uploads": {DownsizePhotoUploads: liveconnect.Null[bool]()},
		} {
			refusedCall(t, stub, call.with(4, opts), text)
		}
	}
	assert.GreaterOrEqual(t, updates, 4)
}

func TestBadListOptions(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	lists := 0
	for _, call := range publicCalls(t, client) {
		for _, i := range call.arguments(&liveconnect.ListOptions{}) {
			lists++
			for text, opts := range map[string]*liveconnect.ListOptions{
				"limit -1":             {Limit: -1},
				"limit -9223372036854": {Limit: math.MinInt},
				"offset -7":            {Offset: -7},
				`filter "cats"`:        {Filter: []liveconnect.Filter{liveconnect.FilterAlbums, "cats"}},
				`filter ""`:            {Filter: []liveconnect.Filter{""}},
				`filter "a,b"`:         {Filter: []liveconnect.Filter{"a,b"}},
				`sort_by "colour"`:     {SortBy: "colour"},
				`sort_by "Name"`:       {SortBy: "Name"},
				`sort_order "random"`:  {SortOrder: "random"},
			} {
				refusedCall(t, stub, call.with(i, opts), text)
			}
		}
	}
	assert.GreaterOrEqual(t, lists, 12)
}

func TestBadPictureSizes(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	for _, call := range publicCalls(t, client, "Users", "Photos") {
		for _, i := range call.arguments(liveconnect.ImageSize("")) {
			refusedCall(t, stub, call.with(i, liveconnect.ImageSize("huge")), `"huge"`)
		}
		for _, i := range call.arguments(liveconnect.UserPictureSize("")) {
			refusedCall(t, stub, call.with(i, liveconnect.UserPictureSize("full")), `"full"`)
		}
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	stub, client := silent(t)
	do := publicCall{
		name: "Client.Do", fn: reflect.ValueOf(client.Do),
		args: []reflect.Value{reflect.ValueOf(t.Context()), {}, reflect.Zero(reflect.TypeFor[any]())},
	}
	refusedCall(t, stub, do.with(1, nil), "nil")
	for text, req := range map[string]*liveconnect.Request{
		"empty":        {},
		`"//"`:         {Path: "//"},
		`"me//albums"`: {Path: "me//albums"},
		`"me/../x"`:    {Path: "me/../x"},
		`"me?x=y"`:     {Path: "me?x=y"},
		`"me#x"`:       {Path: "me#x"},
		`"a%2fb"`:      {Path: "a%2fb"},
		`me\nx`:        {Path: "me\nx"},
		`"get"`:        {Method: "get", Path: "me"},
		`"G T"`:        {Method: "G T", Path: "me"},
		"access_token": {Path: "me", Query: url.Values{"access_token": {"x"}}},
		"body":         {Method: "POST", Path: "me", Body: make(chan int)},
	} {
		refusedCall(t, stub, do.with(1, req), text)
	}
}

// Good ids and names are sent so that they arrive as they are meant.
func TestEscaping(t *testing.T) {
	t.Parallel()
	for name, escaped := range map[string]string{
		"file.a1.A1!132":     "file.a1.A1!132",
		"a b":                "a%20b",
		"a+b&c=d":            "a+b&c=d",
		"写真":                 "%E5%86%99%E7%9C%9F",
		"Ünï (1)[2]'s~$,@-_": "",
		"100% #1 a..b!.jpg":  "100%25%20%231%20a..b!.jpg",
	} {
		stub, client := silent(t)
		_, err := client.Uploads.Put(t.Context(), "folder.a1.A1!5", name, strings.NewReader("x"), nil)
		require.NoError(t, err)
		arrives(t, stub, "/v5.0/folder.a1.A1!5/files/", name, escaped)
		if strings.Contains(name, "#") {
			continue // not for an id
		}
		_, err = client.Files.Get(t.Context(), name)
		require.NoError(t, err)
		arrives(t, stub, "/v5.0/", name, escaped)
		require.NoError(t, client.Do(context.Background(), &liveconnect.Request{Path: "/me/" + name + "/"}, nil))
		arrives(t, stub, "/v5.0/me/", name, escaped)
	}
}

func arrives(t *testing.T, stub *stub, prefix, name, escaped string) {
	t.Helper()
	path := stub.last(t).Path
	plain, err := url.PathUnescape(path)
	require.NoError(t, err)
	assert.Equal(t, prefix+name, plain)
	assert.Equal(t, strings.Count(prefix, "/"), strings.Count(path, "/"))
	if escaped != "" {
		assert.Equal(t, prefix+escaped, path)
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.jpg", "写真 (1).jpg", "100%", "a b", " "} {
		require.NoError(t, liveconnect.CheckName(name), name)
	}
	for _, name := range []string{"", "a/b", `a\b`, "a:b", "a;b", "a*", "<a>", "a|b", "a?", `"a"`, ".a", "a.", "a\nb", "a\xff"} {
		require.ErrorIs(t, liveconnect.CheckName(name), liveconnect.ErrInvalidArgument, name)
	}
}

func TestModTime(t *testing.T) {
	t.Parallel()
	item := &liveconnect.ItemInfo{}
	assert.True(t, item.ModTime().IsZero())
	item.UpdatedTime = at("2015-02-07 19:22:10")
	assert.Equal(t, item.UpdatedTime.Time, item.ModTime())
	item.ClientUpdatedTime = at("2012-05-05 10:00:00")
	assert.Equal(t, item.ClientUpdatedTime.Time, item.ModTime())
}
