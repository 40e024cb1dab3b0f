package graphtest

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// knownScopes are those of what is played, and of OpenID Connect.
var knownScopes = []string{
	"openid", "profile", "email", "offline_access",
	"Files.Read", "Files.ReadWrite", "Files.Read.All", "Files.ReadWrite.All", "Calendars.Read", "Calendars.ReadWrite", "Calendars.Read.Shared",
	"Contacts.Read", "Contacts.ReadWrite", "User.Read", "User.ReadWrite", "Notes.ReadWrite",
}

// parseScopes reads a list of scopes. Those of Graph may have its address before them.
func parseScopes(text string) ([]string, *oauthError) {
	var scopes []string
	for scope := range strings.FieldsSeq(text) {
		short := strings.TrimPrefix(scope, "https://graph.microsoft.com/")
		i := slices.IndexFunc(knownScopes, func(known string) bool { return strings.EqualFold(known, short) })
		if i < 0 {
			return nil, oauth("invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid. The scope '%s' does not exist.", scope)
		}
		if !slices.Contains(scopes, knownScopes[i]) {
			scopes = append(scopes, knownScopes[i])
		}
	}
	if len(scopes) == 0 {
		return nil, oauth("invalid_request", 900144, "The request body must contain the following parameter: 'scope'.")
	}
	return scopes, nil
}

// proves reports whether a verifier belongs to a challenge.
func proves(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:]) == challenge
}
