package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// tokenJSON is the token endpoint's answer, in the recorded order.
type tokenJSON struct {
	TokenType           string `json:"token_type"`
	ExpiresIn           int64  `json:"expires_in"`
	Scope               string `json:"scope"`
	AccessToken         string `json:"access_token"`
	RefreshToken        string `json:"refresh_token,omitempty"`
	AuthenticationToken string `json:"authentication_token,omitempty"`
	UserID              string `json:"user_id"`
}

// oauthErrorJSON is an error of the token endpoint: of another shape than the API's.
type oauthErrorJSON struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// serveToken exchanges a code or a refresh token. It is a form by POST; GET with a query worked too. Clients name
// themselves in the form or by HTTP Basic.
func (c *call) serveToken() {
	wire.SetCORS(c.W.Header())
	p := c.Query
	switch c.R.Method {
	case http.MethodGet:
	case http.MethodPost:
		text, err := wire.BodyText(c.R)
		if err != nil {
			c.tokenError(oauthError{oauthInvalidRequest, "The request is too large."})
			return
		}
		p = slices.Concat(wire.ParseParams(text), p)
	default:
		c.W.Header().Set("Allow", "GET, POST")
		c.tokenError(oauthError{oauthInvalidRequest, "The request must be a POST."})
		return
	}
	answer, failure := c.exchange(p)
	if failure != nil {
		c.tokenError(*failure)
		return
	}
	c.writeOAuth(http.StatusOK, answer)
}

func (c *call) exchange(p wire.Params) (tokenJSON, *oauthError) {
	id, secret := c.clientCredentials(p)
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
	client, ok := c.s.client(c.Context(), id)
	if !ok {
		return tokenJSON{}, &oauthError{oauthInvalidClient, "The client does not exist. Check the parameter 'client_id'."}
	}
	redirect := p.Get("redirect_uri")
	if redirect == "" && kind == "refresh_token" {
		redirect = c.s.tokens.redirectOf(p.Get("refresh_token")) // one SDK does not repeat it
	}
	if !client.acceptsSecret(secret, redirect) {
		return tokenJSON{}, &oauthError{oauthInvalidClient, "The value of the parameter 'client_secret' is not valid."}
	}
	if kind == "refresh_token" {
		return c.exchangeRefresh(client, p)
	}
	return c.exchangeCode(client, p)
}

// clientCredentials reads id and secret from the form, or else from HTTP Basic.
func (c *call) clientCredentials(p wire.Params) (id, secret string) {
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

func (c *call) exchangeCode(client Client, p wire.Params) (tokenJSON, *oauthError) {
	name := p.Get("code")
	if name == "" {
		return tokenJSON{}, &oauthError{oauthInvalidRequest, "The request is missing the parameter 'code'."}
	}
	got, ok := c.s.tokens.redeem(name)
	redirect := p.Get("redirect_uri")
	if !ok || !strings.EqualFold(got.client, client.ID) {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The provided value for the parameter 'code' is not valid."}
	}
	if redirect != "" && redirect != got.redirect {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The value of the parameter 'redirect_uri' is not the one that the code was issued for."}
	}
	u, err := c.s.backend.User(c.Context(), got.user)
	if err != nil {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The account does not exist."}
	}
	c.User = u.ID
	access, refresh, err := c.s.tokens.issue(got, true)
	if err != nil {
		return tokenJSON{}, errGrantNotKept()
	}
	return c.s.tokenAnswer(got, u, client, access, refresh), nil
}

func (c *call) exchangeRefresh(client Client, p wire.Params) (tokenJSON, *oauthError) {
	name := p.Get("refresh_token")
	if name == "" {
		return tokenJSON{}, &oauthError{oauthInvalidRequest, "The request is missing the parameter 'refresh_token'."}
	}
	// SDKs repeat their scopes here. What was not granted before is not granted now.
	asked := splitScopes(p.Get("scope"))
	g, access, next, err := c.s.tokens.renew(name, client.ID, func(granted []string) []string {
		narrowed := slices.DeleteFunc(slices.Clone(granted), func(s string) bool { return !slices.Contains(asked, s) })
		if len(narrowed) == 0 {
			return granted
		}
		return narrowed
	})
	switch {
	case errors.Is(err, errRefreshToken):
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The provided value for the parameter 'refresh_token' is not valid."}
	case err != nil:
		return tokenJSON{}, errGrantNotKept()
	}
	u, err := c.s.backend.User(c.Context(), g.user)
	if err != nil {
		return tokenJSON{}, &oauthError{oauthInvalidGrant, "The account does not exist."}
	}
	c.User = u.ID
	return c.s.tokenAnswer(g, u, client, access, next), nil
}

// errGrantNotKept is for a GrantStore that fails. The words are ours, the code is OAuth's.
func errGrantNotKept() *oauthError {
	return &oauthError{oauthServerError, "The sign-in can't be completed at the moment."}
}

func (s *Server) tokenAnswer(g grant, u backend.User, client Client, access, refresh string) tokenJSON {
	out := tokenJSON{
		TokenType: "bearer", ExpiresIn: int64(s.tokens.lifetime / time.Second), Scope: g.scopes.text(),
		AccessToken: access, RefreshToken: refresh, UserID: u.LoginID,
	}
	if g.scopes.has("wl.signin") {
		out.AuthenticationToken = s.authenticationToken(client, u, g.redirect)
	}
	return out
}

// claims of an authentication token, in the order in which Microsoft's own reader lists them.
type claims struct {
	Expires int64  `json:"exp"`
	Issuer  string `json:"iss"`
	Aud     string `json:"aud"`
	UserID  string `json:"uid"`
	Version int    `json:"ver"`
	AppURI  string `json:"urn:microsoft:appuri"`
	AppID   string `json:"urn:microsoft:appid"`
}

// authenticationToken tells a client's own server who signed in: a JWT signed with the hash of the client's secret.
func (s *Server) authenticationToken(client Client, u backend.User, redirect string) string {
	domain := ""
	if r, err := url.Parse(redirect); err == nil {
		domain = r.Hostname()
	}
	payload, err := json.Marshal(claims{
		Expires: s.now().Add(s.tokens.lifetime).Unix(), Issuer: "urn:windows:liveid", Aud: domain, UserID: u.LoginID,
		Version: 1, AppURI: "appid://" + client.ID, AppID: client.ID,
	})
	if err != nil {
		return ""
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","kid":"0","typ":"JWT"}`)) + "." + encode(payload)
	key := sha256.Sum256([]byte(client.Secret + "JWTSig"))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

func (c *call) tokenError(e oauthError) {
	c.Code = e.code
	c.writeOAuth(http.StatusBadRequest, oauthErrorJSON{e.code, e.description})
}

// writeOAuth writes compact JSON: the login host was another program than the API host.
func (c *call) writeOAuth(status int, v any) {
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

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
