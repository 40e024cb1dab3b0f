package liveconnect_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// What is too large for one request is refused before anything is sent.
func TestPutOverTheLimit(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`)))
	uploads := s.client(t).Uploads
	opts := &liveconnect.UploadOptions{Size: liveconnect.MaxPutSize + 1}
	body := func() io.Reader { return io.MultiReader(strings.NewReader("x")) }
	for name, call := range map[string]func() error{
		"Put": func() error { _, err := uploads.Put(t.Context(), liveconnect.Root, "a", body(), opts); return err },
		"PutTo": func() error {
			_, err := uploads.PutTo(t.Context(), s.URL+"/v5.0/x/files/", "a", body(), opts)
			return err
		},
		"Replace": func() error { _, err := uploads.Replace(t.Context(), "file.a.A!1", body(), opts); return err },
		"Post": func() error {
			_, err := uploads.Post(t.Context(), liveconnect.Root, "a", body(), &liveconnect.PostOptions{UploadOptions: *opts})
			return err
		},
		"Put, found out": func() error {
			source := io.NewSectionReader(&bitsGenerated{size: 1 << 40}, 0, liveconnect.MaxPutSize+1)
			_, err := uploads.Put(t.Context(), liveconnect.Root, "a", source, nil)
			return err
		},
	} {
		err := call()
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, name)
		require.ErrorIs(t, err, liveconnect.ErrTooLarge, name)
		assert.ErrorContains(t, err, "use Uploads.Session or Uploads.Auto", name)
	}
	assert.Empty(t, s.asked())
}

// closing counts how often a source is closed.
type closing struct {
	io.Reader
	closed *int
}

func (c closing) Close() error { *c.closed++; return nil }

// A source that is opened by a function is opened for each try, and closed after it.
func TestSourceThatIsOpenedAgain(t *testing.T) {
	t.Parallel()
	tries := 0
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if tries++; tries < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answer(http.StatusOK, []byte(`{"id":"file.a.A!1"}`))(w, r)
	})
	opened, closed := 0, 0
	opts := &liveconnect.UploadOptions{Open: func() (io.ReadCloser, error) {
		opened++
		return closing{io.MultiReader(strings.NewReader("0123456789")), &closed}, nil
	}}
	_, err := s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", nil, opts)
	require.NoError(t, err)
	assert.Len(t, s.asked(), 3)
	for _, request := range s.asked() {
		assert.Equal(t, "0123456789", request.Body)
		assert.Empty(t, request.Header.Get("Content-Length"), "sent in chunks")
	}
	opts.Size = 10
	_, err = s.client(t).Uploads.Post(t.Context(), liveconnect.Root, "a", nil, &liveconnect.PostOptions{UploadOptions: *opts})
	require.NoError(t, err)
	assert.Contains(t, s.last(t).Body, "0123456789")
	assert.NotEmpty(t, s.last(t).Header.Get("Content-Length"))
	assert.Equal(t, 4, opened)
	assert.Equal(t, 4, closed)

	_, err = s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader("x"), opts)
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	opts.Size = 11
	_, err = s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", nil, opts)
	require.ErrorIs(t, err, liveconnect.ErrSourceLength)
	missing := filepath.Join(t.TempDir(), "missing")
	for _, open := range []func() (io.ReadCloser, error){
		func() (io.ReadCloser, error) { return os.Open(missing) },
		func() (io.ReadCloser, error) { return nil, os.ErrNotExist },
	} {
		_, err = s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", nil, &liveconnect.UploadOptions{Open: open})
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	_, err = s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", nil, &liveconnect.UploadOptions{
		Open: func() (io.ReadCloser, error) { return nil, nil },
	})
	require.ErrorContains(t, err, "gave nil")
}

// exclusive is a source that notices when two use it at a time.
type exclusive struct {
	*strings.Reader
	busy, overlaps atomic.Int32
	reading        chan struct{}
}

func (e *exclusive) enter() func() {
	if e.busy.Add(1) > 1 {
		e.overlaps.Add(1)
	}
	for range 2000 {
		runtime.Gosched()
	}
	return func() { e.busy.Add(-1) }
}

func (e *exclusive) Read(p []byte) (int, error) {
	select {
	case e.reading <- struct{}{}:
	default:
	}
	defer e.enter()()
	return e.Reader.Read(p)
}

func (e *exclusive) Seek(offset int64, whence int) (int64, error) {
	defer e.enter()()
	return e.Reader.Seek(offset, whence)
}

// The next try does not begin before the last one has let go of the source.
func TestSourceIsReadByOneTryAtATime(t *testing.T) {
	t.Parallel()
	var readers sync.WaitGroup
	tries := 0
	source := &exclusive{Reader: strings.NewReader(strings.Repeat("0123456789", 100_000)), reading: make(chan struct{})}
	transport := brokenTransport(func(r *http.Request) error { // as a connection may, it reads on when it has failed
		tries++
		wroteHeaders(r)
		readers.Go(func() { _, _ = io.Copy(io.Discard, r.Body) })
		<-source.reading
		return errors.New("connection reset")
	})
	client, err := liveconnect.NewClient(&http.Client{Transport: transport}, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}))
	require.NoError(t, err)
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a", source, nil)
	require.ErrorContains(t, err, "connection reset")
	readers.Wait()
	assert.Equal(t, 4, tries)
	assert.Zero(t, source.overlaps.Load())
}

// blocked is a source that gives nothing before it is let go.
type blocked struct {
	reading chan struct{}
	letGo   chan struct{}
}

func (b *blocked) Read(p []byte) (int, error) {
	b.reading <- struct{}{}
	<-b.letGo
	return len(p), nil
}

// A call does not wait for a source that stands still, and nothing of that source is told or sent afterwards.
func TestSourceThatStandsStill(t *testing.T) {
	t.Parallel()
	var sent int64
	var failure error
	done := make(chan struct{})
	source := &blocked{make(chan struct{}), make(chan struct{})}
	transport := brokenTransport(func(r *http.Request) error {
		wroteHeaders(r)
		go func() {
			defer close(done)
			sent, failure = io.Copy(io.Discard, r.Body)
		}()
		<-source.reading
		return errors.New("connection reset")
	})
	client, err := liveconnect.NewClient(&http.Client{Transport: transport})
	require.NoError(t, err)
	reports := 0
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a", source, &liveconnect.UploadOptions{
		Progress: func(liveconnect.Progress) { reports++ },
	})
	require.ErrorContains(t, err, "connection reset")
	close(source.letGo)
	<-done
	assert.Zero(t, sent)
	require.Error(t, failure)
	assert.Zero(t, reports)
}

// Progress comes at most ten times a second, never goes back, and has a last report.
func TestUploadProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		s := &script{steps: []func(*http.Request) (*http.Response, error){func(r *http.Request) (*http.Response, error) {
			if tries++; tries == 1 {
				wroteHeaders(r)
				return nil, errors.New("connection reset")
			}
			return ok(r)
		}}}
		var reports []liveconnect.Progress
		var times []time.Time
		source := bitsSlow{strings.NewReader(strings.Repeat("x", 1000))}
		_, err := s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", source, &liveconnect.UploadOptions{
			Progress: func(p liveconnect.Progress) { reports, times = append(reports, p), append(times, time.Now()) },
		})
		require.NoError(t, err)
		for i := range reports[1:] {
			assert.GreaterOrEqual(t, reports[i+1].Done, reports[i].Done)
			if i+2 < len(reports) {
				assert.GreaterOrEqual(t, times[i+1].Sub(times[i]), 100*time.Millisecond)
			}
		}
		assert.Greater(t, len(reports), 10)
		assert.Equal(t, liveconnect.Progress{Done: 1000, Total: 1000, Attempt: 2}, reports[len(reports)-1])
	})
}

// bitsSlow gives ten bytes in 30 ms.
type bitsSlow struct{ *strings.Reader }

func (s bitsSlow) Read(p []byte) (int, error) {
	time.Sleep(30 * time.Millisecond) // of a clock that is not real
	return s.Reader.Read(p[:min(10, len(p))])
}
