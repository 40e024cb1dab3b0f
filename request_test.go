package liveconnect_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

// script is a transport that plays one answer after the other, the last one for ever.
type script struct {
	steps []func(*http.Request) (*http.Response, error)
	mu    sync.Mutex
	times []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	s.mu.Lock()
	step := s.steps[min(len(s.times), len(s.steps)-1)]
	s.times = append(s.times, time.Now())
	s.mu.Unlock()
	return step(r)
}

func status(code int, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp := &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody, Request: r}
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}
}

func says(code int, text string, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := status(code, header...)(r)
		resp.Body = io.NopCloser(strings.NewReader(text))
		return resp, err
	}
}

func fault(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

var ok = says(200, `{"id":"file.a.A!1"}`)

func (s *script) client(t *testing.T, opts ...liveconnect.Option) *liveconnect.Client {
	t.Helper()
	client, err := liveconnect.NewClient(&http.Client{Transport: s}, append([]liveconnect.Option{
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "TOKEN"})),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// unsent is a step of a transport that found no connection.
func unsent(step func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(req.Context()).GetConn("apis.live.net:443")
		return step(req)
	}
}

func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	get := func(c *liveconnect.Client) error {
		_, err := c.Files.Get(context.Background(), "file.a.A!1")
		return err
	}
	del := func(c *liveconnect.Client) error { return c.Files.Delete(context.Background(), "file.a.A!1") }
	move := func(c *liveconnect.Client) error {
		_, err := c.Files.Move(context.Background(), "file.a.A!1", "folder.a.A!2")
		return err
	}
	create := func(c *liveconnect.Client) error {
		_, err := c.Albums.Create(context.Background(), liveconnect.Me, &liveconnect.NewAlbum{Name: "x"})
		return err
	}
	put := func(overwrite liveconnect.Overwrite) func(c *liveconnect.Client) error {
		return func(c *liveconnect.Client) error {
			_, err := c.Uploads.Put(context.Background(), liveconnect.Root, "a", strings.NewReader("x"),
				&liveconnect.UploadOptions{Overwrite: overwrite})
			return err
		}
	}
	oneShot := func(c *liveconnect.Client) error {
		_, err := c.Uploads.Put(context.Background(), liveconnect.Root, "a", io.MultiReader(strings.NewReader("x")), nil)
		return err
	}
	throttled := `{"error":{"code":"request_throttled","message":"Wait 2 seconds and try again."}}`
	broken := &net.OpError{Op: "read", Err: errors.New("connection reset")}

	for name, test := range map[string]struct {
		call  func(*liveconnect.Client) error
		first func(*http.Request) (*http.Response, error)
		tries int
	}{
		"GET, 500":                         {get, status(500), 2},
		"GET, 502":                         {get, status(502), 2},
		"GET, 503":                         {get, status(503), 2},
		"GET, 504":                         {get, status(504), 2},
		"GET, 429":                         {get, status(429), 2},
		"GET, 420":                         {get, says(420, throttled), 2},
		"GET, throttled inside a 200":      {get, says(200, throttled), 2},
		"GET, connection reset":            {get, fault(broken), 2},
		"GET, answer cut off":              {get, says(200, `{"id":"file.`), 2},
		"GET, no such host":                {get, fault(&net.DNSError{IsNotFound: true}), 1},
		"GET, 404":                         {get, status(404), 1},
		"GET, 400":                         {get, status(400), 1},
		"GET, 501":                         {get, status(501), 1},
		"GET, HTML":                        {get, says(200, "<html>", "Content-Type", "text/html"), 1},
		"GET, not JSON":                    {get, says(200, `{"id":}`), 1},
		"DELETE, 503":                      {del, status(503), 2},
		"DELETE, connection reset":         {del, fault(broken), 2},
		"POST, 503":                        {create, status(503), 1},
		"POST, 500":                        {create, status(500), 1},
		"POST, throttled":                  {create, says(420, throttled), 2},
		"POST, nothing was sent":           {create, fault(broken), 2},
		"POST, nobody knows what was sent": {create, fault(broken), 1},
		"MOVE, 503":                        {move, status(503), 1},
		"PUT overwriting, 503":             {put(liveconnect.OverwriteTrue), status(503), 2},
		"PUT not overwriting, 503":         {put(liveconnect.OverwriteFalse), status(503), 1},
		"PUT choosing a name, 503":         {put(liveconnect.OverwriteChooseNewName), status(503), 1},
		"PUT choosing a name, throttled":   {put(liveconnect.OverwriteChooseNewName), status(420), 2},
		"PUT from a one-shot reader, 503":  {oneShot, status(503), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(*http.Request) (*http.Response, error){sent(test.first), ok}}
				switch name {
				case "POST, nothing was sent":
					s.steps[0] = unsent(test.first)
				case "POST, nobody knows what was sent":
					s.steps[0] = test.first
				}
				err := test.call(s.client(t))
				assert.Len(t, s.times, test.tries)
				assert.Equal(t, test.tries == 2, err == nil, err)
			})
		})
	}
}

