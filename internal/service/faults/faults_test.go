package faults_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-liveconnect/liveconnect/internal/service/faults"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var content = strings.Repeat("0123456789", 10_000)

// stand is a server with a set of faults. It serves content on GET (in chunks if asked), and keeps what it gets on PUT.
type stand struct {
	faults.Set

	t      *testing.T
	url    string
	client *http.Client

	mu       sync.Mutex
	received string
	readErr  error
	served   int
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{t: t}
	server := httptest.NewServer(s.Handler(http.HandlerFunc(s.serve)))
	s.url, s.client = server.URL, server.Client()
	s.client.Transport.(*http.Transport).ExpectContinueTimeout = time.Minute
	t.Cleanup(func() {
		s.Clear()
		server.Close()
	})
	return s
}

func (s *stand) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	s.received, s.readErr = string(body), err
	s.served++
	s.mu.Unlock()
	switch {
	case err != nil: // an answer that nobody is to get
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, content)
	case r.URL.Query().Has("chunked"):
		_, _ = io.WriteString(w, content)
	case r.Method == http.MethodGet:
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
	}
}

// result is an answer, as far as it came.
type result struct {
	status int
	header http.Header
	body   string
	err    error
}

func (s *stand) do(method string, body io.Reader, header ...string) result {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+"/path", body)
	require.NoError(s.t, err)
	for ; len(header) > 0; header = header[2:] {
		req.Header.Set(header[0], header[1])
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return result{err: err}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return result{resp.StatusCode, resp.Header, string(raw), err}
}

func (s *stand) get(header ...string) result {
	s.t.Helper()
	return s.do(http.MethodGet, nil, header...)
}

func (s *stand) got() (received string, served int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received, s.served, s.readErr
}

func TestRules(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	teapot := faults.Answer(http.StatusTeapot, nil, "")
	statuses := func(n int) (got []int) {
		for i := range n {
			got = append(got, s.get("N", fmt.Sprint(i)).status)
		}
		return got
	}
	assert.Equal(t, []int{200, 200}, statuses(2))
	f := s.Add(faults.Rule{Do: teapot, Skip: 1, Count: 2})
	assert.Equal(t, []int{200, 418, 418, 200}, statuses(4))
	assert.Equal(t, 2, f.Hits())
	f = s.Add(faults.Rule{Do: teapot, Match: func(r *http.Request) bool { return r.Header.Get("N") == "1" }})
	assert.Equal(t, []int{200, 418, 200}, statuses(3))
	f.Remove()
	f.Remove()
	assert.Equal(t, []int{200, 200}, statuses(2))
	assert.Equal(t, 1, f.Hits())

	pattern := func(seed uint64) []int {
		f := s.Add(faults.Rule{Do: teapot, Probability: 0.5, Seed: seed})
		defer f.Remove()
		return statuses(40)
	}
	first := pattern(1)
	assert.Equal(t, first, pattern(1), "the same seed, the same faults")
	assert.NotEqual(t, first, pattern(2))
	assert.Subset(t, first, []int{200, 418})

	s.Add(faults.Rule{Do: teapot, Probability: 1})
	s.Add(faults.Rule{Do: faults.Answer(http.StatusBadGateway, nil, "")})
	assert.Equal(t, []int{418}, statuses(1), "the first stands in front")
	s.Clear()
	assert.Equal(t, []int{200}, statuses(1))
}

func TestDrop(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.Add(faults.Rule{Do: faults.Drop(faults.Close), Count: 1})
	err := s.do(http.MethodPut, strings.NewReader("x")).err
	assert.ErrorIs(t, err, io.EOF)
	s.Add(faults.Rule{Do: faults.Drop(faults.Reset)})
	err = s.do(http.MethodPut, strings.NewReader("x")).err
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	_, served, _ := s.got()
	assert.Zero(t, served)
}

