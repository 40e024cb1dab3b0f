package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// loginPages are the paths of the login host.
func loginPages() map[string]func(*call) {
	return map[string]func(*call){
		"oauth20_authorize.srf": (*call).serveAuthorize,
		"oauth20_token.srf":     (*call).serveToken,
		"oauth20_desktop.srf":   (*call).serveDesktop,
		"oauth20_logout.srf":    (*call).serveLogout,
	}
}

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

// authorization is a request for consent.
type authorization struct {
	client   Client
	redirect string
	flow     string // code, token
	scopes   []string
	state    string
	hint     string // who should sign in
	silent   bool   // display=none: no page may be shown
}

// oauthError is an error of the login host.
type oauthError struct{ code, description string }

// serveAuthorize asks for consent (GET) and takes the answer (POST).
func (c *call) serveAuthorize() {
	c.record.Route = "oauth.authorize"
	p := c.query
	switch c.r.Method {
	case http.MethodGet:
	case http.MethodPost:
		text, err := c.bodyText()
		if err != nil {
			c.loginPage(http.StatusRequestEntityTooLarge, errorPage, "The request is too large.")
			return
		}
		p = slices.Concat(p, parseParams(text))
	default:
		c.w.Header().Set("Allow", "GET, POST")
		c.loginPage(http.StatusMethodNotAllowed, errorPage, "This page can only be read and submitted.")
		return
	}
	a, failure, safe := c.s.authorization(c, p)
	switch {
	case !safe: // a redirect would hand the error to a stranger
		c.record.Code = failure.code
		c.loginPage(http.StatusBadRequest, errorPage, failure.description)
	case failure != nil:
		c.redirectError(a, *failure)
	case c.s.auto:
		c.consentSilently(a)
	case c.r.Method == http.MethodPost:
		c.takeConsent(a, p)
	case a.silent:
		c.redirectError(a, oauthError{oauthUnknownUser, "The user is not signed in."})
	default:
		c.showConsent(a)
	}
}

// authorization reads the request. safe tells that its redirect may be used, also for an error.
func (s *Server) authorization(c *call, p params) (a authorization, failure *oauthError, safe bool) {
	client, ok := s.client(c.ctx(), p.get("client_id"))
	if !ok {
		return a, &oauthError{oauthUnauthorizedClient, "The client does not exist. Check the parameter 'client_id'."}, false
	}
	a = authorization{
		client: client, redirect: p.get("redirect_uri"), flow: strings.ToLower(p.get("response_type")),
		scopes: splitScopes(p.get("scope")), state: p.get("state"), hint: p.get("login_hint"),
		silent: strings.EqualFold(p.get("display"), "none"),
	}
	if a.redirect == "" && len(client.RedirectURLs) > 0 {
		a.redirect = client.RedirectURLs[0] // inferred: the registered one
	}
	if !client.mayRedirect(a.redirect) {
		return a, &oauthError{oauthInvalidRequest, "The value of the parameter 'redirect_uri' is not valid for this client."}, false
	}
	known := knownScopes()
	unknown := slices.IndexFunc(a.scopes, func(s string) bool { _, ok := known[s]; return !ok })
	switch {
	case a.flow == "":
		failure = &oauthError{oauthInvalidRequest, "The request is missing the parameter 'response_type'."}
	case a.flow != "code" && a.flow != "token":
		failure = &oauthError{oauthUnsupportedResponse, "The value of the parameter 'response_type' is not supported."}
	case len(a.scopes) == 0:
		failure = &oauthError{oauthInvalidRequest, "The request is missing the parameter 'scope'."}
	case unknown >= 0:
		failure = &oauthError{oauthInvalidScope, "The scope '" + a.scopes[unknown] + "' does not exist."}
	}
	return a, failure, true
}

// consentSilently takes the hinted account, or else the first.
func (c *call) consentSilently(a authorization) {
	u, err := c.s.account(c.ctx(), a.hint)
	if a.hint == "" {
		var all []backend.User
		if all, err = backend.All(c.s.backend.AllUsers(c.ctx(), backend.Page{})); len(all) > 0 {
			u = all[0]
		} else if err == nil {
			err = backend.ErrNotFound
		}
	}
	switch {
	case errors.Is(err, backend.ErrNotFound):
		c.redirectError(a, oauthError{oauthUnknownUser, "There is no such account."})
	case err != nil:
		c.signInFailed(a)
	default:
		c.consented(a, u)
	}
}

// signInFailed is for accounts that cannot be reached. The words are ours, the code is OAuth's.
func (c *call) signInFailed(a authorization) {
	c.redirectError(a, oauthError{oauthServerError, "The accounts can't be reached at the moment."})
}

// takeConsent reads the submitted page.
func (c *call) takeConsent(a authorization, p params) {
	if p.get("consent") != "yes" {
		c.redirectError(a, oauthError{oauthAccessDenied, "The user has denied access to the scope requested by the client application."})
		return
	}
	u, err := c.s.account(c.ctx(), p.get("account"))
	switch {
	case errors.Is(err, backend.ErrNotFound):
		c.showConsent(a)
	case err != nil:
		c.signInFailed(a)
	default:
		c.consented(a, u)
	}
}

// consented sends the browser back with a code or with a token.
func (c *call) consented(a authorization, u backend.User) {
	c.record.User = u.ID
	g := grant{client: a.client.ID, user: u.ID, scopes: newScopeSet(a.scopes), redirect: a.redirect}
	if a.flow == "code" {
		c.redirect(withQuery(a.redirect, pairs{{"code", c.s.tokens.addCode(g)}}.with("state", a.state)))
		return
	}
	access, _, err := c.s.tokens.issue(g, false) // never a refresh token for a browser
	if err != nil {
		c.signInFailed(a)
		return
	}
	t := c.s.tokenAnswer(g, u, a.client, access, "")
	out := pairs{
		{"access_token", t.AccessToken},
		{"token_type", t.TokenType},
		{"expires_in", itoa(t.ExpiresIn)},
		{"scope", t.Scope},
	}.with("authentication_token", t.AuthenticationToken).with("user_id", t.UserID).with("state", a.state)
	c.redirect(withFragment(a.redirect, out))
}

// redirectError sends the browser back with an error: in the fragment if a token was to come there.
func (c *call) redirectError(a authorization, e oauthError) {
	c.record.Code = e.code
	out := pairs{{"error", e.code}, {"error_description", e.description}}.with("state", a.state)
	if a.flow == "token" {
		c.redirect(withFragment(a.redirect, out))
		return
	}
	c.redirect(withQuery(a.redirect, out))
}

func (c *call) redirect(target string) {
	setLoginHeaders(c.w.Header())
	c.w.Header().Set("Location", target)
	c.w.WriteHeader(http.StatusFound)
}

func setLoginHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
}

// serveDesktop is where native applications read the code from the address.
func (c *call) serveDesktop() { c.loginPage(http.StatusOK, blankPage, "") }

// serveLogout signs out, and goes on to redirect_uri if there is one that the client may use.
func (c *call) serveLogout() {
	c.record.Route = "oauth.logout"
	target := c.query.get("redirect_uri")
	client, ok := c.s.client(c.ctx(), c.query.get("client_id"))
	if target == "" || !ok || !client.mayRedirect(target) {
		c.loginPage(http.StatusOK, blankPage, "")
		return
	}
	c.redirect(target)
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
