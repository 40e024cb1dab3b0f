package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/digitalocean/godo"
	"github.com/google/go-github/v92/github"
	gitlab "gitlab.com/gitlab-org/api/client-go"
)

// getter makes a GET of a path with options, which may be nil, and decodes the answer into out.
type getter func(ctx context.Context, path string, opts, out any) error

// named is a client of another service.
type named struct {
	name string
	get  getter
}

// withOthers adds the same GET made by clients of other services.
func withOthers(calls []call, base string, transport http.RoundTripper, path string, out func() any) ([]call, error) {
	clients, err := others(base, transport)
	for _, client := range clients {
		calls = append(calls, call{client.name, func(ctx context.Context) error { return client.get(ctx, path, nil, out()) }})
	}
	return calls, err
}

// listOptions are options in the form that these clients share.
type listOptions struct {
	Limit     int    `url:"limit,omitempty"`
	Offset    int    `url:"offset,omitempty"`
	SortBy    string `url:"sort_by,omitempty"`
	SortOrder string `url:"sort_order,omitempty"`
}

// withOptions adds a list with four options, by the client that takes them as a struct.
func withOptions(calls []call, base string, transport http.RoundTripper) ([]call, error) {
	clients, err := others(base, transport)
	for _, client := range clients {
		if client.name == "gitlab client-go" {
			calls = append(calls, call{client.name, func(ctx context.Context) error {
				return client.get(ctx, "folder.1/photos", &listOptions{100, 200, "name", "descending"}, new(list[photo]))
			}})
		}
	}
	return calls, err
}

func others(base string, transport http.RoundTripper) ([]named, error) {
	base = strings.TrimRight(base, "/") + "/"
	byGitHub, err := newGitHub(base, transport)
	if err != nil {
		return nil, err
	}
	byGodo, err := newGodo(base, transport)
	if err != nil {
		return nil, err
	}
	byGitLab, err := newGitLab(base, transport)
	if err != nil {
		return nil, err
	}
	return []named{
		{"go-github", byGitHub}, {"godo", byGodo}, {"gitlab client-go", byGitLab}, {"azcore", newAzure(base, transport)},
	}, nil
}

func newGitHub(base string, transport http.RoundTripper) (getter, error) {
	client, err := github.NewClient(github.WithHTTPClient(signedIn(transport)), github.WithURLs(&base, nil))
	return func(ctx context.Context, path string, _, out any) error {
		req, err := client.NewRequest(ctx, http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		_, err = client.Do(req, out)
		return err
	}, err
}

func newGodo(base string, transport http.RoundTripper) (getter, error) {
	client, err := godo.New(signedIn(transport), godo.SetBaseURL(base))
	return func(ctx context.Context, path string, _, out any) error {
		req, err := client.NewRequest(ctx, http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		_, err = client.Do(ctx, req, out)
		return err
	}, err
}

func newGitLab(base string, transport http.RoundTripper) (getter, error) {
	client, err := gitlab.NewAuthSourceClient(gitlab.OAuthTokenSource{TokenSource: tokens()},
		gitlab.WithBaseURL(base), gitlab.WithHTTPClient(&http.Client{Transport: transport}), gitlab.WithoutRetries(),
		gitlab.WithCustomLimiter(noLimit{}))
	return func(ctx context.Context, path string, opts, out any) error {
		req, err := client.NewRequest(http.MethodGet, path, opts, []gitlab.RequestOptionFunc{gitlab.WithContext(ctx)})
		if err != nil {
			return err
		}
		_, err = client.Do(req, out)
		return err
	}, err
}

// noLimit keeps GitLab's client from asking the server how many requests it may make.
type noLimit struct{}

func (noLimit) Wait(context.Context) error { return nil }

func newAzure(base string, transport http.RoundTripper) getter {
	pipeline := runtime.NewPipeline("bench", "v1.0.0", runtime.PipelineOptions{}, &policy.ClientOptions{
		Transport: signedIn(transport),
	})
	return func(ctx context.Context, path string, _, out any) error {
		req, err := runtime.NewRequest(ctx, http.MethodGet, runtime.JoinPaths(base, path))
		if err != nil {
			return err
		}
		resp, err := pipeline.Do(req) //nolint:bodyclose // UnmarshalAsJSON does
		if err != nil {
			return err
		}
		if !runtime.HasStatusCode(resp, http.StatusOK) {
			return fmt.Errorf("status %s", resp.Status)
		}
		return runtime.UnmarshalAsJSON(resp, out)
	}
}