// sent tells the client that the request has gone out, as the real transport does.
func sent(step func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		wroteHeaders(r)
		return step(r)
	}
}

func TestPostIsNotRepeatedWhenTheConnectionBreaksAfterSending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){sent(fault(io.ErrUnexpectedEOF)), ok}}
		_, err := s.client(t).Albums.Create(t.Context(), liveconnect.Me, &liveconnect.NewAlbum{Name: "x"})
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Len(t, s.times, 1)
	})
}

func TestAttemptsAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){status(503)}}
		_, err := s.client(t).Files.Get(t.Context(), "file.a.A!1")
		var failure *liveconnect.Error
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, 4, failure.Attempts)
		assert.Len(t, s.times, 4)

		s = &script{steps: []func(*http.Request) (*http.Response, error){status(503)}}
		_, err = s.client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1})).Files.Get(t.Context(), "file.a.A!1")
		require.ErrorIs(t, err, liveconnect.ErrServerBusy)
		assert.Len(t, s.times, 1)
	})
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){status(503, "Retry-After", "7"), ok}}
		_, err := s.client(t).Files.Get(t.Context(), "file.a.A!1")
		require.NoError(t, err)
		assert.GreaterOrEqual(t, s.times[1].Sub(s.times[0]), 7*time.Second)
	})
}

