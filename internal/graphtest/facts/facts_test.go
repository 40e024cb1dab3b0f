package facts_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest/facts"
)

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&value))
	return value
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		`{"id": "1", "name": "a", "size": 12, "folder": {"childCount": 3}, "@odata.etag": "x"}`: "",
		`{"fileSystemInfo": {"createdDateTime": "2012-05-05T10:11:12.1234567Z"}}`:               "",
		`{"description": null, "children": [{"file": {}}], "children@odata.nextLink": "x"}`:     "",
		`{"thumbnails": [{"c300x400": {"width": 1}}]}`:                                          "",
		`{"naame": "a"}`:                                       "driveItem.naame: no such property",
		`{"name": 3}`:                                          "driveItem.name: 3 is no Edm.String",
		`{"size": "12"}`:                                       "driveItem.size: 12 is no Edm.Int64",
		`{"size": 1.5}`:                                        "driveItem.size: 1.5 is no Edm.Int64",
		`{"folder": {"childCount": 3000000000}}`:               "driveItem.folder.childCount: 3000000000 is no Edm.Int32",
		`{"folder": true}`:                                     "driveItem.folder: not an object, but folder",
		`{"id": null}`:                                         "driveItem.id: null, which Edm.String cannot be",
		`{"children": {}}`:                                     "driveItem.children: not a list, but Collection(driveItem)",
		`{"children": [{"x": 1}]}`:                             "driveItem.children[0].x: no such property",
		`{"@microsoft.graph.dowloadUrl": "x"}`:                 "driveItem.@microsoft.graph.dowloadUrl: no such annotation",
		`{"kids@odata.nextLink": "x"}`:                         "driveItem.kids@odata.nextLink: no such annotation",
		`{"lastModifiedDateTime": "2012-05-05 10:11:12"}`:      "driveItem.lastModifiedDateTime: 2012-05-05 10:11:12 is no Edm.DateTimeOffset",
		`{"thumbnails": [{"huge": {}}]}`:                       "driveItem.thumbnails[0].huge: no such property",
		`{"location": {"latitude": "1"}}`:                      "driveItem.location.latitude: 1 is no Edm.Double",
		`{"createdBy": {"user": {"displayName": ["a", "b"]}}}`: "driveItem.createdBy.user.displayName: [a b] is no Edm.String",
	} {
		problems := facts.Check("driveItem", decode(t, text))
		if problem == "" {
			assert.Empty(t, problems, text)
		} else {
			assert.Equal(t, []string{problem}, problems, text)
		}
	}
	assert.NotEmpty(t, facts.Check("event", decode(t, `{"showAs": "out_of_office"}`)))
	assert.NotEmpty(t, facts.Check("event", decode(t, `{"isAllDay": "true"}`)))
	assert.NotEmpty(t, facts.Check("driveItem", decode(t, `[]`)))
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]facts.Resource{
		"/me":                                          {Type: "user"},
		"/me/drive":                                    {Type: "drive"},
		"/me/drives":                                   {Type: "drive", Many: true},
		"/drives/A/items/B":                            {Type: "driveItem"},
		"/drives/A/items/B/children":                   {Type: "driveItem", Many: true},
		"/drives/A/root:/a%3Ab/c":                      {Type: "driveItem"},
		"/drives/A/items/B:/a.txt:/content":            {Type: "Edm.Stream", Stream: true, Of: "driveItem"},
		"/drives/A/root:/a/b:/children":                {Type: "driveItem", Many: true},
		"/me/drive/special/photos/children":            {Type: "driveItem", Many: true},
		"/drives/A/items/B/thumbnails/0/large/content": {Type: "Edm.Stream", Stream: true, Of: "thumbnail"},
		"/me/photos/48x48/$value":                      {Type: "profilePhoto", Stream: true, Of: "profilePhoto"},
		"/me/calendars/A/calendarView":                 {Type: "event", Many: true},
		"/me/contacts/A":                               {Type: "contact"},
		"/shares/u!x/driveItem":                        {Type: "driveItem"},
	} {
		got, err := facts.Resolve(path)
		require.NoError(t, err, path)
		if got.Of != "" && !got.Stream { // says nothing then
			got.Of = ""
		}
		assert.Equal(t, want, got, path)
	}
	for path, returns := range map[string]string{
		"/drives/A/root/search(q='a/b:c')": "driveItem", "/drives/A/recent": "driveItem", "/drives/A/recent()": "driveItem",
		"/drives/A/items/B/copy": "driveItem", "/drives/A/items/B/microsoft.graph.createLink": "permission",
		"/drives/A/items/B:/c:/createUploadSession": "uploadSession",
	} {
		got, err := facts.Resolve(path)
		require.NoError(t, err, path)
		require.NotNil(t, got.Operation, path)
		assert.Equal(t, returns, got.Type, path)
	}
	for _, path := range []string{"", "/", "/you", "/me/drive/kids", "/drives/A/items/B/childern", "/me/drive/root/content/x", "/me/contacts/A/b", "/drives/A/items/B/copy/x", "/me//drive"} {
		_, err := facts.Resolve(path)
		assert.Error(t, err, path)
	}
}

