package liveconnect_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
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

// rawServer answers each connection by hand: serve gets the connection once the head of a request has been read.
func rawServer(t *testing.T, serve func(conn net.Conn, head string)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var open sync.WaitGroup
	done := make(chan struct{})
	t.Cleanup(func() {
		close(done)
		_ = listener.Close()
		open.Wait()
	})
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				stop := context.AfterFunc(t.Context(), func() { _ = conn.Close() })
				defer stop()
				var head strings.Builder
				for lines := bufio.NewReader(conn); !strings.HasSuffix(head.String(), "\r\n\r\n"); {
					line, err := lines.ReadString('\n')
					if err != nil {
						return
					}
					head.WriteString(line)
				}
				serve(conn, head.String())
			})
		}
	})
	return "http://" + listener.Addr().String()
}

// saysOnly writes a text and then nothing more, until the client hangs up.
func saysOnly(text string) func(net.Conn, string) {
	return func(conn net.Conn, _ string) {
		_, _ = io.WriteString(conn, text)
		_, _ = io.Copy(io.Discard, conn)
	}
}

// withoutTrace is a transport that does not tell how far it has come.
type withoutTrace struct{ base http.RoundTripper }

func (w withoutTrace) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(context.Background())
	stop := context.AfterFunc(req.Context(), cancel)
	resp, err := w.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		stop()
		cancel()
		return nil, err
	}
	return resp, nil
}

// A limit of waiting holds until the headers of the last answer are complete, whatever came before.
func TestSilenceAfterTheFirstByte(t *testing.T) {
	t.Parallel()
	redirect := func(to string) string {
		return "HTTP/1.1 302 Found\r\nLocation: " + to + "/file\r\nContent-Length: 0\r\n\r\n"
	}
	quiet := rawServer(t, saysOnly(""))
	for name, answer := range map[string]string{
		"nothing":                          "",
		"a storage host that stays silent": redirect(quiet),
		"half a status line":               "HTTP/1.1 2",
		"half the headers":                 "HTTP/1.1 200 OK\r\nContent-Type: text/pl",
		"a provisional answer":             "HTTP/1.1 103 Early Hints\r\n\r\n",
		"a redirect whose body stalls":     "HTTP/1.1 302 Found\r\nLocation: " + quiet + "/file\r\nContent-Length: 1000\r\n\r\nhalf",
		"an error whose body stalls":       "HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\n{",
		"a success whose body stalls":      "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
	} {
		server := rawServer(t, saysOnly(answer))
		for kind, transport := range map[string]http.RoundTripper{
			"own": nil, "caller's": &http.Transport{}, "without trace": withoutTrace{&http.Transport{}},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				client, err := liveconnect.NewClient(&http.Client{Transport: transport},
					liveconnect.WithBaseURL(server+"/v5.0"),
					liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}),
					liveconnect.WithTimeouts(liveconnect.Timeouts{Connect: limit, TLS: limit, ResponseHeader: limit, Stall: limit}))
				require.NoError(t, err)
				defer client.CloseIdleConnections()
				begun := time.Now()
				d, err := client.Downloads.Open(context.Background(), "file.a.A!1", nil)
				if err == nil {
					_, err = io.Copy(io.Discard, d)
					require.NoError(t, d.Close())
				}
				require.Error(t, err)
				if !strings.HasPrefix(name, "an error") { // which is told as far as it came
					require.ErrorIs(t, err, liveconnect.ErrTimeout)
				}
				assert.Less(t, time.Since(begun), 20*limit)
			})
		}
	}
}

const limit = 200 * time.Millisecond

// The body of an upload may take long though the answer may not.
func TestProvisionalAnswersDuringAnUpload(t *testing.T) {
	t.Parallel()
	server := rawServer(t, func(conn net.Conn, head string) {
		_, _ = io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\n\r\n")
		_, _ = io.CopyN(io.Discard, conn, 8)
		_, _ = io.WriteString(conn, "HTTP/1.1 201 Created\r\nContent-Length: 20\r\n\r\n"+`{"id":"file.a.A!1"}`+"\n")
	})
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server+"/v5.0"),
		liveconnect.WithTimeouts(liveconnect.Timeouts{ResponseHeader: limit, Stall: limit}))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	source, writer := io.Pipe()
	go func() {
		for range 8 {
			time.Sleep(limit / 2)
			_, _ = writer.Write([]byte{'x'})
		}
		_ = writer.Close()
	}()
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a", source, &liveconnect.UploadOptions{Size: 8})
	require.NoError(t, err)
}

// An upload whose source hangs comes back with its context, with the answer, or with the connection.
func TestSourceThatHangs(t *testing.T) {
	t.Parallel()
	waits := func(conn net.Conn, _ string) { _, _ = io.Copy(io.Discard, conn) }
	refuses := saysOnly("HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n")
	dies := func(net.Conn, string) {}
	for name, test := range map[string]struct {
		serve func(net.Conn, string)
		want  error
	}{
		"the context ends":    {waits, context.DeadlineExceeded},
		"the file is refused": {refuses, liveconnect.ErrTooLarge},
		"the server dies":     {dies, nil},
	} {
		for kind, call := range map[string]func(context.Context, *liveconnect.Client, io.Reader) error{
			"Put": func(ctx context.Context, c *liveconnect.Client, body io.Reader) error {
				_, err := c.Uploads.Put(ctx, liveconnect.Root, "a", body, nil)
				return err
			},
			"Put of a size": func(ctx context.Context, c *liveconnect.Client, body io.Reader) error {
				_, err := c.Uploads.Put(ctx, liveconnect.Root, "a", body, &liveconnect.UploadOptions{Size: 1000})
				return err
			},
			"Post": func(ctx context.Context, c *liveconnect.Client, body io.Reader) error {
				_, err := c.Uploads.Post(ctx, liveconnect.Root, "a", body, nil)
				return err
			},
			"Replace": func(ctx context.Context, c *liveconnect.Client, body io.Reader) error {
				_, err := c.Uploads.Replace(ctx, "file.a.A!1", body, nil)
				return err
			},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(rawServer(t, test.serve)+"/v5.0"))
				require.NoError(t, err)
				defer client.CloseIdleConnections()
				ctx := t.Context()
				if test.want == context.DeadlineExceeded { //nolint:errorlint // the table's own
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, limit)
					defer cancel()
				}
				source, writer := io.Pipe()
				defer writer.Close()
				begun := time.Now()
				err = call(ctx, client, source)
				require.Error(t, err)
				if test.want != nil {
					require.ErrorIs(t, err, test.want)
				}
				assert.Less(t, time.Since(begun), 5*time.Second)
			})
		}
	}
}

