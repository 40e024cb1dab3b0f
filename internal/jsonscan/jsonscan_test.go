package jsonscan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/jsonscan"
)

func TestString(t *testing.T) {
	t.Parallel()
	for object, want := range map[string]string{
		`{"type":"photo"}`: "photo",
		"{\r   \"id\": \"file.1\", \r   \"type\": \"photo\"\r}":         "photo",
		`{"images":[{"type":"normal"},{"type":"full"}],"type":"photo"}`: "photo",
		`{"from":{"type":"x"}}`:                "",
		`{"name":"type","x":"album"}`:          "",
		`{"name":"\"type\":\"x\"","a":1}`:      "",
		`{"name":"a\\","type":"file"}`:         "file",
		`{"type":null}`:                        "",
		`{"type":5}`:                           "",
		`{"type":"a","type":"b"}`:              "b",
		`{"type":"fi\u006ce"}`:                 "",
		`{"type":""}`:                          "",
		`{}`:                                   "",
		`[]`:                                   "",
		`null`:                                 "",
		`{"type":{"type":"x"},"other":"type"}`: "",
	} {
		assert.Equal(t, want, jsonscan.String([]byte(object), "type"), object)
	}
}

func FuzzString(f *testing.F) {
	f.Add([]byte(`{"a":[{"type":"x"}],"type":"photo","b":"\\\""}`))
	f.Add([]byte(`{"type"`))
	f.Fuzz(func(t *testing.T, object []byte) {
		got := jsonscan.String(object, "type")
		var members map[string]json.RawMessage
		if json.Unmarshal(object, &members) != nil {
			return
		}
		var want string
		// A name may be written with escapes too; then it is not found.
		if json.Unmarshal(members["type"], &want) == nil && !strings.Contains(string(object), `\`) && want != got &&
			strings.ToValidUTF8(string(object), "") == string(object) {
			t.Errorf("%s: got %q, want %q", object, got, want)
		}
	})
}
