package graph

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// bridge answers requests for the hosts of Live Connect in this process, and lets all others through, without a token:
// those are for links that Graph gave, which are keys by themselves.
type bridge struct {
	handler http.Handler
	through http.RoundTripper
}

// isLive reports whether a host was one of the service's.
func isLive(host string) bool {
	host = strings.ToLower(host)
	switch host {
	case "apis.live.net", "login.live.com", "storage.live.com":
		return true
	}
	return strings.HasSuffix(host, ".users.storage.live.com")
}

// RoundTrip implements http.RoundTripper.
func (b *bridge) RoundTrip(req *http.Request) (*http.Response, error) {
	if !isLive(req.URL.Hostname()) {
		if req.Header.Get("Authorization") != "" {
			req = req.Clone(req.Context())
			req.Header.Del("Authorization")
		}
		return b.through.RoundTrip(req)
	}
	if err := req.Context().Err(); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	if strings.EqualFold(req.URL.Hostname(), "login.live.com") && !strings.HasPrefix(req.URL.Path, "/oauth20_logout") {
		return serve(http.HandlerFunc(refuseSignIn), req)
	}
	return serve(b.handler, req)
}

// refuseSignIn answers whoever wants a token of the old kind.
func refuseSignIn(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"error":"invalid_request","error_description":"Sign in at Microsoft: see graph.OAuthConfig."}`)
}

// serve has a handler answer a request. The body of the answer can be read while the handler still writes it.
func serve(handler http.Handler, req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	in := req.Clone(ctx)
	in.Header = canonical(req.Header)
	in.RequestURI, in.RemoteAddr = req.URL.RequestURI(), "127.0.0.1:0"
	if in.Host == "" {
		in.Host = req.URL.Host
	}
	switch {
	case in.Body == nil:
		in.Body = http.NoBody
	case in.Body == http.NoBody:
	case in.ContentLength == 0: // a client's way to say that it is not known
		in.ContentLength = -1
	}
	body := in.Body
	reader, writer := io.Pipe()
	w := &responder{header: http.Header{"X-Live-Bridge": {"graph"}}, pipe: writer, ready: make(chan struct{})}
	go func() {
		var failure error
		defer func() {
			if p := recover(); p != nil {
				failure = io.ErrUnexpectedEOF
				if err, ok := p.(error); ok && !errors.Is(err, http.ErrAbortHandler) {
					failure = err
				}
			}
			_ = body.Close()
			w.end(failure)
			cancel()
		}()
		handler.ServeHTTP(w, in)
	}()
	select {
	case <-w.ready:
	case <-req.Context().Done():
		// The handler sees it too; what it was about to say does not count any more.
		_ = reader.CloseWithError(req.Context().Err())
		<-w.ready
		return nil, req.Context().Err()
	}
	return w.response(req, &answerBody{reader, cancel})
}

// canonical are a header's fields as they come over a network: under one spelling, whatever the sender's was.
func canonical(header http.Header) http.Header {
	out := make(http.Header, len(header))
	for name, values := range header {
		for _, value := range values {
			out.Add(name, value)
		}
	}
	return out
}

// answerBody ends the handler when the caller has no use for the rest.
type answerBody struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (b *answerBody) Close() error {
	b.cancel()
	return b.PipeReader.Close()
}

// responder is where the handler writes.
type responder struct {
	header http.Header
	pipe   *io.PipeWriter
	ready  chan struct{}
	once   sync.Once

	status  int
	sent    http.Header
	empty   bool // the handler ended without a body
	failure error
}

func (w *responder) Header() http.Header { return w.header }

func (w *responder) WriteHeader(status int) {
	if status < http.StatusOK {
		return
	}
	w.once.Do(func() {
		w.status, w.sent = status, canonical(w.header)
		close(w.ready)
	})
}

func (w *responder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.pipe.Write(p)
}

// Flush implements http.Flusher: nothing is held back.
func (w *responder) Flush() { w.WriteHeader(http.StatusOK) }

func (w *responder) end(failure error) {
	w.once.Do(func() {
		w.status, w.sent, w.empty, w.failure = http.StatusOK, canonical(w.header), true, failure
		close(w.ready)
	})
	_ = w.pipe.CloseWithError(failure) // nil is io.EOF
}

func (w *responder) response(req *http.Request, body io.ReadCloser) (*http.Response, error) {
	if w.failure != nil {
		_ = body.Close()
		return nil, w.failure
	}
	resp := &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, Body: body, ContentLength: -1, Request: req,
	}
	if n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		resp.ContentLength = n
	}
	if w.empty || w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		resp.ContentLength = 0
	}
	return resp, nil
}
