package graph

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/endpoints"

	"github.com/go-liveconnect/liveconnect"
)

// graphScopes are the scopes of Graph for those of Live Connect. wl.emails is not Mail.Read, whatever Microsoft's table
// says: that would open all mail.
var graphScopes = map[liveconnect.Scope][]string{
	liveconnect.ScopeBasic:             {"User.Read", "Contacts.Read"},
	liveconnect.ScopeSignIn:            {"openid"},
	liveconnect.ScopeOfflineAccess:     {"offline_access"},
	liveconnect.ScopeEmails:            {"email", "User.Read"},
	liveconnect.ScopeSkyDrive:          {"Files.Read"},
	liveconnect.ScopePhotos:            {"Files.Read"},
	liveconnect.ScopeSkyDriveUpdate:    {"Files.ReadWrite"},
	liveconnect.ScopeContactsSkyDrive:  {"Files.ReadWrite.All"},
	liveconnect.ScopeContactsPhotos:    {"Contacts.Read"},
	liveconnect.ScopeContactsCreate:    {"Contacts.ReadWrite"},
	liveconnect.ScopeContactsUpdate:    {"Contacts.ReadWrite"},
	liveconnect.ScopeContactsEmails:    {"Contacts.Read"},
	liveconnect.ScopeContactsBirthday:  {"Contacts.Read"},
	liveconnect.ScopeContactsCalendars: {"Calendars.Read.Shared"},
	liveconnect.ScopeCalendars:         {"Calendars.Read"},
	liveconnect.ScopeCalendarsUpdate:   {"Calendars.ReadWrite"},
	liveconnect.ScopeEventsCreate:      {"Calendars.ReadWrite"},
	liveconnect.ScopeOneNoteCreate:     {"Notes.ReadWrite"},
}

// allScopes are those that Graph has something for.
var allScopes = []liveconnect.Scope{
	liveconnect.ScopeBasic, liveconnect.ScopeSignIn, liveconnect.ScopeOfflineAccess, liveconnect.ScopeEmails, liveconnect.ScopeBirthday,
	liveconnect.ScopePhoneNumbers, liveconnect.ScopePostalAddresses, liveconnect.ScopeWorkProfile, liveconnect.ScopeShare,
	liveconnect.ScopeSkyDrive, liveconnect.ScopePhotos, liveconnect.ScopeSkyDriveUpdate, liveconnect.ScopeContactsSkyDrive,
	liveconnect.ScopeContactsPhotos, liveconnect.ScopeContactsCreate, liveconnect.ScopeContactsUpdate, liveconnect.ScopeContactsEmails,
	liveconnect.ScopeContactsBirthday, liveconnect.ScopeContactsCalendars, liveconnect.ScopeCalendars, liveconnect.ScopeCalendarsUpdate,
	liveconnect.ScopeEventsCreate, liveconnect.ScopeApplications, liveconnect.ScopeApplicationsCreate,
}

// Scopes translates scopes of Live Connect into Graph's, each once. Those that Graph has nothing for are left out, and
// User.Read is always there.
func Scopes(scopes ...liveconnect.Scope) []string {
	out := []string{"User.Read"}
	for _, scope := range scopes {
		for _, name := range graphScopes[scope] {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// OAuthConfig returns the configuration for signing in at Microsoft with a personal account and an application that you have
// registered there, see docs/graph.md. The scopes are those of Live Connect, translated. A web application sets the
// ClientSecret; everybody adds oauth2.S256ChallengeOption to the AuthCodeURL.
//
// Tokens of Live Connect are of no use here: the user consents once more.
func OAuthConfig(clientID, redirectURL string, scopes ...liveconnect.Scope) *oauth2.Config {
	return &oauth2.Config{
		ClientID: clientID, RedirectURL: redirectURL, Endpoint: endpoints.AzureAD("consumers"), Scopes: Scopes(scopes...),
	}
}

// SignIn signs in without a browser on this machine: show tells the person which page to open and what to enter there. It
// waits until that is done, declined, or too late.
func SignIn(ctx context.Context, conf *oauth2.Config, show func(page, code string)) (*oauth2.Token, error) {
	device, err := conf.DeviceAuth(ctx)
	if err != nil {
		return nil, fmt.Errorf("graph: sign in: %w", err)
	}
	show(device.VerificationURI, device.UserCode)
	token, err := conf.DeviceAccessToken(ctx, device)
	if err != nil {
		return nil, fmt.Errorf("graph: sign in: %w", err)
	}
	return token, nil
}
