package liveconnect_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"math/rand/v2"
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

// newSecret makes a text as tokens of the service are: up to 1,200 characters, with some that URLs and HTML escape.
func newSecret() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=!*$-._~%&"
	b := make([]byte, 40+rand.IntN(1160))
	for i := range b {
		b[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return "Ew" + string(b)
}

// hides checks that a text holds the secret in no form, nor a large part of it.
func hides(t *testing.T, secret, where, text string) {
	t.Helper()
	for _, form := range []string{
		secret[:24], secret[len(secret)-24:], url.QueryEscape(secret)[:24], url.PathEscape(secret)[:24], html.EscapeString(secret)[:24],
	} {
		if i := strings.Index(text, form); i >= 0 {
			require.Fail(t, "a secret shows", "in %s: %.100q", where, text[max(0, i-50):])
		}
	}
}

// leakCase is a way for a secret to get into an error.
type leakCase struct {
	name string
	call func(t *testing.T, secret string, opts ...liveconnect.Option) (*liveconnect.Client, error)
}

func accessToken(secret string) liveconnect.Option {
	return liveconnect.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: secret}))
}

// calling makes a call against a handler.
func calling(handler func(w http.ResponseWriter, secret string), token *oauth2.Token) func(*testing.T, string, ...liveconnect.Option) (*liveconnect.Client, error) {
	return func(t *testing.T, secret string, opts ...liveconnect.Option) (*liveconnect.Client, error) {
		t.Helper()
		own := &oauth2.Token{AccessToken: secret}
		if token != nil {
			own = &oauth2.Token{AccessToken: token.AccessToken, RefreshToken: secret}
		}
		stub := newStub(t, func(w http.ResponseWriter, _ *http.Request) { handler(w, secret) })
		client := stub.client(t, append(opts, liveconnect.WithTokenSource(oauth2.StaticTokenSource(own)))...)
		_, err := client.Downloads.Open(t.Context(), "file.1.1!1", nil)
		if err == nil { // a 200 is a fine answer there
			_, err = client.Users.Get(t.Context(), liveconnect.Me)
		}
		return client, err
	}
}

func echoJSON(status int) func(http.ResponseWriter, string) {
	return func(w http.ResponseWriter, secret string) {
		content, _ := json.Marshal(map[string]any{"error": map[string]string{
			"code": "bad " + secret, "message": strings.Repeat("x", rand.IntN(1100)) + secret + " and " + url.QueryEscape(secret),
		}})
		w.Header().Set("X-HTTP-Live-Request-Id", secret)
		answer(status, content)(w, nil)
	}
}

func echoHTML(status int) func(http.ResponseWriter, string) {
	return func(w http.ResponseWriter, secret string) {
		w.Header().Set("Content-Type", "text/html; token="+secret)
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<p>%s%s %s", strings.Repeat("x", rand.IntN(220)), secret, html.EscapeString(secret))
	}
}

// redirected makes a call that is sent on to a place whose address holds the secret, which nobody told the client.
func redirected(location string, call func(*testing.T, *liveconnect.Client) error) func(*testing.T, string, ...liveconnect.Option) (*liveconnect.Client, error) {
	return func(t *testing.T, secret string, opts ...liveconnect.Option) (*liveconnect.Client, error) {
		t.Helper()
		client := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", strings.ReplaceAll(location, "SECRET", url.QueryEscape(secret)))
			w.WriteHeader(http.StatusFound)
		}).client(t, opts...)
		return client, call(t, client)
	}
}

func download(t *testing.T, c *liveconnect.Client) error {
	t.Helper()
	_, err := c.Downloads.Open(t.Context(), "file.1.1!1", nil)
	return err
}

func upload(t *testing.T, c *liveconnect.Client) error {
	t.Helper()
	_, err := c.Uploads.Put(t.Context(), liveconnect.Root, "a.txt", strings.NewReader("text"), nil)
	return err
}

// brokenTransport fails every request.
type brokenTransport func(r *http.Request) error

func (f brokenTransport) RoundTrip(r *http.Request) (*http.Response, error) { return nil, f(r) }

func broken(fail func(r *http.Request, secret string) error) func(*testing.T, string, ...liveconnect.Option) (*liveconnect.Client, error) {
	return func(t *testing.T, secret string, opts ...liveconnect.Option) (*liveconnect.Client, error) {
		t.Helper()
		transport := brokenTransport(func(r *http.Request) error { return fail(r, secret) })
		client, err := liveconnect.NewClient(&http.Client{Transport: transport}, append(opts, accessToken(secret),
			liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}))...)
		require.NoError(t, err)
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		return client, err
	}
}

