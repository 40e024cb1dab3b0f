package livetest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/livetest"
)

const text = "0123456789abcdefghij"

// caller sends plain requests to a server, with the token of its account.
type caller struct {
	*livetest.Server
	t     *testing.T
	http  *http.Client
	token string
	file  string // id of a file with the content text
}

func newCaller(t *testing.T, opts ...livetest.Option) *caller {
	t.Helper()
	c := &caller{Server: livetest.NewServer(t, opts...), t: t}
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	c.http = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	token, err := c.Account().Token()
	require.NoError(t, err)
	c.token = token.AccessToken
	c.file, err = c.Account().AddFile("Documents/a.txt", []byte(text))
	require.NoError(t, err)
	return c
}

// answer is what came back, as far as it came.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func (c *caller) do(method, target, body string, header ...string) answer {
	c.t.Helper()
	if !strings.HasPrefix(target, "http") {
		target = c.APIURL + "/" + target
	}
	req, err := http.NewRequest(method, target, strings.NewReader(body))
	require.NoError(c.t, err)
	if strings.HasPrefix(target, c.APIURL) || req.Header.Get("X-Http-Method-Override") != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for ; len(header) > 0; header = header[2:] {
		req.Header.Set(header[0], header[1])
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(raw), err}
}

func (c *caller) get(target string, header ...string) answer {
	c.t.Helper()
	return c.do(http.MethodGet, target, "", header...)
}

// link is a link to the file's content.
func (c *caller) link() string {
	c.t.Helper()
	a := c.get(c.file + "/content")
	require.Equal(c.t, http.StatusFound, a.status, a.body)
	return a.header.Get("Location")
}

func (a answer) code(t *testing.T) string {
	t.Helper()
	var body struct {
		Error struct{ Code, Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(a.body), &body), a.body)
	return body.Error.Code
}

func TestFaultMatches(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	link := c.link()
	requests := map[string]func() answer{
		"api":      func() answer { return c.get("me") },
		"put":      func() answer { return c.do(http.MethodPut, "me/skydrive/files/new.txt", "x") },
		"login":    func() answer { return c.get(c.LoginURL + "/oauth20_logout.srf") },
		"storage":  func() answer { return c.get(link) },
		"fragment": func() answer { return c.packet(http.StatusInternalServerError, "Fragment", "") },
	}
	for _, tt := range []struct {
		fault livetest.Fault
		hits  []string
	}{
		{livetest.Fault{}, []string{"api", "put", "login", "storage", "fragment"}},
		{livetest.Fault{Host: livetest.API}, []string{"api", "put"}},
		{livetest.Fault{Host: livetest.Login}, []string{"login"}},
		{livetest.Fault{Host: livetest.Storage}, []string{"storage", "fragment"}},
		{livetest.Fault{Method: "put"}, []string{"put"}},
		{livetest.Fault{Path: `/me$`}, []string{"api"}},
		{livetest.Fault{Path: `\.txt`}, []string{"put", "storage", "fragment"}},
		{livetest.Fault{Packet: "fragment"}, []string{"fragment"}},
		{livetest.Fault{Packet: "Close-Session"}, nil},
		{livetest.Fault{Match: func(r *http.Request) bool { return r.URL.Path == "/v5.0/me" }, Host: livetest.API}, []string{"api"}},
		{livetest.Fault{Match: func(r *http.Request) bool { return r.URL.Path == "/v5.0/me" }, Host: livetest.Login}, nil},
	} {
		tt.fault.Do = livetest.Answer(http.StatusTeapot, http.Header{"X-Fault": {"yes"}}, "short and stout")
		fault := c.Fault(tt.fault)
		for name, send := range requests {
			a := send()
			require.NoError(t, a.err)
			if assert.ObjectsAreEqual(http.StatusTeapot, a.status) {
				assert.Contains(t, tt.hits, name, "%+v", tt.fault)
				assert.Equal(t, "short and stout", a.body)
				assert.Equal(t, "yes", a.header.Get("X-Fault"))
			} else {
				assert.NotContains(t, tt.hits, name, "%+v", tt.fault)
			}
		}
		assert.Equal(t, len(tt.hits), fault.Hits())
		fault.Remove()
	}
	assert.Panics(t, func() { c.Fault(livetest.Fault{}) })
	assert.Panics(t, func() { c.Fault(livetest.Fault{Path: "(", Do: livetest.Drop(livetest.Close)}) })
}

