package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// What programs around a Server need to know of the protocol.

// Host is one of the hosts that a Server plays.
type Host string

// The hosts.
const (
	HostAPI     Host = "api"     // apis.live.net
	HostLogin   Host = "login"   // login.live.com
	HostStorage Host = "storage" // downloads, pictures, upload sessions
)

// HostOf tells which host a request is for. All are on one port, so the path decides.
func HostOf(r *http.Request) Host {
	segments := wire.SplitPath(r.URL.EscapedPath())
	if len(segments) == 0 {
		return HostAPI
	}
	_, isLogin := loginPages()[strings.ToLower(segments[0])]
	switch {
	case strings.HasPrefix(segments[0], linkPrefix), isBITS(segments):
		return HostStorage
	case isLogin:
		return HostLogin
	}
	return HostAPI
}

// CheckName tells why a file or folder cannot have a name, if it cannot.
func CheckName(name string) error {
	return wire.CheckFileName(name)
}

// AdoptToken makes a token that another Server gave out good here, for as long as a new one would be. So a server can
// be put back to its start without signing its clients out.
func (s *Server) AdoptToken(ctx context.Context, clientID, userID string, token Token) error {
	user, err := s.backend.User(ctx, strings.ToLower(userID))
	if err != nil {
		return fmt.Errorf("api: adopt a token of %q: %w", userID, err)
	}
	g := grant{client: clientID, user: user.ID, scopes: newScopeSet(splitScopes(token.Scope))}
	return s.tokens.adopt(g, token)
}

// adopt takes a token that was issued elsewhere.
func (t *tokens) adopt(g grant, token Token) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.keep(g, g, token.AccessToken, token.RefreshToken)
}

// IsScope tells whether there is a scope of this name.
func IsScope(name string) bool {
	_, ok := knownScopes()[name]
	return ok
}

// ItemID is an item's id as the API writes it.
func ItemID(item backend.Item) string { return wire.ItemID(item) }
