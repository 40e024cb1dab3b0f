package api

import (
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// knownScopes are those that an application may ask for. Where a scope includes others, they follow it: the
// documents say that the contacts_* scopes cover one's own data too; that writing includes reading is inferred from
// clients that ask for nothing else.
func knownScopes() map[string][]string {
	return map[string][]string{
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
}

// scopeSet is what a token allows.
type scopeSet struct {
	granted []string        // as asked for, in that order: clients compare it with what they asked
	allowed map[string]bool // with everything included
}

func newScopeSet(granted []string) scopeSet {
	known := knownScopes()
	set := scopeSet{granted: granted, allowed: make(map[string]bool, len(granted)*2)}
	for _, s := range granted {
		set.allowed[s] = true
		for _, included := range known[s] {
			set.allowed[included] = true
		}
	}
	return set
}

// has tells whether the token has this scope or one that includes it.
func (s scopeSet) has(scope string) bool { return s.allowed[scope] }

// hasAny tells whether it has one of them; no scopes at all are always there.
func (s scopeSet) hasAny(scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, s.has)
}

func (s scopeSet) text() string { return strings.Join(s.granted, " ") }

// splitScopes reads the scope parameter. The documents separate by blanks, several clients by commas.
func splitScopes(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' }) {
		if s = strings.ToLower(s); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// readScopes are the scopes that let a token read an item of this kind.
func readScopes(kind backend.Kind, own bool) []string {
	switch {
	case kind == backend.KindFile || kind == backend.KindNotebook:
		if own {
			return []string{"wl.skydrive"}
		}
		return []string{"wl.contacts_skydrive"}
	case own:
		return []string{"wl.photos", "wl.skydrive"}
	}
	return []string{"wl.contacts_photos", "wl.contacts_skydrive"}
}
