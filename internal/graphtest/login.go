package graphtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// login answers for login.microsoftonline.com.
func (c *call) login() (*answer, error) {
	parts := strings.Split(strings.Trim(c.r.URL.Path, "/"), "/")
	tenant, path := parts[0], strings.Join(parts[1:], "/")
	if !slices.Contains([]string{"consumers", "common", consumersTenant}, tenant) {
		return nil, oauth("invalid_request", 90002, "Tenant '%s' not found. Only personal accounts are here: use consumers or common.", tenant)
	}
	c.entry.operation(c.r.Method + " " + path)
	switch c.r.Method + " " + path {
	case "GET oauth2/v2.0/authorize":
		return c.authorizePage()
	case "POST oauth2/v2.0/token":
		return c.tokenEndpoint()
	case "POST oauth2/v2.0/devicecode":
		return c.deviceCode()
	case "GET v2.0/.well-known/openid-configuration":
		return ok(c.openIDConfiguration()), nil
	case "GET discovery/v2.0/keys":
		return c.signingKeys()
	}
	return nil, fail(http.StatusNotFound, codeItemNotFound, "There is nothing at this path.")
}

// authorizePage is where a person signs in and consents: here somebody has done both already.
func (c *call) authorizePage() (*answer, error) {
	q := c.r.URL.Query()
	app, known := c.service.set.clients[q.Get("client_id")]
	if !known {
		return nil, oauth("unauthorized_client", 700016, "Application with identifier '%s' was not found in the directory.", q.Get("client_id"))
	}
	target, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !allowedRedirect(app, target) {
		return nil, oauth("invalid_request", 50011, "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application.", q.Get("redirect_uri"))
	}
	back := url.Values{}
	if state := q.Get("state"); state != "" {
		back.Set("state", state)
	}
	code, refusal := c.consent(q)
	if refusal != nil {
		back.Set("error", refusal.code)
		back.Set("error_description", refusal.message)
	} else {
		back.Set("code", code)
	}
	if mode := q.Get("response_mode"); mode == "fragment" {
		target.Fragment = back.Encode()
	} else {
		query := target.Query()
		for name, values := range back {
			query[name] = values
		}
		target.RawQuery = query.Encode()
	}
	return redirect(http.StatusFound, target.String()), nil
}

// allowedRedirect compares as Microsoft does: the port of a loopback address does not count.
func allowedRedirect(app client, target *url.URL) bool {
	return slices.ContainsFunc(app.redirects, func(allowed string) bool {
		u, err := url.Parse(allowed)
		if err != nil {
			return false
		}
		loopback := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
		return u.Scheme == target.Scheme && u.Path == target.Path && (u.Host == target.Host || loopback && u.Hostname() == target.Hostname())
	})
}

// consent checks what an application asks for, and makes the code.
func (c *call) consent(q url.Values) (code string, refusal *oauthError) {
	scopes, refusal := parseScopes(q.Get("scope"))
	user := c.whoSignsIn(q.Get("login_hint"))
	switch method := q.Get("code_challenge_method"); {
	case refusal != nil:
		return "", refusal
	case q.Get("response_type") != "code":
		return "", oauth("unsupported_response_type", 700054, "response_type 'code' is the only one here.")
	case c.r.URL.Query().Has("code_challenge") && method != "S256":
		return "", oauth("invalid_request", 501481, "The code_challenge_method has to be S256.")
	case user == "":
		return "", oauth("access_denied", 65004, "The user has denied access to the scope requested by the client app.")
	}
	code = newSecret("M.C5")
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	put(&c.tokens.codes, code, &grant{
		client: q.Get("client_id"), user: user, scopes: scopes, nonce: q.Get("nonce"), redirect: q.Get("redirect_uri"),
		challenge: q.Get("code_challenge"), expires: c.now().Add(codeLife),
	})
	return code, nil
}

// whoSignsIn is the account of a hint, or the one that is set to sign in; nobody if the consent is denied.
func (c *call) whoSignsIn(hint string) string {
	c.mu.RLock()
	user := c.signedIn
	c.mu.RUnlock()
	if hint == "" || user == "" {
		return user
	}
	users, _ := backend.All(c.backend.AllUsers(c.ctx(), backend.Page{}))
	for _, u := range users {
		if strings.EqualFold(hint, principalName(u)) || strings.EqualFold(hint, u.ID) {
			return u.ID
		}
	}
	return user
}

// deviceCode begins a sign-in without a browser.
func (c *call) deviceCode() (*answer, error) {
	if _, err := c.clientOf(c.r.PostFormValue("client_id"), ""); err != nil {
		return nil, err
	}
	scopes, refusal := parseScopes(c.r.PostFormValue("scope"))
	if refusal != nil {
		return nil, refusal
	}
	code, userCode := newSecret(""), strings.ToUpper(newUUID()[:8])
	c.tokens.mu.Lock()
	put(&c.tokens.devices, code, &device{
		grant:    grant{client: c.r.PostFormValue("client_id"), scopes: scopes},
		userCode: userCode, expires: c.now().Add(deviceLife),
	})
	c.tokens.mu.Unlock()
	page := c.origins.login + "/common/oauth2/deviceauth"
	return ok(object{
		"device_code": code, "user_code": userCode, "verification_uri": page, "expires_in": int(deviceLife.Seconds()),
		"interval": c.service.set.deviceInterval, "message": "To sign in, use a web browser to open the page " + page + " and enter the code " + userCode + " to authenticate.",
	}), nil
}

// decideDevice is what somebody enters at the page for user codes: an account, or none to decline.
func (s *service) decideDevice(userCode, user string) bool {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	for _, d := range s.tokens.devices {
		if d.userCode == userCode {
			d.user, d.declined = user, user == ""
			return true
		}
	}
	return false
}
