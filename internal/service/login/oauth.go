package login

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// The codes of OAuth errors.
const (
	oauthInvalidRequest      = "invalid_request"
	oauthInvalidClient       = "invalid_client"
	oauthInvalidGrant        = "invalid_grant"
	oauthInvalidScope        = "invalid_scope"
	oauthUnauthorizedClient  = "unauthorized_client"
	oauthUnsupportedGrant    = "unsupported_grant_type"
	oauthUnsupportedResponse = "unsupported_response_type"
	oauthAccessDenied        = "access_denied"
	oauthUnknownUser         = "unknown_user"
	oauthServerError         = "server_error"
)

// oauthError is an error of the login host.
type oauthError struct{ code, description string }

func redirect(c *wire.Call, target string) {
	setLoginHeaders(c.W.Header())
	c.W.Header().Set("Location", target)
	c.W.WriteHeader(http.StatusFound)
}

func setLoginHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
}

// pairs are parameters of a redirect, in order.
type pairs [][2]string

// with adds a parameter if it has a value.
func (p pairs) with(key, value string) pairs {
	if value == "" {
		return p
	}
	return append(p, [2]string{key, value})
}

func (p pairs) encode() string {
	var b strings.Builder
	for i, kv := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(kv[0] + "=" + url.QueryEscape(kv[1]))
	}
	return b.String()
}

// withQuery adds to a URL that may have a query of its own.
func withQuery(target string, p pairs) string {
	target, _, _ = strings.Cut(target, "#")
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	return target + separator + p.encode()
}

func withFragment(target string, p pairs) string {
	target, _, _ = strings.Cut(target, "#")
	return target + "#" + strings.ReplaceAll(p.encode(), "+", "%20") // a fragment is not a form: plus stays plus
}
