package wire

import (
	"bytes"
	"encoding/json"
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
		assert.Equal(t, want, string(Indent([]byte(compact))), compact)
	}
}

func TestMarshalKeepsLinksReadable(t *testing.T) {
	t.Parallel()
	text, err := Marshal(struct {
		Link string `json:"link"`
	}{"https://h/?a=b&c=<写真>"})
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
		got := Indent(compact.Bytes())
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
	case Object:
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
	case Number:
		return json.Number(v)
	}
	return v
}

func TestReadObjectLeniently(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"a":"x","b":{"c":[1]}}`, `{a:"x",b:{c:[1]}}`, `{'a':'x','b':{'c':[1,]}}`, "{\"a\": \"x\"\n\"b\": {\"c\": [1]}\n}", `{"a":"x",,"b":{"c":[1]},}`,
	} {
		got, err := readObject(text)
		require.NoError(t, err, text)
		assert.Equal(t, Object{"a": "x", "b": Object{"c": []any{Number("1")}}}, got, text)
	}
}

func TestNest(t *testing.T) {
	t.Parallel()
	got := Nest(ParseParams("first_name=a&emails.personal=b&work.0.employer.name=c&work.1.employer.name=d&first_name=x&first_name.y=z&" + strings.Repeat("a.", 99) + "b=1"))
	assert.Equal(t, Object{
		"first_name": "a", "emails": Object{"personal": "b"},
		"work": []any{Object{"employer": Object{"name": "c"}}, Object{"employer": Object{"name": "d"}}},
	}, got)
}