// refreshing makes a call whose token has to be refreshed, which fails with the secret in the answer.
func refreshing(contentType, format string) func(*testing.T, string, ...liveconnect.Option) (*liveconnect.Client, error) {
	return func(t *testing.T, secret string, opts ...liveconnect.Option) (*liveconnect.Client, error) {
		t.Helper()
		login := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(strings.ReplaceAll(format, "SECRET", secret)))
		})
		conf := liveconnect.OAuthConfig("client", secret, "https://app.example/done", liveconnect.ScopeSkyDrive)
		conf.Endpoint = liveconnect.OAuthEndpoint(login.URL)
		old := &oauth2.Token{AccessToken: secret, RefreshToken: secret, Expiry: time.Now().Add(-time.Hour)}
		client, err := liveconnect.NewClient(conf.Client(t.Context(), old), append(opts,
			liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: 1}))...)
		require.NoError(t, err)
		_, err = client.Users.Get(t.Context(), liveconnect.Me)
		require.NotEmpty(t, login.asked(), "the token was not asked for")
		var retrieve *oauth2.RetrieveError
		if errors.As(err, &retrieve) {
			hides(t, secret, "the response to the refresh", fmt.Sprintf("%+v %s", retrieve.Response, retrieve.Body))
		}
		return client, err
	}
}

var leakCases = []leakCase{
	{"access token in an error object", calling(echoJSON(400), nil)},
	{"access token in an error object with 200", calling(echoJSON(200), nil)},
	{"access token in a page", calling(echoHTML(403), nil)},
	{"access token in a page with 200", calling(echoHTML(200), nil)},
	{"refresh token in an error object", calling(echoJSON(500), &oauth2.Token{AccessToken: "TOKEN"})},
	{"refresh token in a page", calling(echoHTML(404), &oauth2.Token{AccessToken: "TOKEN"})},
	{"query of a redirect", redirected("http://127.0.0.1:1/x?sig=SECRET", download)},
	{"path of a redirect", redirected("http://127.0.0.1:1/SECRET/x", download)},
	{"redirect to nowhere", redirected("http://[bad/x?sig=SECRET", download)},
	{"redirect to a broken path", redirected("/%zz?sig=SECRET", download)},
	{"redirect to another protocol", redirected("gopher://127.0.0.1/?sig=SECRET", download)},
	{"redirect of a change", redirected("http://127.0.0.1:1/?sig=SECRET", upload)},
	{"redirect of a change to nowhere", redirected("http://[bad/?sig=SECRET", upload)},
	{"url.Error of a transport", broken(func(_ *http.Request, secret string) error {
		return fmt.Errorf("proxy: %w", &url.Error{Op: "Get", URL: "https://h.example/?key=" + url.QueryEscape(secret), Err: errors.New("no route")})
	})},
	{"headers in the text of a transport", broken(func(r *http.Request, _ string) error {
		return fmt.Errorf("cannot send %v", r.Header)
	})},
	{"query of Do", func(t *testing.T, secret string, opts ...liveconnect.Option) (*liveconnect.Client, error) {
		t.Helper()
		client := newStub(t, answer(404, nil)).client(t, opts...)
		return client, client.Do(t.Context(), &liveconnect.Request{Path: "me", Query: url.Values{"authkey": {secret}}}, nil)
	}},
	{"refused refresh, description", refreshing("application/json", `{"error":"invalid_grant","error_description":"bad: SECRET"}`)},
	{"refused refresh, code", refreshing("application/json", `{"error":"SECRET","error_uri":"https://h.example/?SECRET"}`)},
	{"refused refresh, page", refreshing("text/html", `<html>SECRET</html>`)},
	{"a token that was replaced", func(t *testing.T, secret string, opts ...liveconnect.Option) (*liveconnect.Client, error) {
		t.Helper()
		stub := newStub(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer "+secret {
				answer(401, []byte(`{"error":{"code":"request_token_expired","message":""}}`))(w, r)
				return
			}
			answer(404, []byte(`{"error":{"code":"resource_not_found","message":"before, you sent `+secret+`"}}`))(w, r)
		})
		source := &rotatingSource{secret: secret}
		client := stub.client(t, append(opts, liveconnect.WithTokenSource(source))...)
		_, err := client.Users.Get(t.Context(), liveconnect.Me)
		return client, err
	}},
}

// rotatingSource gives the secret first, and another token after that.
type rotatingSource struct{ secret string }

func (s *rotatingSource) Token() (*oauth2.Token, error) {
	token := &oauth2.Token{AccessToken: s.secret}
	s.secret = "FRESH"
	return token, nil
}

// TestSecretsNeverShow lets a random secret into errors by every way we know, and looks for it in all that is printed.
func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	for _, test := range leakCases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for range 8 {
				showNothing(t, test, newSecret())
			}
		})
	}
}

func showNothing(t *testing.T, test leakCase, secret string) {
	t.Helper()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client, err := test.call(t, secret, liveconnect.WithLogger(logger))
	defer client.CloseIdleConnections()
	require.Error(t, err)
	logger.Info("failed", "error", err, "client", client)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("failed", "error", err, "text", err.Error())
	hides(t, secret, "the log", log.String())
	assert.Contains(t, log.String(), "liveconnect request")

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		hides(t, secret, verb+" of the client", fmt.Sprintf(verb, client)+fmt.Sprintf(verb, *client))
		hides(t, secret, verb+" of a service", fmt.Sprintf(verb, client.Photos)+fmt.Sprintf(verb, *client.Photos))
		for part := err; part != nil; part = errors.Unwrap(part) {
			hides(t, secret, verb+" of the error", fmt.Sprintf(verb, part))
		}
	}
	var failure *liveconnect.Error
	require.ErrorAs(t, err, &failure)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		hides(t, secret, verb+" of the Error struct", fmt.Sprintf(verb, *failure))
	}
}
