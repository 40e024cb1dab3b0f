package liveconnect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/jsonscan"
)

// manyAnswers are all types that generated code reads.
var manyAnswers = []any{
	Activity{},
	Album{},
	Application{},
	Audio{},
	Calendar{},
	Comment{},
	Contact{},
	Event{},
	File{},
	Folder{},
	Friend{},
	ItemInfo{},
	Photo{},
	Tag{},
	UploadedFile{},
	User{},
	Video{},
	anyItem{},
	wirePage[Album]{},
	wirePage[Application]{},
	wirePage[Audio]{},
	wirePage[Calendar]{},
	wirePage[Comment]{},
	wirePage[Contact]{},
	wirePage[Event]{},
	wirePage[File]{},
	wirePage[Folder]{},
	wirePage[Friend]{},
	wirePage[ItemInfo]{},
	wirePage[Photo]{},
	wirePage[Tag]{},
	wirePage[Video]{},
	wirePage[anyItem]{},
}

// sameAsJSON checks that an answer is read as encoding/json reads it, and reports whether generated code could read it.
func sameAsJSON(t *testing.T, content []byte, answer any) bool {
	t.Helper()
	content = bytes.TrimSpace(content) // as answers are
	want, got, slow := fresh(answer), fresh(answer), fresh(answer)
	wantErr := unmarshal(content, want)
	if json.Unmarshal(content, slow) == nil { // there are no numbers in strings
		require.Equal(t, slow, want)
	}
	generated := readGenerated(new(jsonscan.Decoder), content, got)
	if generated {
		require.NoError(t, wantErr, "%T: %s", answer, content)
		require.Equal(t, want, got, "%T: %s", answer, content)
	} else {
		require.Zero(t, reflect.ValueOf(got).Elem().Interface(), "what was not read must be as before")
	}

	err := read(content, got)
	require.Equal(t, errorClass(wantErr), errorClass(err), "%T: %s", answer, content)
	if err == nil {
		require.Equal(t, want, got, "%T: %s", answer, content)
	}
	if generated {
		require.False(t, isErrorObject(content), "%T: %s", answer, content)
	}
	return generated
}

// read decodes an answer that is no error as core.decode does.
func read(content []byte, out any) error {
	if new(decoders).read(content, out) {
		return nil
	}
	return unmarshal(content, out)
}

func fresh(answer any) any { return reflect.New(reflect.TypeOf(answer)).Interface() }

func errorClass(err error) string {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return ""
	case errors.Is(truncated(err), io.ErrUnexpectedEOF):
		return "cut off"
	case errors.As(err, &syntax):
		return "not JSON"
	case errors.As(err, &mismatch):
		return "another type"
	default:
		return "another value"
	}
}

// samples returns the texts of all files of testdata.
func samples(tb testing.TB) [][]byte {
	tb.Helper()
	var all [][]byte
	for _, pattern := range []string{"documented", "recorded", "hostile"} {
		names, err := filepath.Glob(filepath.Join("testdata", pattern, "*.json"))
		require.NoError(tb, err)
		for _, name := range names {
			content, err := os.ReadFile(name)
			require.NoError(tb, err)
			all = append(all, content)
		}
	}
	require.Greater(tb, len(all), 100)
	return all
}

// withParts adds to each list its objects, and to each object the list of it.
func withParts(texts [][]byte) [][]byte {
	all := texts
	for _, text := range texts {
		all = append(all, []byte(`{"data":[null,`+string(text)+`,`+string(text)+`],"paging":{"next":"/a?b=c"}}`))
		var list struct {
			Data []json.RawMessage `json:"data"`
		}
		if json.Unmarshal(text, &list) == nil {
			for _, object := range list.Data {
				all = append(all, object)
			}
		}
	}
	return all
}

func TestDecodesSamples(t *testing.T) {
	t.Parallel()
	for _, content := range withParts(samples(t)) {
		for _, answer := range manyAnswers {
			sameAsJSON(t, content, answer)
		}
	}
}

