// Login signs in to an account with the browser, and keeps the sign-in for the other examples.
//
// By default it shows itself on an emulator of Live Connect that it starts, and keeps nothing:
//
//	go run ./examples/login
//
// With a service of yours, such as one that cmd/liveconnectd runs:
//
//	go run ./examples/login -api http://127.0.0.1:8080/v5.0 -client-id ID -secret SECRET
//	go run ./examples/quickstart -api http://127.0.0.1:8080/v5.0
//	go run ./examples/login -logout
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cli/browser"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const about = `login [-api URL] [-client-id ID -secret SECRET]
       login -status
       login -logout

Signs in to an account with the browser, and keeps the sign-in for the other examples.`

// scopes is what all examples together need.
const scopes = "wl.signin wl.offline_access wl.basic wl.emails wl.skydrive_update wl.photos wl.calendars wl.contacts_emails wl.contacts_birthday"

func main() {
	browser.Stdout = io.Discard // browsers talk much
	browser.Stderr = io.Discard
	command.Main("login", (&program{browserSignIn: browserSignIn{open: browser.OpenURL}, cache: account.UserCache()}).run)
}

// program is what the tests replace parts of.
type program struct {
	browserSignIn

	cache   account.Cache
	session account.Session // the sign-in that is asked for
}

func (p *program) run(ctx context.Context, args []string, stdout, _ io.Writer) error {
	p.out = stdout
	flags := command.NewFlags("login", about)
	flags.StringVar(&p.session.API, "api", os.Getenv("LIVECONNECT_API"), "base `URL` of a Live Connect service, or $LIVECONNECT_API; without one, an emulator is started")
	flags.StringVar(&p.session.Login, "login", "", "`URL` of its login host (default: the host of -api)")
	flags.StringVar(&p.session.ClientID, "client-id", os.Getenv("LIVECONNECT_CLIENT_ID"), "`id` of the application, or $LIVECONNECT_CLIENT_ID")
	flags.StringVar(&p.session.Secret, "secret", os.Getenv("LIVECONNECT_CLIENT_SECRET"), "`secret` of the application, or $LIVECONNECT_CLIENT_SECRET; empty for one without")
	asked := flags.String("scopes", scopes, "`scopes` to ask for")
	flags.IntVar(&p.port, "port", 0, "`port` on this machine that the browser comes back to (default: a free one)")
	flags.DurationVar(&p.wait, "wait", 5*time.Minute, "how long to wait for the browser")
	status := flags.Bool("status", false, "say who is signed in")
	logout := flags.Bool("logout", false, "forget the sign-in")
	if err := flags.ParseAll(args, stdout); err != nil {
		return err
	}
	for _, scope := range strings.Fields(*asked) {
		p.scopes = append(p.scopes, liveconnect.Scope(scope))
	}
	switch {
	case *status && *logout:
		return command.Usage("-status and -logout: want one of them")
	case *logout:
		return p.logout()
	case *status:
		return p.status(ctx)
	case p.session.API == "":
		return p.show(ctx)
	case p.session.ClientID == "":
		return command.Usage("which application is it? Give -client-id and -secret; liveconnectd prints its own when it starts")
	}
	if p.session.Login == "" {
		login, err := loginOf(p.session.API)
		if err != nil {
			return err
		}
		p.session.Login = login
	}
	return p.login(ctx)
}

// loginOf is the login host that belongs to a service: Microsoft's, or the origin of an emulator, which plays all hosts.
func loginOf(api string) (string, error) {
	u, err := url.Parse(api)
	if err != nil || u.Host == "" {
		return "", command.Usage("-api %s: want a URL such as http://127.0.0.1:8080/v5.0", api)
	}
	if api == liveconnect.DefaultBaseURL {
		return liveconnect.DefaultLoginURL, nil
	}
	return u.Scheme + "://" + u.Host, nil
}

// login signs in, keeps the session and says who it is.
func (p *program) login(ctx context.Context) error {
	if err := p.browserSignIn.run(ctx, &p.session); err != nil {
		return err
	}
	if err := p.cache.Save(&p.session); err != nil {
		return err
	}
	return p.status(ctx)
}

// status says who is signed in. If the token has expired, a new one is fetched and kept on the way.
func (p *program) status(ctx context.Context) error {
	session, err := p.cache.Load()
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("nobody is signed in: run it with -api URL")
	}
	if err != nil {
		return err
	}
	client, err := p.cache.Client(ctx, session)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	me, err := client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	if session, err = p.cache.Load(); err != nil { // it may be a newer one
		return err
	}
	fmt.Fprintf(p.out, "Signed in to %s as %s\n   kept in    %s\n   good until %s, and then refreshed by itself\n",
		session.API, me.Name, p.cache.File, session.Token.Expiry.Format("15:04 on 2 January 2006"))
	return nil
}

// logout forgets the session.
func (p *program) logout() error {
	session, err := p.cache.Load()
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("nobody is signed in")
	}
	if e := p.cache.Remove(); e != nil { // a damaged one too
		return e
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Signed out of %s.\nThe browser may remember you. This page makes it forget:\n\n   %s\n",
		session.API, liveconnect.LogoutURL(session.Login, session.ClientID, session.Redirect))
	return nil
}

// show goes through the life of a sign-in on an emulator: signing in, an expired token, signing out.
func (p *program) show(ctx context.Context) error {
	server, err := livetest.Start()
	if err != nil {
		return err
	}
	defer server.Close() //nolint:errcheck // for this run only
	dir, err := os.MkdirTemp("", "login")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system empties this place by itself
	p.cache = account.Cache{File: filepath.Join(dir, "session.json")}
	p.session.API, p.session.Login = server.APIURL, server.LoginURL
	p.session.ClientID, p.session.Secret = livetest.ClientID, livetest.ClientSecret
	fmt.Fprintf(p.out, "This shows itself on an emulator, for this run only. With -api URL, you stay signed in.\n\n")
	if err := p.login(ctx); err != nil {
		return err
	}

	fmt.Fprintf(p.out, "\nThe token expires, so a call refreshes it:\n")
	before, err := p.cache.Load()
	if err != nil {
		return err
	}
	server.ExpireToken(before.Token)
	if err := p.status(ctx); err != nil {
		return err
	}
	after, err := p.cache.Load()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "   new tokens were kept: access %t, refresh %t\n\n",
		after.Token.AccessToken != before.Token.AccessToken, after.Token.RefreshToken != before.Token.RefreshToken)
	return p.logout()
}