func TestCutResponse(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	for _, n := range []int{0, 1, 5000, 65_536, len(content) - 1} {
		f := s.Add(faults.Rule{Do: faults.CutResponse(int64(n), faults.Close)})
		a := s.get()
		assert.Equal(t, http.StatusOK, a.status)
		assert.ErrorIs(t, a.err, io.ErrUnexpectedEOF)
		assert.True(t, content[:n] == a.body, "exactly %d bytes, not %d", n, len(a.body))
		f.Remove()
	}
	s.Add(faults.Rule{Do: faults.CutResponse(5000, faults.Close), Count: 1})
	resp, err := s.client.Get(s.url + "?chunked")
	require.NoError(t, err)
	raw, err := io.ReadAll(resp.Body)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "an answer of unknown length does not look whole")
	assert.Len(t, raw, 5000)

	s.Add(faults.Rule{Do: faults.CutResponse(5000, faults.Reset), Count: 1})
	a := s.get()
	require.ErrorIs(t, a.err, syscall.ECONNRESET)
	assert.LessOrEqual(t, len(a.body), 5000)
	assert.True(t, strings.HasPrefix(content, a.body))

	s.Add(faults.Rule{Do: faults.CutResponse(int64(len(content)), faults.Reset)})
	a = s.get()
	require.NoError(t, a.err, "not longer than that")
	assert.True(t, a.body == content)
}

func TestCutRequest(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	for _, ending := range []faults.Ending{faults.Close, faults.Reset} {
		for _, body := range []io.Reader{strings.NewReader(content), io.MultiReader(strings.NewReader(content))} {
			f := s.Add(faults.Rule{Do: faults.CutRequest(777, ending)})
			assert.Error(t, s.do(http.MethodPut, body).err, "no answer comes")
			received, _, err := s.got()
			assert.Equal(t, content[:777], received)
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "the handler sees a client that has gone")
			f.Remove()
		}
	}
	s.Add(faults.Rule{Do: faults.CutRequest(777, faults.Reset)})
	a := s.do(http.MethodPut, strings.NewReader(content[:777]))
	require.NoError(t, a.err, "not longer than that")
	received, _, err := s.got()
	assert.NoError(t, err)
	assert.Len(t, received, 777)
}

// A client that asks before it sends gets its "100 Continue" although the body is in other hands.
func TestExpectContinue(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.Add(faults.Rule{Do: faults.StallRequest(1<<30, 0)})
	a := s.do(http.MethodPut, strings.NewReader(content), "Expect", "100-continue")
	require.NoError(t, a.err)
	received, _, _ := s.got()
	assert.Len(t, received, len(content))

	s.Add(faults.Rule{Do: faults.Answer(http.StatusServiceUnavailable, nil, "")})
	body := strings.NewReader(content)
	a = s.do(http.MethodPut, body, "Expect", "100-continue")
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.Equal(t, len(content), body.Len(), "nothing was sent")
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.Add(faults.Rule{Do: faults.Answer(http.StatusServiceUnavailable, http.Header{"Retry-After": {"7"}}, "busy")})
	for range 3 {
		body := strings.NewReader(strings.Repeat(content, 100))
		a := s.do(http.MethodPut, io.MultiReader(body))
		require.NoError(t, a.err)
		assert.Zero(t, body.Len(), "all of it was read")
		assert.Equal(t, http.StatusServiceUnavailable, a.status)
		assert.Equal(t, "7", a.header.Get("Retry-After"))
		assert.Equal(t, "busy", a.body)
	}
	assert.Equal(t, http.StatusServiceUnavailable, s.do(http.MethodHead, nil).status)
	_, served, _ := s.got()
	assert.Zero(t, served)
}