func TestFaultFrequency(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	fault := c.Fault(livetest.Fault{Skip: 1, Count: 2, Do: livetest.Error(http.StatusServiceUnavailable, "server_busy", "3")})
	var got []int
	for range 5 {
		got = append(got, c.get("me").status)
	}
	assert.Equal(t, []int{200, 503, 503, 200, 200}, got)
	assert.Equal(t, 2, fault.Hits())
	pattern := func() (got []int) {
		defer c.ClearFaults()
		c.Fault(livetest.Fault{Probability: 0.5, Seed: 3, Do: livetest.ErrorPage(http.StatusBadGateway, "")})
		for range 20 {
			got = append(got, c.get("me").status)
		}
		return got
	}
	first := pattern()
	assert.Subset(t, first, []int{200, 502})
	assert.Equal(t, first, pattern())
}

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	once := func(do livetest.Effect) answer {
		t.Helper()
		c.Fault(livetest.Fault{Count: 1, Do: do})
		a := c.get("me")
		require.NoError(t, a.err)
		assert.Equal(t, http.StatusOK, c.get("me").status)
		return a
	}
	a := once(livetest.Error(http.StatusServiceUnavailable, "server_busy", "3"))
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.Equal(t, "3", a.header.Get("Retry-After"))
	assert.Equal(t, "server_busy", a.code(t))
	a = once(livetest.Error(http.StatusInternalServerError, "server_internal_error", ""))
	assert.NotContains(t, a.header, "Retry-After")

	a = once(livetest.Throttled(241))
	assert.Equal(t, 420, a.status)
	assert.Equal(t, "241", a.header.Get("Retry-After"))
	assert.Equal(t, "request_throttled", a.code(t))
	assert.Contains(t, a.body, "Wait 241 seconds and try again.")

	a = once(livetest.ErrorPage(http.StatusBadGateway, ""))
	assert.Equal(t, http.StatusBadGateway, a.status)
	assert.Equal(t, "text/html", a.header.Get("Content-Type"))
	assert.Contains(t, a.body, "<h1>502 Bad Gateway</h1>")
}

// What a fault answers is in the list of requests too, and says so.
func TestInterceptedRequests(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	c.Fault(livetest.Fault{Count: 1, Do: livetest.Throttled(1)})
	assert.Equal(t, 420, c.get("me?limit=2&access_token=secret").status)
	c.Fault(livetest.Fault{Count: 1, Do: livetest.Drop(livetest.Reset)})
	assert.Error(t, c.get("me").err)
	c.Fault(livetest.Fault{Count: 1, Do: livetest.CutResponse(1, livetest.Close)})
	assert.Error(t, c.get("me").err)
	requests := c.Requests()
	require.Len(t, requests, 3)
	assert.Equal(t, "GET /v5.0/me 420", requests[0].String())
	assert.Equal(t, url.Values{"limit": {"2"}}, requests[0].Query)
	assert.True(t, requests[0].HadToken)
	assert.NotContains(t, requests[0].Header, "Authorization")
	assert.True(t, requests[0].Intercepted)
	assert.True(t, requests[1].Intercepted)
	assert.Zero(t, requests[1].Status)
	assert.False(t, requests[2].Intercepted, "the service did its part")
	assert.Equal(t, "user.get", requests[2].Endpoint)
}

func TestFaultyContent(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	link := c.link()
	once := func(do livetest.Effect, header ...string) answer {
		t.Helper()
		fault := c.Fault(livetest.Fault{Host: livetest.Storage, Count: 1, Do: do})
		a := c.get(link, header...)
		assert.Equal(t, 1, fault.Hits())
		assert.Equal(t, text, c.get(link).body, "it was only once")
		return a
	}
	a := once(livetest.CutResponse(7, livetest.Close))
	assert.ErrorIs(t, a.err, io.ErrUnexpectedEOF)
	assert.Equal(t, text[:7], a.body)
	assert.Error(t, once(livetest.CutResponse(7, livetest.Reset)).err)
	assert.ErrorIs(t, once(livetest.Drop(livetest.Reset)).err, syscall.ECONNRESET)
	assert.ErrorIs(t, once(livetest.Drop(livetest.Close)).err, io.EOF)

	a = once(livetest.IgnoreRange(), "Range", "bytes=5-")
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, text, a.body)
	a = once(livetest.WrongStart(2), "Range", "bytes=5-9")
	assert.Equal(t, text[7:12], a.body)
	assert.Equal(t, "bytes 7-11/20", a.header.Get("Content-Range"))
	a = once(livetest.FalseStart(2), "Range", "bytes=5-9")
	assert.Equal(t, text[5:10], a.body)
	assert.Equal(t, "bytes 7-11/20", a.header.Get("Content-Range"))
	a = once(livetest.FalseTotal(2), "Range", "bytes=5-9")
	assert.Equal(t, text[5:10], a.body)
	assert.Equal(t, "bytes 5-9/22", a.header.Get("Content-Range"))
	a = once(livetest.OtherContent(10))
	assert.Equal(t, text[:10], a.body[:10])
	assert.Len(t, a.body, 20)
	assert.NotEqual(t, text, a.body)

	assert.Equal(t, text, once(livetest.Stall(time.Nanosecond)).body)
	assert.Equal(t, text, once(livetest.StallResponse(3, time.Nanosecond)).body)
	assert.Equal(t, text, once(livetest.Latency(time.Nanosecond)).body)
	assert.Equal(t, text, once(livetest.SlowLink(1<<30)).body)

	c.Fault(livetest.Fault{Host: livetest.Storage, Do: livetest.Before(func(*http.Request) {
		assert.NoError(t, c.Account().ReplaceFile(c.file, []byte("replaced")))
	})})
	assert.Equal(t, "replaced", c.get(link).body)
}

