package backend

import "time"

// GrantStore keeps the access and refresh tokens that were given out, so that they outlive the process. Codes are not
// kept: they are good for some minutes, and whoever signs in can begin again.
type GrantStore interface {
	// Grants gives all that is kept.
	Grants() ([]Grant, error)
	// SaveGrants keeps some grants, in the place of those with the same tokens, and forgets those with other tokens: all
	// of that or nothing. It returns when that is durable.
	SaveGrants(grants []Grant, forget []string) error
}

// Grant is what a user allowed a client, and the token for it.
type Grant struct {
	Token    string
	Renews   bool // a refresh token; otherwise an access token
	Client   string
	User     string // cid
	Scopes   []string
	Redirect string // where the browser was sent; empty if there was none
	Expires  time.Time
}
