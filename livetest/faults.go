package livetest

import (
	"net/http"
	"regexp"

	"github.com/go-liveconnect/liveconnect/internal/service"
	"github.com/go-liveconnect/liveconnect/internal/service/faults"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
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
	meant := service.Condition{Host: server.Host(f.Host), Method: f.Method, Packet: f.Packet, Path: regexp.MustCompile(f.Path)}
	return &ActiveFault{s.service.Faults.Add(faults.Rule{
		Match: func(r *http.Request) bool { return meant.Holds(r) && (f.Match == nil || f.Match(r)) },
		Skip:  f.Skip, Count: f.Count, Probability: f.Probability, Seed: f.Seed, Do: f.Do.of(s),
	})}
}

// ClearFaults ends all faults, and releases the requests that they hold up.
func (s *Server) ClearFaults() { s.service.Faults.Clear() }
