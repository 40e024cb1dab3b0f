// Package account gives the examples a client: of the service that the command line names, or of an emulator with a
// sample account. What it takes to reach another kind of service belongs here, and nowhere else.
package account

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// Flags say which account is meant.
type Flags struct {
	API   string // base URL; empty is an emulator
	Token string // access token; empty is the one that the example login has saved

	scopes string
	cache  Cache
}

// AddFlags adds -api and -token to the flags of a program, which needs the scopes.
func AddFlags(flags *flag.FlagSet, scopes ...liveconnect.Scope) *Flags {
	f := &Flags{cache: UserCache()}
	for i, scope := range scopes {
		if i > 0 {
			f.scopes += " "
		}
		f.scopes += string(scope)
	}
	flags.StringVar(&f.API, "api", os.Getenv("LIVECONNECT_API"),
		"base `URL` of a Live Connect service, or $LIVECONNECT_API; without one, an emulator is started")
	flags.StringVar(&f.Token, "token", os.Getenv("LIVECONNECT_TOKEN"),
		"access `token` for -api, or $LIVECONNECT_TOKEN; without one, what the example login has saved is used. Scopes: "+f.scopes)
	return f
}

// Account is an account that the program is signed in to.
type Account struct {
	Client   *liveconnect.Client
	Where    string           // the service, to be shown
	Emulator *livetest.Server // nil for a service that was there before
}

// Open signs in. Where no service was named, emulator starts one.
func (f *Flags) Open(ctx context.Context, emulator func(context.Context) (*livetest.Server, error)) (*Account, error) {
	if f.API == "" {
		server, err := emulator(ctx)
		if err != nil {
			return nil, err
		}
		client, err := server.Account().NewClient()
		if err != nil {
			return nil, errors.Join(err, server.Close())
		}
		return &Account{client, server.APIURL + " (an emulator, for this run only)", server}, nil
	}
	opts := []liveconnect.Option{liveconnect.WithBaseURL(f.API)}
	if f.Token != "" {
		source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: f.Token})
		client, err := liveconnect.NewClient(nil, append(opts, liveconnect.WithTokenSource(source))...)
		return &Account{Client: client, Where: f.API}, err
	}
	session, err := f.cache.Load()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no token for %s: give -token, or sign in once with: go run ./examples/login -api %s", f.API, f.API)
	case err != nil:
		return nil, err
	case session.API != f.API:
		return nil, fmt.Errorf("the saved sign-in is for %s: give -token, or sign in with: go run ./examples/login -api %s", session.API, f.API)
	}
	client, err := f.cache.Client(ctx, session)
	return &Account{Client: client, Where: f.API}, err
}

// Close ends what Open has started.
func (a *Account) Close() error {
	a.Client.CloseIdleConnections()
	if a.Emulator != nil {
		return a.Emulator.Close()
	}
	return nil
}
