package liveconnect_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

// texts are all that an error shows: itself, its fields, and what is inside it.
func texts(err error) []string {
	all := []string{fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)}
	var failure *liveconnect.Error
	if errors.As(err, &failure) {
		all = append(all, failure.Code, failure.Message, failure.RequestID, failure.URL, failure.LogValue().String())
	}
	for part := err; part != nil; part = errors.Unwrap(part) {
		all = append(all, part.Error(), fmt.Sprintf("%#v", part))
	}
	return all
}

// showsNo checks that no part of a secret of eight characters shows, be it encoded, and that texts are short lines.
func showsNo(t *testing.T, err error, secret string) {
	t.Helper()
	require.Error(t, err)
	for _, text := range texts(err) {
		assert.Less(t, len(text), 6<<10)
		assert.NotContains(t, err.Error(), "\n")
		unescaped := text
		for range 3 {
			if next, err := url.PathUnescape(html.UnescapeString(unescaped)); err == nil {
				unescaped = next
			}
		}
		for _, reading := range []string{text, unescaped, strings.ReplaceAll(unescaped, `\`, "")} {
			for i := 0; i+8 <= len(secret); i++ {
				if strings.Contains(reading, secret[i:i+8]) {
					require.Fail(t, "a secret shows", "%q in %.300q", secret[i:i+8], reading)
				}
			}
		}
	}
}

// key is a secret as those of the service look, with what is escaped.
const key = "EwB4Aq1D/BAAU2+x8yRp%7Ck*Jz&Tb=Wn!c~Lh-Ov_Gs.If"

func percent(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

func entities(format string) func(string) string {
	return func(text string) string {
		var b strings.Builder
		for _, c := range []byte(text) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
}

func TestEchoesOfTheToken(t *testing.T) {
	t.Parallel()
	for name, encode := range map[string]func(string) string{
		"lower-case percent":   percent,
		"doubled percent":      func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		"decimal entities":     entities("&#%d;"),
		"hexadecimal entities": entities("&#x%X;"),
		"escaped slashes":      func(s string) string { return strings.ReplaceAll(s, "/", `\\/`) },
		"unicode escapes":      entities(`\\u%04x`),
		"half of it":           func(s string) string { return s[:len(s)/2] },
	} {
		for _, status := range []int{200, 400} {
			for _, body := range []string{`{"error":{"code":"x ` + encode(key) + `","message":"before ` + encode(key) + ` after"}}`, "<p>" + encode(key) + "</p>"} {
				s := newStub(t, answer(status, []byte(body)))
				client := s.client(t, accessToken(key))
				_, err := client.Users.Get(t.Context(), liveconnect.Me)
				t.Run(name, func(t *testing.T) { showsNo(t, err, key) })
			}
		}
	}
}

// atStorage opens a download whose bytes are at a link with a key.
func atStorage(t *testing.T, link string, handler http.HandlerFunc) error {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	h := &hosts{handlers: map[string]http.HandlerFunc{"apis.live.net": redirectTo(link), u.Host: handler}}
	client, err := liveconnect.NewClient(oauthClient(t, telling{h}), liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}))
	require.NoError(t, err)
	d, err := client.Downloads.Open(t.Context(), "file.a.A!1", nil)
	if err == nil {
		_, err = io.ReadAll(d)
		require.NoError(t, d.Close())
	}
	return err
}

func TestStorageLinksNeverShow(t *testing.T) {
	t.Parallel()
	const path, host = "y4mQxT7bKp0ZsW3uVnE9rHdLc", "https://public.files.1drv.com/"
	const link, other = host + path + "/a.jpg?psid=1", "http://other.files.1drv.com/" + path + "X"
	for name, handler := range map[string]http.HandlerFunc{
		"page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusNotFound)
			_, _ = fmt.Fprintf(w, "<p>%s and /%s/a.jpg and %s and %s", link, path, html.EscapeString(other), url.QueryEscape(link))
		},
		"JSON": answer(404, []byte(`{"error":{"code":"`+path+`","message":"no `+strings.ReplaceAll(link, "/", `\/`)+` nor /`+path+`/a.jpg"}}`)),
		"Content-Range": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", link)
			w.Header().Set("X-HTTP-Live-Request-Id", link)
			w.WriteHeader(http.StatusPartialContent)
		},
		"Content-Encoding": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", path)
			content("bytes")(w, nil)
		},
		"Content-Type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; of="+path)
			w.WriteHeader(http.StatusInternalServerError)
		},
		"redirect": redirectTo("gopher://h.example/" + path),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			showsNo(t, atStorage(t, link, handler), path)
		})
	}
	t.Run("status line", func(t *testing.T) {
		t.Parallel()
		raw := lineServer(t, "HTTP/1.1 4x4 No /"+path+"/a.jpg\r\n\r\n")
		showsNo(t, openAt(t, "http://"+raw+"/"+path+"/a.jpg"), path)
		raw = lineServer(t, path+" is not HTTP\r\n\r\n")
		showsNo(t, openAt(t, "http://"+raw+"/"+path+"/a.jpg"), path)
	})
	t.Run("message of the API", func(t *testing.T) {
		t.Parallel()
		_, err := newStub(t, answer(404, []byte(`{"error":{"code":"x","message":"look at `+other+`"}}`))).client(t).Users.Get(t.Context(), liveconnect.Me)
		showsNo(t, err, path)
		assert.ErrorContains(t, err, "look at http://other.files.1drv.com/REDACTED")
	})
}

// openAt opens a download that is redirected.
func openAt(t *testing.T, link string) error {
	t.Helper()
	client := newStub(t, redirectTo(link)).client(t)
	_, err := client.Downloads.Open(t.Context(), "file.a.A!1", nil)
	return err
}

// lineServer answers every request with a text, and returns its address.
func lineServer(t *testing.T, text string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	t.Cleanup(func() { _ = listener.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			request, err := http.ReadRequest(bufio.NewReader(conn))
			if err == nil {
				_, _ = io.Copy(io.Discard, request.Body)
				_, _ = io.WriteString(conn, text)
			}
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

func TestUploadPagesNeverShow(t *testing.T) {
	t.Parallel()
	source := "http://storage.live.com/s1pQxT7bKp0ZsW3uVnE9rHdLc/a.jpg:Binary"
	for name, page := range map[string]string{
		"no file":       `window.location = "https:\/\/x\/#access_token=` + url.QueryEscape(key) + `&result=` + url.QueryEscape(`{"source":"`+source+`","t":"`+key+`"}`) + `"`,
		"wrong type":    "https://x/#result=" + url.QueryEscape(`{"id":1,"source":"`+source+`"}`) + "&access_token=" + url.QueryEscape(key),
		"error":         "https://x/#result=" + url.QueryEscape(`{"error":{"code":"`+key+`","message":"for `+key+` at `+source+`"}}`),
		"broken escape": "https://x/#result=%zz" + key + source,
		"broken string": `window.location = "\x` + key + source + `"`,
		"another page":  "<html>" + key + source,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newStub(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, page) }).client(t, accessToken(key))
			_, err := client.Uploads.Post(t.Context(), liveconnect.Root, "a", strings.NewReader("x"), &liveconnect.PostOptions{State: "s", RedirectURI: "http://x/"})
			showsNo(t, err, key)
			showsNo(t, err, "s1pQxT7bKp0ZsW3uVnE9rHdLc")
			_, err = liveconnect.ParseUploadRedirect([]byte(page))
			showsNo(t, err, "s1pQxT7bKp0ZsW3uVnE9rHdLc")
			if name != "error" { // nobody can know there that it is the token
				showsNo(t, err, key)
			}
		})
	}
}

func TestSignInAnswersNeverShow(t *testing.T) {
	t.Parallel()
	const clientSecret = "c1ient+S3cret/of=the.App"
	both := key + " " + clientSecret
	head := func(status, contentType string) string {
		return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Type: " + contentType + "\r\n\r\n"
	}
	for name, raw := range map[string]string{
		"status text":            head("400 no "+both, "text/html") + "<p>" + both,
		"wrong-typed expires_in": head("200 OK", "application/json") + `{"access_token":"a","expires_in":"` + both + `"}`,
		"number expires_in":      head("200 OK", "application/json") + `{"access_token":"a","expires_in":{"` + both + `":1}}`,
		"wrong-typed token":      head("200 OK", "application/json") + `{"access_token":["` + both + `"]}`,
		"not JSON":               head("200 OK", "application/json") + both,
		"form":                   head("200 OK", "text/plain") + "a=%zz" + both,
		"form with half escapes": head("400 Bad", "text/plain") + "error=" + percent(key) + "&error_description=" + percent(clientSecret),
		"lower-case percent":     head("400 Bad", "application/json") + `{"error":"` + percent(key) + `","error_description":"` + percent(clientSecret) + `"}`,
		"entities":               head("400 Bad", "application/json") + `{"error":"x","error_description":"` + entities("&#%d;")(both) + `"}`,
		"as text/plain":          head("400 Bad", "text/plain") + `{"error":"invalid_grant","error_description":"` + both + `"}`,
		"an error in a 200":      head("200 OK", "application/json") + `{"error":"` + key + `","error_description":"` + clientSecret + `"}`,
		"not HTTP":               both + "\r\n\r\n",
		"cut off":                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n" + both,
		"redirect":               "HTTP/1.1 302 Found\r\nLocation: http://[" + percent(key) + "\r\nContent-Length: 0\r\n\r\n",
		"header":                 "HTTP/1.1 200 OK\r\n" + both + "\r\n\r\n",
	} {
		for style, auth := range map[string]oauth2.AuthStyle{"in the form": oauth2.AuthStyleInParams, "in a header": oauth2.AuthStyleInHeader} {
			t.Run(name+" "+style, func(t *testing.T) {
				t.Parallel()
				conf := liveconnect.OAuthConfig("id", clientSecret, "https://app.example/")
				conf.Endpoint = oauth2.Endpoint{TokenURL: "http://" + lineServer(t, raw), AuthStyle: auth}
				client, err := liveconnect.NewClient(conf.Client(t.Context(), &oauth2.Token{RefreshToken: key, Expiry: time.Now().Add(-time.Hour)}),
					liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
				require.NoError(t, err)
				_, err = client.Users.Get(t.Context(), liveconnect.Me)
				showsNo(t, err, key)
				showsNo(t, err, clientSecret)
			})
		}
	}
}

func TestSaverErrorHoldsNoToken(t *testing.T) {
	t.Parallel()
	const refresh = "M.R3_BAY.-CZ8*q0vTn!Uj7dWe"
	disk := errors.New("disk full")
	client, err := liveconnect.NewClient(nil, liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: key, RefreshToken: refresh})),
		liveconnect.WithTokenSaver(func(token *oauth2.Token) error { return fmt.Errorf("cannot save %+v: %w", *token, disk) }))
	require.NoError(t, err)
	_, err = client.Users.Get(t.Context(), liveconnect.Me)
	showsNo(t, err, key)
	showsNo(t, err, refresh)
	require.ErrorIs(t, err, disk)
	assert.ErrorContains(t, err, "cannot save")
}

func TestTextsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x y", 170_000)
	header := func(name string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(name, long)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<p>")
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"request id": header("X-HTTP-Live-Request-Id", 400), "Content-Type": header("Content-Type", 400),
		"Content-Type of a 200": header("Content-Type", 200), "Content-Range": header("Content-Range", 206),
		"ETag": header("ETag", 412), "Content-Encoding": header("Content-Encoding", 200),
		"code":         answer(400, []byte(`{"error":{"code":"`+strings.Repeat("x", 60_000)+`","message":"m"}}`)),
		"code in 200":  answer(200, []byte(`{"error":{"code":"`+long+`","message":"`+long+`"}}`)),
		"a number":     answer(200, []byte(`{"id":`+strings.Repeat("1", 500_000)+`}`)),
		"a time":       answer(200, []byte(`{"id":"a","updated_time":"`+long+`"}`)),
		"lines":        answer(400, []byte(`{"error":{"code":"a\nb","message":"c\r\n\u2028\u0085\u202ed"}}`)),
		"a field name": answer(200, []byte(`{"id":{"`+long+`":1}}`)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newStub(t, handler).client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
			_, err := client.Downloads.Open(t.Context(), "file.a.A!1", nil)
			if err != nil {
				showsNo(t, err, key)
			}
			_, err = client.Users.Get(t.Context(), liveconnect.Me)
			showsNo(t, err, key)
			assert.NotContains(t, err.Error(), "\u202e")
		})
	}
	for name, transport := range map[string]http.RoundTripper{
		"of a transport": brokenTransport(func(*http.Request) error { return errors.New(long + "\n" + long) }),
		"of a url.Error": brokenTransport(func(*http.Request) error { return &url.Error{Op: long, URL: "https://x/" + key, Err: errors.New(long)} }),
		"without cause":  brokenTransport(func(*http.Request) error { return &url.Error{Op: "Get", URL: "https://x/" + key, Err: nil} }),
	} {
		client, err := liveconnect.NewClient(&http.Client{Transport: transport}, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		t.Run(name, func(t *testing.T) { showsNo(t, err, key) })
	}
	_, err := newStub(t, answer(200, nil)).client(t).Files.Get(t.Context(), "file.a\n"+long)
	showsNo(t, err, key)
}