// What encoding/json makes of the unusual, and what it refuses.
func TestDecodesUnusual(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`[`, 200) + strings.Repeat(`]`, 200)
	for _, members := range []string{
		``, `"name":"a"`, `"name":""`, `"name":null`, `"name":5`, `"name":{}`, `"name":["a"]`, `"name":true`, `"name":"a","name":"b"`,
		`"name":"a","name":null`, `"Name":"a"`, `"name":"a","NAME":"b"`, `"n\u0061me":"a"`, `"ſize":5`, `"ſtreet":"a"`, `"linK":"a"`,
		`"na-me":"a"`, `"updatedtime":"2015-02-07T19:22:10+0000"`, `"updated-time":"2015-02-07T19:22:10+0000"`,
		`"name":"\u0041\n\"\\\/\b\f\r\t"`, `"name":"\ud83d\ude00"`, `"name":"\ud83d"`, `"name":"\udead x"`, `"name":"\ud83d\n"`,
		`"name":"\u00"`, `"name":"\x"`, `"name":"\`, `"name":"` + "\xff" + `"`, `"name":"` + "\xff" + `\u0041"`, `"name":"` + "\x00" + `"`,
		`"name":"` + "\n" + `"`, `"name":"` + "\x7f\u2028é😀" + `"`, `"` + "\xff" + `":1`, `"é":1`, `"name":"` + strings.Repeat("ab é ", 99) + `"`,
		`"size":1`, `"size":-1`, `"size":0`, `"size":-0`, `"size":01`, `"size":1.0`, `"size":1e3`, `"size":1.5`, `"size":"1"`, `"size":"-1"`,
		`"size":"01"`, `"size":"1.5"`, `"size":"1e3"`, `"size":" 1"`, `"size":""`, `"size":"x"`, `"size":null`, `"size":9223372036854775807`,
		`"size":9223372036854775808`, `"size":-9223372036854775808`, `"size":"9223372036854775807"`, `"size":100000000000000000000`,
		`"size":+1`, `"size":.5`, `"size":5.`, `"size":1e`, `"size":-`, `"size":0x10`, `"size":NaN`, `"size":"1","extra":{"size":"007"}`,
		`"size":"1","size":2`, `"Size":"1"`, `"size":"1","height":"2","x":"3.5","count":"7"`, `"x":1`, `"x":"1.25"`, `"x":-0.0`, `"x":1e400`,
		`"x":1E-400`, `"x":0.1e+1`, `"x":null,"y":2`, `"reminder_time":null`, `"reminder_time":15`, `"reminder_time":"15"`, `"y":"-0"`,
		`"is_embeddable":true,"is_default":false`, `"is_embeddable":"true"`, `"is_embeddable":1`, `"is_embeddable":tru`,
		`"from":null`, `"from":{}`, `"from":{"name":null,"id":"a"}`, `"from":{"name":"a","name":"b"}`, `"from":[]`, `"from":"a"`,
		`"from":{"id":"a"},"from":{"name":"b"}`, `"location":{"latitude":"1.5"}`, `"location":null`, `"location":"here"`, `"location":{}`,
		`"images":[]`, `"images":null`, `"images":{}`, `"images":[null]`, `"images":[{}]`, `"images":[{"type":"x","source":"a"},null]`,
		`"images":[1]`, `"images":[{"source":"1"},{"source":"2"},{"source":"3"},{"source":"4"},{"source":"5"},{"source":"6"}]`,
		`"email_hashes":["a","b"]`, `"email_hashes":["a",null,"b"]`, `"email_hashes":["1","2","3","4","5","","7","8","9"]`, `"email_hashes":"a"`,
		`"work":[{"employer":{"name":"a"},"position":null}]`, `"uris":[{"uri":"a","type":"web"}]`, `"emails":{"preferred":"a"}`,
		`"client_secret":"a"`, `"client_secret":null`, `"client_secret":5`, `"client_secret":"\u0041"`, `"client_secret":""`,
		`"created_time":"2015-02-07T19:22:10+0000"`, `"created_time":"2015-02-07T19:22:10Z"`, `"created_time":"2015-02-30T19:22:10+0000"`,
		`"created_time":"2015-13-07T19:22:10+0000"`, `"created_time":"2015-02-07T24:00:00+0000"`, `"created_time":"0000-01-01T00:00:00+0000"`,
		`"created_time":"2016-02-29T23:59:59+0000"`, `"created_time":"2015-02-07T19:22:60+0000"`, `"created_time":"2015-02-07t19:22:10+0000"`,
		`"created_time":null`, `"created_time":""`, `"created_time":5`, `"created_time":"2015-02-07T19:22:10\u002b0000"`,
		`"type":"photo"`, `"type":"Photo"`, `"type":"ph\u006fto","width":5`, `"type":"album","count":3`, `"type":"new","size":"5","x":[1, 2]`,
		`"type":null`, `"type":5`, `"type":"photo","type":null`, `"TYPE":"photo"`, `"type":"file","images":5`, `"type":"notebook"`,
		`"type":"` + strings.Repeat("long", 20) + `"`, `"type":"video","duration":"12","location":5`, `"type":"audio","album":"a","album_artist":"b"`,
		`"unknown":` + deep, `"unknown":{"a":[{"b":null},true,false,-1.5e-7,"x\u0041\"",[],{}]}`, `"unknown":[1,]`, `"unknown":{"a"}`,
		`"unknown":{"a":1,}`, `"unknown":[1 2]`, `"unknown":{1:2}`, `"unknown":"` + "\xff" + `"`, `"unknown":"\ud83d"`, `"unknown":"\u12"`,
		`"unknown":01`, `"unknown":nul`, `"unknown":1,"unknown":2`, `"":1`, `"data":[]`, `"data":null`, `"data":{}`, `"data":[null]`, `"data":[5]`,
		`"data":[{"id":"a"}],"data":[{"name":"b"}]`, `"paging":{"next":"a"}`, `"paging":null`, `"paging":[]`, `"paging":{"next":5}`,
		`"paging":{"next":"a","next":"b"}`, `"paging":{"next":"a"},"paging":{"previous":"b"}`, `"data":[{"id":"a"},{"id":"b"}],"paging":{}`, `,`, `"a"`,
		`"error":null`, `"error":{}`, `"error":"x"`, `"error":5,"data":[]`, `"err\u006fr":{}`, `"Error":{}`, `"extra":{"error":{}}`,
	} {
		object := `{` + members + `}`
		for _, text := range []string{
			object, " \r\n\t" + strings.ReplaceAll(object, `:`, " :\r           \t"), `{"data":[{"name":"before"},` + object + `,{"name":"after"}]}`,
			object + `x`, object + ` `, object + "\x00", object[:len(object)-1],
		} {
			for _, answer := range manyAnswers {
				sameAsJSON(t, []byte(text), answer)
			}
		}
	}
	for _, text := range []string{``, ` `, `null`, `5`, `"a"`, `true`, `[]`, `[{}]`, `{`, `}`, `{"`, `{"data":[`, `{"data":[{}`, `{"data":[{},`} {
		for _, answer := range manyAnswers {
			sameAsJSON(t, []byte(text), answer)
		}
	}
}

