package graphtest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
)

func parse(t *testing.T, day string) time.Time {
	t.Helper()
	when, err := time.Parse(time.DateOnly, day)
	require.NoError(t, err)
	return when
}

func TestFaults(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	for _, test := range []struct {
		do               graphtest.Effect
		status           int
		code, retryAfter string
	}{
		{graphtest.Throttled("7"), http.StatusTooManyRequests, "activityLimitReached", "7"},
		{graphtest.Throttled(""), http.StatusTooManyRequests, "activityLimitReached", ""},
		{graphtest.Busy("1"), http.StatusServiceUnavailable, "serviceNotAvailable", "1"},
		{graphtest.OverBandwidth(""), 509, "bandwidthLimitExceeded", ""},
		{graphtest.Error(http.StatusGatewayTimeout, "UnknownError", ""), http.StatusGatewayTimeout, "UnknownError", ""},
		{graphtest.ExpiredToken(), http.StatusUnauthorized, "InvalidAuthenticationToken", ""},
	} {
		c = tour.NewClient(t, server, server.Account())
		fault := server.Fault(graphtest.Fault{Host: graphtest.Graph, Path: "^/v1.0/me/drive$", Skip: 1, Count: 1, Do: test.do})
		c.Get("/me/drive")
		reply := refused(t, c, test.status, test.code, http.MethodGet, "/me/drive", nil)
		assert.Equal(t, test.retryAfter, reply.Header.Get("Retry-After"))
		assert.Equal(t, 1, fault.Hits())
		fault.Remove()
	}
	server.Fault(graphtest.Fault{Do: graphtest.ErrorPage(http.StatusBadGateway, "")})
	assert.Contains(t, string(c.Do(http.MethodGet, "/me", nil).Body), "<html>")
	server.ClearFaults()

	id := addFile(t, server.Account(), "a.txt", "0123456789")
	addFile(t, server.Account(), "b.txt", "0123456789")
	c = tour.NewClient(t, server, server.Account())
	link := tour.Text(c.Get("/me/drive/items/"+id), "@microsoft.graph.downloadUrl")
	server.Fault(graphtest.Fault{Host: graphtest.Files, Count: 1, Do: graphtest.WrongStart(2)})
	assert.Equal(t, "567", string(c.Want(http.StatusPartialContent, http.MethodGet, link, nil, "Range", "bytes=3-5").Body))
	server.Fault(graphtest.Fault{Host: graphtest.Files, Count: 1, Do: graphtest.IgnoreRange()})
	assert.Equal(t, "0123456789", string(c.Want(http.StatusOK, http.MethodGet, link, nil, "Range", "bytes=3-5").Body))
	server.Fault(graphtest.Fault{Host: graphtest.Files, Count: 1, Do: graphtest.ExpiredLink()})
	refused(t, c, http.StatusUnauthorized, "unauthenticated", http.MethodGet, link, nil)
	next := tour.Text(c.Get("/me/drive/root/children?$top=1"), "@odata.nextLink")[len(server.GraphURL):]
	server.Fault(graphtest.Fault{Count: 1, Do: graphtest.ExpiredPage()})
	refused(t, c, http.StatusGone, "resyncRequired", http.MethodGet, next, nil)
	rewrite := server.Fault(graphtest.Fault{Path: "/children$", Do: graphtest.Rewrite(func(answer map[string]any) {
		answer["@odata.nextLink"] = "http://elsewhere.example/next"
	})})
	assert.Equal(t, "http://elsewhere.example/next", tour.Text(c.Get("/me/drive/root/children"), "@odata.nextLink"))
	rewrite.Remove()
	assert.NotContains(t, c.Get("/me/drive/root/children"), "@odata.nextLink")
	assert.Panics(t, func() { server.Fault(graphtest.Fault{}) })
}

func TestRequests(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	c.Want(http.StatusCreated, http.MethodPut, "/me/drive/root:/a%20b:/content?@microsoft.graph.conflictBehavior=fail", "12345")
	server.Fault(graphtest.Fault{Method: http.MethodDelete, Do: graphtest.Throttled("")})
	c.Do(http.MethodDelete, "/me/drive/root:/a%20b", nil)
	c.Do(http.MethodGet, "/me/drive/root:/none", nil)
	requests := server.Requests()
	require.Len(t, requests, 3)
	put := requests[0]
	assert.Equal(t, "PUT /v1.0/me/drive/root:/a%20b:/content 201", put.String())
	assert.Equal(t, []any{graphtest.Graph, true, "PUT item/content", int64(5), "fail"}, []any{put.Host, put.HadToken, put.Operation, put.BytesIn, put.Query.Get("@microsoft.graph.conflictBehavior")})
	assert.NotContains(t, put.Header, "Authorization")
	assert.Positive(t, put.BytesOut)
	assert.Equal(t, []any{true, http.StatusTooManyRequests}, []any{requests[1].Intercepted, requests[1].Status})
	assert.Equal(t, []any{false, "itemNotFound"}, []any{requests[2].Intercepted, requests[2].Code})
	server.ForgetRequests()
	assert.Empty(t, server.Requests())
}

// The clock of the test is the server's, and content that is not kept still has a digest.
func TestOptions(t *testing.T) {
	t.Parallel()
	server, c := start(t, graphtest.WithClock(func() time.Time { return parse(t, "2012-05-05") }), graphtest.WithContentLimit(10))
	made := c.Want(http.StatusCreated, http.MethodPut, "/me/drive/root:/a.bin:/content", "0123456789abcdef")
	assert.Equal(t, "2012-05-05T00:00:00Z", made.Text("createdDateTime"))
	size, _, err := server.Account().Digest(made.Text("id"))
	require.NoError(t, err)
	assert.EqualValues(t, 16, size)
	id, err := server.Account().AddGenerated("big.bin", 1<<32, 1)
	require.NoError(t, err)
	item := c.Get("/me/drive/items/" + id)
	assert.EqualValues(t, 1<<32, item["size"])
	assert.NotContains(t, item["file"], "hashes")
	require.NoError(t, server.Account().ReplaceFile(id, []byte("x")))
	assert.EqualValues(t, 1, c.Get("/me/drive/items/" + id)["size"])
}