func TestHintsThatFit(t *testing.T) {
	t.Parallel()
	taken := `{"error":{"code":"resource_already_exists","message":"The resource couldn't be created because a resource named 'a' already exists."}}`
	const scope, overwrite = "ask the user for the scope", "another Overwrite value"
	failing := func(status int, body string) *liveconnect.Client {
		return newStub(t, answer(status, []byte(body))).client(t)
	}
	_, err := failing(403, string(fixture(t, "recorded/error_token_unauthorized.json"))).Users.Get(t.Context(), liveconnect.Me)
	require.ErrorContains(t, err, scope)
	client := failing(403, `{"error":{"code":"request_token_unauthorized","message":"The user may not change this item."}}`)
	err = client.Files.Delete(t.Context(), "file.b.B!1")
	require.ErrorContains(t, err, "its owner has to share it")
	assert.NotContains(t, err.Error(), scope)

	client = failing(409, taken)
	_, err = client.Uploads.Put(t.Context(), liveconnect.Root, "a", strings.NewReader("x"), nil)
	require.ErrorContains(t, err, overwrite)
	_, err = client.Folders.Create(t.Context(), liveconnect.Root, &liveconnect.NewFolder{Name: "a"})
	require.ErrorContains(t, err, "choose another name")
	assert.NotContains(t, err.Error(), overwrite)
	_, err = client.Files.Copy(t.Context(), "file.a.A!1", "folder.a.A!2")
	require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)
	assert.NotContains(t, err.Error(), overwrite)
	_, err = client.Files.Update(t.Context(), "file.a.A!1", &liveconnect.ItemUpdate{Name: liveconnect.Set("a")})
	require.ErrorIs(t, err, liveconnect.ErrAlreadyExists)
	assert.NotContains(t, err.Error(), overwrite)
}

