package graph

import (
	"context"
	"errors"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	service "github.com/go-liveconnect/liveconnect/internal/service/graph"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
)

// bearers is the keeper of tokens that are Graph's own: it gives none out.
type bearers struct {
	accounts *service.Backend
	scopes   login.ScopeSet
}

func newBearers(accounts *service.Backend, scopes []liveconnect.Scope) bearers {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	return bearers{accounts, login.NewScopeSet(names)}
}

// Lookup asks Graph whose token it is.
func (b bearers) Lookup(ctx context.Context, access string) (login.Grant, error) {
	cid, err := b.accounts.Account(backend.WithCredential(ctx, access))
	if failed, ok := errors.AsType[*backend.RemoteError](err); ok {
		switch failed.Failure {
		case backend.FailedExpired:
			return login.Grant{}, login.ErrExpiredToken
		case backend.FailedToken:
			return login.Grant{}, login.ErrUnknownToken
		}
	}
	if err != nil {
		return login.Grant{}, err
	}
	return login.Grant{User: cid, Scopes: b.scopes, Credential: access}, nil
}

// errSignIn is the answer to whatever a program does at the login host, which is not played here.
var errSignIn = errors.New("tokens come from Microsoft's own pages: see graph.OAuthConfig")

func (bearers) Issue(context.Context, login.Grant, bool) (login.Token, error) {
	return login.Token{}, errSignIn
}

func (bearers) Code(context.Context, login.Grant) (string, error) { return "", errSignIn }

func (bearers) Redeem(context.Context, string) (login.Grant, error) {
	return login.Grant{}, login.ErrUnknownToken
}

func (bearers) Renewable(context.Context, string) (login.Grant, error) {
	return login.Grant{}, login.ErrUnknownToken
}

func (bearers) Refresh(context.Context, string, string, []string) (login.Grant, login.Token, error) {
	return login.Grant{}, login.Token{}, login.ErrUnknownToken
}

func (bearers) Revoke(context.Context, string) error { return errors.ErrUnsupported }
