package liveconnect

import (
	"context"
	"fmt"
	"net/http"
)

// The calls that many objects have. In the names of the arguments, an item is anything in a drive.

// get makes GET /ITEM_ID.
func get[T any](ctx context.Context, s *service, op, itemID string) (*T, error) {
	path, err := itemPath(itemID)
	return getAt[T](ctx, s, op, path, err)
}

// getAt makes GET of a path; err is what was found when the path was made.
func getAt[T any](ctx context.Context, s *service, op string, path urlPath, err error) (*T, error) {
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	return object[T](ctx, s, request{op: op, method: http.MethodGet, path: path})
}

// send makes a call with a JSON body whose answer is the whole object.
func send[T any](ctx context.Context, s *service, op, method string, path urlPath, content any) (*T, error) {
	encoded, err := newJSONBody(content)
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	return object[T](ctx, s, request{op: op, method: method, path: path, body: encoded})
}

// checked is the body of a request that tells what is wrong with it; a nil one is.
type checked interface{ validate() error }

// sendAt is send for a body that is checked first; err is what was found when the path was made.
func sendAt[T any](ctx context.Context, s *service, op, method string, path urlPath, err error, content checked) (*T, error) {
	if err == nil {
		err = content.validate()
	}
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	return send[T](ctx, s, op, method, path, content)
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
	return found, nil
}

// update makes PUT /ITEM_ID.
func update[T any](ctx context.Context, s *service, op, itemID string, change checked) (*T, error) {
	path, err := itemPath(itemID)
	return sendAt[T](ctx, s, op, http.MethodPut, path, err, change)
}

// remove makes DELETE /ITEM_ID.
func remove(ctx context.Context, s *service, op, itemID string) error {
	path, err := objectPath("item id", itemID)
	return removeAt(ctx, s, op, path, err)
}

// removeAt makes DELETE of a path; err is what was found when the path was made.
func removeAt(ctx context.Context, s *service, op string, path urlPath, err error) error {
	if err != nil {
		return invalidArgument(op, "%v", err)
	}
	return s.call(ctx, request{op: op, method: http.MethodDelete, path: path}, nil)
}

// link asks for the address behind a redirect: GET …?suppress_redirects=true.
func link(ctx context.Context, s *service, op string, path urlPath, params any) (string, error) {
	r := request{op: op, method: http.MethodGet, path: path, params: params}
	r.extra = map[string][]string{"suppress_redirects": {"true"}}
	answer, err := fetch[struct {
		Location string `json:"location"`
	}](ctx, s, r)
	if err != nil {
		return "", err
	}
	if answer.Location == "" {
		return "", &Error{Op: op, Err: fmt.Errorf("%w: no location in the answer", ErrUnexpectedContent)}
	}
	return answer.Location, nil
}
