package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/storage"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

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

// parseOrigin checks an origin and drops the slash at its end.
func parseOrigin(raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return "", fmt.Errorf("%q is not an origin such as http://127.0.0.1:8080", raw)
	}
	return u.Scheme + "://" + u.Host, nil
}

// answerPreflight answers a browser that asks what it may send.
func answerPreflight(w http.ResponseWriter, r *http.Request) {
	wire.SetCORS(w.Header())
	w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, MOVE, COPY, OPTIONS")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		w.Header().Set("Access-Control-Allow-Headers", asked)
	}
	w.Header().Set("Access-Control-Max-Age", "3600")
	w.WriteHeader(http.StatusOK)
}
