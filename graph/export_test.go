package graph

import "net/http"

// HandlerTransport answers every request by a handler, in the process.
type HandlerTransport struct{ Handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t HandlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return serve(t.Handler, req)
}
