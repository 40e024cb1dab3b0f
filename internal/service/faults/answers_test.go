package faults_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/faults"
)

func TestRanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		effect   faults.Effect
		asked    string
		status   int
		header   string
		from, to int
	}{
		{"ignored", faults.IgnoreRange(), "bytes=100-199", 200, "", 0, 100_000},
		{"later", faults.WrongStart(10), "bytes=100-199", 206, "bytes 110-209/100000", 110, 210},
		{"earlier", faults.WrongStart(-10), "bytes=100-", 206, "bytes 90-99999/100000", 90, 100_000},
		{"before the start", faults.WrongStart(-200), "bytes=100-", 206, "bytes 0-99999/100000", 0, 100_000},
		{"all before the start", faults.WrongStart(-500), "bytes=100-199", 206, "bytes 0-0/100000", 0, 1},
		{"suffix", faults.WrongStart(10), "bytes=-100", 206, "bytes 99900-99999/100000", 99_900, 100_000},
		{"no range", faults.WrongStart(10), "", 200, "", 0, 100_000},
		{"false start", faults.FalseStart(10), "bytes=100-199", 206, "bytes 110-209/100000", 100, 200},
		{"false start of all", faults.FalseStart(10), "", 200, "", 0, 100_000},
		{"false total", faults.FalseTotal(-5), "bytes=100-199", 206, "bytes 100-199/99995", 100, 200},
		{"out of range", faults.FalseTotal(5), "bytes=100000-", 416, "bytes */100000", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			s.Add(faults.Rule{Do: tt.effect})
			a := s.get("Range", tt.asked)
			require.NoError(t, a.err)
			assert.Equal(t, tt.status, a.status)
			assert.Equal(t, tt.header, a.header.Get("Content-Range"))
			if tt.status != http.StatusRequestedRangeNotSatisfiable {
				assert.True(t, content[tt.from:tt.to] == a.body)
			}
		})
	}
}

func TestOtherContent(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.Add(faults.Rule{Do: faults.OtherContent(50_000)})
	all := s.get().body
	require.Len(t, all, len(content))
	assert.True(t, content[:50_000] == all[:50_000])
	for i := 50_000; i < len(all); i++ {
		require.NotEqual(t, content[i], all[i])
	}
	assert.True(t, all[49_990:50_010] == s.get("Range", "bytes=49990-50009").body, "the same other content each time")
	assert.True(t, content[10:20] == s.get("Range", "bytes=10-19").body)
	s.Clear()
	s.Add(faults.Rule{Do: faults.OtherContent(0)})
	assert.NotEqual(t, content[:10], s.get("Range", "bytes=0-9").body)
	assert.Equal(t, "invalid range: failed to overlap\n", s.get("Range", "bytes=100000-").body, "an error is no content")
}
