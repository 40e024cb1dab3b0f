package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/redact"
	"github.com/go-liveconnect/liveconnect/internal/retry"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

const (
	maxAnswer = 32 << 20         // of JSON
	maxTries  = 4                // of a request that may be repeated
	maxWait   = 10 * time.Second // before such a try; whoever is told to wait longer is told so
	patience  = 5 * time.Minute  // with one request, if the caller sets no limit
)

// request is a call of Graph.
type request struct {
	method string
	path   string // escaped, below the version; or whole, when bare is set
	query  url.Values
	prefer []string
	json   any
	body   io.Reader // in place of json; it is sent once
	length int64     // of body
	header http.Header
	bare   bool // to a link of another host, which gets no token
}

// get reads an object.
func (b *Backend) get(ctx context.Context, path string, query url.Values, out any) error {
	return b.call(ctx, request{method: http.MethodGet, path: path, query: query}, out)
}

// call makes a request and reads the object that comes back; a nil out drops it.
func (b *Backend) call(ctx context.Context, r request, out any) error {
	a, err := b.do(ctx, r)
	if err != nil || out == nil {
		return err
	}
	return a.into(out)
}

// do makes a request until it succeeds, or cannot.
func (b *Backend) do(ctx context.Context, r request) (*answer, error) {
	target, err := b.target(r)
	if err != nil {
		return nil, err
	}
	token := backend.Credential(ctx)
	if token == "" && !r.bare {
		return nil, &backend.RemoteError{Failure: backend.FailedToken}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for try := 1; ; try++ {
		if err := retry.Sleep(ctx, b.pacers.Wait(target.Host)); err != nil {
			return nil, err
		}
		a, err := b.once(ctx, r, target, token)
		wait, again := b.again(r, a, err, try, target.Host)
		switch {
		case again:
			if err := retry.Sleep(ctx, wait); err != nil {
				return nil, err
			}
			continue
		case err != nil:
			return nil, err
		case a.status >= http.StatusBadRequest:
			return a, b.failure(a, token)
		}
		b.budget.Success()
		return a, nil
	}
}

// again decides whether a request is tried once more, and after which wait.
func (b *Backend) again(r request, a *answer, err error, try int, host string) (time.Duration, bool) {
	harmless := r.body == nil && (r.method == http.MethodGet || r.method == http.MethodDelete)
	wait := retry.Backoff(try, 300*time.Millisecond, 3*time.Second, rand.Float64()) //nolint:gosec // jitter
	switch {
	case err != nil:
		failed, ok := errors.AsType[*backend.RemoteError](err)
		harmless = harmless && ok && failed.Failure == backend.FailedGateway
	case a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable:
		// It says that nothing was carried out, but a body that was sent once is gone.
		if told, ok := retry.After(a.header.Get("Retry-After"), time.Now()); ok {
			if told > maxWait {
				return 0, false
			}
			b.pacers.Hold(host, told)
			wait = told
		}
		harmless = r.body == nil && (harmless || a.status == http.StatusTooManyRequests)
	case a.status < http.StatusInternalServerError, a.status == http.StatusInsufficientStorage, a.status == http.StatusNotImplemented:
		return 0, false
	}
	return wait, harmless && try < maxTries && b.budget.Take()
}

// target is where a request goes: below Graph's own URL, or a link that Graph gave.
func (b *Backend) target(r request) (*url.URL, error) {
	if !r.bare && !strings.Contains(r.path, "://") {
		u, err := url.Parse(b.base.String() + r.path)
		if err != nil {
			return nil, &backend.RemoteError{Failure: backend.FailedRequest}
		}
		u.RawQuery = strings.ReplaceAll(r.query.Encode(), "+", "%20")
		return u, nil
	}
	u, err := url.Parse(r.path)
	switch {
	case err != nil || u.Host == "":
		return nil, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "Graph gave a link that is no URL"}
	case !safe(u):
		return nil, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "Graph gave a link that is not https: " + redact.Origin(u)}
	case !r.bare && (u.Scheme != b.base.Scheme || !strings.EqualFold(u.Host, b.base.Host)):
		return nil, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "Graph gave a link to the rest of a list on another host, which must not get the token: " + redact.Origin(u)}
	}
	return u, nil
}

// once sends a request and reads its answer.
func (b *Backend) once(ctx context.Context, r request, target *url.URL, token string) (*answer, error) {
	body := r.body
	if r.json != nil {
		text, err := json.Marshal(r.json)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	var source *watchedReader
	if r.body != nil {
		source = &watchedReader{Reader: body}
		body = source
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target.String(), body)
	if err != nil {
		return nil, &backend.RemoteError{Failure: backend.FailedRequest}
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", b.opts.UserAgent)
	if r.body != nil {
		req.ContentLength = r.length
		if r.length == 0 {
			req.Body = http.NoBody
		}
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	if r.json != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, preference := range r.prefer {
		req.Header.Add("Prefer", preference)
	}
	if !r.bare {
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Accept", "application/json")
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return nil, transportFailure(ctx, err, source)
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, transportFailure(ctx, err, source)
	case len(content) > maxAnswer:
		return nil, &backend.RemoteError{Failure: backend.FailedInside, Detail: "Graph's answer is too large"}
	}
	return &answer{resp.StatusCode, resp.Header, content, resp.Header.Get("Location")}, nil
}

// watchedReader remembers what its source failed with, which net/http does not hand on as it is.
type watchedReader struct {
	io.Reader
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

func transportFailure(ctx context.Context, err error, source *watchedReader) error {
	switch {
	case source != nil && source.err != nil:
		return source.err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		err = inURL.Err // it shows links that are keys
	}
	return &backend.RemoteError{Failure: backend.FailedGateway, Detail: err.Error()}
}

// list reads all pages of a list. One that does not move on is an error.
func list[T any](ctx context.Context, b *Backend, r request, most int) ([]T, error) {
	all := []T{}
	seen := map[string]bool{}
	for {
		var p struct {
			Value []T    `json:"value"`
			Next  string `json:"@odata.nextLink"`
		}
		if err := b.call(ctx, r, &p); err != nil {
			return nil, err
		}
		all = append(all, p.Value...)
		switch {
		case p.Next == "", most > 0 && len(all) >= most:
			return all, nil
		case seen[p.Next]:
			return nil, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "the list does not move on: Graph gave the same next link twice"}
		}
		seen[p.Next] = true
		r.path, r.query = p.Next, nil
	}
}
