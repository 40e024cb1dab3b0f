// Package graph lets programs for Live Connect work on today's accounts: their calls are answered in the program's own
// process, from Microsoft Graph v1.0. Nothing listens on a port.
//
//	conf := graph.OAuthConfig(clientID, redirectURL, liveconnect.ScopeSkyDriveUpdate, liveconnect.ScopeOfflineAccess)
//	… // sign in with conf, or with graph.SignIn where there is no browser
//	client, err := liveconnect.NewClient(graph.HTTPClient(conf.TokenSource(ctx, token)), liveconnect.WithTokenSaver(save))
//
// The token goes to Graph and nowhere else. Answers have the header "X-Live-Bridge: graph".
//
// Graph has no comments, tags, activities, friends and applications: reading lists of the first ones gives nothing (see
// [WithStrict]), writing them is an error. docs/graph.md lists what becomes of every call.
//
// No account was to be had to try this: it was made from Microsoft's documents, and tested on a Graph of our own.
package graph

import (
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	service "github.com/go-liveconnect/liveconnect/internal/service/graph"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// Option changes how [HTTPClient] works.
type Option func(*config) error

type config struct {
	service.Options
	scopes []liveconnect.Scope
}

// WithTransport sets what carries the requests to Graph, and to the hosts that Graph's links lead to.
func WithTransport(transport http.RoundTripper) Option {
	return func(c *config) error {
		c.Transport = transport
		if transport == nil {
			return errors.New("the transport is nil")
		}
		return nil
	}
}

// WithURL sets where Graph is, with its version: one of Microsoft's other clouds, or a Graph to test on. It must be https,
// or on this machine.
func WithURL(url string) Option {
	return func(c *config) error {
		c.URL = url
		return nil
	}
}

// WithStrict makes it an error to read what Graph has nothing of, such as comments, in place of an empty list: nobody can
// take that for a loss of data.
func WithStrict() Option {
	return func(c *config) error {
		c.Strict = true
		return nil
	}
}

// WithScopes sets what Permissions.Get answers: Graph does not say what was granted. Without it, every scope is taken to be
// granted, and Graph refuses what is not.
func WithScopes(scopes ...liveconnect.Scope) Option {
	return func(c *config) error {
		c.scopes = scopes
		if len(scopes) == 0 {
			return errors.New("no scopes")
		}
		return nil
	}
}

// WithUploadLimit sets how large a file may be that goes up in one request; larger ones take an upload session. The default
// is 4 MiB; the documents of today allow 250 MB.
func WithUploadLimit(bytes int64) Option {
	return func(c *config) error {
		c.SimpleLimit = bytes
		if bytes <= 0 || bytes > 250_000_000 {
			return fmt.Errorf("an upload limit of %d bytes: want 1 to 250 MB", bytes)
		}
		return nil
	}
}

// WithSpool sets where uploads of unknown length are kept until they have ended, and how large one may be. The default is
// the system's directory for temporary files, and 256 MiB.
func WithSpool(dir string, limit int64) Option {
	return func(c *config) error {
		c.SpoolDir, c.SpoolLimit = dir, limit
		return nil
	}
}

// WithNumericIDs writes ids of the store of 2025 (an s and 32 hexadecimal digits) as numbers, for programs that know no
// others.
func WithNumericIDs() Option {
	return func(c *config) error {
		c.NumericIDs = true
		return nil
	}
}

// HTTPClient makes an HTTP client for [liveconnect.NewClient], whose calls are answered from the Graph account that the
// tokens of source are for. Leave the client's base URL, login URL and storage URL as they are. An option that is wrong is
// the error of every call.
func HTTPClient(source oauth2.TokenSource, opts ...Option) *http.Client {
	transport, err := newBridge(opts)
	if err != nil {
		return &http.Client{Transport: broken{fmt.Errorf("graph: %w", err)}}
	}
	return &http.Client{Transport: &oauth2.Transport{Source: source, Base: transport}}
}

func newBridge(opts []Option) (http.RoundTripper, error) {
	var cfg config
	var errs []error
	for _, opt := range opts {
		errs = append(errs, opt(&cfg))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	accounts, err := service.New(cfg.Options)
	if err != nil {
		return nil, err
	}
	if cfg.scopes == nil {
		cfg.scopes = allScopes
	}
	handler, err := server.New(server.Config{Backend: accounts, Tokens: newBearers(accounts, cfg.scopes)})
	if err != nil {
		return nil, err
	}
	through := cfg.Transport
	if through == nil {
		through = http.DefaultTransport
	}
	return &bridge{handler: handler, through: through}, nil
}

// broken is the transport of a client whose options were wrong.
type broken struct{ err error }

func (b broken) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return nil, b.err
}
