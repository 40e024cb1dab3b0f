// Package redact takes secrets out of what is shown to people: URLs and texts.
package redact

import (
	"net/url"
	"sort"
	"strings"
)

// Placeholder stands where a secret was.
const Placeholder = "REDACTED"

// URL writes u without user info, fragment, and the values of all query parameters but those that show allows. It
// never changes u.
func URL(u *url.URL, show func(parameter string) bool) string {
	if u == nil {
		return ""
	}
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return plain.String() + query(u.Query(), show)
}

// Origin writes no more of u than scheme and host: for links whose path is itself a key.
func Origin(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/" + Placeholder
}

func query(values url.Values, show func(string) bool) string {
	if len(values) == 0 {
		return ""
	}
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	var b strings.Builder
	for i, key := range keys {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(url.QueryEscape(key))
		b.WriteByte('=')
		if !show(key) {
			b.WriteString(Placeholder)
			continue
		}
		b.WriteString(url.QueryEscape(values.Get(key)))
	}
	return b.String()
}
