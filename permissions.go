package liveconnect

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
)

// Permissions are the scopes that a user has consented to.
type Permissions map[Scope]struct{}

// Has reports whether the user has consented to all of these scopes. It goes by their names: wl.skydrive_update does not
// stand for wl.skydrive here, though the service lets who may write read.
func (p Permissions) Has(scopes ...Scope) bool { return len(p.Missing(scopes...)) == 0 }

// Missing returns those of the scopes that the user has not consented to: what to ask for when signing in again.
func (p Permissions) Missing(scopes ...Scope) []Scope {
	return slices.DeleteFunc(slices.Clone(scopes), func(scope Scope) bool {
		_, granted := p[scope]
		return granted
	})
}

// Scopes returns all scopes in alphabetical order.
func (p Permissions) Scopes() []Scope { return slices.Sorted(maps.Keys(p)) }

// wirePermissions are permissions as the service writes them: a list of one object, with 1 for each scope.
type wirePermissions struct {
	Data []map[Scope]json.RawMessage `json:"data"`
}

// PermissionsService is for what users have consented to: [Client.Permissions].
type PermissionsService service

// Get returns the scopes that a user has consented to: GET /USER_ID/permissions, any token. [Me] is the signed-in user.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Permissions object".
func (s *PermissionsService) Get(ctx context.Context, userID string) (Permissions, error) {
	const op = "Permissions.Get"
	answer, err := fetch[wirePermissions](ctx, (*service)(s), request{
		op: op, method: http.MethodGet, path: objectPath("user id", userID).add("permissions"),
	})
	if err != nil {
		return nil, err
	}
	if answer.Data == nil {
		return nil, &Error{Op: op, Err: errNotAList}
	}
	granted := Permissions{}
	for _, scopes := range answer.Data {
		for scope, value := range scopes {
			switch string(value) {
			case "0", `"0"`, "false", "null":
			default:
				granted[scope] = struct{}{}
			}
		}
	}
	return granted, nil
}
