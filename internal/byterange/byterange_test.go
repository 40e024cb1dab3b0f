package byterange_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/byterange"
)

func TestSpan(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		first, end int64
		want       string
	}{
		{0, 0, "bytes=0-"},
		{0, -1, "bytes=0-"},
		{1 << 20, 0, "bytes=1048576-"},
		{math.MaxInt64, 0, "bytes=9223372036854775807-"},
		{0, 1, "bytes=0-0"},
		{500, 1000, "bytes=500-999"},
		{500, 500, "bytes=500-"},
		{0, math.MaxInt64, "bytes=0-9223372036854775806"},
	} {
		assert.Equal(t, test.want, byterange.Span(test.first, test.end), "%+v", test)
	}
}

func TestParseContent(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]byterange.Content{
		"bytes 500-999/1000":            {First: 500, Last: 999, Total: 1000},
		"bytes 0-0/1":                   {First: 0, Last: 0, Total: 1},
		"bytes 500-999/*":               {First: 500, Last: 999, Total: -1},
		"Bytes 0-4/10":                  {First: 0, Last: 4, Total: 10},
		"  bytes   0-4/10  ":            {First: 0, Last: 4, Total: 10},
		"bytes 000-004/0010":            {First: 0, Last: 4, Total: 10},
		"bytes 0-8589934591/*":          {First: 0, Last: 1<<33 - 1, Total: -1},
		"bytes 0-0/9223372036854775807": {First: 0, Last: 0, Total: math.MaxInt64},
	} {
		got, err := byterange.ParseContent(header)
		require.NoError(t, err, header)
		assert.Equal(t, want, got, header)
	}
}

func TestParseContentRefuses(t *testing.T) {
	t.Parallel()
	for _, header := range []string{
		"", "bytes", "bytes ", "bytes */1000", "bytes */*", "bytes 0-4", "bytes 0/4", "bytes -4/10", "bytes 0-/10", "bytes 0-4/",
		"items 0-4/10", "0-4/10", "bytes=0-4/10", "bytes 5-4/10", "bytes 0-10/10", "bytes 10-10/10", "bytes 0-0/0",
		"bytes +0-4/10", "bytes -1-4/10", "bytes 0-4/-1", "bytes 0x0-4/10", "bytes 0-4/10/10", "bytes 0-4-5/10", "bytes 0 - 4/10",
		"bytes 0-9223372036854775808/*", "bytes 0-4/18446744073709551616", "bytes 0-4/10, 5-9/10", "bytes 1_0-20/100",
	} {
		got, err := byterange.ParseContent(header)
		require.Error(t, err, header)
		assert.Zero(t, got, header)
		assert.Contains(t, err.Error(), fmt.Sprintf("%q", header))
	}
}

func FuzzParseContent(f *testing.F) {
	for _, seed := range []string{"bytes 500-999/1000", "bytes 500-999/*", "bytes */1000", "bytes 9223372036854775807-9223372036854775807/*", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got, err := byterange.ParseContent(header)
		if err != nil {
			require.Zero(t, got)
			return
		}
		require.GreaterOrEqual(t, got.First, int64(0))
		require.GreaterOrEqual(t, got.Last, got.First)
		total := "*"
		if got.Total != -1 {
			require.Greater(t, got.Total, got.Last)
			total = fmt.Sprint(got.Total)
		}
		again, err := byterange.ParseContent(fmt.Sprintf("bytes %d-%d/%s", got.First, got.Last, total))
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}
