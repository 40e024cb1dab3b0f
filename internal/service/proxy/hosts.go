package proxy

import (
	"fmt"
	"net"
	"strings"
)

// Hosts are the hosts that a proxy stands in for: names such as "apis.example.com", and patterns such as
// "*.example.com", where the star is exactly one label, as in certificates.
type Hosts []string

// check refuses what is neither a name nor a pattern.
func (h Hosts) check() error {
	for _, pattern := range h {
		name := strings.TrimPrefix(pattern, "*.")
		if name == "" || strings.ContainsAny(name, "*:/ ") || strings.HasPrefix(name, ".") {
			return fmt.Errorf("proxy: %q is not a host name or a pattern such as *.example.com", pattern)
		}
	}
	return nil
}

// Match finds the name or pattern that a host falls under. Case and a dot at the end do not matter.
func (h Hosts) Match(host string) (pattern string, ok bool) {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	_, parent, _ := strings.Cut(host, ".")
	for _, pattern := range h {
		want := strings.ToLower(pattern)
		if want == host {
			return want, true
		}
		if suffix, isPattern := strings.CutPrefix(want, "*."); isPattern && parent == suffix && host != "."+suffix {
			return want, true
		}
	}
	return "", false
}

// String lists the hosts for a person.
func (h Hosts) String() string { return strings.Join(h, ", ") }

// splitHost takes "host:port" apart. Without a port, port is empty.
func splitHost(authority string) (host, port string) {
	if host, port, err := net.SplitHostPort(authority); err == nil {
		return host, port
	}
	return strings.Trim(authority, "[]"), ""
}
