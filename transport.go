package liveconnect

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"golang.org/x/oauth2"
)

// maxWrappers is how many transports around each other are taken apart.
const maxWrappers = 32

// withoutOAuth takes oauth2's transports out of a chain of them. It returns the chain without them, and the token source
// of the innermost, which is the one whose token would have been sent; both nil where there is none. A wrapper over nothing
// gets the fallback.
func withoutOAuth(transport, fallback http.RoundTripper, depth int) (http.RoundTripper, oauth2.TokenSource, error) {
	if depth == 0 {
		return nil, nil, errors.New("the HTTP client's transports lead in a circle, or are too many around each other")
	}
	if oauth, ok := transport.(*oauth2.Transport); ok {
		if oauth == nil || oauth.Source == nil {
			return nil, nil, errors.New("the HTTP client's oauth2 transport has no token source")
		}
		base, source, err := withoutOAuth(oauth.Base, fallback, depth-1)
		if source == nil {
			source = oauth.Source
		}
		return base, source, err
	}
	wrapper, ok := transport.(interface{ Unwrap() http.RoundTripper })
	if !ok {
		return transport, nil, refuseHidden(transport)
	}
	base, source, err := withoutOAuth(wrapper.Unwrap(), fallback, depth-1)
	if err != nil || source == nil {
		return transport, nil, err
	}
	rewrapper, ok := transport.(interface {
		Rewrap(base http.RoundTripper) http.RoundTripper
	})
	if !ok {
		return nil, nil, hiddenError(transport)
	}
	if base == nil {
		base = fallback
	}
	wrapped := rewrapper.Rewrap(base)
	if wrapped == nil || wrapped == transport {
		return nil, nil, fmt.Errorf("the Rewrap method of the HTTP client's transport %T gives no new transport", transport)
	}
	return wrapped, source, refuseHidden(wrapped)
}

func hiddenError(transport http.RoundTripper) error {
	return fmt.Errorf("the HTTP client's transport %T lies over one of oauth2, which would send the token to every host: "+
		"put it below, as the Base of the oauth2.Transport, or give it a method Rewrap(base http.RoundTripper) http.RoundTripper next to its Unwrap", transport)
}

// refuseHidden refuses a transport of the caller's in which one of oauth2 can be seen.
func refuseHidden(transport http.RoundTripper) error {
	if transport != nil && holdsOAuth(reflect.ValueOf(transport), map[uintptr]bool{}, maxWrappers) {
		return hiddenError(transport)
	}
	return nil
}

var (
	oauthType        = reflect.TypeFor[oauth2.Transport]()
	plainType        = reflect.TypeFor[http.Transport]()
	roundTripperType = reflect.TypeFor[http.RoundTripper]()
	httpPackage      = plainType.PkgPath()
)

// holdsOAuth looks for an oauth2 transport in the fields of a transport, those of HTTP clients and lists included. What
// a function has closed over cannot be seen.
func holdsOAuth(v reflect.Value, seen map[uintptr]bool, depth int) bool {
	if depth == 0 {
		return false
	}
	switch v.Kind() {
	case reflect.Interface:
		return holdsOAuth(v.Elem(), seen, depth-1)
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return false
		}
		seen[v.Pointer()] = true
		return holdsOAuth(v.Elem(), seen, depth-1)
	case reflect.Struct:
		if v.Type() == oauthType {
			return true
		}
		if v.Type() == plainType {
			return false
		}
		for i := range v.NumField() {
			if mayHold(v.Field(i).Type()) && holdsOAuth(v.Field(i), seen, depth-1) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range min(v.Len(), maxWrappers) {
			if holdsOAuth(v.Index(i), seen, depth-1) {
				return true
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if holdsOAuth(entries.Value(), seen, depth-1) {
				return true
			}
		}
	}
	return false
}

// mayHold reports whether a field may lead to a transport: other fields may be written by somebody else meanwhile.
func mayHold(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return t.NumMethod() == 0 || t.Implements(roundTripperType) || roundTripperType.Implements(t)
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return t.Implements(roundTripperType) || mayHold(t.Elem())
	case reflect.Struct:
		return t.PkgPath() != httpPackage && t.PkgPath() != "sync" || t == reflect.TypeFor[http.Client]()
	}
	return false
}

// errForeignToken is for a transport that sets a token where none was, behind a function that cannot be looked into.
var errForeignToken = errors.New("the HTTP client's transport sets a token by itself, and would send it to the host of the redirect too; nothing was sent on. " +
	"Give the token with WithTokenSource, or an oauth2 client with its own transports below oauth2's, as the Base")

// setsToken reports whether a redirected request was sent with a token that this package has not set, as far as the
// transport tells.
func setsToken(redirected, sent *http.Request) bool {
	if redirected.Response == nil || redirected.Response.Request == nil {
		return false
	}
	got := redirected.Response.Request.Header.Get("Authorization")
	return got != "" && got != sent.Header.Get("Authorization")
}
