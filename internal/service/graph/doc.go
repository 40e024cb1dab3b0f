// Package graph answers for today's personal accounts: a backend.Backend over Microsoft Graph v1.0. The token of whoever
// calls travels in the context, see backend.WithCredential.
//
// What Graph has no counterpart for is empty where it is read, and an error where it is written; Options.Strict makes the
// former an error too. None of this was tried against Microsoft's own service: what is known of it is from documents.
package graph

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/retry"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// DefaultURL is where Graph is.
const DefaultURL = "https://graph.microsoft.com/v1.0"

// fragmentUnit is what fragments of an upload session must be a multiple of.
const fragmentUnit = 320 << 10

// Options say how a Backend is to behave. The zero value is fine.
type Options struct {
	// URL is that of Graph's version; empty is DefaultURL. It must be https, or on this machine.
	URL string
	// Transport carries the requests; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// SimpleLimit is how many bytes go up in one request; larger files take an upload session. 0 is 4 MiB.
	SimpleLimit int64
	// Fragment is how many bytes of a session go in one request: a multiple of 320 KiB below 60 MiB; 0 is 5 MiB.
	Fragment int
	// SpoolDir is where uploads of unknown length wait until it is known; empty is the system's directory.
	SpoolDir string
	// SpoolLimit is how large one may be; 0 is 256 MiB.
	SpoolLimit int64
	// RootName is what the root folder is called; empty is "OneDrive".
	RootName string
	// NumericIDs writes the ids of the store of 2025 as numbers, for clients that take no letters.
	NumericIDs bool
	// Strict makes it an error to read what Graph has nothing of, in place of an empty answer.
	Strict bool
	// UserAgent is sent with each request.
	UserAgent string
}

// Backend is accounts of Graph. It is safe for concurrent use, and keeps nothing but what it can ask for again.
type Backend struct {
	opts     Options
	base     *url.URL
	http     *http.Client
	pacers   retry.Pacers[string]
	budget   *retry.Budget
	accounts cache[account]
	pages    cache[page]

	mu     sync.Mutex
	drives map[string]driveForms // by cid
}

var (
	_ backend.Backend = (*Backend)(nil)
	_ backend.Remote  = (*Backend)(nil)
)

// New makes a Backend.
func New(opts Options) (*Backend, error) {
	opts.URL = cmp.Or(opts.URL, DefaultURL)
	opts.SimpleLimit = cmp.Or(opts.SimpleLimit, 4<<20)
	opts.Fragment = cmp.Or(opts.Fragment, 16*fragmentUnit)
	opts.SpoolLimit = cmp.Or(opts.SpoolLimit, 256<<20)
	opts.SpoolDir = cmp.Or(opts.SpoolDir, os.TempDir())
	opts.RootName = cmp.Or(opts.RootName, "OneDrive")
	opts.UserAgent = cmp.Or(opts.UserAgent, "go-liveconnect")
	base, err := url.Parse(opts.URL)
	switch {
	case err != nil || base.Host == "" || !safe(base):
		return nil, fmt.Errorf("graph: %q is no https URL such as %s", opts.URL, DefaultURL)
	case opts.Fragment <= 0 || opts.Fragment%fragmentUnit != 0 || opts.Fragment >= 60<<20:
		return nil, fmt.Errorf("graph: a fragment of %d bytes: want a multiple of 320 KiB below 60 MiB", opts.Fragment)
	case opts.SimpleLimit < 0 || opts.SpoolLimit < 0:
		return nil, fmt.Errorf("graph: limits of %d and %d bytes: want no negative ones", opts.SimpleLimit, opts.SpoolLimit)
	}
	b := &Backend{
		opts: opts, base: base, budget: retry.NewBudget(20, 0.2), drives: map[string]driveForms{},
		accounts: cache[account]{life: 10 * time.Minute}, pages: cache[page]{life: time.Minute},
		http: &http.Client{
			Transport:     opts.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	return b, nil
}

// account is whose token it is, and which drive is theirs.
type account struct {
	cid  string
	root string // id of the drive's root
	// photos is the id of the folder Pictures, whose folders are the albums.
	photos string
}

// driveForms are how Graph last wrote an account's id.
type driveForms struct {
	drive string // the id of the drive
	item  string // in front of the exclamation mark of its items
}

// page is where the rest of a list is: what was read and not yet given, then the next link.
type page struct {
	left []backend.Item
	next string
}

// safe reports whether secrets may travel to u: by https, or on this machine.
func safe(u *url.URL) bool {
	switch u.Hostname() {
	case "127.0.0.1", "::1", "localhost":
		return u.Scheme == "http" || u.Scheme == "https"
	}
	return u.Scheme == "https"
}
