package liveconnect_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

// inMemory is a transport without connections, which tells nothing of its way: the handler has carried a request out
// before the fault.
type inMemory struct {
	mu    sync.Mutex
	asked []string
	fault error // nil: the answer is cut off
}

func (m *inMemory) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, req.Method)
	if m.fault != nil {
		return nil, m.fault
	}
	return &http.Response{
		StatusCode: http.StatusCreated, Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader(`{"id":"folder.`)),
	}, nil
}

// What may have been carried out is not done again, whatever the transport tells.
func TestChangesAreMadeOnce(t *testing.T) {
	t.Parallel()
	calls := map[string]func(*liveconnect.Client) error{
		"create a folder": func(c *liveconnect.Client) error {
			_, err := c.Folders.Create(t.Context(), liveconnect.Root, &liveconnect.NewFolder{Name: "x"})
			return err
		},
		"copy": func(c *liveconnect.Client) error {
			_, err := c.Files.Copy(t.Context(), "file.a.A!1", "folder.a.A!2")
			return err
		},
		"comment": func(c *liveconnect.Client) error {
			_, err := c.Comments.Create(t.Context(), "file.a.A!1", "hello")
			return err
		},
		"put with a new name": func(c *liveconnect.Client) error {
			_, err := c.Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader("x"),
				&liveconnect.UploadOptions{Overwrite: liveconnect.OverwriteChooseNewName})
			return err
		},
		"post": func(c *liveconnect.Client) error {
			_, err := c.Uploads.Post(t.Context(), liveconnect.Root, "a", strings.NewReader("x"), nil)
			return err
		},
		"put to a location that chooses": func(c *liveconnect.Client) error {
			_, err := c.Uploads.PutTo(t.Context(), liveconnect.DefaultBaseURL+"/folder.a.A!2/files/?overwrite=ChooseNewName", "a", strings.NewReader("x"), nil)
			return err
		},
		"put to a location in other letters": func(c *liveconnect.Client) error {
			_, err := c.Uploads.PutTo(t.Context(), liveconnect.DefaultBaseURL+"/folder.a.A!2/files/?Overwrite=FALSE", "a", strings.NewReader("x"), nil)
			return err
		},
		"do, choosing": func(c *liveconnect.Client) error {
			var out struct{ ID string }
			return c.Do(t.Context(), &liveconnect.Request{
				Method: "PUT", Path: "folder.a.A!2/files/a", Body: "x", Query: url.Values{"overwrite": {"choosenewname"}},
			}, &out)
		},
		"do, another verb inside": func(c *liveconnect.Client) error {
			var out struct{ ID string }
			return c.Do(t.Context(), &liveconnect.Request{Path: "file.a.A!1", Query: url.Values{"method": {"copy"}}}, &out)
		},
	}
	for name, call := range calls {
		for kind, fault := range map[string]error{
			"no answer": errors.New("the other end is gone"), "half an answer": nil,
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				m := &inMemory{fault: fault}
				client, err := liveconnect.NewClient(&http.Client{Transport: m}, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}))
				require.NoError(t, err)
				err = call(client)
				require.Error(t, err)
				assert.Len(t, m.asked, 1)
				if m.asked[0] != http.MethodGet {
					require.ErrorIs(t, err, liveconnect.ErrOutcomeUnknown)
					assert.ErrorContains(t, err, "may have been carried out")
				}
			})
		}
	}
}

// lostAnswers is a transport that carries the first request out and loses the answer.
func lostAnswers(handler http.Handler) http.RoundTripper {
	var asked atomic.Int64
	return roundTripFunc(func(req *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		if asked.Add(1) == 1 {
			return nil, io.ErrUnexpectedEOF
		}
		resp := w.Result()
		resp.Request = req
		return resp, nil
	})
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	parent, there := "folder.a.A!1", true
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !there:
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error":{"code":"resource_not_found","message":"gone"}}`)
			return
		case r.Method == http.MethodDelete:
			there = false
		case r.Method == "MOVE":
			parent = "folder.a.A!2"
		}
		_, _ = io.WriteString(w, `{"id":"file.a.A!3","type":"file","parent_id":"`+parent+`"}`)
	})
	client := func() *liveconnect.Client {
		c, err := liveconnect.NewClient(&http.Client{Transport: lostAnswers(api)}, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}))
		require.NoError(t, err)
		return c
	}
	file, err := client().Files.Move(t.Context(), "file.a.A!3", "folder.a.A!2")
	require.NoError(t, err, "it is there")
	assert.Equal(t, "folder.a.A!2", file.ParentID)

	require.NoError(t, client().Files.Delete(t.Context(), "file.a.A!3"))
	require.ErrorIs(t, client().Files.Delete(t.Context(), "file.a.A!3"), nil, "the first answer was lost as well")
	c, err := liveconnect.NewClient(&http.Client{Transport: roundTripFunc(func(req *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		api.ServeHTTP(w, req)
		return w.Result(), nil
	})})
	require.NoError(t, err)
	require.ErrorIs(t, c.Files.Delete(t.Context(), "file.a.A!3"), liveconnect.ErrNotFound, "no answer was lost")
}

