package login

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// oauthErrorJSON is an error of the token endpoint: of another shape than the API's.
type oauthErrorJSON struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// serveToken exchanges a code or a refresh token. It is a form by POST; GET with a query worked too. Clients name
// themselves in the form or by HTTP Basic.
func (h *Host) serveToken(c *wire.Call) {
	wire.SetCORS(c.W.Header())
	p := c.Query
	switch c.R.Method {
	case http.MethodGet:
	case http.MethodPost:
		text, err := wire.BodyText(c.R)
		if err != nil {
			tokenError(c, oauthError{oauthInvalidRequest, "The request is too large."})
			return
		}
		p = slices.Concat(wire.ParseParams(text), p)
	default:
		c.W.Header().Set("Allow", "GET, POST")
		tokenError(c, oauthError{oauthInvalidRequest, "The request must be a POST."})
		return
	}
	answer, failure := h.exchange(c, p)
	if failure != nil {
		tokenError(c, *failure)
		return
	}
	writeOAuth(c, http.StatusOK, answer)
}

func (h *Host) exchange(c *wire.Call, p wire.Params) (tokenJSON, *oauthError) {
	id, secret := clientCredentials(c, p)
	kind := strings.ToLower(p.Get("grant_type")) // one SDK sends it in capitals
	switch kind {
	case "authorization_code":
		c.Route = "oauth.token_code"
	case "refresh_token":
		c.Route = "oauth.token_refresh"
	case "":
		return tokenJSON{}, &oauthError{oauthInvalidRequest, "The request is missing the parameter 'grant_type'."}
	default:
		return tokenJSON{}, &oauthError{oauthUnsupportedGrant, "The value of the parameter 'grant_type' is not supported."}
	}
	if id == "" {
		return tokenJSON{}, &oauthError{oauthInvalidRequest, "The request is missing the parameter 'client_id'."}
	}
	client, ok := h.Client(c.Context(), id)
	if !ok {
		return tokenJSON{}, &oauthError{oauthInvalidClient, "The client does not exist. Check the parameter 'client_id'."}
	}
	if !client.acceptsSecret(secret) {
		return tokenJSON{}, &oauthError{oauthInvalidClient, "The value of the parameter 'client_secret' is not valid."}
	}
	if kind == "refresh_token" {
		return h.exchangeRefresh(c, client, p)
	}
	return h.exchangeCode(c, client, p)
}

// clientCredentials reads id and secret from the form, or else from HTTP Basic.
func clientCredentials(c *wire.Call, p wire.Params) (id, secret string) {
	id, secret = p.Get("client_id"), p.Get("client_secret")
	user, password, ok := c.R.BasicAuth()
	if !ok {
		return id, secret
	}
	// OAuth form-encodes both before they go into the header.
	user, password = wire.UnescapeQuery(user), wire.UnescapeQuery(password)
	if id == "" {
		id = user
	}
	if secret == "" {
		secret = password
	}
	return id, secret
}

func (h *Host) exchangeCode(c *wire.Call, client Client, p wire.Params) (tokenJSON, *oauthError) {
	name := p.Get("code")
	if name == "" {
		return tokenJSON{}, &oauthError{oauthInvalidRequest, "The request is missing the parameter 'code'."}
	}
	got, err := h.Keeper.Redeem(c.Context(), name)
	if err != nil && !errors.Is(err, ErrUnknownToken) {
		return tokenJSON{}, errKeeper()
	}
	redirect := p.Get("redirect_uri")
	if err != nil || !strings.EqualFold(got.Client, client.ID) {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The provided value for the parameter 'code' is not valid."}
	}
	if redirect != "" && redirect != got.Redirect {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The value of the parameter 'redirect_uri' is not the one that the code was issued for."}
	}
	u, err := h.Accounts.User(c.Context(), got.User)
	if err != nil {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The account does not exist."}
	}
	c.User = u.ID
	made, err := h.Keeper.Issue(c.Context(), got, true)
	if err != nil {
		return tokenJSON{}, errKeeper()
	}
	return h.tokenAnswer(made, got, u, client), nil
}

func (h *Host) exchangeRefresh(c *wire.Call, client Client, p wire.Params) (tokenJSON, *oauthError) {
	name := p.Get("refresh_token")
	if name == "" {
		return tokenJSON{}, &oauthError{oauthInvalidRequest, "The request is missing the parameter 'refresh_token'."}
	}
	grant, err := h.Keeper.Renewable(c.Context(), name)
	if err != nil && !errors.Is(err, ErrUnknownToken) {
		return tokenJSON{}, errKeeper()
	}
	// One SDK does not repeat it, and what was granted without a browser has none.
	if redirect := p.Get("redirect_uri"); redirect != "" && grant.Redirect != "" && redirect != grant.Redirect {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The value of the parameter 'redirect_uri' is not the one that the token was issued for."}
	}
	// SDKs repeat their scopes here. What was not granted before is not granted now.
	g, made, err := h.Keeper.Refresh(c.Context(), name, client.ID, SplitScopes(p.Get("scope")))
	switch {
	case errors.Is(err, ErrUnknownToken):
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The provided value for the parameter 'refresh_token' is not valid."}
	case err != nil:
		return tokenJSON{}, errKeeper()
	}
	u, err := h.Accounts.User(c.Context(), g.User)
	if err != nil {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The account does not exist."}
	}
	c.User = u.ID
	return h.tokenAnswer(made, g, u, client), nil
}

// errKeeper is for a Keeper that fails. The words are ours, the code is OAuth's.
func errKeeper() *oauthError {
	return &oauthError{oauthServerError, "The sign-in can't be completed at the moment."}
}

func tokenError(c *wire.Call, e oauthError) {
	c.Code = e.code
	writeOAuth(c, http.StatusBadRequest, oauthErrorJSON{e.code, e.description})
}

// writeOAuth writes compact JSON: the login host was another program than the API host.
func writeOAuth(c *wire.Call, status int, v any) {
	text, err := wire.Marshal(v)
	if err != nil {
		panic(err) // a struct of ours that cannot be JSON
	}
	h := c.W.Header()
	setLoginHeaders(h)
	h.Set("Content-Type", "application/json; charset=utf-8")
	c.W.WriteHeader(status)
	if c.R.Method != http.MethodHead {
		_, _ = c.W.Write(text)
	}
}
