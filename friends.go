package liveconnect

import (
	"context"
	"iter"
)

// Friend is a contact that the user is publicly connected with: the compact form of a [Contact] whose IsFriend is true.
type Friend struct {
	ID   string `json:"id"`   // a user id
	Name string `json:"name"` // the full name, in the order of the user's language
}

// FriendsService is for the friends of users: [Client.Friends].
type FriendsService service

// List returns one page of a user's friends: GET /USER_ID/friends, scope wl.basic. [Me] is the signed-in user.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Friend object".
func (s *FriendsService) List(ctx context.Context, userID string, opts *PageOptions) (*Page[*Friend], error) {
	return s.list("Friends.List", userID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *FriendsService) Pages(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Page[*Friend], error] {
	return s.list("Friends.Pages", userID, opts).pages(ctx)
}

// All iterates over the friends of all pages of List.
func (s *FriendsService) All(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Friend, error] {
	return s.list("Friends.All", userID, opts).all(ctx)
}

func (s *FriendsService) list(op, userID string, opts *PageOptions) lister[Friend, *Friend] {
	return newLister[Friend]((*service)(s), op, objectPath("user id", userID).add("friends"), opts)
}
