// Package service puts the service together: the protocol over some accounts, what goes wrong on purpose, a clock that
// can be moved, and a log of the requests. Tests and liveconnectd serve the same.
//
//	var s service.Service
//	protocol, err := s.Protocol(server.Config{Backend: accounts}, nil)
//	http.Serve(listener, s.Handler(protocol))
package service

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/faults"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// Service is what stands around the protocol. The zero value is ready: nothing goes wrong, and the clock is right.
type Service struct {
	Clock  Clock
	Log    Log
	Faults faults.Set
}

// Protocol makes the protocol of a service, with its clock and its log. tell is told of each request as well, if it is
// not nil.
func (s *Service) Protocol(cfg server.Config, tell func(server.Request)) (*server.Server, error) {
	cfg.Now = s.Clock.Now
	cfg.OnRequest = func(r server.Request) {
		s.Log.add(Request{Request: r})
		if tell != nil {
			tell(r)
		}
	}
	return server.New(cfg)
}

// Handler is a protocol behind the faults. The requests that a fault keeps from it go into the log too.
func (s *Service) Handler(protocol http.Handler) http.Handler {
	return s.Log.observe(s.Faults.Handler(seen(protocol)), s.Clock.Now)
}
