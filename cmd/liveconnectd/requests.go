package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// maxRequests is how many requests are remembered: the last ones.
const maxRequests = 10_000

// loggedRequest is a request as a test suite reads it.
type loggedRequest struct {
	N           int64       `json:"n"` // 1 is the first since the start
	Time        time.Time   `json:"time"`
	Method      string      `json:"method"`
	Path        string      `json:"path"`
	Query       url.Values  `json:"query"`
	Header      http.Header `json:"header"`
	Endpoint    string      `json:"endpoint"`
	User        string      `json:"user"`
	HadToken    bool        `json:"had_token"`
	Status      int         `json:"status"`
	Code        string      `json:"code"`
	BytesIn     int64       `json:"bytes_in"`
	BytesOut    int64       `json:"bytes_out"`
	Seconds     float64     `json:"seconds"`
	RequestID   string      `json:"request_id"`
	Intercepted bool        `json:"intercepted"` // a fault kept it from the service
}

func logged(r service.Request) loggedRequest {
	return loggedRequest{
		N: r.N, Intercepted: r.Intercepted, Time: r.Time.UTC(), Method: r.Method, Path: r.Path, Query: withoutSecrets(r.Query), Header: r.Header, Endpoint: r.Route,
		User: r.User, HadToken: r.HadToken, Status: r.Status, Code: r.Code, BytesIn: r.BytesIn, BytesOut: r.BytesOut,
		Seconds: r.Duration.Seconds(), RequestID: r.RequestID,
	}
}

// withoutSecrets leaves the keys of secrets, so that a test sees that they were sent, and takes their values.
func withoutSecrets(query url.Values) url.Values {
	out := url.Values{}
	for key, values := range query {
		switch key {
		case "access_token", "refresh_token", "client_secret", "code":
			values = []string{"…"}
		}
		out[key] = values
	}
	return out
}

// requestsAfter lists what came after the request with this number, the oldest first.
func (e *emulator) requestsAfter(n int64) []loggedRequest {
	requests := []loggedRequest{}
	for _, r := range e.service.Log.After(n) {
		requests = append(requests, logged(r))
	}
	return requests
}

func (e *emulator) logRequest(r server.Request) {
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", r.Path), slog.Int("status", r.Status),
		slog.Int64("in", r.BytesIn), slog.Int64("out", r.BytesOut), slog.Duration("took", r.Duration),
	}
	if r.Code != "" {
		attrs = append(attrs, slog.String("code", r.Code))
	}
	e.log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}
