package login

import (
	"context"
	"errors"
	"time"
)

// Token is what a client gets to work with.
type Token struct {
	AccessToken  string
	RefreshToken string // empty without wl.offline_access
	UserID       string // 32 hex digits: the login host's id of the user, not the cid of the API
	ExpiresIn    time.Duration
	Scope        string // the granted scopes, separated by blanks
}

// Errors of a Keeper. Any other means that it cannot be asked at the moment.
var (
	ErrUnknownToken = errors.New("the token is not valid")
	ErrExpiredToken = errors.New("the token has expired")
)

// Keeper gives out tokens and codes, and knows what they stand for. Whether it remembers them, or seals into each all
// that it stands for and remembers nothing, is its own affair; what the second kind cannot promise is marked below.
// It is safe for concurrent use.
type Keeper interface {
	// Issue gives an access token for a grant, and a refresh token if the grant has wl.offline_access and renewable is
	// set. Both are good when it returns, and stay so if the process ends. The UserID is left to the caller, and the
	// grant's own Expires has no meaning.
	Issue(ctx context.Context, g Grant, renewable bool) (Token, error)
	// Lookup finds what an access token stands for. ErrUnknownToken, ErrExpiredToken.
	Lookup(ctx context.Context, access string) (Grant, error)

	// Code gives a code that stands for a grant for some minutes.
	Code(ctx context.Context, g Grant) (string, error)
	// Redeem finds what a code stands for. ErrUnknownToken, also of one that is too old. A keeper that remembers takes
	// a code once, whether that was right or not.
	Redeem(ctx context.Context, code string) (Grant, error)

	// Renewable finds what a refresh token stands for, even if it has expired, and does not use it up. ErrUnknownToken.
	Renewable(ctx context.Context, refresh string) (Grant, error)
	// Refresh exchanges a refresh token, which must be the client's own, for a new pair. The access token is for the
	// scopes asked for (see ScopeSet.Narrow) and the Grant says which these are; the refresh token keeps the whole
	// grant. ErrUnknownToken. A keeper that remembers takes a refresh token once.
	Refresh(ctx context.Context, refresh, client string, scopes []string) (Grant, Token, error)

	// Revoke ends the life of a token: an access token has expired, a refresh token is unknown. A keeper that remembers
	// nothing returns errors.ErrUnsupported.
	Revoke(ctx context.Context, token string) error
}