func TestRangeErrorSaysWhatWasAsked(t *testing.T) {
	t.Parallel()
	for total, want := range map[string]string{
		"bytes */300":    "asked for bytes=500-599 of 300 bytes",
		"":               "asked for bytes=500-599; the server does not say how many bytes there are",
		"bytes */" + key: "asked for bytes=500-599; the server does not say how many bytes there are",
	} {
		client := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", total)
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		}).client(t)
		_, err := client.Downloads.Open(t.Context(), "file.a.A!1", &liveconnect.DownloadOptions{Range: liveconnect.Range{Offset: 500, Length: 100}})
		require.ErrorIs(t, err, liveconnect.ErrRangeNotSatisfiable)
		require.ErrorContains(t, err, want)
		showsNo(t, err, key)
	}
}

func TestCancelledWaitForAThrottleKeepsTheReason(t *testing.T) {
	t.Parallel()
	client := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "30")
		answer(420, fixture(t, "recorded/error_throttled.json"))(w, r)
	}).client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
	_, err := client.Users.Get(t.Context(), liveconnect.Me)
	require.ErrorIs(t, err, liveconnect.ErrThrottled)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Users.Get(ctx, liveconnect.Me)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, liveconnect.ErrThrottled)
	require.ErrorContains(t, err, "an earlier call was throttled")
}
