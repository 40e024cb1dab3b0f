package jsonscan_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/jsonscan"
)

func decoder(text string) *jsonscan.Decoder {
	d := new(jsonscan.Decoder)
	d.Reset([]byte(text))
	return d
}

func TestString(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`""`, `"a"`, ` "a" `, `"a b\n\"\\\/\b\f\r\tc"`, `"\u0041\u00e9\u20ac"`, `"é写😀"`, `"a\u003db\u0026c"`, `null`,
		`"` + strings.Repeat("long", 2000) + `"`, `"12345678\""`, `"1234567é"`, `"\u003d\u003d\u003d\u003d"`, "\"\x7f\"",
	} {
		var want string
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		d := decoder(text)
		assert.Equal(t, want, d.String())
		assert.True(t, d.End(), text)
		d = decoder(text)
		assert.Equal(t, want, d.Word())
		assert.True(t, d.End(), text)
	}
	for _, text := range []string{
		``, `"`, `"a`, `"\`, `"\"`, `"\x"`, `"\u"`, `"\u123"`, `"\u12g4"`, `"\ud800"`, "\"\n\"", "\"12345678\x00\"", "\"\xff\"", "\"a\xc3\"",
		`nul`, `5`, `{}`, `x`, `"a"x`,
	} {
		d := decoder(text)
		_ = d.String()
		assert.False(t, d.End(), "%q", text)
		d = decoder(text)
		_ = d.Word()
		assert.False(t, d.End(), "%q", text)
	}
}

// Strings stay as they are when others are read after them, and when what they were read from changes.
func TestStringsStay(t *testing.T) {
	t.Parallel()
	var want []string
	for i := range 500 {
		want = append(want, strings.Repeat("é\n", i%70)+string(rune('a'+i%26)))
	}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	d := decoder(string(text))
	d.Reset(text)
	var got []string
	for more := d.Array(); more; more = d.Element() {
		got = append(got, d.String())
	}
	require.True(t, d.End())
	clear(text)
	d.Reset([]byte(`"something else"`))
	_ = d.String()
	assert.Equal(t, want, got)
}

