package storage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParseFragmentRange(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]fragmentRange{
		"bytes 0-0/1":                        {0, 0, 1},
		"bytes 12582912-12927920/9999999999": {12582912, 12927920, 9999999999},
		"Bytes  0-9/10":                      {0, 9, 10},
		" bytes 5 - 9 / 10 ":                 {5, 9, 10},
	} {
		got, err := parseFragmentRange(header)
		assert.NoError(t, err, header)
		assert.Equal(t, want, got, header)
	}
	for _, bad := range []string{
		"", "bytes", "bytes 0-9", "bytes 0-9/", "bytes 0-9/*", "bytes */10", "0-9/10", "octets 0-9/10", "bytes=0-9/10",
		"bytes 9-0/10", "bytes 0-10/10", "bytes 0-0/0", "bytes 0--1/0", "bytes -5-9/10", "bytes +0-9/10", "bytes 0x0-9/10",
		"bytes 0-9/10/11", "bytes 0-9-10/11", "bytes 0-9/99999999999999999999", "bytes 9223372036854775807-9223372036854775807/9223372036854775807",
	} {
		_, err := parseFragmentRange(bad)
		assert.Error(t, err, bad)
	}
}

// What is understood lies within the file, and means the same when it is written again.
func FuzzFragmentRange(f *testing.F) {
	f.Add("bytes 0-1023/4096")
	f.Add("bytes 0--1/0")
	f.Add("Bytes 5 - 9 / 10")
	f.Add("bytes 4611686018427387903-4611686018427387904/4611686018427387905")
	f.Fuzz(func(t *testing.T, header string) {
		r, err := parseFragmentRange(header)
		if err != nil {
			assert.Zero(t, r)
			return
		}
		assert.GreaterOrEqual(t, r.first, int64(0))
		assert.Less(t, r.last, r.total)
		assert.Positive(t, r.length())
		again, err := parseFragmentRange(fmt.Sprintf("bytes %d-%d/%d", r.first, r.last, r.total))
		assert.NoError(t, err)
		assert.Equal(t, r, again)
		assert.False(t, strings.ContainsAny(header, "*+"))
	})
}
