package graphtest

import (
	"net/http"
	"slices"
	"strings"
)

// clientOf finds the application that a call is from, and checks its secret if it has one.
func (c *call) clientOf(id, secret string) (client, error) {
	app, known := c.service.set.clients[id]
	if !known {
		return app, oauth("unauthorized_client", 700016, "Application with identifier '%s' was not found in the directory.", id)
	}
	if secret != "" && secret != app.secret {
		return app, &oauthError{http.StatusUnauthorized, "invalid_client", "Invalid client secret provided.", 7000215}
	}
	return app, nil
}

// tokenEndpoint exchanges codes and refresh tokens.
func (c *call) tokenEndpoint() (*answer, error) {
	id, secret, basic := c.r.BasicAuth()
	if !basic {
		id, secret = c.r.PostFormValue("client_id"), c.r.PostFormValue("client_secret")
	}
	app, err := c.clientOf(id, secret)
	if err != nil {
		return nil, err
	}
	var g grant
	switch kind := c.r.PostFormValue("grant_type"); kind {
	case "authorization_code":
		g, err = c.redeemCode(app, secret)
	case "refresh_token":
		g, err = c.redeemRefresh(app, secret)
	case "urn:ietf:params:oauth:grant-type:device_code", "device_code":
		g, err = c.redeemDevice(app)
	default:
		err = oauth("unsupported_grant_type", 70003, "The app requested an unsupported grant type '%s'.", kind)
	}
	if err != nil {
		return nil, err
	}
	return c.answerTokens(g)
}

// needsSecret refuses a confidential client that does not show its secret.
func needsSecret(app client, secret string) error {
	if app.secret != "" && secret == "" {
		return &oauthError{http.StatusUnauthorized, "invalid_client", "The request body must contain the following parameter: 'client_secret'.", 7000218}
	}
	return nil
}

func (c *call) redeemCode(app client, secret string) (grant, error) {
	if err := needsSecret(app, secret); err != nil {
		return grant{}, err
	}
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	g := c.tokens.codes[c.r.PostFormValue("code")]
	switch verifier := c.r.PostFormValue("code_verifier"); {
	case g == nil || g.client != app.id:
		return grant{}, oauth("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
	case g.used:
		return grant{}, oauth("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.")
	case c.now().After(g.expires):
		return grant{}, oauth("invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.")
	case g.redirect != c.r.PostFormValue("redirect_uri"):
		return grant{}, oauth("invalid_grant", 50011, "The redirect URI specified in the request does not match that of the authorization code.")
	case g.challenge != "" && !proves(verifier, g.challenge), g.challenge == "" && verifier != "":
		return grant{}, oauth("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.")
	}
	g.used = true
	return *g, nil
}

func (c *call) redeemRefresh(app client, secret string) (grant, error) {
	if err := needsSecret(app, secret); err != nil {
		return grant{}, err
	}
	token := c.r.PostFormValue("refresh_token")
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	g := c.tokens.refreshs[token]
	if g == nil || g.client != app.id || c.now().After(g.expires) {
		return grant{}, oauth("invalid_grant", 70000, "The provided value for the 'code' or 'refresh_token' parameter is not valid.")
	}
	if c.service.set.oneTimeRefresh {
		delete(c.tokens.refreshs, token)
	}
	narrowed := *g
	narrowed.nonce = ""
	if asked := c.r.PostFormValue("scope"); asked != "" {
		scopes, refusal := parseScopes(asked)
		if refusal != nil {
			return grant{}, refusal
		}
		for _, scope := range scopes {
			if !slices.Contains(g.scopes, scope) {
				return grant{}, oauth("invalid_grant", 65001, "The user or administrator has not consented to use the application with the scope '%s'.", scope)
			}
		}
		narrowed.scopes = scopes
	}
	return narrowed, nil
}

func (c *call) redeemDevice(app client) (grant, error) {
	code := c.r.PostFormValue("device_code")
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	d := c.tokens.devices[code]
	switch {
	case d == nil || d.client != app.id:
		return grant{}, oauth("bad_verification_code", 70020, "The provided value for the input parameter 'device_code' is not valid.")
	case c.now().After(d.expires):
		return grant{}, oauth("expired_token", 70020, "The device code has expired.")
	case d.declined:
		return grant{}, oauth("authorization_declined", 70018, "The user denied the authorization request.")
	case d.user == "":
		return grant{}, oauth("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
	}
	delete(c.tokens.devices, code)
	return d.grant, nil
}

// answerTokens gives out tokens. A refresh token comes each time, and the one before stays good, as Microsoft's do; see
// [WithOneTimeRefreshTokens].
func (c *call) answerTokens(g grant) (*answer, error) {
	life := c.service.set.tokenLife
	access, refresh := c.tokens.issue(g, c.now(), life, slices.Contains(g.scopes, "offline_access"))
	granted := slices.DeleteFunc(slices.Clone(g.scopes), func(scope string) bool { return scope == "offline_access" })
	body := object{
		"token_type": "Bearer", "scope": strings.Join(granted, " "), "expires_in": int(life.Seconds()), "ext_expires_in": int(life.Seconds()),
		"access_token": access,
	}
	if refresh != "" {
		body["refresh_token"] = refresh
	}
	if slices.Contains(g.scopes, "openid") {
		token, err := c.idToken(g)
		if err != nil {
			return nil, err
		}
		body["id_token"] = token
	}
	a := ok(body)
	a.header = http.Header{"Cache-Control": {"no-store, no-cache"}, "Pragma": {"no-cache"}, "Content-Type": {"application/json; charset=utf-8"}}
	return a, nil
}
