package livetest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestDateIsThatOfTheServersClock(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	server.Advance(48 * time.Hour)
	resp, err := http.Get(server.APIURL + "/me")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	date, err := http.ParseTime(resp.Header.Get("Date"))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(48*time.Hour), date, 5*time.Minute)
}
