package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
)

// browserSignIn is a way to sign in.
type browserSignIn struct {
	open   func(url string) error // shows a page to the user
	scopes []liveconnect.Scope
	port   int // on this machine, for the browser to come back to; 0 is a free one
	wait   time.Duration
	out    io.Writer
}

// run sends the user's browser to the login host and waits for it to come back to a port of this machine with a code,
// which it exchanges for the token of the session (RFC 8252, "OAuth 2.0 for Native Apps").
//
// The state shows that who comes back was sent by this program. The PKCE verifier (RFC 7636) shows the service that who
// has the code is who asked for it; a service that does not know it, as Live Connect, ignores it.
func (b *browserSignIn) run(ctx context.Context, session *account.Session) error {
	ctx, cancel := context.WithTimeoutCause(ctx, b.wait, fmt.Errorf("nobody signed in within %s: run it again", b.wait))
	defer cancel()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", b.port))
	if err != nil {
		return fmt.Errorf("%w: choose another -port", err)
	}
	session.Redirect = "http://" + listener.Addr().String() + "/"
	conf := session.Config(b.scopes...)
	state, verifier := rand.Text(), oauth2.GenerateVerifier()

	back := &callback{state: state, answer: make(chan url.Values, 1)}
	server := &http.Server{Handler: back, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // until Shutdown
	}()
	defer func() {
		// The browser gets its page before the port is closed, unless it takes too long.
		closing, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer done()
		if server.Shutdown(closing) != nil {
			_ = server.Close()
		}
		<-served
	}()

	page := conf.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))
	if err := b.open(page); err != nil {
		fmt.Fprintf(b.out, "Open this page in a browser on this machine:\n\n   %s\n\n", page)
	} else {
		fmt.Fprintf(b.out, "Your browser opens to sign in. If it does not, open this page:\n\n   %s\n\n", page)
	}
	var answer url.Values
	select {
	case answer = <-back.answer:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if answer.Get("code") == "" {
		return fmt.Errorf("the service did not sign you in: %q (%q)", answer.Get("error_description"), answer.Get("error"))
	}
	session.Token, err = conf.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return fmt.Errorf("the service did not accept the code of the sign-in: %w", withoutBody(err))
	}
	return nil
}

// withoutBody leaves out the answer of the service, which may repeat secrets.
func withoutBody(err error) error {
	if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) {
		return fmt.Errorf("%s %s (status %d); check -client-id and -secret", refused.ErrorCode, refused.ErrorDescription, refused.Response.StatusCode)
	}
	return err
}

// callback takes the browser's way back. The first with the right state counts.
type callback struct {
	state  string
	answer chan url.Values
}

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>:root { color-scheme: light dark } body { margin: 15vh auto; padding: 0 1.5rem; max-width: 30rem; font: 1.1rem/1.5 system-ui, sans-serif }</style>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
`))

func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address has the code in it
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	say := func(status int, title, text string) {
		w.WriteHeader(status)
		_ = page.Execute(w, struct{ Title, Text string }{title, text}) // fails when the browser is gone
	}
	query := r.URL.Query()
	switch {
	case r.URL.Path != "/" || r.Method != http.MethodGet:
		say(http.StatusNotFound, "Nothing here", "This port waits for a sign-in.")
	case subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(c.state)) == 0:
		say(http.StatusBadRequest, "Not signed in", "This answer is not for the sign-in that the program has begun. Go back to the page that it has opened.")
	default:
		select {
		case c.answer <- query:
		default: // a page that was loaded again
		}
		if query.Get("code") == "" {
			say(http.StatusOK, "Not signed in", "The service said: "+query.Get("error_description"))
			return
		}
		say(http.StatusOK, "Signed in", "You can close this page and go back to the program.")
	}
}
