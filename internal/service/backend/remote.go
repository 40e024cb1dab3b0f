package backend

import (
	"context"
	"fmt"
	"time"
)

// What a Backend in front of another service has no counterpart for.
var (
	// ErrNoCounterpart says that the other service has nothing of the kind, so that nothing can be written there.
	ErrNoCounterpart = fmt.Errorf("the service behind this one has nothing of the kind: %w", ErrNotFound)
	// ErrRetired is the same of a whole part of the API that is gone for good.
	ErrRetired = fmt.Errorf("this part of the API is gone, and the service behind this one has no other: %w", ErrNotFound)
)

// Remote is a Backend in front of another service, which has the content and its own links to it.
type Remote interface {
	// Albums lists what the owner's albums are there.
	Albums(ctx context.Context, owner string, query Query) (List[Item], error)
	// ShareURL makes the item's own link of a kind, "read", "edit" or "embed". html is for embed only.
	ShareURL(ctx context.Context, ref Ref, kind string) (url, html string, err error)
	// ItemByURL finds the item of a sharing link.
	ItemByURL(ctx context.Context, url string) (Item, error)
}

// Direct are links to an item's bytes at another service. They need no token.
type Direct struct {
	Content string
	// Pictures are the images there are, the smallest first.
	Pictures []Picture
}

// Picture is an image of an item.
type Picture struct {
	Box           int // pixels that it was made to fit into; 0 is the stored size
	Width, Height int
	URL           string
}

// Picture finds the image made for a box, or else the next larger one, or else the largest.
func (d *Direct) Picture(box int) (Picture, bool) {
	var found Picture
	for _, p := range d.Pictures {
		found = p
		if box > 0 && (p.Box >= box || p.Box == 0) {
			break
		}
	}
	return found, found.URL != ""
}

// Failure is why another service did not do what it was asked for.
type Failure string

// The failures.
const (
	FailedToken     Failure = "the token is not valid"
	FailedExpired   Failure = "the token has expired"
	FailedScope     Failure = "the token does not allow this"
	FailedRequest   Failure = "the request is not valid"
	FailedMethod    Failure = "the method is not allowed"
	FailedConflict  Failure = "the item was changed meanwhile"
	FailedTooLarge  Failure = "the request is too large"
	FailedLocked    Failure = "the item is locked"
	FailedThrottled Failure = "there were too many requests"
	FailedBusy      Failure = "the service is not available"
	FailedGateway   Failure = "the service could not be reached, or what it answered could not be understood"
	FailedInside    Failure = "the service failed"
)

// RemoteError is the failure of another service.
type RemoteError struct {
	Failure    Failure
	Detail     string        // for people; no secrets
	RetryAfter time.Duration // zero if it was not said
}

func (e *RemoteError) Error() string {
	if e.Detail == "" {
		return string(e.Failure)
	}
	return string(e.Failure) + ": " + e.Detail
}

type credentialKey struct{}

// WithCredential gives the calls of a context the token for the service behind a Remote.
func WithCredential(ctx context.Context, token string) context.Context {
	if token == "" {
		return ctx
	}
	return context.WithValue(ctx, credentialKey{}, token)
}

// Credential is the token of WithCredential, or empty.
func Credential(ctx context.Context) string {
	token, _ := ctx.Value(credentialKey{}).(string)
	return token
}