// The caller of Do may have filled in what the answer is read into: encoding/json knows what to keep of it.
func TestDecodesIntoWhatIsThere(t *testing.T) {
	t.Parallel()
	content := []byte(`{"name":"new","images":[{"height":1}],"location":{"altitude":3}}`)
	filled := func() *Photo {
		return &Photo{
			ItemInfo: ItemInfo{ID: "old", Name: "old"},
			Images:   []Image{{Source: "old"}, {Source: "old"}}, Location: &Location{Latitude: 1},
		}
	}
	want, got := filled(), filled()
	require.NoError(t, json.Unmarshal(content, want))
	require.NoError(t, read(content, got))
	assert.Equal(t, want, got)

	// A type of the caller's that embeds one of ours has members of its own.
	var own struct {
		Photo
		Extra string `json:"extra"`
	}
	require.NoError(t, read([]byte(`{"id":"a","extra":"b"}`), &own))
	assert.Equal(t, "a", own.ID)
	assert.Equal(t, "b", own.Extra)
}

// An item of unknown type is kept as the service wrote it, also where numbers of it or its neighbours are strings.
func TestDecodesOtherItemAsWritten(t *testing.T) {
	t.Parallel()
	const other = `{"id":"a", "type":"new", "size":"5"}`
	for _, decode := range []func([]byte, any) error{read, unmarshal} {
		page := wirePage[anyItem]{}
		require.NoError(t, decode([]byte(`{"data":[{"type":"file","size":"7"},`+other+`]}`), &page))
		require.Len(t, page.Data, 2)
		item, ok := page.Data[1].Item.(*OtherItem)
		require.True(t, ok)
		assert.Equal(t, other, string(item.JSON))
		assert.EqualValues(t, 5, item.Size)
		assert.EqualValues(t, 7, page.Data[0].Info().Size)
	}
}

// What is kept of a page must not keep the page.
func TestDecodesCopies(t *testing.T) {
	t.Parallel()
	content := []byte(`{"data":[{"id":"a","type":"new","name":"b"}]}`)
	page := wirePage[anyItem]{}
	require.NoError(t, read(content, &page))
	clear(content)
	item, ok := page.Data[0].Item.(*OtherItem)
	require.True(t, ok)
	assert.Equal(t, "a", item.ID)
	assert.JSONEq(t, `{"id":"a","type":"new","name":"b"}`, string(item.JSON))
}

func FuzzDecode(f *testing.F) {
	for i, content := range samples(f) {
		f.Add(content, byte(i))
		f.Add(content, byte(len(manyAnswers)-1))
	}
	f.Fuzz(func(t *testing.T, content []byte, which byte) {
		sameAsJSON(t, content, manyAnswers[int(which)%len(manyAnswers)])
	})
}
