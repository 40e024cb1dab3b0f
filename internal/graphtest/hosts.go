package graphtest

import (
	"net/http"
	"strings"
)

// The first parts of paths at the files' hosts.
const (
	contentPath   = "/y4m"
	thumbnailPath = "/y3m"
	uploadPath    = "/up/"
	monitorPath   = "/monitor/"
)

// Host is one of Microsoft's hosts.
type Host string

// The hosts that are played.
const (
	Graph Host = "graph" // graph.microsoft.com
	Login Host = "login" // login.microsoftonline.com
	Files Host = "files" // where content, thumbnails, upload sessions and monitors are
)

// ProxiedHosts are the hosts that [Server.ServeHTTP] answers for.
func ProxiedHosts() []string { return append([]string(nil), proxiedHosts...) }

// origins are where the hosts are found.
type origins struct{ graph, login, files string }

// Microsoft's own, which a client meets through a proxy.
var realOrigins = origins{
	graph: "https://graph.microsoft.com", login: "https://login.microsoftonline.com", files: "https://bn1304.files.1drv.com",
}

// ProxiedHosts are the hosts that [Server.ServeHTTP] plays for clients that cannot be given other ones.
var proxiedHosts = []string{"graph.microsoft.com", "login.microsoftonline.com", "login.live.com", "*.files.1drv.com"}

// hostOf is the host that a request is meant for.
func hostOf(r *http.Request, at origins) Host {
	name, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	switch origin := "http://" + r.Host; {
	case name == "graph.microsoft.com" || origin == at.graph:
		return Graph
	case name == "login.microsoftonline.com" || name == "login.live.com" || origin == at.login:
		return Login
	case strings.HasSuffix(name, ".files.1drv.com") || origin == at.files:
		return Files
	}
	return ""
}
