package login

import (
	"slices"
	"strings"
)

// knownScopes are those that an application may ask for. Where a scope includes others, they follow it: the
// documents say that the contacts_* scopes cover one's own data too; that writing includes reading is inferred from
// clients that ask for nothing else.
var knownScopes = map[string][]string{
	"wl.basic":               nil,
	"wl.signin":              nil,
	"wl.offline_access":      nil,
	"wl.birthday":            nil,
	"wl.calendars":           nil,
	"wl.calendars_update":    {"wl.calendars", "wl.events_create"},
	"wl.contacts_birthday":   {"wl.birthday"},
	"wl.contacts_calendars":  {"wl.calendars"},
	"wl.contacts_create":     nil,
	"wl.contacts_emails":     nil,
	"wl.contacts_photos":     {"wl.photos"},
	"wl.contacts_skydrive":   {"wl.skydrive", "wl.photos"},
	"wl.contacts_update":     nil,
	"wl.emails":              nil,
	"wl.events_create":       nil,
	"wl.imap":                nil,
	"wl.messenger":           nil,
	"wl.phone_numbers":       nil,
	"wl.photos":              nil,
	"wl.postal_addresses":    nil,
	"wl.share":               nil,
	"wl.skydrive":            {"wl.photos"},
	"wl.skydrive_update":     {"wl.skydrive", "wl.photos"},
	"wl.work_profile":        nil,
	"wl.applications":        nil,
	"wl.applications_create": {"wl.applications"},
	"office.onenote_create":  nil,
	"office.onenote":         nil,
	"office.onenote_update":  nil,
}

// ScopeSet is what a token allows.
type ScopeSet struct {
	granted []string        // as asked for, in that order: clients compare it with what they asked
	allowed map[string]bool // with everything included
}

// NewScopeSet is the set of these scopes and of what they include.
func NewScopeSet(granted []string) ScopeSet {
	set := ScopeSet{granted: granted, allowed: make(map[string]bool, len(granted)*2)}
	for _, s := range granted {
		set.allowed[s] = true
		for _, included := range knownScopes[s] {
			set.allowed[included] = true
		}
	}
	return set
}

// Has reports whether the token has this scope or one that includes it.
func (s ScopeSet) Has(scope string) bool { return s.allowed[scope] }

// HasAny reports whether it has one of them; no scopes at all are always there.
func (s ScopeSet) HasAny(scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, s.Has)
}

// String is how the scope parameter and the token endpoint write it.
func (s ScopeSet) String() string { return strings.Join(s.granted, " ") }

// Granted are the scopes as they were asked for, in that order.
func (s ScopeSet) Granted() []string { return s.granted }

// Narrow keeps the scopes that are asked for. None of them in it is the whole set: SDKs repeat what they like when they
// refresh a token.
func (s ScopeSet) Narrow(asked []string) ScopeSet {
	kept := slices.DeleteFunc(slices.Clone(s.granted), func(scope string) bool { return !slices.Contains(asked, scope) })
	if len(kept) == 0 {
		return s
	}
	return NewScopeSet(kept)
}

// IsScope reports whether there is a scope of this name.
func IsScope(name string) bool {
	_, ok := knownScopes[name]
	return ok
}

// SplitScopes reads the scope parameter. The documents separate by blanks, several clients by commas.
func SplitScopes(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' }) {
		if s = strings.ToLower(s); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
