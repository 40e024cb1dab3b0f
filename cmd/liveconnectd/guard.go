package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// guard keeps others from the control interface and the status page: other machines, unless a flag lets them in, and
// pages of other sites that a browser on this machine shows.
func (e *emulator) guard(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if why := e.forbidden(r); why != "" {
			writeControlError(w, &controlError{http.StatusForbidden, why})
			return
		}
		if err := crossOrigin.Check(r); err != nil {
			writeControlError(w, &controlError{http.StatusForbidden, "a page of another site may not do this: " + err.Error()})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// forbidden tells why a request may not come in; empty if it may.
func (e *emulator) forbidden(r *http.Request) string {
	if e.opts.remoteControl {
		return ""
	}
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if ip := net.ParseIP(from); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Sprintf("%s is for clients on the same machine; start liveconnectd with -allow-remote-control to let others in", r.URL.Path)
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return fmt.Sprintf("%s is for clients on the same machine, and this request was forwarded (%s); start liveconnectd "+
				"with -allow-remote-control to let others in", r.URL.Path, name)
		}
	}
	// A site that lets its own name lead to this machine would otherwise read all of it through a browser.
	host := hostname(r.Host)
	if _, proxied := e.hosts.Match(host); !proxied && !e.isOwn(host) {
		return fmt.Sprintf("%s is asked for under the name %q, which is none of this machine; use 127.0.0.1, or start "+
			"liveconnectd with -external-url or -allow-remote-control", r.URL.Path, host)
	}
	return ""
}

// hostname is a Host header without its port, in lower case.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}