type giveNothing struct{ reads atomic.Int64 }

func (s *giveNothing) Read([]byte) (int, error) { s.reads.Add(1); return 0, nil }

func TestSourceThatGivesNothing(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`)))
	source := &giveNothing{}
	_, err := s.client(t).Uploads.Put(t.Context(), liveconnect.Root, "a", source, nil)
	require.ErrorIs(t, err, io.ErrNoProgress)
	assert.LessOrEqual(t, source.reads.Load(), int64(100))
}

// A sign-in host that stays silent ends each call, and once it speaks again, calls go through.
func TestTokenSourceThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var asked atomic.Int64
		source := tokenFunc(func() (*oauth2.Token, error) {
			if asked.Add(1) <= 20 {
				<-release
			}
			return &oauth2.Token{AccessToken: "TOKEN"}, nil
		})
		client, err := liveconnect.NewClient(&http.Client{Transport: &script{steps: []func(*http.Request) (*http.Response, error){ok}}}, liveconnect.WithTokenSource(source))
		require.NoError(t, err)
		for range 12 {
			begun := time.Now()
			_, err = client.Users.Get(context.Background(), liveconnect.Me)
			require.ErrorIs(t, err, liveconnect.ErrTimeout)
			assert.LessOrEqual(t, time.Since(begun), time.Minute)
		}
		assert.EqualValues(t, 8, asked.Load(), "no more are left hanging")
		asked.Store(20)
		close(release)
		synctest.Wait()
		_, err = client.Users.Get(context.Background(), liveconnect.Me)
		require.NoError(t, err)
		assert.EqualValues(t, 21, asked.Load())
	})
}

type tokenFunc func() (*oauth2.Token, error)

func (f tokenFunc) Token() (*oauth2.Token, error) { return f() }

// What a caller's code does on a goroutine of ours, it does to that caller.
func TestPanicsReachTheCaller(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`)))
	panics := func() { panic("boom") }
	client := s.client(t)
	source := s.client(t, liveconnect.WithTokenSaver(func(*oauth2.Token) error { panics(); return nil }))
	for name, call := range map[string]func(){
		"source of an upload": func() {
			_, _ = client.Uploads.Put(t.Context(), liveconnect.Root, "a", readerFunc(func([]byte) (int, error) { panics(); return 0, nil }), nil)
		},
		"progress of an upload": func() {
			_, _ = client.Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader("abc"),
				&liveconnect.UploadOptions{Progress: func(liveconnect.Progress) { panics() }})
		},
		"token saver": func() { _, _ = source.Users.Get(t.Context(), liveconnect.Me) },
	} {
		assert.PanicsWithValue(t, "boom", call, name)
	}
	_, err := client.Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err, "the client goes on")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestTokenSourceThatExits(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusOK, []byte(`{"id":"8c8ce076ca27823f"}`)))
	asked := 0
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(s.URL+"/v5.0"), liveconnect.WithTokenSource(tokenFunc(
		func() (*oauth2.Token, error) {
			if asked++; asked == 1 {
				runtime.Goexit()
			}
			return &oauth2.Token{AccessToken: "TOKEN", Expiry: time.Now().Add(time.Hour)}, nil
		})), liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	_, err = client.Users.Get(t.Context(), liveconnect.Me)
	require.ErrorContains(t, err, "Goexit")
	_, err = client.Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
}

// An end to the waiting of one caller is none to that of the others.
func TestOneCallerLeavesTheOthersWaiting(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusOK, []byte(`{"id":"8c8ce076ca27823f"}`)))
	release := make(chan struct{})
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(s.URL+"/v5.0"), liveconnect.WithTokenSource(tokenFunc(
		func() (*oauth2.Token, error) { <-release; return &oauth2.Token{AccessToken: "TOKEN"}, nil })))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	leaving, leave := context.WithCancel(t.Context())
	results := make(chan error, 2)
	for _, ctx := range []context.Context{leaving, t.Context()} {
		go func() {
			_, err := client.Users.Get(ctx, liveconnect.Me)
			if errors.Is(err, context.Canceled) {
				close(release)
			}
			results <- err
		}()
	}
	leave()
	require.ErrorIs(t, <-results, context.Canceled)
	require.NoError(t, <-results)
}

func TestEndlessEmptyPages(t *testing.T) {
	t.Parallel()
	n := 0
	s := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		fmt.Fprintf(w, `{"data":[],"paging":{"next":"/me/albums?offset=%d"}}`, n)
	})
	var last error
	for _, err := range s.client(t).Albums.All(t.Context(), liveconnect.Me, nil) {
		last = err
	}
	require.ErrorIs(t, last, liveconnect.ErrPagingLoop)
	assert.LessOrEqual(t, n, 100)
}
