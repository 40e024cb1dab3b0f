package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIndent(t *testing.T) {
	t.Parallel()
	for compact, want := range map[string]string{
		`1`:                                  `1`,
		`{}`:                                 "{\r   \r}",
		`{"a":{}}`:                           "{\r   \"a\": {\r      \r   }\r}",
		`{"a":1,"b":"x,y:{}[]\"\\"}`:         "{\r   \"a\": 1, \r   \"b\": \"x,y:{}[]\\\"\\\\\"\r}",
		`{"a":[1,2]}`:                        "{\r   \"a\": [\r      1, \r      2\r   ]\r}",
		`[{"a":1},{"a":2}]`:                  "[\r   {\r      \"a\": 1\r   }, {\r      \"a\": 2\r   }\r]",
		`{"data":[],"paging":{}}`:            "{\r   \"data\": [\r      \r   ], \r   \"paging\": {\r      \r   }\r}",
		`{"a":{"b":null},"c":[{}],"d":true}`: "{\r   \"a\": {\r      \"b\": null\r   }, \r   \"c\": [\r      {\r         \r      }\r   ], \r   \"d\": true\r}",
	} {
		assert.Equal(t, want, string(indent([]byte(compact))), compact)
	}
}

func TestMarshalKeepsLinksReadable(t *testing.T) {
	t.Parallel()
	text, err := marshal(linkJSON{"https://h/?a=b&c=<写真>"})
	require.NoError(t, err)
	assert.Equal(t, `{"link":"https://h/?a=b&c=<写真>"}`, string(text))
}

// The indented text is the same JSON: compacting it gives the source.
func FuzzIndent(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, `{"a":[{"b":"\"}, {"},{}],"c":"\\"}`, `"x"`, `-1.5e3`, `[[],[[]],{"":{}}]`, `"\u2028"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var compact, back bytes.Buffer
		if json.Compact(&compact, []byte(text)) != nil {
			return
		}
		got := indent(compact.Bytes())
		if err := json.Compact(&back, got); err != nil {
			t.Fatalf("%q became %q: %v", text, got, err)
		}
		if back.String() != compact.String() {
			t.Fatalf("%q became %q", compact.String(), back.String())
		}
	})
}

// What is JSON, the lenient reader reads as encoding/json does. What is not, it reads or refuses, but always ends.
func FuzzReadObject(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1,"b":[true,null,"x\u00e9\ud83d\ude00"],"c":{"d":-1.5e-3}}`, `{a:'b' c:[1 2,]}`, `{"a":"\ud800"}`,
		"{\"a\":\"\\u0000\\/\\b\"}", `{"a":}`, `{{}`, "\uFEFF{}", `{"a":1}x`, `{"a":0x1}`, `{a:NaN}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := readObject(text)
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var want map[string]any
		if strings.Count(text, "{")+strings.Count(text, "[") > maxDepth || !json.Valid([]byte(text)) || dec.Decode(&want) != nil || want == nil {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		a, _ := json.Marshal(plain(got))
		b, _ := json.Marshal(want)
		if !bytes.Equal(a, b) {
			t.Fatalf("%q is %s, read as %s", text, b, a)
		}
	})
}

// plain turns the reader's types into those of encoding/json.
func plain(v any) any {
	switch v := v.(type) {
	case object:
		out := map[string]any{}
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	case numberText:
		return json.Number(v)
	}
	return v
}

// Segments never hold what a path is made of by accident: joining them escaped and splitting again changes nothing.
func FuzzRouter(f *testing.F) {
	for _, s := range []string{
		"/v5.0//me/skydrive/", "/v5.0/folder.8c8ce076ca27823f.8C8CE076CA27823F%2112/files/a%2Fb", "/%zz/%", "//", "",
		"/v5.0/comment.8c8ce076ca27823f.8c8ce076ca27823f!1.8C8CE076CA27823F!2", "/v5.0/tag.8c8ce076ca27823f.8c8ce076ca27823f!1.x",
	} {
		f.Add(s)
	}
	table := apiRoutes()
	f.Fuzz(func(t *testing.T, path string) {
		segments := splitPath(path)
		again := ""
		for _, s := range segments {
			again += "/" + escapeComponent(s)
		}
		assert.Equal(t, segments, splitPath(again))
		target, rest := parseTarget(apiSegments(segments))
		for _, method := range apiMethods {
			if found, name, known := findRoute(table, method, target, rest); found != nil && (!known || found.method != method || name != "" && len(rest) == 0) {
				t.Fatalf("%s %q: %+v", method, path, found)
			}
		}
		if target.kind == targetItem && target.special == "" {
			if back, ok := parseID(itemID(backend.KindFile, target.ref)); !ok || back.ref != target.ref {
				t.Fatalf("%q: %+v", path, target)
			}
		}
	})
}

func TestReadObjectLeniently(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"a":"x","b":{"c":[1]}}`, `{a:"x",b:{c:[1]}}`, `{'a':'x','b':{'c':[1,]}}`, "{\"a\": \"x\"\n\"b\": {\"c\": [1]}\n}", `{"a":"x",,"b":{"c":[1]},}`,
	} {
		got, err := readObject(text)
		require.NoError(t, err, text)
		assert.Equal(t, object{"a": "x", "b": object{"c": []any{numberText("1")}}}, got, text)
	}
}

func TestNest(t *testing.T) {
	t.Parallel()
	got := nest(parseParams("first_name=a&emails.personal=b&work.0.employer.name=c&work.1.employer.name=d&first_name=x&first_name.y=z&" + strings.Repeat("a.", 99) + "b=1"))
	assert.Equal(t, object{
		"first_name": "a", "emails": object{"personal": "b"},
		"work": []any{object{"employer": object{"name": "c"}}, object{"employer": object{"name": "d"}}},
	}, got)
}

// The recorded sizes of photos, and what must hold for any.
func TestFit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ w, h, box, wantW, wantH int }{
		{2000, 2263, 800, 707, 800},
		{2000, 2263, 176, 156, 176},
		{2000, 2263, 96, 85, 96},
		{300, 450, 800, 300, 450},
		{300, 450, 176, 117, 176},
		{300, 450, 96, 64, 96},
		{10000, 1, 96, 96, 1},
		{0, 0, 96, 0, 0},
	} {
		w, h := fit(test.w, test.h, test.box)
		assert.Equal(t, [2]int{test.wantW, test.wantH}, [2]int{w, h}, test)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		width, height, box := 1+r.IntN(9000), 1+r.IntN(9000), 1+r.IntN(900)
		w, h := fit(width, height, box)
		assert.LessOrEqual(t, max(w, h), max(box, 1))
		assert.LessOrEqual(t, w, width)
		assert.LessOrEqual(t, h, height)
	}
}

func TestLinkSigner(t *testing.T) {
	t.Parallel()
	srv, err := New(Config{Backend: struct{ backend.Backend }{}})
	require.NoError(t, err)
	l := link{kind: linkPicture, ref: backend.Ref{Owner: "8c8ce076ca27823f", ID: "8C8CE076CA27823F!126"}, box: 96, download: true}
	path := srv.links.path(l, "a b.jpg")
	segment, rest, _ := strings.Cut(path[1:], "/")
	assert.Equal(t, "a%20b.jpg?psid=1&ck=1&ex=720", rest)
	got, err := srv.links.open(segment)
	require.NoError(t, err)
	got.expires = l.expires
	assert.Equal(t, l, got)
	for i := range segment {
		forged := []byte(segment)
		forged[i] ^= 1
		_, err := srv.links.open(string(forged))
		require.Error(t, err, i)
	}
}