func TestExchanges(t *testing.T) {
	t.Parallel()
	assert.Empty(t, facts.CheckRequest("POST", "/drives/A/items/B/copy", []byte(`{"name": "a", "parentReference": {"id": "1"}}`)))
	assert.Empty(t, facts.CheckRequest("PUT", "/drives/A/items/B/content", []byte("bytes")))
	assert.Empty(t, facts.CheckRequest("POST", "/me/events", []byte(`{"subject": "a"}`)))
	for _, bad := range [][3]string{
		{"GET", "/drives/A/items/B/copy", ""},
		{"POST", "/drives/A/recent", ""},
		{"POST", "/drives/A/items/B/copy", `{"naame": "a"}`},
		{"POST", "/drives/A/items/B/copy", `{"name": 3}`},
		{"PATCH", "/drives/A/items/B", `{"name": 3}`},
		{"PATCH", "/drives/A/items/B", `{"name": "a"} x`},
		{"PATCH", "/drives/A/itms/B", `{}`},
	} {
		assert.NotEmpty(t, facts.CheckRequest(bad[0], bad[1], []byte(bad[2])), bad)
	}

	failure := `{"error": {"code": "a", "message": "b", "innerError": {"date": "c", "request-id": "d", "client-request-id": "e"}}}`
	assert.Empty(t, facts.CheckAnswer("GET", "/me", 404, []byte(failure)))
	assert.NotEmpty(t, facts.CheckAnswer("GET", "/me", 404, []byte(strings.Replace(failure, "innerError", "innererror", 1))))
	assert.NotEmpty(t, facts.CheckAnswer("GET", "/me", 404, []byte(`{"message": "no"}`)))
	assert.Empty(t, facts.CheckAnswer("GET", "/me/contacts", 200, []byte(`{"value": [], "@odata.nextLink": "x"}`)))
	assert.NotEmpty(t, facts.CheckAnswer("GET", "/me/contacts", 200, []byte(`{"value": [], "next": "x"}`)))
	assert.NotEmpty(t, facts.CheckAnswer("GET", "/me/contacts", 200, []byte(`[]`)))
	assert.NotEmpty(t, facts.CheckAnswer("GET", "/me/contacts", 200, []byte(`{"value": [{"name": "x"}]}`)))
	assert.Empty(t, facts.CheckAnswer("POST", "/me/contacts", 201, []byte(`{"displayName": "x"}`)))
	assert.NotEmpty(t, facts.CheckAnswer("PUT", "/drives/A/items/B/content", 201, []byte(`{"displayName": "x"}`)))
	assert.NotEmpty(t, facts.CheckAnswer("GET", "/me", 200, []byte(`<html>`)))
}

// The table is what Graph's own metadata says, name by name, where that is at hand.
func TestTableIsTheMetadata(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GRAPH_REFERENCE")
	if dir == "" {
		dir = "../../../../shared/reference/graph"
	}
	text, err := os.ReadFile(dir + "/schema.json")
	if os.IsNotExist(err) {
		t.Log("NOT JUDGED: there is no schema.json; GRAPH_REFERENCE names its directory")
		return
	}
	require.NoError(t, err)
	var schema struct {
		Types map[string]struct {
			Kind       string
			Members    []string
			Properties map[string]string
			Navigation map[string]string
		}
		Operations []struct {
			On, Kind, Name string
			Parameters     []struct{ Name, Type string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	short := func(s string) string {
		return strings.TrimSuffix(strings.NewReplacer("microsoft.graph.", "", "graph.", "").Replace(s), " required")
	}
	properties := 0
	for name, typ := range schema.Types {
		name = short(name)
		assert.True(t, facts.Known(name), name)
		for _, member := range typ.Members {
			assert.True(t, facts.Member(name, member), "%s.%s", name, member)
		}
		for property, is := range typ.Properties {
			got, _ := facts.Property(name, property)
			assert.Equal(t, short(is), got, "%s.%s", name, property)
			properties++
		}
		for property, to := range typ.Navigation {
			got, _ := facts.Navigation(name, property)
			assert.Equal(t, short(to), got, "%s.%s", name, property)
		}
	}
	for _, op := range schema.Operations {
		found := facts.Operations(short(op.On), op.Name)
		require.NotEmpty(t, found, op.Name)
		assert.Equal(t, op.Kind == "action", found[0].Action, op.Name)
		for _, overload := range found {
			if len(overload.Parameters) != len(op.Parameters) {
				continue
			}
			for _, p := range op.Parameters {
				assert.Equal(t, short(p.Type), strings.TrimSuffix(overload.Parameters[p.Name], "!"), op.Name+"."+p.Name)
			}
		}
	}
	assert.Len(t, schema.Types, 114)
	assert.Greater(t, properties, 400)
}
