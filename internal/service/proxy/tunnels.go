package proxy

import (
	"net"
	"sync"
)

// tunnels is a listener whose connections come from CONNECT.
type tunnels struct {
	conns chan net.Conn
	done  chan struct{}
	close func()
}

func newTunnels() *tunnels {
	t := &tunnels{conns: make(chan net.Conn), done: make(chan struct{})}
	t.close = sync.OnceFunc(func() { close(t.done) })
	return t
}

// add hands over a connection, or closes it if nobody takes connections any more.
func (t *tunnels) add(conn net.Conn) {
	select {
	case t.conns <- conn:
	case <-t.done:
		_ = conn.Close()
	}
}

// Accept implements [net.Listener].
func (t *tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.done:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (t *tunnels) Close() error { t.close(); return nil }

// Addr implements [net.Listener]: that of a connection says more.
func (t *tunnels) Addr() net.Addr { return tunnelAddr{} }

type tunnelAddr struct{}

func (tunnelAddr) Network() string { return "tcp" }
func (tunnelAddr) String() string  { return "tunnel" }

// earlyConn is a connection of which some bytes have been read already.
type earlyConn struct {
	net.Conn
	early []byte
}

func (c *earlyConn) Read(p []byte) (int, error) {
	if len(c.early) > 0 {
		n := copy(p, c.early)
		c.early = c.early[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}
