package api

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/storage"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// What programs around a Server need to know of the protocol.

// Host is one of the hosts that a Server plays.
type Host string

// The hosts.
const (
	HostAPI     Host = "api"     // apis.live.net
	HostLogin   Host = "login"   // login.live.com
	HostStorage Host = "storage" // downloads, pictures, upload sessions
)

// HostOf says which host a request is for. All are on one port, so the path decides.
func HostOf(r *http.Request) Host {
	return hostOf(wire.SplitPath(r.URL.EscapedPath()))
}

func hostOf(segments []string) Host {
	switch {
	case storage.Serves(segments):
		return HostStorage
	case login.Serves(segments):
		return HostLogin
	}
	return HostAPI
}
