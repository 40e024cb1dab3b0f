package liveconnect_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

const storageHost = "public.files.1drv.com"

// redirecting is an API that leads to a storage host.
func redirecting() *hosts {
	return &hosts{handlers: map[string]http.HandlerFunc{
		"apis.live.net": redirectTo("https://" + storageHost + "/y2mKEY/a.jpg"), storageHost: content("bytes"),
	}}
}

func bearer(token string, base http.RoundTripper) *oauth2.Transport {
	return &oauth2.Transport{Source: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}), Base: base}
}

// transportFunc is a transport that cannot be looked into.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// hiding counts, and tells nothing of what it lies over.
type hiding struct {
	next  http.RoundTripper
	calls atomic.Int32
}

func (h *hiding) RoundTrip(r *http.Request) (*http.Response, error) {
	h.calls.Add(1)
	return h.next.RoundTrip(r)
}

// unwrapping tells what it lies over.
type unwrapping struct {
	hiding
	closed func() http.RoundTripper
}

func (u *unwrapping) Unwrap() http.RoundTripper { return u.closed() }

// rewrapping can be put over something else, and goes on counting.
type rewrapping struct {
	next  http.RoundTripper
	calls *atomic.Int32
}

func (w rewrapping) RoundTrip(r *http.Request) (*http.Response, error) {
	w.calls.Add(1)
	return w.next.RoundTrip(r)
}
func (w rewrapping) Unwrap() http.RoundTripper { return w.next }
func (w rewrapping) Rewrap(base http.RoundTripper) http.RoundTripper {
	return rewrapping{base, w.calls}
}

// byClient sends with a client of its own.
type byClient struct{ client *http.Client }

func (b byClient) RoundTrip(r *http.Request) (*http.Response, error) {
	return b.client.Transport.RoundTrip(r)
}

// embedding is oauth2's transport by another name.
type embedding struct{ *oauth2.Transport }

// chain tries one after the other.
type chain struct{ all []http.RoundTripper }

func (c chain) RoundTrip(r *http.Request) (*http.Response, error) { return c.all[0].RoundTrip(r) }

func TestOAuthTransports(t *testing.T) {
	t.Parallel()
	const refused = "put it below, as the Base of the oauth2.Transport"
	for name, test := range map[string]struct {
		over func(h http.RoundTripper, calls *atomic.Int32) http.RoundTripper
		want string // in the error; empty for none
	}{
		"alone": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper { return bearer("SECRET", h) }, ""},
		"twice": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return bearer("OUTER", bearer("SECRET", h))
		}, ""},
		"a logger below": {func(h http.RoundTripper, n *atomic.Int32) http.RoundTripper {
			return bearer("SECRET", rewrapping{h, n})
		}, ""},
		"a logger above": {func(h http.RoundTripper, n *atomic.Int32) http.RoundTripper {
			return rewrapping{bearer("SECRET", h), n}
		}, ""},
		"loggers around": {func(h http.RoundTripper, n *atomic.Int32) http.RoundTripper {
			return rewrapping{bearer("OUTER", rewrapping{bearer("SECRET", h), n}), n}
		}, ""},
		"hidden": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return &hiding{next: bearer("SECRET", h)}
		}, refused},
		"hidden below oauth2": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return bearer("OUTER", &hiding{next: bearer("SECRET", h)})
		}, refused},
		"hidden twice": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return &hiding{next: &hiding{next: bearer("SECRET", h)}}
		}, refused},
		"embedded": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper { return embedding{bearer("SECRET", h)} }, refused},
		"of a client": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return byClient{&http.Client{Transport: bearer("SECRET", h)}}
		}, refused},
		"in a list": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return chain{[]http.RoundTripper{bearer("SECRET", h)}}
		}, refused},
		"without Rewrap": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return &unwrapping{closed: func() http.RoundTripper { return bearer("SECRET", h) }}
		}, refused},
		"in a circle": {func(http.RoundTripper, *atomic.Int32) http.RoundTripper {
			circle := &unwrapping{}
			circle.closed = func() http.RoundTripper { return circle }
			return circle
		}, "in a circle"},
		"without a source": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			return bearer("OUTER", &oauth2.Transport{Base: h})
		}, "no token source"},
		"in a function": {func(h http.RoundTripper, _ *atomic.Int32) http.RoundTripper {
			inner := bearer("SECRET", telling{h})
			return transportFunc(func(r *http.Request) (*http.Response, error) { return inner.RoundTrip(r) })
		}, "sets a token by itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, calls := redirecting(), new(atomic.Int32)
			client, err := liveconnect.NewClient(&http.Client{Transport: test.over(h, calls)})
			if err == nil {
				var d *liveconnect.Download
				if d, err = client.Downloads.Open(t.Context(), "file.a.A!1", nil); err == nil {
					require.NoError(t, d.Close())
				}
			}
			assert.NotContains(t, strings.Join(h.bearers[storageHost], " "), "SECRET")
			if test.want != "" {
				require.ErrorContains(t, err, test.want)
				assert.Empty(t, h.bearers[storageHost])
				return
			}
			require.NoError(t, err)
			assert.NotEmpty(t, h.bearers[storageHost])
			assert.Equal(t, "Bearer SECRET", h.bearers["apis.live.net"][0])
			if strings.HasPrefix(name, "logger") || strings.HasPrefix(name, "a logger") {
				assert.GreaterOrEqual(t, int(calls.Load()), 2, "the logger sees the redirect too")
			}
		})
	}
}

// telling answers as net/http does: with the request that was sent.
type telling struct{ http.RoundTripper }

func (s telling) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Request = r
	}
	return resp, err
}

// A wrapper's token is renewed like one of oauth2's own transport.
func TestRewrappedTransportIsRefreshed(t *testing.T) {
	t.Parallel()
	conf, refreshes := tokenServer(t)
	api := onlyToken(t, "fresh-1")
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, api.Client())
	inner := conf.Client(ctx, &oauth2.Token{AccessToken: "old", RefreshToken: "r"}).Transport
	calls := new(atomic.Int32)
	client, err := liveconnect.NewClient(&http.Client{Transport: rewrapping{inner, calls}}, liveconnect.WithBaseURL(api.URL))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	_, err = client.Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	assert.EqualValues(t, 1, refreshes.Load())
	assert.EqualValues(t, 2, calls.Load())
}
