package liveconnect

import (
	"fmt"
	"net/netip"
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

func parseOrigin(what, raw string) (origin, error) { return parsePattern(what, raw, false) }

// parsePattern is parseOrigin for what may begin with a star. No error shows what may be a password.
func parsePattern(what, raw string, star bool) (origin, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return origin{}, fmt.Errorf("%s: want a URL such as https://host", what)
	}
	o := originOf(u)
	domain, wild := strings.CutPrefix(o.host, "*.")
	switch {
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return origin{}, fmt.Errorf("%s for host %s: want no user, query or fragment", what, u.Host)
	case o.host == "" || o.scheme != "http" && o.scheme != "https":
		return origin{}, fmt.Errorf("%s %q: want a URL such as https://host", what, raw)
	case wild && !star:
		return origin{}, fmt.Errorf("%s %q: want one host, without a star", what, raw)
	case wild && publicSuffix(domain):
		return origin{}, fmt.Errorf("%s %q: the star stands for hosts of anybody; want a domain of one owner behind it, as in https://*.example.com", what, raw)
	case !canonical(domain):
		return origin{}, fmt.Errorf("%s %q: want the host in plain ASCII letters, digits, hyphens and dots, as DNS has it (xn--… for others), or an IP address without a zone",
			what, raw)
	case !o.secure():
		return origin{}, fmt.Errorf("%s %q: %w", what, raw, ErrInsecureURL)
	}
	return o, nil
}

func originOf(u *url.URL) origin {
	o := origin{scheme: strings.ToLower(u.Scheme), host: strings.Map(lowerASCII, u.Hostname()), port: u.Port()}
	if ip, err := netip.ParseAddr(o.host); err == nil {
		o.host = ip.String()
	}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.scheme]
	}
	return o
}

// lowerASCII leaves other letters alone: Unicode's lower case makes ASCII letters of some, which IDNA does not.
func lowerASCII(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// canonical reports whether there is only one way to write a host. What IDNA, percent-decoding or a resolver would make
// another one of, is not compared with anything.
func canonical(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() == ""
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return len(host) <= 253 && !strings.ContainsFunc(host, func(r rune) bool {
		return r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// publicSuffix reports whether hosts below a domain may belong to anybody, as far as that can be told without a list: a
// single name, or such as co.uk, or part of an IP address.
func publicSuffix(domain string) bool {
	labels := strings.Split(domain, ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || strings.Trim(last, "0123456789") == "" {
		return true
	}
	switch labels[len(labels)-2] {
	case "ac", "co", "com", "edu", "go", "gob", "gov", "mil", "ne", "net", "nom", "or", "org":
		return len(labels) == 2 && len(last) == 2
	}
	return false
}

// secure reports whether nobody on the way can read what is sent.
func (o origin) secure() bool {
	if o.scheme == "https" {
		return true
	}
	ip, err := netip.ParseAddr(o.host)
	return o.scheme == "http" && (o.host == "localhost" || err == nil && ip.Zone() == "" && ip.Unmap().IsLoopback())
}

func (o origin) matches(other origin) bool {
	if o.scheme != other.scheme || o.port != other.port || !canonical(other.host) {
		return false
	}
	domain, wild := strings.CutPrefix(o.host, "*.")
	if !wild {
		return o.host == other.host
	}
	name, rest, _ := strings.Cut(other.host, ".")
	return name != "" && rest == domain
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
	return parsePattern("storage URL", scheme+"://*."+domain, true)
}
