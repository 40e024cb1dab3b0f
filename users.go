package liveconnect

import (
	"context"
)

// User is a person's profile. What needs a scope that the token lacks is zero, like what the person left empty. All of
// it is read only.
type User struct {
	ID         string    `json:"id"` // 16 hexadecimal digits
	Name       string    `json:"name"`
	FirstName  string    `json:"first_name"`
	LastName   string    `json:"last_name"`
	Link       string    `json:"link"`        // the profile page
	BirthDay   int       `json:"birth_day"`   // wl.birthday; 0 when not known
	BirthMonth int       `json:"birth_month"` // wl.birthday; 0 when not known
	BirthYear  int       `json:"birth_year"`  // wl.birthday; 0 when not known
	Work       []Work    `json:"work"`        // wl.work_profile
	Gender     string    `json:"gender"`      // "male", "female" or ""
	Emails     Emails    `json:"emails"`      // wl.emails
	Addresses  Addresses `json:"addresses"`   // wl.postal_addresses
	Phones     Phones    `json:"phones"`      // wl.phone_numbers
	Locale     string    `json:"locale"`      // "en_US", with an underscore
	// UpdatedTime is when the user last changed the profile.
	UpdatedTime Time `json:"updated_time"`
}

func (u *User) id() string { return u.ID }

// Work is one entry of a person's work info.
type Work struct {
	Employer Employer `json:"employer,omitzero"`
	Position Position `json:"position,omitzero"`
}

// Employer is where somebody works.
type Employer struct {
	Name string `json:"name"`
}

// Position is what somebody works as.
type Position struct {
	Name string `json:"name"`
}

// Emails are a person's email addresses.
type Emails struct {
	Preferred string `json:"preferred,omitempty"`
	Account   string `json:"account,omitempty"` // the one to sign in with; users only
	Personal  string `json:"personal,omitempty"`
	Business  string `json:"business,omitempty"`
	Other     string `json:"other,omitempty"`
}

// Addresses are a person's postal addresses.
type Addresses struct {
	Personal Address `json:"personal"`
	Business Address `json:"business"`
}

// Address is a postal address.
type Address struct {
	Street     string `json:"street"`
	Street2    string `json:"street_2"`
	City       string `json:"city"`
	State      string `json:"state"`
	PostalCode string `json:"postal_code"`
	Region     string `json:"region"`
}

// Phones are a person's telephone numbers.
type Phones struct {
	Personal string `json:"personal"`
	Business string `json:"business"`
	Mobile   string `json:"mobile"`
}

// UserPictureSize names one of the sizes of a profile picture, which is a square.
type UserPictureSize string

// The values of UserPictureSize, in pixels. When a size does not exist, the next larger one is returned.
const (
	UserPictureSmall  UserPictureSize = "small"  // 96
	UserPictureMedium UserPictureSize = "medium" // 180
	UserPictureLarge  UserPictureSize = "large"  // 360
)

func (s UserPictureSize) validate() error {
	return oneOf("user picture size", s, "", UserPictureSmall, UserPictureMedium, UserPictureLarge)
}

// UsersService is for the profiles of people: [Client.Users].
type UsersService service

// Get returns a profile: GET /USER_ID, scope wl.basic or wl.signin, and more for some fields. [Me] is the signed-in
// user.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "User object".
func (s *UsersService) Get(ctx context.Context, userID string) (*User, error) {
	return get[User](ctx, (*service)(s), "Users.Get", objectPath("user id", userID))
}

// Picture opens a profile picture: GET /USER_ID/picture?type=…. It needs no scope, and for a user id no token either.
// The empty size leaves the choice to the service. The caller closes what it returns.
//
// Errors: [ErrNotFound]. Reference page "User object".
func (s *UsersService) Picture(ctx context.Context, userID string, size UserPictureSize) (*Download, error) {
	return picture(ctx, (*service)(s), "Users.Picture", objectPath("user id", userID), size)
}

// PictureURL returns the address of a profile picture: GET /USER_ID/picture?type=…&suppress_redirects=true. Like Picture, it
// needs no scope.
//
// Errors: [ErrNotFound]. Reference page "User object".
func (s *UsersService) PictureURL(ctx context.Context, userID string, size UserPictureSize) (string, error) {
	return pictureURL(ctx, (*service)(s), "Users.PictureURL", objectPath("user id", userID), size)
}
