package login

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

var crossOrigin = http.NewCrossOriginProtection()

// fromElsewhere reports whether a page of another site made a browser send the request. Nobody need have seen that
// happen, so it is not a person's consent. Programs that are no browsers say nothing of pages.
func fromElsewhere(c *wire.Call) bool {
	origin := c.R.Header.Get("Origin")
	if c.R.Method == http.MethodPost {
		return origin != c.Origin && crossOrigin.Check(c.R) != nil
	}
	// A link of an application that is being tried out on this machine is as good as one that was typed.
	switch c.R.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "same-site", "none":
		return false
	case "":
		if origin == "" && c.R.Referer() == "" {
			return false
		}
	}
	page := c.R.Referer()
	if origin != "" {
		page = origin
	}
	return !isLocal(page) && !sameHost(page, c.Origin)
}

// isLocal reports whether a page is one of this machine. A browser writes that, not the page.
func isLocal(page string) bool {
	u, err := url.Parse(page)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback() || strings.EqualFold(u.Hostname(), "localhost")
}

// sameHost reports whether two URLs are of one host, whatever their ports.
func sameHost(a, b string) bool {
	u, err := url.Parse(a)
	if err != nil || u.Hostname() == "" {
		return false
	}
	v, err := url.Parse(b)
	return err == nil && strings.EqualFold(u.Hostname(), v.Hostname())
}
