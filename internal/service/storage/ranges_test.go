package storage

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReadRanges(t *testing.T) {
	t.Parallel()
	const refused = "416"
	for _, test := range []struct {
		header string
		size   int64
		want   string // empty: all is sent
	}{
		{"bytes=0-", 10, "bytes=0-"},
		{"bytes=2-4", 10, "bytes=2-4"},
		{"bytes=2-99", 10, "bytes=2-9"},
		{"bytes=-3", 10, "bytes=7-"},
		{"bytes=-30", 10, "bytes=0-"},
		{"Bytes=9-9", 10, "bytes=9-9"},
		{"bytes=0-0, ,20-,-0,-1", 10, "bytes=0-0,9-"},
		{"bytes=0-99999999999999999999", 10, "bytes=0-9"},
		{"bytes=-5", 0, refused},
		{"bytes=-0", 0, refused},
		{"bytes=-0", 10, refused},
		{"bytes=10-", 10, refused},
		{"bytes=1-2", 0, refused},
		{"bytes=99999999999999999999-", 10, refused},
		{"bytes=0-", 0, ""},
		{"items=0-1", 10, ""},
		{"seconds=1-2", 0, ""},
		{"bytes=4-2", 10, ""},
		{"bytes=0-1,4-2", 10, ""},
		{"bytes=a-b", 10, ""},
		{"bytes=-", 10, ""},
		{"bytes=--1", 10, ""},
		{"bytes=+1-2", 10, ""},
		{"bytes=1", 10, ""},
		{"bytes=", 10, ""},
		{"bytes", 10, ""},
		{"nonsense", 10, ""},
	} {
		got, ok := readRanges(test.header, test.size)
		if !ok {
			got = refused
		}
		assert.Equal(t, test.want, got, "%q of %d bytes", test.header, test.size)
	}
}
