// Package proxy is an HTTP server that programs with fixed host names can be pointed at as their proxy. On one port it
// takes plain requests, a forward proxy's requests with absolute URIs, and CONNECT, where it speaks TLS with a
// certificate of a throw-away authority. All end in the same http.Handler. It never calls another host: what is not
// meant for its own hosts is refused.
package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says how a Server is to behave. Handler and Authority are required.
type Config struct {
	// Handler gets all requests but CONNECT. Those from inside a tunnel have TLS set; those with an absolute URI have
	// its host in Host, as net/http does it.
	Handler http.Handler
	// Authority signs for its hosts, which are the ones that CONNECT may name.
	Authority *Authority
	// Own reports whether an absolute URI with this host (without port) is meant for the Handler too, although it is none
	// of the Authority's hosts; nil means none.
	Own func(host string) bool
	// Context is that of all requests; nil is the background.
	Context context.Context //nolint:containedctx // as http.Server.BaseContext
	// ErrorLog gets what goes wrong with connections; nil is the log package's.
	ErrorLog *log.Logger
}

// Server is a proxy and the server behind it.
type Server struct {
	cfg     Config
	front   *http.Server // takes connections from the network
	inner   *http.Server // takes connections from tunnels
	tunnels *tunnels
	serving sync.WaitGroup
}

const (
	headerTimeout = time.Minute
	idleTimeout   = 3 * time.Minute
)

// New makes a Server.
func New(cfg Config) (*Server, error) {
	if cfg.Handler == nil || cfg.Authority == nil {
		return nil, errors.New("proxy: Config needs a Handler and an Authority")
	}
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	s := &Server{cfg: cfg, tunnels: newTunnels()}
	s.front = s.newServer(http.HandlerFunc(s.dispatch))
	s.inner = s.newServer(cfg.Handler)
	s.serving.Go(func() { _ = s.inner.Serve(s.tunnels) })
	return s, nil
}

func (s *Server) newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, ErrorLog: s.cfg.ErrorLog,
		BaseContext: func(net.Listener) context.Context { return s.cfg.Context },
		// In a tunnel as well as outside: the service spoke HTTP/1.1 only, and connections have to be hijackable.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
}

// Serve takes connections until the server ends.
func (s *Server) Serve(listener net.Listener) error { return s.front.Serve(listener) }

// Shutdown ends the server when the requests under way have been answered, or when ctx ends: then with its error.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.front.Shutdown(ctx)
	if innerErr := s.inner.Shutdown(ctx); err == nil {
		err = innerErr
	}
	if err == nil {
		s.serving.Wait()
	}
	return err
}

// Close ends the server at once.
func (s *Server) Close() error {
	err := errors.Join(s.front.Close(), s.inner.Close())
	s.serving.Wait()
	return err
}

// dispatch decides what a request from the network is.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"Proxy-Connection", "Proxy-Authorization"} { // for a proxy, and for no one behind it
		r.Header.Del(name)
	}
	switch {
	case r.Method == http.MethodConnect:
		s.connect(w, r)
	case r.URL.Host == "" || s.takes(r.URL.Host):
		s.cfg.Handler.ServeHTTP(w, r)
	default:
		s.refuse(w, r.URL.Host)
	}
}

// takes reports whether an absolute URI with this authority is meant for the handler.
func (s *Server) takes(authority string) bool {
	host, _ := splitHost(authority)
	_, ok := s.cfg.Authority.hosts.Match(host)
	return ok || s.cfg.Own != nil && s.cfg.Own(host)
}

// refuse answers a request for a host that is none of ours. It says what to do, since whoever reads it has probably
// pointed a whole program here.
func (s *Server) refuse(w http.ResponseWriter, host string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, "This proxy does not lead to %s. It leads nowhere but to %s, and answers for those itself.\n"+
		"Let the client reach other hosts without it (NO_PROXY, or a proxy for these hosts only).\n",
		printable(host), s.cfg.Authority.hosts)
}

// printable keeps a host that somebody sent from being more than a host.
func printable(host string) string {
	const most = 100
	host = strings.Map(func(r rune) rune {
		if r < '!' || r > '~' {
			return '?'
		}
		return r
	}, host)
	return host[:min(len(host), most)]
}

// connect answers CONNECT and hands the connection to the inner server: with TLS on port 443, as it is on port 80.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	host, port := splitHost(r.Host)
	if _, ok := s.cfg.Authority.hosts.Match(host); !ok || port != "443" && port != "80" {
		s.refuse(w, r.Host)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "CONNECT needs a connection of its own: use HTTP/1.1.", http.StatusHTTPVersionNotSupported)
		return
	}
	_ = conn.SetDeadline(time.Time{}) // net/http may have left one
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		_ = conn.Close()
		return
	}
	if n := buffered.Reader.Buffered(); n > 0 { // a client that did not wait for the answer
		early, _ := buffered.Peek(n)
		conn = &earlyConn{Conn: conn, early: append([]byte(nil), early...)}
	}
	if port == "443" {
		conn = tls.Server(conn, s.tlsConfig(host))
	}
	s.tunnels.add(conn)
}

func (s *Server) tlsConfig(host string) *tls.Config {
	return &tls.Config{ //nolint:gosec // the clients are as old as the service, and know nothing newer than TLS 1.0
		MinVersion: tls.VersionTLS10,
		NextProtos: []string{"http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName != "" {
				return s.cfg.Authority.certificate(hello.ServerName)
			}
			return s.cfg.Authority.certificate(host)
		},
	}
}