// The refusal of a host that has not seen the token says nothing about it.
func TestRefusalOfAStorageHostRefreshesNothing(t *testing.T) {
	t.Parallel()
	storage := newStub(t, answer(http.StatusUnauthorized, nil))
	api := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(storage.URL, "127.0.0.1", "localhost", 1)+"/file", http.StatusFound)
	})
	refreshes := 0
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(api.URL+"/v5.0"), liveconnect.WithTokenSource(tokenFunc(
		func() (*oauth2.Token, error) {
			refreshes++
			return &oauth2.Token{AccessToken: "TOKEN", Expiry: time.Now().Add(time.Hour)}, nil
		})))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	for range 5 {
		_, err = client.Downloads.Open(t.Context(), "file.a.A!1", nil)
		require.ErrorIs(t, err, liveconnect.ErrUnauthorized)
	}
	assert.Equal(t, 1, refreshes)
	for _, asked := range storage.asked() {
		assert.Empty(t, asked.Header.Get("Authorization"))
	}
}

func TestRefusedSignInUnderAnotherMediaType(t *testing.T) {
	t.Parallel()
	login := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"The consent was revoked."}`)
	})
	conf := liveconnect.OAuthConfig("id", "", liveconnect.DesktopRedirectURL)
	conf.Endpoint = liveconnect.OAuthEndpoint(login.URL)
	client, err := liveconnect.NewClient(conf.Client(t.Context(), &oauth2.Token{RefreshToken: "R"}))
	require.NoError(t, err)
	_, err = client.Users.Get(t.Context(), liveconnect.Me)
	require.ErrorIs(t, err, liveconnect.ErrSignInRequired)
	assert.ErrorContains(t, err, "The consent was revoked.")
	assert.Len(t, login.asked(), 1)
}

// One host's wish to be left alone is nothing to the others, and nobody is kept for a year.
func TestPaceOfAHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var api, storage atomic.Int64
		client, err := liveconnect.NewClient(&http.Client{Transport: roundTripFunc(func(req *http.Request) (*http.Response, error) {
			resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(`{"id":"a"}`))}
			switch {
			case req.URL.Host != "apis.live.net":
				storage.Add(1)
				resp.StatusCode = http.StatusTooManyRequests
				resp.Header.Set("Retry-After", "31536000")
			case strings.HasSuffix(req.URL.Path, "/picture"):
				resp.StatusCode = http.StatusFound
				resp.Header.Set("Location", "https://public.storage.example/picture")
			default:
				api.Add(1)
			}
			return resp, nil
		})})
		require.NoError(t, err)
		_, err = client.Photos.Picture(t.Context(), "file.a.A!1", "")
		require.ErrorIs(t, err, liveconnect.ErrThrottled)
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		require.NoError(t, err)
		assert.EqualValues(t, 1, storage.Load())
		assert.EqualValues(t, 1, api.Load())
	})
}

func TestWaitersWakeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var woke []time.Time
		begun := time.Now()
		client, err := liveconnect.NewClient(&http.Client{Transport: roundTripFunc(func(req *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(`{"id":"a"}`))}
			if time.Since(begun) < 5*time.Second {
				resp.StatusCode = 420
				resp.Header.Set("Retry-After", "5")
				return resp, nil
			}
			woke = append(woke, time.Now())
			return resp, nil
		})})
		require.NoError(t, err)
		var callers sync.WaitGroup
		for i := range 65 {
			callers.Go(func() {
				time.Sleep(time.Duration(i%3) * time.Millisecond) // some are throttled, the others wait with them
				_, err := client.Users.Get(t.Context(), liveconnect.Me)
				assert.NoError(t, err)
			})
		}
		callers.Wait()
		require.Len(t, woke, 65)
		assert.Greater(t, woke[64].Sub(woke[0]), 500*time.Millisecond)
		for i := range woke[:60] {
			assert.Greater(t, woke[i+5].Sub(woke[i]), 2*time.Millisecond, "no five at once")
		}
	})
}