func TestLongRetryAfterEndsTheCallAtOnce(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]func(*http.Request) (*http.Response, error){
		"in the header":  status(420, "Retry-After", "241"),
		"in the message": says(420, `{"error":{"code":"request_throttled","message":"… Wait 241 seconds and try again."}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(*http.Request) (*http.Response, error){first, ok}}
				client := s.client(t)
				started := time.Now()
				_, err := client.Files.Get(t.Context(), "file.a.A!1")
				var failure *liveconnect.Error
				require.ErrorAs(t, err, &failure)
				require.ErrorIs(t, err, liveconnect.ErrThrottled)
				assert.Equal(t, 241*time.Second, failure.RetryAfter)
				assert.Zero(t, time.Since(started))

				// A call during the wait would make it longer, so it is not sent.
				time.Sleep(time.Minute)
				_, err = client.Users.Get(t.Context(), liveconnect.Me)
				require.ErrorAs(t, err, &failure)
				require.ErrorIs(t, err, liveconnect.ErrThrottled)
				assert.Equal(t, 181*time.Second, failure.RetryAfter)
				assert.Len(t, s.times, 1)

				time.Sleep(3 * time.Minute)
				_, err = client.Files.Get(t.Context(), "file.a.A!1")
				require.NoError(t, err, "the rest of the wait is short enough to be waited for")
				assert.GreaterOrEqual(t, time.Since(started), 241*time.Second)
			})
		})
	}
}

func TestThrottlingHoldsAllGoroutines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){status(420, "Retry-After", "30"), ok}}
		client := s.client(t)
		done := make(chan error)
		go func() { _, err := client.Files.Get(t.Context(), "file.a.A!1"); done <- err }()
		synctest.Wait()
		started := time.Now()
		_, err := client.Files.Get(t.Context(), "file.a.A!1")
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(started), 30*time.Second)
		require.NoError(t, <-done)
	})
}

func TestOutageIsNotMultiplied(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){status(503)}}
		client := s.client(t)
		for range 100 {
			_, err := client.Files.Get(t.Context(), "file.a.A!1")
			require.ErrorIs(t, err, liveconnect.ErrServerBusy)
		}
		assert.Less(t, len(s.times), 130, "100 calls make at most 20 retries")
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){status(503, "Retry-After", "50")}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		started := time.Now()
		_, err := s.client(t).Files.Get(ctx, "file.a.A!1")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(started))
		var failure *liveconnect.Error
		require.ErrorAs(t, err, &failure)
		assert.True(t, failure.Timeout())
	})
}

// hang answers when the request's context ends.
func hang(r *http.Request) (*http.Response, error) {
	gotConnection(r)
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// stalled gives half of an answer and then nothing.
type stalled struct{ r *http.Request }

func (s stalled) Read([]byte) (int, error) {
	<-s.r.Context().Done()
	return 0, s.r.Context().Err()
}

func (s stalled) Close() error { return nil }

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"no header": hang,
		"body stands still": func(r *http.Request) (*http.Response, error) {
			resp, err := status(200)(r)
			resp.Body = stalled{r}
			return resp, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(*http.Request) (*http.Response, error){step}}
				client := s.client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}),
					liveconnect.WithTimeouts(liveconnect.Timeouts{ResponseHeader: 3 * time.Second, Stall: 3 * time.Second}))
				started := time.Now()
				_, err := client.Files.Get(t.Context(), "file.a.A!1")
				require.ErrorIs(t, err, liveconnect.ErrTimeout)
				assert.Equal(t, 3*time.Second, time.Since(started))
				var failure *liveconnect.Error
				require.ErrorAs(t, err, &failure)
				assert.True(t, failure.Timeout())
			})
		})
	}
}

func TestWithResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		id := []string{"X-HTTP-Live-Request-Id", "API.42"}
		s := &script{steps: []func(*http.Request) (*http.Response, error){status(503), says(200, `{"id":"x"}`, id...), status(404, id...)}}
		client := s.client(t)
		var meta liveconnect.Response
		_, err := client.Files.Get(liveconnect.WithResponse(t.Context(), &meta), "file.a.A!1")
		require.NoError(t, err)
		assert.Equal(t, 200, meta.StatusCode)
		assert.Equal(t, "API.42", meta.RequestID)
		assert.Equal(t, 2, meta.Attempts)
		_, err = client.Files.Get(liveconnect.WithResponse(t.Context(), &meta), "file.a.A!1")
		require.Error(t, err)
		assert.Equal(t, 404, meta.StatusCode)
		_, err = client.Files.Get(liveconnect.WithResponse(t.Context(), nil), "file.a.A!1")
		require.Error(t, err)
	})
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	large := `{"id":"` + strings.Repeat("x", 2000) + `"}`
	s := newStub(t, answer(200, []byte(large)))
	_, err := s.client(t, liveconnect.WithMaxResponse(1000)).Files.Get(t.Context(), "file.a.A!1")
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
	require.ErrorContains(t, err, "WithMaxResponse")
	_, err = s.client(t, liveconnect.WithMaxResponse(int64(len(large)))).Files.Get(t.Context(), "file.a.A!1")
	require.NoError(t, err)
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	connections := map[string]bool{}
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		connections[r.RemoteAddr] = true
		mu.Unlock()
		if r.URL.Query().Get("limit") == "" {
			answer(404, []byte(`{"error":{"code":"resource_not_found","message":"`+strings.Repeat("x", 3000)+`"}}`))(w, r)
			return
		}
		answer(200, []byte(`{"data":[]}`))(w, r)
	})
	client := s.client(t)
	for range 20 {
		_, err := client.Items.List(t.Context(), liveconnect.Root, nil)
		require.ErrorIs(t, err, liveconnect.ErrNotFound)
		_, err = client.Items.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 1})
		require.NoError(t, err)
	}
	assert.Len(t, connections, 1)
}

func TestOptionErrorsAreJoined(t *testing.T) {
	t.Parallel()
	_, err := liveconnect.NewClient(nil,
		liveconnect.WithBaseURL("ftp://x"), liveconnect.WithLoginURL("https://user:pa55@login.live.com"), nil,
		liveconnect.WithUserAgent("a\nb"), liveconnect.WithLocale("en US"), liveconnect.WithLogger(nil),
		liveconnect.WithTokenSource(nil), liveconnect.WithTokenSaver(nil), liveconnect.WithMaxResponse(-1),
		liveconnect.WithStorageOrigins("https://ok.example.com", "http://plain.example.com"),
		liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: -1}))
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	for _, part := range []string{
		"base URL", "login URL", "option 3 is nil", "user agent", "locale", "logger", "token source is nil",
		"token saver is nil", "maximum response", "plain.example.com", "retry policy",
	} {
		assert.ErrorContains(t, err, part)
	}
	assert.NotContains(t, err.Error(), "pa55")
}

func TestOptionsDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(200, []byte(`{"id":"x"}`)))
	opts := []liveconnect.Option{
		liveconnect.WithBaseURL(s.URL + "/base/"), liveconnect.WithLocale("de-DE"), liveconnect.WithSSLResources(false),
		liveconnect.WithUserAgent("test/1"), liveconnect.WithLogger(slog.New(slog.DiscardHandler)),
	}
	var seen []asked
	for range 2 {
		client, err := liveconnect.NewClient(nil, opts...)
		require.NoError(t, err)
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		require.NoError(t, err)
		client.CloseIdleConnections()
		seen = append(seen, s.last(t))
		for i, j := 0, len(opts)-1; i < j; i, j = i+1, j-1 {
			opts[i], opts[j] = opts[j], opts[i]
		}
	}
	assert.Equal(t, seen[0], seen[1])
	assert.Equal(t, "/base/me", seen[0].Path)
	assert.Equal(t, "locale=de-DE&pretty=false&return_ssl_resources=false", seen[0].Query.Encode())
	assert.Equal(t, "test/1", seen[0].Header.Get("User-Agent"))
	assert.Empty(t, seen[0].Header.Get("Authorization"), "there is no token source")
}

func TestTwoTokenSourcesAreRefused(t *testing.T) {
	t.Parallel()
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "a"})
	_, err := liveconnect.NewClient(oauth2.NewClient(t.Context(), source), liveconnect.WithTokenSource(source))
	require.ErrorContains(t, err, "has a token source already")
	_, err = liveconnect.NewClient(nil, liveconnect.WithTokenSaver(func(*oauth2.Token) error { return nil }))
	require.ErrorContains(t, err, "needs a token source")
}

func TestDo(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(200, []byte(`{"quota":26843545600,"available":5}`)))
	client := s.client(t)
	var quota struct{ Quota, Available int64 }
	require.NoError(t, client.Do(t.Context(), &liveconnect.Request{Path: "/me/skydrive/quota/"}, &quota))
	assert.Equal(t, int64(26843545600), quota.Quota)
	assert.Equal(t, "/v5.0/me/skydrive/quota", s.last(t).Path)
	assert.Equal(t, "Bearer TOKEN", s.last(t).Header.Get("Authorization"))

	require.NoError(t, client.Do(t.Context(), &liveconnect.Request{
		Method: "POST", Path: "me/things", Query: map[string][]string{"a": {"b c"}}, Body: map[string]int{"n": 1},
	}, nil))
	last := s.last(t)
	assert.Equal(t, "POST", last.Method)
	assert.JSONEq(t, `{"n":1}`, last.Body)
	assert.Equal(t, "application/json;charset=UTF-8", last.Header.Get("Content-Type"))
	assert.Equal(t, "b c", last.Query.Get("a"))
}