func TestStalls(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]func(time.Duration) faults.Effect{
		"all":      faults.Stall,
		"response": func(d time.Duration) faults.Effect { return faults.StallResponse(100, d) },
		"request":  func(d time.Duration) faults.Effect { return faults.StallRequest(100, d) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			arrived := make(chan struct{}, 2)
			f := s.Add(faults.Rule{Do: effect(0), Match: func(*http.Request) bool {
				arrived <- struct{}{}
				return true
			}})
			done := make(chan result, 1)
			go func() { done <- s.do(http.MethodGet, io.MultiReader(strings.NewReader(content))) }()
			<-arrived
			select {
			case <-done:
				t.Error("it was not held up")
			default:
			}
			f.Release()
			a := <-done
			require.NoError(t, a.err)
			assert.True(t, a.body == content)
			assert.True(t, s.get().body == content, "nothing is held up any more")
			f.Remove()

			s.Add(faults.Rule{Do: effect(time.Nanosecond)})
			a = s.do(http.MethodGet, strings.NewReader(content))
			assert.NoError(t, a.err)
			assert.True(t, a.body == content, "the time was over")
			received, _, err := s.got()
			assert.NoError(t, err)
			assert.True(t, received == content)

			for _, last := range []time.Duration{0, time.Hour} {
				s.Clear()
				s.Add(faults.Rule{Do: effect(last)}).Release()
				assert.NoError(t, s.do(http.MethodGet, strings.NewReader(content)).err, "free from the start")
			}
		})
	}
	s := newStand(t)
	s.Add(faults.Rule{Do: faults.StallResponse(int64(len(content)), 0)})
	s.Add(faults.Rule{Do: faults.StallRequest(int64(len(content)), 0)})
	assert.NoError(t, s.do(http.MethodGet, strings.NewReader(content)).err, "not longer than that")
}

// What came before the stall arrives, and a client that goes away ends the wait.
func TestStallResponseSendsFirst(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	ended := make(chan struct{})
	s.Add(faults.Rule{Do: func(_ *faults.Fault, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(ended)
			next.ServeHTTP(w, r)
		})
	}})
	s.Add(faults.Rule{Do: faults.StallResponse(1234, 0)})
	resp, err := s.client.Get(s.url)
	require.NoError(t, err)
	got := make([]byte, 1234)
	_, err = io.ReadFull(resp.Body, got)
	require.NoError(t, err)
	assert.Equal(t, content[:1234], string(got))
	require.NoError(t, resp.Body.Close())
	<-ended
}

func TestSlow(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	f := s.Add(faults.Rule{Do: faults.Slow(1_000_000)})
	started := time.Now()
	a := s.get()
	require.NoError(t, a.err)
	assert.True(t, a.body == content)
	assert.GreaterOrEqual(t, time.Since(started), 100*time.Millisecond)
	started = time.Now()
	a = s.do(http.MethodPut, strings.NewReader(content))
	require.NoError(t, a.err)
	assert.GreaterOrEqual(t, time.Since(started), 100*time.Millisecond)
	received, _, _ := s.got()
	assert.True(t, received == content)
	f.Remove()

	s.Add(faults.Rule{Do: faults.Latency(50 * time.Millisecond)})
	started = time.Now()
	require.NoError(t, s.get().err)
	assert.GreaterOrEqual(t, time.Since(started), 50*time.Millisecond)
}

func TestBefore(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	called := errors.New("not called")
	s.Add(faults.Rule{Do: faults.Before(func(r *http.Request) {
		called = nil
		r.Header.Set("Range", "bytes=1-2")
	})})
	assert.Equal(t, "12", s.get().body)
	assert.NoError(t, called)
}

// Several faults meet one request.
func TestTogether(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.Add(faults.Rule{Do: faults.CutRequest(1<<30, faults.Reset)})
	s.Add(faults.Rule{Do: faults.CutResponse(10, faults.Reset), Match: func(r *http.Request) bool { return r.Header.Get("Cut") != "" }})
	s.Add(faults.Rule{Do: faults.StallResponse(5, time.Nanosecond)})
	s.Add(faults.Rule{Do: faults.FalseTotal(1)})
	s.Add(faults.Rule{Do: faults.OtherContent(1 << 30)})
	s.Add(faults.Rule{Do: faults.Slow(100_000_000)})
	s.Add(faults.Rule{Do: faults.WrongStart(1)})
	a := s.get("Range", "bytes=0-99")
	require.NoError(t, a.err)
	assert.Equal(t, content[1:101], a.body)
	assert.Equal(t, "bytes 1-100/100001", a.header.Get("Content-Range"))
	a = s.get("Range", "bytes=0-99", "Cut", "x")
	assert.Error(t, a.err)
}