func TestWordIsShared(t *testing.T) {
	d := decoder(``)
	text := []byte(`"photo"`)
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		d.Reset(text)
		if d.Word() != "photo" {
			t.Error("another word")
		}
	}))
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		`0`: 0, `-0`: 0, `12`: 12, `-7`: -7, `"5"`: 5, `"-5"`: -5, `null`: 0, `999999999999999999`: 999999999999999999,
	} {
		d := decoder(text)
		assert.Equal(t, want, d.Int64(), text)
		assert.True(t, d.End(), text)
		d = decoder(text)
		assert.EqualValues(t, want, d.Int(), text)
		assert.True(t, d.End(), text)
	}
	for _, text := range []string{`01`, `1.0`, `1e3`, `+1`, `-`, `.5`, `"01"`, `"1`, `" 1"`, `""`, `"1.5"`, `9223372036854775807`, `true`, `1x`, ``} {
		d := decoder(text)
		_ = d.Int64()
		assert.False(t, d.End(), text)
	}
	for _, text := range []string{
		`0`, `-0`, `-0.0`, `2.8`, `3.85`, `47.65316`, `-122.135911`, `43`, `0.1`, `123456789012345`, `1234567890123456`, `0.123456789012345`,
		`1e5`, `1E-400`, `5e-324`, `1.7976931348623157e308`, `9007199254740993`, `0.30000000000000004`, `1234567.8901234`, `12345678.901234`,
	} {
		var want float64
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		d := decoder(text)
		assert.Equal(t, math.Float64bits(want), math.Float64bits(d.Float64()), text)
		assert.True(t, d.End(), text)
		if !strings.ContainsAny(text, "eE") {
			d = decoder(`"` + text + `"`)
			assert.Equal(t, math.Float64bits(want), math.Float64bits(d.Float64()), text)
			assert.True(t, d.End(), text)
		}
	}
	for _, text := range []string{`1e400`, `1.`, `.1`, `1e`, `00`, `"1e5"`, `NaN`, `0x1p3`, `1_0`} {
		d := decoder(text)
		_ = d.Float64()
		assert.False(t, d.End(), text)
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	read := func(d *jsonscan.Decoder) map[string]int {
		var seen jsonscan.Seen
		members := map[string]int{}
		for more := d.Object(); more; more = d.Member() {
			switch name := string(d.Name()); name {
			case "a":
				d.Once(&seen, 0)
				members[name] = d.Int()
			case "longer_name":
				d.Once(&seen, 1)
				members[name] = d.Int()
			default:
				d.Other()
			}
		}
		return members
	}
	both := map[string]int{"a": 1, "longer_name": 2}
	for text, want := range map[string]map[string]int{
		`{}`: {}, ` { } `: {}, `null`: {}, `{"a":1,"longer_name":2}`: both, "{\r\n\t         \"a\" : 1 ,\"longer_name\"\t:2 } ": both,
		`{"x":{"a":[1,{"b":null}],"c":[],"d":{}},"a":1,"y":"\u00e9\ud800\\","z":[true,false,-1.5e+7],"longer_name":2,"x":""}`: both,
	} {
		d := decoder(text)
		assert.Equal(t, want, read(d), text)
		assert.True(t, d.End(), text)
	}
	for _, text := range []string{
		``, `[]`, `5`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{a:1}`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a":1}}`, `{"a":1]`,
		`{"a":1,"a":1}`, `{"A":1}`, `{"\u0061":1}`, `{"é":1}`, "{\"b\n\":1}", `{"x":}`, `{"x":[1,]}`, `{"x":[1 2]}`, `{"x":{"a"}}`, `{"x":{"a":}}`,
		`{"x":{a:1}}`, `{"x":{"a":1,}}`, `{"x":tru}`, `{"x":"` + "\n" + `"}`, `{"x":"\q"}`, `{"x":"\u1"}`, `{"x":1.}`, `{"x":"`, `{"x":"\`,
		`{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "{\"a\":1}\x00", `{"x":[`, `{"x":{"a":1`, "{\v}",
	} {
		d := decoder(text)
		read(d)
		assert.False(t, d.End(), "%q", text)
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	d := decoder(`[{"A": 1}, true, false, null]`)
	require.True(t, d.Array())
	start := d.Start()
	for more := d.Object(); more; more = d.Member() {
		d.Other()
	}
	require.True(t, d.Failed())
	assert.False(t, d.Member())
	assert.False(t, d.Element())
	assert.Equal(t, `{"A": 1}`, string(d.Again(start)))
	require.True(t, d.Element())
	assert.False(t, d.Null())
	assert.True(t, d.Bool())
	require.True(t, d.Element())
	assert.False(t, d.Bool())
	require.True(t, d.Element())
	assert.Equal(t, 6, d.Left())
	assert.True(t, d.Null())
	assert.False(t, d.Element())
	assert.True(t, d.End())

	d = decoder(`{"A": x}`)
	assert.Nil(t, d.Again(0))
	assert.True(t, d.Failed())
	d = decoder(`1`)
	_ = d.Bool()
	assert.True(t, d.Failed())
}

// What is skipped is valid JSON, and what encoding/json takes for JSON is skipped.
func FuzzSkip(f *testing.F) {
	f.Add([]byte(`{"a":[{"type":"x"}],"type":"photo","b":"\\\"\u00e9","c":[1,-2.5e+7,true,false,null]}`))
	f.Add([]byte(` "\ud800\n` + "\xff" + `" `))
	f.Fuzz(func(t *testing.T, text []byte) {
		d := new(jsonscan.Decoder)
		d.Reset(text)
		d.Skip()
		deep := strings.Count(string(text), "[")+strings.Count(string(text), "{") > 64
		if got, want := d.End(), json.Valid(text); got != want && (got || !deep) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	})
}
