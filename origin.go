package liveconnect

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// The hosts of Microsoft's service.
const (
	DefaultBaseURL  = "https://apis.live.net/v5.0"
	DefaultLoginURL = "https://login.live.com"
	// DefaultStorageURL is where upload sessions are, see [WithStorageURL].
	DefaultStorageURL = "https://cid-{uid}.users.storage.live.com"
)

// origin is a scheme, host and port. A host that starts with "*." stands for every host with one name in place of the
// star.
type origin struct{ scheme, host, port string }

func parseOrigin(what, raw string) (origin, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return origin{}, fmt.Errorf("%s %q is not a URL", what, raw)
	}
	o := originOf(u)
	switch {
	case o.host == "" || o.scheme != "http" && o.scheme != "https":
		return origin{}, fmt.Errorf("%s %q: want a URL such as https://host", what, raw)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return origin{}, fmt.Errorf("%s for host %s: want no user, query or fragment", what, u.Host)
	case !o.secure():
		return origin{}, fmt.Errorf("%s %q: %w", what, raw, ErrInsecureURL)
	}
	return o, nil
}

func originOf(u *url.URL) origin {
	o := origin{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Hostname()), port: u.Port()}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.scheme]
	}
	return o
}

// secure reports whether nobody on the way can read what is sent.
func (o origin) secure() bool {
	if o.scheme == "https" {
		return true
	}
	ip := net.ParseIP(o.host)
	return o.scheme == "http" && (o.host == "localhost" || ip != nil && ip.IsLoopback())
}

func (o origin) matches(other origin) bool {
	if o.scheme != other.scheme || o.port != other.port {
		return false
	}
	suffix, wild := strings.CutPrefix(o.host, "*")
	if !wild {
		return o.host == other.host
	}
	name, found := strings.CutSuffix(other.host, suffix)
	return found && name != "" && !strings.Contains(name, ".")
}

// userPlace stands for the user's id in a storage URL.
const userPlace = "{uid}"

// storageOrigin is the origin of a storage URL; "*." in place of a name that holds the user's id.
func storageOrigin(raw string) (origin, error) {
	name, rest, found := strings.Cut(raw, userPlace)
	if !found {
		return parseOrigin("storage URL", raw)
	}
	scheme, _, _ := strings.Cut(name, "://")
	_, domain, dotted := strings.Cut(rest, ".")
	if !dotted || strings.ContainsAny(rest, "/@{") || strings.Count(name, "/") != 2 || strings.ContainsAny(name, ".@") {
		return origin{}, fmt.Errorf("storage URL %q: want %s in the first name of the host, as in %s", raw, userPlace, DefaultStorageURL)
	}
	return parseOrigin("storage URL", scheme+"://*."+domain)
}
