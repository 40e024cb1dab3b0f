package liveconnect

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Scope is a permission that a user gives to an application when signing in.
type Scope string

// The scopes. Reading a user's own files needs ScopeSkyDrive, changing them ScopeSkyDriveUpdate, albums and photos
// alone ScopePhotos. (Reference page "Scopes and permissions"; the last one was seen in Microsoft's SDKs only.)
const (
	ScopeBasic         Scope = "wl.basic"          // profile and contact list, read
	ScopeSignIn        Scope = "wl.signin"         // sign in without asking again
	ScopeOfflineAccess Scope = "wl.offline_access" // a refresh token, so that access outlives the hour

	ScopeBirthday           Scope = "wl.birthday"            // the user's birth date
	ScopeCalendars          Scope = "wl.calendars"           // calendars and events, read
	ScopeCalendarsUpdate    Scope = "wl.calendars_update"    // calendars and events, read and write
	ScopeContactsBirthday   Scope = "wl.contacts_birthday"   // birth dates of the user and the contacts
	ScopeContactsCreate     Scope = "wl.contacts_create"     // add contacts
	ScopeContactsCalendars  Scope = "wl.contacts_calendars"  // calendars others share with the user
	ScopeContactsPhotos     Scope = "wl.contacts_photos"     // photos, videos, audio, albums others share with the user
	ScopeContactsSkyDrive   Scope = "wl.contacts_skydrive"   // files others share with the user
	ScopeContactsEmails     Scope = "wl.contacts_emails"     // the contacts' email addresses
	ScopeEmails             Scope = "wl.emails"              // the user's email addresses
	ScopeEventsCreate       Scope = "wl.events_create"       // add events to the default calendar
	ScopeMessenger          Scope = "wl.messenger"           // Messenger sign-in (XMPP)
	ScopeIMAP               Scope = "wl.imap"                // mail by IMAP and SMTP
	ScopePhoneNumbers       Scope = "wl.phone_numbers"       // the user's phone numbers
	ScopePhotos             Scope = "wl.photos"              // photos, videos, audio and albums, read
	ScopePostalAddresses    Scope = "wl.postal_addresses"    // the user's postal addresses
	ScopeShare              Scope = "wl.share"               // update the status message
	ScopeSkyDrive           Scope = "wl.skydrive"            // files, read
	ScopeSkyDriveUpdate     Scope = "wl.skydrive_update"     // files, read and write
	ScopeWorkProfile        Scope = "wl.work_profile"        // employer and position
	ScopeApplications       Scope = "wl.applications"        // the developer's client ids, read
	ScopeApplicationsCreate Scope = "wl.applications_create" // the developer's client ids, write
	ScopeOneNoteCreate      Scope = "office.onenote_create"  // add pages to OneNote
	ScopeContactsUpdate     Scope = "wl.contacts_update"     // change and delete contacts
)

// DesktopRedirectURL is the redirect URL of programs that have no web site: a blank page whose address carries the code.
const DesktopRedirectURL = DefaultLoginURL + "/oauth20_desktop.srf"

// OAuthConfig returns the configuration for signing in at Microsoft's host, https://login.live.com: the authorization
// code flow of the reference page "OAuth 2.0". Send the user to its AuthCodeURL, pass the code to its Exchange, and its
// Client to [NewClient]. Ask for [ScopeOfflineAccess] if the program should outlive the hour of an access token.
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

// origin is a scheme, host and port. A host that starts with "*." stands for every host with one name in place of the
// star.
type origin struct{ scheme, host, port string }

func parseOrigin(what, raw string) (origin, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return origin{}, fmt.Errorf("%s %q is not a URL", what, raw)
	}
	o := originOf(u)
	switch {
	case o.host == "" || o.scheme != "http" && o.scheme != "https":
		return origin{}, fmt.Errorf("%s %q: want a URL such as https://host", what, raw)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return origin{}, fmt.Errorf("%s for host %s: want no user, query or fragment", what, u.Host)
	case !o.secure():
		return origin{}, fmt.Errorf("%s %q: %w", what, raw, ErrInsecureURL)
	}
	return o, nil
}

func originOf(u *url.URL) origin {
	o := origin{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Hostname()), port: u.Port()}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.scheme]
	}
	return o
}

// secure tells whether nobody on the way can read what is sent.
func (o origin) secure() bool {
	if o.scheme == "https" {
		return true
	}
	ip := net.ParseIP(o.host)
	return o.scheme == "http" && (o.host == "localhost" || ip != nil && ip.IsLoopback())
}

func (o origin) matches(other origin) bool {
	if o.scheme != other.scheme || o.port != other.port {
		return false
	}
	suffix, wild := strings.CutPrefix(o.host, "*")
	if !wild {
		return o.host == other.host
	}
	name, found := strings.CutSuffix(other.host, suffix)
	return found && name != "" && !strings.Contains(name, ".")
}

// mayCarryToken is the one rule of where the access token goes: to the configured API, login and storage origins, over
// https or on this machine.
func (c *core) mayCarryToken(u *url.URL) bool {
	target := originOf(u)
	if !target.secure() {
		return false
	}
	for _, trusted := range c.trusted {
		if trusted.matches(target) {
			return true
		}
	}
	return false
}
