package liveconnect

import (
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// DesktopRedirectURL is the redirect URL of programs that have no web site: a blank page whose address carries the code.
const DesktopRedirectURL = DefaultLoginURL + "/oauth20_desktop.srf"

// OAuthConfig returns the configuration for signing in at Microsoft's host, https://login.live.com: the authorization
// code flow of the reference page "OAuth 2.0". Send the user to its AuthCodeURL (GET /oauth20_authorize.srf), pass the
// code to its Exchange (POST /oauth20_token.srf, as for each refresh), and its Client to [NewClient]. Ask for
// [ScopeOfflineAccess] if the program should outlive the hour of an access token.
//
// Mobile and desktop programs use [DesktopRedirectURL] and no secret. To sign in at an emulator, set the Endpoint to
// [OAuthEndpoint] of its login URL.
func OAuthConfig(clientID, secret, redirectURL string, scopes ...Scope) *oauth2.Config {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	return &oauth2.Config{
		ClientID:     clientID,
		ClientSecret: secret,
		RedirectURL:  redirectURL,
		Scopes:       names,
		Endpoint:     OAuthEndpoint(DefaultLoginURL),
	}
}

// OAuthEndpoint returns the sign-in pages of a login host, such as [DefaultLoginURL].
func OAuthEndpoint(loginURL string) oauth2.Endpoint {
	loginURL = strings.TrimRight(loginURL, "/")
	return oauth2.Endpoint{
		AuthURL:   loginURL + "/oauth20_authorize.srf",
		TokenURL:  loginURL + "/oauth20_token.srf",
		AuthStyle: oauth2.AuthStyleInParams,
	}
}

// LogoutURL returns the page that signs the user out of a login host and goes on to redirectURL: GET
// /oauth20_logout.srf. Send the user's browser there.
func LogoutURL(loginURL, clientID, redirectURL string) string {
	query := url.Values{"client_id": {clientID}, "redirect_uri": {redirectURL}}
	return strings.TrimRight(loginURL, "/") + "/oauth20_logout.srf?" + query.Encode()
}
