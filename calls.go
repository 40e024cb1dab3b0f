package liveconnect

import (
	"context"
	"fmt"
	"net/http"
)

// The calls that many objects have. In the names of the arguments, an item is anything in a drive.

// get makes GET of an object.
func get[T any](ctx context.Context, s *service, op string, path urlPath) (*T, error) {
	return object[T](ctx, s, request{op: op, method: http.MethodGet, path: path})
}

// checked is the body of a request that tells what is wrong with it; a nil one is.
type checked interface{ validate() error }

// send makes a call with a JSON body whose answer is the whole object.
func send[T any](ctx context.Context, s *service, op, method string, path urlPath, content checked) (*T, error) {
	r := request{op: op, method: method, path: path}
	if r.check(content.validate()) {
		r.setJSON(content)
	}
	return object[T](ctx, s, r)
}

// typedItem is an item that knows of which types it can be.
type typedItem interface {
	Item
	canBe(ItemType) bool
}

// object makes a call whose answer is one object, and does not take an answer without an id for one.
func object[T any](ctx context.Context, s *service, r request) (*T, error) {
	found, err := fetch[T](ctx, s, r)
	if err != nil {
		return nil, err
	}
	if known, ok := any(found).(interface{ id() string }); ok && known.id() == "" {
		return nil, &Error{Op: r.op, Err: fmt.Errorf("%w: an object without an id", ErrUnexpectedContent)}
	}
	if item, ok := any(found).(typedItem); ok && !item.canBe(item.Info().Type) {
		return nil, &Error{Op: r.op, Err: fmt.Errorf("%w: the item is of type %q", ErrUnexpectedContent, item.Info().Type)}
	}
	return found, nil
}

// update makes PUT of an object.
func update[T any](ctx context.Context, s *service, op string, path urlPath, change checked) (*T, error) {
	return send[T](ctx, s, op, http.MethodPut, path, change)
}

// remove makes DELETE of an object.
func remove(ctx context.Context, s *service, op string, path urlPath) error {
	return s.call(ctx, request{op: op, method: http.MethodDelete, path: path}, nil)
}

// link asks for the address behind a redirect: GET …?suppress_redirects=true.
func link(ctx context.Context, s *service, r request) (string, error) {
	r.method = http.MethodGet
	r.extra = map[string][]string{"suppress_redirects": {"true"}}
	answer, err := fetch[struct {
		Location string `json:"location"`
	}](ctx, s, r)
	if err != nil {
		return "", err
	}
	if answer.Location == "" {
		return "", &Error{Op: r.op, Err: fmt.Errorf("%w: no location in the answer", ErrUnexpectedContent)}
	}
	return answer.Location, nil
}