func TestFaultyUploads(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	body := strings.Repeat(text, 10_000)
	for _, ending := range []livetest.Ending{livetest.Close, livetest.Reset} {
		fault := c.Fault(livetest.Fault{Method: "PUT", Do: livetest.CutRequest(1000, ending)})
		assert.Error(t, c.do(http.MethodPut, "me/skydrive/files/a.bin", body).err)
		fault.Remove()
		assert.NotContains(t, c.get("me/skydrive/files").body, "a.bin", "nothing was stored")
	}
	c.Fault(livetest.Fault{Method: "PUT", Do: livetest.StallRequest(1000, time.Nanosecond)})
	assert.Equal(t, http.StatusCreated, c.do(http.MethodPut, "me/skydrive/files/a.bin", body).status)
}

func TestStallUntilReleased(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	for _, free := range []func(*livetest.ActiveFault){
		(*livetest.ActiveFault).Release, (*livetest.ActiveFault).Remove, func(*livetest.ActiveFault) { c.ClearFaults() },
	} {
		arrived := make(chan struct{}, 1)
		fault := c.Fault(livetest.Fault{Do: livetest.Stall(0), Match: func(*http.Request) bool {
			arrived <- struct{}{}
			return true
		}, Count: 1})
		done := make(chan answer, 1)
		go func() { done <- c.get("me") }()
		<-arrived
		free(fault)
		assert.Equal(t, http.StatusOK, (<-done).status)
		fault.Remove()
	}
	// A server that ends waits for nobody; nor does a handler of it stay behind.
	arrived := make(chan struct{}, 1)
	c.Fault(livetest.Fault{Method: "PUT", Do: livetest.StallRequest(1, 0), Match: func(*http.Request) bool {
		arrived <- struct{}{}
		return true
	}})
	done := make(chan answer, 1)
	go func() { done <- c.do(http.MethodPut, "me/skydrive/files/a.bin", text) }()
	<-arrived
	require.NoError(t, c.Close())
	assert.Error(t, (<-done).err)
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	link := c.link()
	fault := c.Fault(livetest.Fault{Host: livetest.Storage, Count: 1, Do: livetest.ExpiredLink()})
	assert.Equal(t, http.StatusGone, c.get(link).status)
	assert.Equal(t, http.StatusGone, c.get(link).status, "and stays so")
	assert.Equal(t, text, c.get(c.link()).body, "a new one is good")
	assert.Equal(t, 1, fault.Hits())
	link = c.link()
	c.ExpireLinks()
	assert.Equal(t, http.StatusGone, c.get(link).status)

	c.Fault(livetest.Fault{Path: "/me$", Count: 2, Do: livetest.ExpiredToken()})
	a := c.get("me")
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Equal(t, "request_token_expired", a.code(t))
	assert.Equal(t, "request_token_expired", c.get("me").code(t), "and stays so")
	token, err := c.Account().Token()
	require.NoError(t, err)
	c.token = token.AccessToken
	assert.Equal(t, http.StatusOK, c.get("me").status)
	c.Fault(livetest.Fault{Count: 1, Do: livetest.ExpiredToken()})
	a = c.get("me?access_token="+url.QueryEscape(c.token), "Authorization", "")
	assert.Equal(t, "request_token_expired", a.code(t), "in the query too")
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	start := time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC)
	c := newCaller(t, livetest.WithClock(func() time.Time { return start }))
	link := c.link()
	c.Advance(59 * time.Minute)
	assert.Equal(t, text, c.get(link).body)
	assert.Equal(t, http.StatusOK, c.get("me").status)
	c.Advance(time.Minute)
	assert.Equal(t, http.StatusGone, c.get(link).status)
	assert.Equal(t, "request_token_expired", c.get("me").code(t))
	_, err := c.Account().AddFolder("New")
	require.NoError(t, err)
	token, err := c.Account().Token()
	require.NoError(t, err)
	c.token = token.AccessToken
	assert.Contains(t, c.get("me/skydrive/files").body, "2013-05-15T09:00:00+0000")
}
