package liveconnect

import (
	"context"
	"errors"
	"net/http"
	"unicode/utf8"
)

// Activity is an entry of a user's feed, as the service has accepted it. Texts that were too long are cut in it.
type Activity struct {
	From        Person `json:"from"` // who shared it
	Message     string `json:"message"`
	Link        string `json:"link"`
	Description string `json:"description"`
	Picture     string `json:"picture"`
	Name        string `json:"name"`
	Source      string `json:"source"`
}

// NewActivity is what [ActivitiesService.Share] needs. Which kind of activity it is follows from what is set:
//
//	text                only Message
//	text with a link    Message and Link; also Description, Picture, Name
//	video               Message, Link and Source; also Description, Picture, Name
//
// Source is limited to 487 characters, the others to 512. A Link or Source over the limit is refused; the service cuts
// the others, see Truncated.
type NewActivity struct {
	Message     string `json:"message"`               // required
	Link        string `json:"link,omitempty"`        // the URL of what is shared
	Description string `json:"description,omitempty"` // what the link leads to
	Picture     string `json:"picture,omitempty"`     // the URL of a small picture of it
	Name        string `json:"name,omitempty"`        // its title
	Source      string `json:"source,omitempty"`      // the URL of the video file
}

// The documented limits of an activity's structures, in characters.
const (
	maxActivity       = 512
	maxActivitySource = 487
)

// Truncated returns the names of the structures that the service will cut, such as "message". The [Activity] that comes
// back has what is left of them.
func (a *NewActivity) Truncated() []string {
	var names []string
	for _, structure := range []struct{ name, text string }{
		{"message", a.Message}, {"description", a.Description}, {"picture", a.Picture}, {"name", a.Name},
	} {
		if utf8.RuneCountInString(structure.text) > maxActivity {
			names = append(names, structure.name)
		}
	}
	return names
}

func (a *NewActivity) validate() error {
	switch {
	case a == nil:
		return errors.New("the activity is nil")
	case a.Link == "" && a.Source != "":
		return errors.New("the activity has a source but no link: a video needs both")
	case a.Link == "" && a.Description+a.Picture+a.Name != "":
		return errors.New("the activity has a description, picture or name, but no link for them")
	}
	return errors.Join(
		requireText("message", a.Message, 0),
		checkText("link", a.Link, maxActivity),
		checkText("description", a.Description, 0),
		checkText("picture", a.Picture, 0),
		checkText("name", a.Name, 0),
		checkText("source", a.Source, maxActivitySource),
	)
}

// ActivitiesService is for the feeds of users: [Client.Activities].
type ActivitiesService service

// Share adds an activity to a user's feed and status message: POST /USER_ID/share, scope wl.share. [Me] is the signed-in
// user. There is no call that reads or removes it.
//
// Errors: [ErrParameterMissing], [ErrParameterInvalid], [ErrForbidden]. Reference page "Activity object"; the service
// dropped it in 2014.
func (s *ActivitiesService) Share(ctx context.Context, userID string, activity *NewActivity) (*Activity, error) {
	return send[Activity](ctx, (*service)(s), "Activities.Share", http.MethodPost, objectPath("user id", userID).add("share"), activity)
}
