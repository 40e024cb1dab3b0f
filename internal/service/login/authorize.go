package login

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
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

// serveAuthorize asks for consent (GET) and takes the answer (POST).
func (h *Host) serveAuthorize(c *wire.Call) {
	c.Route = "oauth.authorize"
	p := c.Query
	switch c.R.Method {
	case http.MethodGet:
	case http.MethodPost:
		if fromElsewhere(c) {
			loginPage(c, http.StatusForbidden, errorPage, "Only the page of this host that asks for consent may give it. Open it and answer there.")
			return
		}
		text, err := wire.BodyText(c.R)
		if err != nil {
			loginPage(c, http.StatusRequestEntityTooLarge, errorPage, "The request is too large.")
			return
		}
		p = slices.Concat(p, wire.ParseParams(text))
	default:
		c.W.Header().Set("Allow", "GET, POST")
		loginPage(c, http.StatusMethodNotAllowed, errorPage, "This page can only be read and submitted.")
		return
	}
	a, failure, safe := h.authorization(c, p)
	switch {
	case !safe: // a redirect would hand the error to a stranger
		c.Code = failure.code
		loginPage(c, http.StatusBadRequest, errorPage, failure.description)
	case failure != nil:
		redirectError(c, a, *failure)
	case h.AutoConsent && !fromElsewhere(c):
		h.consentSilently(c, a)
	case c.R.Method == http.MethodPost:
		h.takeConsent(c, a, p)
	case a.silent:
		redirectError(c, a, oauthError{oauthUnknownUser, "The user is not signed in."})
	default:
		h.showConsent(c, a)
	}
}

// authorization reads the request. safe reports whether its redirect may be used, also for an error.
func (h *Host) authorization(c *wire.Call, p wire.Params) (a authorization, failure *oauthError, safe bool) {
	client, ok := h.Client(c.Context(), p.Get("client_id"))
	if !ok {
		return a, &oauthError{oauthUnauthorizedClient, "The client does not exist. Check the parameter 'client_id'."}, false
	}
	a = authorization{
		client: client, redirect: p.Get("redirect_uri"), flow: strings.ToLower(p.Get("response_type")),
		scopes: SplitScopes(p.Get("scope")), state: p.Get("state"), hint: p.Get("login_hint"),
		silent: strings.EqualFold(p.Get("display"), "none"),
	}
	if a.redirect == "" && len(client.RedirectURLs) > 0 {
		a.redirect = client.RedirectURLs[0] // inferred: the registered one
	}
	if !client.MayRedirect(a.redirect, c.Origin) {
		return a, &oauthError{oauthInvalidRequest, "The value of the parameter 'redirect_uri' is not valid for this client."}, false
	}
	unknown := slices.IndexFunc(a.scopes, func(s string) bool { return !IsScope(s) })
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
func (h *Host) consentSilently(c *wire.Call, a authorization) {
	u, err := h.account(c.Context(), a.hint)
	if a.hint == "" {
		var first []backend.User
		if first, err = backend.All(h.Accounts.AllUsers(c.Context(), backend.Page{Limit: 1})); len(first) > 0 {
			u = first[0]
		} else if err == nil {
			err = backend.ErrNotFound
		}
	}
	switch {
	case errors.Is(err, backend.ErrNotFound):
		redirectError(c, a, oauthError{oauthUnknownUser, "There is no such account."})
	case err != nil:
		signInFailed(c, a)
	default:
		h.consented(c, a, u)
	}
}

// signInFailed is for accounts that cannot be reached. The words are ours, the code is OAuth's.
func signInFailed(c *wire.Call, a authorization) {
	redirectError(c, a, oauthError{oauthServerError, "The accounts can't be reached at the moment."})
}

// takeConsent reads the submitted page.
func (h *Host) takeConsent(c *wire.Call, a authorization, p wire.Params) {
	if p.Get("consent") != "yes" {
		redirectError(c, a, oauthError{oauthAccessDenied, "The user has denied access to the scope requested by the client application."})
		return
	}
	u, err := h.account(c.Context(), p.Get("account"))
	switch {
	case errors.Is(err, backend.ErrNotFound):
		h.showConsent(c, a)
	case err != nil:
		signInFailed(c, a)
	default:
		h.consented(c, a, u)
	}
}

// consented sends the browser back with a code or with a token.
func (h *Host) consented(c *wire.Call, a authorization, u backend.User) {
	c.User = u.ID
	g := Grant{Client: a.client.ID, User: u.ID, Scopes: NewScopeSet(a.scopes), Redirect: a.redirect}
	if a.flow == "code" {
		code, err := h.Keeper.Code(c.Context(), g)
		if err != nil {
			signInFailed(c, a)
			return
		}
		redirect(c, withQuery(a.redirect, pairs{{"code", code}}.with("state", a.state)))
		return
	}
	made, err := h.Keeper.Issue(c.Context(), g, false) // never a refresh token for a browser
	if err != nil {
		signInFailed(c, a)
		return
	}
	t := h.tokenAnswer(made, g, u, a.client)
	out := pairs{
		{"access_token", t.AccessToken},
		{"token_type", t.TokenType},
		{"expires_in", strconv.FormatInt(t.ExpiresIn, 10)},
		{"scope", t.Scope},
	}.with("authentication_token", t.AuthenticationToken).with("user_id", t.UserID).with("state", a.state)
	redirect(c, withFragment(a.redirect, out))
}

// consent is what the consent page shows.
type consent struct {
	Client   string
	Scopes   []askedScope
	Fields   pairs
	Accounts []backend.User // at most maxShown
	More     bool           // there are others
	Chosen   string
}

// maxShown is how many accounts the consent page shows to choose from. With more it asks for an id.
const maxShown = 100

// showConsent asks who signs in, and whether the client may have what it wants.
func (h *Host) showConsent(c *wire.Call, a authorization) {
	list, err := h.Accounts.AllUsers(c.Context(), backend.Page{Limit: maxShown})
	if err != nil {
		signInFailed(c, a)
		return
	}
	p := consent{
		Client: a.client.Name, Scopes: scopesInWords(a.scopes), Accounts: list.Items, More: list.More,
		Fields: pairs{
			{"client_id", a.client.ID},
			{"redirect_uri", a.redirect},
			{"response_type", a.flow},
			{"scope", NewScopeSet(a.scopes).String()},
			{"state", a.state},
		},
	}
	if p.Client == "" {
		p.Client = a.client.ID
	}
	if u, err := h.account(c.Context(), a.hint); err == nil {
		p.Chosen = u.ID
	} else if len(p.Accounts) > 0 {
		p.Chosen = p.Accounts[0].ID
	}
	loginPage(c, http.StatusOK, consentPage, p)
}

// redirectError sends the browser back with an error: in the fragment if a token was to come there.
func redirectError(c *wire.Call, a authorization, e oauthError) {
	c.Code = e.code
	out := pairs{{"error", e.code}, {"error_description", e.description}}.with("state", a.state)
	if a.flow == "token" {
		redirect(c, withFragment(a.redirect, out))
		return
	}
	redirect(c, withQuery(a.redirect, out))
}
