package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
)

func rows(items int) []row {
	return []row{
		{name: "small GET (stub)", per: 1, start: stubbed([]byte(smallAnswer), small)},
		{name: "small GET (loopback)", per: 1, start: looped([]byte(smallAnswer), small)},
		{name: "100 photos", per: 1, start: stubbed(photoPage(100), photos)},
		{name: "1,000 photos", per: 1, start: stubbed(photoPage(1000), photos)},
		{name: "100 mixed items", per: 1, start: stubbed(mixedPage(100), mixed)},
		{name: "list, four options, empty", per: 1, start: stubbed([]byte(emptyAnswer), options)},
		{name: fmt.Sprintf("%d mixed items through All, one", items), per: items, long: true, start: func() ([]call, func(), error) {
			calls, err := all(&pages{total: items})
			return calls, func() {}, err
		}},
	}
}

const baseURL = "https://apis.live.net/v5.0"

// stub answers every request alike, without a network.
type stub struct{ content []byte }

func (s stub) RoundTrip(r *http.Request) (*http.Response, error) { return respond(r, s.content), nil }

func respond(r *http.Request, content []byte) *http.Response {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header:        http.Header{"Content-Type": {"application/json; charset=UTF-8"}},
		ContentLength: int64(len(content)), Body: io.NopCloser(bytes.NewReader(content)),
	}
}

// pages answers with pages of 100 items until there were total.
type pages struct{ total int }

const pageSize = 100

func (p *pages) RoundTrip(r *http.Request) (*http.Response, error) {
	offset := 0
	_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
	next := ""
	if offset += pageSize; offset < p.total {
		next = fmt.Sprintf("/me/skydrive/files?limit=%d&offset=%d", pageSize, offset)
	}
	content := slices.Concat(mixedItems, fmt.Appendf(nil, `{"next":%q}}`, next))
	return respond(r, content), nil
}

// mixedItems is a page up to its paging object.
var mixedItems = bytes.TrimSuffix(mixedPage(pageSize), []byte("{}}"))

// maker makes the calls of a row, whose requests go to a URL by a transport.
type maker func(base string, transport http.RoundTripper) ([]call, error)

func stubbed(content []byte, calls maker) func() ([]call, func(), error) {
	return func() ([]call, func(), error) {
		made, err := calls(baseURL, stub{content})
		return made, func() {}, err
	}
}

func looped(content []byte, calls maker) func() ([]call, func(), error) {
	return func() ([]call, func(), error) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=UTF-8")
			_, _ = w.Write(content)
		}))
		transport := &http.Transport{}
		made, err := calls(server.URL, transport)
		return made, func() { transport.CloseIdleConnections(); server.Close() }, err
	}
}

func tokens() oauth2.TokenSource {
	return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "TOKEN"})
}

// signedIn is an HTTP client that sends the token with each request.
func signedIn(transport http.RoundTripper) *http.Client {
	return &http.Client{Transport: &oauth2.Transport{Source: tokens(), Base: transport}}
}

func library(base string, transport http.RoundTripper) (*liveconnect.Client, error) {
	return liveconnect.NewClient(signedIn(transport), liveconnect.WithBaseURL(base))
}

func small(base string, transport http.RoundTripper) ([]call, error) {
	client, err := library(base, transport)
	if err != nil {
		return nil, err
	}
	byHand := signedIn(transport)
	calls := []call{
		{"net/http", func(ctx context.Context) error {
			return get(ctx, byHand, base+"/file.1", new(uploaded))
		}},
		{"liveconnect", func(ctx context.Context) error {
			_, err := client.Files.Get(ctx, "file.1")
			return err
		}},
	}
	return withOthers(calls, base, transport, "file.1", func() any { return new(uploaded) })
}

func photos(base string, transport http.RoundTripper) ([]call, error) {
	client, err := library(base, transport)
	if err != nil {
		return nil, err
	}
	byHand := signedIn(transport)
	calls := []call{
		{"net/http", func(ctx context.Context) error {
			return get(ctx, byHand, base+"/folder.1/photos", new(list[photo]))
		}},
		{"liveconnect", func(ctx context.Context) error {
			_, err := client.Photos.List(ctx, "folder.1", nil)
			return err
		}},
	}
	return withOthers(calls, base, transport, "folder.1/photos", func() any { return new(list[photo]) })
}

func mixed(base string, transport http.RoundTripper) ([]call, error) {
	client, err := library(base, transport)
	if err != nil {
		return nil, err
	}
	byHand := signedIn(transport)
	return []call{
		{"net/http, one struct for all types", func(ctx context.Context) error {
			return get(ctx, byHand, base+"/folder.1/files", new(list[anything]))
		}},
		{"liveconnect", func(ctx context.Context) error {
			_, err := client.Items.List(ctx, "folder.1", nil)
			return err
		}},
	}, nil
}

func options(base string, transport http.RoundTripper) ([]call, error) {
	client, err := library(base, transport)
	if err != nil {
		return nil, err
	}
	byHand := signedIn(transport)
	calls := []call{
		{"net/http", func(ctx context.Context) error {
			return get(ctx, byHand, base+"/folder.1/photos?limit=100&offset=200&sort_by=name&sort_order=descending", new(list[photo]))
		}},
		{"liveconnect", func(ctx context.Context) error {
			_, err := client.Photos.List(ctx, "folder.1", &liveconnect.ListOptions{
				Limit: 100, Offset: 200, SortBy: liveconnect.SortByName, SortOrder: liveconnect.Descending,
			})
			return err
		}},
	}
	return withOptions(calls, base, transport)
}

func all(transport http.RoundTripper) ([]call, error) {
	client, err := library(baseURL, transport)
	if err != nil {
		return nil, err
	}
	byHand := signedIn(transport)
	return []call{
		{"net/http in a loop", func(ctx context.Context) error {
			for path := "/me/skydrive/files?limit=100"; path != ""; {
				var page list[anything]
				if err := get(ctx, byHand, baseURL+path, &page); err != nil {
					return err
				}
				path = page.Paging.Next
			}
			return nil
		}},
		{"liveconnect", func(ctx context.Context) error {
			for _, err := range client.Items.All(ctx, liveconnect.Root, &liveconnect.ListOptions{Limit: 100}) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
	}, nil
}
