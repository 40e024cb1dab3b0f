package livetest

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/faults"
)

// Host is one of the service's hosts.
type Host string

// The hosts of the service.
const (
	API     Host = "api"     // apis.live.net
	Login   Host = "login"   // login.live.com
	Storage Host = "storage" // where content is: downloads, pictures, and upload sessions
)

// Fault is something that goes wrong with the requests that it matches. All conditions that are set must hold.
//
//	server.Fault(livetest.Fault{
//		Host: livetest.Storage, Path: `\.jpg$`, Count: 2, Do: livetest.CutResponse(1000, livetest.Reset),
//	})
//
// Several faults may meet the same request; they all work then, and the one that was added first stands nearest to the
// network.
type Fault struct {
	// Host limits the fault to a host; empty means all.
	Host Host
	// Method limits it to an HTTP method; empty means all.
	Method string
	// Path is a regular expression that must match some part of the unescaped path, such as "/content$".
	Path string
	// Packet limits it to a packet type of upload sessions: Create-Session, Fragment, Close-Session, Cancel-Session.
	Packet string
	// Match is a further condition. It must not read the body.
	Match func(*http.Request) bool

	// Skip leaves so many matching requests alone first.
	Skip int
	// Count is how many are hit then; zero is no limit.
	Count int
	// Probability hits only some of them; zero, and one, hit all. The same Seed gives the same decisions.
	Probability float64
	Seed        uint64

	// Do is what goes wrong. See the functions that return an Effect.
	Do Effect
}

// ActiveFault is a fault at work.
type ActiveFault struct{ fault *faults.Fault }

// Hits is how many requests the fault has met so far.
func (f *ActiveFault) Hits() int { return f.fault.Hits() }

// Release lets the requests go on that the fault holds up, and holds up none from now on. See [Stall].
func (f *ActiveFault) Release() { f.fault.Release() }

// Remove ends the fault, and releases the requests that it holds up.
func (f *ActiveFault) Remove() { f.fault.Remove() }

// Fault makes something go wrong from now on. It panics if f has no Do, or a Path that is no regular expression.
func (s *Server) Fault(f Fault) *ActiveFault {
	if f.Do.of == nil {
		panic("livetest: Fault.Do is not set")
	}
	path := regexp.MustCompile(f.Path)
	return &ActiveFault{s.faults.Add(faults.Rule{
		Match: func(r *http.Request) bool {
			return (f.Host == "" || f.Host == s.host(r)) &&
				(f.Method == "" || strings.EqualFold(f.Method, r.Method)) &&
				(f.Packet == "" || strings.EqualFold(f.Packet, r.Header.Get("BITS-Packet-Type"))) &&
				path.MatchString(r.URL.Path) &&
				(f.Match == nil || f.Match(r))
		},
		Skip: f.Skip, Count: f.Count, Probability: f.Probability, Seed: f.Seed, Do: f.Do.of(s),
	})}
}

// ClearFaults ends all faults, and releases the requests that they hold up.
func (s *Server) ClearFaults() { s.faults.Clear() }

// host is the host that a request was meant for.
func (s *Server) host(r *http.Request) Host {
	if addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && "http://"+addr.String() == s.StorageURL {
		return Storage
	}
	if strings.HasPrefix(strings.ToLower(r.URL.Path), "/oauth20_") {
		return Login
	}
	return API
}

// withFaults is the service behind its faults. Requests that a fault keeps from the service go into the list of
// requests too.
func (s *Server) withFaults() http.Handler {
	type seenKey struct{}
	service := s.faults.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen, ok := r.Context().Value(seenKey{}).(*bool); ok {
			*seen = true
		}
		s.protocol.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := new(bool)
		answer := &statusWriter{ResponseWriter: w}
		defer func() {
			if !*seen {
				s.logIntercepted(r, answer.status)
			}
		}()
		service.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), seenKey{}, seen)))
	})
}

func (s *Server) logIntercepted(r *http.Request, status int) {
	header := r.Header.Clone()
	header.Del("Authorization")
	query := r.URL.Query()
	hadToken := r.Header.Get("Authorization") != "" || query.Has("access_token")
	query.Del("access_token")
	s.append(Request{
		Method: r.Method, Path: r.URL.Path, Query: query, Header: header, HadToken: hadToken,
		Status: status, Intercepted: true,
	})
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}
